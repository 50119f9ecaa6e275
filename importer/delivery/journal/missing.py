"""Contacts that were deleted in the workspace: which to look up next, and which are known to be gone.

Each run looks up the next contacts after those of the run before, oldest first, so in time it sees all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.delivery.journal.checksum import ids_checksum
from importer.delivery.journal.conditions import ID_AT_SERVICE, listed
from importer.delivery.journal.store import SET_META
from importer.plan import NOT_THERE, State, final_status, missing_detail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.delivery.journal.store import Store

# States in which a contact was last known to be there, or to be gone.
_SETTLED = listed(state for state in State if final_status(state) is not None or state in NOT_THERE)
_PLACE, LOOK_CHANGED, _LOOK_AT_ALL = "looked_until", "look_changed", "look_at_all"


class KnownContact(NamedTuple):
    """A contact that the journal knows: `run` is the number of the run that sent or found it last.

    `id_at_service` is the external id that the workspace has for it.
    """

    run: int
    external_id: str
    contact_id: str
    state: State
    id_at_service: str


class MissingContacts:
    """The contacts of a journal that may be gone from the workspace."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._has_looked_at_all = False

    def next_contacts(self, limit: int) -> list[KnownContact]:
        """Return the contacts to look up now: the longest known, after those of the last lookup."""
        run, _, external_id = self._meta(_PLACE).partition(" ")
        contacts = self.contacts_after(int(run or 0), external_id, limit)
        if len(contacts) < limit:
            present = {contact.external_id for contact in contacts}
            contacts += [contact for contact in self.contacts_after(0, "", limit) if contact.external_id not in present]
        return contacts[:limit]

    def contacts_after(self, run: int, external_id: str, limit: int) -> list[KnownContact]:
        """Return the next contacts that had a row in the last run, behind one with this run and external id."""
        query = (
            f"SELECT run, external_id, contact_id, state, {ID_AT_SERVICE} FROM contacts "  # noqa: S608 - constants
            f"WHERE had_row = 1 AND contact_id <> '' AND state IN {_SETTLED} "
            "AND (run > ? OR (run = ? AND external_id > ?)) ORDER BY run, external_id LIMIT ?"
        )
        lines = self._store.rows(query, (run, run, external_id, limit))
        return [
            KnownContact(number, key, contact_id, State(state), later_id)
            for number, key, contact_id, state, later_id in lines
        ]

    @property
    def look_at_all(self) -> bool:
        """Whether the last run met missing contacts without looking all up, so that the next run looks up all."""
        return bool(self._meta(_LOOK_AT_ALL))

    @property
    def has_changed(self) -> bool:
        """Whether a lookup has found something that no finished run has reported yet."""
        return bool(self._meta(LOOK_CHANGED))

    def note_lookup(self, last: KnownContact, *, at_all: bool) -> None:
        """Note the last contact that was looked up; `at_all`: all were looked up."""
        self._has_looked_at_all = at_all
        with self._store.writing("meta") as transaction:
            transaction.execute(SET_META, (_PLACE, "" if at_all else f"{last.run} {last.external_id}"))

    def note(
        self,
        missing: Sequence[KnownContact] = (),
        replaced: Sequence[KnownContact] = (),
        returned: Sequence[KnownContact] = (),
    ) -> None:
        """Note contacts that are gone, those whose id another contact has now, and those that are there after all."""
        with self._store.writing("missing") as transaction:
            transaction.executemany(
                "UPDATE contacts SET state = ?, detail = ? WHERE external_id = ? AND state <> ?",
                [
                    (str(State.MISSING), missing_detail(contact.contact_id), contact.external_id, str(State.LEFT_OUT))
                    for contact in missing
                ],
            )
            # Both are looked up when their rows are next read, since their fields are not known.
            transaction.executemany(
                "UPDATE contacts SET state = ?, contact_id = '', checksum = ?, digest = '', created_run = NULL, "
                "added = '', left_as = '', detail = '' WHERE external_id = ?",
                [
                    (str(State.CONFLICT), ids_checksum(contact.external_id, ""), contact.external_id)
                    for contact in replaced
                ],
            )
            transaction.executemany(
                "UPDATE contacts SET state = ?, digest = '', detail = '' WHERE external_id = ?",
                [(str(State.PENDING), contact.external_id) for contact in returned],
            )
            transaction.execute(SET_META, (LOOK_CHANGED, "1"))

    def finish(self, *, at_all: bool = False) -> None:
        """Note that a run has reported the rows whose contacts are gone: from now on these rows are left out.

        `at_all`: that run has looked up all rows.
        """
        with self._store.writing("left-out") as transaction:
            cursor = transaction.execute(
                "UPDATE contacts SET state = ? WHERE state = ? AND external_id IN (SELECT rows.external_id FROM rows "
                "JOIN problems ON problems.row = rows.row WHERE problems.rule = 'contact-gone')",
                (str(State.LEFT_OUT), str(State.MISSING)),
            )
            is_surprise = cursor.rowcount > 0 and not (at_all or self._has_looked_at_all)
            transaction.execute(SET_META, (_LOOK_AT_ALL, "1" if is_surprise else ""))
            transaction.execute(SET_META, (LOOK_CHANGED, ""))

    def _meta(self, name: str) -> str:
        rows = self._store.rows("SELECT value FROM meta WHERE name = ?", (name,))
        return next((str(value) for (value,) in rows), "")
