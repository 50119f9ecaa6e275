"""Reading sheets to their end: the time and the peak memory, each sheet in a process of its own.

    python tests/benchmarks/all.py --only reading

Memory must stay flat from 10,000 to 1,000,000 rows of CSV; for workbooks it may grow with the texts that the format
makes a reader keep. An xlsx is read by calamine in a child process and part by part, which must see the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.process import Spent, python, sheets, spent
from tests.benchmarks.table import Options, Row

if TYPE_CHECKING:
    from pathlib import Path

SIZES = {"csv": (10_000, 100_000, 1_000_000), "xlsx": (10_000, 100_000)}
QUICK = {"csv": (100, 200, 400), "xlsx": (100, 200)}


def measure(options: Options) -> list[Row]:
    """The sizes of CSV, then those of xlsx by both readers."""
    sizes = QUICK if options.quick else SIZES
    return [*_text(sizes["csv"]), *_workbooks(sizes["xlsx"])]


def _text(sizes: tuple[int, ...]) -> list[Row]:
    with sheets("csv", *sizes) as paths:
        runs = [_read(path) for path in paths.values()]
    what = f"reading {sizes[-1]:,} CSV rows"
    return [
        Row(what, runs[-1].cpu_seconds, "s CPU"),
        Row(f"{what}: memory beside that of {sizes[0]:,}", runs[-1].peak_mb / runs[0].peak_mb, "", at_most=1.1),
    ]


def _workbooks(sizes: tuple[int, ...]) -> list[Row]:
    with sheets("xlsx", *sizes) as paths:
        fast = [_read(path) for path in paths.values()]
        slow = _read(paths[sizes[-1]], "--xml")
    what = f"reading {sizes[-1]:,} xlsx rows"
    return [
        Row(f"{what} with calamine's child", fast[-1].cpu_seconds, "s CPU", at_most=4),
        Row(f"{what} part by part", slow.cpu_seconds, "s CPU", at_most=18),
        Row(f"{what}: cells that the two see differently", float(fast[-1].output != slow.output), "", at_most=0),
        Row(f"{what} with calamine's child: memory", fast[-1].peak_mb, "MB"),
        Row(f"{what} part by part: memory", slow.peak_mb, "MB"),
    ]


def _read(path: Path, *flags: str) -> Spent:
    return spent(python("readers.py", path, *flags))
