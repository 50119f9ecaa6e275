"""The PATCH that brings a contact to its row without taking from it what others put there.

Whether the service merges or replaces arrays and `defaultFields` is open (api-facts: Changing and deleting), so all of
them are sent, old items with their ids, which is right either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.plan.compare import ARRAYS, SCALARS, Contact, customs, fields, is_blank, items, match_key, same, sendable
from importer.plan.fingerprint import point_fingerprint, split_points
from importer.plan.policy import OnMatch, Policy, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Item = dict[str, Any]


def merge(
    body: Contact,
    contact: Contact,
    on_match: OnMatch | Policy,
    *,
    added: str = "",
    clears: Collection[str] = (),
) -> dict[str, Any]:
    """Return the PATCH body, empty where nothing is to change.

    Under `update` the row's values win and its numbers and addresses are added; under `fill-blank` only what the
    contact lacks is filled. Empty cells leave a field alone, but for those of `clears`. A number or address goes only
    if this journal `added` it (see `trace`) and under update another one takes its place.
    """
    merging = _Merging(body, contact, Policy.of(on_match), frozenset(split_points(added)), frozenset(clears))
    merged: dict[str, Any] = {}
    defaults = merging.defaults()
    if any(not same(defaults[key], fields(contact).get(key)) for key in SCALARS.values()) or _moved(defaults, contact):
        merged["defaultFields"] = defaults
    custom = merging.customs()
    if custom:
        merged["customFields"] = custom
    url = merging.url()
    if not same(url, contact.get("sourceUrl")):
        merged["sourceUrl"] = url
    return merged


def _moved(defaults: Mapping[str, Any], contact: Contact) -> bool:
    """Tell whether an array gets an item or loses one."""
    return any(
        len(defaults[key]) > len(items(contact, key)) or any(item["value"] is None for item in defaults[key])
        for key in ARRAYS.values()
    )


@dataclass(frozen=True, slots=True)
class _Merging:
    """A row and its contact on the way to a PATCH."""

    body: Contact
    contact: Contact
    policy: Policy
    added: frozenset[str]
    clears: frozenset[str]

    def _wins(self, name: str, there: object) -> bool:
        rule = self.policy.rule(name)
        return rule in (Rule.UPDATE, Rule.CLEAR) or (rule is Rule.FILL_BLANK and is_blank(there))

    def _value(self, name: str, ours: object, there: object) -> object:
        if is_blank(ours):
            return None if name in self.clears and not is_blank(there) else there
        return ours if not same(ours, there) and self._wins(name, there) else there

    def defaults(self) -> dict[str, Any]:
        """Return all default fields as they are to be."""
        merged: dict[str, Any] = {}
        for name, key in SCALARS.items():
            merged[key] = self._value(name, fields(self.body).get(key), fields(self.contact).get(key))
        for name, key in ARRAYS.items():
            merged[key] = self._array(name, key)
        return merged

    def _array(self, name: str, key: str) -> list[Item]:
        there = items(self.contact, key)
        known = {match_key(key, item["value"]) for item in there}
        new = [item for item in items(self.body, key) if match_key(key, item["value"]) not in known]
        if not self._wins(name, there):
            new = []
        gone = self._gone(name, key, new)
        kept = [_old_item(item) | ({"value": None} if item.get("id") in gone else {}) for item in there]
        return [*kept, *({"name": item.get("name", ""), "value": item["value"]} for item in new)]

    def _gone(self, name: str, key: str, new: list[Mapping[str, Any]]) -> set[str]:
        """Return the ids of items that this journal added, that the row has no more, and that have a successor.

        A successor has the same label, or there is one for each of them; with neither the cell may just be empty.
        """
        ours = {match_key(key, item["value"]) for item in items(self.body, key)}
        stale = [
            item
            for item in items(self.contact, key)
            if item.get("id")
            and point_fingerprint(key, item["value"]) in self.added
            and match_key(key, item["value"]) not in ours
        ]
        if name in self.clears:
            return {item["id"] for item in stale}
        if self.policy.rule(name) not in (Rule.UPDATE, Rule.CLEAR):
            return set()
        labels = [item.get("name") for item in new]
        return {item["id"] for item in stale if len(stale) == len(new) or item.get("name") in labels}

    def customs(self) -> list[Item]:
        """Return all custom-field items, the row's in place of the contact's where they win; none if none changes."""
        there, ours = customs(self.contact), customs(self.body)
        cleared = {key for name in self.clears if (key := name.removeprefix("custom:")) != name and key in there}
        values = {key: item["value"] for key, item in there.items()}
        changes = {
            key: self._value(f"custom:{key}", ours.get(key, {}).get("value"), values.get(key))
            for key in (*ours, *sorted(cleared - set(ours)))
        }
        if all(same(value, values.get(key)) for key, value in changes.items()):
            return []
        ids = {str(item.get("key")): item.get("id") for item in self.contact.get("customFields") or ()}
        merged = {**values, **changes}
        return [
            {"key": key, "value": value, **({"id": ids[key]} if ids.get(key) else {})}
            for key, value in merged.items()
            if key in there or not is_blank(value)
        ]

    def url(self) -> object:
        """Return the link as it is to be."""
        return self._value("source_url", self.body.get("sourceUrl"), self.contact.get("sourceUrl"))


def _old_item(item: Mapping[str, Any]) -> Item:
    named = {"name": item.get("name") or "", "value": sendable(item["value"])}
    return {"id": item["id"], **named} if item.get("id") else named
