"""`fleet run` whose lanes note when each of their requests leaves, for measurements of the pace.

    python -m tests.fleet.recorded_fleet FILE LANES

Writes a line of JSON for each event, as `fleet run --json` does, and exits as it does.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importer.model import Event


def main() -> int:
    """Run the fleet of a file."""
    # Imported here, since each lane loads the module that is run as the main one again.
    from importer.cli.lane import lane_modules
    from importer.cli.signals import counted_stops, stop_running
    from importer.fleet.file import read_fleet
    from importer.fleet.lane import LaneCommand
    from importer.fleet.run import FleetOrder, run_fleet
    from tests.fleet.recorded_lane import run_recorded

    file, lanes = Path(sys.argv[1]), int(sys.argv[2])
    fleet = read_fleet(file)

    def write(name: str, event: Event) -> None:
        line = json.dumps({"event": event.name, "workspace": name, **event.facts})
        os.write(1, f"{line}\n".encode())

    with counted_stops() as stops:
        command = LaneCommand(run_recorded, stop_running, lane_modules(fleet))
        order = FleetOrder(command, f"fleet run {file}", lanes, write, stops)
        return run_fleet(fleet, order, os.environ).summary.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
