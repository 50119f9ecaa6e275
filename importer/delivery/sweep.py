"""The last look: every row that was ever Unsure is looked up once more, for the request that landed late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.delivery.job import Job
from importer.delivery.looking import MOST_IDS, meet_contacts
from importer.model import Halt, NotSent, Problem, Refused, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.desk import Desk
    from importer.delivery.journal import Doubt

OPEN = (Status.UNFINISHED, Status.REJECTED, Status.CONFLICT)


async def sweep(desk: Desk) -> None:
    """Look at up to 20 rows to which a last look is owed; afterwards it is owed to them no more, unless it failed."""
    doubts = desk.journal.doubts("", MOST_IDS)
    found = await desk.api.find([doubt.external_id for doubt in doubts])
    if isinstance(found, Halt):
        desk.halt(found)
    elif isinstance(found, NotSent):
        if found.rate_limited:
            desk.limited(found)
        else:
            desk.failed(None, found.reason)
    else:
        desk.was_read()
        contacts = {} if isinstance(found, Refused) else found.contacts
        for doubt in doubts:
            _look_again(desk, doubt, contacts.get(doubt.external_id, ()))
        desk.journal.swept([doubt.external_id for doubt in doubts])


def _look_again(desk: Desk, doubt: Doubt, contacts: Sequence[Mapping[str, Any]]) -> None:
    if contacts and not doubt.contact_id and doubt.status in OPEN and doubt.task is not None:
        job = Job.of(doubt.task)
        job.late = True
        meet_contacts(desk, job, contacts)
        return
    ids = {str(contact["id"]) for contact in contacts} | ({doubt.contact_id} - {""})
    if len(ids) > 1 and contacts:
        _report_double(desk, doubt, sorted(ids))


def _report_double(desk: Desk, doubt: Doubt, ids: Sequence[str]) -> None:
    message = (
        f"Row {doubt.row}: {len(ids)} contacts have the id {doubt.external_id!r} ({', '.join(ids)}): a request that "
        "seemed lost arrived late. Keep one of them in the app, delete the others, then run again."
    )
    problem = Problem(doubt.row, None, doubt.external_id, "id-several", Severity.ERROR, message)
    desk.journal.doubled(doubt, problem, message)
