"""What a person sees in a terminal of 60 and of 120 columns, and without one, word by word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from importer.cli.terminal.text import NARROWEST
from tests.cli.snapshots import FOLDER, PLACES, SESSION, session
from tests.cli.window import Window, on_terminal

if TYPE_CHECKING:
    from pathlib import Path

MARK = re.compile(r"⟦[\d;]+:([^⟧]*)⟧")


def kept(name: str, place: str) -> str:
    return (FOLDER / f"{name}-{place}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("place", PLACES)
def test_a_session_looks_as_it_did(tmp_path: Path, place: str) -> None:
    """Every command shows what the snapshot has (`python tests/cli/snapshots.py` writes them anew)."""
    for name, text in session(tmp_path, PLACES[place]).items():
        assert text == kept(name, place), f"{name} in {place}"


@pytest.mark.parametrize("place", [place for place, columns in PLACES.items() if columns])
def test_no_line_is_wider_than_its_window(place: str) -> None:
    """Below the command itself, which the person typed, every line fits."""
    for name in SESSION:
        lines = MARK.sub(r"\1", kept(name, place)).splitlines()[1:]
        assert max(map(len, lines)) <= int(place) or int(place) < NARROWEST, name


def test_without_a_terminal_there_is_no_colour_and_no_bar() -> None:
    """A log has no control characters, and each note stays on one line, for grep."""
    for name in SESSION:
        text = kept(name, "pipe")
        assert "⟦" not in text
        assert "|█" not in text
        assert "\x1b" not in text


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    """With NO_COLOR or TERM=dumb the same words come without a colour, and on a dumb terminal without a bar."""
    (tmp_path / "contacts.csv").write_text("Name,Phone\nAnn,12\n", encoding="utf-8")
    raw = on_terminal(["run", "contacts.csv", "--sandbox", "--rate", "100"], tmp_path, 60, **environment)
    assert "\x1b[3" not in raw
    assert "\x1b[1" not in raw
    assert "To correct" in Window().feed(raw).text()
    assert environment != {"TERM": "dumb"} or "\x1b" not in raw


def test_a_window_shows_what_a_terminal_shows() -> None:
    """The window that the snapshots are seen in overwrites, erases, moves up and keeps colours as a terminal does."""
    window = Window().feed("abc\rxy\r\n\x1b[31mred\x1b[0m plain  \r\nlast\x1b[A\r\x1b[K2\r\n")
    assert window.text() == "xyc\n2\nlast\n"
    assert Window().feed("\x1b[1;31mred\x1b[0m plain").marked() == "⟦1;31:red⟧ plain\n"
