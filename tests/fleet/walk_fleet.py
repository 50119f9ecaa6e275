"""The fleet of a random walk, and what must hold of it after each step and at rest."""

from __future__ import annotations

import logging
import math
import time
from collections import Counter
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from importer.delivery.journal import Journal
from importer.delivery.journal.postgres.occasions import Occasion, OccasionBook
from importer.delivery.journal_place import DatabasePlace, LeaseTimes
from tests.delivery.postgres.worker import draft
from tests.fleet.memory_engine import MemoryEngine, MemoryQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.model import ContactDraft
    from importer.sandbox import Sandbox
    from tests.database import Server
    from tests.fleet.walk_worker import WalkWorker

# Nobody's heart beats by itself: who is silent is said by the walk.
TIMES = LeaseTimes(beat=600.0, stale=120.0, deadline=0.25, quiet=0.0, busy=0.0)
SILENCE = "300 s"
# What lies between the look at the deadline and the line in the log, on a busy machine.
SLACK_SECONDS = 0.3
_NIGHTS = count(1)
_LOGGER = "httpcore.http11"
_LEAVES = "send_request_headers.started"


class Departures(logging.Handler):
    """Notes when requests leave, by the name of the thread of their worker."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith(_LEAVES):
            self.last[str(record.threadName)] = time.monotonic()

    def __enter__(self) -> Departures:
        logger = logging.getLogger(_LOGGER)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.addHandler(self)
        return self

    def __exit__(self, *_reason: object) -> None:
        logger = logging.getLogger(_LOGGER)
        logger.removeHandler(self)
        logger.setLevel(logging.NOTSET)
        logger.propagate = True


class WalkFleet:
    """A fleet over one service and one database; `figures` count what has happened, `wrong` is what must not have."""

    def __init__(self, sandbox: Sandbox, database: Server, departures: Departures) -> None:
        self.sandbox, self.database, self.departures = sandbox, database, departures
        sandbox.reset()
        self.name = f"walk-{time.time_ns()}"
        self.place = DatabasePlace(database.url, self.name, "DATABASE", times=TIMES)
        self.book = OccasionBook(self.place, self.name)
        self.queue = MemoryQueue()
        self.rows: dict[str, list[ContactDraft]] = {}
        self.holders: dict[str, WalkWorker] = {}
        self.workers: list[WalkWorker] = []
        self.done: Counter[tuple[str, str]] = Counter()
        self.figures: Counter[str] = Counter()
        self.failures = 0
        self.wrong: list[str] = []

    def begin_occasion(self, workspace: str, more: int) -> None:
        """Add rows to the sheet of a workspace, and queue its import."""
        rows = self.rows.setdefault(workspace, [])
        first = 1000 * sorted(self.rows).index(workspace) + len(rows) + 1
        rows += [draft(number) for number in range(first, first + more)]
        name = f"night-{next(_NIGHTS)}"
        engine = MemoryEngine(self.queue)
        for new in self.book.add([Occasion(self.name, workspace, name, workspace)]):
            self.done[workspace, name] = 0
            engine.enqueue(new.workflow, new.lane_key)

    def hold(self, workspace: str, worker: WalkWorker) -> None:
        """Note that a worker has the journal of a workspace now."""
        former = self.holders.get(workspace)
        if former is not worker:
            is_at_it = former is not None and former.attempt is not None and former.attempt.workspace == workspace
            if former is not None and is_at_it and former.followed_at is None:
                former.followed_at = time.monotonic()
                self.figures["taken over"] += 1
            self.holders[workspace] = worker

    def end_session(self, worker: WalkWorker) -> bool:
        """End the session of the journal that a worker holds; False if it holds none."""
        attempt = worker.attempt
        if attempt is None or self.holders.get(attempt.workspace) is not worker:
            return False
        self.database.rows(
            "SELECT pg_terminate_backend(backend, 5000) FROM openphone_import.journals WHERE name = %s "
            "AND left_at IS NULL",
            f"{self.name}/{attempt.workspace}",
        )
        return True

    def silence(self, worker: WalkWorker, seconds: str = SILENCE) -> None:
        """Have a worker and the journal that it holds not heard of for so long."""
        change = "UPDATE openphone_import.workers SET seen_at = clock_timestamp() - %s::interval WHERE id "
        self.database.rows(f"{change} = %s", seconds, worker.heartbeat.worker)
        attempt = worker.attempt
        if attempt is not None and self.holders.get(attempt.workspace) is worker:
            holder = "(SELECT worker FROM openphone_import.journals WHERE name = %s)"
            self.database.rows(f"{change} = {holder}", seconds, f"{self.name}/{attempt.workspace}")

    def check(self) -> None:
        """What holds at any time."""
        assert self.wrong == []
        assert max(self.done.values(), default=0) <= 1, self.done
        made = Counter(each.external_id for each in self.sandbox.requests() if each.status == 201)
        there = [contact["externalId"] for contact in self.sandbox.contacts()]
        assert len(there) == len({*there})
        assert {*made.values()} <= {1}, made
        assert {*there} <= {row.external_id for rows in self.rows.values() for row in rows}
        for worker in self.workers:
            if worker.followed_at is not None:
                late = self.departures.last.get(worker.name, 0.0) - worker.followed_at - TIMES.deadline
                assert late <= SLACK_SECONDS, f"{worker.name} has sent {late:.3f} s too late"
        known = [each for workspace in self.rows for each in self.book.of_workspace(workspace)]
        assert sum(each.failures for each in known) == self.failures

    def rest(self, another: Callable[[], WalkWorker]) -> None:
        """Let everybody go on to the end, and new workers after them; see that nothing is lost."""
        for worker in self.workers:
            worker.wake()
            worker.go(math.inf)
        for _ in range(20):
            last = another()
            while last.take():
                last.go(math.inf)
            if all(self.done.values()):
                break
            # What is left is with workers that were heard of a moment ago.
            for worker in self.workers:
                self.silence(worker)
        self.check()
        assert {*self.done.values()} <= {1}, (self.done, self.book.latest())
        there = {contact["externalId"]: contact["id"] for contact in self.sandbox.contacts()}
        for workspace, rows in self.rows.items():
            place = replace(self.place, name=f"{self.name}/{workspace}")
            with Journal.open(place, "sandbox", "key") as journal:
                ids = {each.external_id: each.contact_id for each in journal.outcomes()}
            assert ids == {row.external_id: there.get(row.external_id) for row in rows}
            assert None not in ids.values()

    def close(self) -> None:
        """End all threads and sessions, also those of a walk that has failed."""
        for worker in self.workers:
            worker.remove()
        self.book.close()
