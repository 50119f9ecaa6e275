"""The contacts of a workspace that are one person several times: which is kept, and which may be deleted for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from importer.api import contacts as contacts_api
from importer.clean.placeholders import is_placeholder
from importer.errors import ContactMixedUp
from importer.identity.doubles import find_groups
from importer.identity.marks import facts_of_contact, names_and_points
from importer.identity.people import ContactFacts
from importer.model import Event
from importer.model.made_ids import DIGEST_IDS
from importer.pipeline.workspace.joined_contacts import folder_journals
from importer.plan import contact_fingerprint, is_whole
from importer.plan.join import Join, choose_kept, join
from importer.regex import regex
from importer.settings.validators import RESERVED_PREFIXES, RESERVED_SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from importer.delivery.journal import Journal
    from importer.model.contact_parts import ContactDict
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

# A contact that is made in two steps is not one that a person has changed.
_MADE_IN_SECONDS = 5.0
MADE_BY_PEOPLE = "made in the app or brought in by it"
CHANGED_BY_PEOPLE = "changed since it was made"
NOT_DATED = "the service does not say whether it was changed"
NOT_ONE = "the names may be those of two people who share a number or address"

_SIGNS_AROUND = regex(r"^[\W_]+|[\W_]+$")
_LETTER = regex(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class FolderContact:
    """A contact as a folder of results here knows it: `left_as` is its fingerprint after the last change.

    `has_row`: a row of the sheet is its own; `is_remade`: that row would make it again if it were deleted.
    """

    folder: Path
    left_as: str
    has_row: bool
    is_remade: bool


@dataclass(frozen=True, slots=True)
class TwinContacts:
    """The groups of contacts that are one person, out of `contacts` that were read; `known` by folders here."""

    contacts: int
    groups: tuple[Join, ...]
    known: Mapping[str, FolderContact]


async def read_twin_contacts(job: Job, connection: Connection, journal: Journal) -> TwinContacts:
    """Read the workspace, 50 contacts a request, and decide about each group. Raises Stopped."""
    of_folder = _folder_contacts(job, connection.address)
    mark = journal.marker
    facts: dict[str, ContactFacts] = {}
    async for page, *_ in contacts_api.pages(connection.api, connection.retry):
        job.hooks.stop_before_sending()
        journal.survey.add(page)
        # A list may repeat contacts across pages.
        facts |= {
            str(contact["id"]): ContactFacts(str(contact["id"]), facts=(facts_of_contact(mark, contact),))
            for contact in page
        }
        job.hooks.notify(Event("surveying", {"contacts": len(facts)}))
    groups = []
    for contact_ids, is_one_person in find_groups(facts.values()):
        contacts = await _whole(job, connection, journal, contact_ids)
        if len(contacts) > 1:
            groups.append(_decided(contacts, of_folder, is_one_person=is_one_person))
    return TwinContacts(len(facts), tuple(groups), of_folder)


async def _whole(job: Job, connection: Connection, journal: Journal, contact_ids: Sequence[str]) -> list[ContactDict]:
    contacts: list[ContactDict] = []
    for contact_id in contact_ids:
        contact: ContactDict | None = journal.survey.contact(contact_id)
        if contact is None or not is_whole(contact):
            contact = None
            job.hooks.stop_before_sending()
            with suppress(ContactMixedUp):
                contact = await contacts_api.by_id(connection.api, contact_id, connection.retry)
        contacts += [contact] if contact else []
    return contacts


def _decided(contacts: Sequence[ContactDict], of_folder: Mapping[str, FolderContact], *, is_one_person: bool) -> Join:
    undeletable = {}
    for contact in contacts:
        contact_id = str(contact["id"])
        if reason := why_undeletable(contact, of_folder.get(contact_id)):
            undeletable[contact_id] = reason
    has_row = {
        contact_id: of_folder[contact_id].has_row
        for listed in contacts
        if (contact_id := str(listed["id"])) in of_folder
    }
    kept_contact, duplicates = choose_kept(contacts, undeletable, has_row)
    group = join(kept_contact, duplicates)
    stay = [contact_id for contact in duplicates if (contact_id := str(contact["id"])) in undeletable]
    if not is_one_person:
        return replace(group, left=NOT_ONE)
    if reason := _placeholder_name(contacts) or _two_ids(contacts) or _two_rows(contacts, of_folder):
        return replace(group, left=reason)
    if stay:
        reasons = "; ".join(
            f"{listed['id']}: {undeletable[str(listed['id'])]}"
            for listed in contacts
            if str(listed["id"]) in undeletable
        )
        return replace(group, left=f"more than one of them may not be deleted ({reasons})")
    return group


def _placeholder_name(contacts: Sequence[ContactDict]) -> str:
    """Why contacts without a real name are left: a number of the office may be all that two people share."""
    for contact in contacts:
        first, last, company = names_and_points(contact)[0]
        first_name = first.strip() or last.strip() or company
        for name in (first_name, f"{first} {last}".strip() or first_name):
            if is_placeholder(name) or is_placeholder(_SIGNS_AROUND.sub("", name)) or not _LETTER.search(name):
                return f"{first_name!r} is not a name, so these may be several people"
    return ""


def _two_ids(contacts: Sequence[ContactDict]) -> str:
    """Why contacts to which one program gave two ids are left; an id made up here says nothing about that."""
    of_source: dict[str, str] = {}
    for contact in contacts:
        source, external_id = str(contact.get("source") or "").casefold(), str(contact.get("externalId") or "")
        if not external_id or external_id.startswith(DIGEST_IDS):
            continue
        if (first_id := of_source.setdefault(source, external_id)) != external_id:
            return f"{contact.get('source') or 'one program'} has two ids for them ({first_id} and {external_id})"
    return ""


def _two_rows(contacts: Sequence[ContactDict], of_folder: Mapping[str, FolderContact]) -> str:
    """Why contacts of several rows are left: a run or undo of one folder could delete the one that another needs."""
    ids = [str(contact["id"]) for contact in contacts]
    with_row = [contact_id for contact_id in ids if contact_id in of_folder and of_folder[contact_id].has_row]
    if len(with_row) <= 1:
        return ""
    rows = ", ".join(f"{contact_id} of {of_folder[contact_id].folder}" for contact_id in with_row)
    return (
        f"more than one of them belongs to a row of a sheet imported here ({rows}); take the row that is too many "
        "out of its sheet, run that sheet, then run dedupe again"
    )


def why_undeletable(contact: Mapping[str, Any], of_folder: FolderContact | None) -> str:
    """Return why a contact must not be deleted, "" if it may be: only what the API made and no person has touched."""
    source = str(contact.get("source") or "").lower()
    if not source or source in RESERVED_SOURCES or source.startswith(RESERVED_PREFIXES):
        return f"{MADE_BY_PEOPLE} (source {source})" if source else MADE_BY_PEOPLE
    if of_folder is not None and of_folder.is_remade:
        return f"its row in {of_folder.folder} would make it again (on-missing = create)"
    if of_folder is not None and of_folder.left_as and of_folder.left_as == contact_fingerprint(contact):
        return ""
    try:
        made, changed = (datetime.fromisoformat(str(contact.get(name))) for name in ("createdAt", "updatedAt"))
        is_changed = (changed - made).total_seconds() > _MADE_IN_SECONDS
    except (TypeError, ValueError):
        return NOT_DATED
    return CHANGED_BY_PEOPLE if is_changed else ""


def _folder_contacts(job: Job, address: str) -> dict[str, FolderContact]:
    """Return the contacts that the folders here know; those of a rehearsal have a workspace of their own."""
    contacts: dict[str, FolderContact] = {}
    for folder, journal in folder_journals(job, address):
        runs = [record for record in journal.runs() if record.is_import]
        remakes = bool(runs) and runs[-1].settings.get("on_missing") == "create"
        for contact_id, left_as, has_row in journal.left_contacts():
            if contact_id not in contacts or has_row:
                contacts[contact_id] = FolderContact(folder, left_as, has_row, has_row and remakes)
    return contacts
