"""Rows of one sheet with one number and compatible names: found by hashes as `compatible` finds them by marks."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.identity.compatible_rows import CompatibleRows
from importer.identity.marks import SHARED_BY_MANY, marker
from importer.identity.names import compatible, name_key, respelled
from importer.identity.twins import TwinFinder, keys_of_rows

MARK = marker(b"salt")
PHONE = "+14155550101"
Row = tuple[str, str, str, tuple[str, str]]
_FIRST = st.sampled_from(["", "Ann", "A.", "ANN", "Bob", "Lee", "Jürgen", "Juergen", "J", "Ægir"])
_LAST = st.sampled_from(["", "Lee", "Ann", "Ray", "Müller", "Mueller", "Sørensen", "Soerensen"])
_COMPANY = st.sampled_from(["", "Lee", "Acme"])
_POINTS = st.sampled_from(["", PHONE, "+14155550102", "a@x.co", "A@x.co", "info@x.co"])
ROWS = st.lists(st.tuples(_FIRST, _LAST, _COMPANY, st.tuples(_POINTS, _POINTS)), max_size=8)


def fed(rows: list[Row], parts: int = 1) -> list[tuple[int, int]]:
    """The pairs among rows that are numbered from 2 and taken in some parts."""
    finder = CompatibleRows()
    for start in range(0, len(rows), max(1, len(rows) // parts)):
        part = rows[start : start + max(1, len(rows) // parts)]
        names = [list(texts) for texts in zip(*[row[:3] for row in part], strict=True)]
        points = [[row[3][place] for row in part] for place in range(2)]
        finder.feed(range(start + 2, start + 2 + len(part)), names, points)
    return finder.pairs()


@settings(deadline=None)
@given(ROWS, st.integers(1, 3))
def test_the_pairs_are_those_of_compatible_names(rows: list[Row], parts: int) -> None:
    """Two rows are a pair if `compatible` says so of their names, respelled, and few rows share a number of both."""
    of_point: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(rows, start=2):
        for point in {point.casefold() for point in row[3] if point and not point.startswith("info@")}:
            of_point[point].add(number)
    names = {number: name_key(MARK, *map(respelled, row[:3])) for number, row in enumerate(rows, start=2)}
    expected = {
        pair
        for sharing in of_point.values()
        if len(sharing) <= SHARED_BY_MANY
        for pair in combinations(sorted(sharing), 2)
        if compatible(names[pair[0]], names[pair[1]])
    }
    assert fed(rows, parts) == sorted(expected)


@pytest.mark.parametrize(
    ("one", "other", "is_pair"),
    [
        (("Jürgen", "Lee"), ("Juergen", "Lee"), True),
        (("Ann", "Weiß"), ("A", "Weiss"), True),
        (("Jørn", "Lee"), ("Joern", "Ray"), True),
        (("Ann", "Lee"), ("Lee", "Ann"), True),
        (("Jürgen", "de Groot"), ("Groot de", "Juergen"), True),
        (("Ann", "Lee"), ("Lee", "Ray"), False),
        (("Ann", "Lee"), ("Lee", ""), False),
        (("Ann", "Lee"), ("Bob", "Lee"), False),
        (("A.", "Lee"), ("Bob", "Lee"), False),
        (("A.", "Lee"), ("Ann", "Ray"), False),
        (("", "Lee"), ("", "Ray"), False),
        (("", ""), ("", ""), False),
    ],
)
def test_names_of_one_number(one: tuple[str, str], other: tuple[str, str], *, is_pair: bool) -> None:
    """A given name however spelt, its initial beside the same family name, or both halves the other way round."""
    rows: list[Row] = [(*one, "", (PHONE, "")), (*other, "", (PHONE, ""))]
    assert fed(rows) == ([(2, 3)] if is_pair else [])


def test_one_name_is_told_from_compatible_names() -> None:
    """Of three rows with one number the two of the same name are known as such, the third as compatible with each."""
    finder = TwinFinder()
    names = [["Ann", "ANN", "Ann"], ["Lee", "Lee", "Ray"], ["", "", ""]]
    points = [[PHONE] * 3]
    for rows, keys in keys_of_rows(range(2, 5), names, points):
        finder.feed(rows, keys)
    finder.compatible.feed(range(2, 5), names, points)
    twins = finder.twins()
    assert [twins.have_one_name(*pair) for pair in ((2, 3), (2, 4), (3, 4))] == [True, False, False]
    assert all(number in twins for number in (2, 3, 4))
