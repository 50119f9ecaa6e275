"""Undoing a run: each contact is read again, and is deleted or restored only if it is as the run left it.

The intent is committed before a request leaves and the answer after it. After a request whose end is not known, the
contact is read before anything else is sent.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.undo_results import FAILED, KEPT, REVERSED
from importer.delivery.last_look import STILL_SHOWN, WrittenContact, shown_as_before
from importer.delivery.options import MAX_ATTEMPTS, Outdated, check_fresh
from importer.delivery.undo_reading import UNREAD, UNSEARCHABLE, NotShown, UndoReading
from importer.model import Accepted, Answer, Event, Halt, NotSent, Refused, Unsure
from importer.plan import (
    RecordedChange,
    UndoAction,
    UndoVerdict,
    judge_undo,
    restore,
    twins,
)
from importer.plan.undo import MIXED_UP, ONLY_IN_PART, REMOVED, STILL_THERE

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.delivery.journal.undo_results import UndoTarget
    from importer.delivery.service import ContactsService
    from importer.model.contact_parts import ContactDict
    from importer.retry import Retry

BY_HAND = (REMOVED, UNSEARCHABLE)
"""Reasons for which a contact stays as failed until a person has done something about it."""
_UNSHOWN = (MIXED_UP, UNREAD)


@dataclass(frozen=True, slots=True)
class _Reversal:
    """A change that was taken back, by what the service answered; `namesakes` have the contact's external id too."""

    change: RecordedChange
    reason: str
    contact_id: str
    namesakes: Sequence[str]

    @property
    def written(self) -> WrittenContact:
        """Return how the contact should look now."""
        change = self.change
        if change.before is None:
            # What a person made under the id of a lost sending is not ours, and no namesake is.
            is_gone = self.namesakes or self.reason == STILL_THERE
            return WrittenContact(change.contact_id, "" if is_gone else change.lookup_id, lambda _: False)
        return WrittenContact(change.contact_id, str(change.before.get("externalId") or ""), change.is_as_before)


