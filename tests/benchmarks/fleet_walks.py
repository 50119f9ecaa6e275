"""Random walks of workers of a fleet, for as long as it is told; what has happened in them is printed.

    python tests/benchmarks/fleet_walks.py [--minutes 5]

The walks are those of tests/fleet/test_worker_walks.py, which says what must hold after each step and at the end.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from tests.database import Server  # noqa: E402
from tests.fleet.test_worker_walks import walk  # noqa: E402

AT_A_TIME = 20


def main() -> None:
    """Walk until the time is over; the first walk that goes wrong ends it with the steps that led there."""
    parser = argparse.ArgumentParser(description="Random walks of workers of a fleet.")
    parser.add_argument("--minutes", type=float, default=5)
    until = time.monotonic() + 60 * parser.parse_args().minutes
    figures = Counter[str]()
    server = Server.start()
    try:
        while time.monotonic() < until:
            figures += walk(server, AT_A_TIME)
    finally:
        server.remove()
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
