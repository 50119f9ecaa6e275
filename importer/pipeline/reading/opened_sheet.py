"""A sheet with what its folder knows of it: rejects by the rows they come from, and what a person has corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.pipeline.reading.corrections import FILE, NO_CORRECTIONS, Corrections, lay_over, read_corrections
from importer.pipeline.reading.recognition import NEW
from importer.plan import OPEN
from importer.spreadsheet.rejects.rejects import renumber, stated_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.delivery.journal import Journal, RunRecord
    from importer.delivery.journal.read_only import ReadOnlyJournal
    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.spreadsheet.rejects.rejects import StatedRow

    Memory = Journal | ReadOnlyJournal


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """A table whose rows have the numbers of the person's sheet.

    `part_of`: the run of the sheet whose rejects it holds; None for a sheet of its own. `corrections`: what it is read
    with.
    """

    table: SourceTable
    part_of: RunRecord | None = None
    corrections: Corrections = NO_CORRECTIONS


def open_sheet(job: Job, table: SourceTable, journal: Memory) -> OpenedSheet:
    """Return a table as this folder knows it. Raises GuardStop for corrections that a person has to accept."""
    stated = stated_rows(table)
    if not stated:
        table, corrections = lay_over(job, table, journal)
        return OpenedSheet(table, corrections=corrections)
    runs = [run for run in journal.runs() if run.command == "run"]
    if not runs or not _are_from_here(stated, journal):
        return OpenedSheet(table)
    # Before anything is sent: after the run this file gets what was corrected.
    read_corrections(job.out / FILE)
    renumber(table, _numbers(stated, journal))
    return OpenedSheet(table, part_of=runs[-1])


def _are_from_here(stated: Sequence[StatedRow], journal: Memory) -> bool:
    """Whether most rows of a rejects file are those of this folder's sheet: their ids agree with their numbers."""
    numbers = [row.number for row in stated if row.number]
    ids, returned = journal.ids_of_rows(numbers), journal.returned_rows(numbers)
    agreeing = 0
    for row in stated:
        # A person may have answered a question in the cell, or the row may have no id of its own.
        if row.external_id.casefold() in ("", NEW):
            agreeing += row.number in returned
        elif row.number in ids:
            # An open question of several candidates was answered with the id of one of them.
            agreeing += ids[row.number] == OPEN or ids[row.number].strip(OPEN) == row.external_id.strip(OPEN)
    return agreeing * 2 >= len(numbers) > 0


def _numbers(stated: Sequence[StatedRow], journal: Memory) -> dict[int, int]:
    """The number in the sheet of each row of a rejects file; a row that a person added comes after all of them."""
    known = journal.ids_of_rows([row.number for row in stated])
    numbers: dict[int, int] = {}
    taken: set[int] = set()
    last = journal.last_row()
    for row in stated:
        number = row.number
        if number in taken or number not in known:
            last += 1
            number = last
        taken.add(number)
        numbers[row.row] = number
    return numbers
