"""Is this contact what the row says? Two people may write the same value differently, and people add things.

A contact is equal to a row when everything the row says is there: numbers and addresses are sets, empty cells say
nothing, what the contact has beyond the row does not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Contact = Mapping[str, Any]
SCALARS = {"first_name": "firstName", "last_name": "lastName", "company": "company", "role": "role"}
ARRAYS = {"phone": "phoneNumbers", "email": "emails"}
DEFAULT_SOURCE = "public-api"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_BETWEEN_DIGITS = re.compile(r"[^\d+]")
_SPACED = re.compile(r"\+[\d\s().-]+")
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose value in the row is not what the contact has.

    `field` as in `Target.name`; `key` is the same, but that custom fields are `custom:KEY`.
    """

    field: str
    row_value: Any
    contact_value: Any
    key: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {shown(self.row_value)} in the sheet, {shown(self.contact_value)} in the workspace"


@dataclass(frozen=True, slots=True)
class Differences:
    """All fields in which a contact is not what its row says; false where there is none."""

    items: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return bool(self.items)

    def __str__(self) -> str:
        rest = len(self.items) - _MOST_NAMED
        more = [f"and {rest} more"] if rest > 0 else []
        return "; ".join([*map(str, self.items[:_MOST_NAMED]), *more])


def compare(body: Contact, contact: Contact) -> Differences:
    """Return in what `contact` (as the API shows it) is not what `body` (as it would be sent) says."""
    return Differences((*_scalars(body, contact), *_arrays(body, contact), *_customs(body, contact)))


def is_ours(body: Contact, contact: Contact, sent_at: int | None) -> bool:
    """Tell whether `contact` is what our own sending of `body` made (design, "Delivery").

    Source and fields must equal what was sent, nothing more and nothing less, and `createdAt` must not be before
    `sent_at` (both the service's clock, whole seconds since 1970).
    """
    if sent_at is None or (contact.get("source") or "") != (body.get("source") or DEFAULT_SOURCE):
        return False
    made = _seconds(contact.get("createdAt"))
    return made is not None and int(made) >= sent_at and not compare(body, contact) and not compare(contact, body)


def is_stranger(body: Contact, contact: Contact) -> bool:
    """Tell whether the contact shares no name, no number and no address with the row: two sheets use one id."""
    ours, theirs = _marks(body), _marks(contact)
    return bool(ours and theirs) and not ours & theirs


def fields(contact: Contact) -> Mapping[str, Any]:
    """Return the default fields of a contact or body, an empty mapping where it has none."""
    found = contact.get("defaultFields")
    return found if isinstance(found, Mapping) else {}


def items(contact: Contact, name: str) -> list[Mapping[str, Any]]:
    """Return the items of one array of the default fields that have a value."""
    found = fields(contact).get(name)
    return (
        [item for item in found if isinstance(item, Mapping) and item.get("value")] if isinstance(found, list) else []
    )


def customs(contact: Contact) -> dict[str, Mapping[str, Any]]:
    """Return the custom-field items of a contact or body that have a value, by key."""
    found = contact.get("customFields")
    given = [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []
    return {str(item.get("key")): item for item in given if not is_blank(item.get("value"))}


def is_blank(value: object) -> bool:
    """Tell an empty value: null, empty text, empty list; `false` and 0 are values."""
    return value is None or value == "" or value == []


def same(one: object, other: object) -> bool:
    """Tell whether two values mean the same: NFC text, numbers by value, lists as sets, date-times as instants."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return {plain(item) for item in one} == {plain(item) for item in other}
    if isinstance(one, str) and isinstance(other, str):
        return plain(one) == plain(other) or _same_instant(one, other)
    return one == other


def _same_instant(one: str, other: str) -> bool:
    moment = instant(one)
    return moment is not None and moment == _seconds(other)


def instant(text: str) -> float | None:
    """Return the seconds since 1970 of an RFC 3339 date-time, None for any other text."""
    return _seconds(text) if _MOMENT.fullmatch(text) else None


def match_key(array: str, value: object) -> str:
    """Return by what two items of an array are the same one: a number's digits and plus, an address in lower case."""
    text = plain(value)
    if array == "emails":
        return text.casefold()
    # People may write a number with spaces and brackets.
    return _BETWEEN_DIGITS.sub("", text) or text


def sendable(value: Any) -> Any:
    """Return an item's value as a PATCH may hold it: a number that people wrote with spaces in E.164 (OpenAPI)."""
    text = plain(value)
    return _BETWEEN_DIGITS.sub("", text) if _SPACED.fullmatch(text) else value


def _scalars(body: Contact, contact: Contact) -> Iterator[Difference]:
    for name, key in SCALARS.items():
        ours, theirs = fields(body).get(key), fields(contact).get(key)
        if not is_blank(ours) and not same(ours, theirs):
            yield Difference(name, ours, theirs, name)
    url = body.get("sourceUrl")
    if url and not same(url, contact.get("sourceUrl")):
        yield Difference("source_url", url, contact.get("sourceUrl"), "source_url")


def _arrays(body: Contact, contact: Contact) -> Iterator[Difference]:
    for name, key in ARRAYS.items():
        there = {match_key(key, item["value"]) for item in items(contact, key)}
        missing = [item["value"] for item in items(body, key) if match_key(key, item["value"]) not in there]
        if missing:
            yield Difference(name, missing, [item["value"] for item in items(contact, key)], name)


def _customs(body: Contact, contact: Contact) -> Iterator[Difference]:
    theirs = customs(contact)
    for key, item in customs(body).items():
        there = theirs.get(key, {}).get("value")
        if not same(item["value"], there):
            name = theirs.get(key, {}).get("name") or key
            yield Difference(f"custom:{name}", item["value"], there, f"custom:{key}")


def named(field: str, names: Mapping[str, str]) -> str:
    """Return a field that is called `custom:KEY`, since the contact has no such item, by the name of its key."""
    key = field.removeprefix("custom:")
    return f"custom:{names[key]}" if key != field and key in names else field


def _marks(contact: Contact) -> set[tuple[str, str]]:
    """What a person is known by: first or last name (else the company), numbers, addresses."""
    given = fields(contact)
    names = {plain(given.get(key)).casefold() for key in ("firstName", "lastName")} - {""}
    names = names or {plain(given.get("company")).casefold()} - {""}
    reached = {(key, match_key(key, item["value"])) for key in ARRAYS.values() for item in items(contact, key)}
    return {("name", name) for name in names} | reached


def plain(value: object) -> str:
    """Return a value as text whose outer spaces and Unicode form do not count."""
    return "" if value is None else unicodedata.normalize("NFC", str(value)).strip()


def _seconds(moment: object) -> float | None:
    try:
        return datetime.fromisoformat(str(moment)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def shown(value: object) -> str:
    """Return a value as a message shows it."""
    if is_blank(value):
        return "nothing"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
