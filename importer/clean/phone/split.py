"""Several phone numbers in one cell, separated at the signs between them; never glued together."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from importer.languages.words import any_of
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

# A number ends at these; a plus after a digit begins the next one. Text in brackets stays whole.
HARD = regex(r"\([^()]*\)|(?P<cut>\s*:::\s*|[;|\r\n\t]+|(?<=\d)\s*(?=\+))")
# These also occur inside one number (030/1234567) or before an ending (…01/02).
SOFT = regex(r"\([^()]*\)|(?P<cut>[/,&\\])")
# What stands before and behind the digits of a part: words, and comments in brackets.
_AROUND_NUMBER = regex(r"\A(?:\([^()\d]*\)|[^\d(+])+|\s*(?:\([^()\d]*\)|(?<=[\s\d])[^\W\d_][^\d()]*)\s*\Z")
# A whole number in brackets, with words: longer than a date, which says when the one before it was noted.
_IN_BRACKETS = regex(
    r"[(\[{<](?P<text>(?=[^()\[\]{}<>]*[^\W\d_])(?=[^()\[\]{}<>]*\d(?:[\s.+/-]*\d){8})[^()\[\]{}<>]*)[)\]}>]"
)
ONE_NUMBER = regex(
    r"\s*(?:\+\d{1,3}[\s-]*)?\(?0?\d{0,2}\)?[\s-]*\d{2,4}\)?\s*/\s*\d[\d\s.-]{3,}"
    r"|\s*(?:\+\d{1,3}[\s/-]*)?\(?\d{2,4}\)?(?:/\d{2,4}){2,}\s*"
)
"""Slashes within one number: after the area code (030/1234567), or between all its groups (01/99/00/12/34)."""
# A word between two numbers ("oder", "o.", "and/or", "& or"), outside of brackets. Hours ("call between 9 and 5") have
# fewer digits; a single letter may be a label too ("o" for office), unless it is the only one.
_NUMBER = r"\d(?:[\s().+/-]*\d){4,}"
_WORDS = any_of("phones", "between")
_OR = regex(
    rf"\([^()]*\)|(?P<cut>(?:&\s?)?(?<![^\W\d_])(?:{_WORDS})(?:\s?/\s?(?:{_WORDS}))?\.?(?![^\W\d_]))"
    rf"(?=[^\d()]*[+(]*{_NUMBER})",
    re.IGNORECASE,
)
_ENDS_IN_NUMBER = regex(rf"{_NUMBER}\D*\Z")
# A letter typed for a digit ("030/1234O567"): each half may be the number of a stranger.
_SLIP = regex(r"(?<=\d)[A-Za-z]|[A-Za-z](?=\d)")
_LETTERS = regex(r"[^\W\d_]+")
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


def is_one_number(text: str) -> bool:
    """Whether the slashes of a text stand within one number, words around it aside.

    >>> is_one_number("Tel. 030 / 23125012 (Zentrale)"), is_one_number("030 23125012 / 13")
    (True, False)
    """
    return ONE_NUMBER.fullmatch(_AROUND_NUMBER.sub("", text)) is not None


def out_of_brackets(text: str) -> str:
    """A cell in which a number in brackets, with the words beside it, stands as one of its parts.

    >>> out_of_brackets("602 345 678 (home: 603 456 789)"), out_of_brackets("602 345 678 (home)")
    ('602 345 678 ;home: 603 456 789;', '602 345 678 (home)')
    """
    return _IN_BRACKETS.sub(r";\g<text>;", text) if "(" in text or "[" in text or "{" in text or "<" in text else text


def at_words(text: str) -> list[str]:
    """The parts of a text at words that stand between two numbers, such as "or"; the words themselves are in none."""
    cuts = [match for match in _OR.finditer(text) if match["cut"] is not None]
    cuts = [match for match in cuts if _ENDS_IN_NUMBER.search(text, 0, match.start())]
    cuts = [match for match in cuts if len(match["cut"]) > 1 or not _SLIP.match(text, match.start())]
    letters = [letter for match in cuts for letter in _LETTERS.findall(match["cut"])]
    if len(letters) < len(_LETTERS.findall(text)):
        cuts = [match for match in cuts if len(match["cut"].strip("& .")) > 1]
    ends = [(0, 0), *((match.start("cut"), match.end("cut")) for match in cuts), (len(text), 0)]
    return [text[start:end] for (_, start), (end, _) in pairwise(ends)]


def halves(digits: str) -> Iterator[tuple[str, str]]:
    """The ways to cut a text in two at its spaces."""
    tokens = _BETWEEN.split(digits.strip())
    # Each way to cut costs the reading of two numbers, so that a long text is not tried at all.
    if len(tokens) > _MOST_TOKENS:
        return
    for cut in range(1, len(tokens)):
        yield " ".join(tokens[:cut]), " ".join(tokens[cut:])
