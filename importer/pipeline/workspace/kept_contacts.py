"""Rows whose contact `dedupe` joined into another go on with that one, and with their own once it is undone.

Any folder here may say so, also one that came from elsewhere. So the workspace is asked before a row gets another
contact: its own must be gone, and the other one must show itself to be the row's person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from importer.api import contacts as contacts_api
from importer.identity.marks import facts_of_contact
from importer.model import MOST_IDS
from importer.model.folder_names import RESULT_FOLDERS
from importer.model.made_ids import DIGEST_IDS
from importer.pipeline.workspace.joined_contacts import folder_journals
from importer.plan import is_whole
from importer.plan.missing import doubt_about, doubt_between
from importer.report.dedupe import DEDUPE_FILE
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.delivery.journal.kept_contacts import RowContact
    from importer.delivery.journal.read_only import JoinedInto
    from importer.identity.people import ContactFacts
    from importer.model.contact_parts import ContactDict
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

_MOST_STEPS = 20
"""So many contacts, each joined into the next, are looked at for a row; a folder from elsewhere may name any number."""


async def follow_joins(job: Job, connection: Connection, journal: Journal) -> None:
    """Give each row the contact that its own was joined into, by what `dedupe` did in the folders here.

    Without this a row whose contact was joined into another would be said to have lost it, and be made again.
    Raises JournalError, OutputError or SettingsError if the journal of the job cannot be read, or Stopped.
    """
    joins = _read_joins(job, connection.address, journal)
    rows = [row for row in journal.kept.of_joined(joins) if _is_open(row, joins)] if joins else []
    if not rows:
        return

    search = _Search(job, connection, journal, joins)
    await search.look_up(rows)
    kept: dict[RowContact, str] = {}
    own: dict[RowContact, str] = {}
    doubts: dict[str, str] = {}
    not_followed: Counter[Path] = Counter()
    for row in rows:
        end = await search.contact_of(row)
        if end.contact_id:
            (own if end.is_own else kept)[row] = end.contact_id
        elif end.doubt:
            doubts[row.external_id] = end.doubt
        not_followed.update(end.not_followed)
    if kept:
        journal.kept.give(kept)
        words = "1 row goes" if len(kept) == 1 else f"{len(kept):,} rows go"
        job.hooks.note(f"{words} on with the contact into which dedupe joined their own.")
    if own:
        journal.kept.put_back(own)
        job.hooks.note(f"{counted(len(own), 'row')}: dedupe was undone, so the contact made for the row is used again.")
    journal.kept.doubt(doubts)
    for folder, count in not_followed.items():
        job.hooks.warn(
            f"{folder} says that dedupe joined the contacts of {counted(count, 'row')} into others, but these contacts "
            "are still there, so the rows keep them. If you do not know that folder, move it away."
        )


class _FolderJoin(NamedTuple):
    """What a folder says became of a contact."""

    folder: Path
    record: JoinedInto

    @property
    def is_finished(self) -> bool:
        """Whether the contact is said to be gone for good."""
        return self.record.is_certain and not self.record.is_undone

    @property
    def next_id(self) -> str:
        """The contact that the row has after that: its own again, where the deletion was taken back."""
        if self.record.is_undone:
            return self.record.remade_id or self.record.contact_id
        return self.record.kept_id


Joins = dict[str, list[_FolderJoin]]
"""What folders say, by the id of the contact that they say it of."""


class _End(NamedTuple):
    """The contact that a row gets, "" for the one that it has; `is_own`: it was made for the row.

    `doubt`: why no contact that is there is taken to be the row's, in words. `not_followed`: the folders that say what
    the workspace does not show.
    """

    contact_id: str = ""
    is_own: bool = False
    doubt: str = ""
    not_followed: frozenset[Path] = frozenset()


class _Search:
    """Looks in the workspace at the contacts that folders name for a row, at each once."""

    def __init__(self, job: Job, connection: Connection, journal: Journal, joins: Joins) -> None:
        self._job, self._connection, self._journal, self._joins = job, connection, journal, joins
        self._contacts: dict[str, ContactDict | None] = {}
        self._unread: set[str] = set()
        self._known: dict[str, ContactFacts] = {}

    async def look_up(self, rows: Sequence[RowContact]) -> None:
        """Read the rows' own contacts, 20 a request: most that are named by a folder from elsewhere are there."""
        for start in range(0, len(rows), MOST_IDS):
            batch = rows[start : start + MOST_IDS]
            self._known |= self._journal.facts_of_contacts([row.external_id for row in batch])
            self._job.hooks.stop_before_sending()
            ids = [row.id_at_service or row.external_id for row in batch]
            answered = await contacts_api.by_external_ids(self._connection.api, ids, self._connection.retry)
            listed = (contact for contacts in answered.values() for contact in contacts)
            self._contacts |= {str(contact["id"]): contact for contact in listed if is_whole(contact)}

    async def contact_of(self, row: RowContact) -> _End:
        """Return the contact that the row goes on with."""
        first_id = row.own_id if row.own_id in self._joins else row.contact_id
        present, named_by = await self._present(first_id)
        ids = [str(contact["id"]) for contact in present]
        if ids == [first_id]:
            says_undone = any(join.record.is_undone for join in self._joins[first_id])
            if first_id != row.contact_id:
                return _End(first_id, is_own=True) if says_undone else _End()
            # A deletion whose answer was lost may not have happened.
            return _End(not_followed=frozenset(join.folder for join in self._joins[first_id] if join.is_finished))
        if not ids or row.contact_id in ids:
            return _End()

        is_there = await self._contact(row.contact_id) is not None or row.contact_id in self._unread
        shown = [
            contact
            for contact in present
            if self._may_be_given(row, contact, named_by[str(contact["id"])], is_there=is_there)
        ]
        if len(shown) == 1:
            return _End(str(shown[0]["id"]), self._is_own(row, shown[0]))
        if is_there:
            return _End(not_followed=frozenset(join.folder for contact_id in ids for join in named_by[contact_id]))
        named_ids = [str(contact["id"]) for contact in shown or present]
        named = [(contact_id, str(named_by[contact_id][0].folder)) for contact_id in named_ids]
        return _End(doubt=doubt_between(named) if shown else doubt_about(*named[0]))

    def _may_be_given(
        self, row: RowContact, contact: ContactDict, joins: Sequence[_FolderJoin], *, is_there: bool
    ) -> bool:
        """Whether a contact that is there may be the row's; `joins` name it, `is_there`: so is the one it has."""
        if self._is_own(row, contact):
            return True
        # Only one that was made again may take the place of one that is there.
        is_made_again = not all(join.is_finished for join in joins)
        return self._shows_person(row, contact) and (is_made_again or not is_there)

    async def _present(self, first_id: str) -> tuple[list[ContactDict], Mapping[str, list[_FolderJoin]]]:
        """Return the contacts that are there: the first, else those that a contact which is gone was joined into.

        And the joins that name contacts, by the contact's id.
        """
        present: list[ContactDict] = []
        named_by: dict[str, list[_FolderJoin]] = defaultdict(list)
        waiting = [first_id]
        for contact_id in waiting:
            contact = await self._contact(contact_id)
            if contact is not None:
                present.append(contact)
                continue
            if contact_id == first_id and contact_id in self._unread:
                # That it cannot be read does not say that it is gone, so the row stays with it.
                break
            for join in self._joins.get(contact_id, ()):
                named_by[join.next_id].append(join)
                # Folders may say that contacts were joined in a circle, or in a chain without an end.
                if join.next_id not in waiting and len(waiting) < _MOST_STEPS:
                    waiting.append(join.next_id)
        return present, named_by

    async def _contact(self, contact_id: str) -> ContactDict | None:
        """Return a contact; None if it is gone, or cannot be read and is `_unread`."""
        if contact_id not in self._contacts:
            self._job.hooks.stop_before_sending()
            api, retry = self._connection.api, self._connection.retry
            named = await contacts_api.named_contact(api, contact_id, retry)
            self._contacts[contact_id] = named.contact
            if named.contact is None and not named.is_gone:
                self._unread.add(contact_id)
        return self._contacts[contact_id]

    def _shows_person(self, row: RowContact, contact: ContactDict) -> bool:
        """Whether the contact has a phone or email of the row's person, and a name that may be theirs."""
        known = self._known.get(row.external_id)
        return known is not None and known.is_shown_by(facts_of_contact(self._journal.marker, contact))

    def _is_own(self, row: RowContact, contact: ContactDict) -> bool:
        """Whether the contact is one that was made for the row: it has its external id, which another may have too."""
        external_id = contact.get("externalId")
        if not external_id or external_id not in (row.external_id, row.id_at_service):
            return False
        # An id that is made of a name and numbers is their person's.
        return str(external_id).startswith(DIGEST_IDS) or self._shows_person(row, contact)


