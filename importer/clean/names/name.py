"""Cells that name a person, a company or a role: never recased, never taken for empty because they read `Null`."""

from __future__ import annotations

import re

from importer.clean.cells.text import control_finding
from importer.clean.characters.characters import composed, one_spaced, printable, trimmed
from importer.clean.characters.mojibake import garble_finding
from importer.clean.characters.text_guard import guard_finding, unguarded_words
from importer.clean.finding import CellFinding, Cleaned, formula_error, repaired, shown
from importer.clean.words.placeholders import is_formula_error, is_sign

# The letters of Latin-1 are one character each in NFC, and no two of them are what a wrong conversion leaves.
_LETTERS = "A-Za-z0-9À-ÖØ-öø-ÿ"
PLAIN = re.compile(rf"^[{_LETTERS}]+(?:[ '.&-][{_LETTERS}]+)*$", re.MULTILINE)
"""Names that are as they should be: words with one sign between them; a slash would make it a sign for "empty"."""


def clean(text: str) -> Cleaned:
    """Tidy a name: spaces at the edges and Unicode's form (NFC) without a word, anything else with a line.

    `NA`, `None` and `Null` are names. `-` and `N/A` are kept too, with a warning.
    """
    return Cleaned(text) if PLAIN.fullmatch(text) else thoroughly(text)


def thoroughly(text: str) -> Cleaned:
    """What `clean` gives, without its short way for plain words, which must always agree with this."""
    value = trimmed(text)
    kept = trimmed(printable(value))
    bare = unguarded_words(kept)
    if is_formula_error(bare):
        return Cleaned("", (formula_error(bare),))
    spaced = one_spaced(bare)
    findings = control_finding(value, kept) + guard_finding(kept, bare) + _space_finding(bare, spaced)
    return Cleaned(composed(spaced), findings + _sign_finding(spaced) + garble_finding(spaced))


def _space_finding(before: str, after: str) -> tuple[CellFinding, ...]:
    if before == after:
        return ()
    return (repaired("repaired-spaces", before, after, "odd spaces and line breaks inside became single spaces"),)


def _sign_finding(value: str) -> tuple[CellFinding, ...]:
    if not is_sign(value):
        return ()
    what = f"{shown(value)} was kept as it is."
    return (CellFinding("name-placeholder", what, "Empty the cell if it means that there is none."),)
