"""Text cells: a custom field of type string keeps its characters."""

from __future__ import annotations

from importer.clean.characters.characters import printable, trimmed
from importer.clean.characters.mojibake import garble_finding
from importer.clean.characters.text_guard import guard_finding, unguarded_words
from importer.clean.finding import CellFinding, Cleaned, oversized, refused, repaired
from importer.clean.placeholders import formula_error
from importer.clean.plain import plain_form

# Without what may begin a guard or an error, and without ampersands, which may be HTML.
PLAIN = (plain_form(r"[A-Za-z0-9(](?:[\x20-\x25\x27-\x7e\n\r\t]*[\x21-\x25\x27-\x7e])?"),)
"""Texts of ASCII that stay as they are."""


def clean(text: str) -> Cleaned:
    """Trim a text cell: `00123`, `1E5` and twenty digits stay as they are; guards and control characters are cut."""
    if too_long := oversized(text):
        return refused(too_long)
    value = trimmed(text)
    cell_text = trimmed(printable(value))
    bare = unguarded_words(cell_text)
    if error := formula_error(bare):
        return refused(error)
    return Cleaned(bare, control_finding(value, cell_text) + guard_finding(cell_text, bare) + garble_finding(bare))


def control_finding(before: str, after: str) -> tuple[CellFinding, ...]:
    """The finding that control characters were cut, where any were."""
    if before == after:
        return ()
    return (repaired("repaired-control-characters", before, after, "characters that cannot be shown were removed"),)
