"""Rows whose contact `dedupe` joined into another: they belong to the kept contact until that is undone.

What was known of the joined contact is kept as a line of `former` under the number of no run, so that no undo of a run
finds it; its `expected` is the id of the kept contact. The line holds as long as the row has that contact.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from importer.delivery.journal.checksum import ids_checksum
from importer.delivery.journal.conditions import IS_GONE
from importer.delivery.journal.missing import LOOK_CHANGED
from importer.delivery.journal.store import FORMER_COLUMNS, SET_META, RunPart
from importer.plan import Action, State

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


OF_NO_RUN = 0
KEPT_OF = (
    f"FROM former JOIN contacts USING (external_id) WHERE former.run = {OF_NO_RUN} AND contacts.contact_id = expected"
)
"""The contacts that a row has in place of its own, which is `former.contact_id`."""
_KEEP_FORMER = (
    f"INSERT INTO former (run, external_id, {FORMER_COLUMNS}, expected) "  # noqa: S608 - constants
    f"SELECT {OF_NO_RUN}, external_id, {FORMER_COLUMNS}, ?2 FROM contacts WHERE external_id = ?1"
)
_OF_LINE = f"FROM former WHERE run = {OF_NO_RUN} AND external_id = ?1"
_PUT_BACK = (
    f"UPDATE contacts SET contact_id = ?2, checksum = ?3, detail = '', state = (SELECT state {_OF_LINE}), "  # noqa: S608
    f"digest = (SELECT digest {_OF_LINE}), created_run = (SELECT created_run {_OF_LINE}), "
    f"policy = (SELECT policy {_OF_LINE}), added = (SELECT added {_OF_LINE}), left_as = (SELECT left_as {_OF_LINE}), "
    f"id_at_service = (SELECT id_at_service {_OF_LINE}) WHERE external_id = ?1"
)
_FORGET_LINE = f"DELETE FROM former WHERE run = {OF_NO_RUN} AND external_id = ?"  # noqa: S608 - constants
_THERE_AGAIN = (
    f"UPDATE contacts SET state = '{State.UNCHANGED}', digest = '' WHERE external_id = ? "  # noqa: S608 - constants
    f"AND {IS_GONE}"
)
# Where a request may be on its way, that is settled first; a contact that this journal deleted is not joined.
_NOT_LASTING = (State.SENDING, State.DELETING, State.DELETED)


class RowContact(NamedTuple):
    """The contact that a row has: `own_id` is its own, `contact_id` that or the one that it was joined into.

    `id_at_service`: the external id that its own has in the workspace, "" for `external_id`.
    """

    external_id: str
    contact_id: str
    own_id: str
    id_at_service: str = ""


class KeptContacts(RunPart):
    """The contacts that rows have in place of their own; `run` returns the number of the run that is under way."""

    doubts: Mapping[str, str] = MappingProxyType({})
    """By external id, why it is not known which contact a row has now: for this run alone."""

    def any_missing(self) -> bool:
        """Whether a contact is known to be gone, or a row has another contact than its own."""
        query = f"SELECT EXISTS (SELECT 1 FROM contacts WHERE {IS_GONE}) OR EXISTS (SELECT 1 {KEPT_OF})"  # noqa: S608
        return bool(self._store.number(query))

    def of_joined(self, joined_ids: Collection[str]) -> list[RowContact]:
        """Return the contacts of rows that are among these, or that stand for one that was joined."""
        contacts = {
            external_id: RowContact(external_id, contact_id, contact_id, id_at_service)
            for external_id, contact_id, state, id_at_service in self._store.matching(
                "SELECT external_id, contact_id, state, id_at_service FROM contacts WHERE contact_id IN (?)",
                sorted(joined_ids),
            )
            if State(state) not in _NOT_LASTING
        }
        query = (
            "SELECT external_id, contacts.contact_id, former.contact_id, former.id_at_service, contacts.state "
            f"{KEPT_OF}"
        )
        for external_id, *ids, state in self._store.rows(query):
            if State(state) not in _NOT_LASTING:
                contacts[external_id] = RowContact(external_id, *ids)
        return list(contacts.values())

    def kept_ids(self) -> frozenset[str]:
        """Return the contacts that rows have in place of their own."""
        return frozenset(str(contact_id) for (contact_id,) in self._store.rows(f"SELECT expected {KEPT_OF}"))

    def give(self, contact_ids: Mapping[RowContact, str]) -> None:
        """Give rows the contacts into which their own were joined. The next run compares them."""
        with self._store.writing("kept") as transaction:
            for row, contact_id in contact_ids.items():
                if row.contact_id == row.own_id:
                    transaction.execute(_FORGET_LINE, (row.external_id,))
                    transaction.execute(_KEEP_FORMER, (row.external_id, contact_id))
                else:
                    transaction.execute(
                        "UPDATE former SET expected = ? WHERE run = ? AND external_id = ?",
                        (contact_id, OF_NO_RUN, row.external_id),
                    )
                # Not made here, so that neither an undo nor a mirror may delete it.
                transaction.execute(
                    "UPDATE contacts SET contact_id = ?, checksum = ?, state = ?, digest = '', created_run = NULL, "
                    "added = '', left_as = '', detail = '', id_at_service = '' WHERE external_id = ?",
                    (contact_id, ids_checksum(row.external_id, contact_id), str(State.UNCHANGED), row.external_id),
                )
            transaction.execute(SET_META, (LOOK_CHANGED, "1"))

    def doubt(self, doubts: Mapping[str, str]) -> None:
        """Note why it is not known which contact rows have, in words; none of them is taken to be as it was."""
        self.doubts = dict(doubts)
        if not doubts:
            return
        with self._store.writing("doubted") as transaction:
            # Neither the rows nor the sheet are passed over as unchanged: what is to be done must be said in each run.
            transaction.executemany(
                "UPDATE contacts SET digest = '' WHERE external_id = ?", [(external_id,) for external_id in doubts]
            )
            transaction.execute(SET_META, (LOOK_CHANGED, "1"))

    def learn(self, contact_ids: Mapping[str, str]) -> None:
        """Note the contacts that rows have, by the external id of their own, which this journal does not know.

        Waiting rows look at them before anything is sent.
        """
        if not contact_ids:
            return
        with self._store.writing("learnt") as transaction:
            transaction.executemany(
                "INSERT INTO contacts (external_id, contact_id, state, digest, run, checksum) "
                "VALUES (?, ?, ?, '', ?, ?) ON CONFLICT (external_id) DO UPDATE SET "
                "contact_id = excluded.contact_id, state = excluded.state, "
                "digest = '', checksum = excluded.checksum WHERE contacts.contact_id = ''",
                [
                    (made_with, kept, str(State.UNCHANGED), self._run(), ids_checksum(made_with, kept))
                    for made_with, kept in contact_ids.items()
                ],
            )
            transaction.executemany(
                "UPDATE scratch.queue SET action = ? WHERE external_id = ?",
                [(str(Action.LOOK), made_with) for made_with in contact_ids],
            )

    def put_back(self, contact_ids: Mapping[RowContact, str]) -> None:
        """Give rows their own contacts back, which may have been made again under another contact id."""
        with self._store.writing("unkept") as transaction:
            for row, contact_id in contact_ids.items():
                checksum = ids_checksum(row.external_id, contact_id)
                if row.contact_id == row.own_id:
                    # No run has come between.
                    query = "UPDATE contacts SET contact_id = ?, checksum = ? WHERE external_id = ?"
                    transaction.execute(query, (contact_id, checksum, row.external_id))
                else:
                    transaction.execute(_PUT_BACK, (row.external_id, contact_id, checksum))
                    transaction.execute(_FORGET_LINE, (row.external_id,))
                transaction.execute(_THERE_AGAIN, (row.external_id,))
            transaction.execute(SET_META, (LOOK_CHANGED, "1"))
