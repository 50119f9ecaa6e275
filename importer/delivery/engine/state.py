"""The state of one delivery: the journal, the service, the queues of waiting rows, and how a row ends or goes on."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from importer.delivery.engine.circuit_breaker import CircuitBreaker, Mode
from importer.delivery.engine.lookup_strategy import LookupStrategy
from importer.delivery.engine.row_task import DelayQueue, Operation, RowTask
from importer.delivery.journal import SettledRow
from importer.errors import AccessRefused, AddressWrong, Stopped
from importer.model import Event, Halt, NotSent, Problem, Refused, Severity, Status, Unsure
from importer.plan import State
from importer.retry import ANNOUNCED_SECONDS, RetryPolicy, halt_error, resumed_event, waiting_event

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable

    from importer.delivery.journal import Journal
    from importer.delivery.journal.records import HiddenContact
    from importer.delivery.options import DeliveryOptions
    from importer.delivery.service import ContactsService


# Waits of a rate-limited row stop growing here: Retry-After has stopped all requests already, so a pause is enough.
MAX_LIMITED_BACKOFF = 4
# A contact in these states still differs from its row, as the policy wants it.
_DIFFERING = (State.FILLED, State.KEPT, State.SKIPPED)


class Withdrawn(Exception):
    """A request that waited for its turn must not be sent any more."""


async def one_by_one(lock: asyncio.Lock, is_proven: Callable[[], bool], write: Callable[[], Awaitable[None]]) -> None:
    """Write a row, and let no other write at the same time until one of them has proved that the service keeps it."""
    if not is_proven():
        async with lock:
            # Rows that have waited need not wait for each other, too.
            if not is_proven():
                await write()
                return
    await write()


@dataclass(slots=True)
class DeliveryState:
    """The state of one delivery. `first_sent_at`: when its first request left; `ending`: why it stops early.

    `may_change`: a change has been stored as it was sent; until then they leave one by one (`first_change`).
    `may_create`: a created contact has been seen in the workspace, in this run or before (`first_create`); `readings`:
    how many were read for that. `hidden`: one that an earlier run has created and that the service did not show.
    `answers_other_ids`: the contact id that a POST is answered with is not the contact's. `holders`: the external id of
    each contact id that a POST was answered with or a lookup has found.
    `denied`: rows whose change was answered 403 before any change was accepted.
    """

    journal: Journal
    api: ContactsService
    options: DeliveryOptions
    clock: Callable[[], float]
    rng: random.Random
    notify: Callable[[Event], None]
    breaker: CircuitBreaker
    stop: asyncio.Event
    strategy: LookupStrategy = field(default_factory=LookupStrategy)
    sends: DelayQueue = field(default_factory=DelayQueue)
    lookups: DelayQueue = field(default_factory=DelayQueue)
    ending: Stopped | None = None
    accepted: int = 0
    last_unsure: float = 0.0
    first_sent_at: float | None = None
    is_waiting: bool = False
    first_change: asyncio.Lock = field(default_factory=asyncio.Lock)
    may_change: bool = False
    first_create: asyncio.Lock = field(default_factory=asyncio.Lock)
    may_create: bool = False
    readings: int = 0
    hidden: HiddenContact | None = None
    answers_other_ids: bool = False
    denied: list[tuple[RowTask, Refused]] = field(default_factory=list)
    holders: dict[str, str] = field(default_factory=dict)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    retry: RetryPolicy = field(init=False)

    def __post_init__(self) -> None:
        self.retry = self.options.retry

    def put(self, task: RowTask, operation: Operation, wait_seconds: float = 0.0) -> None:
        """Let a row wait for what it needs next."""
        task.operation = operation
        queue = self.lookups if operation is Operation.LOOK else self.sends
        queue.put(task, self.clock() + wait_seconds)

    def look_up_later(self, task: RowTask, wait_seconds: float | None = None) -> None:
        """Look a row up after the settle time, or after `wait_seconds` if the service asked for more.

        Lookups leave in rounds of the settle time, so that one request answers for as many rows as it can carry.
        """
        now, round_seconds = self.clock(), self.options.settle_seconds
        settle_seconds = self.options.settle_before_lookup(task.attempts.empty_lookups)
        due = now + max(settle_seconds, self._bounded(wait_seconds))
        if round_seconds:
            due = math.ceil(due / round_seconds) * round_seconds
        self.put(task, Operation.LOOK, due - now)

    # ------------------------------------------------------------------------------------------- how rows end

    def settle(self, task: RowTask, end: SettledRow) -> None:
        """Record how a row ended, and under which policy if its contact still differs."""
        if end.state in _DIFFERING:
            end = replace(end, policy=self.options.policy.mark)
        self.journal.settle(task.queued, replace(end, heard=task.answer))
        task.answer = None
        self._report_end(task, end.status)

    def give_up(self, task: RowTask) -> None:
        """Leave a row unfinished that keeps failing while others succeed."""
        row, external_id = task.queued.row, task.queued.external_id
        message = (
            f"Row {row} could not be finished: {task.reason}. "
            "Run the same command again; if it fails again, enter the row by hand or ask the service's support."
        )
        problem = Problem(row, None, external_id, "unfinished", Severity.WARNING, message)
        state, contact_id = task.queued.known.state, task.knowledge.contact_id
        self.journal.give_up(
            task.queued, SettledRow(Status.UNFINISHED, state, contact_id, task.reason, problem=problem)
        )
        self._report_end(task, Status.UNFINISHED)

    def conflict(
        self,
        task: RowTask,
        rule: str,
        message: str,
        contact_id: str = "",
        *,
        passing: bool = False,
        is_unmade: bool = False,
    ) -> None:
        """Leave a row to a person.

        `contact_id`: the contact that the service made of it under another id. `passing`: what the journal knows of its
        contact stays. `is_unmade`: the advice is another id, which a row that is held to be a contact could not get.
        """
        problem = Problem(task.queued.row, None, task.queued.external_id, rule, Severity.ERROR, message)
        shown_id = task.knowledge.contact_id if passing else contact_id
        state = State.REFUSED if is_unmade else State.CONFLICT
        self.settle(task, SettledRow(Status.CONFLICT, state, shown_id, message, problem=problem, passing=passing))

    def refuse(self, task: RowTask, code: int, reasons: tuple[str, ...], contact_id: str = "") -> None:
        """Reject a row in the service's own words."""
        row, words = task.queued.row, "; ".join(reasons)
        step = "Correct the row and run again."
        if code == 403:
            step = "It may belong to a CRM integration: change it there, or remove the row from the sheet."
        message = f"Row {row}: the service refused it ({code}): {words}. {step}"
        problem = Problem(row, None, task.queued.external_id, "server-refused", Severity.ERROR, message)
        detail = f"refused ({code}): {words}"
        self.settle(task, SettledRow(Status.REJECTED, State.REFUSED, contact_id, detail, problem=problem))

    def refuse_denied(self) -> None:
        """Reject the rows whose changes were answered 403, each for its contact: the key may change others."""
        for task, answer in self.denied:
            self.refuse(task, answer.code, answer.reasons, str(task.contact["id"]))
        self.denied.clear()

    def _report_end(self, task: RowTask, status: Status) -> None:
        name = "corrected" if task.after_settling else "delivered"
        self.notify(Event(name, {"row": task.queued.row, "status": str(status)}))

    # --------------------------------------------------------------------------------------- how rows go on

    def send_failed(self, task: RowTask, answer: Unsure | NotSent) -> None:
        """Count a failure of a row's request."""
        # A row that was sent to find out whether the service is back does not count as failed.
        task.attempts.sends += not task.is_probe
        task.is_repeat, task.reason = True, answer.reason
        facts = {"row": task.queued.row, "reason": answer.reason, "attempt": task.attempts.sends}
        self.notify(Event("retry", facts))
        self.failed(task, answer.reason)
        self._pause(answer)

    def send_again(self, task: RowTask, answer: NotSent) -> None:
        """Let a row wait for the same request again, after one that certainly did nothing."""
        if answer.rate_limited:
            task.is_repeat = True
            task.attempts.rate_limited += 1
            self.limited(answer)
            wait_seconds = self.backoff(min(task.attempts.rate_limited, MAX_LIMITED_BACKOFF))
        else:
            self.send_failed(task, answer)
            wait_seconds = self.backoff(task.attempts.sends, answer)
        self.put(task, task.operation, wait_seconds)

    def failed(self, task: RowTask | None, reason: str) -> None:
        """Count a failure of the service; `task` is None for reads."""
        self.breaker.failed(task, reason, self.clock())
        self._announce()

    def contradicted(self, task: RowTask, reason: str) -> None:
        """Count answers that contradict each other as a failed lookup of the row, and look it up again."""
        self.failed(None, reason)
        task.attempts.lookups += 1
        task.reason = reason
        self.put(task, Operation.LOOK, self.backoff(task.attempts.lookups))

    def _pause(self, answer: Unsure | NotSent) -> None:
        """Count a long wait that the service asks for, and tell it at once: the person may have better things to do."""
        if (answer.wait_seconds or 0.0) >= ANNOUNCED_SECONDS:
            self.breaker.pause(answer.reason, self.clock(), answer.wait_seconds or 0.0)
            self._announce()

    def limited(self, answer: NotSent) -> None:
        """Count a 429: the rate limiter has slowed all requests down already."""
        self.breaker.limited(answer.reason, self.clock())
        self.notify(Event("rate_limited", {"wait_seconds": answer.wait_seconds}))
        self._pause(answer)

    def backoff(self, attempt: int, answer: NotSent | None = None) -> float:
        """Return the seconds to wait before the next request of a row."""
        asked_seconds = answer.wait_seconds if answer is not None else None
        return max(self.retry.backoff(attempt, self.rng), self._bounded(asked_seconds))

    def _bounded(self, asked_seconds: float | None) -> float:
        # A wait of years for a single row must not hold up a run whose other rows the service accepts.
        return min(asked_seconds or 0.0, self.options.wait_for_service)

    def wrote(self, *, accepted: bool) -> None:
        """Count a write that was answered for good."""
        self.accepted += accepted
        self.breaker.wrote()
        self._announce()

    def was_read(self) -> None:
        """Count a read that was answered."""
        self.breaker.was_read()
        self._announce()

    def probe_failed(self, reason: str) -> None:
        """Count a failed read that asked whether the service is back."""
        self.breaker.probe_failed(reason, self.clock())
        self._announce()

    def _announce(self) -> None:
        """Report the beginning and the end of an outage, once each; while it is doubtful neither is certain."""
        is_paused = self.clock() < self.breaker.paused_until
        is_waiting = is_paused or not (self.breaker.may_send or self.breaker.mode is Mode.DOUBTFUL)
        if is_waiting == self.is_waiting or (self.breaker.mode is Mode.DOUBTFUL and not is_paused):
            return
        self.is_waiting = is_waiting
        longest_wait = self.retry.longest_wait(has_answered=self.api.answered)
        self.notify(waiting_event(self.breaker.reason, longest_wait) if is_waiting else resumed_event())

    def leave(self, task: RowTask) -> None:
        """Record that a row's request leaves now. Raises Withdrawn if it must not leave any more."""
        if self.ending is not None or self.stop.is_set() or not (self.breaker.may_send or task.is_probe):
            raise Withdrawn
        if self.first_sent_at is None:
            self.first_sent_at = self.clock()
        task.in_flight = True

    def halt(self, answer: Halt) -> None:
        """Stop the run for an answer that no repetition will change."""
        self.end(halt_error(answer))

    def end(self, error: Stopped) -> None:
        """Stop the run; the first reason counts."""
        self.ending = self.ending or error

    def final(self, error: Stopped) -> Stopped:
        """Return the error that ends the run; what was in flight has ended by now.

        Design, "Rules where tools differ": a refused key or address is 2 while nothing has been accepted, 3 after.
        """
        if isinstance(error, (AccessRefused, AddressWrong)):
            error.exit_code = 3 if self.accepted else 2
        return error
