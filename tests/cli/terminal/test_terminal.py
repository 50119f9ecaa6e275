"""A person at a terminal: the bar, the questions, and how to say no."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.window import Window

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.cli.conftest import Environment, Terminal


UNSURE = "Name,Mobile,Company,Organisation\nAnn Lee,+14155550101,Lee Ltd,Lees\n"


@pytest.fixture
def place(sandbox: Sandbox) -> Environment:
    return {"OPENPHONE_BASE_URL": sandbox.url, "OPENPHONE_API_KEY": "sandbox-key"}


@pytest.mark.parametrize(("answer", "code", "sent"), [("y\n", 0, 2), ("no\n", 2, 0), ("\x04", 2, 0)])
def test_a_real_workspace_is_asked_about_first(
    terminal: Terminal, sandbox: Sandbox, place: Environment, answer: str, code: int, sent: int
) -> None:
    """Before the first write the person sees how many contacts go where; anything but yes sends nothing, exit 2."""
    done = terminal("run", "people.csv", answers=(("[y/N]", answer),), **place)
    assert "Send 2 contacts to" in done.out
    assert done.code == code, done.out
    assert len(sandbox.contacts()) == sent


def test_what_to_correct_and_decide_comes_before_the_question(
    home: Path, terminal: Terminal, sandbox: Sandbox, place: Environment
) -> None:
    """Who is asked has seen what to correct, with the first cases, and what is left to decide; a no sends nothing."""
    rows = "Ann Lee,(415) 555-0101\nBob Ray,12\nCem Koc,+14155550103\n"
    (home / "people.csv").write_text(f"Name,Phone\n{rows}", encoding="utf-8")
    done = terminal("run", "people.csv", answers=(("Which country", "n\n"), ("[y/N]", "n\n")), **place)
    before = done.out.partition("Send 1 contact to")[0]
    assert done.code == 2, done.out
    assert "To correct" in before
    assert "12 [phone-no-country]" in before
    assert "--region US" in before.partition("To decide")[2].partition("To correct")[0], before
    assert sandbox.contacts() == []


def test_ctrl_c_at_the_question_is_an_end(terminal: Terminal, sandbox: Sandbox, place: Environment) -> None:
    """Ctrl-C where an answer is awaited ends the command at once with exit 3, and nothing is sent."""
    done = terminal("run", "people.csv", answers=(("[y/N]", "\x03"),), **place)
    assert done.code == 3, done.out
    assert "nothing was sent" in done.out
    assert "Traceback" not in done.out
    assert sandbox.contacts() == []


def test_yes_asks_nothing(terminal: Terminal, sandbox: Sandbox, place: Environment) -> None:
    """With --yes a run goes through on a terminal too."""
    done = terminal("run", "people.csv", "--yes", **place)
    assert done.code == 0, done.out
    assert "[y/N]" not in done.out
    assert len(sandbox.contacts()) == 2


def test_an_unsure_column_is_asked_about(home: Path, terminal: Terminal) -> None:
    """Two columns that fit one field: asked about with its values, and a wrong answer is asked again."""
    (home / "people.csv").write_text(UNSURE, encoding="utf-8")
    done = terminal(
        "run",
        "people.csv",
        "--sandbox",
        answers=(("(Enter = 1)", "compnay\n"), ("(Enter = 1)", "company\n")),
    )
    assert done.code == 0, done.out
    assert "Lee Ltd" in done.out
    assert "compnay" in done.out
    problems = (home / "people.sandbox.import/problems.csv").read_text(encoding="utf-8")
    assert "Organisation" in problems
    assert ",Company," not in problems


def test_yes_takes_the_label_too_and_no_leaves_out(home: Path, terminal: Terminal) -> None:
    """Yes takes the field as it was offered, with its label; no leaves the column out."""
    (home / "people.csv").write_text("First Name,Contact,WhatsApp\nAnn,Lee,+14155550101\n", encoding="utf-8")
    done = terminal(
        "run",
        "people.csv",
        "--sandbox",
        answers=(("holds the whole name", "n\n"), ("holds the phone number (whatsapp)", "y\n")),
    )
    assert done.code == 0, done.out
    assert "WhatsApp -> phone:whatsapp" in done.out
    assert "There is no field" not in done.out


def test_an_unsure_column_is_left_out_where_nobody_is_asked(home: Path, terminal: Terminal) -> None:
    """Under --yes unsure columns are left out, shown on the terminal and listed in problems.csv."""
    (home / "people.csv").write_text(UNSURE, encoding="utf-8")
    done = terminal("run", "people.csv", "--sandbox", "--yes")
    assert done.code == 0, done.out
    assert "Unsure:" in done.out
    problems = (home / "people.sandbox.import/problems.csv").read_text(encoding="utf-8")
    assert problems.count("column-unsure") == 2


def test_the_screen_fits_its_window(terminal: Terminal) -> None:
    """With a bar, notes and results, no line of the demo is wider than the window."""
    done = terminal("demo", "--rate", "100", columns=60)
    assert done.code == 0, done.out
    assert "47 of 47 contacts" in done.out
    plain = Window().feed(done.out.replace("\n", "\r\n")).text().splitlines()
    # What cannot be folded is a name of a file or a command; nothing of the program's own is.
    assert [line for line in plain if len(line) > 60 and " " in line.strip()] == []
    for label in ("Result:", "Effort:", "Notes:", "Next:", "Files:"):
        assert any(line.startswith(label) for line in plain)
