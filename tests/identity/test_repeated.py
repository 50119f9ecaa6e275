"""Numbers that are there more than once, found part by part."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from importer.identity.repeated import is_repeated, repeated

NUMBERS = st.lists(st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1), max_size=60)


@given(numbers=NUMBERS, at_once=st.integers(1, 80))
def test_what_is_repeated_is_what_a_count_says(numbers: list[int], at_once: int) -> None:
    """However few are looked at together, the repeated numbers are those that are counted more than once."""
    values = np.array(numbers, dtype=np.int64)
    counts = Counter(numbers)
    assert repeated(values, at_once).tolist() == sorted(number for number, count in counts.items() if count > 1)
    assert is_repeated(values, at_once).tolist() == [counts[number] > 1 for number in numbers]
