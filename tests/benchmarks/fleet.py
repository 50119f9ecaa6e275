"""A fleet of many workspaces whose lanes and whose own process are killed; the figures are printed.

    python tests/benchmarks/fleet.py [--workspaces 40] [--rows 100] [--lanes 12] [--faults 0.02] [--seed 1]

First import: a lane is killed at a quarter of the rows, the fleet itself at a half, then it runs to the end. Second
night, with `--on-match update` and a tenth of the rows changed: the fleet is killed at a half of the changes. Every
person must then be in their workspace once, with the values of the sheet, and no key may have sent more than 10
requests in any second, by the times at which they left their lanes. Exits 1 where anything is wrong, and leaves its
folder.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from importer.sandbox import Fault, Sandbox  # noqa: E402
from tests.e2e.rig import phones, read_table  # noqa: E402
from tests.fleet.processes import memory_of  # noqa: E402
from tests.fleet.recorded_lane import sending_times  # noqa: E402
from tests.fleet.rig import FleetRig, events_of  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.e2e.process import Process

RATE = 10
KINDS = ("lost-response", "500-after", "503", "reset", "429")
MOST_RUNS_TO_FINISH = 5


def arrivals(sandbox: Sandbox) -> list[float]:
    """When its requests have arrived at a service."""
    return sorted(exchange.time for exchange in sandbox.requests())


def most_in_a_second(times: Sequence[float]) -> int:
    """The most of these moments, which are in order, that any second saw."""
    most = first = 0
    for last, moment in enumerate(times):
        while times[first] <= moment - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def change_rows(rig: FleetRig, dice: random.Random) -> int:
    """Give a tenth of the people of each sheet another last name; return how many."""
    changed = 0
    for sheet in rig.sheets.values():
        lines = sheet.read_text(encoding="utf-8").splitlines()
        for number in dice.sample(range(1, len(lines)), len(lines) // 10):
            lines[number] = lines[number].replace("Byron", "Lovelace")
            changed += 1
        sheet.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return changed


def killed_at(process: Process, rows: int) -> None:
    """Kill a fleet once so many rows have ended."""
    process.saw_event("delivered", rows)
    process.kill()


def finished(rig: FleetRig, lanes: int) -> int:
    """Run until there is nothing left to do; return how many runs that took."""
    for count in range(1, MOST_RUNS_TO_FINISH + 1):
        if rig.start_recorded(lanes).end().code == 0:
            return count
    return MOST_RUNS_TO_FINISH


def wrong_in(rig: FleetRig, services: dict[str, Sandbox]) -> Counter[str]:
    """What differs between the sheets and the workspaces."""
    wrong: Counter[str] = Counter()
    for name, sandbox in services.items():
        people = {row["Phone"]: row["Last Name"] for row in read_table(rig.sheets[name])}
        contacts = sandbox.contacts()
        found = Counter(phone for contact in contacts for phone in phones(contact))
        names = {phone: contact["defaultFields"]["lastName"] for contact in contacts for phone in phones(contact)}
        wrong["doubled"] += sum(count > 1 for count in found.values())
        wrong["lost"] += sum(phone not in found for phone in people)
        wrong["wrong name"] += sum(names.get(phone) not in (None, last) for phone, last in people.items())
        wrong["over the pace"] += most_in_a_second(sending_times([rig.folder], name)) > RATE
    wrong["rows not balanced"] += rig.summary()["rows"] != len(rig.people())
    return wrong


def main() -> int:
    """Run the fleet, print its figures; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, value in (("workspaces", 40), ("rows", 100), ("lanes", 12), ("seed", 1)):
        parser.add_argument(f"--{option}", type=int, default=value)
    parser.add_argument("--faults", type=float, default=0.02)
    chosen = parser.parse_args()
    dice, started = random.Random(chosen.seed), time.monotonic()
    rig = FleetRig(Path(tempfile.mkdtemp(prefix="fleet-")), f'rate = {RATE}\non-match = "update"', cold=True)
    services: dict[str, Sandbox] = {}
    with ExitStack() as opened:
        for number in range(chosen.workspaces):
            name = f"w{number:03}"
            faults = [Fault(kind, method="POST", probability=chosen.faults / len(KINDS)) for kind in KINDS]
            running = Sandbox.start(key=f"key-{name}", rate=0, latency_ms=60, faults=faults, seed=number)
            services[name] = opened.enter_context(running)
            rig.add(name, services[name], f"key-{name}", chosen.rows)
        total = chosen.workspaces * chosen.rows

        process = rig.start_recorded(chosen.lanes)
        process.saw_event("delivered", total // 4)
        begun = {event["workspace"] for event in events_of(process.output(), "delivered")}
        ended = {event["workspace"] for event in events_of(process.output(), "workspace-ended")}
        lanes = {name: rig.lane(name) for name in sorted(begun - ended)}
        memory = sorted(memory_of(pid).proportional for pid in lanes.values())
        os.kill(next(iter(lanes.values())), signal.SIGKILL)
        killed_at(process, total // 2)
        first_seconds = time.monotonic() - started
        runs = finished(rig, chosen.lanes)
        created = rig.summary()["created"]
        wrong = wrong_in(rig, services)

        changed = change_rows(rig, dice)
        killed_at(rig.start_recorded(chosen.lanes), changed // 2)
        nights = finished(rig, chosen.lanes)
        wrong += wrong_in(rig, services)
        requests = sum(len(sandbox.requests()) for sandbox in services.values())
        sent = max(most_in_a_second(sending_times([rig.folder], name)) for name in services)
        most = max(most_in_a_second(arrivals(sandbox)) for sandbox in services.values())

    cells = (
        f"{chosen.workspaces} x {chosen.rows}",
        f"{chosen.lanes}",
        f"{first_seconds:.0f} s to the half",
        f"{runs} + {nights}",
        *(f"{figure:,}" for figure in (created, changed, requests)),
        f"{sent} sent, {most} seen to arrive",
        *(f"{wrong[what]:,}" for what in ("doubled", "lost", "wrong name")),
        f"{memory[len(memory) // 2]:.0f} MB, most {memory[-1]:.0f} MB",
    )
    print(f"| {' | '.join(cells)} |")
    if +wrong:
        print(f"wrong: {dict(+wrong)}, see {rig.folder}")
        return 1
    shutil.rmtree(rig.folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
