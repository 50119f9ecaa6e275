"""A journal belongs to one workspace: another key is accepted only if it opens the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.api.contacts import named_contact
from importer.api.request import LookupResult
from importer.errors import JournalError

if TYPE_CHECKING:
    from importer.delivery.journal import Journal
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

PROBES = 20


async def check_key(job: Job, journal: Journal, connection: Connection) -> None:
    """Accept a key that is new to the journal if it shows one of the journal's contacts, or there are none yet.

    Raises JournalError if the key shows none of them.
    """
    if journal.key_matches:
        return
    if contact_ids := journal.probe_ids(PROBES):
        answer = await connection.api.find(list(contact_ids))
        # One of them is enough: ids of contacts are unique, and some may have been deleted since.
        contacts = answer.contacts if isinstance(answer, LookupResult) else {}
        if not any(contact["id"] == contact_ids[key] for key, matches in contacts.items() for contact in matches):
            raise _of_another_workspace(job)
    elif kept_ids := journal.joins.kept_ids(PROBES):
        # A folder of `dedupe` alone.
        for contact_id in kept_ids:
            if (await named_contact(connection.api, contact_id, connection.retry)).contact is not None:
                break
        else:
            raise _of_another_workspace(job)
    journal.rebind()
    job.hooks.warn("The journal was made with another key of this workspace; it now belongs to this one.")


def _of_another_workspace(job: Job) -> JournalError:
    return JournalError(
        f"The journal in {job.out} belongs to another workspace: this key shows none of its contacts.",
        "Use the key of that workspace, or give another folder with --out.",
    )
