"""What a fleet asks of its engine, of the real one and of the one that other tests use."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal_place import DatabasePlace
from importer.errors import JournalError
from importer.fleet.engine import DbosEngine, make_tables
from tests.fleet.memory_engine import MemoryEngine, MemoryQueue
from tests.fleet.workers import QUICK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importer.fleet.engine import Engine
    from tests.database import Server

LONGEST_SECONDS = 60.0
SEVERAL_POLLS = 3 * QUICK.poll


@pytest.fixture(params=["dbos", "memory"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine that no other test uses."""
    opened: Engine = MemoryEngine(MemoryQueue())
    if request.param == "dbos":
        database: Server = request.getfixturevalue("database")
        place = DatabasePlace(database.url, "engine", times=QUICK)
        make_tables(place)
        opened = DbosEngine(place, f"engine-{time.time_ns()}")
    with closing(opened):
        yield opened


class Work:
    """What a worker was given; each call goes on when it is let."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.gates: dict[str, threading.Semaphore] = {}
        self.guard = threading.Lock()

    def __call__(self, workflow: str) -> None:
        with self.guard:
            self.begun.append(workflow)
        self.gate(workflow).acquire(timeout=LONGEST_SECONDS)
        with self.guard:
            self.ended.append(workflow)

    def gate(self, workflow: str) -> threading.Semaphore:
        with self.guard:
            return self.gates.setdefault(workflow, threading.Semaphore(0))

    def let(self, *workflows: str) -> None:
        for workflow in workflows:
            self.gate(workflow).release()


def comes(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + LONGEST_SECONDS
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_an_engine_gives_each_workflow_out_once_and_one_of_a_key_at_a_time(engine: Engine) -> None:
    """Twice queued is once done; a key has one lane; lost and resumed is done again; cancelled is not done."""
    work = Work()
    first, second, other, cancelled = "f/a/o/1", "f/b/o/1", "f/c/o/1", "f/d/o/1"
    for workflow, key in ((first, "k"), (first, "k"), (second, "k"), (other, "c")):
        engine.enqueue(workflow, key)
    engine.listen("me", 3, work)
    assert comes(lambda: sorted(work.begun) == [first, other])
    time.sleep(SEVERAL_POLLS)
    assert second not in work.begun
    assert engine.listing() == {first, second, other}
    assert (engine.lost(["me"]), sorted(engine.lost([]))) == ([], [first, other])

    # Whoever was silent for long finds that its end counts no more: the one after it is under way.
    engine.resume([first])
    work.let(other)
    assert comes(lambda: work.begun.count(first) == 2)
    work.let(first)
    assert comes(lambda: work.ended.count(first) == 1)
    time.sleep(SEVERAL_POLLS)
    assert first in engine.listing()

    work.let(first)
    assert comes(lambda: second in work.begun)
    engine.enqueue(cancelled, "k")
    engine.cancel([cancelled, second])
    work.let(second)
    assert comes(lambda: engine.listing() == set())
    assert (work.begun.count(second), work.begun.count(other), cancelled in work.begun) == (1, 1, False)

    # What is not forgotten is not done again under the same name.
    engine.enqueue(other, "c")
    time.sleep(SEVERAL_POLLS)
    assert work.begun.count(other) == 1
    engine.forget(0)
    engine.enqueue(other, "c")
    assert comes(lambda: work.begun.count(other) == 2)
    work.let(other)
    engine.leave(10)
    assert work.ended.count(other) == 2


def test_a_database_without_the_tables_of_the_queue_is_an_error_in_plain_words(database: Server) -> None:
    """The queue says which command makes its tables, or that the database is away; neither names the password."""
    place = DatabasePlace(database.url, "engine", "OPENPHONE_DATABASE_URL", schema="elsewhere")
    with pytest.raises(JournalError, match="fleet init"):
        DbosEngine(place, "none")
    away = DatabasePlace("postgresql://me:s3cret@127.0.0.1:1/x", "engine", "OPENPHONE_DATABASE_URL")
    with pytest.raises(JournalError, match="OPENPHONE_DATABASE_URL") as failure:
        DbosEngine(away, "none")
    assert "s3cret" not in str(failure.value)
