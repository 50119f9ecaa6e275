"""Yes and no in any language that has a file, with the marks that people put for them."""

from __future__ import annotations

import unicodedata
from functools import cache

from importer.languages.words import words

_YES_MARKS = frozenset(("1", "1.0", "x", "✓", "✔", "☑", "✅", "🗸", "☒"))
_NO_MARKS = frozenset(("0", "0.0", "✗", "✘", "☐", "❌"))
_DASHES = frozenset(("-", "--", "–", "—", "−"))


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


def is_no_or_empty(text: str) -> bool:
    """Whether a text means no, or says nothing: it is blank, a dash or a mark for an empty cell.

    >>> [is_no_or_empty(text) for text in ("", "No", "-", "N/A", "Y", "ask Ann")]
    [True, True, True, True, False, False]
    """
    plain = " ".join(text.split())
    return not plain or says_no(plain) or plain in _DASHES or plain.casefold() in words("values", "empty_signs")


def _word(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("\ufe0f", "").strip(".! \t\r\n\u00a0")


@cache
def _yes() -> frozenset[str]:
    return words("values", "yes") | words("values", "on") | _YES_MARKS


@cache
def _no() -> frozenset[str]:
    return words("values", "no") | words("values", "off") | _NO_MARKS
