"""After a run: what was handed back to the person is kept, and what they have corrected becomes corrections.csv."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.delivery.journal.returned import ReturnedCells
from importer.identity.marks import cells_mark, own_cells
from importer.model import column_names
from importer.model.folder_names import CORRECTIONS_FILE
from importer.pipeline.reading.corrections import (
    CorrectedRow,
    corrected_lines,
    read_corrections,
    save_corrections,
)
from importer.spreadsheet.rejects.rejects import keep, layout_of, numbered_cells, returned
from importer.spreadsheet.text.records import MULTILINE, SHADOW, STRAY, UNCLOSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from importer.delivery.journal import Journal
    from importer.model import SourceTable
    from importer.pipeline.reading.corrections import Corrections

TORN = frozenset({"bad-bytes", "extra-cells", SHADOW, STRAY, UNCLOSED, MULTILINE})
"""Rules about how a file is written: a row may be right as it is once it is in a file of its own."""


def hand_back(
    table: SourceTable, journal: Journal, corrections: Corrections, out: Path, *, is_part: bool, is_done: bool
) -> list[str]:
    """Keep the rows that are handed back, or take what a person has corrected in them; give the files written.

    `is_part`: the table holds rejects of this folder. `is_done`: the run has come to its end. Raises DiskFailed, or
    SettingsError if the corrections that are there cannot be read.
    """
    if not is_part:
        names = [table.headers[position] for position in layout_of(table).kept]
        journal.remember_returned(names, _returned(table, names, journal, corrections))
        return []
    _keep_removed_rows(table, journal)
    if not is_done:
        return []
    former = read_corrections(out / CORRECTIONS_FILE)
    lines = corrected_lines(former, column_names(journal.returned_headers()), _corrected_rows(table, journal))
    if lines == former:
        return []
    marker, own = journal.marker, set(lines) - set(former)
    # Before the file: a line that is in the file alone would look as if another person had written it.
    journal.remember_corrections([line.mark(marker) for line in own])
    save_corrections(out / CORRECTIONS_FILE, lines)
    return [CORRECTIONS_FILE]


def _returned(
    table: SourceTable, names: Sequence[str], journal: Journal, corrections: Corrections
) -> Iterator[tuple[int, ReturnedCells]]:
    marker, own = journal.marker, own_cells(names)
    for row in returned(table, journal.rejects()):
        cells = (*row.cells, *row.beyond)
        number = row.reject.row
        # A row that was corrected before is known by its cells in the sheet, which are not those handed back.
        mark = corrections.marks.get(number) or cells_mark(marker, own(cells))
        yield number, ReturnedCells(mark, cells, any(problem.rule in TORN for problem in row.reject.problems))


def _corrected_rows(table: SourceTable, journal: Journal) -> Iterator[CorrectedRow]:
    """Give the rows of a rejects file beside what was handed back, column by column."""
    layout, names = layout_of(table), column_names(journal.returned_headers())
    own = column_names(tuple(layout.headers[position] for position in layout.kept))
    places = dict(zip(own, layout.kept, strict=True))
    rows = list(numbered_cells(table))
    handed_back = journal.returned_rows([row for row, _ in rows])
    imported = journal.imported_rows()
    for row, cells in rows:
        if row not in handed_back:
            continue
        before = list(handed_back[row].cells)
        after = []
        for name, text in zip(names, before, strict=False):
            place = places.get(name, -1)
            # A column that the person removed from the rejects says nothing.
            after.append(text if place < 0 else cells[place] if place < len(cells) else "")
        after += cells[layout.width :]
        is_mended = handed_back[row].is_torn and row in imported
        yield CorrectedRow(row, handed_back[row].mark, before, after, is_mended)


def _keep_removed_rows(table: SourceTable, journal: Journal) -> None:
    """Keep the cells of rows that are still rejected, although the person has removed them from the rejects."""
    layout = layout_of(table)
    headers = column_names(tuple(layout.headers[position] for position in layout.kept))
    present = {row for row, _ in numbered_cells(table)}
    removed = [reject.row for reject in journal.rejects() if reject.row not in present]
    names = column_names(journal.returned_headers())
    for row, handed_back in journal.returned_rows(removed).items():
        texts = dict(zip(names, handed_back.cells, strict=False))
        cells = [""] * layout.width
        for header, position in zip(headers, layout.kept, strict=True):
            cells[position] = texts.get(header, "")
        keep(table, {row: (*cells, *handed_back.cells[len(names) :])})
