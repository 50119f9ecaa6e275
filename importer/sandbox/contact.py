"""A body becomes a contact, or changes one. Pure: ids and times come in from outside.

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


def new_contact(body: dict[str, Any], at: str, source: str | None, options: Options) -> Contact:
    """A contact made from a checked body at the time `at`. Raises BadItem for a bad custom field.

    Items and custom fields whose value is null leave nothing behind.
    """
    fields = body["defaultFields"]
    custom = read_items(body.get("customFields", []), {})
    return {
        "id": secrets.token_hex(12),
        "externalId": body.get("externalId"),
        "source": body.get("source", source),
        "sourceUrl": body.get("sourceUrl"),
        "defaultFields": {name: fields.get(name) for name in SCALARS}
        | {name: _replaced([], fields.get(name, [])) for name in ARRAYS},
        "customFields": _custom_fields({}, custom, options),
        "createdAt": at,
        "updatedAt": at,
        "createdByUserId": body.get("createdByUserId", OWNER_ID),
    }


def changed_contact(contact: Contact, body: dict[str, Any], at: str, options: Options) -> Contact:
    """The contact after a checked PATCH body. Raises BadItem for a bad custom field."""
    merge = options.patch == "merge"
    changed = dict(contact, updatedAt=at)
    changed.update({name: body[name] for name in ("externalId", "source", "sourceUrl") if name in body})
    if "defaultFields" in body:
        changed["defaultFields"] = _changed_fields(contact["defaultFields"], body["defaultFields"], merge=merge)
    if "customFields" in body:
        there = {item["key"]: item for item in contact["customFields"]}
        sent = read_items(body["customFields"], {item["id"]: key for key, item in there.items()})
        before = {key: item["value"] for key, item in there.items()} if merge else {}
        changed["customFields"] = _custom_fields(there, before | sent, options)
    return changed


def unknown_items(contact: Contact, body: dict[str, Any]) -> list[Trouble]:
    """Items of a checked PATCH body that name an `id` which the contact does not have."""
    found = []
    for name in ARRAYS:
        known = {item["id"] for item in contact["defaultFields"][name]}
        for at, item in enumerate(body.get("defaultFields", {}).get(name, [])):
            if "id" in item and item["id"] not in known:
                path = f"/defaultFields/{name}/{at}/id"
                found.append(Trouble(path, "The contact has no item with this id", item["id"], "string"))
    return found


def _changed_fields(before: Values, sent: Values, *, merge: bool) -> Values:
    scalars = {name: sent.get(name, before[name] if merge else None) for name in SCALARS}
    change = _merged if merge else _replaced
    arrays = {name: change(before[name], sent[name]) for name in ARRAYS if name in sent}
    kept = {name: before[name] if merge else [] for name in ARRAYS}
    return scalars | kept | arrays


def _merged(before: list[Values], sent: list[Values]) -> list[Values]:
    """The items that are there, changed or removed where `sent` names them by id, and the new ones after them."""
    named = {item["id"]: item for item in sent if "id" in item}
    there = [named.get(item["id"], item) for item in before]
    return _replaced(before, there + [item for item in sent if "id" not in item])


def _replaced(_before: list[Values], sent: list[Values]) -> list[Values]:
    """The items of `sent` that have a value, with an id each."""
    return [
        {"name": item["name"], "value": item["value"], "id": item.get("id") or secrets.token_hex(6)}
        for item in sent
        if item["value"] is not None
    ]


def _custom_fields(there: dict[str, Values], values: Values, options: Options) -> list[Values]:
    return [
        describe(key, value, there[key]["id"] if key in there else secrets.token_hex(12), options.dates)
        for key, value in values.items()
        if value is not None
    ]
