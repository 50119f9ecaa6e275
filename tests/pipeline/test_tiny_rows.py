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


TRIES = 5


def seconds(path: Path, kind: str) -> float:
    """The time of the processor that a check of a sheet takes."""
    settings = Settings(region="US", out=path.with_name(f"{path.name}.out"), map=tuple(columns(kind).items()), yes=True)
    start = time.process_time()
    check(Job(path, settings))
    return time.process_time() - start


@pytest.mark.parametrize("kind", ["two columns, short rows", "all rejects, distinct", "all duplicates"])
def test_twice_the_rows_take_twice_the_time(kind: str, tmp_path: Path) -> None:
    """A check of twice as many tiny rows takes about twice as long, whether they are alike, rejected or repeated."""
    folders = {count: tmp_path / str(count) for count in (FEW, MANY)}
    for folder in folders.values():
        folder.mkdir()
    sheets = [written(kind, count, folder) for count, folder in folders.items()]
    few, many = [seconds(sheet, kind) for sheet in sheets]
    # On a busy machine a single measure says little: the least of a few is what the work itself takes.
    for _ in range(TRIES):
        if many <= LARGEST_RATIO * few:
            break
        few, many = min(few, seconds(sheets[0], kind)), min(many, seconds(sheets[1], kind))
    assert many <= LARGEST_RATIO * few
