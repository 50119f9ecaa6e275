"""Rows that are looked up: the contacts found under their ids decide how the rows end or go on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer.delivery.engine.row_task import Operation
from importer.delivery.journal import SettledRow
from importer.delivery.journal.records import RequestRecord
from importer.delivery.strangers import own_source, stranger_problem
from importer.model import Halt, NotSent, Problem, Refused, Severity, Status
from importer.model.fields import ARRAYS
from importer.plan import (
    NOT_THERE,
    State,
    changes,
    contact_fingerprint,
    is_ours,
    is_whole,
    kept_taken,
    point_fingerprints,
    points_on,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.engine.row_task import RowTask
    from importer.delivery.engine.state import DeliveryState
    from importer.plan import Resolution


# How often a contact is looked for whose id is taken, if the journal knows that it was deleted.
LOOKS_FOR_DELETED = 2


async def look_up(state: DeliveryState, tasks: Sequence[RowTask]) -> None:
    """Look up to 20 rows up in one request."""
    again = any(task.attempts.lookups for task in tasks)
    state.first_sent_at = state.first_sent_at or state.clock()
    lookup_ids = [task.lookup_id for task in tasks]
    answer = await state.api.find(lookup_ids, again=again)
    if isinstance(answer, (NotSent, Refused, Halt)):
        state.journal.hear([task.record(RequestRecord.FIND, answer) for task in tasks])
    else:
        contacts_of_tasks = [answer.contacts[lookup_id] for lookup_id in lookup_ids]
        texts = map(contacts_text, contacts_of_tasks)
        state.journal.hear([task.record(RequestRecord.FIND, text) for task, text in zip(tasks, texts, strict=True)])

    if isinstance(answer, NotSent):
        if answer.rate_limited:
            state.limited(answer)
        else:
            state.failed(None, answer.reason)
        for task in tasks:
            # A 429 is about all requests of the key, so it does not count against these rows.
            if not answer.rate_limited:
                task.attempts.lookups += 1
                task.reason = answer.reason
            state.put(task, Operation.LOOK, state.backoff(max(task.attempts.lookups, 1), answer))
    elif isinstance(answer, Refused):
        state.was_read()
        _look_up_alone(state, tasks, answer)
    elif isinstance(answer, Halt):
        state.halt(answer)
    else:
        state.was_read()
        for task, contacts in zip(tasks, contacts_of_tasks, strict=True):
            reconcile_contacts(state, task, contacts)


def contacts_text(contacts: Sequence[Mapping[str, Any]]) -> str:
    """Return the contacts that a lookup has found as the text that the journal keeps."""
    return f"found {', '.join(str(contact['id']) for contact in contacts)}" if contacts else "found none"


def _look_up_alone(state: DeliveryState, tasks: Sequence[RowTask], answer: Refused) -> None:
    """After a refused lookup: one id that the service will not look up must not keep the others from being found."""
    if len(tasks) > 1:
        for task in tasks:
            task.lookup_alone = True
            state.put(task, Operation.LOOK)
        return
    not_searchable(state, tasks[0], tasks[0].lookup_id, answer)


def not_searchable(
    state: DeliveryState, task: RowTask, external_id: str, answer: Refused, *, passing: bool = False
) -> None:
    """Leave a row to a person because the service does not look up its id; `passing` as in `conflict`."""
    is_unmade = not (task.knowledge.is_unsure or task.knowledge.contact_id or passing)
    step = "Give the row another id and run again."
    if not is_unmade:
        step = (
            "Its contact may be there already: look for the person in the app. If they are there, correct them in the "
            "app; if not, give the row another id, write new in its column _external_id of the rejects file, and run "
            "that file."
        )
    message = f"Row {task.queued.row}: its id {external_id!r} cannot be looked up ({answer.words}). {step}"
    state.conflict(task, "id-not-searchable", message, passing=passing, is_unmade=is_unmade)


def reconcile_contacts(state: DeliveryState, task: RowTask, contacts: Sequence[Mapping[str, Any]]) -> None:
    """Go on with a row after a lookup that found no contact, one or several."""
    state.strategy.learn(task, exists=bool(contacts))
    contacts = own_source(task.queued, contacts)
    if len(contacts) == 1:
        contact_id, known_id = str(contacts[0]["id"]), task.queued.known.contact_id
        # Two rows never have one contact, so one of the two answers is wrong.
        holder = state.holders.setdefault(contact_id, task.queued.external_id)
        if holder != task.queued.external_id:
            state.contradicted(task, f"the service shows contact {contact_id} under the id {holder!r} too")
        elif is_whole(contacts[0]) and known_id in ("", contact_id):
            reconcile_contact(state, task, contacts[0], is_listed=True)
        else:
            # A PATCH replaces, so what the list left out would be deleted. And a list may mix up two people.
            _read_listed(state, task, contact_id)
        return
    if contacts:
        ids = ", ".join(str(contact["id"]) for contact in contacts)
        message = (
            f"Row {task.queued.row}: {len(contacts)} contacts have the id {task.lookup_id!r} ({ids}). "
            "Keep one of them in the app, delete the others, then run again."
        )
        state.conflict(task, "id-several", message)
        return

    # Nothing was found: the contact is created, unless there is a sign that it exists.
    task.attempts.empty_lookups += 1
    if task.knowledge.contact_id:
        state.put(task, Operation.FETCH)
    elif task.queued.expected:
        changed_since_plan(state, task, "its contact was removed")
    elif task.knowledge.id_taken:
        look_again_for_taken_id(state, task)
    else:
        state.put(task, Operation.CREATE, state.backoff(task.attempts.sends) if task.attempts.sends else 0.0)


def _read_listed(state: DeliveryState, task: RowTask, contact_id: str) -> None:
    """Read a contact by its id before anything is decided by what a list shows of it."""
    task.listed_id = contact_id
    state.put(task, Operation.FETCH)


def reconcile_contact(
    state: DeliveryState, task: RowTask, contact: Mapping[str, Any], *, queues: bool = True, is_listed: bool = False
) -> None:
    """Go on with a row whose contact was found: made by us, equal, to be changed, or another person's.

    `queues`: a row to be changed waits; else the caller changes the contact. `is_listed`: it was not read by its id.
    """
    queued, knowledge = task.queued, task.knowledge
    # The answer to our POST was lost, but the POST arrived. After a PATCH the contact may differ from both.
    if knowledge.is_unsure and not knowledge.maybe_patched and is_ours(queued.body, contact, knowledge.sent_at):
        state.wrote(accepted=True)
        # The service keeps what it creates, though it may not have shown this one soon enough (`first_create`).
        state.may_create = True
        state.settle(task, created(task, contact))
        return

    if problem := stranger_problem(queued, contact):
        is_own = contact["id"] == queued.known.contact_id
        # Even if it was edited, it is still the contact of this row.
        contact_id = queued.known.contact_id if is_own else ""
        # The row has no contact, so that it can get another id, as the message advises.
        end_state = State.CONFLICT if is_own or knowledge.is_unsure else State.REFUSED
        end = SettledRow(Status.CONFLICT, end_state, contact_id, problem.message, problem=problem, passing=is_own)
        state.settle(task, end)
        return

    resolution = resolve(
        queued.row,
        queued.body,
        contact,
        state.options.policy,
        updating=knowledge.maybe_patched,
        added=knowledge.added,
        clears=queued.clears,
        own_ids=task.own_ids,
    )
    if resolution.patch is not None:
        if queued.expected is not None and contact_fingerprint(contact) != queued.expected:
            difference = f"contact {contact['id']} was changed" if queued.expected else "a contact has appeared"
            changed_since_plan(state, task, difference)
            return
        if field := overwritten_edit(state, task, contact, resolution.patch):
            message = (
                f"Row {queued.row}: contact {contact['id']} was edited in the app during the run ({field}), so it was "
                "left as it is. Run again to bring it in line with the sheet, or correct the row first."
            )
            state.conflict(task, "edited-meanwhile", message, passing=True)
            return
        # Of a contact that this journal never wrote to, only the list says that it is the row's.
        if is_listed and not queued.known.left_as:
            _read_listed(state, task, str(contact["id"]))
            return
        task.contact, task.patch, task.read_at = contact, resolution.patch, state.clock()
        if queues:
            state.put(task, Operation.CHANGE)
        return

    state.settle(task, _end_without_change(state, task, contact, resolution))


def _end_without_change(
    state: DeliveryState, task: RowTask, contact: Mapping[str, Any], resolution: Resolution
) -> SettledRow:
    """Return the end of a row whose contact needs no change (any more)."""
    queued = task.queued
    end = SettledRow.without_change(queued, contact, resolution)
    if resolution.status is not Status.UPDATED:
        return end
    # A change that was in doubt has arrived, or is not needed any more.
    last = state.journal.last_change(queued.external_id)
    left_as = last.left(contact) if last else contact_fingerprint(contact)
    return replace(end, added=points_on(task.knowledge.added, contact), left_as=left_as)


def overwritten_edit(state: DeliveryState, task: RowTask, contact: Mapping[str, Any], patch: Mapping[str, Any]) -> str:
    """Return the field that was edited since the contact was first read and that `patch` would overwrite, or ""."""
    # After a PATCH of ours that may have arrived, a difference is no edit of a person.
    if not task.contact or task.knowledge.maybe_patched:
        return ""
    names = state.options.policy.names
    values_before = {change.field: change.old for change in changes(task.contact, {**task.patch, **patch}, names)}
    # Numbers and addresses are merged, so that no edit of theirs is lost.
    edited = (
        change.field
        for change in changes(contact, patch, names)
        if change.field not in ARRAYS and change.old != values_before.get(change.field)
    )
    return next(edited, "")


def reconcile_misfiled(state: DeliveryState, task: RowTask, contact: Mapping[str, Any]) -> None:
    """Go on with a row whose contact the service put under another external id: it is kept if it is as it was sent."""
    row, external_id, contact_id = task.queued.row, task.queued.external_id, str(contact["id"])
    other_id = contact.get("externalId")
    under = f"under the id {other_id!r}" if other_id else "without an external id"
    fact = f"Row {row}: the service keeps its contact {contact_id} {under}, not {external_id!r}."
    if not is_ours(task.queued.body, contact, task.knowledge.sent_at):
        step = "It is not as the row says. Delete it in the app or give the row another id, then run again."
        state.conflict(task, "id-elsewhere", f"{fact} {step}", contact_id)
        return
    step = "Keep the journal: a run without it would not find the contact and would create it again."
    problem = Problem(row, None, external_id, "id-elsewhere", Severity.WARNING, f"{fact} {step}")
    state.wrote(accepted=True)
    state.settle(task, replace(created(task, contact), problem=problem))


def created(task: RowTask, contact: Mapping[str, Any]) -> SettledRow:
    """Return the end of a row whose contact this program has made."""
    added = points_on(point_fingerprints(task.queued.body), contact)
    # An answer that shows no fields does not take away what is known since the POST.
    left_as = contact_fingerprint(contact) or contact_fingerprint(task.queued.body)
    return SettledRow(Status.CREATED, State.CREATED, str(contact["id"]), created=True, added=added, left_as=left_as)


def changed_since_plan(state: DeliveryState, task: RowTask, difference: str) -> None:
    """Leave a row to a person because its contact is not as the plan has seen it."""
    message = (
        f"Row {task.queued.row}: {difference} since the plan was made, so nothing was sent for it. Make a new plan."
    )
    # What the journal knows of the contact is still true; if it were forgotten, the contact would be created again.
    state.conflict(task, "changed-since-plan", message, passing=True)


def look_again_for_taken_id(state: DeliveryState, task: RowTask) -> None:
    """The service says that the id is taken but shows no contact with it: look again, in the end ask a person."""
    was_deleted = task.queued.known.state in (State.DELETED, *NOT_THERE) and not task.knowledge.is_unsure
    if was_deleted and task.attempts.empty_lookups >= LOOKS_FOR_DELETED:
        # What keeps the id is the contact that was deleted, so nothing is there and the row may get another id.
        problem = kept_taken(task.queued.row, task.queued.external_id)
        end = SettledRow(Status.CONFLICT, State.DELETED, detail=problem.message, problem=problem)
        state.settle(task, end)
        return
    if task.attempts.empty_lookups < state.options.max_looks:
        state.look_up_later(task)
        return
    message = (
        f"Row {task.queued.row}: the service says that the id {task.queued.external_id!r} is taken ({task.reason}), "
        "but shows no contact with it. Look for the person in the app; if that finds no one, give the row another id "
        "and run again."
    )
    is_unmade = not (task.knowledge.is_unsure or task.knowledge.contact_id)
    state.conflict(task, "id-not-found", message, task.knowledge.contact_id, is_unmade=is_unmade)
