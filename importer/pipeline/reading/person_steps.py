"""The steps of rows whose person is known now, or must be asked about: decided again, under the contact's own id."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING

from importer.clean.cells.identifier import is_number_of, is_shortened
from importer.delivery.journal.records import PersonKind
from importer.identity.people import Answer, PersonQuestion, Reason
from importer.model import ContactDraft, Problem, Severity, Status
from importer.model.added_columns import OPEN_QUESTION
from importer.model.fields import NAME_HALVES
from importer.model.made_ids import DIGEST_IDS
from importer.pipeline.reading.asked_people import OF_SEVERAL_ROWS, AskedRow
from importer.pipeline.reading.person_facts import facts_of_person
from importer.pipeline.reading.question_step import question_step
from importer.pipeline.reading.recognised_people import RecognisedPeople
from importer.pipeline.reading.second_rows import JoinedPerson
from importer.plan import Action, RowStep, decide_all, id_kept, later_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from importer.delivery.journal import Journal
    from importer.delivery.journal.records import PersonRow
    from importer.identity.marks import Facts
    from importer.identity.people import Recognition, RowFacts
    from importer.plan import Known, Policy

BATCH = 2_000
# A row without a name may be any contact that has lost its row: so many are offered, for each such row.
_MOST_CHOOSABLE = 12

# The row is found again by its cells, since the id in question is its own.
_OF_OWN_ID = frozenset({Reason.FORMER_NAME, Reason.ID_IN_USE, Reason.ASKED_BEFORE})


class PersonSteps:
    """Decides the rows again whose contact is known now, or that are asked about."""

    def __init__(self, journal: Journal, policy: Policy, outside: Collection[str], *, trusting: bool) -> None:
        self._journal, self._policy, self._trusting, self._outside = journal, policy, trusting, outside

    def decide(
        self,
        rows: Mapping[int, PersonRow],
        facts: Mapping[int, RowFacts],
        result: Recognition,
        *,
        accepted: bool,
        answered: Collection[int],
        unmade: Collection[str],
    ) -> tuple[Recognition, RecognisedPeople]:
        """Decide the rows; `answered` were asked about before, the workspace has no contact of `unmade` ids.

        Return the result with the questions that showed only now, and what was learned of people, and asked about them.
        """
        journal = self._journal
        matches = {row: match for row, match in result.matches.items() if row in rows}
        journal.enter_recognised({row: (external_id, str(way)) for row, (external_id, way) in matches.items()})

        # Rows whose own id names another contact, or none: those that equal cells recognised, and the others.
        drafts = []
        learned: dict[str, tuple[PersonRow, Facts]] = {}
        contact_of = {row: external_id for row, (external_id, _) in matches.items()}
        for person, external_id, _ in journal.moved_rows():
            contact_of[person.row] = external_id
            if person.kind is not PersonKind.REJECTED and person.body_text:
                drafts.append(_draft(person, external_id))
                learned[external_id] = (person, facts_of_person(journal.marker, person))
        for row, (external_id, _) in matches.items():
            if rows[row].kind is not PersonKind.REJECTED:
                learned[external_id] = (rows[row], facts[row].facts)
        namesakes, result = self._namesakes(rows, facts, result, accepted=accepted, unmade=unmade)
        drafts += namesakes
        contact_of |= {draft.row: draft.external_id for draft in namesakes}
        joined = self._joined(result.joins, rows, contact_of)
        firsts = {draft.row for draft in joined}
        drafts = [draft for draft in drafts if draft.row not in firsts] + joined
        # A row that was asked about when it was decided first is sent now that it is answered, or its contact known.
        drafted = {draft.row for draft in drafts}
        for row in {*answered}.intersection(rows) - drafted - {*result.questions, *result.joins}:
            external_id = matches[row][0] if row in matches else rows[row].external_id
            drafts.append(_draft(rows[row], external_id))
        # What any of these rows was staged as counts no more: its own id may be that of a contact of another row.
        again = [draft.row for draft in drafts] + list(result.questions)
        journal.forget_rows(again)
        self._restage(drafts)
        # A row whose contact is known may be asked about all the same.
        journal.forget_rows(sorted(drafted & result.questions.keys()))

        people = RecognisedPeople()
        steps = self._questions(rows, facts, result, people)
        # Each says in many words what is asked, so they are not all in memory at once.
        while batch := list(islice(steps, BATCH)):
            journal.stage(batch)
        return result, replace(people, learned=learned)

    def _namesakes(
        self,
        rows: Mapping[int, PersonRow],
        facts: Mapping[int, RowFacts],
        result: Recognition,
        *,
        accepted: bool,
        unmade: Collection[str],
    ) -> tuple[list[ContactDraft], Recognition]:
        """Return the new rows whose id is that of a contact, with ids of their own, and the result with questions.

        Another person had this name once, or not: where it was not said, the row is asked about, and so are those that
        may be one person with it.
        """
        holders = self._journal.holders([rows[row].external_id for row in result.new])
        namesakes = [rows[row] for row in result.new if rows[row].external_id in holders.keys() - {*unmade}]
        drafts: list[ContactDraft] = []
        questions: dict[int, PersonQuestion] = {}
        for person in namesakes:
            if facts[person.row].answer in (Answer.ANOTHER, Answer.SEPARATE) or accepted:
                drafts.append(_draft(person, self._free_id(person)))
            else:
                # An id that the sheet gives says nothing of a name; one that is made of a name and numbers is theirs.
                is_made = person.external_id.startswith(DIGEST_IDS)
                reason = Reason.FORMER_NAME if is_made else Reason.ID_IN_USE
                questions[person.row] = PersonQuestion(person.row, reason, (holders[person.external_id],))
        # Whose contact the first row is must be known before.
        second_rows = {row: first for row, first in result.joins.items() if first in questions}
        asked = {row: PersonQuestion(row, Reason.SAME_PERSON, (), (first,)) for row, first in second_rows.items()}
        joins = {row: first for row, first in result.joins.items() if row not in second_rows}
        return drafts, replace(result, questions={**result.questions, **questions, **asked}, joins=joins)

    def _questions(
        self,
        rows: Mapping[int, PersonRow],
        facts: Mapping[int, RowFacts],
        result: Recognition,
        people: RecognisedPeople,
    ) -> Iterator[RowStep]:
        """Give the steps of rows that are asked about; enter in `people` by which marks each of them is found again."""
        # Any number of rows may be asked about the same earlier row.
        id_of_first = cache(partial(self._id_of_first, rows=rows, asked_rows=result.questions.keys()))
        for question in result.questions.values():
            person = rows[question.row]
            for external_id in question.contacts:
                people.asked.setdefault(external_id, set()).update(facts[question.row].marks)
            step = question_step(self._journal, person, question, id_of_first)
            asked_id = step.external_id.removeprefix(OPEN_QUESTION)
            names, *_ = person.names_and_points
            choosable = question.contacts[:_MOST_CHOOSABLE]
            people.candidates.update(choosable)
            several = question.rows if question.reason in OF_SEVERAL_ROWS else ()
            candidates = (
                *((choice, self._journal.contact_words(choice)) for choice in choosable),
                *((id_of_first(row), f"the person of row {row}") for row in several[:_MOST_CHOOSABLE]),
            )
            people.asked_rows.append(
                AskedRow(
                    person.row,
                    " ".join(filter(None, names)),
                    step.detail,
                    "" if several else asked_id,
                    question.reason,
                    candidates,
                    names_person=any(names[: len(NAME_HALVES)]),
                ),
            )
            if not question.contacts or question.reason in _OF_OWN_ID:
                for external_id in question.contacts[:1] or [*map(id_of_first, several)] or (asked_id,):
                    people.twins.setdefault(external_id, set()).update({person.cells, person.identity} - {0})
            # The row that it may be is asked about itself, so that no contact has the id that the answer names.
            if question.rows and question.rows[0] in result.questions and asked_id:
                first = rows[question.rows[0]]
                people.firsts.setdefault(asked_id, set()).update({first.cells} - {0})
            yield step
        for row, candidates_of_row in result.hints.items():
            for external_id in candidates_of_row:
                people.asked.setdefault(external_id, set()).update(facts[row].marks if row in facts else ())

    def _restage(self, drafts: list[ContactDraft]) -> None:
        """Decide the rows again; what is said of their ids comes last, since what was said before is forgotten."""
        drafts.sort(key=lambda draft: draft.row)
        for start in range(0, len(drafts), BATCH):
            ids = [draft.external_id for draft in drafts[start : start + BATCH]]
            facts = self._journal.known(ids)
            batch, problems = self._with_ids(drafts[start : start + BATCH], facts)
            steps = decide_all(batch, self._journal.seen(ids), facts, self._policy, trusting=self._trusting)
            # The journal does not know a contact from outside, but it is there.
            self._journal.restage(
                [
                    step._replace(action=Action.LOOK)
                    if step.external_id in self._outside and step.action is Action.CREATE
                    else step
                    for step in steps
                ]
            )
            self._journal.add_problems(problems)

    def _with_ids(
        self, drafts: list[ContactDraft], facts: Mapping[str, Known]
    ) -> tuple[list[ContactDraft], list[Problem]]:
        """Return the drafts, with the id of an id column only where the contact may get it; a problem of each other."""
        named = [later_id(draft.external_id, draft.body) for draft in drafts]
        holders = self._journal.holders(list(filter(None, named)))
        refused = self._journal.refused_ids([draft.external_id for draft in drafts])
        result, problems = [], []
        for draft, later in zip(drafts, named, strict=True):
            made_with, reason = draft.external_id, ""
            entry = facts.get(made_with)
            if later and (holder := holders.get(later, made_with)) != made_with:
                reason = f"that is the id of {self._journal.contact_words(holder)}"
            elif later and (made_with, later) in refused:
                reason = "the service accepted the change before and kept the former id"
            elif later and is_shortened(later):
                reason = "that looks like a number that a spreadsheet program shortened"
            elif later and entry and is_number_of(later, entry.id_at_service or made_with):
                reason = "a spreadsheet program may have taken that for a number and dropped zeros or added decimals"
            if reason and self._policy.gives_ids and entry:
                problems.append(id_kept(draft.row, later, entry.id_at_service or made_with, reason))
            result.append(draft._replace(body={**draft.body, "externalId": made_with}) if reason else draft)
        return result, problems

    def _joined(
        self, joins: Mapping[int, int], rows: Mapping[int, PersonRow], contact_of: Mapping[int, str]
    ) -> list[ContactDraft]:
        """The drafts of rows that others were joined to; each of those repeats the row that it was joined to.

        `contact_of`: the contact of a row, if that is not the one of the row's own id.
        """
        journal = self._journal
        merged: dict[int, JoinedPerson] = {}
        firsts = {person.row: person for person in journal.people_of(sorted(set(joins.values())))}
        steps, problems = [], []
        for row, earlier in sorted(joins.items()):
            first = firsts.get(earlier)
            rule = "joined-rows"
            message = (
                f"Row {row} is joined with row {earlier}: what it adds goes to the contact of that row. If they are "
                "two people, run the sheet again with --same-person separate."
            )
            if first is not None and first.body_text:
                if earlier not in merged:
                    merged[earlier] = JoinedPerson(first)
                if numbers := merged[earlier].add(rows[row]):
                    message += f" Not sent, since one of the two rows says not to use it: {', '.join(numbers)}."
                    message += " What was sent before stays in the contact: remove it in the app."
            else:
                # A run of rejects does not have the earlier row, and a part of a person must not replace the whole.
                rule = "joined-unsent"
                message += " Run the sheet itself again with --on-match update to send it."
            problems.append(Problem(row, None, "", rule, Severity.WARNING, message))
            own_id = first.external_id if first else journal.external_id_of_row(earlier)
            external_id = contact_of.get(earlier, own_id)
            steps.append(
                RowStep(row, external_id, Status.DUPLICATE, detail=f"joined with row {earlier}", repeats=earlier)
            )
        journal.restage(steps)
        # That these rows have a number in common is why they are one person.
        journal.forget_shared_numbers({**joins, **{first: first for first in joins.values()}})
        journal.add_problems(problems)
        joined = ((row, person.row()) for row, person in merged.items())
        return [_draft(person, contact_of.get(row, person.external_id)) for row, person in joined]

    def _id_of_first(self, earlier: int, rows: Mapping[int, PersonRow], asked_rows: Collection[int]) -> str:
        """The external id of an earlier row that a row may be."""
        if earlier not in asked_rows:
            return self._journal.external_id_of_row(earlier)
        # What is staged names a contact that the earlier row may be, and its own id may be another contact's.
        first = rows[earlier]
        return self._free_id(first) if self._journal.is_there(first.external_id) else first.external_id

    def _free_id(self, person: PersonRow) -> str:
        """The row's id with a counter: another person had this name and these numbers once."""
        number = 2
        while self._journal.is_there(f"{person.external_id}-{number}"):
            number += 1
        return f"{person.external_id}-{number}"


def _draft(person: PersonRow, external_id: str) -> ContactDraft:
    # The contact keeps the id that it was made with; that of an id column is what it may be given on update.
    named = person.external_id if person.is_id else external_id
    return ContactDraft(person.row, external_id, {**(person.body or {}), "externalId": named}, person.digest)
