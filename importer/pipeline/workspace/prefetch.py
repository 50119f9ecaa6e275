"""Looking around a workspace: the contacts that the waiting rows may mean, for the fewest requests."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from importer.api import contacts as reading
from importer.errors import Interrupted
from importer.model import MOST_IDS, Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.delivery.journal import Journal, QueuedRow
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

PAGE = 200


async def survey(job: Job, service: Connection, journal: Journal) -> None:
    """Enter into `journal.survey` every contact that a waiting row may mean.

    By phone or email contacts can only be found in a listing of all of them. External ids are looked up 20 a request,
    unless the listing (50 a request, of an unknown number) ends before it has cost as much. Raises Stopped.
    """
    waiting = journal.to_send()
    if not waiting:
        return
    job.hooks.note(f"Looking in the workspace for {waiting:,} rows; nothing is written.")
    whole = bool({"phone", "email"} & set(job.settings.match))
    # A listing that has cost as much as looking up would have is given up, so that the worst is twice the best.
    most_pages = None if whole else ceil(waiting / MOST_IDS)
    if not await _list_all(job, service, journal, most_pages):
        await _look_up(job, service, journal)
    await _fetch_linked(job, service, journal)


async def _list_all(job: Job, service: Connection, journal: Journal, most_pages: int | None) -> bool:
    """List the workspace's contacts; tell whether the end was reached."""
    read = number = 0
    async for page, more in reading.pages(service.api, service.retry):
        _go_on(job)
        journal.survey.add(page)
        number, read = number + 1, read + len(page)
        job.hooks.notify(Event("surveying", {"contacts": read}))
        if more and most_pages is not None and number >= most_pages:
            return False
    return True


async def _look_up(job: Job, service: Connection, journal: Journal) -> None:
    ids = [task.external_id for task in _waiting(journal)]
    for start in range(0, len(ids), MOST_IDS):
        _go_on(job)
        found = await reading.by_external_ids(service.api, ids[start : start + MOST_IDS], service.retry)
        journal.survey.add(contact for some in found.values() for contact in some)
        job.hooks.notify(Event("surveying", {"rows": min(start + MOST_IDS, len(ids)), "of": len(ids)}))


async def _fetch_linked(job: Job, service: Connection, journal: Journal) -> None:
    """Read the contacts that the journal knows by their own id alone."""
    for task in _waiting(journal):
        contact_id = task.known.contact_id
        if contact_id and journal.survey.contact(contact_id) is None:
            _go_on(job)
            contact = await reading.by_id(service.api, contact_id, service.retry)
            journal.survey.add([contact] if contact else [])


def _waiting(journal: Journal) -> Iterator[QueuedRow]:
    after = 0
    while tasks := journal.tasks(after, PAGE):
        after = tasks[-1].row
        yield from tasks


def _go_on(job: Job) -> None:
    if job.hooks.stop.is_set():
        raise Interrupted.before_sending()
