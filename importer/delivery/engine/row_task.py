"""Rows on their way: what each has been through, and the lines in which they wait."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.records import ACCEPTED, AnswerRecord, RequestRecord
from importer.model import Accepted, Halt, Refused
from importer.plan import Action, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.delivery.journal import QueuedRow
    from importer.model import Answer


# In these states a contact id can only be that of a contact that the service put under another external id.
_NEVER_MET = (State.SENDING, State.CONFLICT)


class Operation(StrEnum):
    """What a row waits for: to be sent, to be changed, to be looked up, or its known contact to be read."""

    CREATE = "create"
    CHANGE = "change"
    LOOK = "look"
    FETCH = "fetch"


@dataclass(slots=True, eq=False)
class RowTask:
    """A row in delivery.

    `sent_at`: the service's clock before the first sending whose end is not known (`unsure`). `tries`, `stumbles`:
    sendings and looks that failed; `looks`: looks that found nothing; `losses`: PATCHes answered 404; `limited`: 429s.
    `taken`: the service says the id is taken; `stray`: `contact_id` is what it made of our sending, under another id;
    `alone`: to be looked up by itself; `updating`: a PATCH may have landed; `trial`: sent to see whether the service is
    back; `out`: under way just now; `late`: it had ended already; `added`: what this journal has added to the contact;
    `unknown`: nobody has said yet whether the contact is there; `heard`: an answer that is not in the journal yet.
    """

    task: QueuedRow
    need: Operation
    sent_at: int | None = None
    contact_id: str = ""
    tries: int = 0
    stumbles: int = 0
    looks: int = 0
    limited: int = 0
    losses: int = 0
    taken: bool = False
    stray: bool = False
    alone: bool = False
    updating: bool = False
    trial: bool = False
    out: bool = False
    again: bool = False
    late: bool = False
    unsure: bool = False
    unknown: bool = False
    reason: str = ""
    added: str = ""
    goods_at_failure: int | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)
    patch: Mapping[str, Any] = field(default_factory=dict)
    heard: AnswerRecord | None = None

    @classmethod
    def of(cls, task: QueuedRow) -> RowTask:
        """Return the job for a task as the journal has it."""
        known = task.known
        unsure = known.state is State.SENDING or known.ever_unsure
        return cls(
            task,
            # A contact that was matched otherwise is not found under the row's external id.
            Operation.FETCH if task.link else Operation.CREATE if task.action is Action.CREATE else Operation.LOOK,
            sent_at=known.sent_at if unsure else None,
            contact_id=task.link or known.contact_id,
            stray=bool(known.contact_id) and known.state in _NEVER_MET,
            added=known.added,
            updating=known.state is State.UPDATING,
            unsure=unsure,
            unknown=task.action is Action.CREATE and known.state is State.PENDING and not known.attempts,
        )

    def hears(self, asked: RequestRecord, answer: Answer | str) -> AnswerRecord:
        """Return the answer as the journal keeps it."""
        return AnswerRecord(
            self.task.row, self.task.external_id, asked, answer if isinstance(answer, str) else said(answer)
        )

    @property
    def in_doubt(self) -> bool:
        """Whether an earlier process left the row in the middle of a request, which may still be landing."""
        return self.task.known.state in (State.SENDING, State.UPDATING)


def said(answer: Answer) -> str:
    """Return what an answer says, as the journal keeps it."""
    if isinstance(answer, Accepted):
        return ACCEPTED
    if isinstance(answer, Refused):
        return f"refused ({answer.code}): {'; '.join(answer.reasons)}"
    return answer.message if isinstance(answer, Halt) else answer.reason


class DelayQueue:
    """Jobs waiting for their time; those whose time has come leave in row order."""

    def __init__(self) -> None:
        self._later: list[tuple[float, int, RowTask]] = []
        self._ready: list[tuple[int, int, RowTask]] = []
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._later) + len(self._ready)

    def put(self, job: RowTask, due: float) -> None:
        """Let a job wait until `due`."""
        heapq.heappush(self._later, (due, next(self._numbers), job))

    def next_due(self) -> float | None:
        """Return when the next job's time comes; None where none waits."""
        if self._ready:
            return 0.0
        return self._later[0][0] if self._later else None

    def first_ready(self, now: float) -> RowTask | None:
        """Return the job with the lowest row whose time has come, and leave it in the line."""
        while self._later and self._later[0][0] <= now:
            _, number, job = heapq.heappop(self._later)
            heapq.heappush(self._ready, (job.task.row, number, job))
        return self._ready[0][2] if self._ready else None

    def take(self, now: float) -> RowTask | None:
        """Return the job with the lowest row whose time has come, and take it out of the line."""
        if self.first_ready(now) is None:
            return None
        return heapq.heappop(self._ready)[2]

    def jobs(self) -> list[RowTask]:
        """Return all jobs in the line."""
        return [entry[2] for entry in (*self._later, *self._ready)]
