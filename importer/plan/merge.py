"""The PATCH that brings a contact to its row without taking anything away from it.

Whether the service merges or replaces arrays and `defaultFields` is open (api-facts: Changing and deleting), so all of
them are sent, old items with their ids, which is right either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.plan.compare import ARRAYS, SCALARS, Contact, customs, fields, is_blank, items, match_key, same
from importer.plan.step import OnMatch

if TYPE_CHECKING:
    from collections.abc import Mapping


def merge(body: Contact, contact: Contact, on_match: OnMatch) -> dict[str, Any]:
    """Return the PATCH body, empty where nothing is to change.

    Under `update` the row's values win and its numbers and addresses are added; under `fill-blank` only what the
    contact lacks is filled. Empty cells leave a field alone, and nothing is ever removed.
    """
    merged: dict[str, Any] = {}
    defaults = _defaults(body, contact, on_match)
    if any(not same(defaults[key], fields(contact).get(key)) for key in SCALARS.values()) or _grew(defaults, contact):
        merged["defaultFields"] = defaults
    custom = _custom_items(body, contact, on_match)
    if custom:
        merged["customFields"] = custom
    url = body.get("sourceUrl")
    if url and _wins(contact.get("sourceUrl"), on_match) and not same(url, contact.get("sourceUrl")):
        merged["sourceUrl"] = url
    return merged


def _wins(there: object, on_match: OnMatch) -> bool:
    return on_match == OnMatch.UPDATE or (on_match == OnMatch.FILL_BLANK and is_blank(there))


def _defaults(body: Contact, contact: Contact, on_match: OnMatch) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key in SCALARS.values():
        ours, there = fields(body).get(key), fields(contact).get(key)
        take = not is_blank(ours) and not same(ours, there) and _wins(there, on_match)
        merged[key] = ours if take else there
    for key in ARRAYS.values():
        merged[key] = _array(body, contact, key, on_match)
    return merged


def _array(body: Contact, contact: Contact, key: str, on_match: OnMatch) -> list[dict[str, Any]]:
    there = items(contact, key)
    known = {match_key(key, item["value"]) for item in there}
    new = [item for item in items(body, key) if match_key(key, item["value"]) not in known]
    if not _wins(there, on_match):
        new = []
    return [*map(_old_item, there), *({"name": item.get("name", ""), "value": item["value"]} for item in new)]


def _old_item(item: Mapping[str, Any]) -> dict[str, Any]:
    named = {"name": item.get("name") or "", "value": item["value"]}
    return {"id": item["id"], **named} if item.get("id") else named


def _grew(defaults: Mapping[str, Any], contact: Contact) -> bool:
    return any(len(defaults[key]) > len(items(contact, key)) for key in ARRAYS.values())


def _custom_items(body: Contact, contact: Contact, on_match: OnMatch) -> list[dict[str, Any]]:
    """Return all custom-field items, the row's in place of the contact's where they win; none if nothing changes."""
    there = customs(contact)
    changes = {
        key: item["value"]
        for key, item in customs(body).items()
        if not same(item["value"], there.get(key, {}).get("value")) and _wins(there.get(key, {}).get("value"), on_match)
    }
    if not changes:
        return []
    ids = {str(item.get("key")): item.get("id") for item in contact.get("customFields") or ()}
    values = {**{key: item["value"] for key, item in there.items()}, **changes}
    return [{"key": key, "value": value, **({"id": ids[key]} if ids.get(key) else {})} for key, value in values.items()]
