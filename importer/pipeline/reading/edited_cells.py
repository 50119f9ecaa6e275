"""Cells that a person has edited are written into corrections.csv, as the lines that this folder wrote itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.api.address import base_url
from importer.delivery.journal import Journal
from importer.delivery.journal_place import SANDBOX_ADDRESS, journal_of
from importer.disk import make_folder
from importer.identity.marks import cells_mark, own_cells
from importer.model.folder_names import CORRECTIONS_FILE
from importer.pipeline.reading.corrections import (
    CorrectedRow,
    cells_name,
    corrected_lines,
    read_corrections,
    save_corrections,
)
from importer.settings.api_key import SANDBOX_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.pipeline.job import Job


class EditedRow(NamedTuple):
    """A row before and after an edit; its cells before are those of the sheet, unless it was corrected before."""

    row: int
    before: Sequence[str]
    after: Sequence[str]


def open_journal(job: Job) -> Journal:
    """Open the journal of the job's folder, or make it; nothing is sent. Raises OutputError or JournalError."""
    make_folder(job.out)
    path = journal_of(job.out)
    if job.settings.sandbox:
        return Journal.open(path, SANDBOX_ADDRESS, SANDBOX_KEY)
    key = job.key.get_secret_value() if job.key else ""
    return Journal.open(path, base_url(job.settings.base_url), key)


def save_edits(job: Job, names: Sequence[str], rows: Iterable[EditedRow], marks: Mapping[int, int]) -> dict[int, int]:
    """Bring corrections.csv up to date with edited rows, and return the marks of their cells in the sheet.

    `names` are those of the columns, `marks` those of rows that were corrected before. An edit that gives a cell its
    text in the sheet back takes its line away. Raises OutputError, JournalError, SettingsError or DiskFailed.
    """
    path = job.out / CORRECTIONS_FILE
    with open_journal(job) as journal:
        marker, own = journal.marker, own_cells(names)
        edited = [
            CorrectedRow(
                edit.row,
                marks.get(edit.row) or cells_mark(marker, own(edit.before)),
                list(edit.before),
                list(edit.after),
                False,
            )
            for edit in rows
        ]
        lines_before = read_corrections(path)
        touched = {cells_name(row.mark) for row in edited}
        lines = [
            line
            for line in corrected_lines(lines_before, names, edited)
            if line.cells not in touched or line.was.strip() != line.now.strip()
        ]
        # Before the file: a line that is in the file alone would look as if another person had written it.
        journal.remember_corrections([line.mark(marker) for line in set(lines) - set(lines_before)])
        if lines:
            save_corrections(path, lines)
        else:
            path.unlink(missing_ok=True)
    return {row.row: row.mark for row in edited}
