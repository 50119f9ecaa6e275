"""Each answer that a question offers is given, one after another: the question is gone, everybody is there once."""

from __future__ import annotations

import csv
import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from tests.pipeline.reading.test_advice import UPDATE, problems

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

PLAIN = "Name,Phone\n" + "".join(f"{name} Lee,(415) 555-01{n:02}\n" for n, name in enumerate(("Ann", "Bob", "Cy"), 1))
OF_COUNTRIES = (
    "Name,Telefon,Country\n"
    + "".join(f"{name} Groß,030 9018 20{n:02},Germany\n" for n, name in enumerate(("Ann", "Bob", "Cy"), 1))
    + "".join(f"{name} Klein,01 711 32 {n:02},Austria\n" for n, name in enumerate(("Dora", "Eva", "Fritz"), 1))
)
COMPANIES = "Name,Phone\nAcme Inc,+14155550101\nLee Ltd,+14155550102\nRay GmbH,+14155550103\nAnn Lee,+14155550104\n"
NUMBERED = "KdNr,Name,Phone\n" + "".join(
    f"{number},{name} Lee,+14155550{n}\n"
    for n, (number, name) in enumerate(((1042, "Ann"), (1031, "Bob"), (1017, "Cy")), 101)
)
RIVALS = "Name,Company,Organization,Phone\nAnn Lee,Acme,Beta,+14155550101\nBob Ray,Coop,Delta,+14155550102\n"
NAMELESS = "Homeowner,Phone,Street\nAnn Lee,+14155550101,1 Main St\nBob Ray,+14155550102,2 Main St\n"
DATES = "Name,Phone,Customer Since\nAnn Lee,+14155550101,03/04/2024\nBob Ray,+14155550102,05/06/2024\n"
JOBS = (
    'Name,Phone\n"Lee, Ann",+14155550101\n"Lee, Ann:Kitchen remodel",+14155550102\n'
    '"Ray, Bob",+14155550103\n"Ray, Bob:Roof",+14155550104\n'
)
TAGS = 'Name,Phone,Tags\nAnn Lee,+14155550101,"VIP, Retail"\nBob Ray,+14155550102,VIP\n'
SHEETS = {
    "decide-country": PLAIN,
    "decide-country-column": OF_COUNTRIES,
    "decide-people-or-companies": COMPANIES,
    "decide-customer-jobs": JOBS,
    "decide-own-number": NUMBERED,
    "decide-person-name": "Company,Who,Phone\nAcme Inc,Ann Lee,+14155550101\nLee Ltd,Bob Ray,+14155550102\n",
    "column-unsure": RIVALS,
    "date-order-unknown": DATES,
    "choice-separator-unclear": TAGS,
}
ANSWER = re.compile(r"--[a-z-]+ (?:'[^']+'|[^\s;]+)(?: --[a-z-]+ (?:'[^']+'|[^\s;]+))*")


def answers(message: str) -> list[list[str]]:
    """The options that a message offers, as a shell takes them."""
    found = [match.rstrip(".") for match in ANSWER.findall(message)]
    return [shlex.split(option) for option in found if not option.endswith(("FIELD", "FIELD'"))]


def people(sheet: str) -> int:
    return sheet.count("\n") - 1


@pytest.mark.parametrize("rule", [rule for rule in SHEETS if rule.startswith("decide-")])
def test_each_answer_of_a_question_ends_well(office: Office, rule: str) -> None:
    """The options in the line of a question are given one after another, each instead of the one before."""
    sheet = SHEETS[rule]
    assert office.run(sheet) in (0, 1)
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        (message,) = [line["message"] for line in csv.DictReader(stream) if line["rule"] == rule]
    assert answers(message)
    for options in answers(message):
        assert office.run(sheet, *options, *UPDATE) in (0, 1)
        assert rule not in {raised for _, raised in problems()}
        assert len(office.sandbox.contacts()) == people(sheet)
    assert office.verify() == 0


