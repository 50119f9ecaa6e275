"""Contacts that this program made under the same source, but that the folder does not know.

A folder may be lost, a sheet renamed, another `--out` given: the people are in the workspace all the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer.api.contacts import pages
from importer.errors import Interrupted
from importer.identity.marks import facts_of_contact
from importer.identity.people import ContactFacts
from importer.model import Event
from importer.plan.step import DIGEST_IDS
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importer.delivery.journal import Journal
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

SMALL_SHEET = 20
"""In a sheet of so many rows a name alone is asked about; in a larger one a name proves nothing."""


async def read_source_contacts(job: Job, connection: Connection, journal: Journal) -> list[ContactFacts]:
    """Return the contacts of the job's source that the folder does not know, or knows from an older journal only.

    Costs one request if there are none, else 50 contacts a request. Raises Stopped.
    """
    source = job.settings.source
    outside: dict[str, ContactFacts] = {}
    count, is_first = 0, True
    changing = journal.changing_contacts()
    async for contacts, _ in pages(connection.api, connection.retry, sources=(source,)):
        if job.hooks.stop.is_set():
            raise Interrupted.before_sending()
        # The service may ignore the filter.
        unknown = [
            contact
            for contact in contacts
            if contact.get("source") == source and contact.get("externalId") and contact["id"] not in changing
        ]
        facts = journal.without_facts([str(contact["externalId"]) for contact in unknown])
        outside |= dict(_facts_of(unknown, facts, journal.marker()))
        if is_first and not outside:
            # All that the first page shows is known, so this is the workspace that the folder knows.
            return []
        is_first, count = False, count + len(contacts)
        job.hooks.notify(Event("surveying", {"contacts": count}))
    job.hooks.note(
        f"Read {counted(count, 'contact')} of the source {source!r}, because the workspace has {len(outside):,} "
        "that this folder does not know."
    )
    return list(outside.values())


def _facts_of(
    contacts: Iterable[dict[str, Any]], wanted: set[str], mark: Callable[[str], int]
) -> Iterable[tuple[str, ContactFacts]]:
    for contact in contacts:
        external_id = str(contact["externalId"])
        if external_id in wanted:
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
