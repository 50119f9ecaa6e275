"""Joining contacts that are one person: the kept one gets what the others add, and then the others are deleted.

Each contact is read again just before it is changed or deleted, and left alone if it is not as it was shown. A contact
is deleted only while the kept one says everything that it says, so that a stop at any moment loses nothing; what is
left after a stop is still a group of one person, which the next run finds again. Two computers may join one person at
one moment, each keeping what the other deletes: the kept one is read after each deletion too, and the run ends if it
is gone, since then only `undo` brings the person back.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.delivery.last_look import STILL_SHOWN
from importer.delivery.single_write import DONE, SEND, read_contact, write_once
from importer.errors import ContactMixedUp, ValuesLost
from importer.model import Event
from importer.plan import contact_fingerprint, person
from importer.plan.join import Join, join, says_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importer.delivery.journal import Journal
    from importer.delivery.service import ContactsService
    from importer.model import Answer
    from importer.model.contact_parts import ContactDict
    from importer.retry import Retry

AT_A_TIME = 6
CHANGED = "one of them was changed or deleted meanwhile; run dedupe again"
BOTH_DELETED = "the kept one was deleted at the same moment; undo brings this one back"
NOT_STORED = "the service did not store everything that the others add"


@dataclass(slots=True)
class JoinResult:
    """The end of a group: the ids that were deleted, and why others were not ("" if all were)."""

    group: Join
    deleted: list[str] = field(default_factory=list)
    left: str = ""


@dataclass(slots=True)
class Dedupe:
    """Joins groups of contacts, some at a time once the first change has shown that the service loses nothing."""

    journal: Journal
    api: ContactsService
    retry: Retry
    notify: Callable[[Event], None]
    undo: str = "openphone-import undo"
    may_change: bool = False

    async def check_former(self) -> None:
        """Read what a former run was deleting when it ended. Raises ValuesLost if that and the kept one are gone.

        Nothing else finds such a person again: a contact that is gone is in no group.
        """
        for target in self.journal.joins.targets():
            for line in self.journal.joins.contacts(target):
                if not (line.begun and line.is_deletion):
                    continue
                if await self._read(line.contact_id) is None and await self._read(line.kept_id) is None:
                    raise self._both_deleted(line.before, line.kept_id)

    async def run(self, groups: Iterable[Join], results: list[JoinResult]) -> None:
        """Join them; each result is added to `results` as soon as it is known.

        Raises ValuesLost, Interrupted, ServiceUnreachable, AccessRefused, AddressWrong, DiskFailed; what was done until
        then is in the journal.
        """
        waiting = list(groups)
        while waiting:
            # The first change goes alone: a service that loses values must not be sent a second one.
            number = AT_A_TIME if self.may_change else 1
            batch, waiting = waiting[:number], waiting[number:]
            ended = [JoinResult(group) for group in batch]
            results += ended
            raised = await asyncio.gather(*map(self._join, ended), return_exceptions=True)
            # Raised only now, when the other requests of the batch have come to an end and are in the journal.
            for error in raised:
                if isinstance(error, BaseException):
                    raise error

    async def _join(self, result: JoinResult) -> None:
        try:
            result.left = CHANGED  # what is true if something stops it
            result.left = await self._joined(result)
        except ContactMixedUp as error:
            # The other people are joined all the same.
            result.left = f"{error.fact}; ask its support which of the two is the person, then run dedupe again"
        finally:
            end, contact_id = "left" if result.left else "joined", str(result.group.kept["id"])
            self.notify(Event("joined", {"contact_id": contact_id, "deleted": len(result.deleted), "result": end}))

    async def _joined(self, result: JoinResult) -> str:
        """Change the kept contact and delete the others; return why some are left."""
        group = result.group
        contacts = [await self._read(str(contact["id"])) for contact in group.contacts]
        for before, now in zip(group.contacts, contacts, strict=True):
            if now is None or contact_fingerprint(now) != contact_fingerprint(before):
                return CHANGED
        kept_contact, *duplicates = [contact for contact in contacts if contact is not None]
        # From the contact just read, since items have ids and a contact may hold more than its fingerprint shows.
        fresh = join(kept_contact, duplicates)
        if fresh.left:
            return fresh.left
        if fresh.patch and (reason := await self._change(kept_contact, fresh)):
            return reason
        for duplicate in duplicates:
            if reason := await self._delete(duplicate, str(kept_contact["id"]), result):
                return reason
            result.deleted.append(str(duplicate["id"]))
        return ""

    async def _change(self, kept_contact: ContactDict, group: Join) -> str:
        contact_id = str(kept_contact["id"])
        before_change = contact_fingerprint(kept_contact)
        expected = contact_fingerprint({**kept_contact, **group.patch})

        def judge(contact: ContactDict | None) -> str:
            if contact is None:
                return CHANGED
            if says_all(contact, group.others):
                return DONE
            return SEND if contact_fingerprint(contact) == before_change else CHANGED

        async def send(contact: ContactDict | None, check: Callable[[], None]) -> Answer:
            def before() -> Callable[[], bool] | None:
                check()
                self.journal.joins.begin(kept_contact, contact_id, expected)
                return self.journal.send_deadline()

            return await self.api.patch(contact_id, group.patch, before=before)

        end = await write_once(self.retry, lambda: self._read(contact_id), judge, send)
        if end.failed:
            now = await self._read(contact_id)
            if now is not None and contact_fingerprint(now) == before_change:
                self.journal.joins.withdraw(contact_id)
            return end.reason
        if end.reason:
            return end.reason
        # What a GET shows counts, not the answer to the change, which may show less.
        now = await self._read(contact_id)
        if now is None:
            return CHANGED
        self.journal.joins.end(contact_id, contact_fingerprint(now))
        if says_all(now, (kept_contact, *group.others)):
            self.may_change = True
            return ""
        if self.may_change:
            return NOT_STORED
        raise ValuesLost(
            f"The first change, to contact {contact_id} ({person(kept_contact)}), was not stored as it was sent. "
            "Nothing was deleted.",
            f"Look at the contact in the app, and take this change back: {self.undo}",
        )

    async def _delete(self, duplicate: ContactDict, kept_id: str, result: JoinResult) -> str:
        contact_id, as_shown = str(duplicate["id"]), contact_fingerprint(duplicate)
        keeper: ContactDict | None = None
        is_sent = False

        async def read() -> ContactDict | None:
            nonlocal keeper
            keeper = await self._read(kept_id)
            return await self._read(contact_id)

        def judge(contact: ContactDict | None) -> str:
            if contact is None:
                return DONE
            # What it says must be in the other contact at this very moment.
            is_safe = keeper is not None and says_all(keeper, [contact])
            return SEND if is_safe and contact_fingerprint(contact) == as_shown else CHANGED

        async def send(contact: ContactDict | None, check: Callable[[], None]) -> Answer:
            def before() -> Callable[[], bool] | None:
                nonlocal is_sent
                check()
                self.journal.joins.begin(duplicate, kept_id, None)
                is_sent = True
                return self.journal.send_deadline()

            return await self.api.delete(contact_id, before=before)

        end = await write_once(self.retry, read, judge, send)
        if await self._read(kept_id) is None:
            if not is_sent:
                return CHANGED
            # The journal goes on saying that it is being deleted, so that the next run looks for the person too.
            result.deleted.append(contact_id)
            result.left = BOTH_DELETED
            raise self._both_deleted(duplicate, kept_id)
        # What a GET shows counts here too, not the answer to the deletion.
        is_there = await self._read(contact_id) is not None
        if is_there and not end.reason:
            await self.retry.sleep(self.retry.policy.settle_seconds)
            is_there = await self._read(contact_id) is not None
        if end.reason or is_there:
            if is_there:
                self.journal.joins.withdraw(contact_id)
            return end.reason or f"{STILL_SHOWN}; run dedupe again"
        self.journal.joins.end(contact_id, None)
        return ""

    def _both_deleted(self, duplicate: ContactDict, kept_id: str) -> ValuesLost:
        return ValuesLost(
            f"Both contacts of {person(duplicate)} were deleted at one moment: {duplicate['id']} by dedupe here, and "
            f"{kept_id}, which was to stay, by another program or person, such as dedupe on another computer.",
            f"Run dedupe on one computer only, after you have brought the contact back: {self.undo}",
        )

    async def _read(self, contact_id: str) -> ContactDict | None:
        return await read_contact(self.retry, self.api, contact_id)
