"""The journal: what is committed is what is read, and the sheet's state is always true."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.delivery.journal import Journal, QueuedRow, RowStep, RunRecord, SettledRow
from importer.delivery.journal.opening import connect
from importer.delivery.journal.sqlite import SqliteStore
from importer.errors import DiskFailed
from importer.model import Outcome, Problem, Severity, Status
from importer.plan import Action, Seen, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def connection_of(journal: Journal) -> sqlite3.Connection:
    assert isinstance(journal._store, SqliteStore)
    return journal._store.connection


def run(number: int = 1) -> RunRecord:
    return RunRecord(f"run-{number}", "run", "people.csv", "Sheet1", "2026-01-01T00:00:00Z", {"region": "US"})


def to_send(row: int, external_id: str | None = None, digest: str = "d") -> RowStep:
    one = external_id or f"id-{row}"
    return RowStep(row, one, Status.UNFINISHED, Action.CREATE, digest=digest, body={"externalId": one})


def problem(row: int | None, rule: str = "rule", severity: Severity = Severity.WARNING) -> Problem:
    return Problem(row, "Phone", "12", rule, severity, "Say it again.")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.sqlite", "sandbox", "key") as opened:
        opened.begin(run())
        yield opened


def reopen(journal: Journal, tmp_path: Path) -> Journal:
    journal.close()
    return Journal.open(tmp_path / "journal.sqlite", "sandbox", "key")


def test_what_is_staged_is_unfinished(journal: Journal) -> None:
    """From its staging on the results show a row as unfinished, so that a stop at any time leaves a true picture."""
    journal.stage([to_send(2), to_send(3)])
    assert [one.status for one in journal.outcomes()] == [Status.UNFINISHED] * 2
    assert journal.to_send() == 2


def test_counts_have_all_eight(journal: Journal) -> None:
    """The eight counts are always all there and add up to the rows."""
    journal.stage([to_send(2), RowStep(3, "x", Status.REJECTED), RowStep(4, "", Status.SKIPPED)])
    counts = journal.counts()
    assert set(counts) == set(Status)
    assert sum(counts.values()) == 3


def test_tasks_come_in_row_order(journal: Journal) -> None:
    """Rows are delivered in the order of the sheet, whatever the order of staging."""
    journal.stage([to_send(9), to_send(4)])
    journal.stage([to_send(5), RowStep(6, "x", Status.REJECTED)])
    assert [task.row for task in journal.tasks(0, 10)] == [4, 5, 9]
    assert [task.row for task in journal.tasks(4, 1)] == [5]


def test_forgetting_a_row_costs_no_more_in_a_longer_sheet(journal: Journal) -> None:
    """To decide a row again costs the same in a sheet of any length, or a night with many changes would take hours."""
    steps: list[int] = []
    works = []

    def count() -> int:
        steps.append(1)
        return 0

    for first, last in ((2, 502), (502, 8_002)):
        journal.stage([to_send(row) for row in range(first, last)])
        connection_of(journal).set_progress_handler(count, 10)
        journal.restage([RowStep(row, f"?id-{row}", Status.CONFLICT, digest="d") for row in range(first, first + 50)])
        connection_of(journal).set_progress_handler(None, 0)
        works.append(len(steps))
        steps.clear()
        assert not journal.seen([f"id-{row}" for row in range(first, first + 50)])
        assert len(journal.tasks(0, 10_000)) == last - 2 - 50 * len(works)
    assert works[1] < 2 * works[0]


def test_seen_is_the_first_good_row(journal: Journal) -> None:
    """A rejected row is not the first of its id, nor is a duplicate or a total line."""
    journal.stage([RowStep(2, "a", Status.REJECTED), RowStep(3, "", Status.SKIPPED), to_send(4, "a", "d4")])
    journal.stage([RowStep(5, "a", Status.DUPLICATE, repeats=4), to_send(6, "b", "d6")])
    assert journal.seen(["a", "b", "c"]) == {"a": Seen(4, "d4"), "b": Seen(6, "d6")}


def test_kept_rows_are_seen_too(journal: Journal) -> None:
    """A row that needs nothing is still the first of its id for the rows below it."""
    journal.stage([RowStep(2, "a", Status.SKIPPED, digest="d2"), RowStep(3, "b", Status.CREATED, digest="d3")])
    assert journal.seen(["a", "b"]) == {"a": Seen(2, "d2"), "b": Seen(3, "d3")}


def settle(journal: Journal, row: int, **end: Any) -> QueuedRow:
    task = journal.tasks(row - 1, 1)[0]
    journal.settle(
        task, SettledRow(**{"status": Status.CREATED, "state": State.CREATED, "contact_id": f"c{row}", **end})
    )
    return task


def test_a_duplicate_carries_the_id_of_the_row_it_repeats(journal: Journal) -> None:
    """A duplicate's contact is that of the first row, a conflict has none."""
    journal.stage(
        [
            to_send(2, "a"),
            RowStep(3, "a", Status.DUPLICATE, detail="repeats row 2", repeats=2),
            RowStep(4, "a", Status.CONFLICT),
        ]
    )
    settle(journal, 2)
    assert list(journal.outcomes()) == [
        Outcome(2, "a", "c2", Status.CREATED, ""),
        Outcome(3, "a", "c2", Status.DUPLICATE, "repeats row 2"),
        Outcome(4, "a", "", Status.CONFLICT, ""),
    ]


