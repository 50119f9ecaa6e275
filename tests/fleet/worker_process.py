"""A worker of a fleet as a computer of its own: a folder, a state and processes that no other one has.

Writes a line of JSON for each event. SIGTERM stops it in good order, as it does `fleet work`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.cli.lane import lane_modules
from importer.cli.signals import counted_stops, stop_running
from importer.delivery.journal_place import LeaseTimes
from importer.fleet.engine import DbosEngine
from importer.fleet.file import read_fleet
from importer.fleet.lane import LaneCommand
from importer.fleet.run import FleetOrder
from importer.fleet.work import FleetWorker
from tests import warm
from tests.fleet.processes import with_descendants
from tests.fleet.recorded_lane import run_recorded
from tests.paths import ROOT
from tests.warm_lanes import fork_ahead

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

    from importer.model import Event


@dataclass
class Machine:
    """A computer with one worker, whose processes are killed, frozen and woken together."""

    folder: Path
    process: ForkServerProcess

    @classmethod
    def start(
        cls,
        folder: Path,
        text: str,
        database: str,
        lanes: int,
        stale: float,
        fleet: str = "fleet",
        home: Path | None = None,
    ) -> Machine:
        """Start a worker with the text of a fleet's file, in a folder that is made for it.

        `home`: where its state is; machines of one home are one computer.
        """
        folder.mkdir()
        (folder / f"{fleet}.toml").write_text(text, encoding="utf-8")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
            "HOME": str(home or folder),
            "PYTHONPATH": str(ROOT),
            "OPENPHONE_DATABASE_URL": database,
        }
        words = (f"{fleet}.toml", str(lanes), str(stale))
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            streams = {1: out.fileno(), 2: err.fileno()}
            process = warm.start(words, folder, environment, streams, prepare=fork_ahead, main=work)
        return cls(folder, process)

    @property
    def pid(self) -> int:
        """The process of the worker."""
        return self.process.pid or 0

    @property
    def has_ended(self) -> bool:
        """Whether its worker has ended."""
        return self.process.exitcode is not None

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of a name so far."""
        lines = (self.folder / "out").read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines if line.endswith("}")]
        return [event for event in events if event["event"] == name]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of its processes: those that could start others first."""
        for pid in with_descendants(self.pid):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def stop(self) -> None:
        """Ask its worker to stop in good order, as a service manager does."""
        self.process.terminate()

    def end(self, seconds: float = 120.0) -> int:
        """Wait for the end of the worker; one that does not end is killed and an error."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.signal(signal.SIGKILL)
            raise TimeoutError("the worker did not end")
        return self.process.exitcode

    def remove(self) -> None:
        """Kill it, whatever it does."""
        self.signal(signal.SIGKILL)
        self.process.join()


def work() -> None:
    """Work until a signal says to stop: FILE LANES STALE_SECONDS."""
    raise SystemExit(_work())


def _work() -> int:
    file, lanes, stale = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    times = LeaseTimes(beat=stale / 6, stale=stale, poll=0.2)
    fleet = replace(read_fleet(file), times=times)

    def write(name: str, event: Event) -> None:
        if event.name in ("note", "workspace-started", "workspace-ended", "delivered"):
            line = json.dumps({"event": event.name, "workspace": name, **event.facts})
            os.write(1, f"{line}\n".encode())

    with counted_stops() as stops:
        order = FleetOrder(
            LaneCommand(run_recorded, stop_running, lane_modules(fleet)), "fleet work", lanes, write, stops
        )
        worker = FleetWorker(fleet, order, os.environ, lambda place: DbosEngine(place, file.stem))
        return 0 if worker.run() else 3
