"""What a journal knows of people: what identifies rows and contacts, and which rows were recognised.

The kinds in `known_by`, each with marks of a contact:

    cells, identity, facts   what it was known by before
    id                       ids that it had in an id column
    refused                  ids of an id column that the service did not give it
    asked                    what a row was known by that was asked about it
    twin, joined             of a row that may be, or is, a second one of the person
    first                    of a row that others may be, and that has no contact
    apart                    external ids of contacts that are other people, as a person said
    left-out                 without a mark: the last run left its row out
"""

from __future__ import annotations

import json
from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.conditions import IS_GONE, IS_LEFT_OUT, IS_THERE, MAY_HAVE_CONTACT
from importer.delivery.journal.contact_ids import ContactIds
from importer.delivery.journal.kept_contacts import KEPT_OF
from importer.delivery.journal.people_rows import CONTACT_COLUMNS, PERSON_COLUMNS, PeopleLines, to_person
from importer.delivery.journal.store import upsert
from importer.model.added_columns import OPEN_QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from importer.delivery.journal.records import PersonRow
    from importer.identity.people import ContactFacts


# Rows with the body that they are to be sent with, and what they were recognised as.
_PEOPLE = (
    f"SELECT coalesce(nullif(people.body, ''), queue.body, ''), {PERSON_COLUMNS} FROM scratch.people AS people "  # noqa: S608
    "LEFT JOIN scratch.queue AS queue USING (row) LEFT JOIN scratch.recognised AS found USING (row) "
)


