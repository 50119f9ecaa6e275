"""Rejects joined with the rows they are about, in the shape that is handed back.

The person's columns come first, untouched and in order, padded so that the four added cells are under their names.
Cells that a row had beyond the header follow, without a name, so that nothing is lost; imported again, such a row has
extra cells until the person has corrected it. Where the file was a rejects file itself, its four added columns are
replaced.
"""

from __future__ import annotations

import sys
from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from importer.model import Problem, Reject, Severity, SourceChunk, SourceTable
from importer.model.added_columns import IDENTITY, REJECT_COLUMNS, ROW
from importer.spreadsheet.grid import extent
from importer.spreadsheet.layout import Layout
from importer.spreadsheet.original_rows import OriginalRows
from importer.spreadsheet.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# Calling the class takes three times as long, and there may be a million rows.
_new = tuple.__new__
_NO_CELLS: list[str] = []
PROBLEM_CHARACTERS = 2000
LONGEST_NUMBER = 10


class ReturnedRow(NamedTuple):
    """A row to hand back: the person's cells, the four added ones, and cells beyond the header."""

    reject: Reject
    cells: list[str]
    added: list[str]
    beyond: list[str]


def layout_of(table: SourceTable) -> Layout:
    """The layout of a table, also of one that was not opened here."""
    if isinstance(table.chunks, Rows):
        return table.chunks.layout
    return Layout(table.header_row, table.headers)


def header_of(layout: Layout) -> list[str]:
    """The header of what is handed back."""
    return [layout.headers[position] for position in layout.kept] + list(REJECT_COLUMNS)


def keep(table: SourceTable, originals: Mapping[int, tuple[str, ...]]) -> None:
    """Keep rows in memory, as they are in the file, because they will be handed back; as many as there is room for."""
    if isinstance(table.chunks, Rows):
        table.chunks.kept.add(originals)


class StatedRow(NamedTuple):
    """A row of a rejects file: its number there, and what its added cells say (0, "" where they say nothing)."""

    row: int
    number: int
    external_id: str


def stated_rows(table: SourceTable) -> list[StatedRow]:
    """Whose the rows of a rejects file say that they are; empty for any other file."""
    layout = layout_of(table)
    if not layout.is_rejects or not isinstance(table.chunks, Rows):
        return []
    places = layout.position(ROW), layout.position(IDENTITY)
    stated = []
    for row, cells in numbered_cells(table):
        number, external_id = (cells[place].strip() if place < len(cells) else "" for place in places)
        # A spreadsheet program may have made "5.0" of the number.
        whole = number.removesuffix(".0")
        is_number = whole.isascii() and whole.isdigit() and len(whole) < LONGEST_NUMBER
        stated.append(StatedRow(row, int(whole) if is_number else 0, external_id))
    return stated


def renumber(table: SourceTable, numbers: Mapping[int, int]) -> None:
    """Give the rows of a rejects file the numbers that they have in the sheet they come from."""
    if isinstance(table.chunks, Rows):
        table.chunks.renumber(numbers)


def returned(table: SourceTable, rejects: Iterable[Reject]) -> Iterator[ReturnedRow]:
    """Every reject (in row order) with its row; a row that the table does not have comes back empty."""
    layout = layout_of(table)
    in_memory = table.chunks.kept if isinstance(table.chunks, Rows) else OriginalRows()
    positions, width = layout.kept, layout.width
    rows = numbered_cells(table)  # nothing is read before a row is needed that was not kept in memory
    row, original = 0, tuple[str, ...]()
    for reject in rejects:
        if (cells := in_memory.get(reject.row)) is None:
            # Both rise, so that the file is read once, however many rows are rejected.
            while row < reject.row:
                row, original = next(rows, (sys.maxsize, ()))
            cells = original if row == reject.row else ()
            if cells:
                keep(table, {row: cells})
        if (missing := width - len(cells)) > 0:
            cells += ("",) * missing
        row_cells, beyond = [cells[position] for position in positions], _NO_CELLS
        if missing < 0:
            beyond = list(cells[width:])
            beyond = beyond[: extent(beyond)]
        yield _new(ReturnedRow, (reject, row_cells, added(reject), beyond))


def correct(table: SourceTable, changes: Mapping[int, Mapping[int, str]]) -> None:
    """Let some cells of a table be read as a person has corrected them, by row and position."""
    if isinstance(table.chunks, Rows):
        table.chunks.correct(changes)


def answer(table: SourceTable, answers: Mapping[int, Mapping[int, str]]) -> None:
    """Let the answers of a person in some rows of rejects be read as they are meant, by row and position."""
    if isinstance(table.chunks, Rows):
        table.chunks.correct(answers, are_mended=False)


def chunk_of(table: SourceTable, cells: Mapping[int, Sequence[str]]) -> SourceChunk:
    """The chunk that some rows of a table would be with these cells, by row number; the numbers rise."""
    if isinstance(table.chunks, Rows):
        return table.chunks.chunk_of(cells)
    width = len(table.headers)
    columns = [[(*row_cells, *[""] * width)[position] for row_cells in cells.values()] for position in range(width)]
    return SourceChunk(list(cells), columns, list(map(tuple, cells.values())))


def first_records(table: SourceTable, count: int) -> list[tuple[int, list[str]]]:
    """The first records of the file of a table, the rows above its header among them."""
    return table.chunks.first(count) if isinstance(table.chunks, Rows) else []


def sheet_names(table: SourceTable) -> tuple[str, ...]:
    """The sheets of the workbook that a table is one of, without hidden ones; empty for a text file."""
    return table.chunks.grid.sheets if isinstance(table.chunks, Rows) else ()


def numbered_cells(table: SourceTable) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every row of a table that is not blank, with its number."""
    if isinstance(table.chunks, Rows):
        # The records, not the chunks: chunks also check every other row, which takes much longer.
        with closing(table.chunks.numbered_runs()) as runs:
            for run in runs:
                yield from zip(run.rows, map(tuple, run.cells), strict=True)
        return
    for chunk in table.chunks():
        yield from zip(chunk.rows, chunk.originals, strict=True)


def added(reject: Reject) -> list[str]:
    """The four cells that are added to a row: its number, the columns at fault, what is wrong, its external id."""
    row, external_id, problems = reject
    # Most rejects have one problem, and mostly its message quotes a value that no other row has.
    if len(problems) == 1:
        [(_, column, _, _, _, message, _)] = problems
        return [str(row), column or "", message[:PROBLEM_CHARACTERS], external_id]
    faults = tuple([(severity is Severity.ERROR, column, text) for _, column, _, _, severity, text, _ in problems])
    column, problem = _at_fault(faults)
    return [str(row), column, problem, external_id]


# Any number of rows may have the same faults.
@lru_cache(maxsize=4096)
def _at_fault(faults: tuple[tuple[bool, str | None, str], ...]) -> tuple[str, str]:
    """The columns at fault and what is wrong: of the errors of a row, or of its warnings where it has no error."""
    errors = [fault for fault in faults if fault[0]] or faults
    columns = dict.fromkeys(column for _, column, _ in errors if column)
    messages = " | ".join(dict.fromkeys(message for _, _, message in errors))
    return "; ".join(columns), messages[:PROBLEM_CHARACTERS]


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """The errors of a row; its warnings where there is no error."""
    problems = list(problems)
    return [problem for problem in problems if problem.severity is Severity.ERROR] or problems
