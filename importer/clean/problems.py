"""The problems of a chunk, collected cell by cell and handed out in row order."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from importer.clean.finding import LONGEST_CELL
from importer.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importer.clean.finding import CellFinding
    from importer.clean.rules import CleanRules

# Calling the class takes three times as long, and every row of a sheet may have a problem.
_new = tuple.__new__


class ProblemCollector:
    """Takes findings of cells and adds their row, column, value and severity.

    A bad value costs its row under `--bad-cells reject`, else the value is left out; the caller can decide otherwise.
    """

    def __init__(self, rows: Sequence[int], names: Sequence[str], rules: CleanRules) -> None:
        self._rows = rows
        self.names = names
        self._costs_row = rules.bad_cells == "reject"
        self._taken: list[tuple[int, int, Problem]] = []

    def take(
        self, row_index: int, position: int, value: str, finding: CellFinding, *, costs_row: bool | None = None
    ) -> None:
        """Add a finding of the cell in a row (from 0 in the chunk) and the column at `position`."""
        self.take_all((row_index,), position, value, finding, costs_row=costs_row)

    def take_all(
        self,
        row_indexes: Iterable[int],
        position: int,
        value: str,
        finding: CellFinding,
        *,
        costs_row: bool | None = None,
    ) -> None:
        """Add the same finding of equal cells in several rows."""
        fatal = finding.bad and (self._costs_row if costs_row is None else costs_row)
        severity = Severity.ERROR if fatal else Severity.WARNING
        loss = ("The row is rejected. " if fatal else "It is left out. ") if finding.bad else ""
        message = f"{finding.what} {loss}{finding.next_step}"
        value = value if len(value) <= LONGEST_CELL else f"{value[:LONGEST_CELL]}…"
        name, rule = self.names[position], finding.rule
        rows = self._rows
        self._taken += [
            (index, position, _new(Problem, (rows[index], name, value, rule, severity, message, position)))
            for index in row_indexes
        ]

    def problems(self) -> tuple[Problem, ...]:
        """All problems, by row, then by column."""
        return tuple(problem for _, _, problem in sorted(self._taken, key=itemgetter(0, 1)))
