"""Which questions a sheet raises: every kind looks at the sheet, and says what it has to ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importer.mapping.suggest.columns import rival_slots, same_slot
from importer.model import QuestionKind
from importer.model.fields import SINGLE_FIELDS
from importer.questions.column import LEAVE_OUT, ask_columns
from importer.questions.country import ask_country
from importer.questions.customer_jobs import ask_customer_jobs
from importer.questions.date_order import ask_date_order
from importer.questions.do_not_call import ask_do_not_call
from importer.questions.list_separator import ask_list_separator
from importer.questions.notes import ask_notes
from importer.questions.own_number import ask_own_number
from importer.questions.people_or_companies import ask_people_or_companies
from importer.questions.person_name import WITHOUT_NAMES, ask_for_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importer.model import Question
    from importer.questions.asked_sheet import AskedSheet

# To add a kind: a file of this room, a name in `QuestionKind` (whose order is that of asking), and a line here.
KINDS: tuple[Callable[[AskedSheet], Iterator[Question]], ...] = (
    ask_for_names,
    ask_columns,
    ask_people_or_companies,
    ask_notes,
    ask_customer_jobs,
    ask_own_number,
    ask_do_not_call,
    ask_country,
    ask_date_order,
    ask_list_separator,
)


def raised(sheet: AskedSheet) -> tuple[Question, ...]:
    """Return what a person has to decide about a sheet, what decides about others first."""
    order = tuple(QuestionKind)
    questions = [question for ask in KINDS for question in ask(sheet)]
    # Which column holds the names is asked once, of all that may, and not again of each of them.
    named = {
        name
        for question in questions
        if question.required
        for choice in question.choices
        if choice.value != WITHOUT_NAMES
        for name in choice.settings.get("map", ())
    }
    still_raised = [
        question
        for question in questions
        if question.kind is not QuestionKind.COLUMN or question.column_name not in named
    ]
    still_raised.sort(key=lambda question: (order.index(question.kind), question.column or 0))
    return tuple(_beside_each_other(sheet, still_raised))


def _beside_each_other(sheet: AskedSheet, questions: list[Question]) -> Iterator[Question]:
    """Questions whose proposals, which are one command together, fill no field twice, and none that is sent already.

    The column that filled such a field before would no longer be sent.
    """
    filled = {same_slot(column.target): column.position for column in sheet.mapping.mapped}
    for question in questions:
        position = -1 if question.column is None else question.column
        slots = _proposed_slots(sheet, question)
        rivals = {rival for slot in slots for rival in rival_slots(slot)}
        if any(filled.get(slot, position) != position for slot in rivals):
            yield replace(question, proposal=LEAVE_OUT if question.choice(LEAVE_OUT) else "")
            continue
        filled |= dict.fromkeys(slots, position)
        yield question


def _proposed_slots(sheet: AskedSheet, question: Question) -> set[str]:
    """The fields for one value that the proposal of a question fills; a custom field by its key."""
    fields = question.proposed.settings.get("map", {}).values() if question.proposed else ()
    if question.kind is QuestionKind.COLUMN and question.column is not None and LEAVE_OUT not in fields:
        return {same_slot(sheet.mapping.columns[question.column].target)} - {""}
    return {field for field in fields if field in SINGLE_FIELDS}
