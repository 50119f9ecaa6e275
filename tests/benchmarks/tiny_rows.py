"""Files of a megabyte with as many rows as fit into it: CPU seconds of `check` and `plan`, and their memory.

    python tests/benchmarks/all.py --only tiny_rows

Kinds whose rows are shorter than those of any contacts are refused, and show what that costs. A workbook may hold far
more rows than a text of its size, so of these there are as many as a text file has at most, or as many as are read.
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
# Of the other kinds of file, a megabyte holds more rows than `MOST_ROWS`.
_MOST_IN_FILE = {
    "xls": 65_535,
    "an HTML table": 30_000,
    "xlsx, hidden rows": 65_000,
    "xlsx, dates": 65_000,
    "xlsx, formulas": 65_000,
    "vCards": 28_000,
}


def rows_in(kind: str, size: int) -> int:
    """About how many rows of a kind take so many bytes."""
    if kind in WORKBOOKS:
        return _MOST_IN_FILE.get(kind, MOST_ROWS)
    count = size
    while len(sample := text(kind, min(count, _SAMPLE))) > size or count * len(sample) > size * min(count, _SAMPLE):
        count = count * 9 // 10
    while len(text(kind, count)) > size:
        count = count * 49 // 50
    return count


def measure(options: Options) -> list[Row]:
    """What the check and the plan of each file cost; in the short form, of a hundredth of its rows."""
    rows = []
    for kind in (*TEXT, *WORKBOOKS):
        count = rows_in(kind, BYTES // 100 if options.quick else BYTES)
        count = min(count, MOST_ROWS // 100) if options.quick else count
        with TemporaryDirectory(prefix="bench-") as folder:
            path = written(kind, count, Path(folder))
            mapping = [flag for name, field in columns(kind).items() for flag in ("--map", f"{name}={field}")]
            for words in (["check"], ["plan", "--sandbox"]):
                out = Path(folder) / f"{words[0]}.out"
                command = ours(*words, path, "--region", "US", "--yes", "-q", "--out", out, *mapping)
                cost = spent(command, codes=(0, 1, 2))
                what = f"`{words[0]}`, {kind}, {count:,} rows"
                rows.append(Row(what, cost.cpu_seconds, "s CPU", at_most=10))
                rows.append(Row(what, cost.peak_mb, "MB", at_most=500))
                print(f"{what:50} {cost.cpu_seconds:6.2f} s CPU {cost.peak_mb:6.0f} MB", file=sys.stderr)
    return rows
