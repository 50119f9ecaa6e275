"""The phones and the emails of a row: gathered from all its columns, labelled, none twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.clean.characters.characters import one_spaced
from importer.clean.finding import CellFinding, ContactPoint, ContactPoints, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.clean.problems import ProblemCollector

Labelled = tuple[str, str]
"""A phone or an email address, and the label it gets ("" where nothing gives one)."""


class PointCell(NamedTuple):
    """A cell of phones or emails: its column, its text, the label that its column gives it, and what was read."""

    position: int
    text: str
    label: str
    points: ContactPoints


def label_of(text: str) -> str:
    """The label in a label cell; Google marks the primary one with `* `, also where it has none."""
    return one_spaced(text).removeprefix("*").lstrip()


def gather(at: int, cells: Sequence[PointCell], notes: ProblemCollector, *, essential: bool) -> list[Labelled]:
    """The points of the row number `at` in the order of its columns, what there is to say noted.

    `essential`: a bad cell costs the row unless another cell gives a point (the rule for phones).
    """
    found: dict[str, tuple[str, int]] = {}
    costs_row = not any(cell.points.points for cell in cells) if essential else None
    for cell in cells:
        for finding in cell.points.findings:
            notes.take(at, cell.position, cell.text, finding, costs_row=costs_row)
        for finding in _add(found, cell, notes):
            notes.take(at, cell.position, cell.text, finding)
    return [(value, label) for value, (label, _) in found.items()]


def _add(found: dict[str, tuple[str, int]], cell: PointCell, notes: ProblemCollector) -> Iterator[CellFinding]:
    for point in cell.points.points:
        folded = point.value.casefold()
        same = next((value for value in found if value.casefold() == folded), None) if found else None
        label = _label(cell, point)
        if same is None:
            found[point.value] = (label, cell.position)
            continue
        kept, position = found[same]
        found[same] = (kept or label, position)
        where = f"is also in column {shown(notes.name(position))}"
        what = f"{shown(point.value)} {where}; it is sent once{_as(kept or label)}."
        yield CellFinding("repeated-in-row", what, "Nothing to do if that is right.")


def _as(label: str) -> str:
    return f", labelled {shown(label)}" if label else ""


def _label(cell: PointCell, point: ContactPoint) -> str:
    label = cell.label or point.label
    return f"{label or 'phone'} ext. {point.extension}" if point.extension else label
