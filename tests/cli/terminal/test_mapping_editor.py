"""The editing of a mapping without a terminal: whatever is pressed, whatever is in the cells."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from importer.cli.terminal.keys import Terminal
from importer.cli.terminal.mapping_editor import Editor
from importer.cli.terminal.text import cut, padded
from importer.errors import MappingError
from importer.pipeline.map import ProposedColumn

KEYS = ["up", "down", "page-up", "page-down", "home", "end", "enter", "escape", "backspace", "unknown", *"0129spqx"]


@dataclass(frozen=True)
class Draft:
    """A mapping of three columns, of which the last cannot be changed."""

    lines: tuple[ProposedColumn, ...] = (
        ProposedColumn("Name", ("Ann",), "full_name", "A usual name.", open=False),
        ProposedColumn("氏名", ("\x1b[2J", "値" * 40), "", "No field has this name.", open=False),
        ProposedColumn("Odd", (), "", "Two columns could be the company.", open=True),
    )
    fields: tuple[str, ...] = ("first_name", "phone", "ignore")

    @property
    def open(self) -> int:
        return sum(line.open for line in self.lines)

    def choose(self, position: int, field: str) -> Draft:
        if position == 2:
            raise MappingError("It cannot be so.", "Choose another.")
        lines = list(self.lines)
        lines[position] = replace(lines[position], field=field)
        return replace(self, lines=tuple(lines))

    def preview(self) -> list[tuple[int, list[str]]]:
        return [(2, ["Ann", "  Phone  +14155550101 \x1b[2J"])]


def pressed(*keys: str) -> Editor:
    editor = Editor("people.csv", Draft())
    for key in keys:
        editor.press(key)
    return editor


def test_a_choice_by_arrows_and_by_number() -> None:
    """Arrows and numbers reach the same column and the same field."""
    assert pressed("down", "enter", "down", "down", "enter").draft.lines[1].field == "ignore"
    assert pressed("2", "enter", "3", "enter").draft.lines[1].field == "ignore"


def test_the_preview_is_a_card() -> None:
    """`p` shows the first contacts as a person would see them, and any other key leads back."""
    editor = pressed("p")
    shown = "\n".join(editor.lines(80, 24)[0])
    assert "Row 2: Ann" in shown
    assert "{" not in shown
    assert pressed("p", "x").mode == "table"


def test_a_choice_that_cannot_be_is_told_and_changes_nothing() -> None:
    """What does not fit is said on the page, and the mapping stays as it was."""
    editor = pressed("3", "enter", "1", "enter")
    assert editor.draft == Draft()
    assert "It cannot be so. Choose another." in editor.lines(80, 24)[0][-1]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(KEYS), max_size=25), st.integers(40, 130), st.integers(10, 40))
def test_every_page_fits_the_terminal(keys: list[str], width: int, height: int) -> None:
    """Whatever is pressed, the page fits the window, marks a line, and holds nothing that steers a terminal."""
    editor = Editor("people.csv", Draft())
    for key in keys:
        if editor.ended:
            break
        editor.press(key)
        lines, marked = editor.lines(width, height)
        assert len(lines) <= height
        assert all(cell_len(line) <= width for line in lines)
        assert 0 <= marked < len(lines)
        assert "\x1b" not in "".join(lines)


@given(st.text(max_size=30), st.integers(2, 20))
def test_a_cut_text_has_its_width(text: str, width: int) -> None:
    """Padding gives exactly the places that are asked for, whatever the signs take."""
    line = "".join(sign for sign in text if sign.isprintable())
    assert cell_len(padded(line, width)) == width
    assert cell_len(cut(line, width)) <= width


@pytest.mark.parametrize(
    ("pieces", "keys"),
    [
        ([b"\x1b[A\x1b[B"], ["up", "down"]),
        ([b"\x1bOA1\r"], ["up", "1", "enter"]),
        ([b"\xc3", b"\xa4\x7f"], ["ä", "backspace"]),
        ([b"\x1b"], ["escape"]),
        ([b"\x1b[15~s"], ["unknown", "s"]),
        ([b""], ["escape"]),
    ],
)
def test_keys_are_read_one_by_one(pieces: list[bytes], keys: list[str]) -> None:
    """Keys that arrive together or in pieces are told apart; a terminal that is gone ends the editing."""
    left = iter(pieces)
    terminal = Terminal(lambda: next(left, b""), io.StringIO())
    assert [terminal.key() for _ in keys] == keys
