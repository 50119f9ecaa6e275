"""Whether two texts differ only by accents that people leave out, as against marks that make another letter.

Jose is José without its accent; but й is no и, a kana with a voicing mark is another kana, and of two Vietnamese or
Thai names with different tones neither is the other written carelessly.
"""

from __future__ import annotations

import unicodedata
from itertools import combinations
from typing import TYPE_CHECKING

from importer.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterable

_ACCENTED_SCRIPTS = ("LATIN ", "GREEK ")


def letters(text: str) -> str:
    """Return a text as `folded` does, with all its marks."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    words = " ".join(plain.replace(".", " ").replace(",", " ").split())
    return words or " ".join(plain.split())


def are_alike(first: str, second: str) -> bool:
    """Whether two texts are the same but for case, dots, spaces, and accents that one of them leaves out."""
    return folded(first) == folded(second) and (letters(first) == letters(second) or may_drop_marks(first, second))


def may_drop_marks(first: str, second: str) -> bool:
    """Whether one of two texts has no mark at all, and both are written in letters that are legible without theirs."""
    return not (_has_marks(first) and _has_marks(second)) and _is_legible(first + second)


def other_letters(names: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """Return two of these names, each a first and a last one, that are the same only without their marks, or None.

    One who writes a mark in any part of a name leaves none out on purpose, so the whole name counts.
    """
    for first, second in combinations(dict.fromkeys(names), 2):
        wholes = " ".join(first).strip(), " ".join(second).strip()
        if may_drop_marks(*wholes):
            continue
        for letters, other_letters in (*zip(first, second, strict=True), wholes):
            if _is_same_without_marks(letters, other_letters):
                return wholes
    return None


def _is_same_without_marks(first: str, second: str) -> bool:
    without, with_marks = (folded(first), folded(second)), (letters(first), letters(second))
    if not all(without):
        return False
    if 1 in map(len, without):  # an initial
        without, with_marks = (without[0][0], without[1][0]), (with_marks[0][0], with_marks[1][0])
    return without[0] == without[1] and with_marks[0] != with_marks[1]


def _has_marks(text: str) -> bool:
    return any(unicodedata.category(sign).startswith("M") for sign in unicodedata.normalize("NFKD", text))


def _is_legible(text: str) -> bool:
    return all(
        unicodedata.name(sign, "").startswith(_ACCENTED_SCRIPTS)
        for sign in unicodedata.normalize("NFKC", text)
        if sign.isalpha()
    )
