"""The last lookup: every row that was ever Unsure is looked up once more, for the request that arrived late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.delivery.engine.reconcile import contacts_text, reconcile_contacts
from importer.delivery.engine.row_task import RowTask, answer_text
from importer.delivery.journal.records import AnswerRecord, RequestRecord
from importer.model import MOST_IDS, Event, Halt, NotSent, Problem, Refused, Severity, Status
from importer.model.delivery import HANDED_BACK
from importer.retry import ask_divided

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.engine.state import DeliveryState
    from importer.delivery.journal import UnsureRow

_WITHOUT_CONTACT = (Status.UNFINISHED, *HANDED_BACK)


class LateArrivals:
    """The last lookups of one delivery, up to 20 rows a request, when everything else is done."""

    def __init__(self, state: DeliveryState) -> None:
        self._state = state
        self._failures = 0
        self._not_before = 0.0

    @property
    def is_pending(self) -> bool:
        """Whether a row still waits for its last lookup; if lookups keep failing, it is left to the next run."""
        return self._failures < self._state.options.max_attempts and bool(self._state.journal.doubts("", 1))

    @property
    def due_at(self) -> float:
        """When the request that was sent last has had the time to arrive."""
        return max(self._not_before, self._state.last_unsure + self._state.options.settle_seconds)

    async def run(self) -> None:
        """Look up the next rows; rows whose lookup succeeds are not looked up again."""
        state = self._state
        rows = {row.external_id: row for row in state.journal.doubts("", MOST_IDS)}
        async for external_ids, answer in ask_divided(state.api.find, list(rows)):
            if isinstance(answer, Halt):
                state.halt(answer)
            elif isinstance(answer, NotSent):
                self._failed(answer)
            else:
                self._failures = 0
                state.was_read()
                batch = [rows[external_id] for external_id in external_ids]
                contacts = {} if isinstance(answer, Refused) else answer.contacts
                records = []
                for row in batch:
                    found_contacts = contacts.get(row.external_id, ())
                    _look_again(state, row, found_contacts)
                    text = answer_text(answer) if isinstance(answer, Refused) else contacts_text(found_contacts)
                    records.append(AnswerRecord(row.row, row.external_id, RequestRecord.FIND, text))
                state.journal.end_last_lookup(external_ids, records)

    def _failed(self, answer: NotSent) -> None:
        state = self._state
        if answer.rate_limited:
            state.limited(answer)
        else:
            self._failures += 1
            state.failed(None, answer.reason)
        self._not_before = state.clock() + state.backoff(max(self._failures, 1), answer)
        if not self.is_pending:
            text = (
                f"A last look at rows whose sending was interrupted failed ({answer.reason}). "
                "Run the same command again to repeat it."
            )
            state.notify(Event("note", {"text": text, "warning": True}))


def _look_again(state: DeliveryState, row: UnsureRow, contacts: Sequence[Mapping[str, Any]]) -> None:
    if contacts and not row.contact_id and row.status in _WITHOUT_CONTACT and row.task is not None:
        # The row ended without a contact, and now there is one: it is corrected.
        task = RowTask.of(row.task)
        task.after_settling = True
        reconcile_contacts(state, task, contacts)
        return
    ids = sorted({str(contact["id"]) for contact in contacts} | ({row.contact_id} - {""}))
    if len(ids) > 1 and contacts:
        message = (
            f"Row {row.row}: {len(ids)} contacts have the id {row.external_id!r} ({', '.join(ids)}): a request that "
            "seemed lost arrived late. Keep one of them in the app, delete the others, then run again."
        )
        problem = Problem(row.row, None, row.external_id, "id-several", Severity.ERROR, message)
        state.journal.end_with_doubles(row, problem, message)
