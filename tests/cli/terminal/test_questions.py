"""What a person at a terminal is asked about a sheet, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal

SHEET = "KdNr,Homeowner,Phone\n" + "".join(f"K{n},Ann Lee{chr(96 + n)},(415) 555-01{n:02}\n" for n in range(1, 5))


def test_enter_takes_every_proposal_and_nothing_is_asked_again(home: Path, terminal: Terminal) -> None:
    """With Enter alone names, ids and numbers arrive, and the next run of the same command asks nothing."""
    (home / "sheet.csv").write_text(SHEET, encoding="utf-8")
    enter = (("Which column holds the names", "\n"), ("your own number", "\n"), ("Which country", "\n"))
    done = terminal("run", "sheet.csv", "--sandbox", answers=enter)
    assert done.code == 0, done.out
    assert "4 created" in done.out
    for mapped in ("KdNr -> external_id", "Homeowner -> full_name"):
        assert mapped in done.out
    assert "mapping.toml" in done.out
    again = terminal("run", "sheet.csv", "--sandbox")
    assert again.code == 0, again.out
    assert "Enter =" not in again.out
    assert "4 created" in again.out


def test_an_answer_can_be_typed_and_a_wrong_one_is_asked_again(home: Path, terminal: Terminal) -> None:
    """A country by its name, a field by its name, no for the id; what is none of them is asked again."""
    (home / "sheet.csv").write_text(SHEET.replace("Homeowner", "Name").replace("Phone", "Ring"), encoding="utf-8")
    answers = (
        ("'Ring' hold", "phone:mobile\n"),
        ("your own number", "no\n"),
        ("Which country", "Atlantis\n"),
        ("is not a country", "canada\n"),
    )
    done = terminal("check", "sheet.csv", "--sandbox", answers=answers)
    assert done.code == 0, done.out
    saved = (home / "sheet.sandbox.import" / "mapping.toml").read_text(encoding="utf-8")
    for line in ('region = "CA"', 'Ring = "phone:mobile"', 'KdNr = "ignore"'):
        assert line in saved


def test_what_is_left_open_is_shown_as_such(home: Path, terminal: Terminal) -> None:
    """The country can be left open; then it stands first, and Next names it."""
    (home / "sheet.csv").write_text(SHEET.replace("KdNr,Homeowner", "Company,Name"), encoding="utf-8")
    done = terminal("check", "sheet.csv", "--sandbox", answers=(("Which country", "n\n"),))
    assert done.code == 1, done.out
    assert "To decide" in done.out
    assert "--region US" in done.out.split("Next:")[1]


@pytest.mark.parametrize("command", ["check", "run"])
def test_the_end_of_input_stops_before_anything_is_sent(home: Path, terminal: Terminal, command: str) -> None:
    """Ctrl-D at any question is neither Enter nor a way past it: 3, nothing is sent, and what was answered is kept."""
    (home / "sheet.csv").write_text(SHEET, encoding="utf-8")
    questions = (
        ("Which column holds the names", "surnames\n"),
        ("Type a number from 1 to 2, or the name of a column", "homeowner\n"),
        ("your own number", "no\n"),
        ("Which country", "1\n"),
    )
    for stop in range(4) if command == "run" else (3,):
        answers = (*questions[:stop], (questions[stop][0], "\x04"))
        # A folder of its own, so that nothing is remembered.
        folder = home / f"{command}{stop}"
        done = terminal(command, "sheet.csv", "--sandbox", "--out", str(folder), answers=answers)
        assert (done.code, "nothing was sent" in done.out) == (3, True), done.out
        saved = (folder / "mapping.toml").read_text(encoding="utf-8") if stop > 1 else ""
        kept = [word for word in ("full_name", "ignore", "region") if word in saved]
        assert kept == ["full_name", "ignore"][: max(stop - 1, 0)]
        assert not (folder / "id_map.csv").exists()
