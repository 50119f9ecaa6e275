"""`check` beside a plain script that does the same work, and how both its time and its memory grow with the rows.

python tests/benchmarks/all.py --only check
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.process import Spent, ours, python, sheets, spent
from tests.benchmarks.table import Options, Row

if TYPE_CHECKING:
    from pathlib import Path

SIZES = (10_000, 100_000, 1_000_000)
QUICK = (200, 400, 800)


def measure(options: Options) -> list[Row]:
    """The middle size beside the plain script, then all sizes."""
    sizes = QUICK if options.quick else SIZES
    repeats = 1 if options.quick else options.repeats
    with sheets("csv", *sizes) as paths:
        small, middle, large = (paths[size] for size in sizes)
        # Turn about, so that a busy moment of the machine falls on both.
        pairs = [(check(middle), spent(python("plain.py", middle))) for _ in range(repeats)]
        mine, plain = (list(one) for one in zip(*pairs, strict=True))
        return [*_beside(sizes[1], mine, plain), *_growth(sizes, [check(small), _middle(mine), check(large)])]


def check(sheet: Path) -> Spent:
    """Check a sheet as a person would."""
    command = ours(
        *("check", sheet, "--fields", sheet.with_name("fields.json"), "--region", "US", "--yes", "--quiet"),
        *("--map", "Customer No=external_id", "--out", sheet.with_suffix(".import")),
    )
    return spent(command, cwd=sheet.parent, codes=(0, 1))


def _middle(runs: list[Spent]) -> Spent:
    return sorted(runs, key=lambda one: one.cpu_seconds)[len(runs) // 2]


def _beside(rows: int, mine: list[Spent], plain: list[Spent]) -> list[Row]:
    what = f"`check` of {rows:,} CSV rows"
    cpu, peak = ([median(getattr(one, name) for one in runs) for runs in (mine, plain)] for name in _FIGURES)
    return [
        Row(what, cpu[0], "s CPU", cpu[1], at_most=0.35, of_plain=True),
        Row(f"{what}: memory", peak[0], "MB", peak[1], at_most=200),
    ]


_FIGURES = ("cpu_seconds", "peak_mb")


def _growth(sizes: tuple[int, ...], runs: list[Spent]) -> list[Row]:
    speeds = [rows / one.cpu_seconds for rows, one in zip(sizes, runs, strict=True)]
    shown = [
        Row(f"`check` of {rows:,} CSV rows: speed", speed, "rows/s CPU")
        for rows, speed in zip(sizes, speeds, strict=True)
    ]
    largest = f"`check` of {sizes[-1]:,} CSV rows"
    return [
        *shown,
        Row(f"{largest}: part of the speed at {sizes[-2]:,}", speeds[-1] / speeds[-2], "", at_least=0.9),
        Row(f"{largest}: memory", runs[-1].peak_mb, "MB", at_most=250),
    ]
