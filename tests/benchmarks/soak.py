"""A long soak: sheets are imported while the program is killed and the service fails; the figures are printed.

    python tests/benchmarks/soak.py [--minutes 4] [--rows 600] [--kills 20] [--faults 0.25] [--seed 1] ...

Round after round, each with a sheet and a workspace of its own: the program is SIGKILLed `--kills` times at random
moments, `--faults` is the part of the requests that meet one, now and then the service is broken off and started again
or the journal is lost. Then the sheet is finished, the service failing on, and workspace and id map are compared
with the sheet. Exits 1 where anything is wrong, and leaves that round's folder for a look.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "e2e")]

from importer.sandbox import Fault, Sandbox  # noqa: E402
from tests.e2e.rig import Audit, Program, audit, kill_at_random, write_people  # noqa: E402

# What goes wrong, and which part of all that goes wrong it is.
KINDS: tuple[tuple[float, dict[str, Any]], ...] = (
    (0.25, {"kind": "lost-response", "method": "POST"}),
    (0.15, {"kind": "500-after", "method": "POST"}),
    (0.10, {"kind": "reset-after", "method": "POST"}),
    (0.10, {"kind": "late", "method": "POST", "delay_ms": 700}),
    (0.05, {"kind": "late", "method": "POST", "delay_ms": 5000}),
    (0.05, {"kind": "empty-201", "method": "POST"}),
    (0.05, {"kind": "truncated-body"}),
    (0.10, {"kind": "reset"}),
    (0.05, {"kind": "html-503"}),
    (0.05, {"kind": "500-before"}),
    (0.05, {"kind": "slow", "delay_ms": 900}),
)
SERVICE: dict[str, Any] = {"rate": 0, "latency_ms": 30, "jitter": 0.5, "log_limit": 1_000_000}
DONE = (
    "minutes",
    "rounds",
    "rows",
    "requests",
    "kills",
    "journals lost",
    "service breaks",
    "faults injected",
    "rows left to the last runs",
    "runs to the end",
)
WRONG = ("contacts doubled", "contacts missing", "ids lost or wrong", "rows unfinished", "counts unbalanced")
MOST_RUNS_TO_FINISH = 5


class Round:
    """One sheet, its program and its service; `figures` grows with what is done to them."""

    def __init__(self, options: argparse.Namespace, dice: random.Random, figures: Counter[str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="soak-"))
        self._options, self._dice, self._figures = options, dice, figures
        self._sandbox = Sandbox.start(self._store, faults=self._faults(), seed=dice.randrange(10**6), **SERVICE)
        sheet = write_people(self.folder / "people.csv", options.rows, first=dice.randrange(50_000))
        self._program = Program(self.folder, sheet, self._sandbox.url, rate=options.rate)

    @property
    def _store(self) -> Path:
        return self.folder / "workspace.sqlite"

    @property
    def _longest_seconds(self) -> float:
        # Long enough for the kills to fall over the whole sheet, though faults slow it down.
        return float(3 * self._options.rows / self._options.kills / self._options.rate)

    def _faults(self) -> list[Fault]:
        # A fault asks for its probability among the requests that none before it took; the error is small.
        return [Fault(**kind, probability=self._options.faults * part) for part, kind in KINDS]

    def play(self) -> Audit:
        """Break what can be broken, finish, and compare."""
        for _ in range(self._options.kills):
            self._figures["kills"] += kill_at_random(self._program, self._dice, self._longest_seconds)
            if self._dice.random() < self._options.lose_journal:
                self._program.drop_journal()
                self._figures["journals lost"] += 1
            if self._dice.random() < self._options.restarts:
                self._restart()
        self._figures["rows left to the last runs"] += self._options.rows - len(self._sandbox.contacts())
        for _ in range(MOST_RUNS_TO_FINISH):
            self._figures["runs to the end"] += 1
            if self._program.run().code != 3:
                break
        found = audit(self._program, self._sandbox.contacts())
        self._close()
        self._figures["rounds"] += 1
        self._figures["rows"] += self._options.rows
        return found

    def _restart(self) -> None:
        """Break the service off in the middle of a run and start it again at the same place."""
        process = self._program.start()
        process.saw_event("staged")
        process.wait(self._dice.random())
        self._close()
        port = int(self._sandbox.url.rsplit(":", 1)[1])
        faults, seed = self._faults(), self._dice.randrange(10**6)
        self._sandbox = Sandbox.start(self._store, port=port, faults=faults, seed=seed, **SERVICE)
        process.wait(self._dice.random())
        self._figures["kills"] += process.kill().code < 0
        self._figures["service breaks"] += 1

    def _close(self) -> None:
        seen = self._sandbox.requests()
        self._figures["requests"] += len(seen)
        self._figures["faults injected"] += sum(bool(exchange.fault) for exchange in seen)
        self._sandbox.stop()


def soak(options: argparse.Namespace) -> Counter[str]:
    """Play rounds until the time is over, at least one; stop at the first in which anything is wrong."""
    figures, dice, started = Counter[str](), random.Random(options.seed), time.monotonic()
    while not figures["rounds"] or time.monotonic() - started < options.minutes * 60:
        played = Round(options, dice, figures)
        found = played.play()
        counts = (found.doubled, found.missing + found.strangers, found.wrong_ids, found.unbalanced)
        doubled, missing, wrong, unbalanced = (len(one) for one in counts)
        figures.update(dict(zip(WRONG, (doubled, missing, wrong, found.unfinished, unbalanced), strict=True)))
        print(f"round {figures['rounds']}: {dict(figures)}", file=sys.stderr, flush=True)
        if found:
            print(f"seed {options.seed}, kept for a look: {played.folder}\n{found}", file=sys.stderr)
            break
        shutil.rmtree(played.folder)
    figures["minutes"] = round((time.monotonic() - started) / 60)
    return figures


def main() -> int:
    """Soak and print the figures as a table of Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=4, help="no new round after that (default 4)")
    parser.add_argument("--rows", type=int, default=600, help="rows of each sheet (default 600)")
    parser.add_argument(
        "--kills", type=int, default=20, help="starts of the program a round that are killed (default 20)"
    )
    parser.add_argument("--faults", type=float, default=0.25, help="part of the requests that fail (default 0.25)")
    parser.add_argument("--lose-journal", type=float, default=0.1, help="chance after each kill (default 0.1)")
    parser.add_argument("--restarts", type=float, default=0.1, help="chance that the service breaks off (default 0.1)")
    parser.add_argument("--rate", type=float, default=100, help="requests a second (default 100)")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is random here (default 1)")
    figures = soak(parser.parse_args())
    for name in (*DONE, *WRONG):
        print(f"| {name} | {figures[name]:,} |")
    return 1 if any(figures[name] for name in WRONG) else 0


if __name__ == "__main__":
    sys.exit(main())
