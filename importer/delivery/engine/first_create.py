"""The first contact that a run creates is read before others are: a service may answer so and store nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.records import HiddenContact
from importer.errors import ValuesLost
from importer.model import Accepted, Halt, NotSent, Refused
from importer.plan import person

if TYPE_CHECKING:
    from importer.delivery.engine.row_task import RowTask
    from importer.delivery.engine.state import DeliveryState

Contact = dict[str, Any]
MOST_READINGS = 3
"""So many created contacts are read in vain: a service that shows none is believed after that."""


_STEP = (
    "Look for the person in the app. If they are there, run the same command again later: it creates no one before the "
    "service shows that contact. If no one is there, check that --base-url is the address of the service itself, and "
    "ask its support why it does not keep what it accepts; then add --on-missing create, which creates that contact "
    "again."
)


async def stored_first_contact(state: DeliveryState, task: RowTask, answered: Contact) -> Contact | None:
    """Return the contact that was just created as the service shows it; None if the row is in doubt.

    A service may show a contact only some seconds after it stored it, or in its list alone: it is asked for several
    times, and in the list too, before it counts as not there. The row is then in doubt, and the run ends.
    """
    contact_id = str(answered["id"])
    for looks in range(state.options.max_looks):
        if looks and not await _rests(state, state.options.settle_before_lookup(looks - 1)):
            # Stopped meanwhile: the next run looks the row up.
            state.journal.doubt([task.queued.external_id], heard=task.take_answer())
            return None
        answer = await state.api.get(contact_id, again=looks > 0)
        # Another contact in its place may be the same one under another id.
        is_other = isinstance(answer, NotSent) and bool(answer.shown_id)
        if not is_other and (not isinstance(answer, Refused) or answer.code != 404):
            return _shown(state, answered, answer)
        if not looks:
            # Before it is looked for: this run may be stopped meanwhile.
            state.journal.note_hidden_contact(HiddenContact(task.queued.external_id, contact_id))
        listing = await state.api.find([task.lookup_id]) if looks else None
        contacts = getattr(listing, "contacts", {}).get(task.lookup_id, ())
        if any(contact["id"] == contact_id for contact in contacts):
            state.may_create = True
            return answered
        if contacts:
            # It is there, under another id than was answered: which one it has is decided as after a lost answer.
            # So it is with all others that this service answers with.
            state.answers_other_ids = True
            state.journal.note_other_ids()
            state.journal.doubt([task.queued.external_id], heard=task.take_answer())
            task.knowledge.is_unsure = True
            state.look_up_later(task)
            return None
        if isinstance(listing, Halt):
            # Nothing more can be asked, and this is the reason for the end, not the contact.
            state.halt(listing)
            break
        if state.may_create:
            # Meanwhile a lookup has found one that was created before: the service shows this one later too.
            return answered
    state.journal.doubt([task.queued.external_id], heard=task.take_answer())
    message = (
        f"The service answered that it created contact {contact_id} ({person(task.queued.body)}, row "
        f"{task.queued.row}), and does not have it. The run was stopped before it created another one."
    )
    state.end(ValuesLost(message, _STEP))
    return None


async def look_for_hidden_contact(state: DeliveryState, task: RowTask, hidden: HiddenContact) -> None:
    """Look for a contact that an earlier run has created and that the service did not show, before `task` is sent.

    If it is there now, `may_create` is set. Else the run ends, or the row waits for a service that does not answer.
    """
    for looks in range(state.options.max_looks):
        if looks and not await _rests(state, state.options.settle_before_lookup(looks - 1)):
            return
        state.first_sent_at = state.first_sent_at or state.clock()
        answer: object = await state.api.find([hidden.external_id], again=looks > 0)
        contacts = getattr(answer, "contacts", {}).get(hidden.external_id, ())
        if not contacts and not isinstance(answer, NotSent | Halt):
            answer = await state.api.get(hidden.contact_id, again=looks > 0)
        if isinstance(answer, Halt):
            state.halt(answer)
            return
        if isinstance(answer, NotSent) and not answer.shown_id:
            state.send_again(task, answer)
            return
        state.was_read()
        if contacts or isinstance(answer, Accepted):
            state.may_create = True
            return
    message = (
        f"An earlier run has created contact {hidden.contact_id} (id {hidden.external_id!r}), as the service answered, "
        "and the service still does not show it. Nothing was created in this run."
    )
    state.end(ValuesLost(message, _STEP))


def _shown(state: DeliveryState, answered: Contact, answer: object) -> Contact:
    """Note what a reading says of the service; return the contact as it is known after it."""
    state.readings += 1
    if isinstance(answer, Halt):
        state.halt(answer)
    # A failed reading says nothing, so the next contact is read, but not all of a long sheet.
    is_answered = isinstance(answer, Accepted | Refused)
    state.may_create = state.may_create or is_answered or state.readings >= MOST_READINGS
    shows_fields = isinstance(answer, Accepted) and isinstance(answer.contact.get("defaultFields"), dict)
    return answer.contact if isinstance(answer, Accepted) and shows_fields else answered


async def _rests(state: DeliveryState, seconds: float) -> bool:
    """Wait; return whether the run goes on."""
    sleeping, stopped = asyncio.ensure_future(state.sleep(seconds)), asyncio.ensure_future(state.stop.wait())
    try:
        await asyncio.wait({sleeping, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiting in (sleeping, stopped):
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
    return not state.stop.is_set() and state.ending is None
