"""Lines that a journal has about people, read as rows and as contacts."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.conditions import IS_THERE
from importer.delivery.journal.records import PersonKind, PersonRow
from importer.delivery.journal.store import JournalPart
from importer.identity.marks import Facts
from importer.identity.people import ContactFacts
from importer.model.made_ids import DIGEST_IDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONTACT_COLUMNS = "contacts.external_id, contacts.cells, contacts.identity, contacts.facts, contacts.had_row"
PERSON_COLUMNS = (
    "people.row, people.external_id, people.cells, people.identity, stated, kind, people.digest, people.clears, "
    "people.withheld"
)


def to_person(columns: Sequence[Any], body: str) -> PersonRow:
    """Return the row whose `PERSON_COLUMNS` these are, with the body that it is to be sent with."""
    row, external_id, cells, identity, stated, kind, digest, clears, withheld = columns
    return PersonRow(
        row,
        external_id,
        cells,
        identity,
        stated,
        PersonKind(kind),
        digest,
        tuple(json.loads(clears)) if clears != "[]" else (),
        body,
        tuple(withheld.split()),
    )


class PeopleLines(JournalPart):
    """Reads contacts with everything that they were ever known by."""

    def _contacts(self, query: str, values: Sequence[Any]) -> Iterator[ContactFacts]:
        batch = []
        for line in self._store.lines(query, values):
            batch.append(line)
            if len(batch) == 500:
                yield from self._with_former(batch)
                batch = []
        yield from self._with_former(batch)

    def _with_former(self, lines: list[tuple[Any, ...]]) -> Iterator[ContactFacts]:
        former: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        query = "SELECT external_id, kind, mark FROM known_by WHERE external_id IN (?)"
        for external_id, kind, mark in self._store.matching(query, [line[0] for line in lines]):
            former[external_id][kind].append(mark)
        for external_id, cells, identity, facts, had_row in lines:
            marks = former.get(external_id, {})
            if not identity and external_id.startswith(DIGEST_IDS):
                # A contact of an older journal, known by the id that is made of its identity.
                identity = self.marker(f"identity {external_id}")
            is_id = not external_id.startswith(DIGEST_IDS)
            yield ContactFacts(
                external_id,
                frozenset({cells, *map(int, marks.get("cells", ()))} - {0}),
                frozenset({identity, *map(int, marks.get("identity", ()))} - {0}),
                tuple(
                    Facts.unpacked(packed)
                    for packed in ([facts] if facts else []) + [bytes.fromhex(mark) for mark in marks.get("facts", ())]
                ),
                frozenset([*([external_id] if is_id else []), *marks.get("id", ())]),
                bool(had_row),
                frozenset(map(int, (*marks.get("asked", ()), *marks.get("twin", ())))),
                frozenset(marks.get("apart", ())),
            )

    def with_questions(self, contacts: Sequence[ContactFacts]) -> Iterator[ContactFacts]:
        """Give contacts of the workspace, whichever folder made them, with what was asked about them and said here."""
        query = "SELECT external_id, kind, mark FROM known_by WHERE kind IN ('asked', 'twin', 'apart') "
        asked: dict[str, set[int]] = defaultdict(set)
        apart: dict[str, set[str]] = defaultdict(set)
        ids = [contact.external_id for contact in contacts]
        for external_id, kind, mark in self._store.matching(f"{query} AND external_id IN (?)", ids):
            if kind == "apart":
                apart[external_id].add(mark)
            else:
                asked[external_id].add(int(mark))
        for contact in contacts:
            key = contact.external_id
            yield replace(contact, asked=contact.asked | asked[key], apart=contact.apart | apart[key])

    def facts_of_other_rows(self) -> Iterator[tuple[str, Facts]]:
        """Give by what contacts are known now whose rows are not in the part of the sheet that this run is about."""
        query = (
            "SELECT external_id, facts FROM contacts LEFT JOIN scratch.recognised AS found USING (external_id) "  # noqa: S608
            f"WHERE found.row IS NULL AND facts IS NOT NULL AND {IS_THERE} AND external_id IN (SELECT rows.external_id "
            "FROM rows WHERE EXISTS (SELECT 1 FROM scratch.part) AND row NOT IN (SELECT row FROM scratch.part))"
        )
        for external_id, facts in self._store.lines(query):
            yield external_id, Facts.unpacked(facts)

    def rows_with_withheld(self) -> Iterator[tuple[PersonRow, str, Facts]]:
        """Give the rows found by equal cells with phones that are not sent, and by what their contacts are known."""
        query = (
            f"SELECT found.external_id, contacts.facts, {PERSON_COLUMNS} FROM scratch.recognised AS found "  # noqa: S608
            "JOIN scratch.people AS people USING (row) JOIN contacts ON contacts.external_id = found.external_id "
            "WHERE people.withheld <> '' AND found.way = 'cells' AND contacts.facts IS NOT NULL ORDER BY row"
        )
        for external_id, facts, *columns in self._store.lines(query):
            yield to_person(columns, ""), external_id, Facts.unpacked(facts)

    def contact_id_of(self, external_id: str) -> str:
        """Return the contact id of an external id, "" if there is none."""
        rows = self._store.rows("SELECT contact_id FROM contacts WHERE external_id = ?", (external_id,))
        return next((str(contact_id) for (contact_id,) in rows), "")

    def external_id_of_row(self, row: int) -> str:
        """Return the external id under which a row of this sheet is sent, "" if there is none."""
        rows = self._store.rows("SELECT external_id FROM rows WHERE row = ?", (row,))
        return next((str(external_id) for (external_id,) in rows), "")
