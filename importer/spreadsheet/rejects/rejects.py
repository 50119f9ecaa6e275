"""Rejects joined with the rows they are about, in the shape that is handed back.

The person's columns come first, untouched and in order, padded so that the four added cells are under their names.
Cells that a row had beyond the header follow, without a name, so that nothing is lost; imported again, such a row has
extra cells until the person has corrected it. Where the file was a rejects file itself, its four added columns are
replaced.
"""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from importer.model import Problem, Reject, Severity, SourceTable
from importer.spreadsheet.grid import extent
from importer.spreadsheet.header import ADDED
from importer.spreadsheet.layout import Layout
from importer.spreadsheet.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PROBLEM_CHARACTERS = 2000


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
    return [layout.headers[position] for position in layout.kept] + list(ADDED)


def keep(table: SourceTable, originals: Mapping[int, tuple[str, ...]]) -> None:
    """Keep rows in memory, as they are in the file, because they will be handed back; as many as there is room for."""
    if isinstance(table.chunks, Rows):
        table.chunks.keep(originals)


def returned(table: SourceTable, rejects: Iterable[Reject]) -> Iterator[ReturnedRow]:
    """Every reject (in row order) with its row; a row that the table does not have comes back empty."""
    layout = layout_of(table)
    in_memory = table.chunks.kept if isinstance(table.chunks, Rows) else {}
    positions, width = layout.kept, layout.width
    rows = _rows(table)  # nothing is read before a row is needed that was not kept in memory
    row, original = 0, tuple[str, ...]()
    for reject in rejects:
        if reject.row in in_memory:
            cells = in_memory[reject.row]
        else:
            # Both rise, so that the file is read once, however many rows are rejected.
            while row < reject.row:
                row, original = next(rows, (sys.maxsize, ()))
            cells = original if row == reject.row else ()
            if cells:
                keep(table, {row: cells})
        own = [cells[position] if position < len(cells) else "" for position in positions]
        beyond = list(cells[width:])
        yield ReturnedRow(reject, own, added(reject), beyond[: extent(beyond)])


def _rows(table: SourceTable) -> Iterator[tuple[int, tuple[str, ...]]]:
    if isinstance(table.chunks, Rows):
        # The records, not the chunks: chunks also check every other row, which takes much longer.
        with closing(table.chunks.records()) as records:
            for record in records:
                yield record.row, tuple(record.cells)
        return
    for chunk in table.chunks():
        yield from zip(chunk.rows, chunk.originals, strict=True)


def added(reject: Reject) -> list[str]:
    """The four cells that are added to a row: its number, the columns at fault, what is wrong, its external id."""
    problems = worst_first(reject.problems)
    columns = dict.fromkeys(problem.column for problem in problems if problem.column)
    messages = " | ".join(dict.fromkeys(problem.message for problem in problems))
    return [str(reject.row), "; ".join(columns), messages[:PROBLEM_CHARACTERS], reject.external_id]


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """The errors of a row; its warnings where there is no error."""
    problems = list(problems)
    return [problem for problem in problems if problem.severity is Severity.ERROR] or problems
