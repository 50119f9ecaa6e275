"""How often a slip of a digit makes a number of another country, and how often a lost plus is still repaired.

    python tests/benchmarks/slips.py [--quick] [--inputs 100000] [--seed 1]

The slips are of a digit that is appended, doubled, dropped, or swapped with a space, in numbers of twelve regions as
their people write them. The lost pluses are in columns of which half is from abroad.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.table import Options, Row, markdown
from tests.clean.phone.slips import repairs, strangers


def measure(options: Options, inputs: int | None = None, seed: int = 1) -> list[Row]:
    """The strangers among `inputs` slips, and the share of lost pluses that are not repaired."""
    inputs = inputs or (12_000 if options.quick else 100_000)
    foreign = len(strangers(random.Random(seed), inputs))
    right, total = repairs(random.Random(seed), inputs // 10)
    lost = 100 * (total - right) / total
    return [
        Row(f"of {inputs:,} slips in 12 regions, read as numbers of another country", foreign, "numbers", at_most=0),
        Row(f"of {total:,} numbers that lost their plus, not repaired", lost, "%", at_most=1),
    ]


def main() -> int:
    """Print both figures; exit 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--inputs", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rows = measure(Options(arguments.quick, 1), arguments.inputs, arguments.seed)
    print(markdown(rows))
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
