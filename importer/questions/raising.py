"""Which questions a sheet raises: every kind looks at the sheet, and says what it has to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import QuestionKind
from importer.questions.column import ask_columns
from importer.questions.country import ask_country
from importer.questions.date_order import ask_date_order
from importer.questions.list_separator import ask_list_separator
from importer.questions.own_number import ask_own_number
from importer.questions.people_or_companies import ask_people_or_companies
from importer.questions.person_name import ask_for_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importer.model import Question
    from importer.questions.asked_sheet import AskedSheet

# To add a kind: a file of this room, a name in `QuestionKind` (whose order is that of asking), and a line here.
KINDS: tuple[Callable[[AskedSheet], Iterator[Question]], ...] = (
    ask_for_names,
    ask_columns,
    ask_people_or_companies,
    ask_own_number,
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
        next(iter(choice.settings["map"]))
        for question in questions
        if question.required
        for choice in question.choices
        if len(choice.settings.get("map", ())) == 1
    }
    still_raised = [
        question
        for question in questions
        if question.kind is not QuestionKind.COLUMN or question.column_name not in named
    ]
    return tuple(sorted(still_raised, key=lambda question: (order.index(question.kind), question.column or 0)))
