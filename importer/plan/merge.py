"""The PATCH that brings a contact to its row without taking from it what other people put there.

The service replaces: what a PATCH leaves out is deleted on the contact (api-facts: Changing and deleting). By older
accounts it merges. So every PATCH carries the whole contact, old items with their ids, which is right either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.model.contact_parts import Contact, customs, fields, is_blank, item_id, items, match_key, sendable
from importer.model.fields import ARRAYS, SCALARS
from importer.plan.compare import same
from importer.plan.fingerprint import point_fingerprint, split_points
from importer.plan.later_id import id_to_give
from importer.plan.policy import OnMatch, Policy, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

Item = dict[str, Any]
_OVERWRITING = (Rule.UPDATE, Rule.CLEAR)


def merge(
    body: Contact,
    contact: Contact,
    on_match: OnMatch | Policy,
    *,
    added: str = "",
    clears: Collection[str] = (),
    own_ids: Collection[str] = (),
) -> dict[str, Any]:
    """Return the PATCH body: the whole contact as it is to be, or empty where nothing is to change.

    Under `update` the row's values win and its numbers and addresses are added; under `fill-blank` only what the
    contact lacks is filled. Empty cells leave a field alone, except those of `clears`. A number or address is removed
    only if this journal `added` it (see `fingerprint`) and under `update` another one takes its place. `own_ids`: as in
    `later_id.id_to_give`.
    """
    merger = _Merger(body, contact, Policy.of(on_match), frozenset(split_points(added)), frozenset(clears))
    defaults = {
        key: merger.value(name, fields(body).get(key), fields(contact).get(key)) for name, key in SCALARS.items()
    }
    arrays = {key: merger.array(name, key) for name, key in ARRAYS.items()}
    custom = merger.customs()
    url = merger.value("source_url", body.get("sourceUrl"), contact.get("sourceUrl"))
    given_id = id_to_give(body, contact, own_ids) if merger.policy.gives_ids else ""
    is_changed = (
        bool(given_id)
        or any(not same(value, fields(contact).get(key)) for key, value in defaults.items())
        # Arrays change by an item more, or by one that is to be removed; their order and labels are the contact's own.
        or any(len(array) > len(items(contact, key)) for key, array in arrays.items())
        or any(item["value"] is None for array in arrays.values() for item in array)
        or custom is not None
        or not same(url, contact.get("sourceUrl"))
    )
    if not is_changed:
        return {}
    if custom is None:
        custom = custom_items({key: item["value"] for key, item in customs(contact).items()}, custom_ids(contact))
    patch = whole_patch(contact, defaults | arrays, custom, url)
    return {**patch, "externalId": given_id} if given_id else patch


def whole_patch(
    contact: Contact, default_fields: Mapping[str, Any], custom: Sequence[Item], url: object
) -> dict[str, Any]:
    """Return a PATCH body with everything that a contact has: the parts given, and all else as it is."""
    patch: dict[str, Any] = {
        # Default fields that a later version of the API adds are not ours to delete.
        "defaultFields": {**fields(contact), **default_fields},
        "customFields": list(custom),
    }
    # Whether a PATCH without these takes them away is open. Where a contact has none, there is nothing to keep.
    patch |= {key: contact[key] for key in ("externalId", "source") if not is_blank(contact.get(key))}
    if not (is_blank(url) and is_blank(contact.get("sourceUrl"))):
        patch["sourceUrl"] = url
    return patch


def patch_item(item: Mapping[str, Any], ids: Collection[Any]) -> Item:
    """Return an item of an array as a PATCH holds it: with its id where that is one of `ids`."""
    content = {"name": item.get("name") or "", "value": sendable(item["value"])}
    # The id of an item that is gone would be refused; without it the item is made again.
    return {"id": item_id(item), **content} if item_id(item) in ids else content


def custom_ids(contact: Contact) -> dict[str, Any]:
    """Return the ids of a contact's custom-field items by key."""
    return {key: item.get("id") for key, item in customs(contact).items()}


def custom_items(values: Mapping[str, Any], ids: Mapping[str, Any]) -> list[Item]:
    """Return the custom-field items of a PATCH from values and the ids of items, both by key."""
    return [{"key": key, "value": value, **({"id": ids[key]} if ids.get(key) else {})} for key, value in values.items()]


@dataclass(frozen=True, slots=True)
class _Merger:
    """A row and its contact, and the rules by which they become one."""

    body: Contact
    contact: Contact
    policy: Policy
    added: frozenset[str]
    clears: frozenset[str]

    def value(self, name: str, row_value: object, contact_value: object) -> object:
        """Return the value that a field is to have."""
        if is_blank(row_value):
            # Only a rule `clear` empties a field, since most empty cells mean "not known here".
            return None if name in self.clears and not is_blank(contact_value) else contact_value
        # The contact's own way to write it is kept: sending ours would be a change that no one wants to see.
        if same(row_value, contact_value):
            return contact_value
        return row_value if self._may_write(name, contact_value) else contact_value

    def _may_write(self, name: str, contact_value: object) -> bool:
        rule = self.policy.rule(name)
        return rule in _OVERWRITING or (rule is Rule.FILL_BLANK and is_blank(contact_value))

    def array(self, name: str, key: str) -> list[Item]:
        """Return the items that an array is to have; those to be removed have the value None (OpenAPI, PATCH)."""
        contact_items = items(self.contact, key)
        contact_keys = {match_key(key, item["value"]) for item in contact_items}
        new = [item for item in items(self.body, key) if match_key(key, item["value"]) not in contact_keys]
        if not self._may_write(name, contact_items):
            new = []
        removed = self._removed_ids(name, key, new)
        ids = {item_id(item) for item in contact_items} - {""}
        patched = [
            patch_item(item, ids) | ({"value": None} if item_id(item) in removed else {}) for item in contact_items
        ]
        return [*patched, *({"name": item.get("name", ""), "value": item["value"]} for item in new)]

    def _removed_ids(self, name: str, key: str, new: Sequence[Mapping[str, Any]]) -> set[str]:
        """Return the ids of items that this journal added, that the row has no more, and that have a successor.

        A successor has the same label, or there is one for each of them; with neither the cell may just be empty.
        """
        row_keys = {match_key(key, item["value"]) for item in items(self.body, key)}
        stale = [
            item
            for item in items(self.contact, key)
            if item_id(item)
            and point_fingerprint(key, item["value"]) in self.added
            and match_key(key, item["value"]) not in row_keys
        ]
        if name in self.clears:
            return {item_id(item) for item in stale}
        if self.policy.rule(name) not in _OVERWRITING:
            return set()
        labels = [item.get("name") for item in new]
        return {item_id(item) for item in stale if len(stale) == len(new) or item.get("name") in labels}

    def customs(self) -> list[Item] | None:
        """Return all custom-field items, the row's in place of the contact's where they win; None if none changes."""
        values = {key: item["value"] for key, item in customs(self.contact).items()}
        row_items = customs(self.body)
        cleared = sorted(key for key in values if f"custom:{key}" in self.clears and key not in row_items)
        changed = {
            key: self.value(f"custom:{key}", row_items.get(key, {}).get("value"), values.get(key))
            for key in (*row_items, *cleared)
        }
        if all(same(value, values.get(key)) for key, value in changed.items()):
            return None
        merged = {key: value for key, value in (values | changed).items() if key in values or not is_blank(value)}
        return custom_items(merged, custom_ids(self.contact))
