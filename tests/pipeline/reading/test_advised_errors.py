"""What an error advises is done, as a scheduler or an office manager would: the next run ends well, nobody twice."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox import Fault, Sandbox

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

NAMES = ("Ann", "Bob", "Cy", "Dora", "Eva", "Fred", "Gus", "Hal", "Ida", "Jan", "Kay", "Leo")
HEADER = "First Name,Last Name,Phone,Email\n"


def sheet(last: str = "Lee", first: int = 0, count: int = 6) -> str:
    """People with names and numbers of their own."""
    rows = [f"{name},{last},+141555501{first + n:02},\n" for n, name in enumerate(NAMES[:count], 1)]
    return HEADER + "".join(rows)


PEOPLE = sheet()


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """What the last command said, in one line."""
    shown = capsys.readouterr()
    return " ".join(f"{shown.out}\n{shown.err}".split())


@pytest.mark.parametrize("is_same", [True, False])
def test_another_workspace(office: Office, capsys: pytest.CaptureFixture[str], *, is_same: bool) -> None:
    """A folder of another workspace: the sheet runs with the --base-url that is named, or in another folder."""
    assert office.run(PEOPLE) == 0
    with Sandbox.start(rate=0) as other:
        again = ["run", "people.csv", "--base-url", other.url, "--rate", "200", "--yes", "-q"]
        assert main([*again, "--out", "out"]) == 2
        text = said(capsys)
        assert "another folder with --out" in text
        named = re.search(r"run with --base-url (\S+) again", text)
        assert named is not None
        if is_same:
            assert main(["run", "people.csv", "--base-url", named[1], "--rate", "200", "--yes", "--out", "out"]) == 0
        else:
            assert main([*again, "--out", "other"]) == 0
        assert (len(office.sandbox.contacts()), len(other.contacts())) == (6, 0 if is_same else 6)


def test_a_strict_run(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Where --strict sent nothing, the sheet goes in without it, and whole once the row is corrected."""
    bad = PEOPLE.replace("+14155550102", "12")
    assert office.run(bad, "--strict") == 2
    assert "leave --strict out" in said(capsys)
    assert office.run(bad) == 1
    assert len(office.sandbox.contacts()) == 5
    assert office.run(PEOPLE, "--strict") == 0
    assert len(office.sandbox.contacts()) == 6


def test_rows_that_look_new(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """A sheet of other people is stopped: --accept-new-rows imports them, the right sheet needs nothing."""
    assert office.run(sheet(count=12)) == 0
    others = "".join(f"Zoe{chr(97 + n)},Fox,+1212555019{n % 10},z{n}@example.com\n" for n in range(12))
    assert office.run(HEADER + others) == 2
    assert "--accept-new-rows" in said(capsys)
    assert len(office.sandbox.contacts()) == 12
    assert office.run(sheet(count=12)) == 0
    assert office.run(HEADER + others, "--accept-new-rows") == 0
    assert len(office.sandbox.contacts()) == 24


def test_a_stopped_run(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that was stopped by the service goes on with the command that its Next names."""
    office.sandbox.add_faults(Fault("401", method="POST", start=3))
    assert office.run(PEOPLE) == 3
    text = said(capsys)
    office.sandbox.clear_faults()
    command = text.partition("go on with: openphone-import ")[2].partition(" Files:")[0]
    assert command, text
    assert main(shlex.split(command)) == 0
    assert len(office.sandbox.contacts()) == 6


def test_an_undo_that_was_stopped(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """An undo that was stopped is run again, and the sheet may be imported again after that."""
    assert office.run(PEOPLE) == 0
    undo = ["undo", "out", "--base-url", office.sandbox.url, "--rate", "200", "--yes", "-q"]
    office.sandbox.add_faults(Fault("401", method="DELETE", start=3))
    assert main(undo) == 3
    assert "again" in said(capsys)
    office.sandbox.clear_faults()
    assert main(undo) == 0
    assert office.sandbox.contacts() == []
    assert office.run("") == 0
    assert len(office.sandbox.contacts()) == 6


@pytest.mark.parametrize("option", ["--accept-changes", "map"])
def test_a_sheet_that_was_changed(office: Office, capsys: pytest.CaptureFixture[str], option: str) -> None:
    """A sheet without a column of the saved mapping runs with --accept-changes, or with the mapping made again."""
    office.run(PEOPLE)
    service = ["--base-url", office.sandbox.url, "-q", "--out", "out"]
    assert main(["map", "people.csv", *service]) == 0
    changed = PEOPLE.replace("Email", "E-post adresse").replace("Last Name", "Zuname2")
    assert office.run(changed) == 2
    assert "--accept-changes" in said(capsys)
    if option == "map":
        assert main(["map", "people.csv", *service]) == 0
        assert office.run(changed) in (0, 1)
    else:
        assert office.run(changed, option) in (0, 1)
    assert len(office.sandbox.contacts()) == 6
