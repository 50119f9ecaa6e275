"""A workbook of rejects: every row of a sheet is handed back, with coloured cells and comments.

python tests/benchmarks/all.py --only rejects
"""

from __future__ import annotations

from tests.benchmarks.process import python, sheets, spent
from tests.benchmarks.table import Options, Row

SIZES = (10_000, 100_000)
QUICK = (50, 100)


def measure(options: Options) -> list[Row]:
    """The seconds for the larger size, and its memory beside that for the smaller one."""
    sizes = QUICK if options.quick else SIZES
    with sheets("xlsx", *sizes) as paths:
        runs = (spent(python("readers.py", path, "--rejects", rows)) for rows, path in paths.items())
        (_, small_mb), (seconds, large_mb) = (map(float, run.output.split()) for run in runs)
    what = f"reject workbook of {sizes[-1]:,} rows"
    return [
        Row(what, seconds, "s CPU", at_most=16),
        Row(f"{what}: memory beside that of {sizes[0]:,}", large_mb / small_mb, "", at_most=1.25),
    ]
