"""A disk that really is full under a fleet: no bug, no traceback, and with room again all are in once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.fleet.rig import FleetRig
from tests.small_disk import small_disk

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.e2e.process import Done
    from tests.fleet.conftest import StartService

ROWS = 200


def two(folder: Path, service: StartService) -> tuple[FleetRig, tuple[Sandbox, Sandbox]]:
    """A fleet of two workspaces in a folder on a small disk, whose own state is on another one."""
    services = service("k1", latency_ms=0), service("k2", latency_ms=0)
    rig = FleetRig(folder, "rate = 1000\n")
    rig.add("one", services[0], "k1", ROWS)
    rig.add("two", services[1], "k2", ROWS)
    home = folder.parent / "home"
    home.mkdir()
    (folder / "home").symlink_to(home)
    return rig, services


def assert_decent(done: Done) -> None:
    """An exit code of the design, and words."""
    assert done.code in (2, 3), (done.code, done.err)
    assert "Traceback" not in done.err
    assert "A bug in" not in done.err
    assert "could not be written" in done.err or "cannot be written" in done.err or done.err.count(" next: ") == 1


def assert_once(services: tuple[Sandbox, Sandbox]) -> None:
    """Every row is in its workspace, and none twice."""
    for each in services:
        numbers = Counter(str(contact["defaultFields"]["phoneNumbers"]) for contact in each.contacts())
        assert (len(numbers), max(numbers.values())) == (ROWS, 1)


@pytest.mark.parametrize("kilobytes", [100, 400, 700])
def test_a_fleet_on_a_full_disk_goes_on_once_there_is_room(
    kilobytes: int, tmp_path: Path, service: StartService
) -> None:
    """Before the journals, in the middle of them or behind them: the same command ends what did not fit."""
    with small_disk(tmp_path / "work", kilobytes) as make_room:
        rig, services = two(tmp_path / "work", service)
        assert_decent(rig.run("--lanes", "2"))
        make_room()
        assert rig.run("--lanes", "2").code == 0
        assert rig.summary()["created"] == 2 * ROWS
        assert_once(services)
