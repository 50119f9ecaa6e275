"""A contact as a person knows it from the app: its name, what is in each field, and under which id it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.model.contact_parts import arrays, custom_text, custom_values, texts
from importer.model.fields import ARRAYS, FIELDS, SCALARS
from importer.text import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNNAMED = "(no name)"
_LONGEST = 200


def contact_name(contact: Mapping[str, Any]) -> str:
    """Return what a contact is called: its name, else its company, else its first phone or email."""
    shown = texts(contact)
    name = " ".join(filter(None, (shown["firstName"], shown["lastName"])))
    points = [str(item["value"]) for items in arrays(contact).values() for item in items]
    return shorten(next(filter(None, (name, shown["company"], *points)), _UNNAMED), _LONGEST)


def card_lines(contact: Mapping[str, Any], custom_names: Mapping[str, str]) -> list[str]:
    """Return the contact as a card, one line a value: the name, then fields with their labels in one column."""
    shown, points = texts(contact), arrays(contact)
    fields = [field for field in FIELDS if field.name in SCALARS and not field.half_of_name]
    lines = [(field.words, shown[field.api_key]) for field in fields if shown[field.api_key]]
    for name, key in ARRAYS.items():
        for item in points[key]:
            kind, label = name.capitalize(), item.get("name") or name
            lines.append((kind if label == name else f"{kind} ({label})", str(item["value"])))
    for item in custom_values(contact):
        key = str(item.get("key"))
        lines.append((custom_names.get(key, key), custom_text(item.get("value"))))
    if contact.get("sourceUrl"):
        lines.append(("Link", contact["sourceUrl"]))
    lines.append(("Sent as", f"{contact.get('source', '')} / {contact.get('externalId', '')}"))
    width = max(len(label) for label, _ in lines)
    return [contact_name(contact), *(f"  {label:<{width}}  {shorten(str(value), _LONGEST)}" for label, value in lines)]
