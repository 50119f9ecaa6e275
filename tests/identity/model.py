"""A model of people and their sheet, apart from the program: walks of human events, and what they lead to.

People change phones, names and emails; sheets gain columns, lose rows, get sorted; a reader names columns, gives a
region or forgets an option. `Folder.run` is one import of the sheet as it is; afterwards `Folder.doubled` and
`Folder.merged` say whom it harmed. The rules are tried and changed here: `switched_off` leaves one of them out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Protocol

from importer.identity.marks import Facts, cells_mark, facts_of, marker
from importer.identity.matching import recognise
from importer.identity.people import Answer, ContactFacts, RowFacts
from importer.identity.twins import TwinFinder, Twins

if TYPE_CHECKING:
    import random

    from importer.identity.people import Recognition

MARK = marker(b"a model's salt")


# Most rows are the same from run to run, and in many walks.
@cache
def of_text(text: str) -> int:
    """The mark of a text."""
    return MARK(text)


@cache
def of_cells(cells: tuple[str, ...]) -> int:
    """The mark of a row's cells."""
    return cells_mark(MARK, cells)


@cache
def of_person(name: tuple[str, str, str], phones: tuple[str, ...], emails: tuple[str, ...]) -> Facts:
    """The marks of what a row says of its person."""
    return facts_of(MARK, name, phones, emails)


GIVEN = ["Ann", "Bob", "Cy", "Di", "Eve", "Finn", "Gus", "Hal", "Ida", "Jon", "Kim", "Lou", "Max", "Nia", "Ora", "Pat"]
FAMILY = ["Lee", "Ray", "Doe", "Fox", "Kay", "Orr", "Poe", "Roy", "Sun", "Tan"]


@dataclass(slots=True)
class Person:
    """A person as the sheet has them; `number` is who they really are."""

    number: int
    first: str
    last: str
    phone: str
    email: str
    note: str = ""
    id: str = ""
    bad_phone: bool = False
    is_twice: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """How the sheet is read: which columns are named, whether a region is known, whether the id column is given."""

    names: bool = True
    phones: bool = True
    emails: bool = True
    region: bool = True
    ids: bool = False


@dataclass(slots=True)
class Contact:
    """A contact of the workspace: what the folder knows of it, and who it really is."""

    facts: ContactFacts
    person: int
    harmed: bool = False


class Recogniser(Protocol):
    """`recognise`, or one that lacks a way of it."""

    def __call__(
        self,
        rows: list[RowFacts],
        contacts: list[ContactFacts],
        /,
        *,
        id_column: bool = False,
        twins: Twins | None = None,
    ) -> Recognition: ...


