"""Workers of a fleet, in this process or in ones of their own, over a database and services on loopback."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.cli.lane import lane_modules, run_lane
from importer.cli.signals import stop_running
from importer.delivery.journal_place import LeaseTimes
from importer.fleet.file import read_fleet
from importer.fleet.lane import LaneCommand
from importer.fleet.run import FleetOrder
from importer.fleet.work import FleetWorker

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.delivery.journal_place import DatabasePlace
    from importer.fleet.engine import Engine
    from importer.model import Event

QUICK = LeaseTimes(beat=0.2, stale=2.0, busy=0.3, poll=0.25, taken=0.5, failed=0.5)
"""A worker that was not heard of for two seconds is dead."""
LONGEST_SECONDS = 120.0


@dataclass
class WorkerHere:
    """A worker in this process; `run` ends once so many workspaces have ended, or `stop` was called."""

    file: str
    engine: Callable[[DatabasePlace], Engine]
    lanes: int = 2
    until: int = 0
    events: list[tuple[str, Event]] = field(default_factory=list)
    stops: int = 0
    on_event: Callable[[str, Event], None] = lambda _name, _event: None

    def run(self) -> bool:
        """Work; False if it was ended while rows were on their way."""
        fleet = replace(read_fleet(Path(self.file)), times=QUICK)
        command = LaneCommand(run_lane, stop_running, lane_modules(fleet))
        order = FleetOrder(command, f"fleet work {self.file}", self.lanes, self._hear, lambda: self.stops)
        guard = threading.Timer(LONGEST_SECONDS, self.stop)
        guard.start()
        try:
            return FleetWorker(fleet, order, os.environ, self.engine).run()
        finally:
            guard.cancel()

    def stop(self) -> None:
        """Ask it to stop; a second time at once."""
        self.stops += 1

    def ends(self) -> list[dict[str, Any]]:
        """How workspaces ended, in that order."""
        return [dict(event.facts) for _, event in self.events if event.name == "workspace-ended"]

    def _hear(self, name: str, event: Event) -> None:
        self.events.append((name, event))
        self.on_event(name, event)
        if self.until and len(self.ends()) >= self.until and not self.stops:
            self.stop()
