from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import warm
from tests.fleet.processes import lanes_of, with_descendants
from tests.fleet.rig import is_over
from tests.warm_lanes import fork_ahead

if TYPE_CHECKING:
    from tests.fleet.conftest import StartService
    from tests.fleet.rig import FleetRig

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux knows of a process")


def pause() -> None:
    """A command that starts no lane."""
    signal.pause()


def test_what_no_lane_was_asked_of_ends_with_the_command(tmp_path: Path) -> None:
    """A command without lanes leaves nothing of what was forked ahead, even if it is killed."""
    process = warm.start((), tmp_path, os.environ, {}, prepare=fork_ahead, main=pause)
    until = time.monotonic() + 60
    while len(found := with_descendants(process.pid or 0)) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    process.kill()
    process.join()
    assert len(found) == 2
    assert is_over(found[1])


def test_lanes_are_forked_from_what_was_forked_ahead(rig: FleetRig, service: StartService) -> None:
    """The process between a warm fleet and its lanes is no fresh interpreter, and ends with the fleet."""
    rig.add("a", service("key-a", latency_ms=100), "key-a", 40)
    process = rig.start("--json", "-q")
    assert process.saw_event("delivered", 2), process.errors()
    (lane,) = lanes_of(process.pid)
    (server,) = [pid for pid in with_descendants(process.pid)[1:] if lane in with_descendants(pid)[1:]]
    lines = {Path(f"/proc/{pid}/cmdline").read_bytes() for pid in (process.pid, server, lane)}
    assert len(lines) == 1
    assert process.end().code == 0
    assert is_over(server)
