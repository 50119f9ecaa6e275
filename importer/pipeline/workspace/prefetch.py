"""Reading the contacts that waiting rows may be about, before anything is decided, with the fewest requests."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from importer.api import contacts as contacts_api
from importer.delivery.journal import SettledRow
from importer.errors import ContactMixedUp
from importer.model import MOST_IDS, Event, Status
from importer.plan import State, mixed_up_problem
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.delivery.journal import Journal, QueuedRow
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

PAGE = 200


async def prefetch_contacts(job: Job, connection: Connection, journal: Journal) -> None:
    """Enter every contact that a waiting row may be about into `journal.survey`.

    The API finds a contact by phone or email only in a listing of all contacts (50 a request). External ids are looked
    up 20 a request, unless listing everything costs no more. Raises Stopped.
    """
    waiting = journal.to_send()
    if not waiting:
        return
    job.hooks.note(f"Looking up {counted(waiting, 'row')} in the workspace; nothing is written.")
    whole = bool({"phone", "email"} & set(job.settings.match))
    # How long the listing is shows only while it is read. It is given up once it has cost as much as looking up the
    # ids would have, so that the worst case is twice the best.
    most_pages = None if whole else ceil(waiting / MOST_IDS)
    if not await _list_contacts(job, connection, journal, most_pages):
        ids = [task.id_at_service for task in waiting_rows(journal)]
        for start in range(0, len(ids), MOST_IDS):
            job.hooks.stop_before_sending()
            batch = ids[start : start + MOST_IDS]
            answered = await contacts_api.by_external_ids(connection.api, batch, connection.retry)
            journal.survey.add(contact for contacts in answered.values() for contact in contacts)
            job.hooks.notify(Event("surveying", {"rows": min(start + MOST_IDS, len(ids)), "of": len(ids)}))

    # Contacts that the journal knows by their own id may carry another external id by now.
    for task in waiting_rows(journal, of_contacts=True):
        contact_id = task.known.contact_id
        if journal.survey.contact(contact_id) is None:
            job.hooks.stop_before_sending()
            try:
                contact = await contacts_api.by_id(connection.api, contact_id, connection.retry)
            except ContactMixedUp as error:
                # Nothing is decided by a contact that cannot be read; the other rows go on.
                problem = mixed_up_problem(task.row, task.external_id, contact_id, error.shown_id)
                end = SettledRow(
                    Status.CONFLICT, State.CONFLICT, contact_id, problem.message, problem=problem, passing=True
                )
                journal.settle_all([(task, end)])
                continue
            journal.survey.add([contact] if contact else [])


async def _list_contacts(job: Job, connection: Connection, journal: Journal, most_pages: int | None) -> bool:
    """List the contacts of the workspace; return whether the end was reached within `most_pages`."""
    contacts = pages = 0
    async for page, more, _ in contacts_api.pages(connection.api, connection.retry):
        job.hooks.stop_before_sending()
        journal.survey.add(page)
        pages, contacts = pages + 1, contacts + len(page)
        job.hooks.notify(Event("surveying", {"contacts": contacts}))
        if more and most_pages is not None and pages >= most_pages:
            return False
    return True


def waiting_rows(journal: Journal, *, of_contacts: bool = False) -> Iterator[QueuedRow]:
    """Give the rows that still wait for their contact, in order, a page at a time so that few are in memory.

    `of_contacts`: only those whose contact the journal knows by its own id.
    """
    after = 0
    while tasks := journal.tasks(after, PAGE, of_contacts=of_contacts):
        after = tasks[-1].row
        yield from tasks
