"""The first rows of a sheet as they are in the file, titles and column names among them, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.pipeline.reading.sheet import open_source
from importer.spreadsheet.rejects.rejects import first_records, sheet_names

if TYPE_CHECKING:
    from importer.model import SourceTable
    from importer.pipeline.job import Job

FIRST_ROWS = 20
_ROWS_BELOW_HEADER = 3


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """A sheet as it is opened: `records` are its first rows with their numbers, `sheets` those of its workbook."""

    table: SourceTable
    records: tuple[tuple[int, tuple[str, ...]], ...]
    sheets: tuple[str, ...]


def sheet_preview(job: Job) -> SheetPreview:
    """Open the sheet of `job` and return its first rows. Raises SourceError or SettingsError."""
    table = open_source(job)
    records = first_records(table, max(FIRST_ROWS, table.header_row + _ROWS_BELOW_HEADER))
    return SheetPreview(table, tuple((row, tuple(cells)) for row, cells in records), sheet_names(table))