def test_intent_survives_the_process(journal: Journal, tmp_path: Path) -> None:
    """What was sent and not answered is known to the next run, with the service's clock of the first sending."""
    journal.stage([to_send(2)])
    task = journal.tasks(0, 1)[0]
    journal.sending(task, 1000)
    journal.doubt([task.external_id])
    journal.sending(task, 2000)
    with reopen(journal, tmp_path) as later:
        known = later.known(["id-2", "id-3"])
        assert set(known) == {"id-2"}
        assert (known["id-2"].state, known["id-2"].sent_at, known["id-2"].attempts) == (State.SENDING, 1000, 2)
        assert known["id-2"].ever_unsure


def test_withdrawn_intent_is_no_doubt(journal: Journal, tmp_path: Path) -> None:
    """A sending that certainly reached nobody leaves nothing to look up, unless an earlier one may have."""
    journal.stage([to_send(2), to_send(3)])
    for task in journal.tasks(0, 2):
        journal.sending(task, 1000)
    journal.doubt(["id-3"])
    journal.withdraw("id-2")
    journal.withdraw("id-3")
    known = journal.known(["id-2", "id-3"])
    assert known["id-2"].state is State.PENDING
    assert known["id-3"].state is State.SENDING


def test_settled_rows_need_no_sending(journal: Journal) -> None:
    """A row that has ended leaves the queue in the same transaction."""
    journal.stage([to_send(2), to_send(3)])
    settle(journal, 2)
    assert [task.row for task in journal.tasks(0, 9)] == [3]
    assert journal.known(["id-2"])["id-2"].contact_id == "c2"


def test_a_new_run_forgets_the_sheet_and_keeps_the_contacts(journal: Journal) -> None:
    """Another sheet may come next; what is known of contacts stays."""
    journal.stage([to_send(2), to_send(3)], [problem(2)])
    settle(journal, 2)
    journal.begin(run(2))
    assert list(journal.outcomes()) == []
    assert list(journal.problems()) == []
    assert journal.tasks(0, 9) == []
    assert journal.seen(["id-2"]) == {}
    assert journal.known(["id-2"])["id-2"].contact_id == "c2"


def test_problems_come_sheet_first_then_by_row(journal: Journal) -> None:
    """Problems of the sheet lead, the rest follows in row order, of one row as they were found."""
    journal.stage([to_send(9)], [problem(9, "b"), problem(2, "a")])
    journal.add_problems([problem(None, "c"), problem(9, "a")])
    assert [(one.row, one.rule) for one in journal.problems()] == [(None, "c"), (2, "a"), (9, "b"), (9, "a")]
    assert journal.warnings() == 4
    assert journal.rules() == {"a": 2, "b": 1, "c": 1}


def test_problems_of_steps_are_entered(journal: Journal) -> None:
    """A step's own problem needs no second call."""
    journal.stage([RowStep(2, "a", Status.CONFLICT, problem=problem(2, severity=Severity.ERROR))])
    assert [one.row for one in journal.problems()] == [2]
    assert journal.warnings() == 0


def test_rejects_are_rejected_and_conflicting_rows(journal: Journal) -> None:
    """What goes back is every row that a person must correct, with all that is wrong with it."""
    journal.stage(
        [
            RowStep(5, "e", Status.CONFLICT),
            RowStep(2, "b", Status.REJECTED),
            to_send(3),
            RowStep(4, "d", Status.DUPLICATE),
        ],
        [problem(2, "one"), problem(2, "two"), problem(3)],
    )
    found = list(journal.rejects())
    assert [(one.row, one.external_id, [p.rule for p in one.problems]) for one in found] == [
        (2, "b", ["one", "two"]),
        (5, "e", []),
    ]


