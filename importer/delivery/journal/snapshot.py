"""What a look around the workspace has found, and which row of the sheet each contact belongs to.

It lives in the scratch database, so that a workspace of any size fits in memory, and dies with the run.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.records import PlanLine
from importer.model import Outcome, Status
from importer.plan import FieldChange, contact_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from importer.delivery.journal.records import ResolvedRow
    from importer.delivery.journal.store import JournalStore

Contact = dict[str, Any]


class Snapshot:
    """The contacts found, by id, external id, number and address; and the claims of rows on them."""

    def __init__(self, store: JournalStore) -> None:
        self._store = store

    def add(self, contacts: Iterable[Mapping[str, Any]]) -> None:
        """Enter contacts as the API shows them."""
        found = list(contacts)
        with self._store.writing("survey") as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO scratch.there VALUES (?, ?, ?)",
                [(one["id"], one.get("externalId"), json.dumps(one)) for one in found],
            )
            connection.executemany(
                "INSERT OR IGNORE INTO scratch.reach VALUES (?, ?)",
                [(point, one["id"]) for one in found for points in contact_points(one).values() for point in points],
            )

    def contact(self, contact_id: str) -> Contact | None:
        """Return a contact that was found."""
        return next(self._contacts("SELECT contact FROM scratch.there WHERE contact_id = ?", [contact_id]), None)

    def with_external_id(self, external_id: str) -> list[Contact]:
        """Return the contacts that carry an external id."""
        return list(self._contacts("SELECT contact FROM scratch.there WHERE external_id = ?", [external_id]))

    def with_points(self, points: Sequence[str]) -> list[Contact]:
        """Return the contacts that have any of the numbers or addresses (as `importer.plan.reached` writes them)."""
        query = (
            "SELECT contact FROM scratch.there WHERE contact_id IN "
            "(SELECT contact_id FROM scratch.reach WHERE point IN (?))"
        )
        return [json.loads(text) for (text,) in self._store.matching(query, points)]

    def _contacts(self, query: str, values: Sequence[str]) -> Iterator[Contact]:
        return (json.loads(text) for (text,) in self._store.rows(query, values))

    # ----------------------------------------------------------------------------------------------- claims

    def settle_claims(self) -> None:
        """Give each contact to the row of this sheet that the journal, or else its external id, gives it to."""
        with self._store.writing("claims") as connection:
            connection.execute("DELETE FROM scratch.claims")
            connection.execute(
                "INSERT OR IGNORE INTO scratch.claims SELECT contact_id, seen.row FROM contacts "
                "JOIN scratch.seen AS seen USING (external_id) WHERE contact_id <> '' ORDER BY seen.row"
            )
            connection.execute(
                "INSERT OR IGNORE INTO scratch.claims SELECT contact_id, seen.row FROM scratch.there AS there "
                "JOIN scratch.seen AS seen USING (external_id) ORDER BY seen.row"
            )

    def claim(self, contact_id: str, row: int) -> int:
        """Let a row have a contact, unless an earlier claim stands; returns the row that has it."""
        with self._store.writing("claim") as connection:
            connection.execute("INSERT OR IGNORE INTO scratch.claims VALUES (?, ?)", (contact_id, row))
        query = "SELECT row FROM scratch.claims WHERE contact_id = ?"
        return next(int(found) for (found,) in self._store.rows(query, (contact_id,)))

    # ------------------------------------------------------------------------------------------- what is to be done

    def work(self, work: ResolvedRow) -> None:
        """Note what is to be done for a row that waits."""
        made = json.dumps([[one.field, one.old, one.new] for one in work.changes])
        with self._store.writing("work") as connection:
            connection.execute(
                "UPDATE scratch.queue SET action = ?, link = ? WHERE row = ?", (str(work.action), work.link, work.row)
            )
            connection.execute(
                "INSERT OR REPLACE INTO scratch.planned VALUES (?, ?, ?, ?)", (work.row, work.plan, work.seen_as, made)
            )

    def expect(self, row: int, seen_as: str) -> None:
        """Let a row be done only if its contact looks as it was planned: see `Task.expected`."""
        with self._store.writing("expect") as connection:
            connection.execute("UPDATE scratch.queue SET expected = ? WHERE row = ?", (seen_as, row))

    def prospect(self) -> tuple[int, int]:
        """Return how many waiting rows have no known contact, and how many have one, as far as is known now."""
        query = (
            "SELECT sum(known = ''), sum(known <> '') FROM (SELECT CASE WHEN link <> '' THEN link "
            "ELSE coalesce(contact_id, '') END AS known FROM scratch.queue LEFT JOIN contacts USING (external_id) "
            "WHERE done = 0)"
        )
        return next((int(new or 0), int(old or 0)) for new, old in self._store.rows(query))

    def linked(self) -> int:
        """Return how many waiting rows have a contact that is not found under their external id."""
        query = "SELECT count(*) FROM scratch.queue WHERE done = 0 AND link <> ''"
        return next(int(number) for (number,) in self._store.rows(query))

    def plans(self) -> dict[str, int]:
        """Return how many waiting rows were found to be `create`, `update` or `look`."""
        query = (
            "SELECT planned.action, count(*) FROM scratch.planned JOIN scratch.queue USING (row) "
            "WHERE done = 0 GROUP BY planned.action"
        )
        return dict(self._store.rows(query))

    def sheet_digest(self) -> str:
        """Return a digest of what the sheet says, row by row, whatever the journal knows of it."""
        query = (
            "SELECT rows.row, rows.external_id, coalesce(seen.digest, ''), "
            "CASE WHEN seen.row IS NULL THEN status ELSE '' END FROM rows LEFT JOIN scratch.seen AS seen "
            "ON seen.external_id = rows.external_id AND seen.row = rows.row ORDER BY rows.row"
        )
        digest = blake2b(digest_size=16)
        for facts in self._store.rows(query):
            digest.update(json.dumps(facts).encode())
        return digest.hexdigest()

    def planned(self) -> Iterator[PlanLine]:
        """Give all rows of the sheet in order, each with what is to be done for it."""
        query = (
            "SELECT rows.row, rows.external_id, rows.contact_id, status, detail, action, coalesce(link, ''), seen_as, "
            "changes FROM rows LEFT JOIN scratch.planned AS planned ON planned.row = rows.row "
            "LEFT JOIN (SELECT row, link FROM scratch.queue WHERE done = 0) AS queue ON queue.row = rows.row "
            "ORDER BY rows.row"
        )
        for row, external_id, contact_id, status, detail, *plan in self._store.rows(query):
            outcome = Outcome(row, external_id, contact_id, Status(status), detail)
            yield _planned(outcome, *plan) if outcome.status is Status.UNFINISHED else PlanLine(outcome)


def _planned(outcome: Outcome, plan: str | None, link: str, seen_as: str | None, changes: str | None) -> PlanLine:
    made = tuple(FieldChange(*one) for one in json.loads(changes or "[]"))
    return PlanLine(outcome, plan or "look", link, seen_as or "", made)
