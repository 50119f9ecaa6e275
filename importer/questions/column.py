"""A column of which it is unclear what it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importer.mapping.suggest.columns import same_slot
from importer.mapping.suggest.value_types import fits
from importer.model import Choice, Fit, Question, QuestionKind
from importer.model.fields import NAME_HALVES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model import ColumnMapping
    from importer.questions.asked_sheet import AskedSheet

LEAVE_OUT = "ignore"


def ask_columns(sheet: AskedSheet) -> Iterator[Question]:
    """Ask about each column whose field is a guess; a field that holds one value is proposed once."""
    proposed: set[str] = set()
    for column in sheet.columns(Fit.UNSURE):
        question = _column_question(sheet, column)
        slot = same_slot(column.target)
        # All proposals together are one command, which must not fill such a field, or half of a name, twice.
        if slot and question.proposal != LEAVE_OUT:
            overlapping = (*NAME_HALVES, slot) if slot == "full_name" else (slot,)
            if proposed & {*overlapping, *(("full_name",) if slot in NAME_HALVES else ())}:
                question = replace(question, proposal=LEAVE_OUT)
            else:
                proposed.add(slot)
        yield question


def _column_question(sheet: AskedSheet, column: ColumnMapping) -> Question:
    """Return the question which field a column fills; the guess is proposed where any of the values may be one."""
    name, target = sheet.name(column), column.target
    values = sheet.first_values(column)
    is_fitting = target is None or not values or fits(target.field, values)
    guess = target.typed if target else ""
    choices = [Choice(guess, f"it holds {target.words}", {"map": {name: guess}})] if target and guess else []
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
