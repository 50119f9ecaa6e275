"""Headers that are a slip of the keyboard away from a known one."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_LIKENESS = 0.88
_SHORTEST = 4


def closest(header: str, names: Iterable[str]) -> tuple[str, float] | None:
    """The name most like a header by difflib, with its ratio; None below 0.88.

    Only names with the same first letter and the same numbers are looked at: "Phone 2" is no misspelt "Phone 1".
    0.88 made no wrong mapping on the headers of 20 exports where looser matching did.
    """
    text = "".join(words(header))
    best: tuple[str, float] | None = None
    for name in names:
        key = "".join(words(name))
        if _comparable(text, key) and (ratio := _ratio(text, key)) >= (best[1] if best else LEAST_LIKENESS):
            best = (name, ratio)
    return best


def is_slip(header: str, name: str) -> bool:
    """Whether they differ by typing alone: in each differing word one letter doubled, lost, added or two swapped.

    "Frist Name" is; "Contract Name" for "Contact Name" is not, because "contract" is a word of its own.
    """
    left, right = words(header), words(name)
    if len(left) != len(right):
        left, right = ("".join(left),), ("".join(right),)
    return all(a == b or _one_slip(a, b) for a, b in zip(left, right, strict=True))


def _one_slip(a: str, b: str) -> bool:
    if min(len(a), len(b)) < _SHORTEST or a[0] != b[0] or a in vocabulary().not_slips:
        return False
    if len(a) == len(b):
        return any(a[:i] + a[i + 1] + a[i] + a[i + 2 :] == b for i in range(len(a) - 1))
    long, short = (a, b) if len(a) > len(b) else (b, a)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _comparable(a: str, b: str) -> bool:
    return (
        a[:1] == b[:1]
        and min(len(a), len(b)) >= _SHORTEST
        and abs(len(a) - len(b)) <= max(2, len(b) // 4)
        and [mark for mark in a if mark.isdecimal()] == [mark for mark in b if mark.isdecimal()]
    )


def _ratio(a: str, b: str) -> float:
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= LEAST_LIKENESS else 0.0
