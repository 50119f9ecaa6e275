"""Whose the rows are: contacts of this folder, people to ask about, or new ones (design, "Who a row is").

While the rows are staged, `PeopleStager` notes by what each of them is known. When all are in, `recognise_people` finds
their contacts way by way, and decides again the rows whose contact is not the one that their own id names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from importer.identity.marks import Facts, facts_of_contact
from importer.identity.matching import recognise
from importer.identity.people import Answer, Question, Reason, RowFacts
from importer.model import ContactDraft, Problem, Severity, Status
from importer.pipeline.reading.second_rows import join, said_to_be_one
from importer.plan import Action, RowStep, asked, decide_all

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.delivery.journal.records import PersonRow
    from importer.identity.people import ContactFacts, Recognition
    from importer.model import Mapping as ColumnMappings
    from importer.pipeline.reading.people_stager import PeopleStager
    from importer.plan import Policy

Marker = Callable[[str], int]

NEW = "new"
"""What a person writes into `_external_id` of a rejects file: this row is somebody else."""
BATCH = 2_000

_WORDS = {
    Reason.WANTED_BY_TWO: "which fits another row of the sheet as well",
    Reason.SAME_NAME: "which has the same name",
    Reason.SHARED: "which has a phone number or email address of this row",
    Reason.FORMER_NAME: "which had this row's name and numbers before",
    Reason.NO_POINTS: "which has a name like this row's, without a number to tell them apart",
    Reason.NO_NAME: "whose row has left the sheet, while this row has no name",
    Reason.ASKED_BEFORE: "about which you were asked before",
    Reason.ID_OF_ANOTHER: "which the id column names, but which looks like another person (where two sheets use the "
    "same ids for different people, --id-prefix keeps them apart)",
    Reason.IDS_MOVED: "which the id column names, while another row is exactly that contact",
}


@dataclass(slots=True)
class RecognisedPeople:
    """What recognising found out; the journal remembers it just before the first write.

    `learned`: by external id the row that a contact was recognised as, and by what it is known now. `asked`: by
    external id the marks of rows that were asked about it; `twins`: of rows that may be a second row of the person;
    `joined`: of rows that a person said are one. `lost`: contacts that had a row until now and have none.
    """

    learned: dict[str, tuple[PersonRow, Facts]] = field(default_factory=dict)
    asked: dict[str, set[int]] = field(default_factory=dict)
    twins: dict[str, set[int]] = field(default_factory=dict)
    joined: dict[str, set[int]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    questions: int = 0


def has_id_column(mapping: ColumnMappings) -> bool:
    """Whether a column gives each row its own id."""
    return any(column.target and column.target.field == "external_id" for column in mapping.mapped)


def is_rejects_file(mapping: ColumnMappings) -> bool:
    """Whether the sheet is a rejects file: a column says whose each row is."""
    return any(column.target and column.target.field == "identity" for column in mapping.mapped)


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
) -> RecognisedPeople:
    """Recognise the rows that are staged, and decide again those whose contact their own id does not name.

    `accept_new`: rows that would be asked about are new people. `same_person`: `join` or `separate` for people who are
    in the sheet twice. `outside`: contacts of the workspace that this folder does not know.
    """
    twins, people = stager.twins.twins(), RecognisedPeople()
    knows_people = journal.knows_people()
    if knows_people:
        journal.recognise_equal_cells()
    if not (knows_people or outside):
        rows = list(journal.people_of(sorted(twins)))
    else:
        rows = list(journal.unrecognised_rows())

    # Of a contact that an older journal knows by its id alone, the workspace knows names and numbers.
    own, found = {contact.external_id: contact for contact in journal.free_contacts()}, {}
    for contact in outside:
        former = own.get(contact.external_id)
        found[contact.external_id] = replace(contact, had_row=former.had_row or contact.had_row) if former else contact
    contacts = list((own | found).values())
    mark = journal.marker()
    joined = said_to_be_one(journal, rows, own)
    rows = [person for person in rows if person.row not in joined]
    answers = {"join": Answer.JOIN, "separate": Answer.SEPARATE}
    facts = {}
    for person in rows:
        said = answers.get(same_person, Answer.NONE) if person.row in twins else Answer.NONE
        answer = Answer.ANOTHER if person.stated == NEW else said
        facts[person.row] = _row_facts(mark, person, answer, id_column=id_column)
    others = _checked_by_ids(journal, rows, mark) if id_column and knows_people else ({}, [])
    result = recognise(
        [*facts.values(), *others[0].values()], [*contacts, *others[1]], id_column=id_column, twins=twins
    )
    # A question that was fed in as it was asked is still open, wherever the candidate is.
    for person in rows:
        if person.row in result.new and person.stated.startswith("?"):
            result.new.remove(person.row)
            candidate = person.stated.removeprefix("?")
            result.questions[person.row] = Question(person.row, Reason.ASKED_BEFORE, (candidate,))
    if accept_new:
        _accept(result)
    result.joins |= {row: earlier for row, (_, earlier) in joined.items()}

    decider = _Decider(journal, policy, found.keys() - own.keys(), trusting=trusting)
    every = {person.row: person for person in (*rows, *(person for person, _ in joined.values()))}
    decider.decide(every, facts, result, people, accepted=accept_new)
    for person, earlier in joined.values():
        people.joined.setdefault(journal.external_id_of_row(earlier), set()).add(person.cells)
    people.lost = [external_id for external_id in result.lost if external_id in own]
    return people


def _checked_by_ids(
    journal: Journal, rows: Sequence[PersonRow], mark: Marker
) -> tuple[dict[int, RowFacts], list[ContactFacts]]:
    """The contacts that the ids of other rows are checked against, with the rows that they were recognised as."""
    identities = [person.identity for person in rows if person.identity]
    ids = [person.external_id for person in rows]
    contacts = {contact.external_id: contact for contact in journal.recognised_contacts(identities, ids)}
    own = {
        person.row: _row_facts(mark, person, Answer.NONE, id_column=True) for person in journal.rows_of(list(contacts))
    }
    return own, list(contacts.values())


def _accept(result: Recognition) -> None:
    """Answer every question that is about a contact with "another person"."""
    for row, question in list(result.questions.items()):
        if question.contacts and question.reason not in (Reason.ID_OF_ANOTHER, Reason.IDS_MOVED):
            del result.questions[row]
            result.new.append(row)


class _Decider:
    """Decides the rows again whose contact is known now, or that are asked about."""

    def __init__(self, journal: Journal, policy: Policy, outside: Collection[str], *, trusting: bool) -> None:
        self._journal, self._policy, self._trusting, self._outside = journal, policy, trusting, outside

    def decide(
        self,
        rows: Mapping[int, PersonRow],
        facts: Mapping[int, RowFacts],
        result: Recognition,
        people: RecognisedPeople,
        *,
        accepted: bool,
    ) -> None:
        journal = self._journal
        matches = {row: match for row, match in result.matches.items() if row in rows}
        journal.enter_recognised({row: (external_id, str(way)) for row, (external_id, way) in matches.items()})

        # Rows whose own id names another contact, or none: those that equal cells recognised, and the others.
        drafts = []
        for person, external_id, _ in journal.moved_rows():
            if person.kind != "rejected" and person.body:
                drafts.append(_draft(person, external_id))
                people.learned[external_id] = (person, _facts_of(journal.marker(), person))
        for row, (external_id, _) in matches.items():
            if rows[row].kind != "rejected":
                people.learned[external_id] = (rows[row], facts[row].facts)
        # The id that a new row would be sent under may be that of a contact: another person had this name once, or not.
        namesakes = [rows[row] for row in result.new if self._journal.is_there(rows[row].external_id)]
        for person in namesakes:
            if facts[person.row].answer in (Answer.ANOTHER, Answer.SEPARATE) or accepted:
                drafts.append(_draft(person, self._free_id(person)))
            else:
                result.questions[person.row] = Question(person.row, Reason.FORMER_NAME, (person.external_id,))
        drafts += self._joined(result.joins, rows)
        # What any of these rows was staged as counts no more: its own id may be that of a contact of another row.
        again = [draft.row for draft in drafts] + list(result.questions)
        journal.forget_rows(again)
        self._restage(drafts)

        questions = []
        for question in result.questions.values():
            person = rows[question.row]
            for external_id in question.contacts:
                people.asked.setdefault(external_id, set()).update(facts[question.row].marks)
            step = self._question(person, question, rows)
            questions.append(step)
            if not question.contacts or question.reason in (Reason.FORMER_NAME, Reason.ASKED_BEFORE):
                people.twins.setdefault(step.external_id.removeprefix("?"), set()).update(
                    {person.cells, person.identity} - {0}
                )
        people.questions = len(questions)
        for row, candidates in result.hints.items():
            for external_id in candidates:
                people.asked.setdefault(external_id, set()).update(facts[row].marks if row in facts else ())
        for start in range(0, len(questions), BATCH):
            journal.restage(questions[start : start + BATCH])

    def _restage(self, drafts: list[ContactDraft]) -> None:
        drafts.sort(key=lambda draft: draft.row)
        for start in range(0, len(drafts), BATCH):
            batch = drafts[start : start + BATCH]
            ids = [draft.external_id for draft in batch]
            steps = decide_all(
                batch, self._journal.seen(ids), self._journal.known(ids), self._policy, trusting=self._trusting
            )
            # The journal does not know a contact from outside, but it is there.
            self._journal.restage(
                [
                    step._replace(action=Action.LOOK)
                    if step.external_id in self._outside and step.action is Action.CREATE
                    else step
                    for step in steps
                ]
            )

    def _joined(self, joins: Mapping[int, int], rows: Mapping[int, PersonRow]) -> list[ContactDraft]:
        """The drafts of rows that others were joined to; each of those repeats the row that it was joined to."""
        journal = self._journal
        merged: dict[int, PersonRow] = {}
        firsts = {person.row: person for person in journal.people_of(sorted(set(joins.values())))}
        steps, problems = [], []
        for row, earlier in sorted(joins.items()):
            first, person = merged.get(earlier, firsts.get(earlier)), rows[row]
            message = f"Row {row} is joined with row {earlier}: what it adds goes to the contact of that row."
            if first is not None and first.body:
                merged[earlier] = join(first, person)
            else:
                # Of rejects the earlier row is not at hand, and a part of a person must not replace the whole.
                message += " Run the sheet itself again with --on-match update to send it."
            problems.append(Problem(row, None, "", "joined-rows", Severity.WARNING, message))
            external_id = first.external_id if first else journal.external_id_of_row(earlier)
            steps.append(
                RowStep(row, external_id, Status.DUPLICATE, detail=f"joined with row {earlier}", repeats=earlier)
            )
        journal.restage(steps)
        journal.add_problems(problems)
        return [_draft(person, person.external_id) for person in merged.values()]

    def _question(self, person: PersonRow, question: Question, rows: Mapping[int, PersonRow]) -> RowStep:
        """The step of a row that is asked about, with both sides in words."""
        draft = ContactDraft(person.row, person.external_id, person.body or {}, person.digest)
        reason = _WORDS.get(question.reason, "")
        if question.contacts:
            shown = ", ".join(self._journal.contact_words(external_id) for external_id in question.contacts[:3])
            candidate = question.contacts[0]
            return asked(draft, f"?{candidate}", self._journal.contact_id_of(candidate), f"{shown}, {reason}")
        earlier = question.rows[0]
        external_id = self._journal.external_id_of_row(earlier) or person.external_id
        return asked(draft, f"?{external_id}", "", f"row {earlier}, which has the same name and a number of this row")

    def _free_id(self, person: PersonRow) -> str:
        """The row's id with a counter: another person had this name and these numbers once."""
        number = 2
        while self._journal.is_there(f"{person.external_id}-{number}"):
            number += 1
        return f"{person.external_id}-{number}"


def _draft(person: PersonRow, external_id: str) -> ContactDraft:
    return ContactDraft(person.row, external_id, {**(person.body or {}), "externalId": external_id}, person.digest)


def _row_facts(mark: Marker, person: PersonRow, answer: Answer, *, id_column: bool) -> RowFacts:
    return RowFacts(
        person.row,
        person.cells,
        person.identity,
        _facts_of(mark, person),
        person.external_id if id_column and person.is_id else "",
        "" if person.stated == NEW else person.stated,
        answer,
        person.kind == "rejected",
    )


def _facts_of(mark: Marker, person: PersonRow) -> Facts:
    return facts_of_contact(mark, person.body or {})
