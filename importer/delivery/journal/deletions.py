"""Contacts that vanished from the sheet: which of them this journal may delete, and what became of that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.plan import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.delivery.journal.store import JournalStore


@dataclass(frozen=True, slots=True)
class OrphanContact:
    """A contact that this journal created and whose row is gone; `left_as` tells how it was left."""

    external_id: str
    contact_id: str
    left_as: str
    state: State


class Deletions:
    """Deletions of one run; `run` gives its number."""

    def __init__(self, store: JournalStore, run: Callable[[], int]) -> None:
        self._store = store
        self._run = run

    def vanished(self, source: str, id_prefix: str) -> list[OrphanContact]:
        """Return the contacts that runs with this source and prefix created and that have no row in the sheet now.

        A row that was rejected or skipped under its id is still a row.
        """
        query = (
            "SELECT external_id, contact_id, left_as, state FROM contacts JOIN runs ON runs.number = created_run "
            "WHERE contact_id <> '' AND external_id NOT IN (SELECT external_id FROM rows) "
            "AND json_extract(runs.settings, '$.source') = ? "
            "AND coalesce(json_extract(runs.settings, '$.id_prefix'), '') = ? "
            "ORDER BY external_id"
        )
        found = self._store.rows(query, (source, id_prefix))
        return [OrphanContact(one, contact_id, left_as, State(state)) for one, contact_id, left_as, state in found]

    def nameless(self, unread: Sequence[str]) -> int:
        """Return how many rows tell nobody apart: without an id of their own, or with one of the rules `unread`."""
        marks = ", ".join("?" * len(unread))
        query = (
            "SELECT count(*) FROM rows WHERE external_id LIKE 'oi1-%' OR external_id LIKE 'oir1-%' "  # noqa: S608
            f"OR row IN (SELECT row FROM problems WHERE severity = 'error' AND rule IN ({marks}))"
        )
        return next(int(number) for (number,) in self._store.rows(query, list(unread)))

    def begin(self, vanished: OrphanContact, contact: Mapping[str, Any]) -> None:
        """Commit the intent to DELETE, with the contact as it was."""
        self._store.must_be_in_place()
        with self._store.writing("deleting") as connection:
            connection.execute(
                "UPDATE contacts SET state = ?, run = ? WHERE external_id = ?",
                (str(State.DELETING), self._run(), vanished.external_id),
            )
            connection.execute(
                "INSERT OR IGNORE INTO images VALUES (?, ?, ?, ?)",
                (self._run(), vanished.external_id, vanished.contact_id, json.dumps(contact)),
            )

    def finish(self, vanished: OrphanContact) -> None:
        """Commit that the contact is gone."""
        with self._store.writing("deleted") as connection:
            connection.execute(
                "UPDATE contacts SET state = ?, contact_id = '', digest = '', created_run = NULL, added = '', "
                "left_as = '', unsure = 0 WHERE external_id = ?",
                (str(State.DELETED), vanished.external_id),
            )

    def spare(self, vanished: OrphanContact) -> None:
        """Commit that the contact is there after all."""
        with self._store.writing("spared") as connection:
            connection.execute(
                "UPDATE contacts SET state = ? WHERE external_id = ? AND state = ?",
                (str(vanished.state), vanished.external_id, str(State.DELETING)),
            )
