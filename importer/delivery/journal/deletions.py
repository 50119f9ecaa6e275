"""Contacts whose row is gone from the sheet: which of them `--mirror` may delete, and how each deletion ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.checksum import ids_checksum
from importer.delivery.journal.conditions import ID_AT_SERVICE, IS_LEFT_OUT, is_digest_id
from importer.delivery.journal.edits import was_edited
from importer.delivery.journal.store import RunPart
from importer.model.added_columns import OPEN_QUESTION
from importer.plan import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_LEFT_OUT_IDS = f"SELECT people.external_id FROM scratch.people AS people WHERE {IS_LEFT_OUT}"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class OrphanContact:
    """A contact that this journal created and whose row is gone; `left_as` is its fingerprint after our last change.

    `id_at_service`: the external id that the workspace has for it. `why_kept`: why it must not be deleted, if so.
    """

    external_id: str
    contact_id: str
    left_as: str
    state: State
    id_at_service: str
    why_kept: str = ""


class Deletions(RunPart):
    """The deletions of one run; `run` returns its number."""

    def orphans(self, source: str, id_prefix: str) -> list[OrphanContact]:
        """Return the contacts without a row in the sheet that were created by runs with this source and prefix.

        A row that was rejected, skipped or is hidden still counts as the row of its id.
        """
        query = (
            f"SELECT created_run, external_id, contact_id, left_as, state, {ID_AT_SERVICE} FROM contacts "  # noqa: S608
            "WHERE contact_id <> '' AND created_run IS NOT NULL AND external_id NOT IN (SELECT external_id FROM rows) "
            f"AND external_id NOT IN ({_LEFT_OUT_IDS}) AND {ID_AT_SERVICE} NOT IN ({_LEFT_OUT_IDS}) "
            "ORDER BY external_id"
        )
        own_runs = set()
        for number, settings in self._store.rows("SELECT number, settings FROM runs"):
            of_run = json.loads(settings)
            if of_run.get("source") == source and (of_run.get("id_prefix") or "") == id_prefix:
                own_runs.add(number)
        return [
            OrphanContact(external_id, contact_id, left_as, State(state), later_id)
            for number, external_id, contact_id, left_as, state, later_id in self._store.lines(query)
            if number in own_runs
        ]

    def count_unclear_rows(self, unread: Sequence[str]) -> int:
        """Return how many rows do not say whose they are.

        Without an id of their own, those that are left out among them; asked about; or with an error of one of the
        `unread`, by which their cells may be in the wrong columns.
        """
        # Where the row has an id of the column by now, or its contact had one before, that one says whose row it is.
        query = (
            f"SELECT count(*) FROM rows WHERE ({is_digest_id('external_id')} AND NOT EXISTS "  # noqa: S608 - constants
            "(SELECT 1 FROM known_by WHERE known_by.external_id = rows.external_id AND kind = 'id') AND NOT EXISTS "
            "(SELECT 1 FROM scratch.people AS people WHERE people.row = rows.row "
            f"AND NOT {is_digest_id('people.external_id')})) OR external_id LIKE '{OPEN_QUESTION}%' "
            "OR row IN (SELECT row FROM problems WHERE severity = 'error' AND rule IN (?))"
        )
        left_out = f"SELECT count(*) FROM ({_LEFT_OUT_IDS} AND {is_digest_id('people.external_id')}) AS hidden"  # noqa: S608
        return sum(int(count) for (count,) in self._store.matching(query, unread)) + self._store.number(left_out)

    def has_sheet_problem(self, rule: str) -> bool:
        """Return whether a problem of the sheet, not of a row, has this rule."""
        return self._store.number("SELECT count(*) FROM problems WHERE row IS NULL AND rule = ?", [rule]) > 0

    def was_edited(self, orphan: OrphanContact) -> bool:
        """Whether a person edited the contact before one of our changes, which then left it as it is."""
        return was_edited(self._store, orphan.external_id)

    def begin(self, orphan: OrphanContact, contact: Mapping[str, Any]) -> None:
        """Commit the intent to DELETE, with the contact as it was."""
        self._store.must_be_in_place()
        with self._store.writing("deleting") as transaction:
            transaction.execute(
                "UPDATE contacts SET state = ?, run = ? WHERE external_id = ?",
                (str(State.DELETING), self._run(), orphan.external_id),
            )
            transaction.execute(
                "INSERT INTO images (run, external_id, contact_id, contact) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (self._run(), orphan.external_id, orphan.contact_id, json.dumps(contact)),
            )

    def finish(self, orphan: OrphanContact) -> None:
        """Commit that the contact is gone."""
        with self._store.writing("deleted") as transaction:
            transaction.execute(
                "UPDATE contacts SET state = ?, contact_id = '', checksum = ?, digest = '', created_run = NULL, "
                "added = '', left_as = '', unsure = 0, id_at_service = '' WHERE external_id = ?",
                (str(State.DELETED), ids_checksum(orphan.external_id, ""), orphan.external_id),
            )

    def note_kept(self, orphan: OrphanContact) -> None:
        """Commit that the contact was not deleted."""
        with self._store.writing("spared") as transaction:
            transaction.execute(
                "UPDATE contacts SET state = ? WHERE external_id = ? AND state = ?",
                (str(orphan.state), orphan.external_id, str(State.DELETING)),
            )