def _read_joins(job: Job, address: str, journal: Journal) -> Joins:
    """Return what the folders here say became of contacts, by contact id."""
    joins: Joins = defaultdict(list)
    folders = (*Path().glob(RESULT_FOLDERS), *job.out.parent.glob(RESULT_FOLDERS), job.out)
    # Journals of other folders are not opened where no contact can have been joined.
    if journal.kept.any_missing() or any((folder / DEDUPE_FILE).exists() for folder in folders):
        for folder, folder_journal in folder_journals(job, address):
            for contact_id, join in _latest(folder_journal.joins()).items():
                joins[contact_id].append(_FolderJoin(folder, join))
    return joins


def _latest(joins: Iterable[JoinedInto]) -> dict[str, JoinedInto]:
    """Return by contact id what became of it last.

    A contact that was made again keeps that line: a later attempt at the same join does not repeat it.
    """
    latest: dict[str, JoinedInto] = {}
    for join in joins:
        former = latest.get(join.contact_id)
        if former is None or not former.remade_id:
            latest[join.contact_id] = join
    return latest


def _is_open(row: RowContact, joins: Joins) -> bool:
    """Whether a folder says that the row has another contact now than the one that the journal knows."""
    waiting = [row.own_id if row.own_id in joins else row.contact_id]
    known_ids = {row.own_id, waiting[0]}
    last_ids = set()
    for contact_id in waiting:
        next_ids = {join.next_id for join in joins.get(contact_id, ())} - {contact_id}
        if not next_ids:
            last_ids.add(contact_id)
        for join in joins.get(contact_id, ()):
            known_ids |= {join.record.kept_id, join.record.remade_id}
        for next_id in sorted(next_ids):
            if next_id not in waiting and len(waiting) < _MOST_STEPS:
                waiting.append(next_id)
    # Where the folder of a dedupe is lost, what it did is not taken back.
    return row.contact_id in known_ids and last_ids != {row.contact_id}