@pytest.mark.parametrize("rule", SHEETS)
def test_what_is_proposed_ends_well(office: Office, rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The command that Next proposes is run as it stands: no question is left, and everybody is there once."""
    sheet = SHEETS[rule]
    office.run(sheet)
    proposed = capsys.readouterr().out.partition("as proposed: openphone-import ")[2]
    for more in ((), UPDATE):
        assert main([*shlex.split(proposed.splitlines()[0]), *more]) == 0
        assert rule not in {raised for _, raised in problems()}
        assert "To decide" not in capsys.readouterr().out
        assert len(office.sandbox.contacts()) == people(sheet)
    assert office.verify() == 0


def test_people_of_one_office_are_told_apart_by_their_column(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where rows are asked about since a column of names is left out, Next is to decide that; then all are there."""
    sheet = (
        "Company,Contact,Phone,Email\nAcme Ltd,,+14155550101,info@acme.example\n"
        "Acme Ltd,Ann Lee,+14155550101,ann@acme.example\nAcme Ltd,Bob Ray,+14155550101,bob@acme.example\n"
        "Beta LLC,,+14155550110,\nAcme Ltd,Oakland,+14155550102,info@acme.example\n"
    )
    assert office.run(sheet) == 1
    shown = capsys.readouterr().out
    assert 'Next:    answer what is under "To decide"' in shown
    assert main(shlex.split(shown.partition("as proposed: openphone-import ")[2].splitlines()[0])) == 0
    assert len(office.sandbox.contacts()) == people(sheet)


def test_what_is_proposed_says_each_condition_once(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Conditions that were given before, and those of two answers, are once in the command that Next proposes."""
    given, of_jobs, of_calls = "Name != Di Lee", "Name names no job", "DNC allows calls"
    rows = "".join(f"{line},Y\n" if line.startswith('"Lee, Ann",') else f"{line},\n" for line in JOBS.splitlines()[1:])
    office.run(f"Name,Phone,DNC\n{rows}", "--only", given)
    words = shlex.split(capsys.readouterr().out.partition("as proposed: ")[2].splitlines()[0])
    assert [word for before, word in pairwise(words) if before == "--only"] == [given, of_jobs, of_calls]
    assert main(words[1:]) == 0
    assert "To decide" not in capsys.readouterr().out


NOTES = ("call after 5 pm please", "ring twice please now")


@pytest.mark.parametrize("is_contact", [True, False])
def test_notes_that_are_settled_in_the_rejects_are_asked_about_no_more(office: Office, is_contact: bool) -> None:
    """Once each note was given a number in the rejects, or is left out there, the question about them is gone."""
    people = "".join(f"Ann{n} Lee,+14155550{n}\n" for n in range(101, 107))
    assert office.run(f"Name,Phone\n{people}" + "".join(f"{note},\n" for note in NOTES)) == 1
    options: list[str] = []
    if is_contact:
        office.answer(*((f"{note},,", f"{note},+1415555011{n},") for n, note in enumerate(NOTES)))
    else:
        options = [word for note in NOTES for word in ("--only", f"Name != {note}")]
    assert "decide-notes" in {rule for _, rule in problems()}
    assert office.run("", *options, file="out/rejects.csv") == 0
    assert "decide-notes" not in {rule for _, rule in problems()}


@pytest.mark.parametrize("answer", [0, 1])
def test_a_sheet_without_names_goes_on_as_its_error_says(
    office: Office, capsys: pytest.CaptureFixture[str], answer: int
) -> None:
    """A sheet in which no column is a name stops before the first request, and either option of the error ends well."""
    assert office.run(NAMELESS) == 2
    options = answers(capsys.readouterr().err)
    assert len(options) == 2
    assert office.run(NAMELESS, *options[answer]) == 0
    assert len(office.sandbox.contacts()) == people(NAMELESS)
