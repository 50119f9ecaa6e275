"""A fleet whose journals are in Postgres: its processes or its database die, and each row is made once."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Fault
from tests.fleet.rig import FleetRig
from tests.fleet.test_kills import made

if TYPE_CHECKING:
    from pathlib import Path

    from tests.database import Server
    from tests.fleet.conftest import StartService

ROWS = 20
FAULTS = [Fault(kind, method="POST", probability=0.03) for kind in ("lost-response", "500-after", "reset")]


@pytest.fixture
def stored(tmp_path: Path, own_server: Server) -> FleetRig:
    """A folder for a fleet whose journals are in a database that may be stopped."""
    return FleetRig(tmp_path, "rate = 20", own_server.url)


@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGINT], ids=["at once", "in order"])
def test_the_database_stops_in_the_middle(
    how: signal.Signals, stored: FleetRig, own_server: Server, service: StartService
) -> None:
    """The command stops with 3 and says what to do; once the database runs the same command makes what is left."""
    sandbox = service("key-a", faults=FAULTS, seed=3)
    stored.add("a", sandbox, "key-a", ROWS)
    process = stored.start("--json")
    assert process.saw_event("delivered", 5)
    own_server.stop(how)
    done = process.end()
    assert done.code == 3, done.err
    assert "Traceback" not in done.err
    assert "in the database of OPENPHONE_DATABASE_URL could not be" in " ".join(done.err.split())
    assert "go on with: openphone-import fleet run fleet.toml" in " ".join(done.err.split())
    own_server.run()
    assert stored.run("--json").code == 0
    assert made(sandbox) == Counter(stored.people())


@pytest.mark.parametrize("delivered", [1, 6, 13])
def test_a_killed_run_is_gone_on_with(delivered: int, stored: FleetRig, service: StartService) -> None:
    """After a run that was killed the same command makes each row once, though the answers of some were lost."""
    sandbox = service("key-a", faults=FAULTS, seed=delivered)
    stored.add("a", sandbox, "key-a", ROWS)
    process = stored.start("--json")
    assert process.saw_event("delivered", delivered)
    assert process.kill().code == -signal.SIGKILL
    last = stored.run("--json")
    assert last.code == 0, last.err
    assert made(sandbox) == Counter(stored.people())
    assert stored.summary()["created"] == ROWS
