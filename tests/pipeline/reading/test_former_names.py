"""A new person who has what a contact was once known by, in several rows: the answers reach this person alone."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "First,Last,Phone,Email,Note\n"
OPTIONS = ("--map", "Note=ignore", "--on-match", "update")
SMITH = "Ann,Smith,+14155550109,ann@example.com,\n"
# The name and number with which the contact of Ann Smith was made.
LEE = "Ann,Lee,+14155550101,,\n"
SHEET = HEADER + SMITH + LEE + "Ann,Lee,+14155550101,lee@example.com,x\n"


@pytest.fixture
def married(office: Office) -> Office:
    """The contact of Ann Smith was made as that of Ann Lee, by another number."""
    for rows in (LEE, "Ann,Lee,+14155550101,ann@example.com,\n", SMITH):
        assert office.run(HEADER + rows, *OPTIONS) == 0
    return office


def emails(office: Office) -> dict[str, list[str]]:
    fields = [contact["defaultFields"] for contact in office.sandbox.contacts()]
    return {each["lastName"]: [item["value"] for item in each["emails"]] for each in fields}


def answer(first: str) -> None:
    """Answer that the second row is the person of the first, and who that is; "" leaves that open."""
    path = Path("out/rejects.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        header, one, other = list(csv.reader(stream))
    one[-1], other[-1] = first or one[-1], other[-1].removeprefix("?")
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, one, other])


def test_rows_of_another_person_are_joined(married: Office) -> None:
    """With both answers for all rows the other person is one new contact, and the next night says the same."""
    assert married.run(SHEET, *OPTIONS, "--accept-new-rows", "--same-person", "join") == 0
    for _ in range(2):
        assert emails(married) == {"Smith": ["ann@example.com"], "Lee": ["lee@example.com"]}
        assert married.statuses()[1:] in (["created", "duplicate"], ["unchanged", "duplicate"])
        assert married.run("", *OPTIONS) == 0


def test_a_joined_row_is_said_once(office: Office) -> None:
    """Rows that are compared again, with contacts of a lost folder, are named once in problems.csv."""
    office.run(HEADER + "Lou,Tan,+14155550107,,\nPat,Tan,+14155550108,,\n", *OPTIONS)
    shutil.rmtree("out")
    sheet = HEADER + LEE + LEE.replace(",\n", ",x\n") + "Pat,Tan,+14155550108,,\n"
    assert office.run(sheet, *OPTIONS, "--same-person", "join") == 0
    assert Path("out/problems.csv").read_text(encoding="utf-8").count("joined-rows") == 1


@pytest.mark.parametrize("options", [(), ("--same-person", "join")])
@pytest.mark.parametrize("is_open_at_first", [False, True])
def test_a_second_row_belongs_to_its_first(married: Office, options: tuple[str, ...], is_open_at_first: bool) -> None:
    """A row that is said to be that of another row goes to the contact of that one, not to the one that it was asked
    about.
    """
    assert married.run(SHEET, *OPTIONS, *options) == 1
    assert married.statuses()[1:] == ["conflict", "conflict"]
    if is_open_at_first:
        answer("")
        assert married.run("", file="out/rejects.csv") == 1
    answer("new")
    assert married.run("", file="out/rejects.csv") == 0
    for _ in range(2):
        assert emails(married) == {"Smith": ["ann@example.com"], "Lee": ["lee@example.com"]}
        assert married.run(SHEET, *OPTIONS) == 0
