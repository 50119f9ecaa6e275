"""A sheet as it was judged, kept in memory so that a person can correct its cells and see at once what becomes of it.

Every judgement is that of `check`: the whole sheet is judged by it, an edited row by the same steps.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from importer.delivery.journal import Journal
from importer.delivery.journal_place import SANDBOX_ADDRESS
from importer.errors import SettingsError
from importer.identity.marks import own_cells
from importer.model import Problem, Severity, Status
from importer.model.delivery import HANDED_BACK
from importer.model.repair import CellEdit, RepairSheet
from importer.pipeline.check import check
from importer.pipeline.reading.column_lines import describe
from importer.pipeline.reading.edited_cells import EditedRow, save_edits
from importer.pipeline.reading.staging import judge_rows
from importer.pipeline.telemetry.statistics import RunStatistics
from importer.repairs.proposals import repairs
from importer.spreadsheet.rejects.rejects import chunk_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.model.repair import Repair
    from importer.pipeline.job import Job, Report
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.run_context import RunContext


class CellChange(NamedTuple):
    """A cell that was edited, with its text before and after."""

    row: int
    position: int
    before: str
    after: str


@dataclass
class Worksheet:
    """The rows of a sheet with their cells, what is wrong with each, and how each would end.

    `problems` holds those of a row by its number, and those of columns and of the whole sheet under 0. `cells` are
    as corrected, `statuses` are those of `check`: `unfinished` is a row that a run would send.
    """

    job: Job
    report: Report
    sheet: PreparedSheet
    cells: dict[int, list[str]] = field(default_factory=dict)
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    statuses: dict[int, Status] = field(default_factory=dict)
    details: dict[int, str] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)
    _marks: dict[int, int] = field(default_factory=dict)
    _repeats: frozenset[int] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """What the columns are called."""
        return self.sheet.table.names

    @property
    def fields(self) -> tuple[str, ...]:
        """The field that each of the sheet's own columns fills, "" for a column that is not sent."""
        lines = {line["column"]: line["field"] for line in describe(self.sheet.mapping)}
        return tuple(lines.get(name, "") for name in self.names)

    def severity(self, row: int) -> Severity | None:
        """The worst that is said of a row; None if there is nothing that a person should look at."""
        if self.statuses.get(row) in HANDED_BACK:
            return Severity.ERROR
        severities = {problem.severity for problem in self.problems.get(row, ())}
        return next((severity for severity in (Severity.ERROR, Severity.WARNING) if severity in severities), None)

    def is_corrected(self, row: int) -> bool:
        """Whether a cell of a row was corrected by the person."""
        return row in self._marks

    @property
    def to_correct(self) -> int:
        """How many rows are not sent as they are."""
        return sum(status in HANDED_BACK for status in self.statuses.values())

    def counts(self) -> Counter[Status]:
        """How many rows end in each way."""
        return Counter(self.statuses.values())

    def edit(self, edits: Iterable[CellEdit]) -> list[CellChange]:
        """Change cells, write them into corrections.csv, judge their rows again, and return what has changed.

        Raises SettingsError for a cell that cannot be corrected, OutputError, JournalError or DiskFailed; nothing is
        changed then.
        """
        changes: dict[tuple[int, int], CellChange] = {}
        for edit in edits:
            cells = self.cells.get(edit.row)
            if cells is None or not 0 <= edit.position < max(len(self.names), len(cells)):
                raise SettingsError(
                    f"Row {edit.row:,} of {self.sheet.table.file} no longer has this cell.", "Read the sheet again."
                )
            before = cells[edit.position] if edit.position < len(cells) else ""
            if before != edit.text:
                changes[edit.row, edit.position] = CellChange(edit.row, edit.position, before, edit.text)
        if not changes:
            return []
        rows = {change.row: list(self.cells[change.row]) for change in changes.values()}
        if twins := sorted(rows.keys() & self._repeats):
            raise SettingsError(
                f"Row {twins[0]:,} has the same cells as another row, so a correction could not tell them apart.",
                "Correct it in the sheet itself, or leave it: a repeated row is imported once.",
            )
        cells_before = {row: tuple(cells) for row, cells in rows.items()}
        for change in changes.values():
            cells = rows[change.row]
            cells += [""] * (change.position + 1 - len(cells))
            cells[change.position] = change.after
        edited = [EditedRow(row, cells_before[row], cells) for row, cells in sorted(rows.items())]
        self._marks |= save_edits(self.job, self.names, edited, self._marks)
        self.cells |= rows
        self._judge(rows)
        return list(changes.values())

    def repairs(self) -> tuple[Repair, ...]:
        """The corrections of many cells at once that are offered."""
        return repairs(RepairSheet(self.names, self.fields, self.cells, self.problems))

    def repair(self, repair_id: str) -> list[CellChange]:
        """Carry out one of the repairs that are offered. Raises what `edit` raises."""
        chosen = next((repair for repair in self.repairs() if repair.id == repair_id), None)
        if chosen is None:
            offered = ", ".join(repair.id for repair in self.repairs()) or "none"
            raise SettingsError(f"No repair is called {repair_id!r} now (offered: {offered}).", "Choose one of them.")
        return self.edit(chosen.edits)

    def _judge(self, rows: Iterable[int]) -> None:
        chunk = chunk_of(self.sheet.table, {row: self.cells[row] for row in sorted(rows)})
        with Journal.open(None, SANDBOX_ADDRESS, "") as journal:
            steps, problems = judge_rows(self.job, self.sheet, chunk, journal, RunStatistics())
        for row in rows:
            self.problems.pop(row, None)
        for problem in problems:
            self.problems.setdefault(problem.row or 0, []).append(problem)
        for step in steps:
            self.statuses[step.row] = step.status or Status.UNFINISHED
            self.details[step.row], self.ids[step.row] = step.detail, step.external_id

    def _take(self, context: RunContext, sheet: PreparedSheet) -> None:
        """Take over what `check` has judged."""
        self.sheet = sheet
        journal = context.journal
        for problem in journal.problems():
            self.problems.setdefault(problem.row or 0, []).append(problem)
        for outcome in journal.outcomes():
            self.statuses[outcome.row] = outcome.status
            self.details[outcome.row], self.ids[outcome.row] = outcome.detail, outcome.external_id
        for chunk in sheet.table.chunks():
            for row, cells in zip(chunk.rows, chunk.originals, strict=True):
                self.cells[row] = [*cells, *[""] * (len(sheet.table.headers) - len(cells))]
        self._marks = dict(context.corrections.marks)
        # A correction names its row by its cells, so one of two equal rows cannot be corrected; where each is in a file
        # of its own, both are. Those that were corrected before are told apart already.
        own_names, row_names = own_cells(sheet.table.headers), sheet.table.row_names
        keys = {
            row: hash(
                (
                    row_names.place(row).file if row_names else "",
                    *sorted(text for cell in own_names(cells) if (text := cell.strip())),
                )
            )
            for row, cells in self.cells.items()
            if row not in self._marks
        }
        counts = Counter(keys.values())
        self._repeats = frozenset(row for row, key in keys.items() if counts[key] > 1)


def open_worksheet(job: Job) -> Worksheet:
    """Judge the sheet of `job` as `check` does, with the same files written, and keep its rows. Raises CannotStart."""
    taken: list[Worksheet] = []

    def look(context: RunContext, sheet: PreparedSheet) -> None:
        # The hooks belong to the command that reads the sheet now; later edits have nothing to tell them.
        worksheet = Worksheet(job, None, sheet)  # type: ignore[arg-type]  # its report is made last
        worksheet._take(context, sheet)
        taken.append(worksheet)

    report = check(job, look)
    return replace(taken[0], report=report)
