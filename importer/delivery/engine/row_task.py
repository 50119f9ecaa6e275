"""Rows on their way: what each waits for, what is known of its contact, and the queues in which rows wait.

What an answer means for a row (carried out by `send` and `reconcile`):

    request  answer                        next
    POST     accepted                      end: created
             refused                       end: rejected
             not sent                      POST again after a backoff
             unsure                        lookup after the settle time
             409, the id is taken          lookup
             made under another id         lookup, then GET of that contact
    lookup   one contact, shown in part    GET of that contact
             one to be changed, which      GET of that contact
             this journal never wrote to
             one contact                   ours: end created; equal: end unchanged; differs: PATCH, or end by policy
             several contacts              end: conflict
             none, a contact id is known   GET of that contact
             none, but the plan saw one    end: conflict
             none, but the id is taken     lookup again after the settle time; after `max_looks`: conflict
             none                          POST (again)
             refused                       lookup of each row alone; refused alone: conflict
             not sent                      lookup again after a backoff
    (the first contact that a folder creates is read: if it is not there, its row is in doubt and the run ends)
    (a PATCH leaves on a contact read within 2 s: an older one is read again, compared and merged)
    (a PATCH that gives the contact the id of an id column leaves only if a lookup shows no other contact with it)
    PATCH    accepted                      end: updated
             409, the new id is taken      end: conflict
             refused                       end: rejected
             404                           lookup; after two 404s: conflict
             429                           PATCH again after a backoff
             not sent, unsure              lookup, compare and merge again
    GET      the contact                   as a lookup that found one; misfiled: created if it is ours, else conflict
             refused (404)                 misfiled and the id is taken: lookup again;
                                           the journal knew it: end: conflict, unless `--on-missing create`;
                                           else POST
             not sent                      GET again after a backoff

A row that fails `max_attempts` times while others succeed ends unfinished. `Halt` ends the run, not the row.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.records import ACCEPTED, AnswerRecord, RequestRecord
from importer.model import Accepted, Halt, Refused
from importer.plan import NOT_THERE, Action, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.delivery.journal import QueuedRow
    from importer.model import Answer


# In these states a contact id can only be that of a contact that the service put under another external id.
_NEVER_MET = (State.SENDING, State.CONFLICT)


class Operation(StrEnum):
    """What a row waits for: a POST, a PATCH, a lookup by external id, or a GET of the contact it is linked to."""

    CREATE = "create"
    CHANGE = "change"
    LOOK = "look"
    FETCH = "fetch"


@dataclass(slots=True)
class ContactKnowledge:
    """What is known of a row's contact in the workspace, from earlier runs and from this one.

    `sent_at`: the service's clock before the first POST whose end is not known; `is_unsure`: there was such a POST.
    `contact_id`: the contact to read if the lookup finds none. `misfiled_contact`: that contact was made by our POST,
    under another external id. `id_taken`: the service says that the external id is taken. `maybe_patched`: a PATCH may
    have arrived. `has_posted`: a POST has left in this run. `added`: fingerprints of the phones and emails that this
    journal has added to the contact.
    """

    sent_at: int | None = None
    contact_id: str = ""
    added: str = ""
    is_unsure: bool = False
    id_taken: bool = False
    misfiled_contact: bool = False
    maybe_patched: bool = False
    has_posted: bool = False

    def posting(self, sent_at: int) -> None:
        """A POST leaves. The first one that may have arrived decides what counts as made by us."""
        if self.sent_at is None or not self.is_unsure:
            self.sent_at = sent_at
        self.has_posted = True

    def posted_under_another_id(self, contact_id: str) -> None:
        """The service made a contact of our POST, but not under the external id that was sent."""
        self.contact_id = contact_id
        self.misfiled_contact = self.id_taken = self.is_unsure = True

    def patch_met_404(self, contact_id: str) -> None:
        """A PATCH was answered 404. A listed contact can do that (api-facts: Changing), so it may still be there."""
        # A contact that was matched by phone or email is not found under the row's id: it is read by its contact id.
        self.contact_id, self.maybe_patched = contact_id, False

    def contact_is_gone(self) -> None:
        """The contact known by its contact id is not there any more."""
        self.contact_id, self.misfiled_contact = "", False


@dataclass(slots=True)
class Attempts:
    """What went wrong so far, counted.

    `sends` and `lookups` failed; `empty_lookups` found nothing; `rate_limited` were answered 429; `missing` are PATCHes
    that were answered 404, `unread` GETs of a known contact that were; `outdated` are PATCHes that had waited too long
    since the contact was read, and `mixed_up` GETs of a contact that showed another.
    """

    sends: int = 0
    lookups: int = 0
    empty_lookups: int = 0
    rate_limited: int = 0
    missing: int = 0
    unread: int = 0
    outdated: int = 0
    mixed_up: int = 0


@dataclass(slots=True, eq=False)
class RowTask:
    """A row in delivery: `queued` as the journal has it, and the `operation` that it waits for.

    `in_flight`: its request has left and must be allowed to end. `is_probe`: sent to find out whether the service is
    back. `is_repeat`: the next request repeats one. `lookup_alone`: not to be looked up together with other rows.
    `after_settling`: the row had ended already and is looked at a last time. `is_unknown`: nothing has shown yet
    whether its contact exists. `contact` and `patch`: what to change; `read_at`: when the contact was read.
    `has_begun`: a PATCH was about to leave in this run. `edit_in_doubt`: a person edited the contact after a PATCH that
    may have arrived. `answer`: one that is not in the journal yet. `listed_id`: a contact that a list showed in part,
    to be read by id.
    """

    queued: QueuedRow
    operation: Operation
    knowledge: ContactKnowledge = field(default_factory=ContactKnowledge)
    attempts: Attempts = field(default_factory=Attempts)
    in_flight: bool = False
    is_probe: bool = False
    is_repeat: bool = False
    lookup_alone: bool = False
    after_settling: bool = False
    is_unknown: bool = False
    reason: str = ""
    writes_at_failure: int | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)
    read_at: float = 0.0
    patch: Mapping[str, Any] = field(default_factory=dict)
    has_begun: bool = False
    edit_in_doubt: bool = False
    answer: AnswerRecord | None = None
    listed_id: str = ""

    @classmethod
    def of(cls, queued: QueuedRow) -> RowTask:
        """Return the task for a row as the journal has it."""
        facts = queued.known
        is_unsure = facts.state is State.SENDING or facts.ever_unsure
        operation = Operation.CREATE if queued.action is Action.CREATE else Operation.LOOK
        if facts.state is State.REFUSED and not facts.attempts:
            # When it was looked up, its id was another contact's: that is seen again before anything is sent.
            operation = Operation.LOOK
        if queued.link:
            # A contact that was matched by phone or email is not found under the row's external id.
            operation = Operation.FETCH
        return cls(
            queued,
            operation,
            ContactKnowledge(
                sent_at=facts.sent_at if is_unsure else None,
                # A contact that is known to be gone is created again without another lookup.
                contact_id=queued.link
                or ("" if queued.action is Action.CREATE and facts.state in NOT_THERE else facts.contact_id),
                added=facts.added,
                is_unsure=is_unsure,
                misfiled_contact=bool(facts.contact_id) and facts.state in _NEVER_MET,
                maybe_patched=facts.state is State.UPDATING,
            ),
            is_unknown=queued.action is Action.CREATE and facts.state is State.PENDING and not facts.attempts,
        )

    def record(self, request: RequestRecord, answer: Answer | str) -> AnswerRecord:
        """Return the answer as the journal keeps it."""
        text = answer if isinstance(answer, str) else answer_text(answer)
        return AnswerRecord(self.queued.row, self.queued.external_id, request, text)

    def take_answer(self) -> list[AnswerRecord]:
        """Return the answer that is not in the journal yet, to be entered there now."""
        answers = [self.answer] if self.answer else []
        self.answer = None
        return answers

    @property
    def lookup_id(self) -> str:
        """The external id under which the service has the contact, if it has it: a POST is always under the key."""
        return self.queued.external_id if self.knowledge.has_posted else self.queued.id_at_service

    @property
    def own_ids(self) -> tuple[str, str]:
        """The external ids that this program may have given the contact, the one that it was made with first."""
        return self.queued.external_id, self.queued.id_at_service

    @property
    def in_doubt(self) -> bool:
        """Whether an earlier process left the row in the middle of a request, which may still arrive."""
        return self.queued.known.state in (State.SENDING, State.UPDATING)


def answer_text(answer: Answer) -> str:
    """Return what an answer says, as the journal keeps it."""
    if isinstance(answer, Accepted):
        return ACCEPTED
    if isinstance(answer, Refused):
        text = f"refused ({answer.code}): {'; '.join(answer.reasons)}"
    else:
        text = answer.message if isinstance(answer, Halt) else answer.reason
    return f"{text} [trace {answer.trace}]" if answer.trace else text


class DelayQueue:
    """Rows waiting for their time; those whose time has come leave in the order of the sheet."""

    def __init__(self) -> None:
        self._later: list[tuple[float, int, RowTask]] = []
        self._ready: list[tuple[int, int, RowTask]] = []
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._later) + len(self._ready)

    def put(self, task: RowTask, due: float) -> None:
        """Let a row wait until `due`."""
        heapq.heappush(self._later, (due, next(self._numbers), task))

    def next_due(self) -> float | None:
        """Return when the next row's time comes; None if no row waits."""
        if self._ready:
            return 0.0
        return self._later[0][0] if self._later else None

    def first_ready(self, now: float) -> RowTask | None:
        """Return the lowest row whose time has come; it stays in the queue until `remove_first`."""
        while self._later and self._later[0][0] <= now:
            _, number, task = heapq.heappop(self._later)
            heapq.heappush(self._ready, (task.queued.row, number, task))
        return self._ready[0][2] if self._ready else None

    def remove_first(self) -> None:
        """Take the row that `first_ready` has returned out of the queue."""
        heapq.heappop(self._ready)
