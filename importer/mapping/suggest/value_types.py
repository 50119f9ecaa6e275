"""What the values of a column look like: enough to ask a question, never to answer it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importer.languages.words import words
from importer.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ENOUGH = 0.8
_EMAIL = re.compile(r"(?:mailto:)?[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s.,;<>]{2,}")
_PHONE = re.compile(r"[+＋]?[\d\s()./\-–—‐‑\u00a0]{7,22}")
_PHONE_MARK = re.compile(r"[+()\-–—‐‑\s]")
_DATE = re.compile(r"\d{1,4}[-/. ]\w{1,9}[-/. ,]+\d{1,4}(?:[T ].*)?|\w{3,9}\.? \d{1,2},? \d{4}|\d{8}")
_NUMBER = re.compile(r"[^\w\s]{0,2}\s?[\d.,' \u00a0]*\d(?:[eE][+-]?\d+)?\s?(?:%|\W|[A-Z]{3})?")
_URL = re.compile(r"https?://|www\.", re.IGNORECASE)
_WORDS = words("values", "yes") | words("values", "no") | frozenset({"0", "1", "x"})
_SOME_LISTS = 0.3
_HONORIFICS = words("values", "honorifics")


def filled(values: Sequence[str]) -> list[str]:
    """The values that are there."""
    return [value.strip() for value in values if value.strip()]


def share(values: Sequence[str], looks: Callable[[str], bool]) -> float:
    """How many of the filled values look so, 0..1; 0 where none is filled."""
    there = filled(values)
    return sum(map(looks, there)) / len(there) if there else 0.0


def is_email(text: str) -> bool:
    """Whether a text has the form of an email address."""
    return _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether a text has 7 to 15 digits in the spelling of a phone number, and is no date or decimal."""
    digits = sum(mark.isdecimal() for mark in text)
    return 7 <= digits <= 15 and _PHONE.fullmatch(text) is not None and not _DATE.fullmatch(text)


def has_phone_mark(text: str) -> bool:
    """Whether a number is written as phones are, with a plus, brackets, dashes or spaces."""
    return _PHONE_MARK.search(text) is not None


def is_honorific(text: str) -> bool:
    """Whether a text is a form of address: "Dr.", "Ms", "Frau"."""
    return "-".join(re.findall(r"\w+", text.casefold())) in _HONORIFICS


def is_yes_or_no(text: str) -> bool:
    """Whether a text is a word for yes or no."""
    return text.casefold() in _WORDS


def is_several_words(text: str) -> bool:
    """Whether a text has more than one word, as a whole name has."""
    return len(text.split()) > 1


def is_misfit(values: Sequence[str], kind: FieldType) -> bool:
    """Whether more than half of the values are plainly of another type than the field."""
    return 2 * unlike(values, kind) > len(filled(values))


def likely_type(values: Sequence[str]) -> FieldType:
    """The type of custom field that could hold these values; a string where nothing else is plain."""
    there = [value.casefold() for value in filled(values)]
    if there and set(there) <= _WORDS and (len(set(there)) > 1 or not set(there) <= {"0", "1"}):
        return FieldType.BOOLEAN
    kinds: dict[FieldType, Callable[[str], bool]] = {
        FieldType.URL: lambda text: _URL.match(text) is not None,
        FieldType.DATE: lambda text: _DATE.fullmatch(text) is not None,
        # A number field would take the zeros off 00123.
        FieldType.NUMBER: lambda text: _NUMBER.fullmatch(text) is not None and not re.match(r"0\d", text),
    }
    found = next((kind for kind, looks in kinds.items() if share(values, looks) >= ENOUGH), None)
    if found is None and share(values, lambda text: ";" in text) >= _SOME_LISTS:
        return FieldType.MULTI_SELECT
    return found or FieldType.STRING


def unlike(values: Sequence[str], kind: FieldType) -> int:
    """How many filled values plainly are not of a custom field's type (dates and numbers; 0 for every other type)."""
    looks = {FieldType.DATE: _DATE, FieldType.NUMBER: _NUMBER}.get(kind)
    return sum(looks.fullmatch(text) is None for text in filled(values)) if looks else 0
