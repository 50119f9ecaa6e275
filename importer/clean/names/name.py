"""Cells that name a person, a company or a role: their case is kept, and `Null` is not taken for an empty cell."""

from __future__ import annotations

from importer.clean.cells.text import readable
from importer.clean.characters.characters import composed, one_spaced
from importer.clean.characters.mojibake import garble_finding
from importer.clean.finding import CellFinding, Cleaned, oversized, refused, repaired, shown
from importer.clean.names.job import job_findings
from importer.clean.placeholders import formula_error, is_sign
from importer.clean.plain import plain_form

# The letters of Latin-1 are one character each in NFC, and no two of them are what a wrong conversion leaves.
_LETTERS = "A-Za-z0-9À-ÖØ-öø-ÿ"
PLAIN = (plain_form(rf"[{_LETTERS}]+(?:[ '.&-][{_LETTERS}]+)*"),)
"""Names that stay as they are: words with one sign between them (a slash could make it `N/A`)."""


def clean(text: str) -> Cleaned:
    """Tidy a name: spaces at the edges and Unicode's form (NFC) silently, anything else with a finding.

    `NA`, `None` and `Null` are names. `-` and `N/A` are kept too, with a warning.
    """
    if too_long := oversized(text):
        return refused(too_long)
    bare, findings = readable(text)
    if error := formula_error(bare):
        return refused(error)
    spaced = one_spaced(bare)
    if spaced != bare:
        why = "odd spaces and line breaks inside became single spaces"
        findings += (repaired("repaired-spaces", bare, spaced, why),)
    if is_sign(spaced):
        findings += (kept_name(spaced),)
    return Cleaned(composed(spaced), findings + garble_finding(spaced))


def kept_name(text: str) -> CellFinding:
    """The finding for a name that is perhaps none, and is sent."""
    next_step = "Empty the cell if there is no such name."
    return CellFinding("name-placeholder", f"{shown(text)} was kept as it is.", next_step)


def company(text: str) -> Cleaned:
    """Tidy a company's name as any other; a customer and a job in it ("Acme:Roof") are a finding."""
    cleaned = clean(text)
    return cleaned._replace(findings=cleaned.findings + job_findings(cleaned.value))
