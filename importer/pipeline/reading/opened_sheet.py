"""A sheet with what its folder knows of it: rejects by the rows they come from, and what a person has corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from importer.disk import real_path
from importer.errors import GuardStop
from importer.model import Problem, Severity
from importer.model.added_columns import IDENTITY, NEW_PERSON, OPEN_QUESTION
from importer.model.folder_names import CORRECTIONS_FILE, REJECTS
from importer.model.made_ids import MADE_IDS
from importer.pipeline.reading.corrections import NO_CORRECTIONS, Corrections, lay_over, read_corrections
from importer.pipeline.reading.doubts_of_rejects import (
    NO_DOUBTS,
    DoubtsOfRejects,
    doubts_of_file,
    doubts_of_journal,
)
from importer.spreadsheet.rejects.rejects import answer, layout_of, numbered_cells, renumber, stated_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from importer.delivery.journal import Journal, RunRecord
    from importer.delivery.journal.read_only import ReadOnlyJournal
    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.doubts_of_rejects import HandedBackDoubt
    from importer.spreadsheet.rejects.rejects import StatedRow

    Memory: TypeAlias = Journal | ReadOnlyJournal


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """A table whose rows have the numbers of the person's sheet.

    `part_of`: the run of the sheet whose rejects it holds; None for a sheet of its own. `corrections`: what it is read
    with. `doubts`: what was said of rows that were handed back.
    """

    table: SourceTable
    part_of: RunRecord | None = None
    corrections: Corrections = NO_CORRECTIONS
    doubts: DoubtsOfRejects = NO_DOUBTS


def open_sheet(
    job: Job, table: SourceTable, journal: Memory, handed_back: Callable[[], Sequence[HandedBackDoubt]]
) -> OpenedSheet:
    """Return a table as this folder knows it; `handed_back`: what was doubted of the latest rejects.

    Raises GuardStop for corrections that a person has to accept, and for rejects of rows that are not there any more.
    """
    stated = stated_rows(table)
    if not stated:
        table, corrections = lay_over(job, table, journal)
        return OpenedSheet(table, corrections=corrections)
    runs = [run for run in journal.runs() if run.is_import]
    if not runs or not (_are_from_here(stated, journal) or _is_own(job, stated, journal)):
        # Rejects of a check or a plan have the numbers of their sheet also where no run has read that.
        own_numbers = _as_written(stated) if not runs and _lies_in(job) else {}
        renumber(table, own_numbers)
        return OpenedSheet(table, doubts=doubts_of_file(table, stated, handed_back(), own_numbers))
    # Before anything is sent: after the run this file gets what was corrected.
    read_corrections(job.out / CORRECTIONS_FILE)
    unmoved = _unmoved(table, stated, journal)
    numbers = _numbers(job, stated, unmoved, journal)
    renumber(table, numbers)
    table = _with_answers(table, stated, numbers, journal)
    # Rejects of a check or a plan may have rows that no run has handed back.
    latest, of_run = doubts_of_file(table, stated, handed_back(), numbers), doubts_of_journal(journal.rejects())
    doubts = DoubtsOfRejects({**latest.went_on, **of_run.went_on}, {**latest.notes, **of_run.notes})
    return OpenedSheet(table, part_of=runs[-1], doubts=doubts)


def _is_own(job: Job, stated: Sequence[StatedRow], journal: Memory) -> bool:
    """Whether the file is the very one that this folder handed back, whatever a person has written into its answers."""
    if not _lies_in(job):
        return False
    numbers = [row.number for row in stated if row.number]
    returned = journal.returned_rows(numbers)
    return 2 * sum(number in returned for number in numbers) >= len(numbers) > 0


def _lies_in(job: Job) -> bool:
    """Whether the file has the name of rejects and lies in the folder of the job."""
    path = Path(job.file)
    return path.name in REJECTS and real_path(path).parent == real_path(job.out)


def _as_written(stated: Sequence[StatedRow]) -> dict[int, int]:
    """The number in the sheet of each row of a rejects file, as it says itself; none where these do not rise."""
    numbers = [row.number for row in stated]
    rise = all(before < after for before, after in pairwise((0, *numbers)))
    return {row.row: row.number for row in stated} if rise else {}


def _with_answers(
    table: SourceTable, stated: Sequence[StatedRow], numbers: Mapping[int, int], journal: Memory
) -> SourceTable:
    """Read the answers in `_external_id`; a text that is not an answer leaves its question open, with a warning."""
    before = journal.ids_of_rows(list(numbers.values()))
    ids, places = journal.known_ids([row.external_id for row in stated]), _places(stated, journal)
    named = {reject.row: "".join(problem.message for problem in reject.problems) for reject in journal.rejects()}
    changed, problems = {}, []
    for line in stated:
        row, text = numbers[line.row], line.external_id
        external_id = before.get(row, "")
        if text.casefold() == NEW_PERSON:
            meant = NEW_PERSON
        elif (
            not external_id
            or (text in ids and not _is_of_another(text, external_id, places))
            or (text and text in (external_id, external_id.removeprefix(OPEN_QUESTION)))
            or _is_named(text, named.get(row, ""))
        ):
            continue
        elif text.startswith(OPEN_QUESTION) or not text:
            # Without an answer a question stays open, also if the person emptied the cell.
            meant = external_id if external_id.startswith(OPEN_QUESTION) else text
        else:
            meant = external_id
            message = (
                f"{text!r} in the column {IDENTITY} of row {row} is not an answer, so it was not used. "
                "Write one of the ids that the question names, or new."
            )
            problems.append(Problem(None, IDENTITY, text, "answer-unknown", Severity.WARNING, message))
        if meant != text:
            changed[line.row] = {layout_of(table).position(IDENTITY): meant}
    answer(table, changed)
    return replace(table, problems=(*table.problems, *problems))


def _is_of_another(text: str, own: str, places: Mapping[str, int]) -> bool:
    """Whether a question about one person has been given the id of a contact that it does not name, as its answer.

    An id of the sheet's own id column, of a contact without a row, may be who the row is; it is checked later.
    """
    return own.startswith(OPEN_QUESTION) and own != OPEN_QUESTION and (text in places or text.startswith(MADE_IDS))


def _is_named(external_id: str, question: str) -> bool:
    return bool(external_id) and re.search(rf"\bid {re.escape(external_id)}(?![\w-])", question) is not None


def _are_from_here(stated: Sequence[StatedRow], journal: Memory) -> bool:
    """Whether most rows of a rejects file are those of this folder's sheet: their ids agree with their numbers."""
    numbers = [row.number for row in stated if row.number]
    ids, returned, places = journal.ids_of_rows(numbers), journal.returned_rows(numbers), _places(stated, journal)
    agreeing = 0
    for row in stated:
        # A person may have answered a question in the cell, or the row may have no id of its own.
        if row.external_id.casefold() in ("", NEW_PERSON):
            agreeing += row.number in returned
        elif _bare(row.external_id) in places:
            agreeing += 1
        elif row.number in ids:
            # An open question of several candidates was answered with the id of one of them.
            agreeing += ids[row.number] == OPEN_QUESTION or _bare(ids[row.number]) == _bare(row.external_id)
    return agreeing * 2 >= len(numbers) > 0


