"""A last look at what was deleted or changed back: what the service shows counts, not what it answered.

A service, or a proxy before it, may answer as if it had done what was asked, and have done nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.errors import ContactMixedUp
from importer.model import Accepted, Refused
from importer.retry import ask_divided

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.delivery.service import ContactsService, FoundContacts
    from importer.model import Answer
    from importer.retry import Retry

STILL_SHOWN = "the service answered as if it had done it, and still shows the contact as it was"


@dataclass(frozen=True, slots=True)
class WrittenContact:
    """A contact that was written to: its id ("" if no contact is known), its external id, and how it should look.

    `is_done` says so of a contact that is there; one that was deleted should not be.
    """

    contact_id: str
    lookup_id: str
    is_done: Callable[[Mapping[str, Any]], bool]


async def shown_as_before(
    api: ContactsService, retry: Retry, written: Sequence[WrittenContact]
) -> set[tuple[str, str]]:
    """Return the pairs of id and external id of those of up to 20 contacts that do not look as they should.

    One request, if all do. Raises Interrupted, ServiceUnreachable, AccessRefused, AddressWrong.
    """
    by_lookup_id = {contact.lookup_id: contact for contact in written if contact.lookup_id}
    suspects: list[tuple[WrittenContact, str]] = []

    async def find(external_ids: Sequence[str]) -> FoundContacts | Refused:
        return await retry.ask(lambda again: api.find(external_ids, again=again))

    if by_lookup_id:
        async for external_ids, answer in ask_divided(find, list(by_lookup_id)):
            if isinstance(answer, Refused):
                continue
            for external_id in external_ids:
                expected = by_lookup_id[external_id]
                suspects += [
                    (expected, str(contact["id"]))
                    for contact in answer.contacts.get(external_id, ())
                    if expected.contact_id in ("", contact["id"]) and not expected.is_done(contact)
                ]
    if suspects:
        # A list may show for a moment what is not so any more, and what was only queued is done by then.
        await retry.sleep(retry.policy.settle_seconds)
    return {
        (expected.contact_id, expected.lookup_id)
        for expected, contact_id in suspects
        if await _is_shown_as_before(api, retry, expected, contact_id)
    }


async def _is_shown_as_before(api: ContactsService, retry: Retry, expected: WrittenContact, contact_id: str) -> bool:
    try:
        answer: Answer = await retry.ask(lambda again: api.get(contact_id, again=again))
    except ContactMixedUp:
        # That it shows another contact in its place does not say that this one is as it was.
        return False
    return isinstance(answer, Accepted) and not expected.is_done(answer.contact)
