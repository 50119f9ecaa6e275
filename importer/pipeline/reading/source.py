"""Opening the file of a job, and looking at the first values of its columns."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.mapping.suggest.is_header import knows_header
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions

if TYPE_CHECKING:
    from importer.model import SourceTable
    from importer.pipeline.job import Job

SAMPLE_ROWS = 200


def open_source(job: Job) -> SourceTable:
    """Open the file of the job, and tell the person how it is read. Raises SourceError."""
    settings = job.settings
    options = ReadOptions(
        sheet=settings.sheet,
        header_row=settings.header_row,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        hidden=settings.hidden,
        region=settings.region,
        limit=settings.limit,
        knows_header=knows_header,
    )
    if job.records is None:
        table = open_table(job.file, options, stdin=job.stdin)
    else:
        # Written by this program itself, so nothing about it has to be found out.
        options = replace(options, sheet=None, header_row=1, encoding="utf-8", delimiter=",")
        table = replace(open_table("-", options, stdin=io.BytesIO(job.records)), file=job.file)
    _refuse_results(table)
    decided = "; ".join(f"{decision.what}: {decision.value}" for decision in table.decisions)
    text = f"Reading {table.file}" + (f" ({decided})" if decided else "")
    job.hooks.note(text, name="opened", file=table.file, digest=table.digest)
    return table


def _refuse_results(table: SourceTable) -> None:
    """Refuse the tables that this program writes about an import: their columns would become contacts."""
    if {"contact_id", "rule", "_cells"}.isdisjoint(table.headers):
        return
    from importer.report.dedupe import DEDUPE_HEADER
    from importer.report.tables import CORRECTIONS_HEADER, ID_MAP_HEADER, PROBLEMS_HEADER
    from importer.report.undo import UNDO_HEADER
    from importer.report.verify import VERIFY_HEADER

    our_headers = (ID_MAP_HEADER, PROBLEMS_HEADER, CORRECTIONS_HEADER, VERIFY_HEADER, UNDO_HEADER, DEDUPE_HEADER)
    if any(table.headers[: len(header)] == header for header in our_headers):
        raise SourceError(
            f"{table.file} is a table that this program writes about an import, and no sheet of contacts.",
            "Import the sheet itself; rows that are to be corrected are in rejects.csv or rejects.xlsx.",
        )


def samples_of(table: SourceTable) -> list[list[str]]:
    """Return the first values of each column, by position."""
    # The first rows say enough about a column, and reading more would cost time on every sheet.
    first = next(islice(table.chunks(), 1), None)
    if first is None:
        return [[] for _ in table.headers]
    return [list(texts[:SAMPLE_ROWS]) for texts in first.columns]
