"""What it costs that many workspaces wait; the figures are printed.

    python tests/benchmarks/fleet_queue.py [--workspaces 1000] [--lanes 20] [--seconds 30]

All workspaces of a fleet are queued, each with a key of its own. Then a worker does them for so many seconds; its lanes
end at once, so that only the dealing out is measured. The database is one of its own on this computer, with fsync on.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from importer.cli.signals import stop_running  # noqa: E402
from importer.delivery.journal.postgres.heartbeat import Heartbeat  # noqa: E402
from importer.delivery.journal.postgres.occasions import OccasionBook  # noqa: E402
from importer.fleet.database import initialise_fleet, place_of  # noqa: E402
from importer.fleet.engine import DbosEngine  # noqa: E402
from importer.fleet.file import read_fleet  # noqa: E402
from importer.fleet.lane import LaneCommand  # noqa: E402
from importer.fleet.rescue import rescue  # noqa: E402
from importer.fleet.run import FleetOrder  # noqa: E402
from importer.fleet.start import start_fleet  # noqa: E402
from importer.fleet.status import fleet_status  # noqa: E402
from importer.fleet.work import FleetWorker  # noqa: E402
from importer.report.summary import Summary  # noqa: E402
from tests.database import Server  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DONE = "SELECT count(*) FROM openphone_import.occasions WHERE state = 'done'"


def end_at_once(_arguments: Sequence[str], _shown: Sequence[str]) -> int:
    """A command that has nothing to do."""
    print(json.dumps({"event": "summary", **Summary("", "", None, {}, exit_code=0).as_dict()}))
    return 0


@contextmanager
def measured(what: str, count: int = 1) -> Iterator[None]:
    """Print what a block took, and each of `count` parts of it."""
    began, cpu = time.perf_counter(), time.process_time()
    yield
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"{what:<40} {seconds:8.2f} s {cpu:8.2f} s CPU {cpu / count * 1000:9.2f} ms CPU each")


def main() -> None:
    """Queue, look and deal out; print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, value in (("workspaces", 1000), ("lanes", 20), ("seconds", 30)):
        parser.add_argument(f"--{option}", type=int, default=value)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fleet-queue-"))
    (folder / "people.csv").write_text("Name\nAnn Lee\n", encoding="utf-8")
    entries = []
    for number in range(chosen.workspaces):
        (folder / f"{number}.key").write_text(f"key-of-{number:04}\n", encoding="utf-8")
        entries.append(f'[[workspace]]\nname = "w{number:04}"\nsheet = "people.csv"\napi-key-file = "{number}.key"\n')
    head = f'database = "env:OPENPHONE_DATABASE_URL"\nshared-folders = ["{folder}"]\n'
    (folder / "fleet.toml").write_text(head + "".join(entries), encoding="utf-8")

    server = Server.start(is_durable=True)
    os.environ["OPENPHONE_DATABASE_URL"] = server.url
    try:
        with measured("reading the fleet's file"):
            fleet = read_fleet(folder / "fleet.toml")
        initialise_fleet(fleet, os.environ)
        with measured("fleet start", chosen.workspaces):
            start_fleet(fleet, os.environ, lambda place: DbosEngine(place, "fleet"), "night")
        with measured("fleet status"):
            fleet_status(fleet, os.environ)
        place = place_of(fleet, os.environ)
        with closing(OccasionBook(place, "fleet")) as book, closing(DbosEngine(place, "fleet")) as engine:
            heartbeat = Heartbeat(place, "fleet")
            with measured("a look for what is lost (every 5 s)"):
                rescue(engine, book, str(heartbeat.worker))
            heartbeat.stop()

        stops: list[float] = []
        threading.Timer(chosen.seconds, lambda: stops.append(time.monotonic())).start()
        # By its name, under which the process that lanes are forked from finds it.
        from tests.benchmarks.fleet_queue import end_at_once as command

        lanes = LaneCommand(command, stop_running, (command.__module__,))
        order = FleetOrder(lanes, "", chosen.lanes, stop_requests=lambda: len(stops))
        with measured("a worker"):
            FleetWorker(fleet, order, os.environ, lambda place: DbosEngine(place, "fleet")).run()
        ((done,),) = server.rows(DONE)
        print(f"dealt out: {done} of {chosen.workspaces} in {chosen.seconds} s, {done / chosen.seconds:.1f} a second")
    finally:
        server.remove()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
