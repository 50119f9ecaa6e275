"""A column of which it is unclear what it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.mapping.suggest.contact_points import is_anothers, other_person, points_of_person
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.names import whose_name
from importer.mapping.suggest.value_types import fits, is_likely_phone, share
from importer.model import Choice, Fit, Question, QuestionKind, Target
from importer.model.fields import ARRAYS, NAME_HALVES
from importer.questions.text_looks import are_texts, is_person_like
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importer.model import ColumnMapping
    from importer.questions.asked_sheet import AskedSheet

LEAVE_OUT = "ignore"
"""The field of a column that is not sent, as `--map` takes it."""
WITHOUT_THEM = "without-them"
"""The choice of questions about single rows that leaves these rows out."""
_HALF = 0.5
_FEWEST_CALLS, _NEARLY_ALL = 3, 0.8


def ask_columns(sheet: AskedSheet) -> Iterator[Question]:
    """Ask about each column whose field is a guess, and about the phones of owners or parents who are the contacts."""
    for column in sheet.columns(Fit.UNSURE):
        yield _column_question(sheet, column)
    left_out = sheet.columns(Fit.UNMAPPED)
    for name_column in sheet.sent("full_name", "company", *NAME_HALVES) if left_out else ():
        yield from _points_beside(sheet, name_column, left_out)


def _points_beside(
    sheet: AskedSheet, name_column: ColumnMapping, left_out: Iterable[ColumnMapping]
) -> Iterator[Question]:
    """Ask about the phones and emails that were left out as another person's, where that person is the contact."""
    if name_column.position >= sheet.width:
        return
    points = points_of_person(name_column.header, [column.header for column in sheet.mapping.columns])
    for column in left_out:
        target = points.get(column.position)
        if target and sheet.first_values(column):
            reason = f"It may be that of {sheet.name(name_column)!r}, which holds the names."
            yield _column_question(sheet, replace(column, target=target, reason=reason))


def _person_beside(sheet: AskedSheet, column: ColumnMapping) -> str:
    """The column of names of the person whose phones or emails a column holds, if another person may be the contact.

    "Her First" for "Her Cell" beside "His First", until it is sent; "" without one.
    """
    header_words = set(words(column.header))
    whose_by_position = {
        name_column.position: set(whose.split())
        for name_column in sheet.mapping.columns[: sheet.width]
        if (whose := _whose(sheet, name_column))
    }
    sent = {name_column.position for name_column in sheet.sent("full_name", *NAME_HALVES)}
    of_person = [position for position, whose in whose_by_position.items() if whose <= header_words]
    maybe_of_person = {position for position, whose in whose_by_position.items() if whose & header_words}
    of_others = {*whose_by_position, *sent} - maybe_of_person
    if not of_person or not of_others or not sent.isdisjoint(of_person):
        return ""
    # "Co-Borrower Phone" is that of "Co-Borrower Name", not of "Borrower Name".
    return sheet.mapping.columns[max(of_person, key=lambda position: len(whose_by_position[position]))].header


def _other_than(sheet: AskedSheet, column: ColumnMapping) -> str:
    """The column of names of a person of whom a phone or email is not, where that person has one like it; else "".

    "Her Name" for "His Cell" beside "Her Cell": it is that of another person, also where no column has his name.
    """
    own = words(column.header)
    headers = [
        tuple(words(other.header))
        for other in sheet.mapping.columns[: sheet.width]
        if other.target and other.target.field in ARRAYS
    ]
    persons = {
        name_column.header: _whose(sheet, name_column).split() for name_column in sheet.mapping.columns[: sheet.width]
    }
    # A person with a column of names was looked for by `_person_beside`.
    if len(own) == 1 or any(whose and set(whose) <= set(own) for whose in persons.values()):
        return ""
    for header, whose in persons.items():
        # The words of the header but one, which is the person in the other's place.
        if len(whose) == 1 and any((*own[:place], *whose, *own[place + 1 :]) in headers for place in range(len(own))):
            return header
    return ""


def _own_line(sheet: AskedSheet) -> str:
    """The digits of the one number that is in nearly every row, in one or another of several columns; "" without one.

    A log of calls has the office in each row, as the one who calls or who is called.
    """
    columns = [column for column in sheet.columns(Fit.UNSURE) if column.target and column.target.field == "phone"]
    texts = [sheet.reader.first_texts(column.position) for column in columns]
    rows = [{digits for text in row if (digits := _digits(text))} for row in zip(*texts, strict=True)]
    numbers = Counter(digits for row in rows for digits in row)
    own_line, count = max(numbers.items(), key=lambda item: item[1], default=("", 0))
    is_own = len(columns) > 1 and count >= _FEWEST_CALLS and count > _NEARLY_ALL * len(rows)
    return own_line if is_own else ""


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text)) if is_likely_phone(text) else ""


def _whose(sheet: AskedSheet, column: ColumnMapping) -> str:
    """Whose names a column seems to hold: "her" for "Her First", "groom" for "Groom" above whole names; else ""."""
    values = sheet.first_values(column)
    if whose := whose_name(column.header).whose:
        return whose if are_texts(values) else ""
    return " ".join(words(column.header)) if share(values, is_person_like) > _HALF else ""


def _column_question(sheet: AskedSheet, column: ColumnMapping) -> Question:
    """Return the question which field a column fills; the guess is proposed where any of the values may be one."""
    name, target = sheet.name(column), column.target
    values = sheet.first_values(column)
    is_fitting = target is None or not values or fits(target.field, values)
    guess = target.typed if target else ""
    columns = sheet.mapping.columns[: sheet.width]
    texts = [sheet.reader.first_texts(column.position) for column in columns]
    person = other_person([column.header for column in columns], texts, column) if guess else ""
    stranger = ""
    if guess and target and target.field in ARRAYS:
        person = person or _person_beside(sheet, column)
        stranger = "" if person else _other_than(sheet, column)
    proposal = guess if is_fitting else LEAVE_OUT
    if person or stranger or is_anothers(column.header):
        # Enter must not give the contact a number under which another person answers.
        proposal = ""
    evidence = column.reason
    own_line = _own_line(sheet) if target and target.field == "phone" else ""
    if own_line and (repeats := sum(_digits(value) == own_line for value in values)):
        proposal = ""
        evidence += f" One number is in {repeats} of the first {counted(len(values), 'cell')}: it may be your own."
    if person and repr(person) not in evidence:
        evidence += f" It may be that of {person!r}."
    if stranger:
        evidence += f" It may be that of another person than {stranger!r}."
    choices = [Choice(guess, f"it holds {target.words}", {"map": {name: guess}})] if target and guess else []
    if guess == "full_name" and not sheet.sent("company"):
        # A column of names may hold those of companies, which is also the one use for it beside the persons' names.
        choices.append(Choice("company", f"it holds {Target('company').words}", {"map": {name: "company"}}))
    choices.append(Choice(LEAVE_OUT, "leave the column out", {"map": {name: LEAVE_OUT}}))
    return Question(
        QuestionKind.COLUMN,
        f"What does the column {name!r} hold?",
        evidence,
        tuple(choices),
        proposal=proposal,
        column=column.position,
        column_name=name,
        samples=sheet.examples(column),
        typed="map",
    )


def no_such_column(name: str) -> Choice:
    """The answer that a column is not what it looks like, and is left out."""
    return Choice(LEAVE_OUT, "no, leave the column out", {"map": {name: LEAVE_OUT}})
