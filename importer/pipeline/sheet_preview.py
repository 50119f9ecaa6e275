"""The first rows of a sheet as they are in the file, titles and column names among them, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.errors import ReadingUnclear
from importer.pipeline.reading.source import open_source
from importer.spreadsheet.rejects.rejects import first_records, sheet_names

if TYPE_CHECKING:
    from importer.model import SourceTable
    from importer.pipeline.job import Job

FIRST_ROWS = 20
_ROWS_BELOW_HEADER = 3


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """A sheet as it is opened: `records` are its first rows with their numbers, `sheets` those of its workbook.

    `unclear`: what a person has to say before the sheet can be read; `table` is then only something to look at.
    """

    table: SourceTable
    records: tuple[tuple[int, tuple[str, ...]], ...]
    sheets: tuple[str, ...]
    unclear: ReadingUnclear | None = None


def sheet_preview(job: Job) -> SheetPreview:
    """Open the sheet of `job` and return its first rows. Raises SourceError or SettingsError."""
    table, unclear = _open(job)
    records = first_records(table, max(FIRST_ROWS, table.header_row + _ROWS_BELOW_HEADER))
    return SheetPreview(table, tuple((row, tuple(cells)) for row, cells in records), sheet_names(table), unclear)


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
