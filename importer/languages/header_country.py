"""The country in the name of a column of phones: "UK Phone", "Cell (Canada)"."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from importer.languages.cldr import english_country_code
from importer.regex import regex

_WORD = regex(r"[^\W\d_]+|\d+")
# Other countries are known by their names alone: "No", "In" and "My" are codes of countries, and words.
_SHORT_NAMES = frozenset(("UK", "US", "USA", "UAE"))
_SHORTEST = 4
_MOST_WORDS = 3
_LONGEST_HEADER = 60


class HeaderCountry(NamedTuple):
    """The country that a header names (ISO 3166-1 alpha-2), "" for none, and the header without it."""

    code: str
    rest: str


@lru_cache(maxsize=4096)
def header_country(header: str) -> HeaderCountry:
    """Find the country in a header of several words.

    >>> tuple(header_country("UK Phone")), tuple(header_country("Cell (Canada)")), tuple(header_country("No Phone"))
    (('GB', 'Phone'), ('CA', 'Cell'), ('', 'No Phone'))
    """
    words = _WORD.findall(header) if len(header) <= _LONGEST_HEADER else []
    for size in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        for start in range(len(words) - size + 1):
            name = " ".join(words[start : start + size])
            is_name = name in _SHORT_NAMES or (len(name) >= _SHORTEST and name[0].isupper())
            if is_name and (code := english_country_code(name)):
                return HeaderCountry(code, " ".join((*words[:start], *words[start + size :])))
    return HeaderCountry("", header)
