"""Contacts that are changed: the contact is read right before, the intent is committed, the answer is committed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from importer.delivery.engine.given_id import given_id, id_refused, is_free, with_ids
from importer.delivery.engine.mixed_up import retry_reading
from importer.delivery.engine.reconcile import reconcile_contact
from importer.delivery.engine.row_task import Operation
from importer.delivery.engine.state import Withdrawn, one_by_one
from importer.delivery.engine.storage import check_first_change, storage_findings, stored_contact
from importer.delivery.journal import SettledRow
from importer.delivery.journal.records import RequestRecord
from importer.delivery.options import FRESH_SECONDS, Outdated, check_fresh
from importer.errors import WITHOUT_CHANGES, AccessRefused
from importer.model import Accepted, Halt, NotSent, Refused, Status, Unsure
from importer.plan import (
    EDITED,
    OnMatch,
    Policy,
    State,
    compare,
    contact_fingerprint,
    points_on,
    points_with,
    storage_differences,
    without_ignored,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.delivery.engine.row_task import RowTask
    from importer.delivery.engine.state import DeliveryState

MAX_MISSING = 2


async def change(state: DeliveryState, task: RowTask) -> None:
    """PATCH the row's contact, one at a time until one has been stored as it was sent."""
    await one_by_one(state.first_change, lambda: state.may_change, partial(_change, state, task))


async def _change(state: DeliveryState, task: RowTask) -> None:
    """PATCH the row's contact. If that fails, the contact is read, compared and merged again."""
    if given_id(task) and not await is_free(state, task):
        return
    if state.clock() - task.read_at > FRESH_SECONDS and not await _read_again(state, task):
        return
    knowledge, contact_id = task.knowledge, str(task.contact["id"])
    before = partial(_note_change, state, task, contact_id)
    answer = await state.api.patch(contact_id, task.patch, row=task.queued.row, before=before, again=task.is_repeat)
    task.answer = task.record(RequestRecord.CHANGE, answer)
    if isinstance(answer, Accepted):
        state.wrote(accepted=True)
        await _settle_change(state, task, answer.contact)
    elif isinstance(answer, Halt):
        state.journal.hear(task.take_answer())
        state.halt(answer)
    elif isinstance(answer, Refused) and answer.code == 404:
        state.wrote(accepted=False)
        _look_up_after_404(state, task, contact_id)
    elif isinstance(answer, Unsure) and answer.conflict and given_id(task):
        state.wrote(accepted=False)
        id_refused(state, task)
    elif isinstance(answer, Refused) and answer.code == 403 and not state.may_change:
        await _hold_denied(state, task, answer)
    elif isinstance(answer, Refused):
        state.wrote(accepted=False)
        state.refuse(task, answer.code, answer.reasons, contact_id)
    elif isinstance(answer, NotSent) and answer.rate_limited:
        state.journal.hear(task.take_answer())
        task.operation, task.read_at = Operation.CHANGE, -FRESH_SECONDS
        state.send_again(task, answer)
    else:
        state.journal.hear(task.take_answer())
        knowledge.maybe_patched = knowledge.maybe_patched or isinstance(answer, Unsure)
        state.send_failed(task, answer)
        state.look_up_later(task, answer.wait_seconds)


def _note_change(state: DeliveryState, task: RowTask, contact_id: str) -> Callable[[], bool] | None:
    """Commit the intent of a PATCH and what the contact will be. Raises Withdrawn if it was read too long ago."""
    # The request may have waited for its turn, or for the end of a pause that the service asked for.
    try:
        check_fresh(task.read_at, state.clock(), task.attempts.outdated)
    except Outdated:
        task.attempts.outdated += 1
        raise Withdrawn from None
    state.leave(task)
    knowledge = task.knowledge
    # Once it has its new id, the contact is not found by the former one: it must never be taken for missing.
    knowledge.contact_id = contact_id
    knowledge.added = points_with(knowledge.added, task.patch)
    # The patch carries whole arrays, so what it leaves is known before the answer.
    left_as = contact_fingerprint({**task.contact, **task.patch})
    # Whether a person edited the contact since an earlier attempt of this run to change it.
    last = state.journal.last_change(task.queued.external_id) if task.has_begun else None
    is_edited = last is not None and last.left(task.contact) == EDITED
    task.has_begun = True
    task.edit_in_doubt = task.edit_in_doubt or (is_edited and knowledge.maybe_patched)
    left_as = EDITED if task.edit_in_doubt else left_as
    renews = is_edited and not task.edit_in_doubt
    state.journal.updating(task.queued, task.contact, knowledge.added, left_as, given_id(task), renews=renews)
    return state.journal.send_deadline()


