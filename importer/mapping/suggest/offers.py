"""Columns that are not sent and yet of use: they name each row's country, or the rows that are not to be called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from importer.languages.words import forbidden, forbidden_beside
from importer.languages.words import words as language_words
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.value_types import ENOUGH, filled, is_long_phone, share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.regex import regex
from importer.shell import shell_quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.mapping.suggest.columns import SheetColumns
    from importer.model import ColumnMapping

_CALLING_CODE = regex(r"(?:\+|00)?\s*[1-9]\d{0,2}(?:\.0)?|\+?1[\s-]\d{3}")
_YES = language_words("values", "yes") | language_words("values", "on") | {"1", "x", "✓", "✔", "☑", "✅"}
_NO = language_words("values", "no") | language_words("values", "off") | {"0"}
_LONGEST_STATE = 40  # characters: a longer text is a note
_MOST_STATES = 12
_MOST_CONDITIONS = 3


class Offer(NamedTuple):
    """What a column that is not sent is good for, with the option that makes use of it.

    `conditions`: for `only`, those that leave out the rows in which the column says that a contact is not to be called.
    """

    text: str
    conditions: tuple[str, ...] = ()


def offer(sheet: SheetColumns, column: ColumnMapping) -> Offer | None:
    """What a column that is not sent is good for; None for any other column."""
    values, title = filled(sheet.samples[column.position]), sheet.titles[column.position]
    header_words = set(words(column.header))
    if not values or sheet.keys[column.position] in vocabulary().ids:
        return None
    if holds_calling_codes(column.header, values):
        return Offer(
            f"It may hold the country code of each phone: to read them so, give --region-column {shell_quote(title)}."
        )
    # With a space between the words of `doNotCall` and `DoNotCall`.
    header = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.header)
    # What was said of emails and letters is not about calls.
    denies = forbidden(header) if header_words.isdisjoint(vocabulary().email) else ""
    if denies and share(values, is_long_phone) >= ENOUGH:
        return Offer(f"Its name says {denies!r}, so its numbers should not be used.")
    # "Dead" in a column about phones is said of the phone.
    denied = forbidden if header_words.isdisjoint({*vocabulary().phone, *vocabulary().kinds}) else forbidden_beside
    return _filter(title, sheet.samples[column.position], denied, about_calls=bool(denies))


def holds_calling_codes(header: str, values: Sequence[str], *, named: bool = False) -> bool:
    """Whether values may be country codes of phones by their form and their header; `named`: its words say so."""
    terms, header_words = vocabulary(), set(words(header))
    # "Code" alone, or beside a word for phones, may be one of a country; "Product Code" is another.
    is_code = not named and bool(header_words & terms.codes) and header_words <= terms.codes | terms.point_words
    is_named = bool(header_words & terms.calling_codes)
    return (is_code or is_named) and all(map(_CALLING_CODE.fullmatch, values))


def _filter(title: str, cells: Sequence[str], denies: Callable[[str], str], *, about_calls: bool) -> Offer | None:
    """The conditions that leave out the rows in which a column says that a contact is not to be called."""
    states: dict[str, str] = {}
    for cell in cells:
        states.setdefault(" ".join(cell.split()).casefold(), cell.strip())
    if len(states) > _MOST_STATES or max(map(len, states)) > _LONGEST_STATE:
        return None
    denied = [text for key, text in states.items() if denies(text) or (about_calls and key in _YES)]
    allowed = [text for key, text in states.items() if text not in denied]
    if about_calls and any(text and text.casefold() not in _NO for text in allowed):
        return None
    if not about_calls and not denied:
        return None
    # Where all other rows say the same, that is the safest condition: of a state not seen here nothing is known.
    if about_calls and len(allowed) == 1:
        conditions = [f"{title} == {allowed[0] or chr(34) * 2}"]
    elif denied and len(denied) <= _MOST_CONDITIONS:
        conditions = [f"{title} != {text}" for text in denied]
    elif about_calls and allowed:
        conditions = [f"{title} == {allowed[0] or chr(34) * 2}"]
    else:
        return None
    options = " ".join(f"--only {shell_quote(condition)}" for condition in conditions)
    if about_calls:
        text = f"It says who is not to be contacted: to import only the others, give {options}."
        return Offer(text, tuple(conditions))
    listed = ", ".join(map(repr, denied))
    text = f"Some of its values say that a contact is not to be called ({listed}): to leave these out, give {options}."
    return Offer(text, tuple(conditions))
