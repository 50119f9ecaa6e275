"""What a PATCH will change, field by field, as a person wants to see it: old -> new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from importer.plan.compare import ARRAYS, SCALARS, Contact, customs, fields, items, named, same, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changes; `field` as in `--map`, values JSON-ready, numbers and addresses as lists."""

    field: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.field}: {shown(self.old)} -> {shown(self.new)}"


def changes(contact: Contact, patch: Mapping[str, Any], names: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """Return what `patch` (as `merge` makes it) changes in `contact`; `names` of custom fields by key."""
    customs_changed = (replace(one, field=named(one.field, names)) for one in _customs(contact, patch))
    return (*_defaults(contact, patch.get("defaultFields")), *customs_changed, *_url(contact, patch))


def _defaults(contact: Contact, sent: Mapping[str, Any] | None) -> Iterator[FieldChange]:
    if sent is None:
        return
    for name, key in SCALARS.items():
        old, new = fields(contact).get(key), sent.get(key)
        if not same(old, new):
            yield FieldChange(name, old, new)
    for name, key in ARRAYS.items():
        before = [item["value"] for item in items(contact, key)]
        after = [item["value"] for item in sent.get(key, ()) if item["value"] is not None]
        if before != after:
            yield FieldChange(name, before, after)


def _customs(contact: Contact, patch: Mapping[str, Any]) -> Iterator[FieldChange]:
    there = customs(contact)
    for item in patch.get("customFields", ()):
        old = there.get(item["key"], {})
        if not same(old.get("value"), item["value"]):
            yield FieldChange(f"custom:{old.get('name') or item['key']}", old.get("value"), item["value"])


def _url(contact: Contact, patch: Mapping[str, Any]) -> Iterator[FieldChange]:
    if "sourceUrl" in patch and not same(contact.get("sourceUrl"), patch["sourceUrl"]):
        yield FieldChange("source_url", contact.get("sourceUrl"), patch["sourceUrl"])