async def _hold_denied(state: DeliveryState, task: RowTask, answer: Refused) -> None:
    """Hold a row whose change was answered 403 until it shows whether that is about its contact or about the key.

    Contacts of CRM integrations are read-only (api-facts: Address and key); a key without the right gets 403 each time.
    """
    state.journal.hear(task.take_answer())
    state.denied.append((task, answer))
    # A key that is not good for anything any more is refused a read too.
    reading = await state.api.probe()
    if isinstance(reading, Halt):
        state.halt(reading)
    elif len(state.denied) >= state.options.suspects:
        words = "; ".join(answer.reasons)
        message = f"The first {len(state.denied)} changes of contacts were all answered 403 ({words})."
        step = (
            "Use a key of an owner or admin, or run again with --on-match create-only if these contacts belong to a "
            "CRM integration, which alone may change them."
        )
        error = AccessRefused(message, step)
        error.goes_on_with = WITHOUT_CHANGES
        state.end(error)


async def _settle_change(state: DeliveryState, task: RowTask, answered: dict[str, Any]) -> None:
    """Record the end of a row whose contact was changed, with what was not stored as it was sent."""
    contact_id, answered_id = str(task.contact["id"]), str(answered["id"])
    stored = await stored_contact(state, answered, contact_id)
    meant = {**task.contact, **task.patch}
    differences = storage_differences(meant, stored)
    if not state.may_change and not any(difference.is_loss for difference in differences):
        # Whether the service does what it answers shows when the first contact that was changed is read.
        stored = await stored_contact(state, answered, contact_id, is_read=True)
        differences = storage_differences(meant, stored)
    if answered_id != contact_id:
        task.answer = task.record(RequestRecord.CHANGE, f"accepted for another contact, {answered_id}")
    if not check_first_change(state, task, task.contact, stored, differences, is_same=answered_id == contact_id):
        # Nothing of it arrived, so the next run sends it again.
        state.journal.hear(task.take_answer())
        return
    end = with_ids(task, _updated(state, task, stored), stored)
    state.settle(task, replace(end, findings=storage_findings(task, contact_id, differences, answered_id)))


async def _read_again(state: DeliveryState, task: RowTask) -> bool:
    """Read a contact that is to be changed once more; return whether the row still waits for the same change."""
    answer = await state.api.get(str(task.contact["id"]), again=task.is_repeat)
    state.journal.hear([task.record(RequestRecord.SHOW, answer)])
    if isinstance(answer, Accepted):
        state.was_read()
        former_patch, external_id = task.patch, task.contact.get("externalId")
        if answer.contact.get("externalId", external_id) not in (external_id, *task.own_ids):
            state.contradicted(
                task, f"contact {answer.contact['id']} had the id {external_id!r} before, and has another"
            )
            return False
        reconcile_contact(state, task, answer.contact, queues=False)
        return task.patch is not former_patch
    if isinstance(answer, Refused):
        state.was_read()
        _look_up_after_404(state, task, str(task.contact["id"]))
    elif isinstance(answer, Halt):
        state.halt(answer)
    elif isinstance(answer, NotSent):
        retry_reading(state, task, str(task.contact["id"]), answer)
    return False


def _updated(state: DeliveryState, task: RowTask, contact: dict[str, Any]) -> SettledRow:
    """Return the end of a row whose contact was changed; it may still differ where a policy kept a value."""
    policy = state.options.policy
    still_differs = policy != Policy(OnMatch.UPDATE) and without_ignored(compare(task.queued.body, contact), policy)
    return SettledRow(
        Status.UPDATED,
        State.FILLED if still_differs else State.UPDATED,
        str(task.contact["id"]),
        added=points_on(task.knowledge.added, contact),
        left_as=EDITED if task.edit_in_doubt else contact_fingerprint(contact),
    )


def _look_up_after_404(state: DeliveryState, task: RowTask, contact_id: str) -> None:
    """Look the contact up again, then create it or report that it cannot be reached."""
    task.attempts.missing += 1
    task.knowledge.patch_met_404(contact_id)
    if task.attempts.missing <= MAX_MISSING:
        state.journal.hear(task.take_answer())
        state.look_up_later(task)
        return
    message = (
        f"Row {task.queued.row}: the service lists contact {contact_id} but answers 404 when it is changed. "
        "Open the contact in the app, delete or correct it there, then run again."
    )
    # The listing shows it, so it may exist: the journal keeps what it knows of it.
    state.conflict(task, "contact-unreachable", message, passing=True)
