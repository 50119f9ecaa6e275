"""Text cells: a custom field of type string keeps its characters."""

from __future__ import annotations

from importer.clean.characters.characters import printable, trimmed
from importer.clean.characters.mojibake import garble_finding
from importer.clean.characters.text_guard import guard_finding, unguarded_words
from importer.clean.finding import Cleaned, oversized, refused, repaired
from importer.clean.placeholders import formula_error
from importer.clean.plain import plain_form

# Without what may begin a guard or an error, and without ampersands, which may be HTML.
PLAIN = (plain_form(r"[A-Za-z0-9(](?:[\x20-\x25\x27-\x7e\n\r\t]*[\x21-\x25\x27-\x7e])?"),)
"""Texts of ASCII that stay as they are."""


def clean(text: str) -> Cleaned:
    """Trim a text cell: `00123`, `1E5` and twenty digits stay as they are; guards and control characters are cut."""
    if too_long := oversized(text):
        return refused(too_long)
    bare, findings = readable(text)
    if error := formula_error(bare):
        return refused(error)
    return Cleaned(bare, findings + garble_finding(bare))


def readable(text: str) -> Cleaned:
    """Return the text of a cell without spaces at its edges, control characters, and guards of spreadsheet programs."""
    value = trimmed(text)
    cell_text = trimmed(printable(value))
    bare = unguarded_words(cell_text)
    findings = guard_finding(cell_text, bare)
    if cell_text != value:
        why = "characters that cannot be shown were removed"
        findings = (repaired("repaired-control-characters", value, cell_text, why), *findings)
    return Cleaned(bare, findings)
