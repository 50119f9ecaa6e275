"""What undoing a run reads: the contacts that it wrote, up to 20 at a time, and what is to be done about each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.errors import ContactMixedUp
from importer.model import MOST_IDS, Accepted, Refused
from importer.plan import RecordedChange, UndoAction, UndoVerdict, is_whole, judge_undo
from importer.plan.undo import MIXED_UP
from importer.retry import ask_divided

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Container, Sequence

    from importer.delivery.journal import Journal
    from importer.delivery.journal.undo_results import UndoTarget
    from importer.delivery.service import ContactsService, FoundContacts
    from importer.model.contact_parts import ContactDict
    from importer.retry import Retry

UNSEARCHABLE = "the service does not look its id up, so it may or may not exist; look for it in the app"
UNREAD = "the service does not show it when it is asked for it, nor says that it is gone; undo again later"

Judged = tuple[RecordedChange, UndoVerdict, "Sequence[ContactDict]"]
"""A change, what is to be done about it, and the contacts found for it."""


class NotShown(Exception):
    """A contact cannot be read; the text says why. It is left, and the others are gone on with."""


@dataclass(frozen=True, slots=True)
class UndoReading:
    """Reads the contacts of the run `target`; the fields are those of `Undo`."""

    journal: Journal
    api: ContactsService
    target: UndoTarget
    retry: Retry
    joined: Container[str]

    async def batches(self) -> AsyncIterator[tuple[float, list[Judged]]]:
        """Give up to 20 changes at a time, each with what is to be done about it and the contacts found for it.

        Before them comes the time at which the reading of their contacts began.
        """

        async def find(external_ids: Sequence[str]) -> FoundContacts | Refused:
            return await self.retry.ask(lambda again: self.api.find(external_ids, again=again))

        after, has_settled = "", False
        while next_changes := self.journal.undos.next_changes(self.target, after, MOST_IDS):
            changes = [replace(change, joined=change.contact_id in self.joined) for change in next_changes]
            after = changes[-1].external_id
            if not has_settled and not all(change.contact_id for change in changes):
                # A contact that the run was just sending when it was killed may still arrive.
                await self.retry.sleep(self.retry.policy.settle_seconds)
                has_settled = True

            read_at = self.retry.clock()
            contacts: dict[str, Sequence[ContactDict]] = {}
            async for _, answer in ask_divided(find, [change.lookup_id for change in changes]):
                if not isinstance(answer, Refused):
                    contacts |= answer.contacts
            batch: list[Judged] = []
            for change in changes:
                try:
                    batch.append(await self._judged(change, contacts.get(change.lookup_id)))
                except NotShown as error:
                    batch.append((change, UndoVerdict(UndoAction.KEEP, str(error)), ()))
            yield read_at, batch

    async def _judged(self, change: RecordedChange, named: Sequence[ContactDict] | None) -> Judged:
        """Return what is to be done about a change; `named` are the contacts listed for it, None if it has no answer.

        Raises NotShown.
        """
        # A person may have changed its external id or removed it: by its contact id it is found all the same.
        if change.contact_id and all(contact["id"] != change.contact_id for contact in named or ()):
            contact_by_id = await self.read(change.contact_id)
            named = [*(named or ()), *([contact_by_id] if contact_by_id else [])]
        # A list may show a contact in part, which would look like a change that a person made. Where the
        # journal knows no contact id, the list alone would say which contact is deleted.
        if named is not None:
            named = [
                contact if is_whole(contact) and change.contact_id else await self.read(str(contact["id"])) or contact
                for contact in named
            ]
        # A list that says otherwise than the contact itself does not tell whether there is one.
        if not change.contact_id and any(contact.get("externalId") != change.lookup_id for contact in named or ()):
            named = None
        # Without a contact id, an id that the service will not look up leaves open whether there is a contact.
        unsearchable = UndoVerdict(UndoAction.KEEP, UNSEARCHABLE)
        verdict = unsearchable if named is None else judge_undo(change, named)
        return change, verdict, named or ()

    async def read(self, contact_id: str) -> ContactDict | None:
        """Return a contact, None if it is gone. Raises NotShown."""
        try:
            answer: Accepted | Refused = await self.retry.ask(lambda again: self.api.get(contact_id, again=again))
        except ContactMixedUp:
            raise NotShown(MIXED_UP) from None
        if isinstance(answer, Refused) and answer.code != 404:
            raise NotShown(UNREAD)
        return answer.contact if isinstance(answer, Accepted) else None

    async def judge_again(self, change: RecordedChange, contact_id: str) -> tuple[float, UndoVerdict]:
        """Read a contact once more; returns when, and what is to be done with it now."""
        read_at = self.retry.clock()
        contact_by_id = await self.read(contact_id)
        return read_at, judge_undo(change, [contact_by_id] if contact_by_id else [])