def test_rejects_are_the_same_from_all_problems(journal: Journal) -> None:
    """One who reads all problems anyway gets the same rejects; those of the sheet and of good rows are passed over."""
    steps = [RowStep(row, f"id-{row}", Status.REJECTED) for row in (2, 4, 5, 9)] + [to_send(3), to_send(7)]
    rows = (None, 3, 4, 4, 7, None, 9, 2, 3, 12)
    journal.stage(steps, [problem(row, f"rule-{number}") for number, row in enumerate(rows)])
    problems = iter(list(journal.problems()))
    assert list(journal.rejects(problems)) == list(journal.rejects())
    assert [reject.row for reject in journal.rejects()] == [2, 4, 5, 9]


def test_runs_are_remembered(journal: Journal, tmp_path: Path) -> None:
    """The history has each run with its settings, counts and end; one that was killed has no end."""
    journal.finish("run-1", {Status.CREATED: 3}, 1)
    journal.begin(run(2))
    first, second = journal.runs()
    assert (first.counts, first.exit_code, first.settings) == ({"created": 3}, 1, {"region": "US"})
    assert first.finished_at is not None
    assert (second.run_id, second.finished_at, second.exit_code) == ("run-2", None, None)


def test_before_image_and_intent_are_one(journal: Journal) -> None:
    """The contact as it was is kept with the intent to change it, the first image of a run for good."""
    journal.stage([to_send(2)])
    task = journal.tasks(0, 1)[0]
    journal.updating(task, {"id": "c1", "defaultFields": {"firstName": "Zoë"}})
    journal.updating(task, {"id": "c1", "defaultFields": {"firstName": "Later"}})
    images = list(journal.images("run-1"))
    assert [(one.external_id, one.contact_id, one.contact["defaultFields"]["firstName"]) for one in images] == [
        ("id-2", "c1", "Zoë")
    ]
    assert journal.known(["id-2"])["id-2"].state is State.UPDATING


def test_a_last_look_is_owed_until_it_was_taken(journal: Journal, tmp_path: Path) -> None:
    """A row that was ever Unsure is looked at once more, by a later run if this one dies, with its body at hand."""
    journal.stage([to_send(2), to_send(3)])
    for task in journal.tasks(0, 2):
        journal.sending(task, 1000)
    journal.doubt(["id-2"])
    settle(journal, 2)
    doubts = journal.doubts("", 9)
    assert [(one.row, one.contact_id, one.status, one.task is not None) for one in doubts] == [
        (2, "c2", Status.CREATED, True)
    ]
    with reopen(journal, tmp_path) as later:
        later.begin(run(2))
        assert later.doubts("", 9) == []
        later.stage([RowStep(7, "id-2", Status.CREATED, digest="d", contact_id="c2")])
        assert [(one.row, one.task) for one in later.doubts("", 9)] == [(7, None)]
        later.end_last_lookup(["id-2"])
        assert later.doubts("", 9) == []
        assert later.known(["id-2"])["id-2"].ever_unsure


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_kept(value: str, message: str) -> None:
    """Whatever stands in a cell can be written down and read again, half surrogate pairs as question marks."""
    with Journal.open(None, "sandbox", "key") as temporary:
        temporary.begin(run())
        temporary.stage([to_send(2)], [Problem(2, value, value, "r", Severity.ERROR, message)])
        (found,) = temporary.problems()
    safe = value.encode("utf-8", "replace").decode()
    assert (found.value, found.column) == (safe, safe)


def test_bodies_with_half_surrogates_are_kept(journal: Journal) -> None:
    """A body is sent as it was staged, to the last code point."""
    journal.stage([RowStep(2, "a", Status.UNFINISHED, Action.CREATE, body={"x": "\ud800 \x00"})])
    assert journal.tasks(0, 1)[0].body == {"x": "\ud800 \x00"}


def test_many_ids_at_once(journal: Journal) -> None:
    """A chunk of any size can be asked about."""
    journal.stage([to_send(row) for row in range(2, 5002)])
    assert len(journal.seen([f"id-{row}" for row in range(2, 5002)])) == 5000


def test_bodies_are_not_in_the_file(journal: Journal, tmp_path: Path) -> None:
    """What is only needed while a run lasts does not stay on the disk beside the journal."""
    journal.stage([RowStep(2, "a", Status.UNFINISHED, Action.CREATE, body={"x": "very-secret-body"})])
    journal.close()
    assert not any(b"very-secret-body" in path.read_bytes() for path in tmp_path.iterdir())


class Crash(BaseException):
    """The end of the process."""


