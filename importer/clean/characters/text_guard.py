"""The marks that make a spreadsheet program take a value as text: `="..."` around it and `'` before it."""

from __future__ import annotations

import re

from importer.clean.characters.characters import trimmed, visible
from importer.clean.finding import CellFinding, repaired
from importer.regex import regex

_FORMULA = regex(r'=\s*"((?:[^"]|"")*)"', re.DOTALL)
_GUARDED_SIGN = "=+-@＝＋－＠"
WHY = "the spreadsheet program's mark for text (' or =) was removed"


def unguarded(text: str) -> str:
    """The text without its guards; for kinds of cell that never begin with an apostrophe of their own."""
    # Guards come inside each other where a sheet was exported twice.
    while (bare := trimmed(_without_formula(text).lstrip("'"))) != text:
        text = bare
    return text


def unguarded_words(text: str) -> str:
    """The text without its guards, for words: `'t Hooft` and `'90s Club` keep an apostrophe that is theirs."""
    guarded = None
    while text != guarded:
        guarded, text = text, _without_formula(text)
        unguarded = text[1:]
        # A guard stands before what a spreadsheet program would compute: a formula, or a number without any letter.
        if text.startswith("'") and unguarded:
            numeric = unguarded[0].isdigit() and not any(map(str.isalpha, unguarded)) and not unguarded.endswith("'")
            text = unguarded if unguarded[0] in _GUARDED_SIGN or numeric else text
        text = trimmed(text)
    return text


def unguarded_value(text: str) -> tuple[str, tuple[CellFinding, ...]]:
    """A typed cell (a date, a number) without edges, guards and invisible characters, and the finding for a guard."""
    value = trimmed(text)
    bare = unguarded(value)
    return trimmed(visible(bare)), guard_finding(value, bare)


def guard_finding(before: str, after: str) -> tuple[CellFinding, ...]:
    """The finding that a guard was cut, where one was."""
    return () if before == after else (repaired("repaired-guard", before, after, WHY),)


def _without_formula(text: str) -> str:
    match = _FORMULA.fullmatch(text.strip())
    return match.group(1).replace('""', '"') if match else text
