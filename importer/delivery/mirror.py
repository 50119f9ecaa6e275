"""Deleting contacts whose rows are gone from the sheet: each is read again, and kept if a person changed it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.last_look import STILL_SHOWN, WrittenContact, shown_as_before
from importer.delivery.options import MAX_ATTEMPTS, Outdated, check_fresh
from importer.delivery.single_write import read_contact
from importer.errors import ContactMixedUp
from importer.model import MOST_IDS, Accepted, Event, Halt, NotSent, Problem, Refused, Severity, Unsure
from importer.plan import State, contact_fingerprint, person
from importer.plan.undo import CHANGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importer.delivery.journal import Journal
    from importer.delivery.journal.deletions import OrphanContact
    from importer.delivery.service import ContactsService
    from importer.retry import Retry

NOT_SHOWN = "the service listed it, and does not show it when it is asked for it"


@dataclass(frozen=True, slots=True)
class Mirror:
    """Deletes contacts one after the other."""

    journal: Journal
    api: ContactsService
    retry: Retry
    notify: Callable[[Event], None]

    async def run(self, orphans: Iterable[OrphanContact], kept_orphans: Iterable[OrphanContact] = ()) -> Counter[str]:
        """Return how many contacts were `deleted` and `kept`; `kept_orphans` are those that may not be.

        Raises Interrupted, ServiceUnreachable, AccessRefused, AddressWrong, DiskFailed; what was done is journalled.
        """
        counts: Counter[str] = Counter()
        for orphan in kept_orphans:
            counts[self._record(orphan, {}, orphan.why_kept or CHANGED)] += 1
        # Where it ends early, those not looked at again stay "deleting" in the journal: the next run looks at them.
        deleted: list[tuple[OrphanContact, dict[str, Any]]] = []
        for orphan in orphans:
            try:
                contact, why_kept = await self._delete(orphan)
            except ContactMixedUp as error:
                contact, why_kept = {}, error.fact
            if why_kept:
                counts[self._record(orphan, contact, why_kept)] += 1
            else:
                deleted.append((orphan, contact))
            if len(deleted) == MOST_IDS:
                await self._look_again(deleted, counts)
        await self._look_again(deleted, counts)
        return counts

    async def _look_again(self, deleted: list[tuple[OrphanContact, dict[str, Any]]], counts: Counter[str]) -> None:
        """Record contacts as deleted, unless the service still shows them; `deleted` is empty afterwards."""
        written = [WrittenContact(orphan.contact_id, orphan.id_at_service, lambda _: False) for orphan, _ in deleted]
        shown = await shown_as_before(self.api, self.retry, written)
        while deleted:
            orphan, contact = deleted.pop(0)
            is_shown = (orphan.contact_id, orphan.id_at_service) in shown
            counts[self._record(orphan, contact, STILL_SHOWN if is_shown else "")] += 1

    async def _delete(self, orphan: OrphanContact) -> tuple[dict[str, Any], str]:
        """Delete a contact. Returns how it was last read, and why it is kept ("" if it is deleted)."""
        contact: dict[str, Any] = {}
        may_be_deleted = orphan.state is State.DELETING
        # Read before each DELETE: the contact may have been changed, or deleted by a DELETE whose answer was lost.
        for attempt in range(1, MAX_ATTEMPTS + 1):
            reading = await read_contact(self.retry, self.api, orphan.contact_id)
            if reading is None:
                if may_be_deleted:
                    return contact, ""
                if attempt > 1:
                    return contact, NOT_SHOWN
                # It was there when the contacts to delete were looked for, so it is asked for once more.
                await self.retry.wait(Unsure("answered 404"), attempt)
                continue
            contact, read_at = reading, self.retry.clock()
            # Without a fingerprint nothing shows that the contact is as the import left it, so it is kept.
            if not orphan.left_as or contact_fingerprint(contact) != orphan.left_as:
                return contact, CHANGED

            def before(
                contact: dict[str, Any] = contact, read_at: float = read_at, readings: int = attempt
            ) -> Callable[[], bool] | None:
                self.retry.raise_if_stopped()
                check_fresh(read_at, self.retry.clock(), readings)
                self.journal.removals.begin(orphan, contact)
                return self.journal.send_deadline()

            try:
                answer = await self.api.delete(orphan.contact_id, before=before)
            except Outdated:
                continue
            if isinstance(answer, Accepted):
                return contact, ""
            if isinstance(answer, Halt):
                raise self.retry.halted(answer)
            if isinstance(answer, Refused) and answer.code != 404:
                return contact, answer.end

            # Lost, not carried out, or a 404 for what was just read: the next read tells which.
            may_be_deleted = may_be_deleted or not isinstance(answer, NotSent)
            await self.retry.wait(Unsure("answered 404") if isinstance(answer, Refused) else answer, attempt)
        return contact, "the service failed each time it was asked to delete it"

    def _record(self, orphan: OrphanContact, contact: dict[str, Any], why_kept: str) -> str:
        """Enter in the journal, and report, that a contact was deleted, or why it was kept; returns which."""
        if why_kept:
            self.journal.removals.note_kept(orphan)
            name = person(contact) if contact else orphan.external_id
            message = (
                f"Contact {orphan.contact_id} ({name}) is not in the sheet any more and was kept: {why_kept}. "
                "Delete it in the app if it should go."
            )
        else:
            self.journal.removals.finish(orphan)
            self.journal.add_problems([deleted_problem(orphan)])
            self.notify(Event("removed", {"external_id": orphan.external_id}))
            return "deleted"
        self.journal.add_problems([Problem(None, None, orphan.external_id, "contact-kept", Severity.WARNING, message)])
        self.notify(Event("kept", {"external_id": orphan.external_id}))
        return "kept"


def deleted_problem(orphan: OrphanContact) -> Problem:
    """Return the line that says that a contact was deleted."""
    message = (
        f"Contact {orphan.contact_id} ({orphan.external_id}) was deleted: its row is not in the sheet any more. "
        "To have it back, put the row back and run again."
    )
    return Problem(None, None, orphan.external_id, "contact-deleted", Severity.WARNING, message)
