"""Very many very short rows cost time in proportion to their number, and not much each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from importer import Job, Settings, check
from tests.pipeline.tiny_rows import columns, written

if TYPE_CHECKING:
    from pathlib import Path

FEW, TIMES = 2_500, 4
LARGEST_RATIO = 7.5
"""Work in proportion to the rows takes 4 times as long at most, work in proportion to their square 16 times."""
TRIES = 6


def seconds(path: Path, kind: str) -> float:
    """The time of the processor that a check of a sheet takes."""
    settings = Settings(region="US", out=path.with_name(f"{path.name}.out"), map=tuple(columns(kind).items()), yes=True)
    start = time.process_time()
    check(Job(path, settings))
    return time.process_time() - start


@pytest.mark.parametrize("kind", ["two columns, short rows", "all rejects, distinct", "all duplicates"])
def test_four_times_the_rows_take_about_four_times_the_time(kind: str, tmp_path: Path) -> None:
    """A check of more tiny rows takes longer in proportion, whether they are alike, rejected or repeated."""
    sheets = []
    for count in (FEW, FEW * TIMES):
        folder = tmp_path / str(count)
        folder.mkdir()
        sheets.append(written(kind, count, folder))
    # Turn about, and the least of a few: a busy machine only ever adds to what the work itself takes.
    few = many = float("inf")
    for _ in range(TRIES):
        few, many = min(few, seconds(sheets[0], kind)), min(many, seconds(sheets[1], kind))
        if many <= LARGEST_RATIO * few:
            break
    assert many <= LARGEST_RATIO * few
