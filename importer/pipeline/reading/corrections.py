"""What a person has corrected, laid over the sheet: `corrections.csv` (`row,column,was,now,_cells`).

`_cells` names the row by all of its cells before they were corrected, so that a line applies to that row wherever it
is now, and to no other. The sheet itself is never touched.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from importer.disk import file_text
from importer.errors import GuardStop, SettingsError
from importer.identity.marks import cells_mark, own_cells
from importer.model import Problem, Severity
from importer.model.folder_names import CORRECTIONS_FILE
from importer.report.tables import CORRECTIONS_HEADER, write_corrections
from importer.spreadsheet.rejects.guard import guarded, unguarded
from importer.spreadsheet.rejects.rejects import correct, numbered_cells
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from importer.delivery.journal import Journal
    from importer.delivery.journal.read_only import ReadOnlyJournal
    from importer.model import SourceTable
    from importer.pipeline.job import Job

RULE = "corrected-by-person"
LEFT_OVER = "correction-without-row"


class Correction(NamedTuple):
    """One cell that a person has corrected: `row` is its row then, `cells` the mark of the row before, as text."""

    row: str
    column: str
    was: str
    now: str
    cells: str

    def mark(self, marker: Callable[[str], int]) -> int:
        """The mark by which the journal knows the lines that this folder wrote itself."""
        return marker("correction " + json.dumps((self.cells, self.column, self.now), ensure_ascii=False))


class CorrectedRow(NamedTuple):
    """A row of the rejects, as it was handed back and as it is now, column by column.

    `mark` is that of its cells in the sheet; `is_mended`: it was rejected for how the file is written, and is imported.
    """

    row: int
    mark: int
    before: list[str]
    after: list[str]
    is_mended: bool


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a sheet is read with: the marks of the rows before they were corrected, and lines to be accepted."""

    marks: Mapping[int, int] = field(default_factory=dict)
    unknown: tuple[int, ...] = ()


NO_CORRECTIONS = Corrections()


def cells_name(mark: int) -> str:
    """Return the mark of a row's cells as it is written: with a letter, so that no program takes it for a number."""
    return f"m{mark:016x}"