def _numbers(job: Job, stated: Sequence[StatedRow], unmoved: Collection[int], journal: Memory) -> dict[int, int]:
    """The number in the sheet of each row of a rejects file; a row that a person added comes after all of them.

    Rows move when others are added above them, and a file of rejects may be older than that: its ids say who is meant,
    its numbers only where they were.
    """
    ids_of_rows = journal.ids_of_rows([row.number for row in stated])
    places = _places(stated, journal)
    named = {reject.row: "".join(problem.message for problem in reject.problems) for reject in journal.rejects()}
    numbers: dict[int, int] = {}
    taken: set[int] = set()
    last = journal.last_row()
    for row in stated:
        number = row.number
        own = ids_of_rows.get(number, "")
        # Its id may be one of the answers to the question about the row, too.
        if own and _bare(row.external_id) != _bare(own) and not _is_named(row.external_id, named.get(number, "")):
            place = places.get(_bare(row.external_id), 0)
            is_open = own.startswith(OPEN_QUESTION)
            if is_open and row.row in unmoved:
                # Whatever is written there is said of this row.
                place = number
            elif place == 0 and _may_be_answer(row.external_id, own):
                place = number
            elif place == 0 or is_open:
                raise _other_row(job, row, own)
            number = place
        if number in taken or (number not in ids_of_rows and number not in places.values()):
            last += 1
            number = last
        taken.add(number)
        numbers[row.row] = number
    return numbers


def _unmoved(table: SourceTable, stated: Sequence[StatedRow], journal: Memory) -> set[int]:
    """The rows with an answer of whose cells more than half are those that were handed back under their number."""
    kept, ids = layout_of(table).kept, journal.ids_of_rows([row.number for row in stated])
    answered = [
        row
        for row in stated
        if (own := ids.get(row.number, "")).startswith(OPEN_QUESTION) and _bare(own) != _bare(row.external_id)
    ]
    handed_back = journal.returned_rows([row.number for row in answered])
    before = {
        row.row: {cell.strip() for cell in handed_back[row.number].cells} - {""}
        for row in answered
        if row.number in handed_back
    }
    result = set[int]()
    # A file without such rows need not be read once more.
    if not before:
        return result
    for row, cells in numbered_cells(table):
        now = {cells[place].strip() for place in kept if place < len(cells)}
        if 2 * len(now & before.get(row, set())) > len(before.get(row, set())):
            result.add(row)
    return result


def _places(stated: Sequence[StatedRow], journal: Memory) -> dict[str, int]:
    """The rows of the sheet that have the ids of a rejects file now, by id (without the ? of a question)."""
    bare = {_bare(row.external_id) for row in stated} - {""}
    # Older versions wrote two marks where the row that it may be was asked about itself.
    marks = ("", OPEN_QUESTION, OPEN_QUESTION * 2)
    places = journal.rows_of_ids([mark + external_id for external_id in bare for mark in marks])
    return {_bare(external_id): row for external_id, row in places.items()}


def _bare(external_id: str) -> str:
    """An id without the mark of an open question."""
    return external_id.strip(OPEN_QUESTION)


def _may_be_answer(external_id: str, own: str) -> bool:
    """Whether a text that is not an id of the sheet may be an answer about the row it is in.

    It may be if it is empty or `new`, or if the row has an open question; the id of a row that has gone is not.
    """
    is_made_up = _bare(external_id).startswith(MADE_IDS)
    return external_id.casefold() in ("", NEW_PERSON) or (own.startswith(OPEN_QUESTION) and not is_made_up)


def _other_row(job: Job, row: StatedRow, own: str) -> GuardStop:
    clause = f"has the id {own}" if not own.startswith(OPEN_QUESTION) else "is another row now, and is still a question"
    return GuardStop(
        f"{job.file}: row {row.row} is of row {row.number} with the id {row.external_id!r} (column {IDENTITY}), but "
        f"row {row.number} of the sheet {clause}: the sheet has changed since these rejects were written. Nothing was "
        "sent.",
        f"Correct the newest rejects in {job.out} instead, or the sheet itself.",
    )