@dataclass(slots=True)
class Folder:
    """A folder with its journal, and the sheet beside it."""

    chance: random.Random
    people: list[Person] = field(default_factory=list)
    reader: Reader = Reader()
    extra: int = 0
    contacts: dict[str, Contact] = field(default_factory=dict)
    merged: list[tuple[int, int]] = field(default_factory=list)
    visible: list[int] = field(default_factory=list)
    recognise: Recogniser = recognise
    count: int = 0
    numbers: int = 0
    questions: int = 0
    households: dict[str, set[str]] = field(default_factory=dict)
    second_rows: dict[str, set[int]] = field(default_factory=dict)

    @property
    def doubled(self) -> list[int]:
        """People with more than one contact."""
        owners = [contact.person for contact in self.contacts.values()]
        return sorted({person for person in owners if owners.count(person) > 1})

    def add(self, **traits: str) -> Person:
        """A new person in the sheet."""
        self.numbers += 1
        first, last = self.chance.choice(GIVEN), self.chance.choice(FAMILY)
        person = Person(
            self.numbers,
            traits.get("first", first),
            traits.get("last", last),
            traits.get("phone", f"+1415555{self.numbers:04}"),
            traits.get("email", f"p{self.numbers}@example.com"),
            id=str(1000 + self.numbers),
        )
        self.people.append(person)
        return person

    def lines(self) -> list[Person]:
        """The people as they stand in the sheet, row by row; of some there is a second row at the end."""
        again = [replace(person, note=f"{person.note}*") for person in self.people if person.is_twice]
        return [*self.people, *again]

    def rows(self) -> list[tuple[RowFacts, Person]]:
        """The sheet as the reader sees it."""
        reader, shown = self.reader, []
        for number, person in enumerate(self.lines(), start=2):
            cells = (person.first, person.last, person.phone, person.email, person.note, person.id, "x" * self.extra)
            first, last = (person.first, person.last) if reader.names else ("", "")
            has_phone = reader.phones and reader.region and not person.bad_phone and person.phone
            phones = (person.phone,) if has_phone else ()
            emails = (person.email,) if reader.emails and person.email else ()
            told = " ".join([first, last, *phones, *emails]).strip()
            # A phone that cannot be read rejects its row, as every row is that says nothing.
            is_rejected = not told or bool(reader.phones and person.phone and not phones and not emails)
            row = RowFacts(
                number,
                of_cells(cells),
                of_text(f"identity {told}".lower()) if told else 0,
                of_person((first, last, ""), phones, emails),
                id=person.id if reader.ids else "",
                is_rejected=is_rejected,
            )
            shown.append((row, person))
        given: dict[int, set[int]] = defaultdict(set)
        for row, _ in shown:
            for mark in () if row.is_rejected else (*row.facts.phones, *row.facts.emails):
                given[mark].add(row.facts.name.given)
        of_several = frozenset(mark for mark, names in given.items() if len(names) > 1)
        return [(replace(row, of_several=of_several), person) for row, person in shown] if of_several else shown

    def run(self, answers: dict[int, str] | None = None) -> Recognition:
        """Import the sheet; `answers` give, by row, the external id that a person named, or "new"."""
        answers = answers or {}
        rows = [(answered(row, answers.get(row.row)), person) for row, person in self.rows()]
        known = [contact.facts for contact in self.contacts.values()]
        if self.second_rows:
            known = [
                replace(facts, asked=facts.asked | self.second_rows.get(facts.external_id, set())) for facts in known
            ]
        sheet = [row for row, _ in rows]
        result = self.recognise(sheet, known, id_column=self.reader.ids, twins=twins_of(sheet))
        self.questions += len(result.questions)
        of_row = {row.row: (row, person) for row, person in rows}
        kept = result.asked_about
        for external_id, contact in self.contacts.items():
            facts = contact.facts
            had_row = (facts.had_row and external_id not in result.lost) or external_id in kept
            if had_row != facts.had_row:
                contact.facts = replace(facts, had_row=had_row)
        for number, (external_id, _) in result.matches.items():
            row, person = of_row[number]
            contact = self.contacts[external_id]
            if contact.person != person.number and not row.is_rejected:
                self.merged.append((contact.person, person.number))
                # Of two people with nothing but one name the rows are the same text.
                self.visible += [person.number] if row.facts.reached else []
            contact.facts = learned(contact.facts, row)
        made: dict[int, str] = {}
        for number in result.new:
            row, person = of_row[number]
            self.count += 1
            own = [contact for contact in self.contacts.values() if contact.person == person.number]
            self.visible += [person.number for contact in own if is_seen(contact, row)]
            facts = learned(ContactFacts(f"c{self.count:04}"), row)
            self.contacts[facts.external_id] = Contact(facts, person.number)
            made[number] = facts.external_id
        open_rows = {number: question.contacts for number, question in result.questions.items()} | result.hints
        for number, candidates in open_rows.items():
            row, _ = of_row[number]
            for external_id in candidates:
                contact = self.contacts[external_id]
                contact.facts = replace(contact.facts, asked=contact.facts.asked | set(row.marks))
        # Of a second row of a person it is known whose it may be.
        owners = {number: external_id for number, (external_id, _) in result.matches.items()} | made
        for number, question in result.questions.items():
            row, _ = of_row[number]
            for external_id in {owners[earlier] for earlier in question.rows if earlier in owners}:
                self.second_rows.setdefault(external_id, set()).update({row.cells, row.identity} - {0})
        return result

    def truth(self, result: Recognition) -> dict[int, str]:
        """What a person who knows everybody would answer to the questions of a run: one of the contacts, or "new".

        A question that does not show the right contact stays open.
        """
        answers = {}
        of_row = {row.row: person.number for row, person in self.rows()}
        for question in result.questions.values():
            person = of_row[question.row]
            own = [key for key, contact in self.contacts.items() if contact.person == person]
            # A second row is no new person, and joining it is not the business of this model.
            if question.contacts and (not own or own[0] in question.contacts):
                answers[question.row] = own[0] if own else "new"
        return answers


def is_seen(contact: Contact, row: RowFacts) -> bool:
    """Whether a row that counts as new could be seen to be its person's contact: by its name, a number or its cells."""
    points = {*row.facts.phones, *row.facts.emails}
    known = contact.facts
    same_name = bool(row.facts.name.whole) and known.has_whole_name(row)
    return same_name or bool(points & set(known.points)) or row.cells in known.cells


def twins_of(rows: list[RowFacts]) -> Twins:
    """The rows that are one person twice."""
    return _twins(tuple((row.row, row.facts, row.id) for row in rows if not row.is_rejected))


@cache
def _twins(rows: tuple[tuple[int, Facts, str], ...]) -> Twins:
    finder = TwinFinder()
    finder.feed_ids(
        *zip(*[(row, own_id) for row, facts, own_id in rows if not facts.reached] or [(0, "")], strict=True)
    )
    for row, facts, _ in rows:
        name, points = facts.name.whole, (*facts.phones, *facts.emails)
        keys = [hash((name, point)) for point in points or (0,)] if name else [hash((0, *sorted(points)))]
        finder.feed([row] * len(keys), keys)
    return finder.twins()


def answered(row: RowFacts, answer: str | None) -> RowFacts:
    """The row with what a person answered for it."""
    if answer is None:
        return row
    return replace(row, answer=Answer.ANOTHER) if answer == "new" else replace(row, stated=answer)


def learned(contact: ContactFacts, row: RowFacts) -> ContactFacts:
    """The contact, known by what its row is known by as well."""
    is_known = row.cells in contact.cells and row.identity in contact.identities and row.id in ("", *contact.ids)
    if is_known and contact.had_row and not contact.asked and contact.facts[0] == row.facts:
        return contact
    return replace(
        contact,
        cells=contact.cells | ({row.cells} - {0}),
        identities=contact.identities | ({row.identity} - {0}),
        facts=tuple(dict.fromkeys([row.facts, *contact.facts])),
        ids=contact.ids | ({row.id} - {""}),
        had_row=True,
        asked=frozenset(),
    )
