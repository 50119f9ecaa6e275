"""Questions in the rejects that `plan` writes: answered there, they are answered once and for all."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "Name,Phone,Email,Company\n"
BOB = "Bob Ray,+14155550102,bob@example.com,\n"
CY = "Cy Fox,+14155550103,,\n"
AFTER = {
    "a second row of a person": f"{HEADER}{BOB}{CY}Bob Ray,+14155550102,ray@example.com,\n",
    "a row that may be a contact": f"{HEADER}{CY}Bob Ray,+14155550199,,Acme\n",
    "two rows that may be one contact": f"{HEADER}{CY}Bob Ray,+14155550199,,\nBob Ray,+14155550198,,Acme\n",
}


def plan(office: Office, sheet: str) -> int:
    Path("people.csv").write_text(sheet, encoding="utf-8")
    return look("plan", office)


def look(command: str, office: Office, file: str = "people.csv") -> int:
    """Have a command that leaves the journal as it is look at a file, and return its exit code."""
    service = ("--base-url", office.sandbox.url, "--yes") if command == "plan" else ()
    return main([command, file, *service, "-q", "--out", "out"])


def answer(said: str) -> int:
    """Answer all questions of the rejects, and return how many these are."""
    path = Path("out/rejects.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    for line in lines:
        assert line[-1].startswith("?")
        line[-1] = {"same": line[-1].removeprefix("?"), "new": "new"}[said]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])
    return len(lines)


@pytest.mark.parametrize("kind", AFTER)
@pytest.mark.parametrize("said", ["same", "new"])
def test_one_round_of_answers_is_enough(office: Office, kind: str, said: str) -> None:
    """The import of the answered rejects asks nothing again, nor does any later run, and each person is there once."""
    assert office.run(HEADER + BOB + CY) == 0
    assert plan(office, AFTER[kind]) == 1
    asked = answer(said)
    assert office.run("", file="out/rejects.csv") == 0
    people = 2 + (asked if said == "new" else 0)
    for _ in range(2):
        assert len(office.sandbox.contacts()) == people
        assert office.run(AFTER[kind]) == 0
    assert len(office.sandbox.contacts()) == people


@pytest.mark.parametrize("command", ["plan", "check", "export"])
def test_questions_outlast_a_look_at_their_answers(office: Office, command: str) -> None:
    """Another command that leaves the journal as it is may come between the answers and their import."""
    sheet = AFTER["two rows that may be one contact"]
    assert office.run(HEADER + BOB + CY) == 0
    assert plan(office, sheet) == 1
    answer("same")
    look(command, office, "out/rejects.csv")
    assert office.run("", file="out/rejects.csv") == 0
    assert office.run(sheet) == 0
    assert len(office.sandbox.contacts()) == 2


def test_questions_of_a_plan_give_way_to_those_of_a_run(office: Office) -> None:
    """What a plan asked is forgotten with its rejects, since a run keeps its own questions in the journal."""
    office.run(HEADER + BOB + CY)
    sheet = AFTER["a second row of a person"]
    assert plan(office, sheet) == 1
    kept = json.loads(Path("out/.rejects.json").read_text(encoding="utf-8"))
    assert [len(marks) for marks in kept["questions"]["twin"].values()] == [2]
    assert office.run(sheet) == 1
    assert "questions" not in json.loads(Path("out/.rejects.json").read_text(encoding="utf-8"))
    answer("same")
    assert office.run("", file="out/rejects.csv") == 0


@pytest.mark.parametrize(
    "questions",
    [
        *(7, [1], {"asked": 7}, {"twin": {"oi1-x": "?"}}, {"twin": {"\ud800": [1]}}),
        {"twin": {"oi1-x": [1, "2", None, True, -1, 0, 2**63]}},
    ],
)
def test_questions_that_cannot_be_read_are_none(office: Office, questions: object) -> None:
    """A damaged file of questions stops nothing: the rejects are asked about as if nothing had been asked."""
    office.run(HEADER + BOB + CY)
    assert plan(office, AFTER["a second row of a person"]) == 1
    path = Path("out/.rejects.json")
    path.write_text(
        json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"questions": questions}), encoding="utf-8"
    )
    answer("same")
    for _ in range(2):
        assert office.run("", file="out/rejects.csv") == 1
        assert len(office.sandbox.contacts()) == 2
