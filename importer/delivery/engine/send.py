"""Rows that are sent: the intent is committed, the request leaves, the answer is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.delivery.engine.reconcile import differs, made, meet_contact, meet_stray, not_shown
from importer.delivery.engine.row_task import Operation
from importer.delivery.engine.state import Withdrawn
from importer.delivery.journal import SettledRow
from importer.delivery.journal.records import RequestRecord
from importer.model import Accepted, Answer, Halt, NotSent, Refused, Status, Unsure
from importer.plan import OnMatch, Policy, State, compare, contact_fingerprint, points_on, points_with, without_ignored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from importer.delivery.engine.row_task import RowTask
    from importer.delivery.engine.state import DeliveryState
    from importer.delivery.journal.records import AnswerRecord

MOST_LOSSES = 2


async def send(desk: DeliveryState, job: RowTask) -> None:
    """Do for a row what it waits for: POST, PATCH, or GET of its known contact."""
    act = {Operation.CREATE: create, Operation.CHANGE: change, Operation.FETCH: fetch}[job.need]
    try:
        await act(desk, job)
    except Withdrawn:
        desk.put(job, job.need)
    finally:
        job.out = job.trial = False


async def create(desk: DeliveryState, job: RowTask) -> None:
    """POST the row's contact."""

    def before() -> None:
        desk.leave(job)
        sent_at = desk.api.service_now()
        desk.journal.sending(job.task, sent_at)
        if job.sent_at is None or not job.unsure:
            job.sent_at = sent_at

    answer = await desk.api.create(job.task.body, row=job.task.row, before=before, again=job.again)
    job.heard = job.hears(RequestRecord.MAKE, answer)
    if isinstance(answer, Accepted):
        desk.wrote(accepted=True)
        desk.scout.learn(job, there=False)
        desk.settle(job, made(job, answer.contact))
    elif isinstance(answer, Refused):
        desk.wrote(accepted=False)
        desk.refuse(job, answer.code, answer.reasons)
    elif isinstance(answer, NotSent):
        desk.journal.withdraw(job.task.external_id, _kept(job))
        _try_again(desk, job, answer)
    elif isinstance(answer, Unsure):
        _doubt(desk, job, answer)
    else:
        desk.journal.withdraw(job.task.external_id, _kept(job))
        desk.halt(answer)


def _try_again(desk: DeliveryState, job: RowTask, answer: NotSent) -> None:
    if answer.rate_limited:
        job.again, job.limited = True, job.limited + 1
        desk.limited(answer)
        # No more than a pause: Retry-After has stopped the whole pace already.
        desk.put(job, job.need, desk.backoff(min(job.limited, 4)))
        return
    desk.lost(job, answer)
    desk.put(job, job.need, desk.backoff(job.tries, answer))


def _doubt(desk: DeliveryState, job: RowTask, answer: Unsure) -> None:
    """A POST whose end is not known, or that met an id already taken: look before anything else."""
    if answer.conflict:
        job.taken, job.reason = True, answer.reason
        desk.journal.hear(_kept(job))
        desk.scout.learn(job, there=True)
        desk.wrote(accepted=False)
    elif answer.contact_id:
        desk.journal.doubt([job.task.external_id], answer.contact_id, _kept(job))
        job.contact_id, job.reason = answer.contact_id, answer.reason
        job.stray = job.taken = job.unsure = True
        desk.last_unsure = desk.clock()
        desk.wrote(accepted=False)
    else:
        desk.journal.doubt([job.task.external_id], heard=_kept(job))
        job.unsure, desk.last_unsure = True, desk.clock()
        desk.lost(job, answer)
    desk.look_later(job, answer.wait_seconds)


def _kept(job: RowTask) -> list[AnswerRecord]:
    """Return the answer that is now to be entered by itself."""
    heard, job.heard = job.heard, None
    return [heard] if heard else []


