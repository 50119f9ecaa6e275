"""Very many very short rows cost time in proportion to their number, and not much each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from importer import Job, Settings, check
from tests.pipeline.tiny_rows import columns, written

if TYPE_CHECKING:
    from pathlib import Path

FEW, MANY = 4_000, 8_000
LARGEST_RATIO = 2.6


def seconds(kind: str, count: int, folder: Path) -> float:
    """The least of several times that a check of a sheet takes."""
    folder.mkdir(exist_ok=True)
    path = written(kind, count, folder)
    settings = Settings(region="US", out=folder / "out", map=tuple(columns(kind).items()), yes=True)
    times = []
    for _ in range(2):
        start = time.process_time()
        check(Job(path, settings))
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("kind", ["two columns, short rows", "all rejects, distinct", "all duplicates"])
def test_twice_the_rows_take_twice_the_time(kind: str, tmp_path: Path) -> None:
    """A check of twice as many tiny rows takes about twice as long, whether they are alike, rejected or repeated."""
    few = seconds(kind, FEW, tmp_path / "few")
    assert seconds(kind, MANY, tmp_path / "many") <= LARGEST_RATIO * few