class PeopleReader(ContactIds, PeopleLines):
    """The part of a journal with which rows are recognised.

    `contact_names`: in words, by external id, who contacts are of whom the workspace was asked in this run.
    """

    contact_names: Mapping[str, str] = MappingProxyType({})

    def knows_people(self) -> bool:
        """Whether any contact of this folder is there, or may be."""
        return bool(self._store.number(f"SELECT EXISTS (SELECT 1 FROM contacts WHERE {IS_THERE})"))  # noqa: S608

    def cells_of(self, external_ids: Sequence[str]) -> dict[str, int]:
        """Return the mark of the latest raw cells of contacts, by external id."""
        return dict(
            self._store.matching("SELECT external_id, cells FROM contacts WHERE external_id IN (?)", external_ids)
        )

    def contacts_of_cells(self, marks: Sequence[int]) -> dict[int, set[str]]:
        """Return those of these marks that are the latest raw cells of contacts, with their external ids."""
        query = f"SELECT cells, external_id FROM contacts WHERE cells IN (?) AND {IS_THERE}"  # noqa: S608 - constants
        contacts: dict[int, set[str]] = defaultdict(set)
        for cells, external_id in self._store.matching(query, marks):
            contacts[cells].add(external_id)
        return contacts

    def stage_people(self, people: Iterable[PersonRow]) -> None:
        """Store what identifies the rows of a chunk."""
        with self._store.writing("people") as transaction:
            transaction.executemany(
                upsert(
                    "scratch.people",
                    *(
                        "row",
                        "external_id",
                        "cells",
                        "identity",
                        "stated",
                        "kind",
                        "digest",
                        "clears",
                        "body",
                        "withheld",
                    ),
                    reset=("is_same",),
                ),
                [
                    (
                        person.row,
                        person.external_id,
                        person.cells,
                        person.identity,
                        person.stated,
                        str(person.kind),
                        person.digest,
                        json.dumps(person.clears) if person.clears else "[]",
                        person.body_text,
                        " ".join(person.withheld),
                    )
                    for person in people
                ],
            )

    # ------------------------------------------------------------------------------------------ recognising

    def recognise_equal_cells(self) -> None:
        """Recognise the rows whose raw cells are those of exactly one contact: nearly all rows of most nights.

        First the contacts that the sheet names by the very id of the row, then those that its ids would not find.
        """
        with self._store.writing("recognise") as transaction:
            transaction.execute(
                "INSERT INTO scratch.recognised (row, external_id, way) SELECT people.row, people.external_id, 'cells' "  # noqa: S608
                # A contact is looked up only where this was not done when the row was found to be as it was.
                "FROM scratch.people AS people LEFT JOIN contacts "
                "ON contacts.external_id = CASE WHEN people.is_same = 0 THEN people.external_id END "
                "WHERE people.is_same = 1 OR people.cells <> 0 "
                f"AND people.cells = contacts.cells AND stated = '' AND {MAY_HAVE_CONTACT} AND {IS_THERE} "
                "ORDER BY people.row ON CONFLICT DO NOTHING"
            )
            # A row whose own id belongs to another contact is left to the checks of the id column.
            transaction.execute(
                # First which rows are left, since these are few, and then all contacts once.
                "INSERT INTO scratch.recognised (row, external_id, way) "  # noqa: S608 - constants
                "WITH free AS MATERIALIZED (SELECT people.row, people.cells FROM scratch.people AS people "
                "LEFT JOIN scratch.recognised AS rows ON rows.row = people.row "
                "LEFT JOIN contacts AS own ON own.external_id = people.external_id "
                f"WHERE rows.row IS NULL AND own.external_id IS NULL AND stated = '' AND {MAY_HAVE_CONTACT}) "
                "SELECT min(free.row), min(contacts.external_id), 'cells' "
                "FROM contacts JOIN free ON free.cells = contacts.cells "
                "LEFT JOIN scratch.recognised AS taken ON taken.external_id = contacts.external_id "
                f"WHERE contacts.cells <> 0 AND {IS_THERE} AND taken.row IS NULL "
                "GROUP BY free.cells HAVING count(*) = 1 ON CONFLICT DO NOTHING"
            )

    def moved_rows(self) -> Iterator[tuple[PersonRow, str, str]]:
        """Give the recognised rows whose contact has another external id than the row, with that id and the way.

        Also those that were staged under another id than their own before their contact was known, as another contact
        and not as a question: a question is only settled by its answer.
        """
        query = (
            "SELECT found.external_id, found.way, coalesce(nullif(people.body, ''), queue.body, ''), "  # noqa: S608
            f"{PERSON_COLUMNS} FROM scratch.recognised AS found JOIN scratch.people AS people USING (row) "
            "LEFT JOIN scratch.queue AS queue USING (row) LEFT JOIN rows AS staged USING (row) "
            "WHERE found.external_id <> people.external_id OR (staged.external_id <> people.external_id "
            f"AND staged.external_id NOT LIKE '{OPEN_QUESTION}%') ORDER BY row"
        )
        for external_id, way, body, *columns in self._store.lines(query):
            yield to_person(columns, body), external_id, way

    def unrecognised_rows(self) -> Iterator[PersonRow]:
        """Give the rows, in order, that are not recognised yet, without repeats of a row and those left out."""
        query = f"{_PEOPLE} WHERE found.row IS NULL AND {MAY_HAVE_CONTACT} ORDER BY row"
        return _persons(self._store.lines(query))

    def left_out_rows(self) -> Iterator[PersonRow]:
        """Give the rows, in order, that are not to be imported."""
        query = f"SELECT body, {PERSON_COLUMNS} FROM scratch.people AS people WHERE {IS_LEFT_OUT} ORDER BY row"  # noqa: S608
        return _persons(self._store.lines(query))

    def free_contacts(self) -> Iterator[ContactFacts]:
        """Give the contacts that no row has been recognised as, with everything that they were ever known by.

        Where only a part of the sheet is read (its rejects), the contacts of the other rows are theirs still.
        """
        query = (
            f"SELECT {CONTACT_COLUMNS} FROM contacts LEFT JOIN scratch.recognised AS found USING (external_id) "  # noqa: S608
            # Not asked of each contact by itself: `rows` has no index of ids, and would be read once for each of them.
            f"WHERE found.row IS NULL AND {IS_THERE} AND contacts.external_id NOT IN (SELECT rows.external_id "
            "FROM rows WHERE EXISTS (SELECT 1 FROM scratch.part) AND row NOT IN (SELECT row FROM scratch.part)) "
            "ORDER BY contacts.external_id"
        )
        return self._contacts(query, ())

    def known_contacts(self) -> Iterator[ContactFacts]:
        """Give the contacts that had a row in the last run, and those whose row has left the sheet."""
        return self._contacts(
            f"SELECT {CONTACT_COLUMNS} FROM contacts WHERE (had_row = 1 OR contact_id <> '') AND {IS_THERE} "  # noqa: S608
            f"AND NOT {IS_GONE}",
            (),
        )

    def count_contacts_without_row(self) -> int:
        """Return how many existing contacts had no row in the last run and have none now."""
        return self._store.number(
            f"SELECT count(*) FROM contacts WHERE had_row = 0 AND {IS_THERE} "  # noqa: S608
            "AND external_id NOT IN (SELECT external_id FROM rows)"
        )

    def recognised_contacts(self, identities: Sequence[int], external_ids: Sequence[str]) -> Iterator[ContactFacts]:
        """Give the recognised contacts with one of these identities or ids, to check the ids of other rows."""
        for column, values in (("contacts.identity", identities), ("contacts.external_id", external_ids)):
            query = (
                f"SELECT {CONTACT_COLUMNS} FROM contacts JOIN scratch.recognised AS found USING (external_id) "  # noqa: S608
                f"WHERE {column} IN (?)"
            )
            yield from self._with_former(self._store.matching(query, list(values)))

    def facts_of_contacts(self, external_ids: Sequence[str]) -> dict[str, ContactFacts]:
        """Return what contacts of the folder were ever known by, by external id."""
        lines = self._store.matching(f"SELECT {CONTACT_COLUMNS} FROM contacts WHERE external_id IN (?)", external_ids)  # noqa: S608
        return {contact.external_id: contact for contact in self._with_former(lines)}

    def rows_of(self, external_ids: Sequence[str]) -> Iterator[tuple[PersonRow, str]]:
        """Give the rows that were recognised as these contacts, each with the external id of its contact."""
        query = _PEOPLE.replace("SELECT ", "SELECT found.external_id, ", 1)
        lines = self._store.matching(f"{query} WHERE found.external_id IN (?)", external_ids)
        return ((to_person(columns, body), external_id) for external_id, body, *columns in lines)

    def enter_recognised(self, matches: Mapping[int, tuple[str, str]]) -> None:
        """Enter rows that were recognised: by row the external id of the contact, and the way."""
        if not matches:
            return
        with self._store.writing("recognised") as transaction:
            # Neither the row nor the contact may have been matched otherwise before.
            transaction.executemany(
                "DELETE FROM scratch.recognised WHERE row = ? OR external_id = ?",
                [(row, external_id) for row, (external_id, _) in matches.items()],
            )
            transaction.executemany(
                "INSERT INTO scratch.recognised (row, external_id, way) VALUES (?, ?, ?)",
                [(row, external_id, way) for row, (external_id, way) in matches.items()],
            )

    def people_of(self, rows: Sequence[int]) -> Iterator[PersonRow]:
        """Give some rows, with the body that they are to be sent with."""
        return _persons(self._store.matching(f"{_PEOPLE} WHERE people.row IN (?)", rows))

    def contacts_of_rows(self, rows: Sequence[int]) -> dict[int, str]:
        """Return, by row, the external ids of the rows among these that have or will have a contact of their own."""
        query = (
            "SELECT row, external_id FROM rows WHERE status NOT IN ('duplicate', 'conflict', 'rejected') AND row IN (?)"
        )
        return {row: external_id for row, external_id in self._store.matching(query, rows) if external_id}

    def without_facts(self, external_ids: Sequence[str]) -> set[str]:
        """Return the ids of contacts that the journal does not know, or not by names and numbers (older journals)."""
        unknown = set(external_ids)
        for query in (
            "SELECT external_id FROM contacts WHERE facts IS NOT NULL AND external_id IN (?)",
            "SELECT id_at_service FROM contacts WHERE id_at_service <> '' AND id_at_service IN (?)",
        ):
            unknown -= {external_id for (external_id,) in self._store.matching(query, external_ids)}
        return unknown

    def unrecognise(self, external_ids: Sequence[str]) -> None:
        """Take back that rows were recognised as these contacts."""
        if not external_ids:
            return
        with self._store.writing("unrecognised") as transaction:
            transaction.executemany(
                "DELETE FROM scratch.recognised WHERE external_id = ?", [(external_id,) for external_id in external_ids]
            )

    def count_contacts_with_row(self) -> int:
        """Return how many contacts had a row in the last run."""
        return self._store.number("SELECT count(*) FROM contacts WHERE had_row = 1")

    def known_as(self, kind: str) -> dict[int, set[str]]:
        """Return, by mark, the external ids of the contacts that are known by it as this kind: few, but for `facts`."""
        marks: dict[int, set[str]] = defaultdict(set)
        for mark, external_id in self._store.lines("SELECT mark, external_id FROM known_by WHERE kind = ?", (kind,)):
            marks[int(mark)].add(external_id)
        return marks

    def row_of(self, external_id: str, besides: int = 0) -> int:
        """Return the row that has the contact of an external id: one of this sheet, else of the last; 0 for none.

        `besides`: a row that names this id as its answer, and is staged under it meanwhile.
        """
        query = (
            "SELECT row FROM scratch.recognised WHERE external_id = ?1 AND row <> ?2 UNION ALL SELECT row FROM "
            "(SELECT row FROM rows WHERE external_id = ?1 AND repeats IS NULL AND row <> ?2 ORDER BY row) AS last "
            "LIMIT 1"
        )
        return next((int(row) for (row,) in self._store.rows(query, (external_id, besides))), 0)

    def contact_words(self, external_id: str) -> str:
        """Return which contact an external id names, in words for a person: its id, and the row that it came from."""
        query = (
            f"SELECT contact_id, made_row, started_at, external_id IN (SELECT external_id {KEPT_OF}) FROM contacts "  # noqa: S608
            "LEFT JOIN runs ON runs.number = made_run WHERE external_id = ?"
        )
        name = f" ({self.contact_names[external_id]})" if external_id in self.contact_names else ""
        for contact_id, row, started_at, is_kept in self._store.rows(query, (external_id,)):
            made = f", created from row {row} on {started_at[:10]}" if row and started_at else ""
            if made and is_kept:
                made = f", into which dedupe joined the one{made.removeprefix(',')}"
            return f"contact {contact_id or external_id}{name}{made}"
        return f"contact {external_id}{name}"


def _persons(lines: Iterable[tuple[Any, ...]]) -> Iterator[PersonRow]:
    return (to_person(columns, body) for body, *columns in lines)
