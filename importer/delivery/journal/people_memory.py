"""What a journal remembers of people: committed just before the first write, and with each request that is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.delivery.journal.people import PERSON_COLUMNS, PeopleReader, to_person
from importer.identity.marks import Facts, facts_of_contact

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from importer.delivery.journal.records import PersonRow, QueuedRow


class PeopleWriter(PeopleReader):
    """The part of a journal that stores by what contacts are known."""

    def remember_people(
        self,
        learned: Mapping[str, tuple[PersonRow, Facts]],
        asked: Mapping[str, Iterable[int]],
        second_rows: Mapping[str, Mapping[str, Iterable[int]]],
        *,
        whole: bool,
    ) -> None:
        """Commit before the first write what this sheet says of people.

        `learned`: by external id the row that a contact was recognised as, if it is not quite as before. `asked`: marks
        of the rows that were asked about a contact. `second_rows`: by kind (twin, joined) the same of rows that may be,
        or are, a second row of a contact. `whole`: the sheet has all rows, so contacts may lose theirs.
        """
        with self._store.writing("remember") as connection:
            for external_id, (person, facts) in learned.items():
                self._learn(connection, external_id, person, facts)
            connection.executemany(
                "INSERT OR IGNORE INTO known_by VALUES (?, 'asked', ?)",
                [(external_id, str(mark)) for external_id, marks in asked.items() for mark in marks],
            )
            connection.executemany(
                "INSERT OR IGNORE INTO known_by VALUES (?, ?, ?)",
                [
                    (external_id, kind, str(mark))
                    for kind, of_contact in second_rows.items()
                    for external_id, marks in of_contact.items()
                    for mark in marks
                ],
            )
            if whole:
                connection.execute(
                    "UPDATE contacts SET had_row = 0 WHERE had_row = 1 AND external_id NOT IN "
                    "(SELECT external_id FROM scratch.recognised)"
                )
            connection.execute(
                "UPDATE contacts SET had_row = 1 WHERE had_row = 0 AND external_id IN "
                "(SELECT external_id FROM scratch.recognised)"
            )
            connection.executemany(
                "UPDATE contacts SET had_row = 1 WHERE external_id = ?", [(external_id,) for external_id in asked]
            )
            connection.execute(
                "UPDATE rows SET way = (SELECT found.way FROM scratch.recognised AS found WHERE found.row = rows.row) "
                "WHERE row IN (SELECT row FROM scratch.recognised WHERE way <> 'cells')"
            )

    def learn_sent(self, connection: sqlite3.Connection, task: QueuedRow) -> None:
        """Enter within a transaction by what the contact is known that is about to be sent for a row."""
        query = f"SELECT {PERSON_COLUMNS} FROM scratch.people AS people WHERE row = ?"  # noqa: S608 - constants
        for columns in connection.execute(query, (task.row,)).fetchall():
            self._learn(
                connection, task.external_id, to_person(columns, ""), facts_of_contact(self.marker(), task.body)
            )

    def _learn(self, connection: sqlite3.Connection, external_id: str, person: PersonRow, facts: Facts) -> None:
        packed = facts.packed()
        connection.execute(
            "INSERT OR IGNORE INTO known_by SELECT external_id, 'cells', CAST(cells AS TEXT) FROM contacts "
            "WHERE external_id = ?1 AND cells NOT IN (0, ?2)",
            (external_id, person.cells),
        )
        connection.execute(
            "INSERT OR IGNORE INTO known_by SELECT external_id, 'identity', CAST(identity AS TEXT) FROM contacts "
            "WHERE external_id = ?1 AND identity NOT IN (0, ?2)",
            (external_id, person.identity),
        )
        connection.execute(
            "INSERT OR IGNORE INTO known_by SELECT external_id, 'facts', hex(facts) FROM contacts "
            "WHERE external_id = ?1 AND facts IS NOT NULL AND facts <> ?2",
            (external_id, packed),
        )
        if person.is_id and person.external_id != external_id:
            connection.execute("INSERT OR IGNORE INTO known_by VALUES (?, 'id', ?)", (external_id, person.external_id))
        connection.execute(
            "UPDATE contacts SET cells = ?2, identity = ?3, facts = ?4, had_row = 1 WHERE external_id = ?1",
            (external_id, person.cells, person.identity, packed),
        )
        connection.execute("DELETE FROM known_by WHERE external_id = ? AND kind = 'asked'", (external_id,))
