"""Random walks of whole workers over the real queue, for as long as it is told; what has happened in them is printed.

    python tests/benchmarks/engine_walks.py [--minutes 10] [--steps 15] [--seed 1]

Each worker has processes and a folder of its own; tests/fleet/engine_walk.py says what may happen to it, and what must
hold after each step and at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from tests.database import Server  # noqa: E402
from tests.fleet.engine_walk import walk  # noqa: E402


def main() -> None:
    """Walk until the time is over; the first walk that goes wrong ends it with the steps that led there."""
    parser = argparse.ArgumentParser(description="Random walks of whole workers of a fleet.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--steps", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    until = time.monotonic() + 60 * chosen.minutes
    figures, most = Counter[str](), 0
    try:
        while time.monotonic() < until:
            server = Server.start()
            os.environ["OPENPHONE_DATABASE_URL"] = server.url
            try:
                with tempfile.TemporaryDirectory(prefix="engine-walk-") as folder:
                    happened = walk(Path(folder), server, chosen.seed, chosen.steps)
            finally:
                server.remove()
            chosen.seed += 1
            most = max(most, happened.pop("most in a second"))
            figures += happened
    finally:
        print(json.dumps({**figures, "most in a second": most}))


if __name__ == "__main__":
    main()
