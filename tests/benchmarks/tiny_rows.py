"""Files of a megabyte with as many rows as fit into it: CPU seconds of `check`, and its memory, a file.

    python tests/benchmarks/all.py --only tiny_rows

A workbook may hold far more rows than a text of its size, so of these there are as many as a text file has at most.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.process import ours, spent
from tests.benchmarks.table import Options, Row
from tests.pipeline.tiny_rows import TEXT, WORKBOOKS, columns, text, written

BYTES = 1_000_000
MOST_ROWS = 500_000
_SAMPLE = 1000


def rows_in(kind: str, size: int) -> int:
    """About how many rows of a kind take so many bytes."""
    if kind in WORKBOOKS:
        return min(MOST_ROWS, 65_535 if kind == "xls" else 30_000 if kind == "an HTML table" else MOST_ROWS)
    count = size
    while len(sample := text(kind, min(count, _SAMPLE))) > size or count * len(sample) > size * min(count, _SAMPLE):
        count = count * 9 // 10
    while len(text(kind, count)) > size:
        count = count * 49 // 50
    return count


def measure(options: Options) -> list[Row]:
    """What the check of each file costs; in the short form, of a hundredth of its rows."""
    rows = []
    for kind in (*TEXT, *WORKBOOKS):
        count = rows_in(kind, BYTES // 100 if options.quick else BYTES)
        count = min(count, MOST_ROWS // 100) if options.quick else count
        with TemporaryDirectory(prefix="bench-") as folder:
            path = written(kind, count, Path(folder))
            mapping = [flag for name, field in columns(kind).items() for flag in ("--map", f"{name}={field}")]
            cost = spent(
                ours("check", path, "--region", "US", "--yes", "-q", "--out", Path(folder) / "out", *mapping),
                codes=(0, 1, 2),
            )
        rows.append(Row(f"`check`, {kind}, {count:,} rows", cost.cpu_seconds, "s CPU", at_most=10))
        print(f"{kind:28} {count:>9,} rows {cost.cpu_seconds:6.2f} s CPU {cost.peak_mb:6.0f} MB", file=sys.stderr)
    return rows
