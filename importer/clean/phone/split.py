"""Several phone numbers in one cell, separated at the signs between them; never glued together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.regex import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

# A number ends at these; a plus after a digit begins the next one. Text in brackets stays whole.
HARD = regex(r"\([^()]*\)|(?P<cut>\s*:::\s*|[;|\r\n\t]+|(?<=\d)\s*(?=\+))")
# These also occur inside one number (030/1234567) or before an ending (…01/02).
SOFT = regex(r"\([^()]*\)|(?P<cut>[/,&\\])")
ONE_NUMBER = regex(
    r"\s*(?:\+\d{1,3}[\s-]*)?\(?0?\d{0,2}\)?[\s-]*\d{2,4}\)?\s*/\s*\d[\d\s.-]{3,}"
    r"|\s*(?:\+\d{1,3}[\s/-]*)?\(?\d{2,4}\)?(?:/\d{2,4}){2,}\s*"
)
"""Slashes within one number: after the area code (030/1234567), or between all its groups (01/99/00/12/34)."""
_BETWEEN = regex(r"\s+(?:-\s+)?")
_MOST_TOKENS = 12


def parts(text: str, between: re.Pattern[str]) -> list[str]:
    """The parts of a text at signs that only stand between numbers (HARD), or that can also be within one (SOFT)."""
    pieces, start = [], 0
    for match in between.finditer(text):
        if match["cut"] is not None:
            pieces.append(text[start : match.start()])
            start = match.end()
    return [piece for piece in (*pieces, text[start:]) if piece.strip()]


def halves(digits: str) -> Iterator[tuple[str, str]]:
    """The ways to cut a text in two at its spaces."""
    tokens = _BETWEEN.split(digits.strip())
    # Each way to cut costs the reading of two numbers, so that a long text is not tried at all.
    if len(tokens) > _MOST_TOKENS:
        return
    for cut in range(1, len(tokens)):
        yield " ".join(tokens[:cut]), " ".join(tokens[cut:])
