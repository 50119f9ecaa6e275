"""Headers that differ from a known one by a typing mistake."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

# On the headers of 20 exports 0.88 made no wrong mapping where looser matching did.
LEAST_LIKENESS = 0.88
_SHORTEST = 4


def closest(header: str, names: Iterable[str]) -> tuple[str, float] | None:
    """The name most like a header by difflib, with its ratio; None below 0.88.

    Only names with the same first letter and the same numbers are compared: "Phone 2" is not a misspelt "Phone 1".
    """
    text = "".join(words(header))
    best: tuple[str, float] | None = None
    for name in names:
        key = "".join(words(name))
        # Cheap signs first: a typing mistake changes neither the first letter nor a number, and the length little.
        if (
            text[:1] != key[:1]
            or min(len(text), len(key)) < _SHORTEST
            or abs(len(text) - len(key)) > max(2, len(key) // 4)
            or [mark for mark in text if mark.isdecimal()] != [mark for mark in key if mark.isdecimal()]
        ):
            continue
        matcher = SequenceMatcher(None, text, key, autojunk=False)
        # Every unknown header meets every known one, so the cheap upper bound is asked first.
        ratio = matcher.ratio() if matcher.real_quick_ratio() >= LEAST_LIKENESS else 0.0
        if ratio >= (best[1] if best else LEAST_LIKENESS):
            best = (name, ratio)
    return best


def is_typo(header: str, name: str) -> bool:
    """Whether they differ by typing alone: in each differing word one letter doubled, lost, added or two swapped.

    "Frist Name" is; "Contract Name" for "Contact Name" is not, because "contract" is a word of its own.
    """
    header_words, name_words = words(header), words(name)
    if len(header_words) != len(name_words):
        header_words, name_words = ("".join(header_words),), ("".join(name_words),)
    return all(a == b or _is_typo_of(a, b) for a, b in zip(header_words, name_words, strict=True))


def _is_typo_of(word: str, right: str) -> bool:
    if min(len(word), len(right)) < _SHORTEST or word[0] != right[0] or word in vocabulary().not_slips:
        return False
    # Of one length, two letters may have changed places; else one letter may be too many or missing.
    if len(word) == len(right):
        return any(word[:i] + word[i + 1] + word[i] + word[i + 2 :] == right for i in range(len(word) - 1))
    long, short = (word, right) if len(word) > len(right) else (right, word)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
