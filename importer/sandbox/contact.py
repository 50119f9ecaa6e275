"""How a body makes or changes a contact.

A contact is the dict that the API shows: `id externalId source sourceUrl defaultFields customFields createdAt updatedAt
createdByUserId`.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from importer.sandbox.custom import describe, read_items
from importer.sandbox.reply import Trouble
from importer.sandbox.seed import OWNER_ID

if TYPE_CHECKING:
    from importer.sandbox.options import Options

Contact = dict[str, Any]
Values = dict[str, Any]

SCALARS: Final = ("company", "firstName", "lastName", "role")
ARRAYS: Final = ("emails", "phoneNumbers")


def new_contact(body: dict[str, Any], now: str, source: str | None, options: Options) -> Contact:
    """Return the contact that a checked body makes at the time `now`. Raises BadItem for a bad custom field.

    Items and custom fields whose value is null are left out.
    """
    fields = body["defaultFields"]
    custom = read_items(body.get("customFields", []), {})
    return {
        "id": secrets.token_hex(12),
        "externalId": body.get("externalId"),
        "source": body.get("source", source),
        "sourceUrl": body.get("sourceUrl"),
        "defaultFields": {name: fields.get(name) for name in SCALARS}
        | {name: _with_ids(fields.get(name, [])) for name in ARRAYS},
        "customFields": _custom_fields({}, custom, options),
        "createdAt": now,
        "updatedAt": now,
        "createdByUserId": body.get("createdByUserId", OWNER_ID),
    }


def changed_contact(contact: Contact, body: dict[str, Any], now: str, options: Options) -> Contact:
    """Return the contact after a checked PATCH body. Raises BadItem for a bad custom field."""
    merge = options.patch == "merge"
    changed = dict(contact, updatedAt=now)
    changed.update({name: body[name] for name in ("externalId", "source", "sourceUrl") if name in body})
    if "defaultFields" in body:
        changed["defaultFields"] = _changed_fields(contact["defaultFields"], body["defaultFields"], merge=merge)
    if "customFields" in body:
        items = {item["key"]: item for item in contact["customFields"]}
        # A PATCH can name a custom field by the id that the item has in this contact.
        sent = read_items(body["customFields"], {item["id"]: key for key, item in items.items()})
        before = {key: item["value"] for key, item in items.items()} if merge else {}
        changed["customFields"] = _custom_fields(items, before | sent, options)
    return changed


def unknown_items(contact: Contact, body: dict[str, Any]) -> list[Trouble]:
    """Return the items of a checked PATCH body that name an `id` which the contact does not have."""
    troubles = []
    for name in ARRAYS:
        ids = {item["id"] for item in contact["defaultFields"][name]}
        for index, item in enumerate(body.get("defaultFields", {}).get(name, [])):
            if "id" in item and item["id"] not in ids:
                path = f"/defaultFields/{name}/{index}/id"
                troubles.append(Trouble(path, "The contact has no item with this id", item["id"], "string"))
    return troubles


def _changed_fields(before: Values, sent: Values, *, merge: bool) -> Values:
    if not merge:
        scalars = {name: sent.get(name) for name in SCALARS}
        return scalars | {name: _with_ids(sent.get(name, [])) for name in ARRAYS}

    fields = {name: sent.get(name, before[name]) for name in (*SCALARS, *ARRAYS)}
    for name in ARRAYS:
        if name in sent:
            # Items named by id are changed in their place, or removed by a null value; the new ones follow.
            changed = {item["id"]: item for item in sent[name] if "id" in item}
            items = [changed.get(item["id"], item) for item in before[name]]
            fields[name] = _with_ids(items + [item for item in sent[name] if "id" not in item])
    return fields


def _with_ids(items: list[Values]) -> list[Values]:
    """Return the items that have a value, each with an id."""
    return [
        {"name": item["name"], "value": item["value"], "id": item.get("id") or secrets.token_hex(6)}
        for item in items
        if item["value"] is not None
    ]


def _custom_fields(items: dict[str, Values], values: Values, options: Options) -> list[Values]:
    return [
        describe(key, value, items[key]["id"] if key in items else secrets.token_hex(12), options.dates)
        for key, value in values.items()
        if value is not None
    ]
