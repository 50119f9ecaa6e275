"""A long soak of all commands: lives of folders, many at a time, until the time is over; the figures are printed.

    python tests/benchmarks/lives.py [--minutes 5] [--at-a-time 8] [--kills 0.2] [--rows 12] [--steps 10] [--seed 1]

In each life a sheet changes, people use the workspace, the service fails, and `run`, `update`, `mirror`, `plan`,
`verify` and `undo` die: in part of the lives (`--kills`) as processes that are killed (SIGKILL) at random moments, in
the others within this process at a random event. Exits 1 where anything is wrong, and prints that life.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from importer.sandbox import Sandbox  # noqa: E402
from tests.e2e.lives import WRONG, Life, in_child, in_process  # noqa: E402

DONE = ("lives", "commands", "real kills", "deaths in the process", "faults", "requests", "edits of people")
FIGURES = (*DONE, "deletions of people")


class LivesSoak:
    """Lives, one after the other in each of some threads; `figures` is the sum of all."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.figures: Counter[str] = Counter()
        self._options, self._lock = options, threading.Lock()
        self._until = time.monotonic() + options.minutes * 60

    def run(self) -> None:
        """Live until the time is over, or something is wrong."""
        with ThreadPoolExecutor(self._options.at_a_time) as pool:
            for lane in range(self._options.at_a_time):
                pool.submit(self._lane, lane)

    def _lane(self, lane: int) -> None:
        number = 0
        while time.monotonic() < self._until:
            seed = self._options.seed * 1_000_000 + lane * 10_000 + number
            self._live(seed, is_killed=random.Random(seed).random() < self._options.kills)
            number += 1

    def _live(self, seed: int, *, is_killed: bool) -> None:
        folder = Path(tempfile.mkdtemp(prefix="life-"))
        figures: Counter[str] = Counter()
        with Sandbox.start(rate=0, latency_ms=10 if is_killed else 0, log_limit=1_000_000) as sandbox:
            commands = in_child if is_killed else in_process
            life = Life(folder, sandbox, commands, seed, figures, rows=self._options.rows)
            try:
                harm = life.live(self._options.steps)
            except Exception as error:  # noqa: BLE001 - a bug in one life must be seen, and not end the others
                harm = [f"lost: {type(error).__name__}: {error}"]
            seen = sandbox.requests()
        figures["requests"] = len(seen)
        figures["faults"] = sum(bool(exchange.fault) for exchange in seen)
        figures["lives"] = 1
        figures["real kills" if is_killed else "deaths in the process"] = figures.pop("deaths", 0)
        for line in harm:
            figures[line.partition(":")[0]] += 1
        with self._lock:
            self.figures.update(figures)
            if harm:
                print(f"seed {seed}, kept for a look: {folder}: {life.history}\n{harm}", file=sys.stderr, flush=True)
            if self.figures["lives"] % 5 == 0:
                print(dict(self.figures), file=sys.stderr, flush=True)
        if not harm:
            shutil.rmtree(folder)


def main() -> int:
    """Soak and print the figures as a table of Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5, help="no new life after that (default 5)")
    parser.add_argument("--at-a-time", type=int, default=8, help="lives at a time (default 8)")
    parser.add_argument("--kills", type=float, default=0.2, help="part of the lives with real kills (default 0.2)")
    parser.add_argument("--rows", type=int, default=12, help="rows of each sheet at first (default 12)")
    parser.add_argument("--steps", type=int, default=10, help="commands of each life before it rests (default 10)")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is random here (default 1)")
    soak = LivesSoak(parser.parse_args())
    soak.run()
    for name in (*FIGURES, *WRONG):
        print(f"| {name} | {soak.figures[name]:,} |")
    return 1 if any(soak.figures[name] for name in WRONG) else 0


if __name__ == "__main__":
    sys.exit(main())
