"""Fields that differ, or that a run will change: how often each, and row by row with both values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from importer.report.html.page import Cell, CellMark, CountBar, CountBars, Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 500
_MOST_FIELDS = 40


class DifferenceCounter:
    """Counts differences by field, and keeps the first of them."""

    def __init__(self) -> None:
        self._by_field: Counter[str] = Counter()
        self._rows: list[tuple[Cell, ...]] = []
        self._left_out = 0

    @property
    def has_room(self) -> bool:
        """Whether the next row is shown; the name of one that is not shown is not needed."""
        return len(self._rows) < MOST

    def feed(self, row: int, name: str, field: str, *values: object) -> None:
        """Add a field of a row, whose contact has a name, with its values; "" for the contact as a whole."""
        self._by_field[field or "(the whole contact)"] += 1
        if self.has_room:
            self._rows.append((cell(row, CellMark.WHOLE), cell(name), cell(field), *map(cell, values)))
        else:
            self._left_out += 1

    def blocks(self, caption: str, heads: Iterable[str], rest_in: str) -> tuple[CountBars | Table, ...]:
        """How often each field differs, and the rows under `heads`; nothing if there are no differences."""
        if not self._rows:
            return ()
        bars = tuple(CountBar(field, count) for field, count in self._by_field.most_common(_MOST_FIELDS))
        left_out = max(0, len(self._by_field) - _MOST_FIELDS)
        table = Table(caption, ("Row", "Name", "Field", *heads), tuple(self._rows), self._left_out, rest_in)
        return CountBars("Differences by field", "Field", bars, left_out), table


def planned(changes: Iterable[tuple[int, str, str, object, object]]) -> Section:
    """What updates would change, as (row, name, field, now, after); without blocks if that is nothing."""
    counter = DifferenceCounter()
    for change in changes:
        counter.feed(*change)
    blocks = counter.blocks("Row by row", ("In the workspace now", "After the run"), "plan.json")
    lead = "What a run would change in existing contacts. Nothing has been changed yet."
    return Section("changes", "Changes", blocks, lead)
