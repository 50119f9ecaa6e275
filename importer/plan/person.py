"""Who a contact is, in a few words for messages."""

from __future__ import annotations

from importer.model.contact_parts import Contact, fields, items
from importer.model.fields import ARRAYS, NAME_HALVES, SCALARS


def person(contact: Contact) -> str:
    """Return a few words that say who a contact is: name or company, and one number or address."""
    texts = fields(contact)
    name = " ".join(str(texts[key]) for half in NAME_HALVES if texts.get(key := SCALARS[half])) or texts.get("company")
    # One number or address tells two people of one name apart; more would only spread personal data in logs.
    points = [item["value"] for key in ARRAYS.values() for item in items(contact, key)]
    words = [str(part)[:60] for part in (name, *points[:1]) if part]
    return ", ".join(words) or "a contact without a name"
