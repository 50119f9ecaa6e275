"""Rows that are looked up: what was found under their ids decides how they end or go on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer.delivery.engine.row_task import Operation
from importer.delivery.journal import SettledRow
from importer.delivery.journal.records import RequestRecord
from importer.model import Halt, NotSent, Problem, Refused, Severity, Status
from importer.plan import State, contact_fingerprint, is_ours, point_fingerprints, points_on, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.engine.row_task import RowTask
    from importer.delivery.engine.state import DeliveryState
    from importer.delivery.service import FoundContacts
    from importer.model import Answer

MOST_IDS = 20  # values in one query (api-facts: Listing)


async def look(desk: DeliveryState, jobs: Sequence[RowTask]) -> None:
    """Look up to 20 rows up in one request."""
    again = any(job.stumbles for job in jobs)
    desk.first_out = desk.first_out or desk.clock()
    found = await desk.api.find([job.task.external_id for job in jobs], again=again)
    desk.journal.hear([job.hears(RequestRecord.FIND, _found(found, job.task.external_id)) for job in jobs])
    if isinstance(found, NotSent):
        _stumble(desk, jobs, found)
    elif isinstance(found, Refused):
        desk.was_read()
        _divide(desk, jobs, found)
    elif isinstance(found, Halt):
        desk.halt(found)
    else:
        desk.was_read()
        for job in jobs:
            meet_contacts(desk, job, found.contacts[job.task.external_id])


def _found(answer: FoundContacts | NotSent | Refused | Halt, external_id: str) -> Answer | str:
    return answer if isinstance(answer, (NotSent, Refused, Halt)) else found_words(answer.contacts[external_id])


def found_words(contacts: Sequence[Mapping[str, Any]]) -> str:
    """Return what a look has found, as the journal keeps it."""
    return f"found {', '.join(str(one['id']) for one in contacts)}" if contacts else "found none"


def _stumble(desk: DeliveryState, jobs: Sequence[RowTask], answer: NotSent) -> None:
    if answer.rate_limited:
        desk.limited(answer)
    else:
        desk.failed(None, answer.reason)
    for job in jobs:
        if not answer.rate_limited:
            job.stumbles, job.reason = job.stumbles + 1, answer.reason
        desk.put(job, Operation.LOOK, desk.backoff(max(job.stumbles, 1), answer))


def _divide(desk: DeliveryState, jobs: Sequence[RowTask], answer: Refused) -> None:
    """One id that the service will not look up must not keep the others from it."""
    for job in jobs:
        if len(jobs) > 1:
            job.alone = True
            desk.put(job, Operation.LOOK)
        else:
            words = "; ".join(answer.reasons)
            message = (
                f"Row {job.task.row}: its id {job.task.external_id!r} cannot be looked up ({answer.code}: {words})."
            )
            desk.conflict(job, "id-not-searchable", f"{message} Give the row another id and run again.")


def meet_contacts(desk: DeliveryState, job: RowTask, contacts: Sequence[Mapping[str, Any]]) -> None:
    """Go on with a row for which a look has found none, one or several contacts."""
    desk.scout.learn(job, there=bool(contacts))
    if not contacts:
        _missing(desk, job)
    elif len(contacts) == 1:
        meet_contact(desk, job, contacts[0])
    else:
        ids = ", ".join(str(contact["id"]) for contact in contacts)
        message = (
            f"Row {job.task.row}: {len(contacts)} contacts have the id {job.task.external_id!r} ({ids}). "
            "Keep one of them in the app, delete the others, then run again."
        )
        desk.conflict(job, "id-several", message)


def meet_contact(desk: DeliveryState, job: RowTask, contact: Mapping[str, Any]) -> None:
    """Go on with a row whose contact was found: ours, equal, to be changed, or somebody else's."""
    body = job.task.body
    if job.unsure and not job.updating and is_ours(body, contact, job.sent_at):
        desk.wrote(accepted=True)
        desk.settle(job, made(job, contact))
        return
    clears, policy = job.task.clears, desk.options.policy
    meeting = resolve(job.task.row, body, contact, policy, updating=job.updating, added=job.added, clears=clears)
    if meeting.patch is not None:
        _change(desk, job, contact, meeting.patch)
        return
    end = SettledRow(meeting.status, meeting.state, meeting.contact_id, meeting.detail, problem=meeting.problem)
    if meeting.state is State.CONFLICT and contact["id"] == job.task.known.contact_id:
        end = replace(end, contact_id=job.task.known.contact_id, passing=True)
    if meeting.status is Status.UPDATED:
        end = replace(end, added=points_on(job.added, contact), left_as=contact_fingerprint(contact))
    desk.settle(job, end)


