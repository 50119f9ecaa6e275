"""The last look: every row that was ever Unsure is looked up once more, for the request that landed late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.delivery.engine.reconcile import MOST_IDS, found_words, meet_contacts
from importer.delivery.engine.row_task import RowTask, said
from importer.delivery.journal.records import AnswerRecord, RequestRecord
from importer.model import Event, Halt, NotSent, Problem, Refused, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.engine.state import DeliveryState
    from importer.delivery.journal import UnsureRow
    from importer.delivery.service import FoundContacts

OPEN = (Status.UNFINISHED, Status.REJECTED, Status.CONFLICT)


class LateArrivals:
    """The last looks of one delivery, up to 20 rows a request, when everything else is done."""

    def __init__(self, desk: DeliveryState) -> None:
        self._desk = desk
        self._stumbles = 0
        self._not_before = 0.0

    @property
    def is_owed(self) -> bool:
        """Whether a row still waits for its last look; not where looking keeps failing: the next run owes it then."""
        return self._stumbles < self._desk.options.max_attempts and bool(self._desk.journal.doubts("", 1))

    @property
    def due_at(self) -> float:
        """When what was sent last has had the time to land."""
        return max(self._not_before, self._desk.last_unsure + self._desk.options.settle_seconds)

    async def run(self) -> None:
        """Take the next last looks; they are owed no more afterwards, unless they failed."""
        await self._look(self._desk.journal.doubts("", MOST_IDS))

    async def _look(self, doubts: Sequence[UnsureRow]) -> None:
        found = await self._desk.api.find([doubt.external_id for doubt in doubts])
        if isinstance(found, Halt):
            self._desk.halt(found)
        elif isinstance(found, NotSent):
            self._stumble(found)
        elif isinstance(found, Refused) and len(doubts) > 1:
            # One id that the service will not look up must not keep the others from their look.
            for doubt in doubts:
                await self._look([doubt])
        else:
            self._stumbles = 0
            self._desk.was_read()
            contacts = {} if isinstance(found, Refused) else found.contacts
            for doubt in doubts:
                _look_again(self._desk, doubt, contacts.get(doubt.external_id, ()))
            self._desk.journal.swept([one.external_id for one in doubts], [_heard(one, found) for one in doubts])

    def _stumble(self, answer: NotSent) -> None:
        desk = self._desk
        if answer.rate_limited:
            desk.limited(answer)
        else:
            self._stumbles += 1
            desk.failed(None, answer.reason)
        self._not_before = desk.clock() + desk.backoff(max(self._stumbles, 1), answer)
        if not self.is_owed:
            text = f"A last look at rows in doubt failed ({answer.reason}). Run the same command again to take it."
            desk.notify(Event("note", {"text": text, "warning": True}))


def _heard(doubt: UnsureRow, answer: FoundContacts | Refused) -> AnswerRecord:
    words = said(answer) if isinstance(answer, Refused) else found_words(answer.contacts[doubt.external_id])
    return AnswerRecord(doubt.row, doubt.external_id, RequestRecord.FIND, words)


def _look_again(desk: DeliveryState, doubt: UnsureRow, contacts: Sequence[Mapping[str, Any]]) -> None:
    if contacts and not doubt.contact_id and doubt.status in OPEN and doubt.task is not None:
        job = RowTask.of(doubt.task)
        job.late = True
        meet_contacts(desk, job, contacts)
        return
    ids = {str(contact["id"]) for contact in contacts} | ({doubt.contact_id} - {""})
    if len(ids) > 1 and contacts:
        _report_double(desk, doubt, sorted(ids))


def _report_double(desk: DeliveryState, doubt: UnsureRow, ids: Sequence[str]) -> None:
    message = (
        f"Row {doubt.row}: {len(ids)} contacts have the id {doubt.external_id!r} ({', '.join(ids)}): a request that "
        "seemed lost arrived late. Keep one of them in the app, delete the others, then run again."
    )
    problem = Problem(doubt.row, None, doubt.external_id, "id-several", Severity.ERROR, message)
    desk.journal.doubled(doubt, problem, message)
