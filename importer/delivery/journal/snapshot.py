"""The contacts of the workspace as they were read before deciding, and which row of the sheet each belongs to.

They live in the scratch database, so a workspace of any size takes little memory, and are dropped with the run.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.conditions import IS_GONE, SEEN_DIGEST
from importer.delivery.journal.records import PlanLine
from importer.delivery.journal.store import upsert
from importer.model import Status
from importer.plan import Action, FieldChange, contact_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from importer.delivery.journal.records import ResolvedRow
    from importer.delivery.journal.store import Store
    from importer.model.contact_parts import ContactDict


class Snapshot:
    """The contacts by id, external id, phone and email; the rows that claim them; and what is planned for each row."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, contacts: Iterable[Mapping[str, Any]]) -> None:
        """Add contacts as the API shows them."""
        contacts = list(contacts)
        with self._store.writing("survey") as transaction:
            transaction.executemany(
                upsert("scratch.there", "contact_id", "external_id", "contact"),
                [(contact["id"], contact.get("externalId"), json.dumps(contact)) for contact in contacts],
            )
            transaction.executemany(
                "INSERT INTO scratch.reach (point, contact_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [
                    (point, contact["id"])
                    for contact in contacts
                    for points in contact_points(contact).values()
                    for point in points
                ],
            )

    def contact(self, contact_id: str) -> ContactDict | None:
        """Return a contact by its id."""
        return next(self._contacts("SELECT contact FROM scratch.there WHERE contact_id = ?", [contact_id]), None)

    def with_external_id(self, external_id: str) -> list[ContactDict]:
        """Return the contacts that carry an external id."""
        return list(self._contacts("SELECT contact FROM scratch.there WHERE external_id = ?", [external_id]))

    def with_points(self, points: Sequence[str]) -> list[ContactDict]:
        """Return the contacts with any of the phones or emails (written as by `importer.plan.contact_points`)."""
        query = (
            "SELECT contact FROM scratch.there WHERE contact_id IN "
            "(SELECT contact_id FROM scratch.reach WHERE point IN (?))"
        )
        return [json.loads(text) for (text,) in self._store.matching(query, points)]

    def _contacts(self, query: str, values: Sequence[str]) -> Iterator[ContactDict]:
        return (json.loads(text) for (text,) in self._store.rows(query, values))

    # ----------------------------------------------------------------------------------------------- claims

    def settle_claims(self) -> None:
        """Assign each contact to the row of this sheet that the journal, or else the external id, connects it with."""
        with self._store.writing("claims") as transaction:
            transaction.execute("DELETE FROM scratch.claims")
            transaction.execute(
                "INSERT INTO scratch.claims (contact_id, row) SELECT contact_id, seen.row FROM contacts "
                "JOIN scratch.seen AS seen USING (external_id) WHERE contact_id <> '' ORDER BY seen.row "
                "ON CONFLICT DO NOTHING"
            )
            transaction.execute(
                "INSERT INTO scratch.claims (contact_id, row) SELECT contact_id, seen.row FROM scratch.there AS there "
                "JOIN scratch.seen AS seen USING (external_id) WHERE true ORDER BY seen.row ON CONFLICT DO NOTHING"
            )

    def claim(self, contact_id: str, row: int) -> int:
        """Assign a contact to a row, unless another row has it already; returns the row that has it."""
        # Most are assigned already, and a transaction takes far longer than a look.
        for (claiming_row,) in self._store.rows("SELECT row FROM scratch.claims WHERE contact_id = ?", (contact_id,)):
            return int(claiming_row)
        with self._store.writing("claim") as transaction:
            transaction.execute("INSERT INTO scratch.claims (contact_id, row) VALUES (?, ?)", (contact_id, row))
        return row

    # ------------------------------------------------------------------------------------------- what is to be done

    def plan_new_rows(self, *, by_points: bool) -> None:
        """Plan to create the contacts of waiting rows whose external ids neither the journal nor a contact here has.

        `by_points`: rows are matched by phone or email too; then it does nothing if a contact here has any.
        """
        condition = "AND NOT EXISTS (SELECT 1 FROM scratch.reach)" if by_points else ""
        with self._store.writing("work") as transaction:
            transaction.execute(
                "INSERT INTO scratch.planned (row, action, seen_as, changes) SELECT row, 'create', '', '[]' "  # noqa: S608 - constants
                "FROM scratch.queue AS queue WHERE done = 0 AND NOT EXISTS "
                "(SELECT 1 FROM contacts WHERE contacts.external_id = queue.external_id) AND NOT EXISTS "
                f"(SELECT 1 FROM scratch.there AS there WHERE there.external_id = queue.external_id) {condition} "
                "ON CONFLICT DO NOTHING"
            )
            transaction.execute(
                "UPDATE scratch.queue SET action = ?, link = '' "
                "WHERE row IN (SELECT row FROM scratch.planned WHERE action = 'create')",
                (str(Action.CREATE),),
            )

    def plan_rows(self, rows: Sequence[ResolvedRow]) -> None:
        """Store what is to be done for some waiting rows, in one transaction."""
        if not rows:
            return
        with self._store.writing("work") as transaction:
            transaction.executemany(
                "UPDATE scratch.queue SET action = ?, link = ? WHERE row = ?",
                [(str(row.action), row.link, row.row) for row in rows],
            )
            transaction.executemany(
                upsert("scratch.planned", "row", "action", "seen_as", "changes"),
                [
                    (
                        row.row,
                        row.plan,
                        row.seen_as,
                        json.dumps([[change.field, change.old, change.new] for change in row.changes]),
                    )
                    for row in rows
                ],
            )

    def expect(self, fingerprints: Mapping[int, str]) -> None:
        """Deliver rows only if their contacts still have these fingerprints, by row: see `QueuedRow.expected`."""
        if not fingerprints:
            return
        with self._store.writing("expect") as transaction:
            transaction.executemany(
                "UPDATE scratch.queue SET expected = ? WHERE row = ?",
                [(seen_as, row) for row, seen_as in fingerprints.items()],
            )

    def count_by_contact(self) -> tuple[int, int]:
        """Return how many waiting rows have no contact, and how many have one, as far as is known now."""
        query = (
            "SELECT count(*) FILTER (WHERE known = ''), count(*) FILTER (WHERE known <> '') "  # noqa: S608 - constants
            f"FROM (SELECT CASE WHEN link <> '' THEN link WHEN {IS_GONE} THEN '' "
            "ELSE coalesce(contact_id, '') END AS known "
            "FROM scratch.queue LEFT JOIN contacts USING (external_id) "
            "WHERE done = 0) AS waiting"
        )
        return next((int(new), int(old)) for new, old in self._store.rows(query))

    def linked(self) -> int:
        """Return how many waiting rows have a contact that is not found under their external id."""
        return self._store.number("SELECT count(*) FROM scratch.queue WHERE done = 0 AND link <> ''")

    def plans(self) -> dict[str, int]:
        """Return how many waiting rows are planned as `create`, `update` or `look`."""
        query = (
            "SELECT planned.action, count(*) FROM scratch.planned JOIN scratch.queue USING (row) "
            "WHERE done = 0 GROUP BY planned.action"
        )
        return dict(self._store.rows(query))

    def sheet_digest(self) -> str:
        """Return a digest of the sheet's contents, row by row, whatever the journal knows of the contacts."""
        query = (
            f"SELECT rows.row, rows.external_id, coalesce({SEEN_DIGEST}, ''), "  # noqa: S608 - constants
            "CASE WHEN seen.row IS NULL THEN status ELSE '' END FROM rows LEFT JOIN scratch.seen AS seen "
            "ON seen.external_id = rows.external_id AND seen.row = rows.row "
            "LEFT JOIN contacts ON contacts.external_id = CASE WHEN seen.digest = '' THEN seen.external_id END "
            "WHERE NOT EXISTS (SELECT 1 FROM scratch.part) OR rows.row IN (SELECT row FROM scratch.part) "
            "ORDER BY rows.row"
        )
        digest = blake2b(digest_size=16)
        for line in self._store.lines(query):
            # As json.dumps writes it, which makes an encoder of its own for every row.
            row, *texts = line
            digest.update(f"[{row}, {', '.join(map(encode_basestring_ascii, texts))}]".encode())
        return digest.hexdigest()

    def conflicts(self) -> list[str]:
        """Return what there is to say of each row in conflict, in row order."""
        query = "SELECT detail FROM rows WHERE status = ? ORDER BY row"
        return [detail for (detail,) in self._store.lines(query, (str(Status.CONFLICT),))]

    def planned(self, *, updates: bool = False) -> Iterator[PlanLine]:
        """Yield all rows of the sheet in order, or those with changes alone, each with what is to be done for it."""
        condition = f"WHERE status = '{Status.UNFINISHED}' AND action = 'update' " if updates else ""
        query = (
            "SELECT rows.row, rows.external_id, rows.contact_id, status, detail, action, coalesce(link, ''), seen_as, "  # noqa: S608 - constants
            "changes FROM rows LEFT JOIN scratch.planned AS planned ON planned.row = rows.row "
            "LEFT JOIN (SELECT row, link FROM scratch.queue WHERE done = 0) AS queue ON queue.row = rows.row "
            f"{condition}ORDER BY rows.row"
        )
        for row, external_id, contact_id, status, detail, plan, link, seen_as, changes in self._store.lines(query):
            if status != Status.UNFINISHED:
                yield PlanLine(row, external_id, "none", Status(status), contact_id, detail)
                continue
            is_change = changes not in (None, "[]")
            fields = tuple([FieldChange(*change) for change in json.loads(changes)]) if is_change else ()
            # A waiting row without a plan was not part of a snapshot: it will be looked up.
            facts = (plan or "look", Status.UNFINISHED, contact_id, detail, link, seen_as or "", fields)
            yield PlanLine(row, external_id, *facts)
