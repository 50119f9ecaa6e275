"""`check` of many shapes of sheets, each beside the plain script for the same columns, without and with the start.

python tests/benchmarks/all.py --only matrix
"""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.benchmarks.process import Spent, ours, python, spent
from tests.benchmarks.shapes import SHAPES
from tests.benchmarks.table import Options, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = 100_000
QUICK = 200
FEW = 20
"""Rows of the sheet whose cost is the start."""
AS_XLSX = ("one phone", "numbers", "hubspot")


def measure(
    options: Options, shapes: Sequence[str] = tuple(SHAPES), kinds: Sequence[str] = ("csv", "xlsx")
) -> list[Row]:
    """Each shape as CSV, some as workbooks too; the geometric mean of all ratios first. The quick form takes one."""
    if options.quick:
        shapes, kinds = ["numbers"], ["csv"]
    count = QUICK if options.quick else ROWS
    repeats = 1 if options.quick else options.repeats
    rows: list[Row] = []
    ratios: list[float] = []
    for kind in kinds:
        for name in shapes if kind == "csv" else [shape for shape in shapes if shape in AS_XLSX]:
            with TemporaryDirectory(prefix="bench-") as folder:
                cost = _measured(Path(folder), name, kind, count, repeats)
            rows += [cost.row(f"{name}, {kind}"), cost.memory(f"{name}, {kind}")]
            ratios.append(cost.mine / cost.plain)
    mean = prod(ratios) ** (1 / len(ratios))
    what = f"`check` of {count:,} rows, geometric mean of {len(ratios)} shapes, without the start"
    return [Row(what, mean, "of the plain script", at_most=0.30), *rows]


class _Cost:
    """Of one shape, ours and the plain script's: CPU seconds without the start, and in all."""

    def __init__(self, mine: list[Spent], plain: list[Spent], my_start: float, plain_start: float) -> None:
        self.my_all = median(one.cpu_seconds for one in mine)
        self.plain_all = median(one.cpu_seconds for one in plain)
        self.mine = max(self.my_all - my_start, 0.001)
        self.plain = max(self.plain_all - plain_start, 0.001)
        self.peak, self.plain_peak = (median(one.peak_mb for one in runs) for runs in (mine, plain))

    def row(self, what: str) -> Row:
        with_start = f"with the start {self.my_all:.2f} and {self.plain_all:.2f}"
        return Row(what, self.mine, "s CPU", self.plain, at_most=0.60, of_plain=True, note=with_start)

    def memory(self, what: str) -> Row:
        return Row(f"{what}: memory", self.peak, "MB", self.plain_peak, at_most=200)


def _measured(folder: Path, name: str, kind: str, count: int, repeats: int) -> _Cost:
    starts: dict[str, float] = {}
    for rows in (FEW, count):
        spent(python("shapes.py", folder, name, "--rows", rows, "--kind", kind))
        sheet = folder / f"{name}.{kind}"
        # Turn about, so that a busy moment of the machine falls on both.
        pairs = [(_check(sheet, name), spent(python("plain_shapes.py", sheet))) for _ in range(repeats)]
        if rows == FEW:
            starts = {
                "mine": median(one.cpu_seconds for one, _ in pairs),
                "plain": median(one.cpu_seconds for _, one in pairs),
            }
    mine, plain = (list(one) for one in zip(*pairs, strict=True))
    return _Cost(mine, plain, starts["mine"], starts["plain"])


def _check(sheet: Path, name: str) -> Spent:
    columns = SHAPES[name]
    mapped = [f"--map={column.header}={column.field}" for column in columns if column.field]
    region = next((column.header for column in columns if column.kind == "region"), None)
    command = ours(
        *("check", sheet, "--fields", sheet.with_name("fields.json"), "--yes", "--quiet"),
        *(("--region-column", region) if region else ("--region", "US")),
        *(*mapped, "--out", sheet.parent / "out"),
    )
    return spent(command, cwd=sheet.parent, codes=(0, 1))


def main() -> None:
    """Print the figures of the shapes that are named, as JSON: for a look before and after a change."""
    import argparse

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("shapes", nargs="*", default=list(SHAPES))
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", default=["csv"])
    options = parser.parse_args()
    for row in measure(Options(repeats=options.repeats), options.shapes, options.kinds):
        print(json.dumps({"what": row.what, "ours": round(row.ours, 3), "plain": row.plain, "ratio": row.ratio}))


if __name__ == "__main__":
    main()
