"""Rows that are sent: the intent is committed, the request leaves, the answer is committed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from importer.delivery.engine.change import change
from importer.delivery.engine.first_create import look_for_hidden_contact, stored_first_contact
from importer.delivery.engine.mixed_up import retry_reading
from importer.delivery.engine.reconcile import (
    changed_since_plan,
    created,
    look_again_for_taken_id,
    reconcile_contact,
    reconcile_misfiled,
)
from importer.delivery.engine.row_task import Operation
from importer.delivery.engine.state import one_by_one
from importer.delivery.engine.storage import storage_findings, stored_contact
from importer.delivery.journal.records import ACCEPTED, RequestRecord
from importer.delivery.missing import missing_end
from importer.model import Accepted, Halt, NotSent, Refused, Unsure
from importer.plan import State, storage_differences

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from importer.delivery.engine.row_task import RowTask
    from importer.delivery.engine.state import DeliveryState


def send(state: DeliveryState, task: RowTask) -> Coroutine[Any, Any, None]:
    """Return the coroutine that carries out what a row waits for: POST, PATCH, or GET of its known contact.

    It raises Withdrawn if the request must not leave any more.
    """
    act = {Operation.CREATE: create, Operation.CHANGE: change, Operation.FETCH: fetch}[task.operation]
    return act(state, task)


async def create(state: DeliveryState, task: RowTask) -> None:
    """POST the row's contact, one at a time until one has been seen in the workspace."""
    await one_by_one(state.first_create, lambda: state.may_create, partial(_create_unless_hidden, state, task))


async def _create_unless_hidden(state: DeliveryState, task: RowTask) -> None:
    if state.hidden is not None and not state.may_create:
        await look_for_hidden_contact(state, task, state.hidden)
        if not state.may_create:
            return
    if state.hidden is not None and state.hidden.external_id == task.queued.external_id:
        # Its contact is shown now, perhaps only since the row was looked up.
        task.knowledge.contact_id, state.hidden = state.hidden.contact_id, None
        state.look_up_later(task)
        return
    await _create(state, task)


async def _create(state: DeliveryState, task: RowTask) -> None:
    def before() -> Callable[[], bool] | None:
        state.leave(task)
        sent_at = state.api.service_now()
        state.journal.sending(task.queued, sent_at)
        task.knowledge.posting(sent_at)
        return state.journal.send_deadline()

    # The contact is made under its key; an id of an id column that was named later is given to it by an update.
    body = {**task.queued.body, "externalId": task.queued.external_id}
    answer = await state.api.create(body, row=task.queued.row, before=before, again=task.is_repeat)
    if isinstance(answer, Accepted) and state.answers_other_ids:
        _look_up_id(state, task, str(answer.contact["id"]))
        return
    if isinstance(answer, Accepted):
        # Two rows never have one contact: which of them has it shows only when both are looked up.
        contact_id = str(answer.contact["id"])
        holder = state.holders.setdefault(contact_id, task.queued.external_id)
        if holder != task.queued.external_id:
            state.journal.doubt([holder])
            answer = Unsure(f"it answered with contact {contact_id}, which it gave to another row before")
    task.answer = task.record(RequestRecord.MAKE, answer)
    if isinstance(answer, Accepted):
        state.wrote(accepted=True)
        state.strategy.learn(task, exists=False)
        contact_id = str(answer.contact["id"])
        if state.may_create:
            stored = await stored_contact(state, answer.contact, contact_id)
        elif (seen := await stored_first_contact(state, task, answer.contact)) is not None:
            stored = seen
        else:
            return
        findings = storage_findings(task, contact_id, storage_differences(body, stored), contact_id)
        # One transaction records the answer and the end of the row.
        state.settle(task, replace(created(task, stored), contact_id=contact_id, findings=findings))
    elif isinstance(answer, Refused):
        state.wrote(accepted=False)
        state.refuse(task, answer.code, answer.reasons)
    elif isinstance(answer, NotSent):
        # It certainly did nothing, so the journal forgets this intent: the next run need not look the row up for it.
        state.journal.withdraw(task.queued.external_id, task.take_answer())
        state.send_again(task, answer)
    elif isinstance(answer, Unsure):
        _look_up_after_post(state, task, answer)
    else:
        state.journal.withdraw(task.queued.external_id, task.take_answer())
        state.halt(answer)


