"""Contacts that this program made under the same source, but that the folder does not know.

A folder may be lost, a sheet renamed, another `--out` given, or a colleague may import the same sheet: the people are
in the workspace all the same.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from importer.api.contacts import pages
from importer.errors import Interrupted
from importer.identity.marks import facts_of_contact
from importer.identity.people import ContactFacts
from importer.model import Event
from importer.model.made_ids import DIGEST_IDS
from importer.pipeline.workspace.source_listing import ListingMark, read_since
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from importer.delivery.journal import Journal
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

SMALL_SHEET = 20
"""In a sheet of so many rows a name alone is asked about; in a larger one a name proves nothing."""
WORTH_A_LINE = 1_000
"""Reading more contacts than this takes seconds, so the person is told what for."""


async def read_source_contacts(
    job: Job, connection: Connection, journal: Journal, unproven: set[str]
) -> list[ContactFacts]:
    """Return the contacts of the job's source that the folder does not know, or knows from an older journal only.

    Takes out of `unproven`, the external ids of contacts that may have been made, those that the workspace has.

    Costs a request for each 50 contacts of the source. Where nothing was unknown the last time, and the list goes by
    date, only what was added since is read. Raises Stopped.
    """
    source, count = job.settings.source, 0
    outside: dict[str, ContactFacts] = {}
    changing = journal.changing_contacts()

    def take(contacts: Sequence[dict[str, Any]]) -> None:
        nonlocal count
        if job.hooks.stop.is_set():
            raise Interrupted.before_sending()
        # The service may ignore the filter.
        of_source = [
            contact
            for contact in contacts
            if contact.get("source") == source and contact.get("externalId") and contact["id"] not in changing
        ]
        external_ids = [str(contact["externalId"]) for contact in of_source]
        unproven.difference_update(external_ids)
        unknown = journal.without_facts(external_ids)
        outside.update(_facts_of(of_source, unknown, journal.marker))
        count += len(contacts)
        job.hooks.notify(Event("surveying", {"contacts": count}))

    # A mark serves once: one that the service cannot deal with must not end every run.
    mark = ListingMark.unpacked(journal.take_listing_mark(), source)
    read = partial(pages, connection.api, connection.retry, (source,))
    mark = await read_since(read, mark, source, take, time.time())
    if mark is not None and not outside:
        journal.note_listing_mark(mark.packed())
    if outside:
        job.hooks.note(
            f"Read {counted(count, 'contact')} of the source {source!r}, because the workspace has {len(outside):,} "
            "that this folder does not know."
        )
    elif count > WORTH_A_LINE:
        job.hooks.note(
            f"Read {counted(count, 'contact')} of the source {source!r}: no other folder has imported the new rows."
        )
    return list(outside.values())


def _facts_of(
    contacts: Iterable[dict[str, Any]], external_ids: set[str], mark: Callable[[str], int]
) -> Iterable[tuple[str, ContactFacts]]:
    for contact in contacts:
        external_id = str(contact["externalId"])
        if external_id in external_ids:
            is_id = not external_id.startswith(DIGEST_IDS)
            yield (
                external_id,
                ContactFacts(
                    external_id,
                    identities=frozenset([mark(f"identity {external_id}")]) if not is_id else frozenset(),
                    facts=(facts_of_contact(mark, contact),),
                    ids=frozenset([external_id]) if is_id else frozenset(),
                ),
            )


def as_same_sheet(contacts: Iterable[ContactFacts]) -> list[ContactFacts]:
    """Return the contacts as if they had had a row until now, so that a name alone is asked about."""
    return [replace(contact, had_row=True) for contact in contacts]
