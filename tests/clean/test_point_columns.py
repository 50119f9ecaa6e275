"""Columns of points are moved together as each row by itself would be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.clean.point_columns import PointColumns, doubtful

VALUES = st.sampled_from(["", "", "a", "b", "c"])
LABELS = st.sampled_from(["", "home", "work"])


@given(
    st.integers(0, 5).flatmap(lambda rows: st.lists(st.lists(st.tuples(VALUES, LABELS), min_size=rows, max_size=rows)))
)
def test_no_row_has_a_gap_and_none_loses_a_point(columns: list[list[tuple[str, str]]]) -> None:
    """The slots of a row are its points in the order of the columns, with their labels, and then nothing."""
    height = len(columns[0]) if columns else 0
    slots = PointColumns(height)
    for column in columns:
        slots.add([value for value, _ in column], [label for _, label in column])
    found = slots.columns("phone")
    rows = [[pair for pair in row if pair[0]] for row in zip(*columns, strict=True)]
    widest = max(map(len, rows), default=0)
    assert list(found) == [name for n in range(1, widest + 1) for name in (f"phone_{n}", f"phone_{n}_label")]
    for at, points in enumerate(rows):
        padded = [*points, *[("", "")] * (widest - len(points))]
        assert [texts[at] for texts in found.values()] == [text for pair in padded for text in pair]


def test_a_row_that_was_gathered_by_itself_may_be_the_widest() -> None:
    """A row put in alone takes as many slots as it needs, and the others are empty there."""
    slots = PointColumns(2)
    slots.add(["a", ""], ["home", "home"])
    slots.put(1, [("b", ""), ("c", "work")])
    assert slots.columns("email") == {
        "email_1": ["a", "b"],
        "email_1_label": ["home", ""],
        "email_2": ["", "c"],
        "email_2_label": ["", "work"],
    }


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ([["a", None, ""]], [1]),
        ([["a", "a", "", ""], ["b", "A", "", None]], [1, 3]),
        ([["a", ""], ["", ""], ["b", "c"]], []),
    ],
)
def test_only_rows_with_an_open_question_are_gathered_alone(columns: list[list[str | None]], rows: list[int]) -> None:
    """A cell that is not known yet, or the same point twice in a row, is a question; empty cells are none."""
    assert doubtful(columns) == rows
