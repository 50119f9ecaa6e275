"""What a journal tells of rows and runs afterwards, to whoever only looks."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal, RowStep, RunRecord, SettledRow
from importer.delivery.journal.read_only import history, open_read_only
from importer.delivery.journal.records import ACCEPTED, AnswerRecord, RequestRecord
from importer.delivery.journal.schema import MIGRATIONS
from importer.delivery.journal.sqlite import SqliteStore
from importer.errors import JournalError
from importer.model import Status
from importer.plan import Action, State

if TYPE_CHECKING:
    from pathlib import Path

    from importer.delivery.journal import QueuedRow


def connection_of(journal: Journal) -> sqlite3.Connection:
    assert isinstance(journal._store, SqliteStore)
    return journal._store.connection


BODY = {"defaultFields": {"firstName": "Ann", "phoneNumbers": [{"name": "p", "value": "+14155550101"}]}}


def run(run_id: str = "r1") -> RunRecord:
    return RunRecord(run_id, "run", "f.csv", None, "2026-01-01T00:00:00+00:00", facts={"program": "1"})


def to_send(row: int, external_id: str) -> RowStep:
    return RowStep(row, external_id, Status.UNFINISHED, digest=f"{row:032x}", action=Action.CREATE, body=BODY)


def heard(task: QueuedRow, asked: RequestRecord, answer: str) -> AnswerRecord:
    return AnswerRecord(task.row, task.external_id, asked, answer)


def made(task: QueuedRow) -> SettledRow:
    end = SettledRow(Status.CREATED, State.CREATED, f"{task.row:024x}", created=True, added="+1", left_as="f" * 18)
    return replace(end, heard=heard(task, RequestRecord.MAKE, ACCEPTED))


def test_an_exchange_is_one_line_with_its_answer(tmp_path: Path) -> None:
    """What was asked and its answer are one line; a question that nobody answered stays open, later ones follow."""
    path = tmp_path / "journal.sqlite"
    with Journal.open(path, "sandbox", "key") as journal:
        journal.begin(run())
        journal.stage([to_send(2, "a"), to_send(3, "b")])
        first, second = journal.tasks(0, 2)
        journal.sending(first, 1000)
        journal.doubt(["a"], heard=[heard(first, RequestRecord.MAKE, "answered 500")])
        journal.hear([heard(first, RequestRecord.FIND, "found none")])
        journal.sending(first, 1001)
        journal.settle(first, made(first))
        journal.sending(second, 1000)
        journal.sending(second, 1000)
        journal.withdraw("b", [heard(second, RequestRecord.MAKE, "told to wait")])
    with open_read_only(path) as archive:
        told = [(one.run_id, one.row, one.asked, one.answer) for one in archive.exchanges("a")]
        assert told == [
            ("r1", 2, RequestRecord.MAKE, "answered 500"),
            ("r1", 2, RequestRecord.FIND, "found none"),
            ("r1", 2, RequestRecord.MAKE, ACCEPTED),
        ]
        assert [one.answer for one in archive.exchanges("b")] == [None, "told to wait"]
        assert archive.external_id("r1", 3) == "b"
        assert archive.external_id("r1", 9) is None


def test_a_contact_made_at_once_costs_no_line_of_its_own(tmp_path: Path) -> None:
    """The contact's own line tells that it was made at the first try; whatever else was asked is a line, in order."""
    path = tmp_path / "journal.sqlite"
    with Journal.open(path, "sandbox", "key") as journal:
        for name in ("r1", "r2"):
            journal.begin(run(name))
            journal.stage([to_send(2, "a")])
            (task,) = journal.tasks(0, 1)
            journal.sending(task, 1000)
            journal.settle(task, made(task))
            journal.hear([heard(task, RequestRecord.FIND, "found it")])
    with open_read_only(path) as archive:
        told = [(one.run_id, one.row, one.asked, one.answer) for one in archive.exchanges("a")]
        assert told == [
            (run_id, 2, *asked)
            for run_id in ("r1", "r2")
            for asked in ((RequestRecord.MAKE, ACCEPTED), (RequestRecord.FIND, "found it"))
        ]
        assert [archive.external_id(name, 2) for name in ("r1", "r2")] == ["a", "a"]
        assert archive.counted()["tables"]["exchanges"] == 3


