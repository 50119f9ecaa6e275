"""Whether the rows are imported of which a column says that they are not to be called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.languages.words import forbidden
from importer.model import Choice, Fit, Question, QuestionKind
from importer.questions.column import LEAVE_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.questions.asked_sheet import AskedSheet

WITHOUT_THEM = "without-them"


def ask_do_not_call(sheet: AskedSheet) -> Iterator[Question]:
    """Ask about each column that is not sent and says who is not to be called."""
    for column in sheet.columns(Fit.UNMAPPED):
        if not column.call_conditions:
            continue
        name = sheet.name(column)
        yield Question(
            QuestionKind.DO_NOT_CALL,
            f"{name!r} says who is not to be called. Are these people left out?",
            _evidence(name, column.call_conditions),
            (
                Choice(WITHOUT_THEM, "yes, leave them out", {"only": [*sheet.settings.only, *column.call_conditions]}),
                Choice(LEAVE_OUT, "no, import all rows", {"map": {name: LEAVE_OUT}}),
            ),
            # A note such as "old number?" may be about one number of several.
            proposal=WITHOUT_THEM if forbidden(column.header) else "",
            column=column.position,
            column_name=name,
            samples=sheet.examples(column),
        )


def _evidence(name: str, conditions: Sequence[str]) -> str:
    """Which rows the conditions leave out, in words: they are all `==` with one text, or all `!=`."""
    pairs = [condition.removeprefix(f"{name} ").partition(" ") for condition in conditions]
    texts = " or ".join("empty" if text == '""' else f"“{text}”" for _, _, text in pairs)
    if pairs[0][0] == "==":
        return f"Without them only the rows in which it is {texts} are imported."
    return f"Without them the rows in which it is {texts} are left out."
