"""Numbers that several rows have are told, whatever stands between these rows."""

from __future__ import annotations

from operator import itemgetter

from hypothesis import given
from hypothesis import strategies as st

from importer.pipeline.reading.shared_numbers import SharedNumbers

NUMBERS = st.sampled_from([f"+{number}" for number in (12, 1202, 14155550101, 442079460018, 999999999999999)])
CHUNKS = st.lists(st.lists(st.tuples(NUMBERS, st.integers(0, 3)), max_size=6), max_size=5)


@given(CHUNKS)
def test_every_later_row_with_a_number_is_told_its_first_row(chunks: list[list[tuple[str, int]]]) -> None:
    """A row is told each number that an earlier row has, and of the rows before it the first, in row order."""
    shared, first, expected = SharedNumbers(), dict[str, int](), list[tuple[int, str, str]]()
    for number, chunk in enumerate(chunks):
        # Row by row, as the numbers of a chunk come.
        pairs = sorted(((text, 1 + 10 * number + row) for text, row in dict.fromkeys(chunk)), key=itemgetter(1))
        shared.feed([text for text, _ in pairs], [row for _, row in pairs])
        for text, row in pairs:
            if first.setdefault(text, row) != row:
                expected.append((row, text, f"Row {first[text]} has"))
    found = list(shared.problems())
    assert [(one.row, one.value, " ".join(one.message.split()[:3])) for one in found] == expected
    assert {one.rule for one in found} <= {"phone-shared"}
