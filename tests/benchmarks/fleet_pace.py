"""Forty keys at 10 requests a second each, from one fleet on one machine: the pace that each of them holds.

python tests/benchmarks/all.py --only fleet_pace

Counted by when requests leave their lanes, since services and lanes share the processors. The services run in
processes of their own. Of each key the time is looked at in which all keys deliver.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.fleet import most_in_a_second
from tests.benchmarks.table import Options, Row
from tests.fleet.light_services import services_apart
from tests.fleet.recorded_lane import sending_times
from tests.fleet.rig import FleetRig

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS, RATE, PROCESSES = 40, 10, 2
ROWS, QUICK_ROWS, QUICK_KEYS = 600, 40, 2
LEAST_HELD = 9.5
LONGEST_SECONDS = 1800.0


def measure(options: Options) -> list[Row]:
    """The slowest and the middle key, and the most that any of them sent in a second."""
    keys, rows = (QUICK_KEYS, QUICK_ROWS) if options.quick else (KEYS, ROWS)
    before = os.getloadavg()[0]
    times = fleet_times(keys, rows)
    # From when the last key began until the first one ended.
    begin, end = max(each[0] for each in times) + 1, min(each[-1] for each in times) - 1
    shared = end - begin > 1
    spans = [(begin, end) if shared else (each[0], each[-1]) for each in times]
    held = sorted(
        sum(first <= moment < last for moment in each) / (last - first)
        for each, (first, last) in zip(times, spans, strict=True)
    )
    what = f"`fleet` with {keys} keys at {RATE} requests/s"
    together = f"over {end - begin:.0f} s in which all deliver" if shared else "which did not deliver at one time"
    note = f"{together}; the machine's load was {before:.1f} before it began, on {os.cpu_count()} processors"
    return [
        Row(f"{what}: slowest key", held[0], "requests/s", at_least=LEAST_HELD, note=note),
        Row(f"{what}: middle key", held[len(held) // 2], "requests/s"),
        Row(f"{what}: most in any second of a key", max(map(most_in_a_second, times)), "requests", at_most=RATE),
    ]


def fleet_times(keys: int, rows: int) -> list[Sequence[float]]:
    """When the requests of each key have left."""
    names = [f"w{number:02}" for number in range(keys)]
    with tempfile.TemporaryDirectory(prefix="fleet-pace-") as folder, ExitStack() as opened:
        rig = FleetRig(Path(folder), f"rate = {RATE}", cold=True)
        for first in range(PROCESSES):
            addresses = opened.enter_context(services_apart(names[first::PROCESSES]))
            for name, address in addresses.items():
                rig.add(name, address, f"key-{name}", rows)
        process = rig.start_recorded(keys)
        assert process.wait(LONGEST_SECONDS), "the fleet did not end"
        done = process.end()
        assert done.code == 0, done.err
        return [sending_times([rig.folder], name) for name in names]
