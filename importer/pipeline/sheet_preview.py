"""The first rows of a sheet as they are in the file, titles and column names among them, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.errors import ReadingUnclear
from importer.pipeline.reading.source import open_source
from importer.spreadsheet.rejects.rejects import first_records, sheet_names
from importer.spreadsheet.sheet_view import ranges
from importer.text import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.model import SourceTable
    from importer.pipeline.job import Job

FIRST_ROWS = 20
_ROWS_BELOW_HEADER = 3


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """A sheet as it is opened: `records` are its first rows with their numbers, `sheets` those of its workbook.

    `hidden`: what the sheet hides, by a filter or by hand, in words. `unclear`: what a person has to say before the
    sheet can be read; `table` is then only something to look at.
    """

    table: SourceTable
    records: tuple[tuple[int, tuple[str, ...]], ...]
    sheets: tuple[str, ...]
    unclear: ReadingUnclear | None = None
    hidden: tuple[str, ...] = ()


def sheet_preview(job: Job) -> SheetPreview:
    """Open the sheet of `job` and return its first rows. Raises SourceError or SettingsError."""
    table, unclear = _open(job)
    records = first_records(table, max(FIRST_ROWS, table.header_row + _ROWS_BELOW_HEADER))
    rows = tuple((row, tuple(cells)) for row, cells in records)
    return SheetPreview(table, rows, sheet_names(table), unclear, tuple(_hidden(table, rows)))


def _hidden(table: SourceTable, rows: Sequence[tuple[int, tuple[str, ...]]]) -> Iterator[str]:
    if table.hidden_rows:
        verb = "is" if len(table.hidden_rows) == 1 else "are"
        yield (
            f"{len(table.hidden_rows):,} of {table.rows_with_hidden:,} rows {verb} hidden: {ranges(table.hidden_rows)}."
        )
    if table.hidden_columns:
        # A column that is left out has no name in the table any more.
        header = dict(rows).get(table.header_row, ())
        names = [*header, *table.names[len(header) :]]
        verb = "is" if len(table.hidden_columns) == 1 else "are"
        hidden_names = listed([names[position] for position in table.hidden_columns])
        yield f"{counted(len(table.hidden_columns), 'column')} {verb} hidden: {hidden_names}."


def _open(job: Job) -> tuple[SourceTable, ReadingUnclear | None]:
    first, options = None, dict[str, int | str]()
    while True:
        try:
            settings = job.settings.model_copy(update=options)
            return open_source(replace(job, settings=settings)), first
        except ReadingUnclear as error:
            # Each time something else is given, or there is nothing to show.
            if error.preview.items() <= options.items():
                raise
            first, options = first or error, options | error.preview
