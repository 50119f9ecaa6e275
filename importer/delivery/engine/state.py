"""Where delivery's parts meet: the journal, the service, the lines of waiting rows, and how a row is put aside."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from importer.delivery.engine.circuit_breaker import CircuitBreaker, Mode
from importer.delivery.engine.lookup_strategy import LookupStrategy
from importer.delivery.engine.row_task import DelayQueue, Operation, RowTask
from importer.delivery.journal import SettledRow
from importer.delivery.options import DeliveryOptions, backoff, settle
from importer.errors import AccessRefused, AddressWrong, Stopped
from importer.model import Event, Halt, NotSent, Problem, Severity, Status, Unsure
from importer.plan import State

if TYPE_CHECKING:
    import asyncio
    import random
    from collections.abc import Callable

    from importer.delivery.journal import Journal
    from importer.delivery.service import ContactsService


_DIFFERING = (State.FILLED, State.KEPT, State.SKIPPED)


class Withdrawn(Exception):
    """A request that had waited for its turn is not to leave after all."""


@dataclass(slots=True)
class DeliveryState:
    """The state of one delivery."""

    journal: Journal
    api: ContactsService
    options: DeliveryOptions
    clock: Callable[[], float]
    rng: random.Random
    notify: Callable[[Event], None]
    breaker: CircuitBreaker
    stop: asyncio.Event
    scout: LookupStrategy = field(default_factory=LookupStrategy)
    sends: DelayQueue = field(default_factory=DelayQueue)
    looks: DelayQueue = field(default_factory=DelayQueue)
    ending: Stopped | None = None
    accepted: int = 0
    last_unsure: float = 0.0
    first_out: float | None = None
    waiting: bool = False

    def put(self, job: RowTask, need: Operation, wait_seconds: float = 0.0) -> None:
        """Let a row wait for what it needs next."""
        job.need = need
        line = self.looks if need is Operation.LOOK else self.sends
        line.put(job, self.clock() + wait_seconds)

    def look_later(self, job: RowTask, wait_seconds: float | None = None) -> None:
        """Look a row up after the settle time, or after `wait_seconds` if the service asked for more.

        Looks leave in rounds of the settle time, so that one request answers for as many rows as it can carry.
        """
        now, beat = self.clock(), self.options.settle_seconds
        due = now + max(settle(self.options, job.looks), wait_seconds or 0.0)
        self.put(job, Operation.LOOK, (math.ceil(due / beat) * beat if beat else due) - now)

    # ------------------------------------------------------------------------------------------- how rows end

    def settle(self, job: RowTask, end: SettledRow) -> None:
        """Record how a row ended, and under which policy where its contact still differs."""
        if end.state in _DIFFERING:
            end = replace(end, policy=self.options.policy.mark)
        self.journal.settle(job.task, replace(end, heard=job.heard))
        job.heard = None
        self._tell(job, end.status)

    def give_up(self, job: RowTask) -> None:
        """Leave a row unfinished that keeps failing while others succeed."""
        row, external_id = job.task.row, job.task.external_id
        message = (
            f"Row {row} could not be finished: {job.reason}. "
            "Run the same command again; if it fails again, send the row by hand or ask the service's support."
        )
        problem = Problem(row, None, external_id, "unfinished", Severity.WARNING, message)
        state = job.task.known.state
        self.journal.give_up(
            job.task, SettledRow(Status.UNFINISHED, state, job.contact_id, job.reason, problem=problem)
        )
        self._tell(job, Status.UNFINISHED)

    def conflict(self, job: RowTask, rule: str, message: str, contact_id: str = "", *, passing: bool = False) -> None:
        """Leave a row to a person.

        `contact_id` is of what the service made of it elsewhere; `passing`: what is known of its contact stays.
        """
        problem = Problem(job.task.row, None, job.task.external_id, rule, Severity.ERROR, message)
        shown = job.contact_id if passing else contact_id
        end = SettledRow(Status.CONFLICT, State.CONFLICT, shown, message, problem=problem, passing=passing)
        self.settle(job, end)

    def refuse(self, job: RowTask, code: int, reasons: tuple[str, ...], contact_id: str = "") -> None:
        """Reject a row in the service's own words."""
        words = "; ".join(reasons)
        message = f"Row {job.task.row}: the service refused it ({code}): {words}. Correct the row and run again."
        problem = Problem(job.task.row, None, job.task.external_id, "server-refused", Severity.ERROR, message)
        self.settle(
            job, SettledRow(Status.REJECTED, State.REFUSED, contact_id, f"refused ({code}): {words}", problem=problem)
        )

    def _tell(self, job: RowTask, status: Status) -> None:
        name = "corrected" if job.late else "delivered"
        self.notify(Event(name, {"row": job.task.row, "status": str(status)}))

    # --------------------------------------------------------------------------------------- how rows go on

    def lost(self, job: RowTask, answer: Unsure | NotSent) -> None:
        """Count a failure of a row's request."""
        # A row sent to see whether the service is back has not failed for itself.
        job.tries += not job.trial
        job.again, job.reason = True, answer.reason
        self.notify(Event("retry", {"row": job.task.row, "reason": answer.reason, "attempt": job.tries}))
        self.failed(job, answer.reason)

    def failed(self, job: RowTask | None, reason: str) -> None:
        """Count a failure of the service; `job` is None for reads."""
        self.breaker.failed(job, reason, self.clock())
        self._announce()

    def limited(self, answer: NotSent) -> None:
        """Count a 429: the pace has dropped for everyone already."""
        self.breaker.limited(answer.reason, self.clock())
        self.notify(Event("rate_limited", {"wait_seconds": answer.wait_seconds}))

    def backoff(self, attempt: int, answer: NotSent | None = None) -> float:
        """Return the wait before the next request of a row."""
        asked = answer.wait_seconds if answer is not None else None
        return max(backoff(self.options, attempt, self.rng), asked or 0.0)

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
        """Count a failed probe."""
        self.breaker.probe_failed(reason, self.clock())
        self._announce()

    def _announce(self) -> None:
        """Tell of the beginning and the end of an outage, once each."""
        waiting = not (self.breaker.may_send or self.breaker.mode is Mode.DOUBTFUL)
        if waiting == self.waiting or (self.waiting and self.breaker.mode is Mode.DOUBTFUL):
            return
        self.waiting = waiting
        if waiting:
            text = f"The service is not available ({self.breaker.reason}). Waiting for it; nothing is lost."
            self.notify(Event("waiting", {"text": text, "warning": True, "reason": self.breaker.reason}))
        else:
            self.notify(Event("resumed", {"text": "The service is available again. Going on.", "warning": False}))

    def leave(self, job: RowTask) -> None:
        """Say that a row's request leaves now, or raise Withdrawn if it must not any more."""
        if self.ending is not None or self.stop.is_set() or not (self.breaker.may_send or job.trial):
            raise Withdrawn
        if self.first_out is None:
            self.first_out = self.clock()
        job.out = True

    def halt(self, answer: Halt) -> None:
        """Stop the run for an answer that no repetition will change."""
        self.end((AccessRefused if answer.kind == "access" else AddressWrong)(answer.message, answer.next_step))

    def final(self, error: Stopped) -> Stopped:
        """Return the error that ends the run; what was in flight has landed by now.

        Design, "Rules where tools differ": a refused key or address is 2 while nothing has been accepted, 3 after.
        """
        if isinstance(error, (AccessRefused, AddressWrong)):
            error.exit_code = 3 if self.accepted else 2
        return error

    def end(self, error: Stopped) -> None:
        """Stop the run; the first reason counts."""
        self.ending = self.ending or error
