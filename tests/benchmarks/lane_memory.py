"""What a lane of a fleet takes while it delivers, by the length of its sheet, with journals in files and in Postgres.

python tests/benchmarks/all.py --only lane_memory
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from importer.sandbox import Sandbox
from tests.benchmarks.table import Options, Row
from tests.database import Server
from tests.fleet.processes import Memory, lanes_of, memory_of
from tests.fleet.rig import FleetRig, events_of

SIZES, LANES = (100, 3_000, 10_000), 12
QUICK, QUICK_LANES = (20,), 2
MOST_MB = 40
LONGEST_SECONDS = 300
# So slow that no lane ends before the last one has begun.
RATE = 2
# What is read ahead, and the connections, are there after some requests.
REST_SECONDS = 3


def measure(options: Options) -> list[Row]:
    """The middle lane of a dozen, with its part of what they share, and alone."""
    sizes, lanes = (QUICK, QUICK_LANES) if options.quick else (SIZES, LANES)
    rows = []
    for store in ("a file", "Postgres"):
        for size in sizes:
            own, proportional = (median(sizes) for sizes in zip(*lane_memory(store, size, lanes), strict=True))
            what = f"a lane at rest over {size:,} rows, journal in {store}"
            note = f"one of {lanes}, with its part of what all share"
            rows.append(Row(f"{what}: memory", proportional, "MB", at_most=MOST_MB, note=note))
            rows.append(Row(f"{what}: its own", own, "MB"))
    return rows


def lane_memory(store: str, rows: int, lanes: int) -> list[Memory]:
    """The memory of the lanes of a fleet once all of them deliver."""
    with tempfile.TemporaryDirectory(prefix="lanes-") as folder, ExitStack() as opened:
        server = None
        if store == "Postgres":
            server = Server.start()
            opened.callback(server.remove)
        rig = FleetRig(Path(folder), f"rate = {RATE}", server.url if server else "", cold=True)
        names = [f"w{number}" for number in range(lanes)]
        for name in names:
            sandbox = opened.enter_context(Sandbox.start(key=f"key-{name}", rate=0, latency_ms=60))
            rig.add(name, sandbox, f"key-{name}", rows)
        process = rig.start("--lanes", str(lanes), "--json", "-q")
        until = time.monotonic() + LONGEST_SECONDS
        while {event["workspace"] for event in events_of(process.output(), "delivered")} != {*names}:
            if process.wait(0.2) or time.monotonic() > until:
                raise RuntimeError(process.errors())
        time.sleep(REST_SECONDS)
        memory = [memory_of(pid) for pid in lanes_of(process.pid)]
        process.kill()
        # Its lanes end with it.
        time.sleep(1)
        return memory
