"""Does this contact hold what the row says? Two people may write the same value differently, and people add things.

A contact is equal to a row when everything the row says is in the contact: numbers and addresses are sets, empty cells
say nothing, and what the contact has beyond the row does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from importer.model.contact_parts import Contact, customs, fields, is_blank, plain, points
from importer.model.fields import ARRAYS, FIELDS, NAME_HALVES, SCALARS
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_SOURCE = "public-api"
_MOMENT = regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_LINKS = {field.name: field.api_key for field in FIELDS if field.kind == "url"}
_MOST_NAMED = 3
_LONGEST_SHOWN = 60
# How far `createdAt` may be from the `Date` of an answer, which may come from a proxy (api-facts: Errors).
CLOCK_TOLERANCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose value in the row is not what the contact has.

    `field` as in `Target.name`; `key` is the same, except that custom fields are `custom:KEY`.
    """

    field: str
    row_value: Any
    contact_value: Any
    key: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {shown(self.row_value)} in the sheet, {shown(self.contact_value)} in the workspace"


@dataclass(frozen=True, slots=True)
class Differences:
    """All fields in which a contact is not what its row says; false where they are equal."""

    items: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return bool(self.items)

    def __str__(self) -> str:
        unnamed = len(self.items) - _MOST_NAMED
        more = [f"and {unnamed} more"] if unnamed > 0 else []
        return "; ".join([*map(str, self.items[:_MOST_NAMED]), *more])


def compare(body: Contact, contact: Contact) -> Differences:
    """Return in what `contact` (as the API shows it) is not what `body` (as it would be sent) says."""
    row_points, contact_points = points(body), points(contact)
    row_items, contact_items = customs(body), customs(contact)
    differences: list[Difference] = []

    # An empty cell says nothing, so that a sheet with fewer columns than the workspace does not differ everywhere.
    for name, row_value, contact_value in texts(body, contact):
        if not same(row_value, contact_value) and not is_blank(row_value):
            differences.append(Difference(name, row_value, contact_value, name))

    # A number or address that only the contact has is no difference: people add them in the app.
    for name, array in ARRAYS.items():
        contact_keys = {key for key, _ in contact_points[array]}
        missing = [item["value"] for key, item in row_points[array] if key not in contact_keys]
        if missing:
            contact_values = [item["value"] for _, item in contact_points[array]]
            differences.append(Difference(name, missing, contact_values, name))

    for key, item in row_items.items():
        contact_item = contact_items.get(key, {})
        if not same(item["value"], contact_item.get("value")):
            # The key is unique where names may have twins, so it is what rules and callers compare.
            name = contact_item.get("name") or key
            differences.append(Difference(f"custom:{name}", item["value"], contact_item.get("value"), f"custom:{key}"))

    return Differences(tuple(differences))


def is_ours(body: Contact, contact: Contact, sent_at: int | None) -> bool:
    """Tell whether `contact` is what our own sending of `body` made (design, "Delivery").

    Source and fields must equal what was sent, nothing more and nothing less, and `createdAt` must not be more than a
    minute before `sent_at` (both the service's clock, whole seconds since 1970).
    """
    if sent_at is None or (contact.get("source") or "") != (body.get("source") or DEFAULT_SOURCE):
        return False
    created = _seconds(contact.get("createdAt"))
    # sent_at has whole seconds, so a contact created later within that second must count too.
    is_since = created is not None and int(created) >= sent_at - CLOCK_TOLERANCE_SECONDS
    return is_since and not compare(body, contact) and not compare(contact, body)


def is_stranger(body: Contact, contact: Contact) -> bool:
    """Tell whether row and contact both have a name, both a phone or both an email, and share none of these.

    A contact that has only a phone and a row that has only a name cannot be shown to be two people.
    """
    comparable = _comparable(body, contact)
    return bool(comparable) and all(marks.isdisjoint(marks_of_other) for marks, marks_of_other in comparable)


def are_comparable(body: Contact, contact: Contact) -> bool:
    """Tell whether row and contact both have a name, both a phone or both an email."""
    return bool(_comparable(body, contact))


def _comparable(body: Contact, contact: Contact) -> list[tuple[set[Any], set[Any]]]:
    contact_marks = _marks(contact)
    return [(marks, contact_marks[kind]) for kind, marks in _marks(body).items() if marks and contact_marks[kind]]


def names_of(contact: Contact) -> set[str]:
    """Return the halves of a person's name, case-folded; the company's name where no person is named."""
    names = {plain(fields(contact).get(SCALARS[name])).casefold() for name in NAME_HALVES} - {""}
    # Colleagues share a company, so it tells who a contact is only where no person is named.
    return names or {plain(fields(contact).get("company")).casefold()} - {""}


def _marks(contact: Contact) -> dict[str, set[Any]]:
    keys = {array: {key for key, _ in keyed_items} for array, keyed_items in points(contact).items()}
    return {"name": names_of(contact), **keys}


def texts(body: Contact, contact: Contact) -> list[tuple[str, Any, Any]]:
    """Return name, row value and contact value of every field that holds one text."""
    row_fields, contact_fields = fields(body), fields(contact)
    names = [(name, row_fields.get(key), contact_fields.get(key)) for name, key in SCALARS.items()]
    return names + [(name, body.get(key), contact.get(key)) for name, key in _LINKS.items()]


def same(first: object, second: object) -> bool:
    """Tell whether two values mean the same: NFC text, numbers by value, lists as sets, date-times as instants."""
    # Python takes True for 1; a yes/no field and a number field must not.
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if first == second:
        return True  # as most are
    if isinstance(first, list) and isinstance(second, list):
        return {plain(item) for item in first} == {plain(item) for item in second}
    if isinstance(first, str) and isinstance(second, str):
        moment = instant(first)
        return plain(first) == plain(second) or (moment is not None and moment == _seconds(second))
    return first == second


def instant(text: str) -> float | None:
    """Return the seconds since 1970 of an RFC 3339 date-time, None for any other text."""
    return _seconds(text) if _MOMENT.fullmatch(text) else None


def _seconds(moment: object) -> float | None:
    try:
        return datetime.fromisoformat(str(moment)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def named(field: str, names: Mapping[str, str]) -> str:
    """Return a field's name with the key of a custom field replaced by its name in `names`, where it has one."""
    key = field.removeprefix("custom:")
    return f"custom:{names[key]}" if key != field and key in names else field


def shown(value: object) -> str:
    """Return a value as a message shows it; two options are not one that has a comma in it.

    >>> shown(["a", "b"]), shown(["a, b"])
    ("'a; b'", "'a, b'")
    """
    if is_blank(value):
        return "nothing"
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…")
