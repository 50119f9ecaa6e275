"""What a journal remembers of people: committed just before the first write, and with each request that is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.delivery.journal.checksum import ids_checksum
from importer.delivery.journal.conditions import IS_GONE
from importer.delivery.journal.people import PeopleReader
from importer.delivery.journal.people_rows import PERSON_COLUMNS, to_person
from importer.identity.marks import Facts, facts_of_contact
from importer.plan import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from importer.delivery.journal.records import PersonRow, QueuedRow
    from importer.delivery.journal.store import Store, Transaction

MOST_AHEAD = 5000
_LEARN_MARK = "INSERT INTO known_by (external_id, kind, mark) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
# What a contact was known by until now and is no longer, before it is overwritten.
_KEEP_OLD_MARKS = (
    "INSERT INTO known_by (external_id, kind, mark) "
    "SELECT external_id, 'cells', CAST(cells AS TEXT) FROM contacts WHERE external_id = ?1 AND cells NOT IN (0, ?2) "
    "UNION ALL SELECT external_id, 'identity', CAST(identity AS TEXT) FROM contacts "
    "WHERE external_id = ?1 AND identity NOT IN (0, ?3) "
    "UNION ALL SELECT external_id, 'facts', hex(facts) FROM contacts "
    "WHERE external_id = ?1 AND facts IS NOT NULL AND facts <> ?4 ON CONFLICT DO NOTHING"
)


class PeopleWriter(PeopleReader):
    """The part of a journal that stores what identifies contacts."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        # By row what `stage_people` has stored, for the rows that are about to be sent: to ask for each while it is
        # sent would be a wait more for the database, and in a database far away a long one.
        self._people_ahead: dict[int, tuple[Any, ...] | None] = {}
        # By row in flight the contact and body that are committed, since the answer tells nothing new of the person.
        self._known_sent: dict[int, tuple[str, Mapping[str, Any]]] = {}

    def stage_people(self, people: Iterable[PersonRow]) -> None:
        """Store what identifies the rows of a chunk."""
        self._people_ahead.clear()
        super().stage_people(people)

    def read_people_ahead(self, rows: Sequence[int]) -> None:
        """Read what identifies the rows that will be sent next."""
        if len(self._people_ahead) > MOST_AHEAD:
            self._people_ahead.clear()
        query = f"SELECT people.row, {PERSON_COLUMNS} FROM scratch.people AS people WHERE people.row IN (?)"  # noqa: S608
        self._people_ahead.update(dict.fromkeys(rows))
        self._people_ahead.update((line[0], line[1:]) for line in self._store.matching(query, rows))

    def forget_unmade(self, external_ids: Iterable[str]) -> None:
        """Commit that the workspace has no contacts of these external ids, whose rows are other contacts."""
        refused = [(str(State.REFUSED), ids_checksum(external_id, ""), external_id) for external_id in external_ids]
        if not refused:
            return
        with self._store.writing("give up") as transaction:
            transaction.executemany(
                "UPDATE contacts SET state = ?, checksum = ?, contact_id = '', unsure = 0 "  # noqa: S608 - constants
                f"WHERE external_id = ? AND (contact_id = '' OR {IS_GONE})",
                refused,
            )

    def remember_people(
        self,
        learned: Mapping[str, tuple[PersonRow, Facts]],
        asked: Mapping[str, Iterable[int]],
        second_rows: Mapping[str, Mapping[str, Iterable[int | str]]],
        *,
        left_out: Collection[str] = (),
        whole: bool,
    ) -> None:
        """Commit before the first write what this sheet says of people.

        `learned`: by external id the row that a contact was recognised as, if it is not quite as before. `asked`: marks
        of the rows that were asked about a contact. `second_rows`: by kind (twin, joined) the same of rows that may be,
        or are, a second row of a contact; (apart) the ids of contacts that are other people. `left_out`: contacts
        whose row is left out. `whole`: the sheet has all rows, so contacts may lose theirs.
        """
        with self._store.writing("remember") as transaction:
            for external_id, (person, facts) in learned.items():
                self._learn(transaction, external_id, person, facts)
            transaction.executemany(
                _LEARN_MARK,
                [(external_id, "asked", str(mark)) for external_id, marks in asked.items() for mark in marks],
            )
            transaction.executemany(
                _LEARN_MARK,
                [
                    (external_id, kind, str(mark))
                    for kind, of_contact in second_rows.items()
                    for external_id, marks in of_contact.items()
                    for mark in marks
                ],
            )
            # A part of the sheet says nothing of the rows that it does not have.
            of_part = "" if whole else " AND external_id IN (SELECT external_id FROM scratch.recognised)"
            transaction.execute(f"DELETE FROM known_by WHERE kind = 'left-out'{of_part}")  # noqa: S608 - constants
            transaction.executemany(
                _LEARN_MARK,
                [(external_id, "left-out", "") for external_id in left_out],
            )
            if whole:
                transaction.execute(
                    "UPDATE contacts SET had_row = 0 WHERE had_row = 1 AND external_id NOT IN "
                    "(SELECT external_id FROM scratch.recognised)"
                )
            transaction.execute(
                # Of few contacts this is news: what was recognised is looked up for these alone.
                "UPDATE contacts SET had_row = 1 WHERE had_row = 0 AND EXISTS (SELECT 1 "
                "FROM scratch.recognised AS found WHERE found.external_id = contacts.external_id)"
            )
            transaction.executemany(
                "UPDATE contacts SET had_row = 1 WHERE external_id = ?", [(external_id,) for external_id in asked]
            )
            transaction.execute(
                "UPDATE rows SET way = (SELECT found.way FROM scratch.recognised AS found WHERE found.row = rows.row) "
                "WHERE row IN (SELECT row FROM scratch.recognised WHERE way <> 'cells')"
            )

    def recall_questions(self, questions: Mapping[str, Mapping[str, Iterable[int]]]) -> None:
        """Commit what a command asked that left the journal as it was: the marks of rows, by kind and external id."""
        lines = [
            (external_id, kind, str(mark))
            for kind in ("asked", "twin", "first")
            for external_id, marks in questions.get(kind, {}).items()
            for mark in marks
        ]
        if not lines:
            return
        with self._store.writing("recall") as transaction:
            transaction.executemany(_LEARN_MARK, lines)

    def knows_sent(self, task: QueuedRow) -> None:
        """Count what `learn_sent` entered for a row as committed: the next call for it has nothing to do."""
        self._known_sent[task.row] = task.external_id, task.body

    def learn_sent(self, transaction: Transaction, task: QueuedRow) -> None:
        """Enter, within a transaction, what identifies the contact that is sent for a row."""
        if self._known_sent.pop(task.row, None) == (task.external_id, task.body):
            return
        if task.row not in self._people_ahead:
            query = f"SELECT {PERSON_COLUMNS} FROM scratch.people AS people WHERE row = ?"  # noqa: S608 - constants
            self._people_ahead[task.row] = transaction.execute(query, (task.row,)).fetchone()
        columns = self._people_ahead[task.row]
        if columns is not None:
            person = to_person(columns, "")
            facts = facts_of_contact(self.marker, task.body, person.withheld)
            self._learn(transaction, task.external_id, person, facts)

    def _learn(self, transaction: Transaction, external_id: str, person: PersonRow, facts: Facts) -> None:
        packed = facts.packed()
        transaction.execute(_KEEP_OLD_MARKS, (external_id, person.cells, person.identity, packed))
        if person.is_id and person.external_id != external_id:
            transaction.execute(
                "INSERT INTO known_by (external_id, kind, mark) VALUES (?, 'id', ?) ON CONFLICT DO NOTHING",
                (external_id, person.external_id),
            )
        transaction.execute(
            "UPDATE contacts SET cells = ?2, identity = ?3, facts = ?4, had_row = 1 WHERE external_id = ?1",
            (external_id, person.cells, person.identity, packed),
        )
        transaction.execute("DELETE FROM known_by WHERE external_id = ? AND kind = 'asked'", (external_id,))
