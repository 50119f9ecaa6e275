"""A folder that was lost: what is asked about contacts of the workspace is answered once, and is kept."""

from __future__ import annotations

import asyncio
import csv
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.pipeline.job import Hooks
from importer.pipeline.reading.asked_people import PeopleAnswer
from importer.pipeline.run import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.pipeline.reading.asked_people import AskedRow
    from tests.pipeline.conftest import Desk, MakeRow
    from tests.pipeline.reading.conftest import Office

HEADER = "Name,Phone,Email\n"
BOB = "Bob Ray,+14155550102,bob@example.com\n"
NAMED = ("--map", "Name=full_name")
# Two rows of the contact: that share a number, and of which each alone may be the contact.
TWO_ROWS = {
    "of one number": "Rob Ray,+14155550102,r@example.com\nRob Ray,+14155550102,r2@example.com\n",
    "of its name": "Bob Ray,+14155550102,r@example.com\nBob Ray,+14155550102,r2@example.com\n",
    "with one sign each": "Rob Ray,+14155550102,\nRobert Ray,,bob@example.com\n",
    "of a name alone": "B. Ray,+14155550102,\nBob R,,bob@example.com\n",
    "the second exact": f"Bob Ray,+14155550102,ray@example.com\n{BOB}",
}


def say_same() -> None:
    """Take away the ? of every row of the rejects: each is the person about whom it was asked."""
    path = Path("out/rejects.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *([*line[:-1], line[-1].removeprefix("?")] for line in lines)])


@pytest.mark.parametrize("rows", TWO_ROWS)
@pytest.mark.parametrize("policy", ["create-only", "update"])
@pytest.mark.parametrize("is_lost", [True, False])
def test_two_rows_of_a_contact_are_answered_at_once(office: Office, rows: str, policy: str, is_lost: bool) -> None:
    """One run of the answered rejects settles both rows for good, whether the folder knows the contact or not."""
    options = (*NAMED, "--on-match", policy)
    assert office.run(HEADER + BOB, *options) == 0
    if is_lost:
        shutil.rmtree("out")
    sheet = HEADER + TWO_ROWS[rows]
    assert office.run(sheet, *options) == 1
    say_same()
    assert office.run("", *options, file="out/rejects.csv") == 0
    for _ in range(2):
        assert office.statuses().count("duplicate") == 1
        assert office.run(sheet, *options) == 0
        assert len(office.sandbox.contacts()) == 1


def test_rows_that_were_said_to_be_one_contact_are_kept_apart_again(office: Office) -> None:
    """The line about two rows that were said to be one contact names the option that makes two of them."""
    office.run(HEADER + BOB, *NAMED)
    sheet = HEADER + TWO_ROWS["with one sign each"]
    office.run(sheet, *NAMED)
    say_same()
    office.run("", *NAMED, file="out/rejects.csv")
    assert "--same-person separate" in Path("out/problems.csv").read_text(encoding="utf-8")
    office.run(sheet, *NAMED, "--same-person", "separate", "--accept-new-rows")
    assert len(office.sandbox.contacts()) == 2
    assert office.run(sheet, *NAMED) == 0
    assert len(office.sandbox.contacts()) == 2


def test_one_answer_for_all_holds_for_two_rows_of_a_contact(desk: Desk, row: MakeRow) -> None:
    """Where a terminal is told that all rows are the people shown, two rows of one contact are joined at once."""
    whole = row(1)
    desk.write([whole])
    desk.run(map=(("ID", "ignore"),))
    halves = [{**whole, "Email": "", "First Name": "Adele"}, {**whole, "Phone": "", "First Name": "Adina"}]
    desk.write(halves)
    shown: list[AskedRow] = []

    def answer(rows: Sequence[AskedRow], _: PeopleAnswer) -> PeopleAnswer:
        shown.extend(rows)
        return PeopleAnswer.SAME

    hooks = Hooks(ask_people=answer, settle_seconds=0.05)
    report = asyncio.run(run(desk.job(hooks, map=(("ID", "ignore"),), out=desk.folder / "theirs")))
    assert len(shown) == 2
    assert report.summary.exit_code == 0
    assert len(desk.sandbox.contacts()) == 1


@pytest.mark.parametrize("is_lost", [True, False])
@pytest.mark.parametrize("has_new_row", [True, False])
def test_a_question_about_a_contact_of_elsewhere_stays_the_same(
    office: Office, is_lost: bool, has_new_row: bool
) -> None:
    """A row that was asked about a contact of the workspace is asked about it after another change too.

    The folder does not know the contact, or only that it made it, as versions before 0.1 noted no names.
    """
    assert office.run(HEADER + BOB) == 0
    if is_lost:
        shutil.rmtree("out")
    else:
        with closing(sqlite3.connect("out/journal.sqlite")) as connection, connection:
            connection.execute("UPDATE contacts SET facts = NULL, cells = 0, identity = 0")
    asked = HEADER + "Robert Ray,+14155550102,\n"
    assert office.run(asked) == 1
    # A new row has the workspace asked again, and what it shows must not hide what the folder knows.
    more = "Cy Doe,+14155550103,\n" if has_new_row else ""
    for _ in range(2):
        assert office.run(asked.replace("0102", "0109") + more) == 1
        assert office.names() == ["Bob Ray", *(["Cy Doe"] if has_new_row else [])]


def test_a_contact_that_a_row_has_is_not_offered_to_another(desk: Desk, row: MakeRow) -> None:
    """While rows are recognised once more with the names of their candidates, no second row gets a contact."""
    ada, bea = row(1), row(2)
    desk.write([ada, bea])
    ignored = (("ID", "ignore"),)
    desk.run(map=ignored)
    before = desk.sandbox.contacts()
    # The second row of Ada shares her number alone; the row of Bea is asked about, so that names are looked up.
    desk.write([ada, {**ada, "Email": "other@example.com"}, {**bea, "First Name": "Beatrix", "Email": ""}])
    theirs = desk.folder / "theirs"
    desk.run(map=ignored, out=theirs, on_match="update")
    assert desk.sandbox.contacts() == before
    with (theirs / "id_map.csv").open(encoding="utf-8", newline="") as stream:
        assert [line["status"] for line in csv.DictReader(stream)] == ["unchanged", "conflict", "conflict"]
