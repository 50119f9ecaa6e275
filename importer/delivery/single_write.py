"""One write to one contact, sent again until its end is known; before each sending the contact is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.delivery.options import MAX_ATTEMPTS, Outdated, check_fresh
from importer.model import Accepted, Halt, NotSent, Refused, Unsure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from importer.delivery.service import ContactsService
    from importer.model import Answer
    from importer.model.contact_parts import ContactDict
    from importer.retry import Retry

DONE, SEND = "done", "send"
"""What a reading says of a write: it is there already, or it may be sent. Any other text is why it must not be."""


@dataclass(frozen=True, slots=True)
class WriteEnd:
    """How a write ended: the contact as last answered or read (None: it is gone), and why it was not carried out.

    `failed`: the service did not do it, which may be tried again later.
    """

    contact: ContactDict | None
    reason: str = ""
    failed: bool = False


async def write_once(
    retry: Retry,
    read: Callable[[], Awaitable[ContactDict | None]],
    judge: Callable[[ContactDict | None], str],
    send: Callable[[ContactDict | None, Callable[[], None]], Awaitable[Answer]],
) -> WriteEnd:
    """Read, judge and send until the write is done, must not be done, or has failed too often.

    `send` gets the contact as it was just read, and a check to be called just before the request leaves. Raises
    Interrupted, ServiceUnreachable, AccessRefused, AddressWrong, DiskFailed.
    """
    attempts = readings = 0
    while True:
        read_at = retry.clock()
        contact = await read()
        readings += 1
        verdict = judge(contact)
        if verdict != SEND:
            return WriteEnd(contact, "" if verdict == DONE else verdict)

        def check(read_at: float = read_at, readings: int = readings) -> None:
            retry.raise_if_stopped()
            check_fresh(read_at, retry.clock(), readings)

        try:
            answer = await send(contact, check)
        except Outdated:
            continue
        if isinstance(answer, Accepted):
            retry.accepted = True
            retry.succeeded()
            return WriteEnd(answer.contact or None)
        if isinstance(answer, Halt):
            raise retry.halted(answer)
        # A 404 is not believed: the contact was read a moment ago, and the next reading tells.
        if isinstance(answer, Refused) and answer.code != 404:
            return WriteEnd(contact, answer.end, failed=True)
        attempts += not (isinstance(answer, NotSent) and answer.rate_limited)
        if attempts >= MAX_ATTEMPTS:
            return WriteEnd(contact, "the service failed each time it was asked", failed=True)
        await retry.wait(Unsure("answered 404") if isinstance(answer, Refused) else answer, max(attempts, 1))


async def read_contact(retry: Retry, api: ContactsService, contact_id: str) -> ContactDict | None:
    """Return a contact as the service shows it, None if it is gone."""

    async def ask(again: bool) -> Answer:
        answer = await api.get(contact_id, again=again)
        # A refused read says nothing about the contact, except for 404: it is asked again.
        is_answer = not isinstance(answer, Refused) or answer.code == 404
        return answer if is_answer else NotSent("no usable answer")

    answer: Accepted | Refused = await retry.ask(ask)
    return answer.contact if isinstance(answer, Accepted) else None
