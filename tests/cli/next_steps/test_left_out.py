"""Contacts of earlier runs whose rows are left out now: they are named, and taken away by the command that is shown."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest

from importer.shell import shell_split
from tests.cli.next_steps.screen import OUT, Screen

HEADER = "First Name,Last Name,Phone,Do Not Call\n"
SHEET = HEADER + "Ann,Lee,+14155550101,\nBob,Lee,+14155550102,x\nCy,Lee,+14155550103,yes\nDora,Fox,+14155550104,no\n"
WITHOUT = ("--only", "Do Not Call allows calls")


def shown(screen: Screen) -> list[str]:
    """The words of the command that the screen shows for contacts whose rows are left out; none where it shows none."""
    match = re.search(r"takes away what earlier runs made: openphone-import (undo .*? --rate 200)", screen.text)
    return shell_split(match[1]) if match else []


def rules() -> list[str]:
    with Path(OUT, "problems.csv").open(encoding="utf-8", newline="") as stream:
        return [line["rule"] for line in csv.DictReader(stream)]


class OpenScreen(Screen):
    """A screen on which the notes of a command are seen, too."""

    @property
    def service(self) -> tuple[str, ...]:
        return super().service[:-1]


@pytest.fixture
def screen(screen: Screen, capsys: pytest.CaptureFixture[str]) -> Screen:
    return OpenScreen(screen.sandbox, capsys)


@pytest.fixture
def imported(screen: Screen) -> Screen:
    """A screen whose whole sheet was imported before the person left out who is not to be called."""
    screen.sheet(SHEET)
    assert screen.run() == 0
    assert shown(screen) == []
    return screen


def test_the_contacts_of_rows_that_are_left_out_are_taken_away(imported: Screen) -> None:
    """`left-out-contacts`: the run counts them, the command that it shows takes away these alone, and all is well."""
    assert imported.run(*WITHOUT) == 0
    assert "2 rows that are left out have contacts from earlier runs" in imported.text
    assert "(rows 3, 4)" in imported.text
    assert rules().count("left-out-contacts") == 1
    assert imported.names() == ["Ann", "Bob", "Cy", "Dora"]
    assert imported.type(*shown(imported), "--yes") == 0
    assert "2 reversed, 0 kept, 0 failed" in imported.text
    assert "nothing to do; these rows are not sent as long as they are left out" in imported.text
    assert "contacts of rows that the last run left out" in Path(OUT, "undo.html").read_text(encoding="utf-8")
    assert imported.names() == ["Ann", "Dora"]
    for _ in range(2):
        assert imported.run() == 0
        assert shown(imported) == []
    assert "left-out-contacts" not in rules()
    assert imported.is_whole("Ann", "Dora")


def test_verify_says_it_too(imported: Screen) -> None:
    """`verify` names the rows and the command; a contact that is left out is information, and no difference."""
    imported.run(*WITHOUT)
    assert imported.verify() == 0
    assert "2 rows that are left out have contacts from earlier runs" in imported.text
    assert imported.type(*shown(imported), "--yes") == 0
    assert imported.verify() == 0
    assert shown(imported) == []


def test_every_run_says_it_as_long_as_it_is_so(imported: Screen) -> None:
    """A run that changes nothing says it again, and a plan says it before the run."""
    assert imported.type("plan", "people.csv", *imported.service, *WITHOUT) == 0
    assert shown(imported)
    for _ in range(3):
        assert imported.run(*WITHOUT) == 0
        assert rules().count("left-out-contacts") == 1


def test_the_run_itself_is_still_undone(imported: Screen) -> None:
    """Taking away single contacts undoes no run: an undo afterwards takes back the others, and nothing is left."""
    imported.run(*WITHOUT)
    imported.type(*shown(imported), "--yes")
    assert imported.undo() == 0
    assert imported.names() == []
    assert imported.undo("--left-out") == 0
    assert "Nothing is left to undo" in imported.text


def test_it_is_done_again_another_night(imported: Screen) -> None:
    """Who is added to the people not to be called is named alone the next time, and counted alone."""
    imported.run(*WITHOUT)
    imported.type(*shown(imported), "--yes")
    imported.sheet(SHEET.replace("0104,no", "0104,x"))
    assert imported.run() == 0
    assert "1 row that is left out has a contact from earlier runs, still in the workspace (row 5)" in imported.text
    assert imported.type(*shown(imported), "--yes") == 0
    assert "1 reversed, 0 kept, 0 failed" in imported.text
    assert imported.names() == ["Ann"]


def test_who_is_left_out_again_is_taken_away_again(imported: Screen) -> None:
    """Who was left out, wanted, and is left out once more is named and taken away each time."""
    for _ in range(3):
        imported.sheet(SHEET)
        assert imported.run(*WITHOUT) == 0
        assert "(rows 3, 4)" in imported.text
        assert imported.type(*shown(imported), "--yes") == 0
        assert "2 reversed, 0 kept, 0 failed" in imported.text
        assert imported.names() == ["Ann", "Dora"]
        assert imported.undo("--left-out") == 0
        assert "Nothing is left to undo" in imported.text
        imported.sheet(SHEET.replace("0102,x", "0102,").replace("0103,yes", "0103,no"))
        assert imported.run() == 0
        assert imported.names() == ["Ann", "Bob", "Cy", "Dora"]


def test_who_was_changed_and_is_left_out_again_is_restored_again(imported: Screen) -> None:
    """A contact that the folder only changed is as it was before each time that it is left out."""
    imported.undo()
    imported.sandbox.add(firstName="Bob", lastName="Lee", phoneNumbers=[{"name": "phone", "value": "+14155550102"}])
    update = ("--match", "phone", "--on-match", "update", "--map", "Do Not Call=company")
    for _ in range(3):
        imported.sheet(SHEET.replace("0102,x", "0102,no"))
        assert imported.run(*update, "--forget", "only") == 0
        assert imported.contact("Bob")["defaultFields"]["company"] == "no"
        imported.sheet(SHEET)
        assert imported.run(*update, *WITHOUT) == 0
        assert imported.type(*shown(imported), "--yes") == 0
        assert imported.contact("Bob")["defaultFields"]["company"] is None


def test_what_a_person_changed_is_kept(imported: Screen) -> None:
    """A contact that was edited in the workspace is kept, and named."""
    contact = imported.contact("Bob")
    imported.sandbox.edit(contact["id"], role="Boss")
    imported.run(*WITHOUT)
    assert imported.type(*shown(imported), "--yes") == 1
    assert "1 reversed, 1 kept, 0 failed" in imported.text
    assert imported.names() == ["Ann", "Bob", "Dora"]


def test_a_row_that_is_wanted_again_is_imported(imported: Screen) -> None:
    """Who may be called again is sent once more, as one contact."""
    imported.run(*WITHOUT)
    imported.type(*shown(imported), "--yes")
    imported.sheet(SHEET.replace("0102,x", "0102,"))
    assert imported.run() == 0
    assert imported.names() == ["Ann", "Bob", "Dora"]


def test_rejects_and_parts_of_the_sheet_change_nothing(imported: Screen) -> None:
    """What the last whole run left out is known after a run of a part, too."""
    imported.run(*WITHOUT)
    command = shown(imported)
    assert imported.run("--limit", "1") == 0
    assert imported.type(*command, "--yes") == 0
    assert imported.names() == ["Ann", "Dora"]


def test_a_row_that_a_part_of_the_sheet_wants_again(imported: Screen) -> None:
    """Whose row a run of a part has imported again keeps the contact; who is still left out is taken away."""
    imported.run(*WITHOUT)
    command = shown(imported)
    imported.sheet(SHEET.replace("0102,x", "0102,"))
    assert imported.run("--limit", "2") == 0
    assert imported.type(*command, "--yes") == 0
    assert imported.names() == ["Ann", "Bob", "Dora"]


def test_who_is_left_out_of_a_part_is_taken_away(imported: Screen) -> None:
    """The command that a run of a part shows takes away the contacts that it names."""
    assert imported.run("--limit", "2", *WITHOUT) == 0
    assert "(row 3)" in imported.text
    assert imported.type(*shown(imported), "--yes") == 0
    assert imported.names() == ["Ann", "Cy", "Dora"]


def test_hidden_rows_that_are_left_out_are_named_too(screen: Screen) -> None:
    """A row that is hidden and left out after its import is said in the same way."""
    for hidden in (False, True):
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["First Name", "Phone"])
        sheet.append(["Ann", "+14155550101"])
        sheet.append(["Bob", "+14155550102"])
        sheet.row_dimensions[3].hidden = hidden
        book.save("people.xlsx")
        options = ("--hidden", "out") if hidden else ()
        screen.type("run", "people.xlsx", *screen.service, "--yes", *options)
    assert screen.type(*shown(screen), "--yes") == 0
    assert screen.names() == ["Ann"]


@pytest.mark.parametrize("option", [("--all",), ("--run", "20260101-000000-aaaa")])
def test_it_is_about_people_and_not_about_runs(imported: Screen, option: tuple[str, ...]) -> None:
    """`--left-out` beside `--all` or `--run` is refused, and nothing is undone."""
    assert imported.undo("--left-out", *option) == 2
    assert "Leave one of them out" in imported.text
    assert len(imported.names()) == 4
