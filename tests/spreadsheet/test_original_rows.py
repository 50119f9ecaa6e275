"""Rows that are kept in memory come back as they were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from importer.spreadsheet.original_rows import OriginalRows

cells = st.lists(st.text(st.characters(exclude_characters="\0"), max_size=5), max_size=4).map(tuple)
chunks = st.lists(st.dictionaries(st.integers(1, 40), cells, max_size=6).map(lambda rows: dict(sorted(rows.items()))))


@given(chunks, st.lists(st.integers(1, 40)))
def test_the_first_cells_of_a_row_stay(chunks: list[dict[int, tuple[str, ...]]], asked: list[int]) -> None:
    """However rows are kept, by chunks or alone, in order or again, each has the cells that it was first kept with."""
    kept, expected = OriginalRows(), dict[int, tuple[str, ...]]()
    for chunk in chunks:
        kept.add(chunk)
        expected = {**chunk, **expected}
    for row in asked:
        assert kept.get(row) == expected.get(row)


def test_there_is_an_end_to_it() -> None:
    """Rows for which there is no room are not kept; the caller reads them from the file."""
    kept = OriginalRows(room=3000)
    for first in (1, 21):
        kept.add(dict.fromkeys(range(first, first + 20), ("x" * 100,)))
    kept.add({50: ("x" * 5000,)})
    assert [kept.get(row) for row in (1, 21, 50)] == [("x" * 100,), None, None]


def test_cells_that_replace_others_count() -> None:
    """A row that is replaced has its new cells, whether or not it was asked for before."""
    kept = OriginalRows()
    kept.add({1: ("old",), 2: ("other",)})
    assert kept.get(1) == ("old",)
    kept.replace({1: ("new",)})
    assert (kept.get(1), kept.get(2)) == (("new",), ("other",))


def test_a_cell_with_the_sign_between_cells_is_not_taken_apart() -> None:
    """Readers take NUL out of cells; a chunk that has one all the same is not kept."""
    kept = OriginalRows()
    kept.add({1: ("a\0b",), 2: ("c",)})
    assert kept.get(1) is None
