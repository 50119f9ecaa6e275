"""What leads on from nothing typed, or from a file alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import COMMANDS
from importer.cli.first_screen import newest_sheet, with_command
from importer.sheet_files import ENDINGS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command

NAMES = {name for commands in COMMANDS.values() for name in commands}


def test_nothing_typed_leads_to_the_sheet_of_this_folder(command: Command, home: Path) -> None:
    """The newest sheet here is the example, the lock file of Excel is none, and the command shown works as printed."""
    older = home / "older.csv"
    older.write_text("Name,Phone\nAnn Lee,+14155550101\n")
    os.utime(older, (1, 1))
    (home / "~$people.xlsx").write_bytes(b"\x05Clerk" + b"\0" * 159)
    done = command()
    assert (done.code, "There is a sheet here: people.csv" in done.out) == (0, True), done.out
    line = next(line for line in done.out.splitlines() if "--sandbox" in line)
    words = line.split("  ")[1].split()
    assert words[:2] == ["openphone-import", "run"]
    assert command(*words[1:], "--yes", "--rate", "1000", "--region", "US").code in (0, 1)


def test_a_folder_without_sheets_has_an_example(tmp_path: Path) -> None:
    """Where there is no sheet, or no folder any more, none is named."""
    assert newest_sheet(tmp_path) is None
    assert newest_sheet(tmp_path / "gone") is None


@pytest.mark.parametrize("typed", [["people.csv"], ["-q", "people.csv"], ["people.csv", "--out", "there"]])
def test_a_file_alone_is_checked(command: Command, home: Path, typed: list[str]) -> None:
    """A file as the first word is `check` of it, and the advice to go on names the command that imports."""
    done = command(*typed)
    assert done.code in (0, 1), done.err
    assert (home / ("there" if "--out" in typed else "people.import") / "problems.csv").exists()
    assert "openphone-import run people.csv" in done.out


def test_a_mistyped_file_is_looked_for(command: Command) -> None:
    """A name that ends as sheets do is a file even if it is not there, so that the message is about the file."""
    done = command("poeple.csv")
    assert (done.code, "Did you mean people.csv?" in done.err) == (2, True), done.err


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_every_kind_of_sheet_is_known_by_its_ending(tmp_path: Path, ending: str) -> None:
    """Whatever several files of a folder may be, one of it is found here and may be typed alone."""
    (tmp_path / f"people{ending}").touch()
    assert newest_sheet(tmp_path) == f"people{ending}"
    assert with_command([f"gone{ending}"], NAMES) == ["check", f"gone{ending}"]


@pytest.mark.parametrize("typed", [["runn"], ["run", "people.csv"], ["--version"], [], ["-q"]])
def test_what_is_no_file_stays(typed: list[str]) -> None:
    """Commands, options and mistyped commands are left alone."""
    assert with_command(typed, NAMES) == typed


def test_the_lock_file_of_excel_is_recognised(command: Command, home: Path) -> None:
    """`~$people.xlsx` says who has people.xlsx open: the message names the sheet itself."""
    (home / "~$people.csv").write_bytes(b"\x05Clerk" + b"\0" * 159)
    done = command("check", "~$people.csv")
    assert done.code == 2
    assert "people.csv is open in Excel" in done.err
    assert command("check", "people.csv").code in (0, 1)
