"""Cells that are left out anyway, since they could not be understood, are emptied with the person's knowledge."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from importer.model.problem import Severity
from importer.model.repair import CellEdit, Repair
from importer.regex import regex
from importer.text import counted, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model.repair import RepairSheet

CELLS = {
    "email-not-valid": "email cell",
    "date-not-valid": "date cell",
    "number-not-valid": "number cell",
    "url-not-a-link": "link cell",
    "boolean-unknown": "yes-or-no cell",
    "name-placeholder": "name cell",
}
"""The rules that leave a cell out of its row, and what is emptied for each."""

_SEVERAL = "email-not-valid"
"""The rule that may stand several times for one cell, once for each part of it."""

_BETWEEN = regex(r"[;,|/\s]+")


def empty_bad_cells(sheet: RepairSheet) -> Iterator[Repair]:
    """Propose to empty the cells of a column with one of these problems; only where the row is sent without them."""
    rows_of_cell: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row, problems in sorted(sheet.problems.items()):
        if any(problem.severity is Severity.ERROR for problem in problems):
            continue
        cells = Counter((problem.rule, problem.position) for problem in problems if problem.rule in CELLS)
        for (rule, position), count in cells.items():
            if not row or position is None:
                continue
            parts = [*filter(None, _BETWEEN.split(sheet.text(row, position)))]
            # Another address in the cell is a good one, and would be lost with it.
            if rule != _SEVERAL or len(parts) <= count:
                rows_of_cell[rule, position].append(row)
    for (rule, position), rows in rows_of_cell.items():
        example = shorten(sheet.text(rows[0], position))
        yield Repair(
            f"empty-{rule}-{position}",
            f"Empty {counted(len(rows), CELLS[rule])}",
            f'In "{sheet.names[position]}", such as {example} in row {rows[0]:,}. Each row is imported without it.',
            rule,
            tuple(CellEdit(row, position, "") for row in rows),
        )
