"""Files of a megabyte that are made to be slow or to fill the memory: seconds of the processor and memory to answer.

    python tests/benchmarks/all.py --only hostile

Each file is written, and checked or refused, in processes of their own; the most of each figure counts, and all are
listed on the terminal. Files of as many rows as possible are those of `tiny_rows`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.process import Spent, ours, python, spent
from tests.benchmarks.table import Options, Row
from tests.spreadsheet.hostile_files import HOSTILE, SHORT, written


def measure(options: Options) -> list[Row]:
    """The file that takes longest and the one that takes most memory, of all or of a few (a test reads `SHORT`)."""
    costs: dict[str, Spent] = {}
    with TemporaryDirectory(prefix="bench-") as folder:
        for name in SHORT[:3] if options.quick else HOSTILE:
            path = Path(spent(python("hostile.py", "--write", name, folder)).output.strip())
            command = ours("check", path, "--region", "US", "--yes", "-q", "--out", Path(folder) / "out")
            cost = costs[name] = spent(command, codes=(0, 1, 2))
            print(f"{name:36} {cost.cpu_seconds:6.2f} s CPU {cost.peak_mb:6.0f} MB", file=sys.stderr)
            path.unlink()
    slowest = max(costs, key=lambda name: costs[name].cpu_seconds)
    largest = max(costs, key=lambda name: costs[name].peak_mb)
    what = f"{len(costs)} hostile files"
    return [
        Row(f"{what}, the slowest ({slowest})", costs[slowest].cpu_seconds, "s CPU", at_most=10),
        Row(f"{what}, the largest ({largest})", costs[largest].peak_mb, "MB", at_most=500),
    ]


def main() -> None:
    """Write a file of the pack."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", metavar="NAME", choices=HOSTILE, required=True)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    print(written(options.write, options.folder))


if __name__ == "__main__":
    main()