def meet_stray(desk: DeliveryState, job: RowTask, contact: Mapping[str, Any]) -> None:
    """Go on with a row whose contact the service put under another external id: taken over if it is ours, else told."""
    there = contact.get("externalId")
    under = f"under the id {there!r}" if there else "without an external id"
    where = f"Row {job.task.row}: the service keeps its contact {contact['id']} {under}, not {job.task.external_id!r}."
    if not is_ours(job.task.body, contact, job.sent_at):
        step = "It is not as the row says. Delete it in the app or give the row another id, then run again."
        desk.conflict(job, "id-elsewhere", f"{where} {step}", str(contact["id"]))
        return
    step = "Keep the journal: a run without it would not find the contact and make it again."
    problem = Problem(job.task.row, None, job.task.external_id, "id-elsewhere", Severity.WARNING, f"{where} {step}")
    desk.wrote(accepted=True)
    desk.settle(job, replace(made(job, contact), problem=problem))


def made(job: RowTask, contact: Mapping[str, Any]) -> SettledRow:
    """Return the end of a row whose contact is of our own making."""
    added = points_on(point_fingerprints(job.task.body), contact)
    # An answer that shows no fields does not take away what is known since the sending.
    left_as = contact_fingerprint(contact) or contact_fingerprint(job.task.body)
    return SettledRow(Status.CREATED, State.CREATED, str(contact["id"]), created=True, added=added, left_as=left_as)


def _change(desk: DeliveryState, job: RowTask, contact: Mapping[str, Any], patch: Mapping[str, Any]) -> None:
    """Let a row wait to be changed, unless its contact is not the one that the plan has seen."""
    if job.task.expected is not None and contact_fingerprint(contact) != job.task.expected:
        differs(desk, job, f"contact {contact['id']} was changed" if job.task.expected else "a contact has appeared")
        return
    job.contact, job.patch = contact, patch
    desk.put(job, Operation.CHANGE)


def differs(desk: DeliveryState, job: RowTask, what: str) -> None:
    """Leave a row to a person whose contact is not as the plan has seen it."""
    message = f"Row {job.task.row}: {what} since the plan was made, so nothing was sent for it. Make a new plan."
    # What the journal knows of the contact is as true as before; forgotten, it would be made anew.
    desk.conflict(job, "changed-since-plan", message, passing=True)


def _missing(desk: DeliveryState, job: RowTask) -> None:
    """Nothing is there: send it (again), unless the service says that it is."""
    job.looks += 1
    if job.contact_id:
        desk.put(job, Operation.FETCH)
    elif job.task.expected:
        differs(desk, job, "its contact was removed")
    elif not job.taken:
        desk.put(job, Operation.CREATE, desk.backoff(job.tries) if job.tries else 0.0)
    else:
        not_shown(desk, job)


def not_shown(desk: DeliveryState, job: RowTask) -> None:
    """The service says that the contact is there, and does not show it: look again, in the end leave it to a person."""
    if job.looks < desk.options.max_looks:
        desk.look_later(job)
        return
    message = (
        f"Row {job.task.row}: the service says that the id {job.task.external_id!r} is taken ({job.reason}), "
        "but shows no contact with it. Look for the person in the app; if it is not there, give the row another id "
        "and run again."
    )
    desk.conflict(job, "id-not-found", message, job.contact_id)
