"""A journal belongs to one workspace: another key is accepted only if it opens the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.api.request import LookupResult
from importer.errors import JournalError

if TYPE_CHECKING:
    from importer.delivery.journal import Journal
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

PROBES = 20


async def bind(job: Job, journal: Journal, service: Connection) -> None:
    """Accept a key that the journal does not know where it shows one of the journal's contacts, or there is none yet.

    Raises JournalError where the contacts are not to be seen with this key.
    """
    if journal.key_matches:
        return
    known = journal.probe_ids(PROBES)
    if known:
        answer = await service.api.find(list(known))
        there = answer.contacts if isinstance(answer, LookupResult) else {}
        if not any(one["id"] == known[external_id] for external_id, some in there.items() for one in some):
            raise JournalError(
                f"The journal in {job.out} belongs to another workspace: this key shows none of its contacts.",
                "Use the key of that workspace, or give another folder with --out.",
            )
    journal.rebind()
    job.hooks.note("The journal was made with another key of this workspace; it now belongs to this one.", warning=True)
