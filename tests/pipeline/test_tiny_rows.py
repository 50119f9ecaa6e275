"""Very many very short rows cost time in proportion to their number, and not much each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from importer import Job, Settings, check, plan
from tests.pipeline.tiny_rows import columns, written

if TYPE_CHECKING:
    from collections.abc import Callable
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


def seconds_of_plan(path: Path, kind: str) -> float:
    """The time of the processor that a plan of a sheet takes, with rows that are one person joined."""
    out = path.with_name(f"{path.name}.out")
    named = tuple(columns(kind).items())
    settings = Settings(region="US", out=out, map=named, yes=True, sandbox=True, same_person="join")
    start = time.process_time()
    plan(Job(path, settings))
    return time.process_time() - start


def is_in_proportion(measured: Callable[[Path, str], float], kind: str, folder: Path) -> bool:
    """Whether the work on four times the rows of a kind takes about four times as long."""
    sheets = []
    for count in (FEW, FEW * TIMES):
        part = folder / str(count)
        part.mkdir()
        sheets.append(written(kind, count, part))
    # Turn about, and the least of a few: a busy machine only ever adds to what the work itself takes.
    few = many = float("inf")
    for _ in range(TRIES):
        few, many = min(few, measured(sheets[0], kind)), min(many, measured(sheets[1], kind))
        if many <= LARGEST_RATIO * few:
            return True
    return False


@pytest.mark.parametrize("kind", ["two columns, short rows", "all rejects, distinct", "all duplicates"])
def test_four_times_the_rows_take_about_four_times_the_time(kind: str, tmp_path: Path) -> None:
    """A check of more tiny rows takes longer in proportion, whether they are alike, rejected or repeated."""
    assert is_in_proportion(seconds, kind, tmp_path)


@pytest.mark.parametrize("kind", ["an id each", "one person, other addresses", "xlsx, hidden rows"])
def test_a_plan_of_four_times_the_rows_takes_about_four_times_the_time(kind: str, tmp_path: Path) -> None:
    """A plan of more tiny rows takes longer in proportion, whether they are one person or all new."""
    assert is_in_proportion(seconds_of_plan, kind, tmp_path)
