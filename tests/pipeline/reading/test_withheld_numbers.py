"""Phones that a sheet says not to use: never sent, and a person is known by them all the same."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "Name,Phone 1,Phone 1 DNC,Phone 2,Phone 2 DNC,Company\n"
OTHERS = "Cy Fox,+14155550103,,+14155550104,Y,\nDi Elk,+14155550105,Y,+14155550106,,\n"
NUMBER = "+14155550101"


def sheet(*lines: str) -> str:
    return "".join((HEADER, OTHERS, *(f"{line}\n" for line in lines)))


def phones(office: Office) -> set[str]:
    """All phones that the workspace has."""
    return {item["value"] for contact in office.sandbox.contacts() for item in contact["defaultFields"]["phoneNumbers"]}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"Ann Lee,{NUMBER},,,,", f"Ann Moore,{NUMBER},Y,,,Acme"),
        (f"Ann Lee,{NUMBER},Y,,,", f"Ann Moore,{NUMBER},,,,Acme"),
        (f"Ann Lee,{NUMBER},Y,,,", f"Ann Moore,{NUMBER},Y,,,Acme"),
        (f"Ann Lee (DO NOT CALL),{NUMBER},,,,", f"Ann Moore (DO NOT CALL),{NUMBER},,,,Acme"),
    ],
)
def test_a_person_is_known_by_a_number_that_is_not_sent(office: Office, first: str, second: str) -> None:
    """Another family name beside the number is no question and no second contact, whichever night withheld it."""
    assert office.run(sheet(first)) == 0
    assert office.run(sheet(second), "--on-match", "update") == 0
    assert office.names() == ["Ann Moore", "Cy Fox", "Di Elk"]


def test_a_number_that_is_withheld_is_not_sent(office: Office) -> None:
    """What is known only to recognise people is in no contact, also after an update."""
    office.run(sheet(f"Ann Lee,{NUMBER},Y,,,"))
    office.run(sheet(f"Ann Lee,{NUMBER},Y,,,Acme"), "--on-match", "update")
    assert phones(office) == {"+14155550103", "+14155550106"}


@pytest.mark.parametrize("withheld", ["first", "second"])
def test_two_rows_with_a_number_that_one_of_them_withholds_are_asked_about(office: Office, withheld: str) -> None:
    """The person is not made twice; if the rows are said to be one, the number is sent for neither, with a line."""
    marks = ("Y", "") if withheld == "first" else ("", "Y")
    rows = [f"Ann Lee,{NUMBER},{mark},,,{company}" for mark, company in zip(marks, ("", "Acme"), strict=True)]
    assert office.run(sheet(*rows)) == 1
    assert office.statuses() == ["created", "created", "created", "conflict"]
    assert office.run(sheet(*rows), "--same-person", "join", "--on-match", "update", out="joined") == 0
    line = next(
        line for line in Path("joined/problems.csv").read_text(encoding="utf-8").splitlines() if "joined-" in line
    )
    assert f"Not sent, since one of the two rows says not to use it: {NUMBER}." in line
    # What the first run sent for one row stays.
    assert (NUMBER in phones(office)) is (withheld == "second")


def test_namesakes_with_numbers_of_their_own_that_are_withheld_are_not_one_person(office: Office) -> None:
    """A namesake who comes with another number is not taken for the one who left, but asked about."""
    office.run(sheet(f"Ann Lee,{NUMBER},Y,,,"))
    assert office.run(sheet("Ann Lee,+14155550199,Y,,,Acme")) == 1
    assert office.names() == ["Ann Lee", "Cy Fox", "Di Elk"]


def test_a_number_that_the_folder_hears_of_later_is_learned_from_a_row_as_it_was(office: Office) -> None:
    """A phone that is withheld, of a column that is read as phones only now, tells later who its row is."""
    rows = f"Ann Lee,{NUMBER},,+14155550102,Y,"
    assert office.run(sheet(rows), "--map", "Phone 2=ignore") == 0
    assert office.run(sheet(rows), "--map", "Phone 2=phone", "--on-match", "update") == 0
    assert office.run(sheet("Ann Moore,+14155550199,,+14155550102,,"), "--on-match", "update") == 0
    assert office.names() == ["Ann Moore", "Cy Fox", "Di Elk"]


@pytest.mark.parametrize(
    "later",
    [
        f"Ann Lee,{NUMBER} - DO NOT CALL,,,,",
        f"Ann Lee (DO NOT CALL),{NUMBER},,,,",
        f"DO NOT CALL,{NUMBER},,,,Acme",
        f"Ann Lee,{NUMBER},Y,,,",
        f"Ann Lee,do not call {NUMBER},,,,",
    ],
)
def test_of_a_number_that_was_sent_it_is_said_that_it_stays(office: Office, later: str) -> None:
    """Whatever withholds a phone now, its line says to remove it in the app, and no later run sends it again."""
    office.run(sheet(f"Ann Lee,{NUMBER},,,,"))
    options = ("--on-match", "update", "--accept-new-rows")
    office.run(sheet(later), *options)
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        messages = [line["message"] for line in csv.DictReader(stream) if line["rule"] == "phone-forbidden"]
    assert len(messages) == 3
    assert all("If it was sent before, remove it in the app" in message for message in messages)
    assert NUMBER in phones(office)
    for contact in office.sandbox.contacts():
        if any(item["value"] == NUMBER for item in contact["defaultFields"]["phoneNumbers"]):
            office.sandbox.edit(contact["id"], phoneNumbers=[])
    office.run(sheet(later.replace("Acme", "Acme Inc")), *options)
    assert NUMBER not in phones(office)
