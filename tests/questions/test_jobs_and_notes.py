"""What is asked about rows that are no people: jobs of customers, and notes; what the answers do, and for how long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer import Hooks
from importer.library import answered, check, questions
from importer.model import QuestionKind, Status

if TYPE_CHECKING:
    from importer import Job
    from importer.model import Question
    from tests.questions.conftest import Raise

ANN, BOB = '"Lee, Ann",+14155550101', '"Ray, Bob",+14155550102'
KITCHEN, ROOF = '"Lee, Ann:Kitchen remodel",+14155550111', '"Ray, Bob:Roof (2024)",+14155550112'


@pytest.mark.parametrize("header", ["Name", "Company"])
def test_jobs_of_customers_are_left_out_by_one_answer(asked: Raise, job: Job, header: str) -> None:
    """Several jobs raise one question, either answer to which is kept and ends it; later jobs are left out too."""
    question = asked(f"{header},Phone", ANN, KITCHEN, BOB, ROOF)[QuestionKind.CUSTOMER_JOBS]
    assert question.proposal == "without-them"
    assert "2 names of 4" in question.evidence
    without = answered(job, question, "without-them")
    assert without.settings.only == (f"{header} names no job",)
    assert questions(without) == ()
    later = '"Lee, Ann:Bathroom",+14155550113'
    Path(job.file).write_text("\n".join([f"{header},Phone", ANN, KITCHEN, BOB, ROOF, later, ""]), encoding="utf-8")
    counts = check(without).summary.counts
    assert (counts[Status.SKIPPED], counts[Status.UNFINISHED]) == (3, 2)
    (job.out / "mapping.toml").unlink()
    with_them = answered(job, question, "import")
    assert questions(with_them) == ()
    assert check(with_them).summary.counts[Status.SKIPPED] == 0


@pytest.mark.parametrize(
    "lines",
    [
        (ANN, KITCHEN, BOB),
        ("Attn: Ann Lee,+14155550101", "Re: Bob Ray,+14155550102"),
        ("Ann 10:30,+14155550101", "Bob 11:45,+14155550102"),
    ],
)
def test_a_sign_in_a_name_is_no_job(asked: Raise, lines: tuple[str, ...]) -> None:
    """One job, or names with the sign for something else, raise no question."""
    assert QuestionKind.CUSTOMER_JOBS not in asked("Customer,Phone", *lines, map=(("Customer", "full_name"),))


def test_of_a_job_without_its_customer_nothing_is_proposed(asked: Raise) -> None:
    """Where leaving jobs out would leave out a customer wholly, that is said, and Enter leaves the question open."""
    question = asked("Customer,Phone", ANN, KITCHEN, ROOF, map=(("Customer", "full_name"),))[QuestionKind.CUSTOMER_JOBS]
    assert question.proposal == ""
    assert "Of 1 the customer has no row" in question.evidence


PEOPLE = [f"{name} Lee,+141555501{number}" for number, name in enumerate(("Ann", "Bob", "Cy", "Di", "Ed", "Flo"), 10)]


@pytest.mark.parametrize(
    "notes",
    [
        ("call after 5 pm please",),
        ('"Blumen nach Maß bitte, ja"', "gate code == 4471?"),
        ("call after 5 pm please", "call after 5 pm please"),
    ],
)
def test_notes_are_left_out_by_one_answer(asked: Raise, job: Job, notes: tuple[str, ...]) -> None:
    """Rows that may be notes raise one question; its answer leaves out just these, beside what was left out before."""
    lines = ["Name,Phone", *PEOPLE[:3], *(f"{note}," for note in notes), *PEOPLE[3:]]
    question = asked(*lines, only=("Name != Ed Lee",))[QuestionKind.NOTES]
    assert question.proposal == ""
    without = answered(job, question, "without-them")
    assert questions(without) == ()
    report = check(without)
    counts = report.summary.counts
    assert (counts[Status.SKIPPED], counts[Status.REJECTED], counts[Status.UNFINISHED]) == (len(notes) + 1, 0, 5)
    # Another note is asked about, and a person of its text in another row is not lost.
    Path(job.file).write_text("\n".join([*lines, "ring twice, ask for Bo?,", ""]), encoding="utf-8")
    assert check(without).summary.counts[Status.REJECTED] == 1


@pytest.mark.parametrize("answer", ["without-them", "hand-back"])
def test_a_terminal_asks_about_notes_once(asked: Raise, job: Job, answer: str) -> None:
    """Whatever is answered, the same command asks no second time, also about a note far below the first rows."""
    people = [f"Ann{number} Lee,+1415555{number:04}" for number in range(1000, 9000)]
    asked("Name,Phone", *people, "ring twice please,")
    shown: list[Question] = []

    def ask(question: Question) -> str:
        shown.append(question)
        return answer

    report = check(replace(job, hooks=Hooks(ask=ask)))
    assert [question.kind for question in shown] == [QuestionKind.NOTES]
    assert report.summary.counts[Status.SKIPPED] == (answer == "without-them")


def test_a_sheet_of_people_raises_neither(asked: Raise) -> None:
    """Contacts of whom little is known are no notes."""
    assert asked("Name,Phone", *PEOPLE, "Gus Lee,") == {}
