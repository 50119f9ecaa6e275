"""Which questions a sheet raises: every kind looks at the sheet, and says what it has to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import QuestionKind
from importer.questions.column import ask_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importer.model import Question
    from importer.questions.asked_sheet import AskedSheet

# To add a kind: a file of this room, a name in `QuestionKind` (whose order is that of asking), and a line here.
KINDS: tuple[Callable[[AskedSheet], Iterator[Question]], ...] = (ask_columns,)


def raised(sheet: AskedSheet) -> tuple[Question, ...]:
    """Return what a person has to decide about a sheet, what decides about others first."""
    order = tuple(QuestionKind)
    questions = [question for ask in KINDS for question in ask(sheet)]
    return tuple(sorted(questions, key=lambda question: (order.index(question.kind), question.column or 0)))
