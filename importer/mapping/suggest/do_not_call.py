"""Columns that say of some rows that they are not to be called, and what a cell of one means."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from importer.languages.words import forbidden, forbidden_beside
from importer.languages.words import words as language_words
from importer.languages.yes_no import is_no_or_empty, says_no, says_yes
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.value_types import likely_type
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import FieldType

ALLOWS_CALLS = "allows calls"
"""The sign of a condition for `only`: `DNC allows calls`."""
_REMEMBERED = 10_000  # cells: most columns say the same few things


@lru_cache
def forbidding_words(header: str) -> str:
    """The words of a header that say that its column is about who is not to be called; "" for any other.

    >>> forbidding_words("doNotCall"), forbidding_words("Status"), forbidding_words("Email Opt Out")
    ('do Not Call', '', '')
    """
    # What was said of emails and letters is not about calls.
    if not vocabulary().email.isdisjoint(words(header)):
        return ""
    # With a space between the words of `doNotCall` and `DoNotCall`.
    return forbidden(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)) or _lawsuit_words(words(header))


def _lawsuit_words(header_words: tuple[str, ...]) -> str:
    """The words of a header by which lists of sold addresses mark who sues callers, if it says nothing else."""
    told = [word for word in header_words if word in language_words("phones", "forbidden_headers")]
    terms = vocabulary()
    beside = language_words("phones", "beside_forbidden_headers") | terms.point_words - terms.email
    is_all = all(word.isdecimal() or word in beside for word in header_words if word not in told)
    return " ".join(told) if told and is_all else ""


@lru_cache
def permitting_words(header: str) -> str:
    """The words of a header that say that its column is about who may be called; "" for any other.

    >>> permitting_words("May we call?"), permitting_words("Zgoda na kontakt"), permitting_words("Call notes")
    ('may we call', 'zgoda na kontakt', '')
    """
    if not vocabulary().email.isdisjoint(words(header)):
        return ""
    spaced = f" {' '.join(words(header))} "
    return next((phrase for phrase in _permissions() if f" {phrase} " in spaced), "")


def is_answer_about_calls(text: str) -> bool:
    """Whether a text answers whether a contact may be called: yes, no, or the date of a yes."""
    return says_yes(text) or says_no(text) or likely_type([text]) is FieldType.DATE


@cache
def _permissions() -> tuple[str, ...]:
    phrases = {" ".join(words(phrase)) for phrase in language_words("phones", "permitted")}
    return tuple(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))


@lru_cache(_REMEMBERED)
def allows_calls(header: str, cell: str) -> bool:
    """Whether a cell says nothing against calling the contact of its row.

    Under a header that is about who is not to be called, only an empty cell and a plain no say that: a yes, a cross,
    a date, a name and a remark all may mean that the contact is not to be called. Under one that is about who may be
    called, only a plain yes and the date of it allow that.

    >>> [allows_calls("DNC", cell) for cell in ("", "no", "-", "Y", "3/4/2024", "ask Ann")]
    [True, True, True, False, False, False]
    >>> [allows_calls("OK to call", cell) for cell in ("yes", "3/4/2024", "no", "")]
    [True, True, False, False]
    >>> [allows_calls("Status", cell) for cell in ("customer", "Wrong number")]
    [True, False]
    """
    text = " ".join(cell.split())
    if forbidding_words(header):
        return is_no_or_empty(text)
    if permitting_words(header):
        return is_answer_about_calls(text) and not says_no(text)
    terms = vocabulary()
    # "Dead" in a column about phones is said of the phone.
    is_about_phones = not {*terms.phone, *terms.kinds}.isdisjoint(words(header))
    return not (forbidden_beside(text) if is_about_phones else forbidden(text))
