"""Damage of phone cells is undone, and most cells are known at once to have none."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.clean.characters.characters import trimmed
from importer.clean.phone.damage import undo, undo_thoroughly

PIECES = st.sampled_from(
    (
        *("+", "1", "4155550101", "0", "000", ".", ".0", ",", "'", '"', "=", '="', "-", "e", "E", "E+9", "1.4E10", "["),
        *(
            "]",
            "_",
            " ",
            "\t",
            "\n",
            "(",
            ")",
            "/",
            ":",
            ";",
            "#",
            "x",
            "ext",
            "é",
            "\u200b",
            "\u2013",
            "٤",
            "１",
            "＋",
        ),
    )
)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=7).map("".join), st.text("+019eEx(.,-'= ", max_size=8)))
@example("4E9")
@example("+4e+10")
@example("1,415,555,010")
@example("41555.0")
@example("'+1")
def test_a_cell_is_as_damaged_as_all_steps_find(text: str) -> None:
    """What is known at once to be undamaged is what no step would change."""
    assert undo(text) == undo_thoroughly(trimmed(text))
