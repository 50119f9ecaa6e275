"""Rows that cannot be imported as they are, are left out with the person's knowledge."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from importer.model.problem import Severity
from importer.model.repair import CellEdit, Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model.repair import RepairSheet


_MOST_SHARE, _ALWAYS = 0.25, 3


def leave_out_rows(sheet: RepairSheet) -> Iterator[Repair]:
    """Propose to leave out the rows with an error, by the rule of their first one."""
    rows_of_reason: dict[str, list[int]] = defaultdict(list)
    for row, problems in sorted(sheet.problems.items()):
        errors = [problem.rule for problem in problems if problem.severity is Severity.ERROR]
        if row in sheet.cells and errors:
            rows_of_reason[errors[0]].append(row)
    for rule, rows in sorted(rows_of_reason.items(), key=lambda item: -len(item[1])):
        # So many rows have one cause, and its cure is not to leave them out.
        if len(rows) > max(len(sheet.cells) * _MOST_SHARE, _ALWAYS):
            continue
        numbers = ", ".join(f"{row:,}" for row in rows[:5]) + (f" and {len(rows) - 5:,} more" if len(rows) > 5 else "")
        yield Repair(
            f"leave-out-{rule}",
            # Of two with so many rows each, the numbers tell which is which.
            f"Leave out row {numbers}" if len(rows) == 1 else f"Leave out {len(rows):,} rows: {numbers}",
            "The sheet itself is not changed.",
            rule,
            tuple(
                CellEdit(row, position, "")
                for row in rows
                for position, text in enumerate(sheet.cells[row])
                if text.strip()
            ),
        )
