"""The rows of the sheet that is being imported: those met so far and those still to be sent.

They live in the scratch database (see `schema.SCRATCH`), so a journal whose run is over does not know them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.conditions import IS_GONE, SEEN_DIGEST, listed
from importer.delivery.journal.reading import KNOWN_COLUMNS, to_known
from importer.delivery.journal.records import ComparedRows, QueuedRow, UnsureRow
from importer.delivery.journal.store import JournalPart
from importer.model import Status
from importer.model.added_columns import OPEN_QUESTION
from importer.plan import Action, Seen, State

if TYPE_CHECKING:
    from collections.abc import Sequence

# States of contacts that are made now, and that another folder may have made since.
_NOT_SEEN = listed((State.PENDING, State.SENDING, State.DELETED))
_QUEUE_COLUMNS = "queue.digest, action, body, clears, link, expected"


class RowQueue(JournalPart):
    """The part of a journal that knows which rows are still to be done in this run."""

    def seen(self, external_ids: Sequence[str]) -> dict[str, Seen]:
        """Return the first good row of this sheet for each of the ids that has one."""
        query = (
            f"SELECT seen.external_id, seen.row, {SEEN_DIGEST}, seen.cells FROM scratch.seen AS seen "  # noqa: S608
            "LEFT JOIN contacts USING (external_id) WHERE seen.external_id IN (?)"
        )
        return {external_id: Seen(*columns) for external_id, *columns in self._store.matching(query, external_ids)}

    def tasks(self, after: int, limit: int, *, of_contacts: bool = False, unplanned: bool = False) -> list[QueuedRow]:
        """Return the next rows to deliver after row `after`, in row order.

        `of_contacts`: of known contacts alone. `unplanned`: those alone for which it is not decided what to do.
        """
        condition = "AND contact_id <> '' " if of_contacts else ""
        if unplanned:
            condition += "AND NOT EXISTS (SELECT 1 FROM scratch.planned AS planned WHERE planned.row = queue.row) "
        query = (
            f"SELECT queue.row, queue.external_id, {_QUEUE_COLUMNS}, {KNOWN_COLUMNS} "  # noqa: S608 - constants
            "FROM scratch.queue AS queue LEFT JOIN contacts USING (external_id) "
            f"WHERE queue.row > ? AND done = 0 {condition}ORDER BY queue.row LIMIT ?"
        )
        return [
            _queued_row(row, external_id, columns)
            for row, external_id, *columns in self._store.rows(query, (after, limit))
        ]

    def doubts(self, after: str, limit: int) -> list[UnsureRow]:
        """Return the next rows that were Unsure and still need a last lookup, after external id `after`."""
        query = (
            "SELECT seen.row, contacts.external_id, contacts.contact_id, rows.status, "  # noqa: S608 - constants
            f"{_QUEUE_COLUMNS}, {KNOWN_COLUMNS} "
            "FROM contacts INDEXED BY contacts_unswept JOIN scratch.seen AS seen USING (external_id) "
            "JOIN rows ON rows.row = seen.row LEFT JOIN scratch.queue AS queue ON queue.row = seen.row "
            "WHERE contacts.unsure = 1 AND contacts.external_id > ? ORDER BY contacts.external_id LIMIT ?"
        )
        doubts = []
        for row, external_id, contact_id, status, *columns in self._store.rows(query, (after, limit)):
            # Without a line in the queue this run had nothing to do for the row.
            task = None if columns[0] is None else _queued_row(row, external_id, columns)
            doubts.append(UnsureRow(row, external_id, contact_id, Status(status), task))
        return doubts

    def has_queued(self) -> bool:
        """Whether any row of this run was to be sent, also if it was sent since."""
        return bool(self._store.number("SELECT EXISTS (SELECT 1 FROM scratch.queue)"))

    def to_send(self) -> int:
        """Return how many rows still have to be sent or looked up."""
        return self._store.number("SELECT count(*) FROM scratch.queue WHERE done = 0")

    def has_open_question(self) -> bool:
        """Whether a row of the sheet is asked about."""
        query = f"SELECT EXISTS (SELECT 1 FROM rows WHERE status = '{Status.CONFLICT}' AND external_id LIKE ?)"  # noqa: S608
        return bool(self._store.number(query, (f"{OPEN_QUESTION}%",)))

    def compare_with_contacts(self) -> list[ComparedRows]:
        """Compare the good rows of this sheet (the first of each external id) with what is known of their contacts."""
        # In the order of the contacts, so that only one of the three tables is read in random order.
        query = (
            "SELECT status, coalesce(state, ?), coalesce(policy, ''), CASE WHEN seen.digest IN ('', contacts.digest) "  # noqa: S608
            f"AND (contacts.contact_id = rows.contact_id OR state = '{State.LEFT_OUT}') "
            "AND contacts.detail = rows.detail AND unsure <> 1 THEN 1 ELSE 0 END, count(*) "
            "FROM scratch.seen AS seen JOIN rows ON rows.row = seen.row AND rows.external_id = seen.external_id "
            "LEFT JOIN contacts ON contacts.external_id = seen.external_id GROUP BY 1, 2, 3, 4"
        )
        with self._store.keeping_pages():
            return [
                ComparedRows(Status(status), State(state), policy, bool(agrees), rows)
                for status, state, policy, agrees, rows in self._store.rows(query, (str(State.PENDING),))
            ]

    def count_new_rows(self) -> int:
        """Return how many rows are to be sent under an external id that no run has sent before."""
        return self._store.number(
            "SELECT count(*) FROM scratch.queue LEFT JOIN contacts USING (external_id) WHERE state IS NULL"
        )

    def count_rows_without_contact(self) -> int:
        """Return how many rows are to be sent that have no contact yet, as far as is known.

        New ones, those of a stopped run, and those whose contact was deleted, by an undo or in the workspace.
        """
        return self._store.number(
            "SELECT count(*) FROM scratch.queue LEFT JOIN contacts USING (external_id) "  # noqa: S608 - constants
            f"WHERE state IS NULL OR (contact_id = '' AND state IN {_NOT_SEEN}) OR ({IS_GONE} AND action = ?)",
            (str(Action.CREATE),),
        )


def _queued_row(row: int, external_id: str, columns: Sequence[Any]) -> QueuedRow:
    """Return the row that a line of `_QUEUE_COLUMNS` and `KNOWN_COLUMNS` describes."""
    digest, action, body, clears, link, expected, *facts = columns
    return QueuedRow(
        row,
        external_id,
        digest,
        Action(action),
        json.loads(body),
        to_known(*facts),
        tuple(json.loads(clears)) if clears != "[]" else (),
        link,
        expected,
    )
