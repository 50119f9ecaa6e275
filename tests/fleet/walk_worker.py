"""A worker of a fleet in a thread of this process: it goes as far as it is let, and is frozen, killed or cut off there.

What it has is real: journals and occasions in Postgres, the delivery over loopback, the rescue of what dead workers
have left. Only the queue is in memory, and time passes where a walk says so.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from importer.api.client import Api
from importer.delivery.engine.loop import deliver
from importer.delivery.journal import Journal
from importer.delivery.journal.postgres.heartbeat import Heartbeat
from importer.delivery.journal.postgres.occasions import OccasionState
from importer.delivery.rate_limit.limiter import RateLimiter
from importer.errors import DiskFailed, FolderBusy, ImporterError, Stopped, TakenOver
from importer.fleet.attempt import attempt_end
from importer.fleet.rescue import rescue
from importer.report.fleet import WorkspaceResult
from importer.report.summary import Summary
from tests.delivery.conftest import QUICK, stage
from tests.fleet.memory_engine import MemoryEngine
from tests.fleet.walk_fleet import SLACK_SECONDS, TIMES, WalkFleet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.delivery.journal.postgres.occasions import Occasion
    from importer.model import Status

LONGEST_SECONDS = 60.0
_OPTIONS = replace(QUICK, wait_for_service=LONGEST_SECONDS, first_answer_seconds=LONGEST_SECONDS)
_NUMBERS = count(1)


class Died(BaseException):
    """The process is gone from one moment to the next."""


@dataclass(eq=False)
class WalkWorker:
    """A worker with one lane; `attempt` is what it is at, `followed_at` when another one took its journal over."""

    fleet: WalkFleet
    name: str = field(default_factory=lambda: f"worker-{next(_NUMBERS)}")
    attempt: Occasion | None = None
    followed_at: float | None = None
    frozen_at: float | None = None
    is_dead: bool = False

    def __post_init__(self) -> None:
        self.heartbeat = Heartbeat(self.fleet.place, self.fleet.name, 1)
        self._engine = MemoryEngine(self.fleet.queue)
        self._turn = threading.Condition()
        self._budget, self._until, self._waits = 0.0, "", False
        self._thread: threading.Thread | None = None
        self._session_lost, self._moment = False, ""
        self.fleet.workers.append(self)

    @property
    def is_awake(self) -> bool:
        """Whether it can do anything now."""
        return not self.is_dead and self.frozen_at is None

    def take(self) -> bool:
        """Take up what dead workers have left, then the next occasion; False if there is none."""
        fleet = self.fleet
        fleet.database.rows(
            "UPDATE openphone_import.occasions SET due_at = due_at - interval '1 hour' WHERE fleet = %s", fleet.name
        )
        fleet.figures["rescued"] += len(rescue(self._engine, fleet.book, str(self.heartbeat.worker)))
        taken = self._engine.take(str(self.heartbeat.worker))
        if taken is None:
            return False
        occasion = fleet.book.begin(taken[0], self.heartbeat.worker)
        if occasion is None:
            self._engine.finish(*taken)
            return True
        self.attempt, self.followed_at, self._session_lost = occasion, None, False
        fleet.figures["attempts"] += 1
        # A thread of its own name for each attempt, so that its requests are not taken for those of the next one.
        self.name = f"worker-{next(_NUMBERS)}"
        self._thread = threading.Thread(target=self._work, args=(occasion, taken), name=self.name, daemon=True)
        self._budget, self._until = 0.0, ""
        self._thread.start()
        self._wait()
        return True

    def go(self, moments: float, until: str = "") -> None:
        """Let it come so many commits further, or to a moment; it waits just before or just after a commit."""
        if self.is_awake and self.attempt is not None:
            with self._turn:
                self._budget, self._until, self._waits = moments, until, False
                self._turn.notify_all()
            self._wait()

    def die(self) -> None:
        """End its session without a word, and cut the requests on their way."""
        self.fleet.figures["died"] += 1
        self.fleet.end_session(self)
        self.fleet.silence(self)
        with self._turn:
            self.is_dead = True
            self._turn.notify_all()
        if self._thread is not None:
            self._thread.join(LONGEST_SECONDS)

    def freeze(self) -> None:
        """Have it do nothing, and not be heard of, for long."""
        self.fleet.figures["frozen"] += 1
        self.frozen_at = time.monotonic()
        self.fleet.silence(self)

    def wake(self, *, late: bool = True) -> None:
        """Have it go on; `late`: after what it had in hand may not be sent any more."""
        if self.frozen_at is None or self.is_dead:
            return
        if late:
            since = max(self.frozen_at, self.followed_at or 0.0)
            time.sleep(max(0.0, since + TIMES.deadline + 1.5 * SLACK_SECONDS - time.monotonic()))
        self.frozen_at = None
        self.fleet.silence(self, "0 s")

    def lose_database(self) -> None:
        """End the session of its journal; it notices at its next commit."""
        self._session_lost |= self.fleet.end_session(self)
        self.fleet.figures["sessions lost"] += 1

    def move_fence(self) -> None:
        """Have another worker counted as the holder of its journal while its own session goes on, between two commits.

        So it would be if a server that takes the place of another one had lost the lock.
        """
        if self._moment.startswith("before:"):
            self.go(1)
        attempt = self.attempt
        is_holder = attempt is not None and self.fleet.holders.get(attempt.workspace) is self
        if attempt is not None and is_holder and self.followed_at is None and self._moment.startswith("after:"):
            query = "UPDATE openphone_import.journals SET fence = fence + 1 WHERE name = %s"
            self.fleet.database.rows(query, f"{self.fleet.name}/{attempt.workspace}")
            self.followed_at = time.monotonic()
            self.fleet.figures["fence moved"] += 1

    def remove(self) -> None:
        """End its thread and its sessions."""
        with self._turn:
            self.is_dead = True
            self._turn.notify_all()
        if self._thread is not None:
            self._thread.join(LONGEST_SECONDS)
        self.heartbeat.stop()

    def _wait(self) -> None:
        with self._turn:
            assert self._turn.wait_for(lambda: self._waits or self.attempt is None, LONGEST_SECONDS), self.name

    def _gate(self, moment: str) -> None:
        """Wait until it may go on; called by the journal just before and just after each commit."""
        if self.fleet.holders.get(self._workspace) is not self and self.followed_at is None:
            self.fleet.hold(self._workspace, self)
        self._moment = moment
        # It can only have been followed while it waited, before this commit.
        if moment.startswith("after:") and self.followed_at is not None:
            self.fleet.wrong.append(f"{self.name} has committed {moment} after it was followed")
        with self._turn:
            if moment == self._until:
                self._budget, self._until = 0.0, ""
            while not self._budget and not self.is_dead:
                self._waits = True
                self._turn.notify_all()
                self._turn.wait(LONGEST_SECONDS)
            if self.is_dead:
                raise Died
            self._budget -= 1

    def _work(self, occasion: Occasion, taken: tuple[str, int]) -> None:
        self._workspace = occasion.workspace
        place = replace(self.fleet.place, name=f"{self.fleet.name}/{occasion.workspace}")
        counts: Mapping[Status, int] = {}
        error: BaseException | None = None
        try:
            with Journal.open(place, "sandbox", "key", fault=self._gate) as journal:
                stage(journal, self.fleet.rows[occasion.workspace])
                asyncio.run(self._deliver(journal))
                counts = journal.counts()
        except BaseException as stopped:  # noqa: BLE001 - deaths are what is tested
            error = stopped
        try:
            if not isinstance(error, Died) and not self.is_dead:
                self._end(occasion, counts, error)
                self._engine.finish(*taken)
        except BaseException as problem:  # noqa: BLE001
            self.fleet.wrong.append(f"{self.name}: {problem!r}")
        finally:
            with self._turn:
                self.attempt = None
                self._turn.notify_all()

    async def _deliver(self, journal: Journal) -> None:
        key = SecretStr(self.fleet.sandbox.options.key)
        async with Api(self.fleet.sandbox.url, key, RateLimiter(1000), read_seconds=5.0) as api:
            await deliver(
                journal, api, _OPTIONS, rng=random.Random(1), stop=asyncio.Event(), notify=lambda _event: None
            )

    def _end(self, occasion: Occasion, counts: Mapping[Status, int], error: BaseException | None) -> None:
        """Note how the attempt ended, as a worker does."""
        fleet = self.fleet
        kind = type(error).__name__ if error is not None else ""
        fleet.figures[kind or "ended"] += 1
        is_explained = (
            error is None
            or isinstance(error, FolderBusy)
            or (isinstance(error, TakenOver) and self.followed_at is not None)
            or (type(error) is DiskFailed and self._session_lost)
        )
        if not is_explained:
            fleet.wrong.append(f"{self.name} was stopped by {error!r}")
        if error is None and self.followed_at is not None and counts:
            fleet.figures["ended after all"] += 1
        code = error.exit_code if isinstance(error, ImporterError) else Stopped.exit_code if error else 0
        summary = Summary("", "", None, dict(counts), exit_code=code)
        end = attempt_end(WorkspaceResult(occasion.workspace, Path(), summary), kind, occasion.failures)
        if isinstance(error, TakenOver | FolderBusy) and end.is_failure:
            fleet.wrong.append(f"{kind} was taken for a failure")
        if fleet.book.end(occasion, self.heartbeat.worker, end):
            fleet.failures += end.is_failure
            fleet.done[occasion.workspace, occasion.name] += end.state is OccasionState.DONE
