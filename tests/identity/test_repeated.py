"""Numbers that are there more than once, found part by part."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from importer.identity.number_columns import NumberColumns
from importer.identity.repeated import all_repeated_lines, repeated

NUMBERS = st.lists(st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1), max_size=60)


@given(numbers=NUMBERS, at_once=st.integers(1, 80))
def test_what_is_repeated_is_what_a_count_says(numbers: list[int], at_once: int) -> None:
    """However few are sorted together, the repeated numbers are those that are counted more than once."""
    table, counts = NumberColumns(number="q", row="I"), Counter(numbers)
    table.extend(len(numbers), number=numbers, row=range(len(numbers)))
    several = sorted(number for number, count in counts.items() if count > 1)
    assert repeated(table, "number", at_once).tolist() == several
    lines = [(number, row) for row, number in enumerate(numbers) if counts[number] > 1]
    assert all_repeated_lines(table, "number").tolist() == lines


def test_a_number_is_found_however_far_its_repeat_is() -> None:
    """Of more numbers than are read or sorted at once, those at both ends are found to be the same."""
    table, count = NumberColumns(number="q"), 600_000
    table.extend(count, number=np.arange(count))
    table.extend(2, number=[0, 7])
    assert repeated(table, "number").tolist() == [0, 7]
    assert all_repeated_lines(table, "number").tolist() == [(0,), (7,), (0,), (7,)]
