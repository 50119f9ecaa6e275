"""How a body makes or changes a contact.

A contact is the dict that the API shows: `id externalId source sourceUrl defaultFields customFields createdAt updatedAt
createdByUserId`.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from importer.sandbox.custom import describe_fields, read_items
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
    custom = read_items(body.get("customFields", []), {}, options.fields)
    return {
        "id": secrets.token_hex(12),
        "externalId": body.get("externalId"),
        "source": body.get("source", source),
        "sourceUrl": body.get("sourceUrl"),
        "defaultFields": {name: fields.get(name) for name in SCALARS}
        | {name: _with_ids(fields.get(name, [])) for name in ARRAYS},
        "customFields": describe_fields(custom, {}, options.dates, options.fields),
        "createdAt": now,
        "updatedAt": now,
        "createdByUserId": body.get("createdByUserId", OWNER_ID),
    }


def changed_contact(contact: Contact, body: dict[str, Any], now: str, options: Options) -> Contact:
    """Return the contact after a checked PATCH body. Raises BadItem for a bad custom field."""
    merge = options.patch == "merge"
    changed = dict(contact, updatedAt=now)
    if not merge:
        # What a body leaves out is emptied: whole parts of it as well as single fields (api-facts: Changing).
        body = {"defaultFields": {}, "customFields": [], "sourceUrl": None, **body}
        if options.identity == "replaced":
            body = {"externalId": None, "source": None, **body}
    changed.update({name: body[name] for name in ("externalId", "source", "sourceUrl") if name in body})
    if "defaultFields" in body:
        sent = body["defaultFields"]
        empty: Values = {**dict.fromkeys(SCALARS), **{name: [] for name in ARRAYS}}
        before: Values = contact["defaultFields"] if merge else empty
        fields = before | {name: sent[name] for name in SCALARS if name in sent}
        for name in ARRAYS:
            if name in sent:
                # Items named by id are changed in their place, or removed by a null value; the new ones follow.
                by_id = {item["id"]: item for item in sent[name] if merge and "id" in item}
                items = [by_id.get(item["id"], item) for item in before[name]]
                fields[name] = _with_ids(items + [item for item in sent[name] if item.get("id") not in by_id])
        changed["defaultFields"] = fields
    if "customFields" in body:
        custom = {item["key"]: item for item in contact["customFields"]}
        # A PATCH can name a custom field by the id that the item has in this contact.
        keys_by_id = {item["id"]: key for key, item in custom.items()}
        values = read_items(body["customFields"], keys_by_id, options.fields)
        values_before = {key: item["value"] for key, item in custom.items()} if merge else {}
        changed["customFields"] = describe_fields(values_before | values, custom, options.dates, options.fields)
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


def _with_ids(items: list[Values]) -> list[Values]:
    """Return the items that have a value, each with an id."""
    return [
        {"name": item["name"], "value": item["value"], "id": item.get("id") or secrets.token_hex(6)}
        for item in items
        if item["value"] is not None
    ]
