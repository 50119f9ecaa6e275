"""What is asked about a column that says who may be called, or who may not, and what the answers do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.library import answered, check, questions
from importer.model import QuestionKind, Status

if TYPE_CHECKING:
    from importer import Job
    from tests.questions.conftest import Raise


@pytest.mark.parametrize(
    ("header", "denied", "allowed", "proposal"),
    [
        ("Do Not Call", "yes", "no", "without-them"),
        ("Do Not Call", "3/14/2024", "", "without-them"),
        ("Opt Out", "Do not call", "No", "without-them"),
        ("DNC", "x", "", "without-them"),
        ("Litigator", "Yes", "No", "without-them"),
        ("Known Litigator?", "Y", "", "without-them"),
        ("TCPA consent", "no", "yes", ""),
        # A remark may say something else, and a note may be about one number of several: nothing is proposed.
        ("DNC", "only mornings", "", ""),
        ("Status", "Wrong number", "new", ""),
        # Where a yes is needed, an empty cell may only mean that the person was not asked.
        ("OK to call", "no", "yes", ""),
        ("Zgoda na kontakt", "nie", "tak", ""),
        ("May we call?", "ask first", "2024-03-14", ""),
    ],
)
def test_who_is_not_to_be_called_is_asked_about(
    asked: Raise, job: Job, header: str, denied: str, allowed: str, proposal: str
) -> None:
    """A column that forbids calls raises a question, and either answer to it is kept and ends it."""
    lines = (f"Name,Phone,{header}", f"Ann Lee,+14155550101,{allowed}", f"Bob Ray,+14155550102,{denied}")
    question = asked(*lines)[QuestionKind.DO_NOT_CALL]
    assert question.proposal == proposal
    assert f"1 row would be left out now: “{denied}” (1)" in question.evidence
    without = answered(job, question, "without-them")
    assert without.settings.only == (f"{header} allows calls",)
    assert questions(without) == ()
    assert check(without).summary.counts[Status.SKIPPED] == 1
    (job.out / "mapping.toml").unlink()
    assert questions(answered(job, question, "ignore")) == ()


@pytest.mark.parametrize("first", ["yes", "no", ""])
def test_rows_far_below_that_forbid_calls_are_left_out(asked: Raise, job: Job, first: str) -> None:
    """Who accepts to leave out the people not to be called imports none of them, however far below and written."""
    denied = ["Y", "x", "TRUE", "1.0", "2024-03-14", "do not call", "Bitte nicht anrufen", "see Ann", "да"]
    allowed = ["no", "", "No.", "-", "nein", "FALSE"]
    cells = [first, *["no" if first else ""] * 3000, *denied, *allowed]
    assert left_out(asked, job, "Do Not Call", cells) == len(denied) + (first == "yes")


def test_notes_far_below_that_forbid_calls_leave_their_rows_out(asked: Raise, job: Job) -> None:
    """The same holds of a column about anything, where only what clearly forbids calls does."""
    denied = ["do not call", "DNC", "wrong number", "opted out 3/4"]
    cells = ["Wrong number", *["ok"] * 3000, *denied, "customer", "", "no"]
    assert left_out(asked, job, "Status", cells) == len(denied) + 1


def left_out(asked: Raise, job: Job, header: str, cells: list[str]) -> int:
    """How many rows with these cells are left out, as the question says beforehand."""
    lines = [f"Name{row},+1415555{row:04},{cell}" for row, cell in enumerate(cells)]
    question = asked(f"First Name,Phone,{header}", *lines)[QuestionKind.DO_NOT_CALL]
    skipped = check(answered(job, question, "without-them")).summary.counts[Status.SKIPPED]
    assert f"{skipped} rows would be left out now" in question.evidence
    return skipped


def test_who_may_be_called_is_asked_about(asked: Raise, job: Job) -> None:
    """Of a column of permissions the question counts the rows without one, and the answer imports those with a yes."""
    lines = ("Name,Phone,OK to call", "Ann Lee,+14155550101,yes", "Bob Ray,+14155550102,", "Cy Fox,+14155550103,no")
    question = asked(*lines)[QuestionKind.DO_NOT_CALL]
    assert "2 rows would be left out now: empty (1), “no” (1)" in question.evidence
    report = check(answered(job, question, "without-them"))
    assert report.summary.counts[Status.SKIPPED] == 2


@pytest.mark.parametrize("cell", ["", "no"])
def test_an_empty_column_of_people_not_to_call_is_no_question(asked: Raise, cell: str) -> None:
    """A column without a single entry asks nothing; with a no in it, later entries can be decided about now."""
    kinds = asked("Name,Phone,Do Not Call", f"Ann Lee,+14155550101,{cell}", "Bob Ray,+14155550102,")
    assert (QuestionKind.DO_NOT_CALL in kinds) is bool(cell)
