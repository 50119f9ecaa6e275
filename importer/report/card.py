"""A contact as a person knows it from the app: its name, what is in each field, and under which id it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.model.fields import ARRAYS, FIELDS, SCALARS
from importer.text import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNNAMED = "(no name)"
_LONGEST = 200


def contact_name(contact: Mapping[str, Any]) -> str:
    """Return what a contact is called: its name, else its company, else its first phone or email."""
    fields = contact.get("defaultFields") or {}
    name = " ".join(filter(None, (fields.get("firstName"), fields.get("lastName"))))
    points = [point["value"] for key in ARRAYS.values() for point in fields.get(key) or () if point.get("value")]
    return shorten(next(filter(None, (name, fields.get("company"), *points)), _UNNAMED), _LONGEST)


def card_lines(contact: Mapping[str, Any], custom_names: Mapping[str, str]) -> list[str]:
    """Return the contact as a card, one line a value: the name, then fields with their labels in one column."""
    fields = contact.get("defaultFields") or {}
    texts = [field for field in FIELDS if field.name in SCALARS and not field.half_of_name]
    lines = [(field.words, fields[field.api_key]) for field in texts if fields.get(field.api_key)]
    for name, key in ARRAYS.items():
        for point in fields.get(key) or ():
            kind = name.capitalize()
            lines.append((kind if point["name"] == name else f"{kind} ({point['name']})", point["value"]))
    custom = contact.get("customFields") or ()
    lines += [(custom_names.get(item["key"], item["key"]), _shown(item["value"])) for item in custom]
    if contact.get("sourceUrl"):
        lines.append(("Link", contact["sourceUrl"]))
    lines.append(("Sent as", f"{contact.get('source', '')} / {contact.get('externalId', '')}"))
    width = max(len(label) for label, _ in lines)
    return [contact_name(contact), *(f"  {label:<{width}}  {shorten(str(value), _LONGEST)}" for label, value in lines)]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).removesuffix("T00:00:00.000Z")
