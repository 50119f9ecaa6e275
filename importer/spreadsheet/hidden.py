"""Decisions and problems of a sheet that a person does not see whole: hidden rows, hidden columns, merged cells."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.model import Problem, ReadDecision, Severity
from importer.spreadsheet.grid import filled
from importer.spreadsheet.sheet_view import SheetView, ranges, span
from importer.text import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model.choices import HiddenPolicy
    from importer.spreadsheet.grid import Grid
    from importer.spreadsheet.layout import Layout

SKIPPED = "skipped-hidden"


@dataclass(frozen=True, slots=True)
class HiddenCells:
    """The rows below the header that are hidden, of how many in all, and the columns (from 0) that are."""

    rows: Sequence[int] = ()
    of_rows: int = 0
    columns: tuple[int, ...] = ()

    def hides(self, row: int) -> bool:
        """Whether a row is hidden."""
        place = bisect_left(self.rows, row)
        return place < len(self.rows) and self.rows[place] == row


def hidden_cells(grid: Grid, layout: Layout) -> HiddenCells:
    """What of the table below the header is hidden; the rows are read only where some are."""
    columns = tuple(
        position
        for position in range(layout.width)
        if position not in layout.nothing and grid.view.hides_column(position)
    )
    if not grid.view.hidden_rows:
        return HiddenCells(columns=columns)
    hidden = HiddenCells(grid.view.hidden_rows)
    rows, total = array("L"), 0
    with closing(grid.runs()) as runs:
        for run in runs:
            for row, has_content in zip(run.rows, filled(run.cells), strict=True):
                if has_content and row > layout.header_row:
                    total += 1
                    if hidden.hides(row):
                        rows.append(row)
    return HiddenCells(rows, total, columns)


def hidden_decisions(hidden: HiddenCells, layout: Layout, policy: HiddenPolicy) -> tuple[ReadDecision, ...]:
    """One decision for the hidden rows and one for the hidden columns, as far as there are any."""
    done = "imported" if policy == "in" else "left out"
    decisions = []
    if hidden.rows:
        counted = f"{len(hidden.rows):,} of {hidden.of_rows:,}"
        decisions.append(ReadDecision("hidden rows", f"{counted}, {done}: {ranges(hidden.rows)}"))
    if hidden.columns:
        names = listed([layout.name_of(position) for position in hidden.columns])
        decisions.append(ReadDecision("hidden columns", f"{len(hidden.columns):,}, {done}: {names}"))
    return tuple(decisions)


def hidden_problems(hidden: HiddenCells, layout: Layout, policy: HiddenPolicy) -> list[Problem]:
    """What to look at: hidden rows and columns are imported, unless the person has said to leave them out."""
    if policy == "out":
        return []
    problems = []
    if hidden.rows:
        spans = ranges(hidden.rows)
        verb, subject = ("is", "It is") if len(hidden.rows) == 1 else ("are", "They are")
        text = (
            f"{len(hidden.rows):,} of {hidden.of_rows:,} rows {verb} hidden: {spans}. {subject} imported like the "
            "others. To leave hidden rows and columns out, run again with --hidden out; to import them without this "
            "warning, show them in the sheet and save it."
        )
        problems.append(Problem(None, None, spans, "hidden-rows", Severity.WARNING, text))
    for position in hidden.columns:
        name = layout.name_of(position)
        text = (
            f'The column "{name}" is hidden in the sheet, and was treated like the others. To leave hidden rows and '
            "columns out, run again with --hidden out."
        )
        problems.append(Problem(None, name, "", "hidden-column", Severity.WARNING, text, position))
    return problems


def merged_problems(view: SheetView, layout: Layout) -> list[Problem]:
    """A warning for each column of the table that has merged cells: their value is in the first of them alone."""
    by_column: dict[int, list[str]] = defaultdict(list)
    for area in view.merged:
        is_wide = area.last_column > area.first_column
        if area.last_row <= layout.header_row and not (is_wide and area.last_row == layout.header_row > 0):
            continue  # a title above the table
        if area.first_column < layout.width:
            # A file may say that all rows are merged, thousands of times: what it costs must not depend on that.
            last_row = max(area.first_row, area.last_row)
            place = f"row{'s' if last_row > area.first_row else ''} {span(area.first_row, last_row)}"
            across = area.last_column - area.first_column + 1
            by_column[area.first_column].append(place + (f" ({across} columns wide)" if across > 1 else ""))
    problems = []
    for position, places in sorted(by_column.items()):
        name = layout.name_of(position)
        words = "; ".join(places[:5]) + (f"; and {len(places) - 5:,} more" if len(places) > 5 else "")
        text = (
            f'The column "{name}" has merged cells: {words}. Their value is in the first cell; the others were '
            "read as empty. If all of them should have the value, unmerge the cells, fill in the value, and run again."
        )
        problems.append(Problem(None, name, words, "merged-cells", Severity.WARNING, text, position))
    return problems
