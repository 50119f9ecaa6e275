"""The rows and contacts that are not matched yet, and the result so far."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from importer.identity.marks import SHARED_BY_MANY
from importer.identity.people import Answer, PersonQuestion, Recognition
from importer.identity.rows_of_people import rows_of_people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.identity.people import ContactFacts, Reason, RecognisedBy, RowFacts
    from importer.identity.twins import Twins


class Claims:
    """Rows claim contacts, each at most one; `left` are rows without a contact, `free` contacts without a row.

    `id_column`: one is named. `joined`: by row, the earlier row that it is one person with, as a person has said.
    `common`: phones and emails of so many rows that they identify no one; `asked_marks`: of rows that were asked about.
    """

    def __init__(
        self,
        rows: list[RowFacts],
        contacts: list[ContactFacts],
        twins: Twins,
        *,
        id_column: bool,
        joined: Mapping[int, int],
    ) -> None:
        self.rows = rows
        self.twins = twins
        self._first_asked: dict[int, int] = {}
        self._without_repeats: dict[int, list[int]] = {}
        # All rows of a person, and which of them a person has said to be one with an earlier row.
        self._people, self._near_people = rows_of_people(
            twins, {row.row for row in rows if row.answer is Answer.ANOTHER}
        )
        self._joined = joined
        self._asked_people: dict[int, int] = {}
        self._owners: dict[int, tuple[int, ...]] = {}
        self.id_column = id_column
        self.result = Recognition()
        self.contacts = {contact.external_id: contact for contact in contacts}
        self.left = {row.row: row for row in rows}
        self.free = dict(self.contacts)
        # Either person of the question, also one whose second row this is.
        self.asked_marks = {mark for contact in contacts for mark in contact.asked}
        shared = Counter(mark for row in rows for mark in (*row.facts.phones, *row.facts.emails))
        # A contact counts once for a number, by however many names it was ever known.
        shared.update(mark for contact in contacts for mark in set(contact.points))
        # A number in many rows (a switchboard) identifies no one; twice as many, since a row and its contact share it.
        self.common = {mark for mark, count in shared.items() if count > 2 * SHARED_BY_MANY}

    def claim(self, row: RowFacts, contact: ContactFacts, way: RecognisedBy) -> None:
        """Match a row with a contact."""
        self.result.matches[row.row] = (contact.external_id, way)
        self.left.pop(row.row, None)
        self.free.pop(contact.external_id, None)

    def question(
        self, row: RowFacts, reason: Reason, contacts: tuple[str, ...] = (), rows: tuple[int, ...] = ()
    ) -> None:
        """Leave a row to a person; of a rejected row nothing is asked, but its contacts keep it."""
        del self.left[row.row]
        if row.is_rejected:
            self.result.hints[row.row] = contacts
        else:
            self.result.questions[row.row] = PersonQuestion(row.row, reason, contacts, rows)
            for group in self.twins.groups_of(row.row):
                self._first_asked[group] = min(row.row, self._first_asked.get(group, row.row))
            if contacts and row.row in self._people:
                first = self._people[row.row][0]
                self._asked_people[first] = min(row.row, self._asked_people.get(first, row.row))

    def asked_twin(self, row: RowFacts) -> int | None:
        """The first earlier row of the same person that is asked about already, if any.

        Of two rows of one person the first is asked who it is, the second whether it is the first: if both were asked
        the former, both might be answered "another person".
        """
        groups = self.twins.groups_of(row.row)
        return min((self._first_asked[group] for group in groups if group in self._first_asked), default=None)

    def asked_of_person(self, row: RowFacts) -> int | None:
        """The first row of the same person that may be a contact, if any; it may have no number of this row."""
        return self._asked_people.get(self._people[row.row][0]) if row.row in self._people else None

    def owners(self, row: RowFacts) -> tuple[int, ...]:
        """The rows of the same person that each have a contact already; known once all ways have been tried."""
        rows = self._people.get(row.row, ())
        if rows and rows[0] not in self._owners:
            undecided = (self.left, self.result.repeats, self.result.questions)
            with_contact = (number for number in rows if not any(number in part for part in undecided))
            self._owners[rows[0]] = tuple(sorted({self._joined.get(number, number) for number in with_contact}))
        return self._owners[rows[0]] if rows else ()

    def person_above(self, row: RowFacts) -> int | None:
        """The first row of a person above who may be this one; None if a row of this person has a contact."""
        first = self._people.get(row.row, (row.row,))[0]
        return None if self.owners(row) else self._near_people.get(first)

    def first_of_person(self, row: RowFacts) -> int | None:
        """The row whose contact this row belongs to: one that has a contact, else the first row of the person."""
        rows = self._people.get(row.row, ())
        first = next((number for number in rows if number not in self.result.repeats), row.row)
        return next(iter(self.owners(row)), first if first != row.row else None)

    def earlier_twin(self, row: RowFacts) -> int | None:
        """The first other row that is the same person: one above, or one below that is recognised already.

        A repeat of a row is no twin of it: it is set aside, whatever the row itself becomes.
        """
        firsts: list[int] = []
        for group in self.twins.groups_of(row.row):
            if group not in self._without_repeats:
                repeats = self.result.repeats
                self._without_repeats[group] = [twin for twin in self.twins.groups[group] if twin not in repeats]
            # The first of a group alone looks at all of it: the others come upon the first at once.
            twins = (twin for twin in self._without_repeats[group] if twin != row.row)
            firsts += islice((twin for twin in twins if twin < row.row or twin not in self.left), 1)
        return min(firsts, default=None)

    def have_other_ids(self, row: RowFacts, contacts: Sequence[ContactFacts]) -> bool:
        """Whether the id column says that none of the contacts is the row's."""
        if not self.id_column or not row.id:
            return False
        return all(contact.ids and row.id not in contact.ids for contact in contacts)

    def contacts_by_point(self) -> dict[int, list[ContactFacts]]:
        """The free contacts by each of their phones and emails that can identify a person."""
        of_point: dict[int, list[ContactFacts]] = defaultdict(list)
        for contact in self.free.values():
            for mark in set(contact.points) - self.common:
                of_point[mark].append(contact)
        return of_point

    def own_points(self, row: RowFacts) -> list[int]:
        """The phones and emails of a row that can identify a person."""
        return [mark for mark in (*row.facts.phones, *row.facts.emails) if mark not in self.common]

    def contacts_by_name(self) -> dict[int, list[ContactFacts]]:
        """The free contacts by each whole name that they were ever known by."""
        of_name: dict[int, list[ContactFacts]] = defaultdict(list)
        for contact in self.free.values():
            for whole in {facts.name.whole for facts in contact.facts}:
                of_name[whole].append(contact)
        return of_name
