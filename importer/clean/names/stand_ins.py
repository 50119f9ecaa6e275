"""Where the last name begins, asked of the library once for all names that are written alike."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

# Latin letters, each of which has one letter of the other case.
_LETTERS = "".join(
    lower + lower.upper()
    for lower in map(chr, (*range(0x250), *range(0x1E00, 0x1F00)))
    if lower.upper().lower() == lower != lower.upper() and len(lower.upper()) == 1
)
_PIECE = regex(f"[{_LETTERS}]+")
# With signs inside and around, as nicknames have, and a period behind initials and shortened words.
_ORDINARY = regex(rf"""[("]?{_PIECE.pattern}(?:[-'’]{_PIECE.pattern})*\.?[)"]?""")
# The library knows none of them, and there is one for each different word of a name.
_STAND_INS = tuple(f"qawx{letter}" for letter in "aeioubcdfghjklmnpqrst")
_INITIALS = "hjkmnqwgou"
_NUMERAL = regex("x|ix|iv|v?i{0,3}")
_DEGREE = frozenset(("ph", "d"))  # the library joins the two words of "Ph D"
_FEW_KINDS = 10_000  # of names that are remembered: most are two or three ordinary words


def with_stand_ins(parts: list[str]) -> tuple[str, ...]:
    """The words of a name, each ordinary one replaced by a word that stands for any such word.

    Of an ordinary word only its case, its signs and whether it is an initial count. That leaves few different names to
    ask the library about, which takes three times as long as the rest of a row.
    """
    different = dict.fromkeys(parts)
    if len(different) > len(_STAND_INS):
        return tuple(parts)
    replaced, initials = {}, iter(_INITIALS)
    for word, stand_in in zip(different, _STAND_INS, strict=False):
        if (replacement := _stand_in(word, stand_in, initials)) is None:
            return tuple(parts)
        replaced[word] = replacement
    return tuple([replaced[word] for word in parts])


def _stand_in(word: str, stand_in: str, initials: Iterator[str]) -> str | None:
    """What stands for a word: the word itself where it may mean something, None where nothing may be replaced."""
    if not _ORDINARY.fullmatch(word):
        return word
    pieces = _PIECE.findall(word)
    lower = [piece.lower() for piece in pieces]
    if not _telling().isdisjoint((*lower, word.lower().strip('(.")'))) or any(map(_NUMERAL.fullmatch, lower)):
        return word
    if max(map(len, pieces)) > 1:
        return _PIECE.sub(lambda piece: _written_like(piece[0], stand_in), word)
    # The library takes the signs off an initial, which is then perhaps the same as another word.
    if word[0] in '("' or word[-1] in ')"':
        return None
    # The library takes only letters without marks for initials, and several with signs between for none.
    if len(word.rstrip(".")) > 1 or not word.isascii():
        return word
    initial = next(initials, None)
    return initial and _written_like(word[0], initial) + word[1:]


def _written_like(word: str, stand_in: str) -> str:
    """The stand-in with capitals where the word has some: as its first letter, as its last, between, or everywhere."""
    if word.islower():
        return stand_in
    if word.isupper():
        return stand_in.upper()
    first, between, last = stand_in[0], stand_in[1:-1], stand_in[-1]
    if word[0].islower() and word[-1].islower():
        between = between.upper()
    return (first.upper() if word[0].isupper() else first) + between + (last.upper() if word[-1].isupper() else last)


@cache
def _telling() -> frozenset[str]:
    """The words that the library knows, and their parts; all others count only by how they are written."""
    from nameparser import Lexicon

    lexicon = Lexicon.default()
    word_lists = (getattr(lexicon, field.name) for field in fields(lexicon))
    entries = [entry for word_list in word_lists for entry in word_list if isinstance(entry, str)]
    # A letter of "ph.d." means nothing by itself.
    parts = {part for entry in entries for part in re.findall(r"\w+", entry) if len(part) > 1}
    words = {word.replace(".", "") for entry in entries for word in (entry, *entry.split())}
    return _DEGREE | parts | words


@lru_cache(_FEW_KINDS)
def last_name_start(parts: tuple[str, ...]) -> int:
    """The position of the first word of the last name, 0 where that is not clear."""
    from nameparser import HumanName

    # The library gives the words, not where they are: the last place, since a name may repeat (Boutros Boutros).
    last = HumanName(" ".join(parts)).last.split()
    starts = [start for start in range(1, len(parts)) if list(parts[start : start + len(last)]) == last]
    return starts[-1] if last and starts else 0
