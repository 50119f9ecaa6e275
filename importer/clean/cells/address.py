"""Address cells: lines joined, and several columns joined into one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.clean.cells import text as plain
from importer.clean.characters.characters import trimmed
from importer.clean.finding import Cleaned, placeholder
from importer.clean.placeholders import is_sign
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINE_BREAK = regex(r"[\r\n\u2028\u2029]+")
_ENDS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + ","


def clean(text: str) -> Cleaned:
    """One address or a part of one, its lines joined by ", ", which needs no finding: the address is the same."""
    cleaned = plain.clean(text)
    if is_sign(cleaned.value):
        return Cleaned("", (*cleaned.findings, placeholder(cleaned.value)))
    first, *lines = _LINE_BREAK.split(cleaned.value)
    if not lines:
        return cleaned
    # Spaces and commas at the ends of lines are left out; the first line keeps its start.
    bare = [first.rstrip(_ENDS), *filter(None, (line.strip(_ENDS) for line in lines))]
    return Cleaned(trimmed(", ".join(bare)), cleaned.findings)


def join(parts: Iterable[str]) -> str:
    """The parts of an address, in the order of their columns, as one line."""
    return ", ".join(part for part in parts if part)