def read_corrections(path: Path) -> list[Correction]:
    """Return the lines of a corrections file, none if there is no file. Raises SettingsError."""
    try:
        text = file_text(path, "utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        step = "Save it as CSV in UTF-8, or move it out of the folder; then run again."
        raise SettingsError(f"{path} cannot be read ({reason}).", step) from error
    first = text.split("\n", 1)[0]
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    if missing := set(CORRECTIONS_HEADER) - set(lines.fieldnames or ()):
        step = "Put the columns back, or move the file out of the folder; then run again."
        raise SettingsError(f"{path} has no column {', '.join(sorted(missing))}.", step)
    return [Correction(*(unguarded(line[name] or "") for name in CORRECTIONS_HEADER)) for line in lines]


def save_corrections(path: Path, lines: Iterable[Correction]) -> None:
    """Write a corrections file. Raises DiskFailed."""
    write_corrections(path, (tuple(map(guarded, line)) for line in lines))


def lay_over(job: Job, table: SourceTable, journal: Journal | ReadOnlyJournal) -> tuple[SourceTable, Corrections]:
    """Return the table as the person has corrected it, with a line for each correction.

    Raises GuardStop if others wrote some of them, which a person has to accept, or SettingsError.
    """
    path = job.out / CORRECTIONS_FILE
    lines = read_corrections(path)
    if not lines:
        return table, NO_CORRECTIONS
    marker = journal.marker
    corrections = journal.known_corrections()
    unknown = tuple(mark for line in lines if (mark := line.mark(marker)) not in corrections)
    if unknown and not job.settings.accept_corrections:
        _stop_or_warn_of_unknown(job, f"{path} has {counted(len(unknown), 'line')} that this folder did not write.")
    lines_by_cells = defaultdict(list)
    for line in lines:
        lines_by_cells[line.cells].append(line)
    own_names = own_cells(table.headers)
    rows = _rows_by_cells(table, own_names, marker, lines_by_cells)
    changes: dict[int, dict[int, str]] = {}
    problems: list[Problem] = []
    marks: dict[int, int] = {}
    positions = {name: position for position, name in enumerate(table.names)}
    for name, matching in rows.items():
        if len(matching) != 1 and not _is_in_files(table, [(row, own_names(cells)) for row, _, cells in matching]):
            continue
        fitting = [(line, positions.get(line.column, _beyond(line.column))) for line in lines_by_cells.pop(name)]
        if gone := [line for line, position in fitting if position < 0]:
            lines_by_cells[name] = gone
        for row, mark, cells in matching:
            marks[row] = mark
            changes[row] = {position: line.now for line, position in fitting if position >= 0}
            for line, position in fitting:
                value = cells[position] if position < len(cells) else ""
                if position >= 0 and value.strip() != line.now.strip():
                    text = (
                        f'Row {row:,}, column "{line.column}": "{value}" in the sheet is read as "{line.now}", as '
                        f"corrected in {CORRECTIONS_FILE}. "
                        "Nothing to do; to undo the correction, delete its line there."
                    )
                    problems.append(Problem(row, line.column, value, RULE, Severity.INFORMATION, text, position))
    correct(table, changes)
    left_over = sum(map(len, lines_by_cells.values()))
    if problems:
        job.hooks.note(
            f"{counted(len(problems), 'cell')} in {counted(len(changes), 'row')} read as corrected in {path}"
        )
    if left_over:
        text = (
            f"{counted(left_over, 'line')} of {CORRECTIONS_FILE} not applied, because no row of the sheet, or more "
            "than one, is the row that was corrected. "
            "Nothing to do if the sheet itself was corrected or the row was removed."
        )
        job.hooks.note(text)
        problems.append(Problem(None, None, "", LEFT_OVER, Severity.INFORMATION, text))
    return replace(table, problems=(*table.problems, *problems)), Corrections(marks, unknown)


def _stop_or_warn_of_unknown(job: Job, message: str) -> None:
    """Warn of lines that others wrote if a person is asked before anything is sent. Raises GuardStop else."""
    if job.hooks.confirm is None:
        step = "Look at them: if they are right, add --accept-corrections; else delete them or move the file away."
        raise GuardStop(f"{message} Nothing was sent.", step)
    job.hooks.warn(f"{message} They are used if you go on.")


def _rows_by_cells(
    table: SourceTable,
    own_names: Callable[[Sequence[str]], Sequence[str]],
    marker: Callable[[str], int],
    names: Collection[str],
) -> Mapping[str, list[tuple[int, int, Sequence[str]]]]:
    """The rows whose cells have one of the names, each with its number, the mark of its cells, and the cells."""
    rows: dict[str, list[tuple[int, int, Sequence[str]]]] = defaultdict(list)
    for row, cells in numbered_cells(table):
        mark = cells_mark(marker, own_names(cells))
        if (name := cells_name(mark)) in names:
            rows[name].append((row, mark, cells))
    return rows


def _is_in_files(table: SourceTable, rows: Sequence[tuple[int, Sequence[str]]]) -> bool:
    """Whether rows are one and the same row, as exports of several nights have it: cell by cell, once in each file."""
    names = table.row_names
    files = {names.place(row).file for row, _ in rows} if names else set()
    return len(files) == len(rows) and len({tuple(cells) for _, cells in rows}) == 1


def _beyond(column: str) -> int:
    """The position of a column that has no name, -1 if the name is that of a column that is gone."""
    number = column.removeprefix("#")
    is_number = column.startswith("#") and number.isascii() and number.isdigit() and 0 < len(number) < len("10000")
    return int(number) - 1 if is_number else -1


def corrected_lines(
    former: Iterable[Correction], names: Sequence[str], rows: Iterable[CorrectedRow]
) -> list[Correction]:
    """Return all corrections: the former ones, with those of newly corrected rows in place of their old ones."""
    lines = {(line.cells, line.column): line for line in former}
    for row, mark, before, after, is_mended in rows:
        name = cells_name(mark)
        width = max(len(before), len(after))
        columns = [*names, *(f"#{position + 1}" for position in range(len(names), width))]
        before, after = before + [""] * (width - len(before)), after + [""] * (width - len(after))
        pairs = list(zip(columns, before, after, strict=False))
        changed = [pair for pair in pairs if pair[1].strip() != pair[2].strip()]
        # The row is right without a change in a file of its own: a line that changes nothing records that.
        if is_mended and not changed and not any(key[0] == name for key in lines):
            changed = [pair for pair in pairs if pair[1].strip()][:1]
        for column, was, now in changed:
            former_line = lines.pop((name, column), None)
            was = former_line.was if former_line else was
            lines[name, column] = Correction(str(row), column, was, now, name)
    return list(lines.values())
