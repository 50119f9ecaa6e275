"""Columns of numbers are as they were written, whether in memory or in a temporary file."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.identity.number_columns import MOST_IN_MEMORY, NumberColumns

LINES = st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**32 - 1)), max_size=20)


@given(st.lists(LINES, max_size=4), st.integers(1, 30), st.integers(0, 5))
def test_lines_are_as_they_were_added(chunks: list[list[tuple[int, int]]], at_once: int, asked: int) -> None:
    """All lines come back in their order, and any of them by their places, also before more are added."""
    table, lines = NumberColumns(mark="q", row="I"), list[tuple[int, int]]()
    for chunk in chunks:
        table.extend(len(chunk), mark=[mark for mark, _ in chunk], row=[row for _, row in chunk])
        lines += chunk
        assert [line for part in table.parts(at_once) for line in part.tolist()] == lines
        places = np.arange(len(lines))[::-1].repeat(2)[asked:]
        assert table.at(places).tolist() == [lines[place] for place in places.tolist()]
    assert len(table) == len(lines)


def test_many_lines_are_not_in_memory() -> None:
    """A table far longer than what may be in memory takes little more than that, and is whole."""
    table, count = NumberColumns(mark="q", row="I"), 10_000
    times = 10 * MOST_IN_MEMORY // (12 * count)
    tracemalloc.start()
    try:
        for start in range(0, times * count, count):
            rows = np.arange(start, start + count)
            table.extend(count, mark=-rows, row=rows)
        total = sum(int(part["row"].sum() + part["mark"].sum()) for part in table.parts())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * MOST_IN_MEMORY
    assert total == 0
    assert table.at(np.array([0, times * count - 1])).tolist() == [(0, 0), (1 - times * count, times * count - 1)]


_FILL = """
import resource, signal
from importer.errors import DiskFailed
from importer.identity.number_columns import NumberColumns
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
table = NumberColumns(mark="q")
try:
    for _ in range(1000):
        table.extend(10_000, mark=range(10_000))
except DiskFailed as error:
    print(error)
"""


# The last lines are fewer than a buffer holds.
_FILL_AT_THE_END = """
import resource, signal
from importer.errors import DiskFailed
from importer.identity.number_columns import MOST_IN_MEMORY, NumberColumns
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
table, count = NumberColumns(mark="q"), MOST_IN_MEMORY // 8 + 1
table.extend(count, mark=range(count))
resource.setrlimit(resource.RLIMIT_FSIZE, (8 * count + 400, 8 * count + 400))
try:
    table.extend(500, mark=range(500))
    list(table.parts())
except DiskFailed as error:
    print(error)
"""


@pytest.mark.parametrize("script", [_FILL, _FILL_AT_THE_END])
@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are POSIX")
def test_a_full_disk_is_told_as_such(script: str) -> None:
    """Where the temporary folder has no room, the person hears that the disk is full and what to do."""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "run out of room" in said
    assert "free some space" in said
