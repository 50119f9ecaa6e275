"""Contacts that are now one for several: a run of `dedupe` from here deleted the others of the same person for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from importer.api.contacts import named_contact
from importer.delivery.journal.presence import has_journal
from importer.delivery.journal.read_only import open_read_only
from importer.delivery.journal_place import journal_of
from importer.disk import real_path
from importer.errors import JournalError, OutputError, SettingsError
from importer.identity.marks import facts_of_contact
from importer.identity.people import ContactFacts
from importer.model.folder_names import RESULT_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importer.delivery.journal import Journal
    from importer.delivery.journal.read_only import ReadOnlyJournal
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection


def folder_journals(job: Job, address: str) -> Iterator[tuple[Path, ReadOnlyJournal]]:
    """Give the journals of a workspace in the folders here and beside that of the job; it warns of what cannot be read.

    A rehearsal has a workspace of its own. Raises JournalError, OutputError or SettingsError if it cannot read that of
    the job.
    """
    folders: Iterable[Path] = (
        () if job.settings.sandbox else (*Path().glob(RESULT_FOLDERS), *job.out.parent.glob(RESULT_FOLDERS))
    )
    for folder in sorted({real_path(folder): folder for folder in (*folders, job.out)}.values()):
        try:
            place = journal_of(folder)
            if not has_journal(place):
                continue
            with open_read_only(place) as journal:
                if journal.address == address:
                    yield folder, journal
        except (JournalError, OutputError, SettingsError) as error:
            # What this folder knows decides which contacts are made, and which may be taken away.
            if real_path(folder) == real_path(job.out):
                raise
            job.hooks.warn(f"{error.message} What it knows of contacts is not used.")


def joined_contacts(job: Job, address: str) -> dict[str, Path]:
    """Return the ids of the contacts of a workspace that stand for others too, each with the folder of that `dedupe`.

    Neither an undo nor `--mirror` of one import may take them away: they are the only contact of a person whom another
    import, or another program, had brought too.
    """
    return {kept_id: folder for folder, kept_id, _ in _joins(job, address)}


class JoinedContacts(NamedTuple):
    """Contacts into which others were joined; one without an external id has that of the joined one in `facts`.

    `without_id` has the contact ids of these by that external id.
    """

    facts: list[ContactFacts]
    without_id: dict[str, str]


async def read_joined_contacts(job: Job, connection: Connection, journal: Journal) -> JoinedContacts:
    """Return the contacts into which `dedupe` joined those of the job's source that the folder does not know.

    The folder that knew them may be lost: their people would be made again. Costs a request each. Raises Stopped.
    """
    joins = list(_joins(job, connection.address))
    kept_by_deleted = {str(before["id"]): kept_id for _, kept_id, before in joins}
    joined_here = {
        str(before["externalId"]): (kept_id, before)
        for _, kept_id, before in joins
        if before.get("source") == job.settings.source and before.get("externalId")
    }
    mark = journal.marker
    contacts: dict[str, ContactFacts] = {}
    without_id: dict[str, str] = {}
    unknown = journal.without_facts(list(joined_here))
    for external_id, (contact_id, before) in joined_here.items():
        if external_id not in unknown:
            continue
        # The kept one may have been joined into another one later.
        passed: set[str] = set()
        while contact_id in kept_by_deleted and contact_id not in passed:
            passed.add(contact_id)
            contact_id = kept_by_deleted[contact_id]
        contact = (await named_contact(connection.api, contact_id, connection.retry)).contact
        if contact is None:
            continue
        if not contact.get("externalId"):
            without_id[external_id] = contact_id
        key = str(contact.get("externalId") or external_id)
        # A row is taken to be the person by what the contact shows. What only the folder says of it, which may have
        # come from elsewhere, is worth a question.
        kept_contact = contacts.get(key) or ContactFacts(key, facts=(facts_of_contact(mark, contact),))
        contacts[key] = replace(kept_contact, joined=(*kept_contact.joined, facts_of_contact(mark, before)))
    return JoinedContacts(list(contacts.values()), without_id)


def _joins(job: Job, address: str) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    for folder, journal in folder_journals(job, address):
        yield from ((folder, *join) for join in journal.joined_contacts())
