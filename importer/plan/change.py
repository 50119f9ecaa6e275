"""What a PATCH will change, field by field, as a person wants to see it: old -> new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.model.contact_parts import Contact, customs, fields, items
from importer.model.fields import ARRAYS, SCALARS
from importer.plan.compare import named, same, shown

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    changed: list[FieldChange] = []

    # A PATCH that touches a default field holds all of them (`merge`), so most are as they were.
    if (sent := patch.get("defaultFields")) is not None:
        for name, key in SCALARS.items():
            old, new = fields(contact).get(key), sent.get(key)
            if not same(old, new):
                changed.append(FieldChange(name, old, new))
        for name, key in ARRAYS.items():
            before = [item["value"] for item in items(contact, key)]
            after = [item["value"] for item in sent.get(key, ()) if item["value"] is not None]
            if before != after:
                changed.append(FieldChange(name, before, after))

    # The person knows a custom field by its name; the contact's own copy of the name may be older than `names`.
    contact_items = customs(contact)
    for item in patch.get("customFields", ()):
        item_before = contact_items.get(item["key"], {})
        if not same(item_before.get("value"), item["value"]):
            field = named(f"custom:{item_before.get('name') or item['key']}", names)
            changed.append(FieldChange(field, item_before.get("value"), item["value"]))

    # A PATCH without an external id leaves that of the contact.
    if "externalId" in patch and not same(contact.get("externalId"), patch["externalId"]):
        changed.append(FieldChange("external_id", contact.get("externalId"), patch["externalId"]))
    if "sourceUrl" in patch and not same(contact.get("sourceUrl"), patch["sourceUrl"]):
        changed.append(FieldChange("source_url", contact.get("sourceUrl"), patch["sourceUrl"]))
    return tuple(changed)