async def change(desk: DeliveryState, job: RowTask) -> None:
    """PATCH the row's contact."""

    def before() -> None:
        desk.leave(job)
        job.added = points_with(job.added, job.patch)
        # The patch carries whole arrays, so what it leaves is known before the answer.
        desk.journal.updating(job.task, job.contact, job.added, contact_fingerprint({**job.contact, **job.patch}))

    contact_id = str(job.contact["id"])
    answer = await desk.api.patch(contact_id, job.patch, row=job.task.row, before=before, again=job.again)
    job.heard = job.hears(RequestRecord.CHANGE, answer)
    if isinstance(answer, Accepted):
        desk.wrote(accepted=True)
        desk.settle(job, _changed(desk, job, answer.contact))
    elif isinstance(answer, Halt):
        desk.journal.hear(_kept(job))
        desk.halt(answer)
    else:
        _changed_not(desk, job, contact_id, answer)


def _changed(desk: DeliveryState, job: RowTask, contact: Mapping[str, Any]) -> SettledRow:
    """Return the end of a row whose contact was changed, which may still differ where a rule kept a value."""
    policy = desk.options.policy
    differs_still = policy != Policy(OnMatch.UPDATE) and without_ignored(compare(job.task.body, contact), policy)
    state = State.FILLED if differs_still else State.UPDATED
    added, contact_id = points_on(job.added, contact), str(job.contact["id"])
    return SettledRow(Status.UPDATED, state, contact_id, added=added, left_as=contact_fingerprint(contact))


def _changed_not(desk: DeliveryState, job: RowTask, contact_id: str, answer: Answer) -> None:
    """A PATCH that was refused, or whose end is not known: read the contact again, then compare and merge anew."""
    if isinstance(answer, Refused) and answer.code == 404:
        desk.wrote(accepted=False)
        _lost_contact(desk, job, contact_id)
    elif isinstance(answer, Refused):
        desk.wrote(accepted=False)
        desk.refuse(job, answer.code, answer.reasons, contact_id)
    elif isinstance(answer, NotSent) and answer.rate_limited:
        desk.journal.hear(_kept(job))
        job.need = Operation.CHANGE
        _try_again(desk, job, answer)
    elif isinstance(answer, (NotSent, Unsure)):
        desk.journal.hear(_kept(job))
        job.updating = job.updating or isinstance(answer, Unsure)
        desk.lost(job, answer)
        desk.look_later(job, answer.wait_seconds)


def _lost_contact(desk: DeliveryState, job: RowTask, contact_id: str) -> None:
    """A listed contact can answer 404 (api-facts: Changing): look again, then make it anew or report."""
    job.losses += 1
    # One that was matched otherwise is not found under the row's id: it is read by its own before it counts as gone.
    job.contact_id, job.updating = contact_id, False
    if job.losses <= MOST_LOSSES:
        desk.journal.hear(_kept(job))
        desk.look_later(job)
        return
    message = (
        f"Row {job.task.row}: the service lists contact {contact_id} but answers 404 when it is changed. "
        "Open the contact in the app, delete or correct it there, then run again."
    )
    # It may well be there, as the listing says: what is known of it stays.
    desk.conflict(job, "contact-unreachable", message, passing=True)


async def fetch(desk: DeliveryState, job: RowTask) -> None:
    """GET the contact that the journal knows, for it was not found under the external id any more."""
    answer = await desk.api.get(job.contact_id, again=job.again)
    desk.journal.hear([job.hears(RequestRecord.SHOW, answer)])
    if isinstance(answer, Accepted):
        desk.was_read()
        (meet_stray if job.stray else meet_contact)(desk, job, answer.contact)
    elif isinstance(answer, Refused):
        desk.was_read()
        if job.stray and job.taken:
            not_shown(desk, job)
            return
        job.contact_id, job.stray = "", False
        if job.task.expected:
            differs(desk, job, "its contact was removed")
        else:
            # Nothing stands in the way of making it again.
            desk.put(job, Operation.CREATE)
    elif isinstance(answer, Halt):
        desk.halt(answer)
    elif isinstance(answer, NotSent):
        _try_again(desk, job, answer)
