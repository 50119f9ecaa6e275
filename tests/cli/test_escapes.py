"""Escape sequences out of cells reach no terminal: not on the screen, and not in a file that is shown there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

pytestmark = pytest.mark.usefixtures("home")
SEQUENCES = {
    "colour": "\x1b[31m",
    "title": "\x1b]0;Mine\x07",
    "clipboard": "\x1b]52;c;cm0gLXJm\x1b\\",
    "C1": "\x9b2J",
    "bell": "\x07",
    "back": "\x08",
    "delete": "\x7f",
    "turned round": "\u202e",
    "isolated": "\u2066",
    "mark": "\u200f",
}
FOLDER = Path("people.sandbox.import")
FORBIDDEN = set("".join(SEQUENCES.values())) - set("[]0;Mine52;c;cm0gLXJm\\2J31")


def write_sheet(sequence: str, name: str = "people.csv") -> None:
    """A sheet with the sequence in its header, in a good row and in one that is rejected."""
    lines = (
        f"Id,First Name,Phone,No{sequence}te",
        f"1,An{sequence}n,+14155550101,x",
        f"2,Bo{sequence}b,1{sequence}2,a{sequence}b",
        "",
    )
    text = "\n".join(lines)
    Path(name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("kind", SEQUENCES)
def test_no_sequence_is_passed_on(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No output of a run has it, neither stream nor text file; the rejects bring back the cells that were there."""
    sequence = SEQUENCES[kind]
    write_sheet(sequence)
    options = ["--sandbox", "--map", "#4=company", "--bad-cells", "reject"]
    shown = ""
    for command in ("check", "plan", "run", "verify"):
        assert main([command, "people.csv", *options]) == 1
        captured = capsys.readouterr()
        shown += captured.out + captured.err
    main(["show", str(FOLDER), "--row", "3"])
    shown += capsys.readouterr().out
    assert sequence not in shown
    assert "problems.csv" in shown
    for file in FOLDER.glob("*.csv"):
        assert not FORBIDDEN & set(file.read_text(encoding="utf-8-sig")), file
    # The cells come back as they were: the same problem is found, with the same value.
    before = (FOLDER / "problems.csv").read_text(encoding="utf-8")
    rejects = (FOLDER / "rejects.csv").read_text(encoding="utf-8-sig")
    assert main(["check", str(FOLDER / "rejects.csv"), *options, "--out", str(FOLDER)]) == 1
    capsys.readouterr()
    line = next(line for line in before.splitlines() if line.startswith("3,Phone,error"))
    assert line in (FOLDER / "problems.csv").read_text(encoding="utf-8").splitlines()
    assert (FOLDER / "rejects.csv").read_text(encoding="utf-8-sig") == rejects


def test_no_sequence_reaches_a_real_terminal(terminal: Terminal) -> None:
    """On a terminal, where colours are our own, none of the sheet's sequences is passed on."""
    write_sheet(SEQUENCES["title"])
    done = terminal("check", "people.csv", "--sandbox", "--bad-cells", "reject", answers=(("(Enter = 2)", "\n"),))
    assert SEQUENCES["title"] not in done.out
    assert "\\x1b]0;Mine" in done.out
