"""A column of which it is unclear what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.suggest.value_types import fits
from importer.model import Choice, Fit, Question, QuestionKind, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model import ColumnMapping
    from importer.questions.asked_sheet import AskedSheet

LEAVE_OUT = "ignore"
"""The field of a column that is not sent, as `--map` takes it."""


def ask_columns(sheet: AskedSheet) -> Iterator[Question]:
    """Ask about each column whose field is a guess."""
    for column in sheet.columns(Fit.UNSURE):
        yield _column_question(sheet, column)


def _column_question(sheet: AskedSheet, column: ColumnMapping) -> Question:
    """Return the question which field a column fills; the guess is proposed where any of the values may be one."""
    name, target = sheet.name(column), column.target
    values = sheet.first_values(column)
    is_fitting = target is None or not values or fits(target.field, values)
    guess = target.typed if target else ""
    choices = [Choice(guess, f"it holds {target.words}", {"map": {name: guess}})] if target and guess else []
    if guess == "full_name" and not sheet.sent("company"):
        # A column of names may hold those of companies, which is also the one use for it beside the persons' names.
        choices.append(Choice("company", f"it holds {Target('company').words}", {"map": {name: "company"}}))
    choices.append(Choice(LEAVE_OUT, "leave the column out", {"map": {name: LEAVE_OUT}}))
    return Question(
        QuestionKind.COLUMN,
        f"What does the column {name!r} hold?",
        column.reason,
        tuple(choices),
        proposal=guess if is_fitting else LEAVE_OUT,
        column=column.position,
        column_name=name,
        samples=sheet.examples(column),
        typed="map",
    )
