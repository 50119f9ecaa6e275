"""Rows that may be a heading or a remark, and that a person has said to be contacts."""

from __future__ import annotations

import csv
import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

PEOPLE = "".join(f"{name},+1415555010{number}\n" for number, name in enumerate(("Ann Lee", "Bob Ray", "Cy Doe")))
MORE = "".join(f"{name},+1415555011{number}\n" for number, name in enumerate(("Di Fox", "Ed Kay", "Flo May")))
DOUBTFUL = "Blumen nach Maß bitte"
SHEET = f"Name,Phone\n{PEOPLE}{DOUBTFUL},\n{MORE}"


def say_new(office: Office, out: str = "out") -> None:
    """Write `new` in place of the id of the doubtful row of the rejects."""
    (line,) = [line for line in rejects(out) if line["Name"]]
    office.answer((line["_external_id"], "new"), out=out)


def rejects(out: str = "out") -> list[dict[str, str]]:
    with Path(out, "rejects.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_rejects_that_are_imported_unchanged_make_no_contact_of_a_note(office: Office) -> None:
    """A row that may be a note stays handed back, with the same line, while it has nothing but its text."""
    assert office.run(SHEET) == 1
    lines = rejects()
    for _ in range(2):
        assert office.run("", file="out/rejects.csv") == 1
        assert rejects() == lines
        assert office.statuses()[3] == "rejected"
        assert len(office.names()) == 6
        assert "decide-notes" in Path("out/problems.csv").read_text(encoding="utf-8")
    assert office.run(SHEET) == 1
    assert rejects() == lines


@pytest.mark.parametrize(
    ("sheet", "before", "after"),
    [
        (SHEET, f"{DOUBTFUL},", f"{DOUBTFUL},+14155550190"),
        (SHEET, f"{DOUBTFUL},", f"{DOUBTFUL} GmbH,"),
        (SHEET.replace(",", ",,").replace("Name,", "Name,Email"), f"{DOUBTFUL},,", f"{DOUBTFUL},info@flora.example,"),
        (SHEET, "", ""),
    ],
    ids=["phone", "name", "email", "new"],
)
def test_a_row_that_is_a_contact_is_not_doubted_again(office: Office, sheet: str, before: str, after: str) -> None:
    """Once its rejects say that a row is a contact, no later run asks that again, nor makes the contact twice."""
    assert office.run(sheet) == 1
    assert office.statuses()[3] == "rejected"
    if before:
        office.answer((before, after))
    else:
        say_new(office)
    assert office.run("", file="out/rejects.csv") == 0
    people = office.names()
    for options in ((), ("--no-trust-journal",), ("--on-match", "update")):
        assert office.run(sheet, *options) == 0
        assert office.statuses() == ["created"] * 7
    assert office.run(sheet.replace("Ed Kay", "Ed Kaye"), "--on-match", "update") == 0
    assert office.names() == sorted("Ed Kaye" if name == "Ed Kay" else name for name in people)


def test_of_a_note_nothing_is_said_that_did_not_happen(office: Office) -> None:
    """A row that is handed back as a note has no line of what became of its name, until it is said to be a contact."""
    assert office.run(SHEET.replace(DOUBTFUL, "call after 5 pm please")) == 1
    assert "name-not-split" not in Path("out/problems.csv").read_text(encoding="utf-8")
    assert office.run("", file="out/rejects.csv") == 1
    assert "name-not-split" not in Path("out/problems.csv").read_text(encoding="utf-8")
    say_new(office)
    assert office.run("", file="out/rejects.csv") == 0
    assert "name-not-split" in Path("out/problems.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("night", [DOUBTFUL, "call after 5 pm please"])
def test_any_other_such_row_is_still_doubted(office: Office, night: str) -> None:
    """What no contact of the folder has for its cells is handed back, also beside contacts."""
    office.run(SHEET.replace(f"{DOUBTFUL},\n", ""))
    for _ in range(2):
        assert office.run(SHEET.replace(DOUBTFUL, night)) == 1
    assert night in Path("out/rejects.csv").read_text(encoding="utf-8")
    assert len(office.names()) == 6


def said(rule: str) -> str:
    """The only message of a rule in problems.csv."""
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        (message,) = [line["message"] for line in csv.DictReader(stream) if line["rule"] == rule]
    return message


def test_notes_are_left_out_for_good_as_the_question_says(office: Office) -> None:
    """The answer that stands in the line of the question ends the nightly exit 1, and the folder remembers it."""
    notes = SHEET.replace(DOUBTFUL, "call after 5 pm please") + "gate code 4471,\n"
    assert office.run(notes) == 1
    options = " ".join(re.findall(r"--only '[^']+'", said("decide-notes")))
    assert office.run(notes, *shlex.split(options)) == 0
    for _ in range(2):
        assert office.run(notes) == 0
        assert {*office.statuses()} == {"created", "skipped"}
    assert office.verify() == 0

    # A later note is asked about, and its answer keeps what was answered before.
    more = notes + "ring the bell twice,\n"
    assert office.run(more) == 1
    options = " ".join(re.findall(r"--only '[^']+'", said("decide-notes")))
    assert office.run(more, *shlex.split(options)) == 0
    assert office.run(more) == 0
    assert len(office.names()) == 6


def test_a_note_is_left_out_for_good_as_its_line_says(office: Office) -> None:
    """The option in the line of a row that may be a note leaves out that row, for good and for every command."""
    assert office.run(SHEET) == 1
    option = re.search(r"--only '[^']+'", said("maybe-heading"))
    assert option
    assert office.run(SHEET, *shlex.split(option[0])) == 0
    assert office.run(SHEET) == 0
    assert office.statuses()[3] == "skipped"
    assert main(["check", "people.csv", "--out", "out", "-q"]) == 0
    assert len(office.names()) == 6


@pytest.mark.parametrize("command", ["check", "plan"])
@pytest.mark.parametrize(
    ("sheet", "rule"), [(SHEET, "maybe-heading"), (f"Name,Phone\n{PEOPLE},+14155550177\n", "row-continues")]
)
def test_a_look_at_unchanged_rejects_says_what_their_run_says(
    office: Office, capsys: pytest.CaptureFixture[str], command: str, sheet: str, rule: str
) -> None:
    """What the sheet showed of a row is also known to `check` and `plan`, which do not advise to import it as it is."""
    assert office.run(sheet) == 1
    service = () if command == "check" else ("--base-url", office.sandbox.url)
    capsys.readouterr()
    assert main([command, "out/rejects.csv", "--out", "out", *service]) == 1
    assert f"[{rule}]" in "".join(capsys.readouterr())
    assert office.run("", file="out/rejects.csv") == 1


@pytest.mark.parametrize("command", ["check", "plan"])
@pytest.mark.parametrize("ran_before", [False, True], ids=["new folder", "after a run"])
@pytest.mark.parametrize("out", ["out", "elsewhere"])
def test_rejects_that_no_run_handed_back_are_doubted_too(
    office: Office, command: str, out: str, *, ran_before: bool
) -> None:
    """What a check or a plan hands back becomes no contact if it is imported unchanged, whatever folder that fills."""
    sheet = f"{SHEET},+14155550191\n"
    if ran_before:
        assert office.run(SHEET.replace(f"{DOUBTFUL},\n", "")) == 0
    Path("sheet.csv").write_text(sheet, encoding="utf-8")
    service = ("--base-url", office.sandbox.url) if command == "plan" else ()
    assert main([command, "sheet.csv", *service, "--yes", "--out", "out"]) == 1
    people = office.names()
    assert office.run("", file="out/rejects.csv", out=out) == 1
    assert office.names() == people
    say_new(office, out)
    assert office.run("", file=f"{out}/rejects.csv", out=out) == 1
    assert office.names() == sorted([*people, DOUBTFUL])


@pytest.mark.parametrize("doubts", [7, {"a": 1}, [7, [], [1, 2, 3], ["1", "oir1-x", ""], [None] * 3]])
def test_doubts_that_cannot_be_read_are_none(office: Office, doubts: object) -> None:
    """A damaged file of doubts stops nothing: what the journal says of the rejects still counts."""
    assert office.run(SHEET) == 1
    path = Path("out/.rejects.json")
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"doubts": doubts}), encoding="utf-8")
    assert office.run("", file="out/rejects.csv") == 1
    assert len(office.names()) == 6
