"""Were contacts of this folder deleted in the workspace? A few are looked at in each run, and all if one is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.api import contacts as contacts_api
from importer.model import MOST_IDS, Event
from importer.model.contact_parts import custom_values
from importer.plan import NOT_THERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.delivery.journal.missing import KnownContact
    from importer.model import CustomField
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection


async def look_for_missing(job: Job, connection: Connection, journal: Journal) -> dict[str, str]:
    """Look at up to 20 of the contacts that the journal knows, and at all others if one of them is gone.

    What is found goes into the journal, and decides rows when the sheet is read. Costs one request if no contact is
    gone. Returns the types of the custom fields that the contacts have, by key. Raises Interrupted, Stopped.
    """
    look = _Look(job, connection, journal)
    batch = journal.missing.next_contacts(MOST_IDS)
    if not batch:
        return {}
    is_gone = await look.look_at(batch)
    journal.missing.note_lookup(batch[-1], at_all=False)
    if not (is_gone or journal.missing.look_at_all):
        return look.types

    ids_listed = {contact.external_id for contact in batch}
    run, external_id, count = 0, "", len(ids_listed)
    while more_contacts := journal.missing.contacts_after(run, external_id, MOST_IDS):
        run, external_id = more_contacts[-1].run, more_contacts[-1].external_id
        count += len(more_contacts)
        await look.look_at([contact for contact in more_contacts if contact.external_id not in ids_listed])
        job.hooks.notify(Event("surveying", {"contacts": count}))
    journal.missing.note_lookup(batch[-1], at_all=True)
    return look.types


class _Look:
    """One look; `types` are the types of the custom fields seen so far."""

    def __init__(self, job: Job, connection: Connection, journal: Journal) -> None:
        self._job, self._connection, self._journal = job, connection, journal
        self.types: dict[str, str] = {}

    async def look_at(self, batch: Sequence[KnownContact]) -> bool:
        """Look at up to 20 contacts; whether one of them is gone that was there until now."""
        missing: list[KnownContact] = []
        replaced: list[KnownContact] = []
        returned: list[KnownContact] = []
        api, retry = self._connection.api, self._connection.retry
        self._job.hooks.stop_before_sending()
        ids = [contact.id_at_service for contact in batch]
        answered = await contacts_api.by_external_ids(api, ids, retry) if ids else {}
        for missing_contact in batch:
            # An id that the service will not look up says nothing of its contact.
            if missing_contact.id_at_service not in answered:
                continue
            contacts = answered[missing_contact.id_at_service]
            self._learn_types(contacts)
            is_there = any(contact["id"] == missing_contact.contact_id for contact in contacts)
            if not is_there and missing_contact.state not in NOT_THERE:
                # A list may miss a contact, and a person may have given it another external id.
                self._job.hooks.stop_before_sending()
                is_there = await contacts_api.is_there(api, missing_contact.contact_id, retry)
            if is_there:
                returned += [missing_contact] if missing_contact.state in NOT_THERE else []
            elif contacts:
                replaced.append(missing_contact)
            elif missing_contact.state not in NOT_THERE:
                missing.append(missing_contact)
        if missing or replaced or returned:
            self._journal.missing.note(missing, replaced, returned)
        return bool(missing or replaced)

    def _learn_types(self, contacts: Iterable[Mapping[str, Any]]) -> None:
        for contact in contacts:
            for item in custom_values(contact):
                if isinstance(item.get("key"), str) and isinstance(item.get("type"), str):
                    self.types[item["key"]] = item["type"]


def retyped_fields(types: Mapping[str, str], remembered: Iterable[CustomField]) -> list[str]:
    """Return the names of remembered custom fields that contacts show with another type."""
    return [field.name for field in remembered if types.get(field.key, field.type.value) != field.type.value]
