"""The phones and the emails of a row: gathered from all its columns, with their labels, none twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.clean.characters.characters import one_spaced
from importer.clean.characters.text_guard import unguarded_words
from importer.clean.finding import IF_SENT_BEFORE, CellFinding, ContactPoints, shown
from importer.languages.words import forbidden_beside, is_fax

if TYPE_CHECKING:
    from collections.abc import Sequence

FORBIDDEN = "phone-forbidden"
Labelled = tuple[str, str]
"""A phone or an email address, and its label ("" where there is none)."""


class PointCell(NamedTuple):
    """A cell of phones or emails: its column, its text, the label of its column or row, and its phones or emails.

    `is_sent`: whether it is sent whatever its label, since the person chose that label for the column. `refusal`: what
    another column says against calling it; "" where nothing is said.
    """

    position: int
    text: str
    label: str
    points: ContactPoints
    is_sent: bool = False
    refusal: str = ""


class GatheredPoints(NamedTuple):
    """The points of a row in the order of its columns, and the findings, each with its cell.

    `costs_row`: whether a bad cell costs the row, None where that is as the rules say. `withheld`: phones that are the
    person's, but are not to be used.
    """

    points: list[Labelled]
    findings: list[tuple[PointCell, CellFinding]]
    costs_row: bool | None
    withheld: tuple[str, ...] = ()


def label_of(text: str) -> str:
    """The label in a label cell; Google marks the primary one with `* `, even where it has no label."""
    return unguarded_words(one_spaced(text).removeprefix("*").lstrip())


def gather(cells: Sequence[PointCell], names: Sequence[str], *, essential: bool) -> GatheredPoints:
    """The points of a row from its cells; `names` are those of all columns, by position.

    `essential`: a bad cell costs the row unless another cell has a point (the rule for phones).
    """
    findings: list[tuple[PointCell, CellFinding]] = []
    if not any(cell.points.points for cell in cells):
        findings = [(cell, finding) for cell in cells for finding in cell.points.findings]
        numbers = dict.fromkeys(number for cell in cells for number in cell.points.withheld)
        return GatheredPoints([], findings, True if essential else None, tuple(numbers))
    labelled: dict[str, str] = {}
    spelling: dict[str, str] = {}
    first_column: dict[str, int] = {}
    withheld = dict.fromkeys(number for cell in cells for number in cell.points.withheld)
    # A number that one column forbids is not sent from another either.
    refused = {point.value: cell.refusal for cell in cells if cell.refusal for point in cell.points.points}
    for cell in cells:
        findings += [(cell, finding) for finding in cell.points.findings]
        for point in cell.points.points:
            label = cell.label or point.label
            refusal = refused.get(point.value, "")
            if essential and (reason := _left_out(point.value, label, refusal, is_sent=cell.is_sent)):
                findings.append((cell, reason))
                # A fax is that of an office, and tells no person.
                if reason.rule == FORBIDDEN:
                    withheld[point.value] = None
                continue
            if point.extension:
                label = f"{label or 'phone'} ext. {point.extension}"
            folded = point.value.casefold()
            same = spelling.setdefault(folded, point.value)
            if same not in labelled:
                labelled[point.value], first_column[point.value] = label, cell.position
                continue

            kept_label = labelled[same] = labelled[same] or label
            where = f"is also in column {shown(names[first_column[same]])}"
            sent = f"it is sent once, labelled {shown(kept_label)}" if kept_label else "it is sent once"
            what = f"{shown(point.value)} {where}; {sent}."
            finding = CellFinding("repeated-in-row", what, "Nothing to do if that is right.")
            findings.append((cell, finding))
    never_sent = tuple(number for number in withheld if number not in labelled)
    return GatheredPoints(list(labelled.items()), findings, False if essential else None, never_sent)


def _left_out(number: str, label: str, refusal: str, *, is_sent: bool) -> CellFinding | None:
    """Why a number is not sent: what another column or its own label says; None for one that is."""
    if refusal:
        what = f"{shown(number)} is left out: {refusal}."
        return CellFinding(
            FORBIDDEN,
            what,
            f"{IF_SENT_BEFORE}; if it may be called, correct that cell.",
        )
    if is_sent:
        return None
    next_step = "Nothing to do if that is right; otherwise correct the label."
    if words := forbidden_beside(label):
        what = f"{shown(number)} is labelled {shown(label)}, which says {shown(words)}: left out."
        return CellFinding(FORBIDDEN, what, f"{IF_SENT_BEFORE}; if it may be called, correct the label.")
    if is_fax(label):
        what = f"{shown(number)} is labelled {shown(label)}, and a fax takes no calls or messages: left out."
        return CellFinding("phone-fax", what, next_step)
    return None