def test_a_crash_before_the_commit_leaves_nothing(tmp_path: Path) -> None:
    """Each write is whole or not there at all."""

    def fault(moment: str) -> None:
        if moment == "before:settle":
            raise Crash

    with Journal.open(tmp_path / "journal.sqlite", "sandbox", "key", fault=fault) as journal:
        journal.begin(run())
        journal.stage([to_send(2)])
        with pytest.raises(Crash):
            settle(journal, 2)
        assert journal.counts()[Status.UNFINISHED] == 1
        assert journal.known(["id-2"]) == {}
        assert journal.to_send() == 1


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError("database or disk is full"), sqlite3.OperationalError("I/O")]
)
def test_a_full_disk_is_said_in_plain_words(tmp_path: Path, error: sqlite3.Error) -> None:
    """A write that fails stops the run with the file's name and the next step."""

    def fault(moment: str) -> None:
        if moment == "before:sending":
            raise error

    with Journal.open(tmp_path / "journal.sqlite", "sandbox", "key", fault=fault) as journal:
        journal.begin(run())
        journal.stage([to_send(2)])
        with pytest.raises(DiskFailed, match=r"journal\.sqlite") as caught:
            journal.sending(journal.tasks(0, 1)[0], 1000)
        assert "run the same command again" in caught.value.next_step


def test_a_truly_full_file_stops_the_run(tmp_path: Path) -> None:
    """SQLite's own refusal to grow is met in the same way."""
    with Journal.open(tmp_path / "journal.sqlite", "sandbox", "key") as journal:
        journal.begin(run())
        connection = connection_of(journal)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskFailed):
            journal.stage([to_send(row) for row in range(2, 5000)])
        assert list(journal.outcomes()) == []


def test_a_million_rows_stay_small(tmp_path: Path) -> None:
    """A delivered row costs no more than 300 bytes of journal (measured on 20,000, all its files included)."""
    with Journal.open(tmp_path / "journal.sqlite", "sandbox", "key") as journal:
        journal.begin(run())
        journal.stage([to_send(row, f"{row * 2654435761 % 2**64:032x}", f"{row:032x}") for row in range(2, 20_002)])
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as connection, connection:
        connection.execute(
            "INSERT INTO contacts (external_id, contact_id, state, digest, sent_at, attempts, run, created_run) "
            "SELECT external_id, printf('%024x', row), 'created', printf('%032x', row), 1767225600, 1, 1, 1 "
            "FROM rows"
        )
        connection.execute("UPDATE rows SET status = 'created', contact_id = printf('%024x', row)")
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 300 * 20_000


def test_settings_are_json(journal: Journal, tmp_path: Path) -> None:
    """Settings with paths in them can be written down."""
    journal.begin(RunRecord("r", "run", "f", None, "2026-07-01T10:00:00+00:00", {"out": tmp_path}))
    assert json.dumps(journal.runs()[-1].settings["out"]) == json.dumps(str(tmp_path))


def test_pages_are_kept_in_memory_only_while_a_sheet_is_read(tmp_path: Path) -> None:
    """The memory that a large sheet needs is given back once its rows are compared, also where that failed."""
    store = connect(tmp_path / "journal.sqlite")

    def kept_kb() -> list[int]:
        return [-store.number(f"PRAGMA {database}.cache_size") for database in ("main", "scratch")]

    usual = kept_kb()
    with suppress(KeyboardInterrupt), store.keeping_pages():
        assert min(kept_kb()) > 10 * max(usual)
        raise KeyboardInterrupt
    assert kept_kb() == usual
    store.close()


@pytest.mark.parametrize("path", [None, "journal.sqlite"])
def test_what_has_no_file_keeps_what_was_written(path: str | None, tmp_path: Path) -> None:
    """A transaction that changes nothing takes nothing back of what a database in memory holds, whatever its size."""
    store = connect(tmp_path / path if path else None)
    database = "scratch" if path else "main"
    with store.writing("make") as connection:
        connection.execute(f"CREATE TABLE {database}.texts (row INTEGER PRIMARY KEY, text)")
        # More than SQLite keeps in memory, so that there is a file behind it.
        connection.executemany("INSERT INTO texts VALUES (?, randomblob(1000))", [(row,) for row in range(9_000)])
    with store.keeping_pages(), store.writing("change") as connection:
        connection.execute("UPDATE texts SET text = randomblob(1200) WHERE row < 3000")
    with store.writing("nothing"):
        pass
    assert store.number(f"PRAGMA {database}.cache_size") < 0
    assert store.rows(f"PRAGMA {database}.integrity_check") == [("ok",)]
    store.close()
