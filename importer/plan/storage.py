"""Is a contact stored as it was meant? The answer to a POST or PATCH shows it (api-facts: Changing and deleting)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from importer.model.contact_parts import Contact, arrays, customs, fields, is_blank, item_id
from importer.model.fields import ARRAYS, SCALARS
from importer.plan.compare import compare, same, shown

# Without these a contact cannot be found again, although no person sees them.
_IDENTITY = ("externalId", "source")


@dataclass(frozen=True, slots=True)
class StorageDifference:
    """A field that the service stored otherwise than it was sent; `is_loss`: something that was sent is not there."""

    field: str
    sent: Any
    stored: Any
    is_loss: bool

    @property
    def is_spelling(self) -> bool:
        """Whether both have the same letters and digits."""
        return _letters(self.sent) == _letters(self.stored)

    @property
    def is_of_id(self) -> bool:
        """Whether it is about the external id or the source, which no person sees."""
        return self.field in _IDENTITY

    def __str__(self) -> str:
        return f"{self.field} was sent as {shown(self.sent)} and is stored as {shown(self.stored)}"


def _letters(value: object) -> str:
    return "".join(filter(str.isalnum, str(value).casefold()))


def is_whole(contact: Contact) -> bool:
    """Tell whether a contact shows all its parts; lists may leave some out, which is not the same as empty."""
    default_fields = fields(contact)
    parts = [*map(default_fields.get, ARRAYS.values()), contact.get("customFields")]
    return all(isinstance(part, list) for part in parts)


def storage_differences(meant: Contact, contact: Contact) -> list[StorageDifference]:
    """Return what is stored in `contact` otherwise than in `meant`: a body, or a contact with a PATCH applied.

    Parts that the contact does not show are not compared. What the service wrote in its own way, but means the same,
    is no difference.
    """
    differences: list[StorageDifference] = []
    if isinstance(contact.get("defaultFields"), Mapping):
        for difference in compare(meant, contact).items:
            sent, stored = difference.row_value, difference.contact_value
            is_list = isinstance(sent, list) and isinstance(stored, list)
            # A number, an address or a choice that is not there any more is lost; a text may only be spelled otherwise.
            is_loss = is_blank(stored) or (is_list and not set(map(str, sent)) <= set(map(str, stored)))
            differences.append(StorageDifference(difference.field, sent, stored, is_loss))
        differences += _kept(meant, contact)
    for key in _IDENTITY:
        if key in contact and not is_blank(meant.get(key)) and not same(meant[key], contact[key]):
            differences.append(StorageDifference(key, meant[key], contact[key], is_blank(contact[key])))
    return differences


def _kept(meant: Contact, contact: Contact) -> list[StorageDifference]:
    """Return what a PATCH was to empty or remove, by the value null, and what the contact still has."""
    meant_fields, contact_fields = fields(meant), fields(contact)
    kept = [
        (name, contact_fields.get(key))
        for name, key in SCALARS.items()
        if is_blank(meant_fields.get(key)) and not is_blank(contact_fields.get(key))
    ]
    stored = arrays(contact)
    for name, key in ARRAYS.items():
        sent = meant_fields.get(key)
        if removed_ids := {item_id(item) for item in sent or () if item.get("value") is None} - {""}:
            kept += [(name, item["value"]) for item in stored[key] if item_id(item) in removed_ids]
    emptied = {item.get("key") for item in meant.get("customFields") or () if item.get("value") is None}
    kept += [
        (f"custom:{item.get('name') or key}", item["value"]) for key, item in customs(contact).items() if key in emptied
    ]
    return [StorageDifference(field, None, value, is_loss=False) for field, value in kept]
