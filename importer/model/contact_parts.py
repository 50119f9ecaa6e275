"""The parts of a contact as the service shows it, or of a body as it is sent.

Contacts come from the service or from a journal, so any part may have an unexpected type. Such a part counts as empty
here and stops no run: read every contact that was not made in this run with these functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Contact = Mapping[str, Any]
# Nearly all are dictionaries, and to ask whether something is one takes a tenth of the time.
_MAPPINGS = (dict, Mapping)


def fields(contact: Contact) -> Mapping[str, Any]:
    """Return the default fields of a contact or body, an empty mapping where it has none."""
    default_fields = contact.get("defaultFields")
    return default_fields if isinstance(default_fields, _MAPPINGS) else {}


def text(contact: Contact, key: str) -> str:
    """Return the default field `key` as text, "" where it is empty."""
    value = fields(contact).get(key)
    return value if isinstance(value, str) else "" if value is None else str(value)


def items(contact: Contact, key: str) -> list[Mapping[str, Any]]:
    """Return the items of one array of the default fields that have a value."""
    array = fields(contact).get(key)
    if not isinstance(array, list):
        return []
    return [item for item in array if isinstance(item, _MAPPINGS) and item.get("value")]


def custom_values(contact: Contact) -> list[Mapping[str, Any]]:
    """Return the custom-field items of a contact or body, those without a value too."""
    array = contact.get("customFields")
    return [item for item in array if isinstance(item, _MAPPINGS)] if isinstance(array, list) else []
