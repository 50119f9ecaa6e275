"""Rows that are as they were last read: a journal in a database stores them as one in a file does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal, ReadRow, RowStep, RunRecord, SettledRow
from importer.delivery.journal.records import PersonKind, PersonRow
from importer.model import Outcome, Status
from importer.plan import Action, Seen, State

if TYPE_CHECKING:
    from pathlib import Path

    from importer.delivery.journal_place import JournalPlace
    from tests.database import Server

SETTLED = {(State.CREATED, ""): Status.CREATED}


def people(*numbers: int) -> list[PersonRow]:
    return [
        PersonRow(n + 1, f"id-{n}", 10 + n, 20 + n, "", PersonKind.GOOD, f"{n:032x}", (), json.dumps({"n": n}))
        for n in numbers
    ]


def read(*numbers: int, first: int = 2) -> list[ReadRow]:
    return [ReadRow(row, f"id-{n}", f"{n:016x}", 7, 1) for row, n in enumerate(numbers, start=first)]


@pytest.mark.parametrize("kind", ["file", "database"])
def test_unchanged_rows_are_stored_from_their_contacts(kind: str, tmp_path: Path, database: Server) -> None:
    """A row with the mark of its contact is stored as if it was read again, and no other row is; in any database."""
    place: JournalPlace = tmp_path / "journal.sqlite" if kind == "file" else database.place()
    with Journal.open(place, "sandbox", "key") as journal:
        journal.begin(RunRecord("run-1", "run", "f.csv", None, "2026-01-01T00:00:00Z"))
        assert journal.stage_unchanged(read(*range(1, 7)), SETTLED) == set()
        steps = [
            RowStep(n + 1, f"id-{n}", Status.UNFINISHED, Action.CREATE, digest=f"{n:032x}", body={"n": n})
            for n in range(1, 7)
        ]
        journal.stage(steps)
        journal.stage_people(people(*range(1, 7)))
        ends = [
            (task, SettledRow(Status.CREATED, State.CREATED, f"c-{task.row}", created=True))
            for task in journal.tasks(0, 9)
        ]
        journal.settle_all(ends)
        journal.keep_read_marks()

        journal.begin(RunRecord("run-2", "run", "f.csv", None, "2026-01-02T00:00:00Z"))
        # A row comes before the others, one says something else, and one is not the only one of its contact.
        rows = [
            *read(2, 1, 9, 3),
            read(4, first=6)[0]._replace(mark="other"),
            read(5, first=7)[0]._replace(is_alone=0),
        ]
        assert journal.settled_kinds() == [(State.CREATED, "")]
        assert journal.stage_unchanged(rows, SETTLED) == {2, 3, 5}
        assert list(journal.outcomes()) == [
            Outcome(row, f"id-{n}", f"c-{n + 1}", Status.CREATED, "") for row, n in ((2, 2), (3, 1), (5, 3))
        ]
        assert journal.seen(["id-1", "id-2", "id-4"]) == {
            f"id-{n}": Seen(row, f"{n:032x}", 7) for row, n in ((3, 1), (2, 2))
        }
        # A contact has one row: the next chunk has no row for those that are stored.
        assert journal.stage_unchanged(read(1, 6, first=8), SETTLED) == {9}
        # A row under an id of its own that has the cells of a contact whose row is not there is that contact's.
        journal.stage_people([PersonRow(20, "id-new", 14, 0, "", PersonKind.GOOD, "d")])
        journal.recognise_equal_cells()
        assert [(moved[0].row, moved[1]) for moved in journal.moved_rows()] == [(20, "id-4")]
        assert {contact.external_id for contact in journal.free_contacts()} == {"id-5"}
