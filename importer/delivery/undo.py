"""Taking a run back: each contact is looked at once more, and goes or is restored only if it is as the run left it.

The intent is committed before a request leaves and the answer after it; a request whose end is not known is looked at
before anything else is sent.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.undo import FAILED, KEPT, REVERSED
from importer.model import Accepted, Answer, Event, Halt, NotSent, Refused, Unsure
from importer.plan import RecordedChange, UndoAction, UndoVerdict, contact_fingerprint, judge_undo, restore, twins
from importer.plan.undo import REMOVED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.delivery.journal.undo import UndoTarget
    from importer.delivery.service import ContactsService, FoundContacts
    from importer.retry import Patience

MOST_IDS = 20  # values in one query (api-facts: Listing)
UNSEARCHABLE = "its id cannot be looked up, so nobody knows whether it is there; look for it in the app"

Contact = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Undo:
    """Takes `writing` back, up to 20 contacts at a time. `journal.undos.gather` must have been called."""

    journal: Journal
    api: ContactsService
    writing: UndoTarget
    patience: Patience
    notify: Callable[[Event], None]

    async def survey(self) -> Counter[tuple[UndoAction, str]]:
        """Return what `run` would do now, counted by kind and reason; nothing is written. Raises Stopped."""
        found: Counter[tuple[UndoAction, str]] = Counter()
        async for batch in self._batches():
            found.update((verdict.undoing, verdict.reason) for _, verdict, _ in batch)
            self.notify(Event("surveying", {"contacts": found.total()}))
        return found

    async def run(self) -> None:
        """Do it. Raises Interrupted, ServiceUnreachable, AccessRefused, AddressWrong, DiskFailed.

        What was done until then is in the journal.
        """
        async for batch in self._batches():
            ends = await asyncio.gather(*(self._undo(*one) for one in batch), return_exceptions=True)
            # Those in flight beside the one that stops all have landed by now.
            for error in (end for end in ends if isinstance(end, BaseException)):
                raise error

    async def _batches(self) -> AsyncIterator[list[tuple[RecordedChange, UndoVerdict, Sequence[Contact]]]]:
        after, settled = "", False
        while deeds := self.journal.undos.deeds(self.writing, after, MOST_IDS):
            after = deeds[-1].external_id
            if not settled and not all(deed.contact_id for deed in deeds):
                # A contact that the run was just sending when it was killed may still be landing.
                await self.patience.sleep(self.patience.options.settle_seconds)
                settled = True
            found = await self._look(deeds)
            yield [(deed, _judge(deed, found.get(deed.external_id)), found.get(deed.external_id, ())) for deed in deeds]

    # ------------------------------------------------------------------------------------------------- looking

    async def _look(self, deeds: Sequence[RecordedChange]) -> Mapping[str, Sequence[Contact]]:
        """Return the contacts of each deed: those with its external id, and that with its contact id."""
        named = await self._find([deed.external_id for deed in deeds])
        found: dict[str, Sequence[Contact]] = {}
        for deed in deeds:
            some = named.get(deed.external_id)
            if deed.contact_id and all(one["id"] != deed.contact_id for one in some or ()):
                own = await self._get(deed.contact_id)
                some = [*(some or ()), *([own] if own else ())]
            if some is not None:
                found[deed.external_id] = some
        return found

    async def _find(self, external_ids: Sequence[str]) -> Mapping[str, Sequence[Contact]]:
        """Return contacts by external id; one that the service will not look up is left out."""
        found: FoundContacts | Refused = await self.patience.ask(lambda again: self.api.find(external_ids, again=again))
        if not isinstance(found, Refused):
            return found.contacts
        if len(external_ids) == 1:
            return {}
        alone = [await self._find([one]) for one in external_ids]
        return {external_id: contacts for some in alone for external_id, contacts in some.items()}

    async def _get(self, contact_id: str) -> Contact | None:
        answer: Accepted | Refused = await self.patience.ask(lambda again: self.api.get(contact_id, again=again))
        return answer.contact if isinstance(answer, Accepted) else None

    # ------------------------------------------------------------------------------------------------- writing

    async def _undo(self, deed: RecordedChange, verdict: UndoVerdict, contacts: Sequence[Contact]) -> None:
        others = twins(deed, contacts, verdict.contact)
        waited, attempt = 0.0, 0
        while verdict.undoing in (UndoAction.DELETE, UndoAction.RESTORE):
            self.patience.go_on()
            contact = verdict.contact or {}
            answer = await self._send(deed, contact, again=attempt > 0)
            if isinstance(answer, Halt):
                raise self.patience.halted(answer)
            if isinstance(answer, Accepted) or (isinstance(answer, Refused) and not _denied(deed, answer)):
                result, reason = _ended(deed, verdict, answer)
                self._end(deed, result, reason, str(contact["id"]), others)
                return
            attempt += not (isinstance(answer, NotSent) and answer.rate_limited)
            if isinstance(answer, (NotSent, Unsure)):
                waited += await self.patience.wait(answer, max(attempt, 1))
            if isinstance(answer, NotSent):
                self.patience.check(waited, answer)
            elif attempt >= self.patience.options.max_attempts:
                reason = f"the service failed each time ({_why(answer)}); undo again later"
                self._end(deed, FAILED, reason, str(contact["id"]), others)
                return
            else:
                # Lost, not carried out, or a 404 for what was just listed: only a look tells which.
                verdict = self._after_loss(deed, verdict, await self._get(str(contact["id"])))
        contact_id = str((verdict.contact or {}).get("id") or deed.contact_id)
        self._end(deed, _result(deed, verdict), verdict.reason, contact_id, others)

    async def _send(self, deed: RecordedChange, contact: Contact | Mapping[str, Any], *, again: bool) -> Answer:
        contact_id = str(contact["id"])
        before = partial(self._begin, deed, contact_id)
        if deed.before is None:
            return await self.api.delete(contact_id, before=before, again=again)
        return await self.api.patch(contact_id, restore(deed.before, contact), before=before, again=again)

    def _begin(self, deed: RecordedChange, contact_id: str) -> None:
        self.patience.go_on()
        self.journal.undos.begin(self.writing, deed, contact_id)

    @staticmethod
    def _after_loss(deed: RecordedChange, verdict: UndoVerdict, contact: Contact | None) -> UndoVerdict:
        if contact is None and deed.before is None:
            return UndoVerdict(UndoAction.NOTHING, verdict.reason, verdict.contact)
        if (
            contact is not None
            and deed.before is not None
            and contact_fingerprint(contact) == contact_fingerprint(deed.before)
        ):
            return UndoVerdict(UndoAction.NOTHING, verdict.reason, contact)
        return judge_undo(deed, [contact] if contact else [])

    def _end(self, deed: RecordedChange, result: str, reason: str, contact_id: str, others: Sequence[str]) -> None:
        if others:
            reason = f"{reason}; another contact carries its id too ({', '.join(others)}): look at it in the app"
        self.patience.accepted = self.patience.accepted or result == REVERSED
        self.journal.undos.end(self.writing, deed, result, reason, contact_id)
        self.notify(Event("undone", {"external_id": deed.external_id, "contact_id": contact_id, "result": result}))


def _judge(deed: RecordedChange, contacts: Sequence[Contact] | None) -> UndoVerdict:
    return judge_undo(deed, contacts) if contacts is not None else UndoVerdict(UndoAction.KEEP, UNSEARCHABLE)


def _result(deed: RecordedChange, verdict: UndoVerdict) -> str:
    if verdict.undoing is UndoAction.NOTHING:
        return REVERSED
    return FAILED if verdict.reason in (REMOVED, UNSEARCHABLE) or deed.removed else KEPT


def _ended(deed: RecordedChange, verdict: UndoVerdict, answer: Accepted | Refused) -> tuple[str, str]:
    """Return the result and the reason of a request that was answered for good."""
    if isinstance(answer, Refused):
        return FAILED, f"the service refused it ({answer.code}: {'; '.join(answer.reasons)})"
    if (
        deed.before is not None
        and answer.contact
        and contact_fingerprint(answer.contact) != contact_fingerprint(deed.before)
    ):
        return FAILED, "the service took the change back only in part; compare the contact in the app"
    return REVERSED, verdict.reason


def _denied(deed: RecordedChange, answer: Refused) -> bool:
    """Whether a DELETE was answered as if nothing were there."""
    return answer.code == 404 and deed.before is None


def _why(answer: Refused | Unsure) -> str:
    return answer.reason if isinstance(answer, Unsure) else f"{answer.code}: {'; '.join(answer.reasons)}"