@dataclass(frozen=True, slots=True)
class Undo:
    """Undoes the run `target`, up to 20 contacts at a time. `journal.undos.gather` must have been called.

    `joined`: contacts for whose sake `dedupe` deleted others of the same person.
    """

    journal: Journal
    api: ContactsService
    target: UndoTarget
    retry: Retry
    notify: Callable[[Event], None]
    joined: Container[str] = frozenset()

    async def survey(
        self, look: Callable[[UndoAction, Mapping[str, Any]], None] = lambda _, __: None
    ) -> Counter[tuple[UndoAction, str]]:
        """Return what `run` would do now, counted by kind and reason; nothing is written. Raises Stopped.

        `look` is given each contact that is there, with what would be done to it.
        """
        verdicts: Counter[tuple[UndoAction, str]] = Counter()
        async for _, batch in self._reading.batches():
            verdicts.update((verdict.undoing, verdict.reason) for _, verdict, _ in batch)
            for _, verdict, _ in batch:
                if verdict.contact is not None:
                    look(verdict.undoing, verdict.contact)
            self.notify(Event("surveying", {"contacts": verdicts.total()}))
        return verdicts

    async def run(self, look: Callable[[str, Mapping[str, Any]], None] = lambda _, __: None) -> None:
        """Undo it. Raises Interrupted, ServiceUnreachable, AccessRefused, AddressWrong, DiskFailed.

        What was done until then is in the journal. `look` is given the external id of each contact and how it looks
        before anything is done to it, or how it was before the run where it is gone.
        """
        async for read_at, batch in self._reading.batches():
            for change, verdict, _ in batch:
                if (contact := verdict.contact or change.before) is not None:
                    look(change.external_id, contact)
            reversals: list[_Reversal] = []
            results = await asyncio.gather(
                *(self._undo(*entry, read_at, reversals) for entry in batch), return_exceptions=True
            )
            errors = [result for result in results if isinstance(result, BaseException)]
            # Raised only now, when the other requests of the batch have come to an end. What was taken back is not
            # confirmed then: to the journal it is still being undone, and the next undo looks at it first.
            for error in errors:
                raise error
            await self._confirm(reversals)

    @property
    def _reading(self) -> UndoReading:
        return UndoReading(self.journal, self.api, self.target, self.retry, self.joined)

    async def _undo(
        self,
        change: RecordedChange,
        verdict: UndoVerdict,
        contacts: Sequence[ContactDict],
        read_at: float,
        reversals: list[_Reversal],
    ) -> None:
        """Delete or restore one contact, again until the end is known.

        The result is committed; a reversal is added to `reversals` instead, since the service is asked about it again.
        """
        namesakes = twins(change, contacts, verdict.contact)

        def end(result: str, reason: str, contact_id: str) -> None:
            if result == REVERSED:
                self.retry.accepted = True
                reversals.append(_Reversal(change, reason, contact_id, namesakes))
            else:
                self._end(change, namesakes, result, reason, contact_id)

        try:
            await self._undo_until_known(change, verdict, read_at, end)
        except NotShown as error:
            end(FAILED, str(error), str((verdict.contact or {}).get("id") or change.contact_id))

    async def _undo_until_known(
        self, change: RecordedChange, verdict: UndoVerdict, read_at: float, end: Callable[[str, str, str], None]
    ) -> None:
        attempt = readings = 0
        while verdict.undoing in (UndoAction.DELETE, UndoAction.RESTORE):
            self.retry.raise_if_stopped()
            contact = verdict.contact or {}
            contact_id = str(contact["id"])
            # The batch was read before its first request left, and people edit contacts meanwhile.
            try:
                check_fresh(read_at, self.retry.clock(), readings)
                answer = await self._send(change, contact, (read_at, readings), again=attempt > 0)
            except Outdated:
                readings += 1
                read_at, verdict = await self._reading.judge_again(change, contact_id)
                continue

            if isinstance(answer, Halt):
                raise self.retry.halted(answer)
            # A 404 to a DELETE is not believed: the contact was listed a moment ago.
            is_denied = isinstance(answer, Refused) and answer.code == 404 and change.before is None
            if isinstance(answer, Accepted) or (isinstance(answer, Refused) and not is_denied):
                self.retry.succeeded()
                end(*_result(change, verdict, answer), contact_id)
                return

            # A 429 says nothing about this contact, so it is not an attempt.
            attempt += not (isinstance(answer, NotSent) and answer.rate_limited)
            if isinstance(answer, (NotSent, Unsure)):
                await self.retry.wait(answer, max(attempt, 1))
            if isinstance(answer, NotSent):
                read_at, verdict = await self._reading.judge_again(change, contact_id)
                continue
            if attempt >= MAX_ATTEMPTS:
                why = answer.reason if isinstance(answer, Unsure) else answer.words
                end(FAILED, f"the service failed each time ({why}); undo again later", contact_id)
                return
            # Lost, not carried out, or a 404 for what was just listed: only reading it tells which.
            read_at = self.retry.clock()
            verdict = _judge_after_loss(change, verdict, await self._reading.read(contact_id))

        contact_id = str((verdict.contact or {}).get("id") or change.contact_id)
        if verdict.undoing is UndoAction.NOTHING:
            end(REVERSED, verdict.reason, contact_id)
        else:
            can_retry = verdict.reason in (*BY_HAND, *_UNSHOWN) or change.removed
            end(FAILED if can_retry else KEPT, verdict.reason, contact_id)

    async def _confirm(self, reversals: Sequence[_Reversal]) -> None:
        """Commit reversals, unless the service still shows those contacts as they were. Raises Stopped."""
        contradicted = await shown_as_before(self.api, self.retry, [reversal.written for reversal in reversals])
        for reversal in reversals:
            is_done = (reversal.written.contact_id, reversal.written.lookup_id) not in contradicted
            end = (REVERSED, reversal.reason) if is_done else (FAILED, f"{STILL_SHOWN}; undo again later")
            self._end(reversal.change, reversal.namesakes, *end, reversal.contact_id)

    def _end(self, change: RecordedChange, namesakes: Sequence[str], result: str, reason: str, contact_id: str) -> None:
        """Commit what became of a contact; `namesakes` are contacts that have its external id too."""
        if namesakes:
            reason = f"{reason}; another contact has its id too ({', '.join(namesakes)}): look at it in the app"
        self.journal.undos.end(self.target, change, result, reason, contact_id)
        facts = {"external_id": change.external_id, "contact_id": contact_id, "result": result}
        self.notify(Event("undone", facts))

    async def _send(
        self, change: RecordedChange, contact: Mapping[str, Any], reading: tuple[float, int], *, again: bool
    ) -> Answer:
        """Delete or restore a contact; `reading` is when it was read and how often. Raises Outdated if too long ago."""
        contact_id, (read_at, readings) = str(contact["id"]), reading

        def before() -> Callable[[], bool] | None:
            self.retry.raise_if_stopped()
            check_fresh(read_at, self.retry.clock(), readings)
            self.journal.undos.begin(self.target, change, contact_id)
            return self.journal.send_deadline()

        if change.before is None:
            return await self.api.delete(contact_id, before=before, again=again)
        return await self.api.patch(contact_id, restore(change, contact), before=before, again=again)


def _judge_after_loss(change: RecordedChange, verdict: UndoVerdict, contact: ContactDict | None) -> UndoVerdict:
    """Return what is left to do after a request whose end was not known; `contact` is how it looks now."""
    if contact is None and change.before is None:
        return UndoVerdict(UndoAction.NOTHING, verdict.reason, verdict.contact)
    if contact is not None and change.is_as_before(contact):
        return UndoVerdict(UndoAction.NOTHING, verdict.reason, contact)
    return judge_undo(change, [contact] if contact else [])


def _result(change: RecordedChange, verdict: UndoVerdict, answer: Accepted | Refused) -> tuple[str, str]:
    """Return the result and the reason of a request that was answered for good."""
    if isinstance(answer, Refused):
        return FAILED, answer.end
    if change.before is not None and answer.contact and not change.is_as_before(answer.contact):
        return FAILED, ONLY_IN_PART
    return REVERSED, verdict.reason
