"""Undoing `dedupe`: what it deleted is made again from its image, and what it changed is restored.

A deleted contact comes back with everything but its contact id, which the service gives. Like every contact it is made
exactly once: after a request whose end is not known it is looked for before anything is sent again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.joins import FAILED, KEPT, REVERSED
from importer.delivery.single_write import DONE, SEND, WriteEnd, read_contact, write_once
from importer.errors import ContactMixedUp
from importer.model import Event, Refused, Unsure
from importer.model.contact_parts import ContactDict, customs, fields, is_blank, items
from importer.model.fields import ARRAYS, SCALARS
from importer.plan import UndoAction, is_ours, judge_undo, restore
from importer.plan.undo import MIXED_UP, ONLY_IN_PART, STILL_THERE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.delivery.journal.joins import JoinedContact
    from importer.delivery.journal.undo_results import UndoTarget
    from importer.delivery.service import ContactsService, FoundContacts
    from importer.model import Answer
    from importer.plan import UndoVerdict
    from importer.retry import Retry

BRING_BACK = "bring back"
REMADE = "dedupe had deleted it; it was made again"
NOT_MADE = "the service answered as if it had made it again, and does not show it"
ID_OF_ANOTHER = "another contact has its external id by now; look at it in the app"
_LONGEST_ID, _SUFFIX = 75, "-restored"
_MOST_CONFLICTS = 2


@dataclass(frozen=True, slots=True)
class Unjoin:
    """Undoes the dedupe run `target`; `of_source` lists the contacts of a source, for those without an external id."""

    journal: Journal
    api: ContactsService
    target: UndoTarget
    retry: Retry
    notify: Callable[[Event], None]
    of_source: Callable[[str], Awaitable[Sequence[ContactDict]]]

    async def survey(self, look: Callable[[str, Mapping[str, Any]], None]) -> Counter[tuple[str, str]]:
        """Return what `run` would do now, counted by action and reason; nothing is written. Raises Stopped.

        `look` is given each contact with what would be done to it.
        """
        verdicts: Counter[tuple[str, str]] = Counter()
        for line in self.journal.joins.contacts(self.target):
            action, reason, contact = await self._verdict(line)
            verdicts[action, reason] += 1
            look(action, contact)
            self.notify(Event("surveying", {"contacts": verdicts.total()}))
        return verdicts

    async def _verdict(self, line: JoinedContact) -> tuple[str, str, Mapping[str, Any]]:
        try:
            contact = await self._read(line.contact_id)
        except ContactMixedUp:
            return UndoAction.KEEP.value, MIXED_UP, line.before
        if line.is_deletion:
            if contact is not None:
                return UndoAction.NOTHING.value, STILL_THERE, contact
            return BRING_BACK, REMADE, line.before
        verdict = judge_undo(line.change, [contact] if contact else [])
        return verdict.undoing.value, verdict.reason, verdict.contact or line.before

    async def run(self) -> None:
        """Undo it. Raises Interrupted, ServiceUnreachable, AccessRefused, AddressWrong, DiskFailed.

        What was done until then is in the journal.
        """
        for line in self.journal.joins.contacts(self.target):
            self.retry.raise_if_stopped()
            try:
                result, reason, remade_id = await (self._bring_back(line) if line.is_deletion else self._restore(line))
            except ContactMixedUp:
                result, reason, remade_id = FAILED, MIXED_UP, ""
            self.journal.joins.undone(self.target, line.contact_id, result, reason, remade_id)
            facts = {"external_id": line.external_id, "contact_id": remade_id or line.contact_id, "result": result}
            self.notify(Event("undone", facts))

    # ------------------------------------------------------------------------------------------ a changed contact

    async def _restore(self, line: JoinedContact) -> tuple[str, str, str]:
        verdict: UndoVerdict | None = None

        def judge(contact: ContactDict | None) -> str:
            nonlocal verdict
            if contact is not None and line.change.is_as_before(contact):
                return DONE
            verdict = judge_undo(line.change, [contact] if contact else [])
            return SEND if verdict.undoing is UndoAction.RESTORE else verdict.reason

        async def send(contact: ContactDict | None, check: Callable[[], None]) -> Answer:
            return await self.api.patch(line.contact_id, restore(line.change, contact or {}), before=check)

        end = await write_once(self.retry, lambda: self._read(line.contact_id), judge, send)
        if end.reason:
            return (FAILED if end.failed else KEPT), end.reason, ""
        now = await self._read(line.contact_id)
        if now is None or not line.change.is_as_before(now):
            return FAILED, ONLY_IN_PART, ""
        return REVERSED, "dedupe had changed it; it is as it was before", ""

    # ------------------------------------------------------------------------------------------ a deleted contact

    async def _bring_back(self, line: JoinedContact) -> tuple[str, str, str]:
        if line.begun and await self._read(line.contact_id) is not None:
            # Its DELETE may still be on the way, if that was the last that a killed run sent.
            await self.retry.sleep(self.retry.policy.settle_seconds)
        if await self._read(line.contact_id) is not None:
            return REVERSED, STILL_THERE, ""
        end = await self._make(line, body_of(line.before))
        if end.reason == ID_OF_ANOTHER and end.contact is None:
            # The service keeps the id of a deleted contact for itself. A person who is back under another id is worth
            # more than an id.
            external_id = line.external_id[: _LONGEST_ID - len(_SUFFIX)] + _SUFFIX
            end = await self._make(line, {**body_of(line.before), "externalId": external_id})
            if not end.reason and end.contact is not None:
                reason = f"{REMADE}, with the external id {external_id}, since the service does not free the former one"
                return REVERSED, reason, str(end.contact["id"])
        if end.reason or end.contact is None:
            return (FAILED if end.failed else KEPT), end.reason or "the service did not show it", ""
        return REVERSED, REMADE, str(end.contact["id"])

    async def _make(self, line: JoinedContact, body: ContactDict) -> WriteEnd:
        """Make a contact exactly once. ID_OF_ANOTHER without a contact: the id is taken, but no contact has it."""
        sent_at, conflicts = line.remade_at, 0
        external_id = str(body.get("externalId") or "")

        async def read() -> ContactDict | None:
            if sent_at is None and not external_id:
                return None
            return next(
                (
                    contact
                    for contact in await self._candidates(external_id, body)
                    if str(contact.get("externalId") or "") == external_id and is_ours(body, contact, sent_at)
                ),
                None,
            )

        def judge(contact: ContactDict | None) -> str:
            if contact is not None:
                return DONE
            return ID_OF_ANOTHER if conflicts >= _MOST_CONFLICTS else SEND

        async def send(_: ContactDict | None, check: Callable[[], None]) -> Answer:
            nonlocal sent_at, conflicts

            def before() -> Callable[[], bool] | None:
                nonlocal sent_at
                check()
                now = self.api.service_now()
                self.journal.joins.remaking(self.target, line.contact_id, now)
                sent_at = now if sent_at is None else sent_at
                return self.journal.send_deadline()

            answer = await self.api.create(body, before=before)
            conflicts += isinstance(answer, Unsure) and answer.conflict
            return answer

        end = await write_once(self.retry, read, judge, send)
        # A service may answer as if it had made the contact, and have made none.
        if not end.reason and end.contact is not None and await self._read(str(end.contact["id"])) is None:
            return WriteEnd(None, NOT_MADE, failed=True)
        if end.reason == ID_OF_ANOTHER and (candidates := await self._candidates(external_id, body)):
            return WriteEnd(candidates[0], ID_OF_ANOTHER)
        return end

    async def _candidates(self, external_id: str, body: ContactDict) -> Sequence[ContactDict]:
        """The contacts that may be the one that was made: those of its id, or of its source where it has none."""
        if not external_id:
            # The kept contact may hold exactly the same, and be as young.
            known_ids = self.journal.joins.known_ids()
            contacts = await self.of_source(str(body.get("source") or ""))
            return [contact for contact in contacts if contact["id"] not in known_ids]
        answer: FoundContacts | Refused = await self.retry.ask(lambda again: self.api.find([external_id], again=again))
        return () if isinstance(answer, Refused) else answer.contacts.get(external_id, ())

    async def _read(self, contact_id: str) -> ContactDict | None:
        return await read_contact(self.retry, self.api, contact_id)


def body_of(contact: Mapping[str, Any]) -> ContactDict:
    """Return the body that makes a contact again (OpenAPI, POST /v1/contacts): all but the ids of items."""
    default_fields: ContactDict = {key: fields(contact).get(key) for key in SCALARS.values()}
    for key in ARRAYS.values():
        default_fields[key] = [{"name": item.get("name") or "", "value": item["value"]} for item in items(contact, key)]
    body: ContactDict = {
        "defaultFields": default_fields,
        "customFields": [{"key": key, "value": item["value"]} for key, item in customs(contact).items()],
    }
    body |= {key: contact[key] for key in ("externalId", "source", "sourceUrl") if not is_blank(contact.get(key))}
    if str(contact.get("createdByUserId") or "").startswith("US"):
        body["createdByUserId"] = contact["createdByUserId"]
    return body


__all__ = ["BRING_BACK", "Unjoin", "body_of"]
