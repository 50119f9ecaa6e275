"""Who the contacts are that a person is asked about: the journal keeps marks alone, the workspace has their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.api import contacts as contacts_api
from importer.errors import Interrupted, Stopped
from importer.identity.marks import names_and_points
from importer.model import MOST_IDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.delivery.journal import Journal
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

MOST_SHOWN = 200
"""So many candidates are shown with their names, 20 a request. With more questions, look at the sheet first."""


async def names_of_candidates(
    job: Job, connection: Connection, journal: Journal, external_ids: Iterable[str]
) -> dict[str, str]:
    """Return the name and a number or address of contacts, by the external id under which the journal knows them, or
    under which the workspace has one that this folder did not make.

    A contact that cannot be found is left out, and so are all where the service does not answer: a question is asked
    all the same. Raises Interrupted.
    """
    ids = sorted(external_ids)[:MOST_SHOWN]
    facts = journal.known(ids)
    shown: dict[str, str] = {}
    for start in range(0, len(ids), MOST_IDS):
        job.hooks.stop_before_sending()
        batch = {facts[key].id_at_service or key if key in facts else key: key for key in ids[start : start + MOST_IDS]}
        try:
            answered = await contacts_api.by_external_ids(connection.api, list(batch), connection.retry)
        except Interrupted:
            raise
        except Stopped:
            return shown
        for id_at_service, contacts in answered.items():
            key = batch[id_at_service]
            # If several contacts have one id and the folder does not know which it made, none of them is named.
            of_folder = [contact for contact in contacts if key in facts and contact.get("id") == facts[key].contact_id]
            for contact in of_folder or (contacts if key not in facts and len(contacts) == 1 else ()):
                if words := _words(contact):
                    shown[key] = words
    return shown


def _words(contact: Mapping[str, Any]) -> str:
    (first, family, company), phones, emails = names_and_points(contact)
    # What the service answers may be of any type.
    name = " ".join(str(part) for part in (first, family) if part) or str(company)
    return ", ".join(filter(None, (name, *[*phones, *emails][:1])))
