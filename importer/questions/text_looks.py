"""What the texts of a column look like: names of people, of companies, or texts at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importer.languages.words import words
from importer.mapping.suggest.value_types import is_email, is_likely_phone, is_yes_or_no, share
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_NAME = 60
_MOST_WORDS = 5
_FEWEST_LETTERS = 2
_LETTER = regex(r"[^\W\d_]")
_URL = regex(r"https?://|www\.", re.IGNORECASE)
_NAME_WORD = regex(r"[^\W\d_][^\W\d_.'’`-]*(?:[.'’`-][^\W\d_]*)*,?")
_MOST = 0.6
_FEWEST_TO_JUDGE = 8
_FEW_DISTINCT = 3


def are_texts(values: Sequence[str]) -> bool:
    """Whether a column's values are texts, as names are, and not numbers, links, addresses or a few words repeated."""
    if not values or share(values, _is_text) < _MOST:
        return False
    # "Active" and "Lead", over and over, are the state of a customer.
    return len(values) < _FEWEST_TO_JUDGE or len(set(values)) * _FEW_DISTINCT > len(values)


def is_person_like(text: str) -> bool:
    """Whether a text has the form of a person's whole name: two to five words of letters that begin with a capital.

    >>> [is_person_like(text) for text in ("Ann Lee", "O'Brien, Mary-Jo", "Berlin", "12 High St")]
    [True, True, False, False]
    """
    parts = text.split()
    is_short = 2 <= len(parts) <= _MOST_WORDS and len(text) <= _LONGEST_NAME
    # A particle (van, de) is small; scripts without capitals have none.
    has_capitals = parts and not parts[0][:1].islower() and not parts[-1][:1].islower()
    return bool(is_short and has_capitals) and all(map(_NAME_WORD.fullmatch, parts)) and not is_company_like(text)


def is_company_like(text: str) -> bool:
    """Whether a text has a word that companies have and people do not: "Acme Inc", "Müller GmbH", "Lee & Sons".

    >>> is_company_like("Acme Inc."), is_company_like("Lee & Sons"), is_company_like("Ann Lee")
    (True, True, False)
    """
    later = re.split(r"[\s,]+", text.replace(".", ""))[1:]
    has_word = not words("names", "companies").isdisjoint(map(str.casefold, later))
    has_capitals = not text.isupper() and not words("names", "company_capitals").isdisjoint(later)
    return has_word or has_capitals or " & " in text


def has_letters(text: str) -> bool:
    """Whether a text has letters, as every name has."""
    return len(_LETTER.findall(text)) >= _FEWEST_LETTERS


def _is_text(text: str) -> bool:
    is_other = is_email(text) or is_likely_phone(text) or is_yes_or_no(text) or _URL.match(text) is not None
    # Streets, dates, sizes and numbers of orders have digits; hardly a name of a person or a company has.
    return not is_other and has_letters(text) and not any(map(str.isdecimal, text)) and len(text) <= _LONGEST_NAME
