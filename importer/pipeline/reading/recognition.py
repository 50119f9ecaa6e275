"""Whose the rows are: contacts of this folder, people to ask about, or new ones (design, "Who a row is").

While the rows are staged, `PeopleStager` notes by what each of them is known. When all are in, `recognise_people` finds
their contacts way by way, and decides again the rows whose contact is not the one that their own id names.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from importer.delivery.journal.records import PersonKind
from importer.identity.marks import facts_of, points_marks
from importer.identity.matching import recognise
from importer.identity.other_rows import same_people
from importer.identity.people import Answer, PersonQuestion, Reason, RowFacts
from importer.model.added_columns import NEW_PERSON, OPEN_QUESTION
from importer.pipeline.reading.left_out_rows import facts_of_left_out, with_left_out
from importer.pipeline.reading.person_facts import learned_withheld
from importer.pipeline.reading.person_steps import PersonSteps
from importer.pipeline.reading.recognised_people import RecognisedPeople
from importer.pipeline.reading.second_rows import JoinedRows, kept_apart, named_by_two, said_to_be_one
from importer.pipeline.reading.unclaimed_contacts import unclaimed_contacts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.delivery.journal.records import PersonRow
    from importer.identity.people import ContactFacts, Recognition
    from importer.identity.twins import Twins
    from importer.model import Mapping as ColumnMappings
    from importer.pipeline.reading.people_stager import PeopleStager
    from importer.pipeline.reading.person_facts import Marker
    from importer.pipeline.reading.unclaimed_contacts import UnclaimedContacts
    from importer.plan import Policy


def has_id_column(mapping: ColumnMappings) -> bool:
    """Whether a column gives each row its own id."""
    return any(column.target and column.target.field == "external_id" for column in mapping.mapped)


def is_rejects_file(mapping: ColumnMappings) -> bool:
    """Whether the sheet is a rejects file: a column says whose each row is."""
    return any(column.target and column.target.field == "identity" for column in mapping.mapped)


_NOBODY_YET = RecognisedPeople()


def recognise_people(
    journal: Journal,
    stager: PeopleStager,
    policy: Policy,
    *,
    id_column: bool,
    accept_new: bool = False,
    same_person: str = "",
    trusting: bool = True,
    outside: Sequence[ContactFacts] = (),
    said: Mapping[int, str] = MappingProxyType({}),
    before: RecognisedPeople = _NOBODY_YET,
    unproven: Collection[str] = (),
) -> RecognisedPeople:
    """Recognise the rows that are staged, and decide again those whose contact their own id does not name.

    `accept_new`: rows that would be asked about are new people. `same_person`: `join` or `separate` for people who are
    in the sheet twice. `outside`: contacts of the workspace that this folder does not know. `said`: by row what was
    just answered, the external id of a contact or `new`. `unproven`: as the journal's `unproven_ids`. `before`: what an
    earlier look of this run found; what it learned stands, since rows that it recognised are not looked at again.
    """
    twins, mark, knows_people = stager.twins.twins(), journal.marker, journal.knows_people()
    if knows_people:
        journal.recognise_equal_cells()
    contacts = unclaimed_contacts(journal, unproven, outside)
    # Rows of rejects may be asked about a row that these do not have.
    is_first = not (knows_people or outside or journal.names_unknown_contact())
    rows = _rows_without_contact(journal, twins, said, is_first=is_first)
    joined_rows = _said_joins(journal, rows, contacts, said) if same_person != "separate" else JoinedRows.none()
    rows = _still_apart(rows, joined_rows)
    facts = _facts_of_rows(mark, rows, twins, same_person, id_column=id_column)
    checked = _checked_by_ids(journal, rows, twins, mark) if id_column and knows_people else ({}, [])
    left_out = {person.row: person for person in journal.left_out_rows()} if contacts.free else {}
    kept = facts_of_left_out(mark, left_out.values(), id_column=id_column)
    every_contact = [*contacts.every.values(), *checked[1]]
    look = partial(recognise, contacts=every_contact, id_column=id_column, twins=twins, left_out=kept.values())
    result, joined_rows = _found(look, rows, [*facts.values(), *checked[0].values()], joined_rows)
    rows = [person for person in rows if person.row not in joined_rows.earlier]
    result, apart = _compared_with_other_rows(journal, _kept_open(journal, result, rows), facts, same_person)
    result = _accepted(result) if accept_new else result
    result = replace(result, joins=_first_rows({**result.joins, **joined_rows.joins}))
    every_row = {person.row: person for person in (*rows, *(person for person, _ in joined_rows.earlier.values()))}
    result, people = PersonSteps(journal, policy, contacts.unknown, trusting=trusting).decide(
        every_row,
        facts | kept,
        result,
        accepted=accept_new,
        answered={*said, *(asked.row for asked in before.asked_rows)},
        unmade=contacts.made_elsewhere,
    )
    said_of = result.joins.keys() if same_person == "join" else joined_rows.earlier.keys()
    people = replace(
        people,
        learned=before.without(contacts.made_elsewhere) | learned_withheld(journal) | people.learned,
        joined=_joined_cells(journal, [every_row[row] for row in said_of], result),
        given_up=[external_id for external_id, row in contacts.made_elsewhere.items() if row in result.matches],
        apart=kept_apart(journal, twins, rows, apart, every_pair=same_person == "separate"),
        lost=[external_id for external_id in result.lost if external_id in contacts.free],
    )
    return with_left_out(people, result, left_out, contacts.free)


def _found(
    look: Callable[..., Recognition], rows: Sequence[PersonRow], facts: Sequence[RowFacts], joined_rows: JoinedRows
) -> tuple[Recognition, JoinedRows]:
    """What a look at all rows finds, and the rows that are joined then.

    The rows without which it is not known whom others are joined with are looked at first.
    """
    clear = [row for row in facts if row.row not in joined_rows.of_contact]
    if joined_rows.of_contact:
        joined_rows = joined_rows.settled(rows, look(clear))
    still_apart = joined_rows.of_contact.keys() - joined_rows.earlier.keys()
    result = look([*clear, *(row for row in facts if row.row in still_apart)], joined=joined_rows.joins)
    return result, joined_rows


def _said_joins(
    journal: Journal, rows: Sequence[PersonRow], contacts: UnclaimedContacts, said: Mapping[int, str]
) -> JoinedRows:
    """The rows that a person has said are one with an earlier row, of that row itself or by naming its contact."""
    joined = said_to_be_one(journal, rows, contacts.free)
    return joined._replace(earlier=joined.earlier | named_by_two(journal.marker, rows, contacts.every, said))


def _still_apart(rows: Iterable[PersonRow], joined: JoinedRows) -> list[PersonRow]:
    """The rows that are not joined with an earlier one; those of which that is unclear have an open question again."""
    return [
        replace(person, stated=f"{OPEN_QUESTION}{person.stated}") if person.row in joined.unclear else person
        for person in rows
        if person.row not in joined.earlier
    ]


def _rows_without_contact(
    journal: Journal, twins: Twins, said: Mapping[int, str], *, is_first: bool
) -> list[PersonRow]:
    """The rows that no contact is known of, with what a person has just answered of them.

    `is_first`: in an empty folder and workspace, where only rows of one sheet can be one person.
    """
    rows = journal.people_of(twins.rows) if is_first else journal.unrecognised_rows()
    return [replace(person, stated=said[person.row]) if person.row in said else person for person in rows]


def _joined_cells(journal: Journal, rows: Iterable[PersonRow], result: Recognition) -> dict[str, set[int]]:
    """The marks of the cells of second rows, by the external id of the contact that they are said to be of.

    Without those whose first row is asked about: whose contact that is is not known yet.
    """
    cells: dict[str, set[int]] = defaultdict(set)
    for person in rows:
        first = result.joins.get(person.row)
        if first is not None and first not in result.questions:
            cells[journal.external_id_of_row(first)].add(person.cells)
    return cells


def _answer(person: PersonRow, twins: Twins, same_person: str) -> Answer:
    """What a person has answered of a row: in the rejects, else for all rows that may be one person."""
    if person.stated == NEW_PERSON:
        return Answer.ANOTHER
    answers = {"join": Answer.JOIN, "separate": Answer.SEPARATE}
    return answers.get(same_person, Answer.NONE) if person.row in twins else Answer.NONE


def _checked_by_ids(
    journal: Journal, rows: Sequence[PersonRow], twins: Twins, mark: Marker
) -> tuple[dict[int, RowFacts], list[ContactFacts]]:
    """The contacts that the ids of other rows are checked against, with the rows that they were recognised as."""
    identities = [person.identity for person in rows if person.identity]
    ids = [person.external_id for person in rows]
    contacts = {contact.external_id: contact for contact in journal.recognised_contacts(identities, ids)}
    of_source = {
        person.row: _row_facts(mark, person, twins, Answer.NONE, id_column=True)
        for person, _ in journal.rows_of(list(contacts))
    }
    return of_source, list(contacts.values())


def _kept_open(journal: Journal, result: Recognition, rows: Sequence[PersonRow]) -> Recognition:
    """Keep a question open that came back without an answer, wherever its candidate is now."""
    new, questions = {*result.new}, {}
    still_open = [person for person in rows if person.row in new and person.stated.startswith(OPEN_QUESTION)]
    # Of several candidates none is named. Where these are contacts that all have a row of their own by now, the row is
    # another person; rows that it may be it still may be.
    of_several = any(person.stated == OPEN_QUESTION for person in still_open)
    second_rows = journal.known_as("twin") if of_several else {}
    for person in still_open:
        candidate = person.stated.removeprefix(OPEN_QUESTION)
        firsts = second_rows.get(person.cells, set()) | second_rows.get(person.identity, set())
        if candidate:
            questions[person.row] = PersonQuestion(person.row, Reason.ASKED_BEFORE, (candidate,))
        elif earlier := sorted({journal.row_of(external_id, besides=person.row) for external_id in firsts} - {0}):
            questions[person.row] = PersonQuestion(person.row, Reason.SEVERAL_ROWS, (), tuple(earlier))
    return result.asking(questions, {})


def _compared_with_other_rows(
    journal: Journal, result: Recognition, facts: Mapping[int, RowFacts], same_person: str
) -> tuple[Recognition, dict[int, list[str]]]:
    """Ask about rows of rejects that would be new, where a row which the rejects do not have may be their person.

    Return also, where it was answered for all rows that these are others, the contacts of such rows by the new row.
    """
    new = [facts[row] for row in result.new if facts[row].answer is not Answer.ANOTHER]
    contacts = journal.facts_of_other_rows() if any(row.facts.reached for row in new) else ()
    apart: dict[int, list[str]] = {}
    questions: dict[int, PersonQuestion] = {}
    joins: dict[int, int] = {}
    for row, same in same_people(new, contacts).items():
        if same_person == "separate":
            apart[row] = same.external_ids
            continue
        earlier = tuple(sorted(journal.row_of(external_id, besides=row) for external_id in same.external_ids))
        if len(earlier) > 1:
            questions[row] = PersonQuestion(row, Reason.TWO_CONTACTS, (), earlier)
        elif same_person == "join":
            joins[row] = earlier[0]
        else:
            reason = Reason.SAME_PERSON if same.has_same_name else Reason.COMPATIBLE
            questions[row] = PersonQuestion(row, reason, (), earlier)
    return result.asking(questions, joins), apart


def _first_rows(joins: Mapping[int, int]) -> dict[int, int]:
    """Join each row with one that is not itself joined with another."""
    firsts = dict(joins)
    for row, earlier in firsts.items():
        passed = {row}
        while earlier in firsts and earlier not in passed:
            passed.add(earlier)
            earlier = firsts[earlier]
        firsts[row] = earlier
    return firsts


def _accepted(result: Recognition) -> Recognition:
    """Answer every question that is about a contact with "another person"."""
    accepted = {
        row: question
        for row, question in result.questions.items()
        if question.contacts and question.reason not in (Reason.ID_OF_ANOTHER, Reason.IDS_MOVED)
    }
    questions = {row: question for row, question in result.questions.items() if row not in accepted}
    return replace(result, questions=questions, new=[*result.new, *accepted])


def _facts_of_rows(
    mark: Marker, rows: Iterable[PersonRow], twins: Twins, same_person: str, *, id_column: bool
) -> dict[int, RowFacts]:
    """What identifies rows, and what a person has answered of them, by row."""
    answers = ((person, _answer(person, twins, same_person)) for person in rows)
    return {person.row: _row_facts(mark, person, twins, answer, id_column=id_column) for person, answer in answers}


def _row_facts(mark: Marker, person: PersonRow, twins: Twins, answer: Answer, *, id_column: bool) -> RowFacts:
    """By what a row is known, with what a person has answered of it."""
    names, phones, emails = person.names_and_points
    phones += person.withheld
    of_several = [
        points_marks(mark, kind, filter(twins.is_of_several, values))
        for kind, values in (("phone", phones), ("email", emails))
        if values
    ]
    return RowFacts(
        row=person.row,
        cells=person.cells,
        identity=person.identity,
        facts=facts_of(mark, names, phones, emails),
        id=person.external_id if id_column and person.is_id else "",
        stated="" if person.stated == NEW_PERSON else person.stated,
        answer=answer,
        is_rejected=person.kind is PersonKind.REJECTED,
        of_several=frozenset(chain(*of_several)),
    )