def _look_up_id(state: DeliveryState, task: RowTask, answered_id: str) -> None:
    """Look up the id of a contact that was created: the service answers with other ids than it shows."""
    task.answer = task.record(RequestRecord.MAKE, ACCEPTED)
    state.journal.doubt([task.queued.external_id], heard=task.take_answer())
    # It is there, so it is not created again where the list shows it late.
    task.knowledge.is_unsure = task.knowledge.id_taken = True
    task.reason, state.last_unsure = f"it answered with contact {answered_id}", state.clock()
    state.wrote(accepted=True)
    state.strategy.learn(task, exists=False)
    state.look_up_later(task)


def _look_up_after_post(state: DeliveryState, task: RowTask, answer: Unsure) -> None:
    """A POST whose end is not known, or that met an id already taken: look up before anything else."""
    external_id, knowledge = task.queued.external_id, task.knowledge
    if answer.conflict:
        knowledge.id_taken, task.reason = True, answer.reason
        state.journal.hear(task.take_answer())
        state.strategy.learn(task, exists=True)
        state.wrote(accepted=False)
    elif answer.contact_id:
        state.journal.doubt([external_id], answer.contact_id, task.take_answer())
        knowledge.posted_under_another_id(answer.contact_id)
        task.reason, state.last_unsure = answer.reason, state.clock()
        state.wrote(accepted=False)
    else:
        state.journal.doubt([external_id], heard=task.take_answer())
        knowledge.is_unsure, state.last_unsure = True, state.clock()
        state.send_failed(task, answer)
    state.look_up_later(task, answer.wait_seconds)


async def fetch(state: DeliveryState, task: RowTask) -> None:
    """GET the contact that the journal knows, because it is not found under the external id."""
    knowledge = task.knowledge
    answer = await state.api.get(task.listed_id or knowledge.contact_id, again=task.is_repeat)
    state.journal.hear([task.record(RequestRecord.SHOW, answer)])
    if isinstance(answer, Accepted) and not isinstance(answer.contact.get("defaultFields"), dict):
        # Its fields are not known, so nothing may be decided about it, and nothing changed.
        state.send_again(task, NotSent("the service shows the contact without its fields"))
    elif isinstance(answer, Refused) and task.listed_id:
        state.was_read()
        task.listed_id, task.reason = "", f"it lists one, and answers {answer.code} when it is read"
        task.attempts.empty_lookups += 1
        look_again_for_taken_id(state, task)
    elif isinstance(answer, Accepted) and task.listed_id:
        state.was_read()
        task.listed_id = ""
        if answer.contact.get("externalId", task.lookup_id) == task.lookup_id:
            reconcile_contact(state, task, answer.contact)
        else:
            listing = f"the service lists contact {answer.contact['id']} under the id {task.lookup_id!r}"
            state.contradicted(task, f"{listing}, and another id when the contact is read")
    elif isinstance(answer, Accepted):
        state.was_read()
        (reconcile_misfiled if knowledge.misfiled_contact else reconcile_contact)(state, task, answer.contact)
    elif isinstance(answer, Refused):
        state.was_read()
        if knowledge.misfiled_contact and knowledge.id_taken:
            look_again_for_taken_id(state, task)
            return
        if _is_known_contact(task) and not task.attempts.unread:
            # What is gone stays gone: a service that was in trouble for a moment would have the person left out.
            task.attempts.unread += 1
            state.put(task, Operation.FETCH, state.options.settle_seconds)
            return
        is_missing = _is_known_contact(task) and not state.options.policy.recreates
        knowledge.contact_is_gone()
        if task.queued.expected:
            changed_since_plan(state, task, "its contact was removed")
        elif is_missing:
            state.settle(task, missing_end(task.queued))
        else:
            state.put(task, Operation.CREATE)
    elif isinstance(answer, Halt):
        state.halt(answer)
    elif isinstance(answer, NotSent):
        retry_reading(state, task, task.listed_id or knowledge.contact_id, answer)


def _is_known_contact(task: RowTask) -> bool:
    """Whether the contact to be read is the one that the journal knows as the row's, and did not delete itself."""
    facts, knowledge = task.queued.known, task.knowledge
    is_own = knowledge.contact_id == facts.contact_id
    return bool(facts.contact_id) and is_own and not knowledge.misfiled_contact and facts.state is not State.DELETING
