"""Corrections of many cells at once, proposed by the program and taken by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.model.problem import Problem


class CellEdit(NamedTuple):
    """A new text for a cell: the number of its row, and its column from 0."""

    row: int
    position: int
    text: str


@dataclass(frozen=True, slots=True)
class RepairSheet:
    """What repairs are made from: the rows that were judged, with what was found wrong.

    `fields` holds the field that each column fills, "" for none; `cells` and `problems` are by row number.
    """

    names: Sequence[str]
    fields: Sequence[str]
    cells: Mapping[int, Sequence[str]]
    problems: Mapping[int, Sequence[Problem]]

    def text(self, row: int, position: int) -> str:
        """The text of a cell, "" beyond the end of its row."""
        cells = self.cells.get(row, ())
        return cells[position] if position < len(cells) else ""


@dataclass(frozen=True, slots=True)
class Repair:
    """One correction of many cells: `title` says what it does, `detail` why, `rule` what it mends."""

    id: str
    title: str
    detail: str
    rule: str
    edits: tuple[CellEdit, ...]

    @property
    def rows(self) -> int:
        """How many rows it changes."""
        return len({edit.row for edit in self.edits})
