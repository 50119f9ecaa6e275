"""Rows that say what they said when they were last read: staged from what is known of their contacts.

A contact keeps the mark of the row that it was last read from (see `pipeline/reading/unchanged_rows.py`), with a part
of all that the contact then had from that row. So a mark holds only as long as the contact has the same digest, cells
and identity, whatever has changed these: a run, an undo, or a version of this program that knows of no such marks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.delivery.journal.conditions import IS_THERE
from importer.delivery.journal.records import PersonKind
from importer.delivery.journal.store import JournalPart
from importer.plan import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.model import Status

# The sum of two numbers of 30 bits, since not every database can add two of 63.
_OF_CONTACT = "substr(contacts.digest, 1, 8) || ((contacts.cells & 1073741823) + (contacts.identity & 1073741823))"
_MARKED_AT_ONCE = 5_000
# A contact that has something to say about its row is left to the decision about that row.
_SAME = (
    "INSERT INTO scratch.same (row, external_id, digest, cells, identity, raw_cells, status, contact_id) "  # noqa: S608
    "SELECT reading.row, reading.external_id, contacts.digest, contacts.cells, contacts.identity, reading.cells, "
    "settled.status, contacts.contact_id FROM scratch.reading AS reading "
    "JOIN contacts ON contacts.external_id = reading.external_id "
    "JOIN scratch.settled AS settled ON settled.state = contacts.state AND settled.policy = contacts.policy "
    "WHERE reading.row BETWEEN ?1 AND ?2 AND reading.is_alone = 1 "
    f"AND contacts.cells <> 0 AND contacts.detail = '' AND contacts.digest <> '' AND {IS_THERE} "
    f"AND contacts.read_mark = reading.mark || {_OF_CONTACT}"
)


class ReadRow(NamedTuple):
    """A good row as it was read: its external id, its mark, and a hash of its raw cells (`plan.Seen`).

    `is_alone` (1 or 0): no other row of the chunk has this external id, and only this row decides about its contact.
    """

    row: int
    external_id: str
    mark: str
    cells: int
    is_alone: int


class UnchangedRows(JournalPart):
    """The part of a journal that knows how the rows of its contacts were last read."""

    def settled_kinds(self) -> list[tuple[State, str]]:
        """Return the states of contacts, each with the marks of the policies under which rows were compared."""
        return [
            (State(state), policy) for state, policy in self._store.rows("SELECT DISTINCT state, policy FROM contacts")
        ]

    def stage_unchanged(self, rows: Sequence[ReadRow], settled: Mapping[tuple[State, str], Status]) -> set[int]:
        """Store the rows of a chunk that are as they were last read, as if they were read again; returns which.

        `settled`: the states and policies of contacts for whose rows nothing is to be done, with the rows' status.
        """
        if not rows:
            return set()
        with self._store.writing("unchanged") as transaction:
            transaction.executemany(
                "INSERT INTO scratch.reading (row, external_id, mark, cells, is_alone) VALUES (?, ?, ?, ?, ?)",
                rows,
            )
            if not settled:
                return set()
            transaction.execute("DELETE FROM scratch.settled")
            transaction.executemany(
                "INSERT INTO scratch.settled (state, policy, status) VALUES (?, ?, ?)",
                [(str(state), policy, str(status)) for (state, policy), status in settled.items()],
            )
            transaction.execute("DELETE FROM scratch.same")
            same = transaction.execute(_SAME, (rows[0].row, rows[-1].row)).rowcount
            # With the digest of its contact: lines of half the length are added in little more than half the time.
            first = transaction.execute(
                "INSERT INTO scratch.seen (external_id, row, digest, cells) "
                "SELECT external_id, row, '', raw_cells FROM scratch.same WHERE true ON CONFLICT DO NOTHING"
            ).rowcount
            if first < same:
                # The id of a row above. To look for one first would be a search more for each of all rows.
                transaction.execute(
                    "DELETE FROM scratch.same WHERE row NOT IN (SELECT seen.row FROM scratch.seen AS seen "
                    "WHERE seen.external_id IN (SELECT external_id FROM scratch.same))"
                )
            # The marks of their contacts stay as they are.
            transaction.execute("DELETE FROM scratch.reading WHERE row IN (SELECT row FROM scratch.same)")
            transaction.execute(
                "INSERT INTO rows (row, external_id, status, detail, contact_id) "
                "SELECT row, external_id, status, '', contact_id FROM scratch.same"
            )
            transaction.execute(
                "INSERT INTO scratch.people "
                "(row, external_id, cells, identity, stated, kind, digest, clears, body, is_same) "
                "SELECT row, external_id, cells, identity, '', 'good', digest, '[]', '', 1 FROM scratch.same"
            )
        return {row for (row,) in self._store.lines("SELECT row FROM scratch.same")}

    def keep_read_marks(self) -> None:
        """Keep beside each contact the mark of its row, where the two agree."""
        query = (
            f"SELECT reading.row, people.external_id, reading.mark || {_OF_CONTACT} "  # noqa: S608 - constants
            "FROM scratch.reading AS reading JOIN scratch.people AS people ON people.row = reading.row "
            "JOIN contacts ON contacts.external_id = people.external_id "
            f"WHERE reading.row > ? AND people.external_id = reading.external_id AND people.kind = '{PersonKind.GOOD}' "
            "AND people.stated = '' AND people.clears = '[]' AND people.digest = contacts.digest "
            "AND people.cells = contacts.cells AND people.identity = contacts.identity AND contacts.cells <> 0 "
            f"AND contacts.read_mark <> reading.mark || {_OF_CONTACT} ORDER BY reading.row LIMIT ?"
        )
        last = 0
        while marks := self._store.rows(query, (last, _MARKED_AT_ONCE)):
            with self._store.writing("read-marks") as transaction:
                transaction.executemany(
                    "UPDATE contacts SET read_mark = ? WHERE external_id = ?",
                    [(mark, external_id) for _, external_id, mark in marks],
                )
            last = marks[-1][0]
