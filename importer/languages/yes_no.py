"""Yes and no in any language that has a file, with the marks that people put for them."""

from __future__ import annotations

import unicodedata
from functools import cache

from importer.languages.words import words

_YES_MARKS = frozenset(("1", "1.0", "x", "✓", "✔", "☑", "✅", "🗸", "☒"))
_NO_MARKS = frozenset(("0", "0.0", "✗", "✘", "☐", "❌"))


def says_yes(text: str) -> bool:
    """Whether a text means yes, and nothing else.

    >>> says_yes("Ja"), says_yes("x"), says_yes("yes, but only by email")
    (True, True, False)
    """
    return _word(text) in _yes()


def says_no(text: str) -> bool:
    """Whether a text means no, and nothing else; a blank one says nothing.

    >>> says_no("No."), says_no("FALSE"), says_no("")
    (True, True, False)
    """
    return _word(text) in _no()


def _word(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("\ufe0f", "").strip(".! \t\r\n\u00a0")


@cache
def _yes() -> frozenset[str]:
    return words("values", "yes") | words("values", "on") | _YES_MARKS


@cache
def _no() -> frozenset[str]:
    return words("values", "no") | words("values", "off") | _NO_MARKS
