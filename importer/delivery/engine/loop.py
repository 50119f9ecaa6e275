"""The loop: a few requests in flight, in row order, until every row has ended or something stops the run."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from importer.delivery.engine.circuit_breaker import CircuitBreaker, Mode
from importer.delivery.engine.late_arrivals import LateArrivals
from importer.delivery.engine.lookup_strategy import strategy_for
from importer.delivery.engine.reconcile import look_up
from importer.delivery.engine.row_task import Operation, RowTask
from importer.delivery.engine.send import send
from importer.delivery.engine.state import DeliveryState, Withdrawn
from importer.errors import Interrupted, ServiceUnreachable, Stopped
from importer.model import MOST_IDS, Event, Halt, NotSent
from importer.plan import State
from importer.retry import unreachable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from importer.delivery.journal import Journal
    from importer.delivery.options import DeliveryOptions
    from importer.delivery.service import ContactsService

PAGE = 100
MOST_WAITING = 200
LONGEST_SLEEP_SECONDS = 60.0
# The first request leaves while the loop sleeps, and the wait for its answer is short.
SLEEP_BEFORE_ANSWER_SECONDS = 1.0


async def deliver(
    journal: Journal,
    api: ContactsService,
    options: DeliveryOptions,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    rng: random.Random | None = None,
    stop: asyncio.Event | None = None,
    notify: Callable[[Event], None] = lambda event: None,
) -> None:
    """Send every row that the journal has staged, exactly once each, and record how it ended.

    `stop` set means: send nothing new, let requests in flight end, raise Interrupted. Cancelling stops hard; the next
    run is right even so. Events: `delivered` (row, status), `retry`, `rate_limited`, `waiting`, `resumed`.
    Raises Interrupted, ServiceUnreachable, AccessRefused, AddressWrong (exit code 2 while nothing has been accepted),
    DiskFailed. Whatever it raises, all answers that came are in the journal.
    """
    rng = rng or random.Random()  # noqa: S311 - jitter is no secret
    breaker = CircuitBreaker(options, rng)
    state = DeliveryState(journal, api, options, clock, rng, notify, breaker, stop or asyncio.Event())
    state.sleep, state.may_create = sleep, journal.has_created()
    state.answers_other_ids = journal.answers_other_ids
    if not state.may_create and not options.policy.recreates:
        state.hidden = journal.hidden_contact
    state.strategy = strategy_for(journal, scouting=options.scouting)
    await DeliveryLoop(state).run()


class DeliveryLoop:
    """One delivery: `state` is its state, this decides what goes next."""

    def __init__(self, state: DeliveryState) -> None:
        self.state = state
        self._fresh: deque[RowTask] = deque()
        self._last_row = 0
        self._read_all = False
        self._late_arrivals = LateArrivals(state)
        self._started_at = 0.0
        self._single: dict[str, asyncio.Task[None]] = {}
        self._running: dict[asyncio.Task[None], RowTask | None] = {}

    async def run(self) -> None:
        """Deliver to the end."""
        stopped = asyncio.ensure_future(self.state.stop.wait())
        try:
            while not self._is_over():
                self._start_all()
                # The last rows may have been given up just now, and then nothing will wake the loop.
                if not self._has_ended():
                    await self._wait(stopped)

            # Requests that were sent are awaited and recorded; those that still wait for their turn are never sent.
            for request, task in self._running.items():
                if task is None or not task.in_flight:
                    request.cancel()
            # A service that never answered will not answer these either: they are cancelled below.
            is_hopeless = isinstance(self.state.ending, ServiceUnreachable) and not self.state.api.answered
            while self._running and not is_hopeless:
                await asyncio.wait(self._running)
                self._collect()
        finally:
            stopped.cancel()
            for request in self._running:
                request.cancel()
            await asyncio.gather(stopped, *self._running, return_exceptions=True)
        if self.state.ending is not None:
            raise self.state.final(self.state.ending)

    # ------------------------------------------------------------------------------------------------- ending

    def _is_over(self) -> bool:
        state, breaker = self.state, self.state.breaker
        if self._has_ended():
            # No change was accepted, but they were few, and the key was good for all else.
            if state.ending is None:
                state.refuse_denied()
            return True
        if state.stop.is_set():
            state.end(Interrupted())
        gives_up_at = self._gives_up_at()
        if gives_up_at is not None and state.clock() >= gives_up_at:
            is_limited = breaker.may_send and (
                breaker.limited_since is not None or state.clock() < breaker.paused_until
            )
            state.end(unreachable(breaker.reason or "no answer yet", rate_limited=is_limited))
        return state.ending is not None

    def _has_ended(self) -> bool:
        """Return whether every row has ended."""
        return not self._running and self._is_idle() and not self._late_arrivals.is_pending

    def _is_idle(self) -> bool:
        """Return whether no row waits for anything."""
        # The fresh rows first, because asking for them may bring rows into the queues.
        return not (self._next_fresh() or len(self.state.sends) or len(self.state.lookups))

    def _gives_up_at(self) -> float | None:
        """Return when waiting for the service ends, None while it is not waited for."""
        state = self.state
        failing_since = state.breaker.failing_since(state.clock())
        return state.retry.gives_up_at(state.first_sent_at, failing_since, has_answered=state.api.answered)

    # ------------------------------------------------------------------------------------------------ starting

    def _start_all(self) -> None:
        state = self.state
        now = self._started_at = state.clock()
        if state.breaker.probe_due(now):
            self._start_single("probe", self._probe)
        while len(self._running) < state.options.in_flight and self._start_next(now):
            pass
        # The late arrivals come last, when no row waits for anything.
        is_last = not self._running and self._is_idle() and self._late_arrivals.is_pending
        if is_last and state.breaker.may_look and now >= self._late_arrivals.due_at:
            self._start_single("late arrivals", self._late_arrivals.run)

    def _start_next(self, now: float) -> bool:
        """Start what goes next: lookups first because rows depend on them, then rows in the order of the sheet."""
        state, breaker = self.state, self.state.breaker
        # Contacts that were looked up are changed first: while they wait, a person may edit them.
        is_crowded = breaker.may_send and len(state.sends) >= MOST_IDS and state.sends.first_ready(now) is not None
        if breaker.may_look and not is_crowded and (batch := self._next_lookups(now)):
            self._start(look_up(state, batch), None)
            return True

        # While no row may be sent, one is risked now and then to find out whether the service takes writes again.
        is_probe = not breaker.may_send
        if is_probe and (not breaker.trial_due(now) or any(self._running.values())):
            return False

        fresh = self._next_fresh()
        if state.strategy.is_undecided and self._running:
            # New rows wait for the first lookup, which may save a request for each of them.
            fresh = None
        looks_up = fresh is not None and not is_probe and state.strategy.looks_up_first
        if looks_up and state.strategy.move_to_lookups(self._fresh, state.lookups, now):
            return self._start_next(now)

        task = state.sends.first_ready(now)
        if fresh is not None and (task is None or fresh.queued.row < task.queued.row):
            task = self._fresh.popleft()
        elif task is not None:
            state.sends.remove_first()
        if task is not None and not is_probe and task.attempts.sends >= state.options.max_attempts:
            # It has failed too often while others succeeded.
            state.give_up(task)
        elif task is not None:
            task.is_probe = is_probe
            self._start(send(state, task), task)
        return task is not None

    def _next_lookups(self, now: float) -> list[RowTask]:
        """Return up to 20 rows to look up in one request."""
        batch: list[RowTask] = []
        lookups = self.state.lookups
        while len(batch) < MOST_IDS and (task := lookups.first_ready(now)) is not None:
            # A row whose lookup failed twice may be what makes it fail for all the others.
            is_alone = task.lookup_alone or task.attempts.lookups > 1
            if is_alone and batch:
                break
            lookups.remove_first()
            if task.attempts.lookups >= self.state.options.max_attempts:
                self.state.give_up(task)
                continue
            batch.append(task)
            if is_alone:
                break
        return batch

    def _next_fresh(self) -> RowTask | None:
        """Return the next row of the sheet that was never tried in this run; rows to look up go to their queue."""
        state = self.state
        while not self._fresh and not self._read_all:
            if len(state.sends) + len(state.lookups) > MOST_WAITING:
                # Enough rows are in memory; the next ones are read when some of these have ended.
                return None
            page = state.journal.tasks(self._last_row, PAGE)
            state.journal.read_people_ahead([queued.row for queued in page])
            self._read_all = not page
            # An earlier process may have sent these: they are Unsure from now on, whatever becomes of this run.
            if unsure_ids := [queued.external_id for queued in page if queued.known.state is State.SENDING]:
                state.journal.doubt(unsure_ids)
            for queued in page:
                self._last_row = queued.row
                task = RowTask.of(queued)
                if task.operation is Operation.LOOK:
                    state.put(task, Operation.LOOK, state.options.settle_seconds if task.in_doubt else 0.0)
                else:
                    self._fresh.append(task)
        return self._fresh[0] if self._fresh else None

    async def _probe(self) -> None:
        """Ask for one contact to find out whether the service is back."""
        state = self.state
        state.first_sent_at = state.first_sent_at or state.clock()
        answer = await state.api.probe()
        if isinstance(answer, Halt):
            state.halt(answer)
        elif isinstance(answer, NotSent) and answer.rate_limited:
            state.limited(answer)
            state.breaker.probe_limited(state.clock(), state.backoff(1))
        elif isinstance(answer, NotSent):
            state.probe_failed(answer.reason)
        else:
            state.was_read()

    # ------------------------------------------------------------------------------------------------- waiting

    def _start(self, request: Coroutine[Any, Any, None], task: RowTask | None) -> asyncio.Task[None]:
        running = asyncio.ensure_future(request)
        self._running[running] = task
        return running

    def _start_single(self, name: str, request: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start a request of which there is only one at a time."""
        if name not in self._single or self._single[name].done():
            self._single[name] = self._start(request(), None)

    async def _wait(self, stopped: asyncio.Future[Any]) -> None:
        """Wait until a request is done, a row's time has come, or the run is to stop."""
        state, breaker = self.state, self.state.breaker
        due_times = [self._gives_up_at(), breaker.next_try if breaker.mode is not Mode.CLOSED else None]
        if breaker.may_send or breaker.mode is Mode.REFUSING:
            due_times.append(state.sends.next_due())
        if breaker.may_look:
            due_times.append(state.lookups.next_due())
        if not self._running:
            due_times.append(self._late_arrivals.due_at)
        # What was due when the last round began waits for something else; what has come due since then wakes at once.
        ahead = [due - state.clock() for due in due_times if due is not None and due > self._started_at]
        longest = LONGEST_SLEEP_SECONDS if state.api.answered else SLEEP_BEFORE_ANSWER_SECONDS

        timer = asyncio.ensure_future(state.sleep(max(0.0, min([*ahead, longest]))))
        try:
            await asyncio.wait({stopped, timer, *self._running}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        self._collect()

    def _collect(self) -> None:
        """Note which requests have ended; a row whose request was withdrawn waits on, an error ends the run."""
        for request in [request for request in self._running if request.done()]:
            task = self._running.pop(request)
            if task is not None:
                task.in_flight = task.is_probe = False
            error = None if request.cancelled() else request.exception()
            if isinstance(error, Withdrawn):
                if task is not None:
                    self.state.put(task, task.operation)
            elif isinstance(error, Stopped):
                self.state.end(error)
            elif error is not None:
                raise error
