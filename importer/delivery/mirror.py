"""Deleting contacts that vanished from the sheet: each is read once more, and goes only if it is as it was left."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from importer.delivery.options import DeliveryOptions, backoff
from importer.errors import AccessRefused, AddressWrong, Interrupted, ServiceUnreachable
from importer.model import Accepted, Answer, Event, Halt, NotSent, Problem, Refused, Severity, Unsure
from importer.plan import contact_fingerprint, person

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from importer.delivery.journal import Journal
    from importer.delivery.journal.deletions import OrphanContact
    from importer.delivery.service import ContactsService

CHANGED = "somebody changed it since"


@dataclass(frozen=True, slots=True)
class Mirror:
    """Deletes contacts one after the other; `sleep` and `rng` are the seams for time and chance."""

    journal: Journal
    api: ContactsService
    options: DeliveryOptions
    stop: asyncio.Event
    notify: Callable[[Event], None]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    rng: random.Random = field(default_factory=random.Random)

    async def run(self, vanished: Iterable[OrphanContact], kept: Iterable[OrphanContact] = ()) -> Counter[str]:
        """Return how many contacts were `deleted` and `kept`; `kept` are those known to be changed already.

        Raises Interrupted, ServiceUnreachable, AccessRefused, AddressWrong, DiskFailed; what was done is journalled.
        """
        done: Counter[str] = Counter()
        for one in kept:
            done[self._keep(one, {}, CHANGED)] += 1
        for one in vanished:
            done[await self._remove(one)] += 1
        return done

    async def _remove(self, one: OrphanContact) -> str:
        contact: dict[str, Any] | None = None
        for attempt in range(1, self.options.max_attempts + 1):
            contact = await self._read(one)
            if contact is None:
                return self._gone(one)
            if not one.left_as or contact_fingerprint(contact) != one.left_as:
                return self._keep(one, contact, CHANGED)

            def before(contact: dict[str, Any] = contact) -> None:
                self._go_on()
                self.journal.removals.begin(one, contact)

            answer = await self.api.delete(one.contact_id, before=before)
            if isinstance(answer, Accepted):
                return self._gone(one)
            if isinstance(answer, Refused) and answer.code != 404:
                return self._keep(one, contact, f"the service refused it ({answer.code}: {'; '.join(answer.reasons)})")
            # Lost, not carried out, or a 404 for what was just read: the next look tells which.
            await self._wait(answer, attempt)
        return self._keep(one, contact or {}, "the service failed each time it was asked to delete it")

    def _gone(self, one: OrphanContact) -> str:
        self.journal.removals.finish(one)
        message = f"Contact {one.contact_id} ({one.external_id}) was deleted: its row is not in the sheet any more."
        self._say(one, "contact-deleted", f"{message} To have it back, put the row back and run again.")
        return "deleted"

    def _keep(self, one: OrphanContact, contact: dict[str, Any], why: str) -> str:
        self.journal.removals.spare(one)
        who = person(contact) if contact else one.external_id
        message = f"Contact {one.contact_id} ({who}) is not in the sheet any more and was kept: {why}."
        self._say(one, "contact-kept", f"{message} Delete it in the app if it should go.")
        return "kept"

    def _say(self, one: OrphanContact, rule: str, message: str) -> None:
        self.journal.add_problems([Problem(None, None, one.external_id, rule, Severity.WARNING, message)])
        self.notify(Event("removed" if rule == "contact-deleted" else "kept", {"external_id": one.external_id}))

    async def _read(self, one: OrphanContact) -> dict[str, Any] | None:
        waited = 0.0
        for attempt in count(1):
            self._go_on()
            answer = await self.api.get(one.contact_id, again=attempt > 1)
            if isinstance(answer, Accepted):
                return answer.contact
            if isinstance(answer, Refused) and answer.code == 404:
                return None
            waited += await self._wait(answer, attempt)
            if waited > max(self.options.wait_for_service, self.options.first_answer_seconds):
                step = "Check the internet connection and the service's status page, then run the same command again."
                raise ServiceUnreachable(f"The service is not available ({_reason(answer)}).", step)
        raise AssertionError

    async def _wait(self, answer: Answer, attempt: int) -> float:
        """Wait before another try; raise what no other try would change."""
        if isinstance(answer, Halt):
            raise (AccessRefused if answer.kind == "access" else AddressWrong)(answer.message, answer.next_step)
        asked = answer.wait_seconds if isinstance(answer, (NotSent, Unsure)) else None
        seconds = max(backoff(self.options, attempt, self.rng), asked or 0.0, self.options.backoff_seconds / 2)
        await self.sleep(seconds)
        return seconds

    def _go_on(self) -> None:
        if self.stop.is_set():
            raise Interrupted


def _reason(answer: Answer) -> str:
    return answer.reason if isinstance(answer, (NotSent, Unsure)) else "no usable answer"
