"""A log of calls: the office's own number stands in each row, and is no contact's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.library import answered, check, questions
from importer.model import QuestionKind

if TYPE_CHECKING:
    from importer import Job
    from tests.questions.conftest import Raise

OFFICE = "+1 628 555 0100"


def log(directions: str) -> tuple[str, ...]:
    """A log of calls, `i` for one that came in and `o` for one that went out."""
    rows = []
    for number, direction in enumerate(directions):
        numbers = [f"+1 415 555 01{number:02}", OFFICE]
        name = f"{chr(65 + number)}nn Lee"
        rows.append(",".join((name, *(numbers if direction == "i" else numbers[::-1]))))
    return ("Name,From,To", *rows)


@pytest.mark.parametrize("directions", ["iioioi", "oooiio", "iiiiii", "oooooo"])
def test_the_number_of_the_office_is_proposed_for_no_contact(asked: Raise, job: Job, directions: str) -> None:
    """A column in which one number comes again and again is not proposed, and what was counted is said."""
    asked(*log(directions))
    columns = [question for question in questions(job) if question.kind is QuestionKind.COLUMN]
    assert [question.column_name for question in columns] == ["From", "To"]
    for question, direction in zip(columns, "oi", strict=True):
        repeats = directions.count(direction)
        is_own = repeats > 0
        assert (question.proposal == "") is is_own
        said = f"One number is in {repeats} of the first {len(directions)} cells: it may be your own."
        assert (said in question.evidence) is is_own


def test_a_column_that_is_left_out_brings_no_number_of_the_office(asked: Raise, job: Job) -> None:
    """Where all calls came in, the answers of the person send the callers alone."""
    asked(*log("iiiiii"))
    for choice in ("phone", "ignore"):
        question = next(question for question in questions(job) if question.kind is QuestionKind.COLUMN)
        job = answered(job, question, choice)
    assert not [question for question in questions(job) if question.kind is QuestionKind.COLUMN]
    rows = check(job).rows()
    assert list(rows["status"]) == ["unfinished"] * 6


def test_the_number_of_a_household_does_not_stop_a_proposal(asked: Raise) -> None:
    """A number that a few rows share, in one column or in two, is that of a family, and is proposed as it was."""
    rows = [
        f"{name}nn Lee,+1 415 555 010{number},+1 415 555 010{number}"
        for name, number in zip("ABCDEFGHI", "001122345", strict=True)
    ]
    question = asked("Name,Reach,Ring", *rows)[QuestionKind.COLUMN]
    assert (question.proposal, "may be your own" in question.evidence) == ("phone", False)
