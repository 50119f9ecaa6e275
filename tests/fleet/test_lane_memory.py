"""What a lane takes while it delivers, which is nearly all of its time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fleet.conftest import StartService
    from tests.fleet.rig import FleetRig

MOST_MB = 40


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux knows of a process")
def test_a_lane_that_delivers_has_validated_without_loading_pandas(rig: FleetRig, service: StartService) -> None:
    """Its rows were validated, and it takes less than 40 MB beside what all lanes share."""
    rig.add("a", service("key-a"), "key-a", 20)
    header, *people = rig.sheets["a"].read_text(encoding="utf-8").splitlines()
    # A role alone is no contact, which our schema finds and nothing before it.
    rows = (f"{header},Role", *(f"{person},Buyer" for person in people), ",,,,Buyer")
    rig.sheets["a"].write_text("\n".join(rows), encoding="utf-8")
    process = rig.start("--json")
    assert process.saw_event("delivered", 5)
    lane = Path(f"/proc/{rig.lane('a')}")
    libraries, memory = (lane / "maps").read_text(), (lane / "smaps_rollup").read_text()
    assert process.end().code == 1
    assert "_sqlite3" in libraries
    assert "/pandas/" not in libraries
    own = [int(line.split()[1]) for line in memory.splitlines() if line.startswith("Private_")]
    assert sum(own) / 1024 <= MOST_MB
    figures = rig.workspace("a")
    assert (figures["created"], figures["rejected"]) == (20, 1)
