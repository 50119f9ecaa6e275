"""The parts of a contact as the service shows it, or of a body as it is sent.

Contacts come from the service or from a journal, so any part may have an unexpected type. Such a part counts as empty
here and stops no run: read every contact that was not made in this run with these functions.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from importer.model.fields import ARRAYS, SCALARS
from importer.regex import regex

Contact = Mapping[str, Any]
ContactDict = dict[str, Any]
"""A contact as JSON gave it; what only reads it takes a `Contact`."""
MIDNIGHT = "T00:00:00.000Z"
"""What the value of a date without a time ends with."""
# Nearly all are dictionaries, and to ask whether something is one takes a tenth of the time.
_MAPPINGS = (dict, Mapping)
_BETWEEN_DIGITS = regex(r"[^\d+]")
_SPACED_NUMBER = regex(r"\+[\d\s().-]+")


def fields(contact: Contact) -> Mapping[str, Any]:
    """Return the default fields of a contact or body, an empty mapping where it has none."""
    default_fields = contact.get("defaultFields")
    return default_fields if isinstance(default_fields, _MAPPINGS) else {}


def texts(contact: Contact) -> dict[str, str]:
    """Return the default fields that hold one text, by key; "" where one is empty."""
    values = map(fields(contact).get, SCALARS.values())
    return {key: "" if value is None else str(value) for key, value in zip(SCALARS.values(), values, strict=True)}


def arrays(contact: Contact) -> dict[str, list[Mapping[str, Any]]]:
    """Return the phones and the emails of a contact, each array under its key: the items that have a value."""
    default_fields, result = fields(contact), {}
    for key in ARRAYS.values():
        array = default_fields.get(key)
        shown = array if isinstance(array, list) else ()
        result[key] = [item for item in shown if isinstance(item, _MAPPINGS) and item.get("value")]
    return result


def items(contact: Contact, key: str) -> list[Mapping[str, Any]]:
    """Return the items of one of these arrays."""
    return arrays(contact)[key]


def points(contact: Contact) -> dict[str, list[tuple[str, Mapping[str, Any]]]]:
    """Return the same arrays, each item behind the key by which it is equal to another (`match_key`)."""
    return {key: [(match_key(key, item["value"]), item) for item in items] for key, items in arrays(contact).items()}


def custom_values(contact: Contact) -> list[Mapping[str, Any]]:
    """Return the custom-field items of a contact or body, those without a value too."""
    array = contact.get("customFields")
    return [item for item in array if isinstance(item, _MAPPINGS)] if isinstance(array, list) else []


def custom_text(value: object) -> str:
    """Return the value of a custom field as people read it: yes or no, options in one line, a day without its midnight.

    >>> custom_text(True), custom_text(["a", "b"]), custom_text("2024-03-12T00:00:00.000Z")
    ('yes', 'a, b', '2024-03-12')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).removesuffix(MIDNIGHT)


def item_id(item: Mapping[str, Any]) -> str:
    """Return the id by which a PATCH can name an item, "" where the service shows none that it could use."""
    shown_id = item.get("id")
    return shown_id if isinstance(shown_id, str) else ""


def customs(contact: Contact) -> dict[str, Mapping[str, Any]]:
    """Return the custom-field items of a contact or body that have a value, by key."""
    return {str(item.get("key")): item for item in custom_values(contact) if not is_blank(item.get("value"))}


def is_blank(value: object) -> bool:
    """Tell whether a value is null, an empty text or an empty list; `false` and 0 are values."""
    return value is None or value == "" or value == []


def match_key(array: str, value: object) -> str:
    """Return the key by which two items of an array are equal: a number's digits and plus, an address in lower case."""
    text = plain(value)
    if array == "emails":
        return text.casefold()
    # People may write a number with spaces and brackets.
    return _BETWEEN_DIGITS.sub("", text) or text


def sendable(value: Any) -> Any:
    """Return an item's value as a PATCH may hold it: a number that people wrote with spaces in E.164 (OpenAPI)."""
    text = plain(value)
    return _BETWEEN_DIGITS.sub("", text) if _SPACED_NUMBER.fullmatch(text) else value


def plain(value: object) -> str:
    """Return a value as text in Unicode form NFC without outer spaces, "" for None."""
    if value is None:
        return ""
    text = str(value)
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()
