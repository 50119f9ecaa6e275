"""The text of a header, reduced to what can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from importer.languages.words import any_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "đ": "d"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_APOSTROPHES = re.compile("['’`´]")
_REQUIRED = re.compile(rf"[\[(]\s*(?:{any_of('headers', 'required')})\s*[\])]", re.IGNORECASE)
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")


@lru_cache(maxsize=4096)
def words(header: str) -> tuple[str, ...]:
    """Split a header into lower-case words without accents: "E-mail 1 - Value" gives `email 1 value`.

    camelCase is taken apart, an apostrophe joins ("Manager's" is `managers`), "(required)" and "*" are dropped.
    """
    text = _APOSTROPHES.sub("", _REQUIRED.sub(" ", header))
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text)).casefold()
    # Only Latin letters lose their marks: in Japanese or Hindi a mark makes another word.
    latin = unicodedata.normalize("NFC", _ACCENTS.sub("", plain)).translate(_LETTERS)
    runs = ("".join(run) for kind, run in groupby(latin, _kind) if kind)
    return tuple(_with_email(runs))


def fold(header: str) -> str:
    """The key by which headers are equal: "First Name", `first_name` and `firstName` are all `firstname`."""
    return "".join(words(header))


def _kind(mark: str) -> str:
    first = unicodedata.category(mark)[0]
    return {"L": "letter", "M": "letter", "N": "digit"}.get(first, "")


def _with_email(found: Iterable[str]) -> list[str]:
    joined: list[str] = []
    for word in found:
        if joined and joined[-1] == "e" and word.startswith("mail"):
            joined[-1] = f"e{word}"
        else:
            joined.append(word)
    return joined


def titles(headers: tuple[str, ...]) -> tuple[str, ...]:
    """How each column is spoken of: its header, or `#N` (from 1) where that is empty or occurs twice."""
    trimmed = [header.strip() for header in headers]
    return tuple(text if text and trimmed.count(text) == 1 else f"#{n}" for n, text in enumerate(trimmed, 1))
