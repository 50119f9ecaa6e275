"""What the values of a column look like: a reason to ask a question, never to decide it."""

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
# No part of a date has three digits, as those of 415-555-0101 have.
_DATE = re.compile(
    r"(?:\d{1,2}|\d{4})[-/. ](?:\d{1,2}|[^\W\d_]{1,9})[-/. ,]+(?:\d{1,2}|\d{4})(?:[T ].*)?"
    r"|\w{3,9}\.? \d{1,2},? \d{4}|\d{8}"
)
_NUMBER = re.compile(r"[^\w\s]{0,2}\s?[\d.,' \u00a0]*\d(?:[eE][+-]?\d+)?\s?(?:%|\W|[A-Z]{3})?")
_URL = re.compile(r"https?://|www\.", re.IGNORECASE)
_WORDS = words("values", "yes") | words("values", "no") | frozenset({"0", "1", "x"})
_SOME_LISTS = 0.3
_HONORIFICS = words("values", "honorifics")


def filled(values: Sequence[str]) -> list[str]:
    """The values that are not blank, trimmed."""
    return [value.strip() for value in values if value.strip()]


def share(values: Sequence[str], looks: Callable[[str], bool]) -> float:
    """The share of the filled values that `looks` is true of, 0..1; 0 where all are blank."""
    texts = filled(values)
    return sum(map(looks, texts)) / len(texts) if texts else 0.0


def is_email(text: str) -> bool:
    """Whether a text has the form of an email address."""
    return _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether a text has 7 to 15 digits and is written as phone numbers are, and not as a date."""
    # E.164 allows 15 digits; shorter ones than 7 are extensions and short codes.
    digits = sum(map(str.isdecimal, text))
    return 7 <= digits <= 15 and _PHONE.fullmatch(text) is not None and not _DATE.fullmatch(text)


def is_likely_phone(text: str) -> bool:
    """Whether a text is a phone whatever its header says: written as one, or plain digits in the usual length."""
    # Order numbers and amounts have digits too, but neither a plus nor brackets, dashes or spaces.
    return is_phone(text) and (_PHONE_MARK.search(text) is not None or 10 <= sum(map(str.isdecimal, text)) <= 12)


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
    """Whether more than half of the values are clearly not of a field's type."""
    return 2 * unlike(values, kind) > len(filled(values))


def likely_type(values: Sequence[str]) -> FieldType:
    """The type of custom field that could hold these values; a string where they fit no other type."""
    texts = {value.casefold() for value in filled(values)}
    # A column of nothing but 0, or nothing but 1, may as well hold numbers.
    if texts and texts <= _WORDS and (len(texts) > 1 or not texts <= {"0", "1"}):
        return FieldType.BOOLEAN
    kinds: dict[FieldType, Callable[[str], bool]] = {
        FieldType.URL: lambda text: _URL.match(text) is not None,
        FieldType.DATE: lambda text: _DATE.fullmatch(text) is not None,
        # A number field would take the zeros off 00123.
        FieldType.NUMBER: lambda text: _NUMBER.fullmatch(text) is not None and not re.match(r"0\d", text),
    }
    for kind, looks in kinds.items():
        if share(values, looks) >= ENOUGH:
            return kind
    # Most contacts have one option or none, so a few lists are enough.
    return FieldType.MULTI_SELECT if share(values, lambda text: ";" in text) >= _SOME_LISTS else FieldType.STRING


def unlike(values: Sequence[str], kind: FieldType) -> int:
    """How many filled values are clearly not of a field's type: dates and numbers are judged, other types give 0."""
    looks = {FieldType.DATE: _DATE, FieldType.NUMBER: _NUMBER}.get(kind)
    return sum(looks.fullmatch(text) is None for text in filled(values)) if looks else 0
