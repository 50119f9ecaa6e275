"""The loop: a few requests in flight, in row order, until every row has ended or something stops the run."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from importer.delivery.engine.circuit_breaker import CircuitBreaker, Mode
from importer.delivery.engine.late_arrivals import LateArrivals
from importer.delivery.engine.lookup_strategy import gather, strategy_for
from importer.delivery.engine.reconcile import MOST_IDS, look
from importer.delivery.engine.row_task import Operation, RowTask
from importer.delivery.engine.send import send
from importer.delivery.engine.state import DeliveryState, Withdrawn
from importer.errors import Interrupted, ServiceUnreachable, Stopped
from importer.model import Event, Halt, NotSent
from importer.plan import State

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from importer.delivery.journal import Journal
    from importer.delivery.options import DeliveryOptions
    from importer.delivery.service import ContactsService

PAGE = 100
MOST_WAITING = 200
LONGEST_NAP_SECONDS = 60.0
NAP_BEFORE_ANSWER_SECONDS = 1.0  # the first request leaves while we nap, and the wait for its answer is short


def _silent(event: Event) -> None:
    """Tell nobody."""


async def deliver(
    journal: Journal,
    api: ContactsService,
    options: DeliveryOptions,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    rng: random.Random | None = None,
    stop: asyncio.Event | None = None,
    notify: Callable[[Event], None] = _silent,
) -> None:
    """Send every row that the journal has staged, exactly once each, and record how it ended.

    `stop` set means: send nothing new, let requests in flight land, raise Interrupted. Cancelling stops hard; the next
    run is right even so. Events: `delivered` (row, status), `retry`, `rate_limited`, `waiting`, `resumed`.
    Raises Interrupted, ServiceUnreachable, AccessRefused, AddressWrong (exit code 2 while nothing has been accepted),
    DiskFailed. Whatever it raises, all answers that came are in the journal.
    """
    rng = rng or random.Random()  # noqa: S311 - jitter is no secret
    desk = DeliveryState(
        journal, api, options, clock, rng, notify, CircuitBreaker(options, rng), stop or asyncio.Event()
    )
    desk.scout = strategy_for(journal, scouting=options.scouting)
    await DeliveryLoop(desk, sleep).run()


class DeliveryLoop:
    """One delivery under way; `desk` is its state, this decides what goes next."""

    def __init__(self, desk: DeliveryState, sleep: Callable[[float], Awaitable[None]]) -> None:
        self.desk = desk
        self._sleep = sleep
        self._fresh: deque[RowTask] = deque()
        self._last_row = 0
        self._read_all = False
        self._sweep = LateArrivals(desk)
        self._started_at = 0.0
        self._single: dict[str, asyncio.Task[None]] = {}
        self._running: dict[asyncio.Task[None], RowTask | None] = {}

    async def run(self) -> None:
        """Deliver to the end."""
        stopped = asyncio.ensure_future(self.desk.stop.wait())
        try:
            while not self._is_over():
                self._start_all()
                await self._nap(stopped)
            await self._land()
        finally:
            stopped.cancel()
            for task in self._running:
                task.cancel()
            await asyncio.gather(stopped, *self._running, return_exceptions=True)
        if self.desk.ending is not None:
            raise self.desk.final(self.desk.ending)

    # ------------------------------------------------------------------------------------------------- ending

    def _is_over(self) -> bool:
        if not self._running and self._has_nothing_left():
            return True
        if self.desk.stop.is_set():
            self.desk.end(Interrupted())
        self._check_patience()
        return self.desk.ending is not None

    def _has_nothing_left(self) -> bool:
        # Asked first, because it may bring rows into the other lines.
        if self._next_fresh() is not None or len(self.desk.sends) or len(self.desk.looks):
            return False
        return not self._sweep.is_owed

    def _check_patience(self) -> None:
        limit = self._patience_ends()
        if limit is None or self.desk.clock() < limit:
            return
        reason = self.desk.breaker.reason or "no answer yet"
        step = "Check the internet connection and the service's status page, then run the same command again to go on."
        self.desk.end(ServiceUnreachable(f"The service is not available ({reason}).", step))

    def _patience_ends(self) -> float | None:
        """Return the moment at which waiting for the service ends, None where there is nothing to wait for."""
        desk, breaker = self.desk, self.desk.breaker
        if not desk.api.answered:
            return None if desk.first_out is None else desk.first_out + desk.options.first_answer_seconds
        since = breaker.limited_since if breaker.may_send else breaker.bad_since
        if since is None or breaker.mode is Mode.DOUBTFUL:
            return None
        return since + desk.options.wait_for_service

    async def _land(self) -> None:
        """Let what has left come back and be recorded; what still waits for its turn never leaves."""
        for task, job in list(self._running.items()):
            if job is None or not job.out:
                task.cancel()
        if isinstance(self.desk.ending, ServiceUnreachable) and not self.desk.api.answered:
            return
        while self._running:
            await asyncio.wait(self._running)
            self._collect()

    # ------------------------------------------------------------------------------------------------ starting

    def _start_all(self) -> None:
        now = self._started_at = self.desk.clock()
        if self.desk.breaker.probe_due(now):
            self._start_single("probe", self._probe)
        while len(self._running) < self.desk.options.in_flight and self._start_one(now):
            pass
        if not self._running and self._is_sweep_time(now):
            self._start_single("sweep", self._sweep.run)

    def _start_one(self, now: float) -> bool:
        """Start what goes next: looks first, since rows depend on them, then sendings in row order."""
        desk = self.desk
        if desk.breaker.may_look and (batch := self._batch(now)):
            self._start(look(desk, batch), None)
            return True
        if desk.breaker.may_send:
            if not self._is_scouting() and self._next_fresh() and gather(desk.scout, self._fresh, desk.looks, now):
                return self._start_one(now)
            job = self._next_job(now)
            if job is not None and not self._is_spent(job):
                self._start(send(desk, job), job)
            return job is not None
        return self._start_trial(now)

    def _start_trial(self, now: float) -> bool:
        if not self.desk.breaker.trial_due(now) or any(self._running.values()):
            return False
        job = self._next_job(now)
        if job is None:
            return False
        job.trial = True
        self._start(send(self.desk, job), job)
        return True

    def _batch(self, now: float) -> list[RowTask]:
        batch: list[RowTask] = []
        looks = self.desk.looks
        while len(batch) < MOST_IDS and (first := looks.first_ready(now)) is not None:
            # A row whose look failed twice may be what fails it for all the others.
            alone = first.alone or first.stumbles > 1
            if alone and batch:
                break
            looks.take(now)
            if first.stumbles >= self.desk.options.max_attempts:
                self.desk.give_up(first)
                continue
            batch.append(first)
            if alone:
                break
        return batch

    def _is_spent(self, job: RowTask) -> bool:
        """Give a row up that has failed too often while others succeeded."""
        if job.tries < self.desk.options.max_attempts:
            return False
        self.desk.give_up(job)
        return True

    def _next_job(self, now: float) -> RowTask | None:
        waiting, fresh = self.desk.sends.first_ready(now), self._next_fresh()
        if self._is_scouting():
            fresh = None
        if fresh is not None and (waiting is None or fresh.task.row < waiting.task.row):
            return self._fresh.popleft()
        return self.desk.sends.take(now)

    def _is_scouting(self) -> bool:
        """Whether new rows wait for the first look, which may save a request for every one of them."""
        return self.desk.scout.undecided and bool(self._running)

    def _next_fresh(self) -> RowTask | None:
        """Return the next row of the sheet that was never tried in this run; rows to look up go to their line."""
        while not self._fresh and not self._read_all:
            if len(self.desk.sends) + len(self.desk.looks) > MOST_WAITING:
                return None
            self._read_page()
        return self._fresh[0] if self._fresh else None

    def _read_page(self) -> None:
        tasks = self.desk.journal.tasks(self._last_row, PAGE)
        self._read_all = not tasks
        # An earlier process may have sent these: they are Unsure from now on, whatever becomes of this run.
        if left := [task.external_id for task in tasks if task.known.state is State.SENDING]:
            self.desk.journal.doubt(left)
        for task in tasks:
            self._last_row = task.row
            job = RowTask.of(task)
            if job.need is Operation.LOOK:
                self.desk.put(job, Operation.LOOK, self.desk.options.settle_seconds if job.in_doubt else 0.0)
            else:
                self._fresh.append(job)

    # ---------------------------------------------------------------------------------------- probe and sweep

    async def _probe(self) -> None:
        self.desk.first_out = self.desk.first_out or self.desk.clock()
        answer = await self.desk.api.probe()
        if isinstance(answer, Halt):
            self.desk.halt(answer)
        elif isinstance(answer, NotSent) and answer.rate_limited:
            self.desk.limited(answer)
            self.desk.breaker.next_try = self.desk.clock() + self.desk.backoff(1)
        elif isinstance(answer, NotSent):
            self.desk.probe_failed(answer.reason)
        else:
            self.desk.was_read()

    def _is_sweep_time(self, now: float) -> bool:
        if not self.desk.breaker.may_look or self._next_fresh() or len(self.desk.sends) or len(self.desk.looks):
            return False
        return now >= self._sweep.due_at

    # ------------------------------------------------------------------------------------------------- waiting

    def _start(self, work: Coroutine[Any, Any, None], job: RowTask | None) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._running[task] = job
        return task

    def _start_single(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if name not in self._single or self._single[name].done():
            self._single[name] = self._start(work(), None)

    async def _nap(self, stopped: asyncio.Future[Any]) -> None:
        """Wait until a request is done, a row's time has come, or the run is to stop."""
        timer = asyncio.ensure_future(self._sleep(self._nap_seconds()))
        try:
            await asyncio.wait({stopped, timer, *self._running}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        self._collect()

    def _nap_seconds(self) -> float:
        desk = self.desk
        dues = [self._patience_ends(), desk.breaker.next_try if desk.breaker.mode is not Mode.CLOSED else None]
        if desk.breaker.may_send or desk.breaker.mode is Mode.REFUSING:
            dues.append(desk.sends.next_due())
        if desk.breaker.may_look:
            dues.append(desk.looks.next_due())
        if not self._running:
            dues.append(self._sweep.due_at)
        # What was due when the last round began waits for something else; what has come due since then wakes at once.
        ahead = [due - desk.clock() for due in dues if due is not None and due > self._started_at]
        longest = LONGEST_NAP_SECONDS if desk.api.answered else NAP_BEFORE_ANSWER_SECONDS
        return max(0.0, min([*ahead, longest]))

    def _collect(self) -> None:
        """Take note of what has ended; an error that stops the run is kept, a bug is raised."""
        for task in [task for task in self._running if task.done()]:
            del self._running[task]
            error = None if task.cancelled() else task.exception()
            if isinstance(error, Stopped):
                self.desk.end(error)
            elif error is not None and not isinstance(error, Withdrawn):
                raise error
