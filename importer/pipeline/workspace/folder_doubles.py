"""Contacts of one folder that are one person twice, also where the row of one of them has left the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.api import contacts as contacts_api
from importer.errors import ContactMixedUp
from importer.identity.doubles import find_doubles

if TYPE_CHECKING:
    from importer.delivery.journal import Journal
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection


async def read_folder_doubles(job: Job, connection: Connection, journal: Journal) -> list[tuple[str, str]]:
    """Return pairs of external ids of contacts that are one person, at least one of which has a row.

    One without a row must have the very name of the other, since a successor may have its number, and is looked up
    unless the workspace was read: a person may have deleted it since. Raises Stopped.
    """
    contacts = {contact.external_id: contact for contact in journal.known_contacts()}
    is_there: dict[str, bool] = {}
    pairs = []
    for pair in find_doubles(contacts.values()):
        both = [contacts[external_id] for external_id in pair]
        without_row = [contact.external_id for contact in both if not contact.had_row]
        names = {contact.facts[0].name.whole for contact in both}
        if len(without_row) == 2 or (without_row and len(names) > 1):
            continue
        for external_id in without_row:
            if external_id not in is_there:
                job.hooks.stop_before_sending()
                contact_id = journal.contact_id_of(external_id)
                known = journal.survey.contact(contact_id)
                try:
                    answer = known or await contacts_api.by_id(connection.api, contact_id, connection.retry)
                except ContactMixedUp:
                    # It was there when it was last seen.
                    is_there[external_id] = True
                else:
                    is_there[external_id] = answer is not None
        if all(is_there[external_id] for external_id in without_row):
            # A contact into which dedupe joined that of another row is there once.
            contact_ids = {journal.contact_id_of(external_id) for external_id in pair}
            pairs += [pair] if len(contact_ids) == 2 else []
    return pairs