def test_the_answer_stands_or_falls_with_the_fact(tmp_path: Path) -> None:
    """A row whose end could not be committed has no answer either: nobody will read of what was not kept."""

    def fault(moment: str) -> None:
        if moment == "before:settle":
            raise sqlite3.OperationalError("disk full")

    path = tmp_path / "journal.sqlite"
    with Journal.open(path, "sandbox", "key", fault=fault) as journal:
        journal.begin(run())
        journal.stage([to_send(2, "a")])
        (task,) = journal.tasks(0, 1)
        journal.sending(task, 1000)
        with pytest.raises(Exception, match="disk full"):
            journal.settle(task, made(task))
    with open_read_only(path) as archive:
        assert [one.answer for one in archive.exchanges("a")] == [None]


def test_facts_of_a_run_come_to_those_it_began_with(tmp_path: Path) -> None:
    """What a run found at its end stands beside what was known of it at its beginning."""
    path = tmp_path / "journal.sqlite"
    with Journal.open(path, "sandbox", "key") as journal:
        journal.begin(run())
        journal.finish("r1", {Status.CREATED: 1}, 0, {"requests": 4})
    (record,) = history(path)
    assert record.facts == {"program": "1", "requests": 4}


def test_a_journal_of_an_earlier_version_is_read_and_left_alone(tmp_path: Path) -> None:
    """Looking at the journal of an earlier version tells what it knows and does not bring the file up to date."""
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"{MIGRATIONS[0]} PRAGMA application_id = {0x4F50494A}; PRAGMA user_version = 1;")
        connection.execute(
            "INSERT INTO runs (run_id, command, file, started_at, settings) "
            "VALUES ('r0', 'run', 'f', '2026-07-01', '{}')"
        )
        connection.commit()
    before = path.read_bytes()
    (record,) = history(path)
    assert (record.run_id, record.facts) == ("r0", {})
    assert path.read_bytes() == before


def test_a_newer_or_missing_journal_says_so(tmp_path: Path) -> None:
    """Both are told apart, in one message each with the next step."""
    path = tmp_path / "journal.sqlite"
    with pytest.raises(JournalError, match=r"holds no results of an import \(it has no journal\.sqlite\)"):
        history(path)
    Journal.open(path, "sandbox", "key").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(JournalError, match="newer version"):
        history(path)


KILLED = """
import os, signal, sys
from pathlib import Path
from importer.delivery.journal import Journal, RunRecord
journal = Journal.open(Path(sys.argv[1]), "sandbox", "key")
journal.begin(RunRecord("r1", "run", "f.csv", None, "2026-07-01T10:00:00+00:00"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_left_can_be_looked_at(tmp_path: Path) -> None:
    """A run that was killed leaves its log beside the journal; what stands there is read all the same."""
    path = tmp_path / "journal.sqlite"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.with_name("journal.sqlite-wal").stat().st_size
    assert [one.run_id for one in history(path)] == ["r1"]
    path.with_name("journal.sqlite-shm").unlink(missing_ok=True)
    assert [one.run_id for one in history(path)] == ["r1"]


def test_a_million_rows_with_their_story_stay_small(tmp_path: Path) -> None:
    """A row that was sent and answered costs no more than 400 bytes of journal, its exchange and all files included."""
    rows = 10_000
    with Journal.open(tmp_path / "journal.sqlite", "sandbox", "key") as journal:
        connection_of(journal).execute("PRAGMA synchronous = OFF")
        journal.begin(run())
        ids = [f"oi1-{row * 2654435761 % 2**64:026x}" for row in range(rows)]
        journal.stage([to_send(row, one) for row, one in enumerate(ids, start=2)])
        for task in journal.tasks(0, rows):
            journal.sending(task, 1767225600)
            journal.settle(task, made(task))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 400 * rows
