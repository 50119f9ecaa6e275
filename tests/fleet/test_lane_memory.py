"""What a lane takes while it delivers, which is nearly all of its time, and what all lanes share for that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fleet.processes import lanes_of, memory_of
from tests.fleet.rig import FleetRig
from tests.paths import ROOT

if TYPE_CHECKING:
    from tests.database import Server
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux knows of a process")
MOST_MB = 37
ROWS = 3000
WARM = """
import os, sys, tempfile, threading
import importer.fleet.lane_server
environment = dict(os.environ)
import importer.cli.lane_warm_up
assert os.environ == environment
assert threading.active_count() == len(os.listdir("/proc/self/task")) == 1
assert os.listdir(tempfile.gettempdir()) == []
assert "pandas" not in sys.modules
from importer.mapping.suggest.vocabulary import vocabulary
assert vocabulary.cache_info().currsize
"""


@pytest.mark.parametrize("in_database", [False, True])
def test_a_lane_that_delivers_has_validated_without_loading_pandas(
    tmp_path: Path, service: StartService, request: pytest.FixtureRequest, *, in_database: bool
) -> None:
    """Its rows were validated, and beside what all lanes share it takes no more than 37 MB, however long the sheet."""
    server: Server | None = request.getfixturevalue("database") if in_database else None
    rig = FleetRig(tmp_path, "rate = 20", server.url if server else "", cold=True)
    # Names of its own: what another test has killed may still hold its journal and its key in the database.
    rig.add("memory", service("key-memory"), "key-memory", ROWS)
    header, *people = rig.sheets["memory"].read_text(encoding="utf-8").splitlines()
    # A role alone is no contact, which our schema finds and nothing before it.
    rows = (f"{header},Role", *(f"{person},Buyer" for person in people), ",,,,Buyer")
    rig.sheets["memory"].write_text("\n".join(rows), encoding="utf-8")
    process = rig.start("--json", "-q")
    assert process.saw_event("delivered", 5), process.output() + process.errors()
    (lane,) = lanes_of(process.pid)
    libraries, memory = Path(f"/proc/{lane}/maps").read_text(), memory_of(lane)
    process.kill()
    assert ("psycopg" if in_database else "_sqlite3") in libraries
    assert "/pandas/" not in libraries
    assert 10 < memory.own <= MOST_MB
    assert "psycopg" not in libraries or in_database


def test_a_row_that_the_schema_rejects_is_rejected_in_a_lane(rig: FleetRig, service: StartService) -> None:
    """What validates rows beside the lanes finds what it would find in one of them."""
    rig.add("a", service("key-a"), "key-a", 5)
    text = rig.sheets["a"].read_text(encoding="utf-8").replace("\n", ",Buyer\n").replace("Email,Buyer", "Email,Role")
    rig.sheets["a"].write_text(f"{text},,,,Buyer\n", encoding="utf-8")
    assert rig.run("--json").code == 1
    figures = rig.workspace("a")
    assert (figures["created"], figures["rejected"]) == (5, 1)


def test_what_lanes_are_forked_from_is_warm_and_clean(tmp_path: Path) -> None:
    """It has the words of all languages, but no thread, no file, no variable and no pandas from that."""
    environment = {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path), "OPENPHONE_REGION": "XX"}
    done = subprocess.run([sys.executable, "-c", WARM], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
