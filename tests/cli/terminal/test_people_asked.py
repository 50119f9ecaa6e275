"""Rows that may be people who are there already are asked about in one question at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.cli.conftest import Command, Environment, Terminal

HEADER = "Name,Phone,Email\n"
BEFORE = f"{HEADER}Ann Lee,+14155550101,\nBob Ray,+14155550102,\n"
# Another number for the one, another given name for the other.
LATER = f"{HEADER}Ann Lee,+14155550108,\nRobert Ray,+14155550102,\n"
# Both under the same name as before, with other numbers.
MOVED = f"{HEADER}Ann Lee,+14155550108,\nBob Ray,+14155550109,\n"
QUESTION = "there already:"
SEND = ("[y/N]", "y\n")


@pytest.fixture
def place(sandbox: Sandbox) -> Environment:
    return {"OPENPHONE_BASE_URL": sandbox.url, "OPENPHONE_API_KEY": "sandbox-key"}


@pytest.mark.parametrize(
    ("later", "answer", "people", "code"),
    [
        (LATER, "t\n", 2, 0),
        (LATER, "n\n", 4, 0),
        (LATER, "l\n", 2, 1),
        # Nothing speaks for them all being the same: Enter leaves them.
        (LATER, "\n", 2, 1),
        # All have the whole name of a contact that has lost its row: Enter takes them for these.
        (MOVED, "\n", 2, 0),
    ],
)
def test_one_answer_for_all_rows(
    home: Path,
    command: Command,
    terminal: Terminal,
    sandbox: Sandbox,
    place: Environment,
    later: str,
    answer: str,
    people: int,
    code: int,
) -> None:
    """They are these people, they are new ones, or it stays open; the answer holds for later runs without a person."""
    sheet = home / "people.csv"
    sheet.write_text(BEFORE, encoding="utf-8")
    assert command("run", "people.csv", "--yes", **place).code == 0
    sheet.write_text(later, encoding="utf-8")
    done = terminal("run", "people.csv", answers=((QUESTION, answer), SEND), **place)
    assert "2 rows may be people who are there already" in done.out
    assert done.code == code, done.out
    assert len(sandbox.contacts()) == people
    assert command("run", "people.csv", "--yes", **place).code == code
    assert len(sandbox.contacts()) == people


def test_the_rows_are_shown_first(
    home: Path, command: Command, terminal: Terminal, sandbox: Sandbox, place: Environment
) -> None:
    """`s` shows each row with the other side, then asks again; a second row of a person can be joined at once."""
    sheet = home / "people.csv"
    sheet.write_text(BEFORE, encoding="utf-8")
    command("run", "people.csv", "--yes", **place)
    sheet.write_text(f"{BEFORE}Bob Ray,+14155550102,bob@example.com\n", encoding="utf-8")
    done = terminal("run", "people.csv", answers=((QUESTION, "s\n"), (QUESTION, "t\n"), SEND), **place)
    assert "Row 4 (Bob Ray) may be row 3" in done.out.replace("\n", " ")
    assert done.code == 0, done.out
    assert len(sandbox.contacts()) == 2
    assert command("run", "people.csv", "--yes", **place).code == 0
    assert len(sandbox.contacts()) == 2


def test_the_end_of_input_sends_nothing(
    home: Path, command: Command, terminal: Terminal, sandbox: Sandbox, place: Environment
) -> None:
    """Ctrl-D at the question about people stops the run: no row is sent, also none about which nothing was asked."""
    sheet = home / "people.csv"
    sheet.write_text(BEFORE, encoding="utf-8")
    command("run", "people.csv", "--yes", **place)
    sheet.write_text(f"{LATER}Cy Dee,+14155550103,\n", encoding="utf-8")
    done = terminal("run", "people.csv", answers=((QUESTION, "\x04"),), **place)
    assert (done.code, "nothing was sent" in done.out) == (3, True), done.out
    assert len(sandbox.contacts()) == 2
