"""A disk that really is full under a fleet: no bug, no traceback, and with room again all are in once."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.fleet.rig import FleetRig
from tests.small_disk import small_disk

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.database import Server
    from tests.e2e.process import Done
    from tests.fleet.conftest import StartService

ROWS = 200


def two(
    folder: Path, service: StartService, database: Server | None = None
) -> tuple[FleetRig, tuple[Sandbox, Sandbox]]:
    """A fleet of two workspaces in a folder on a small disk, whose own state is on another one."""
    services = service("k1", latency_ms=0), service("k2", latency_ms=0)
    rig = FleetRig(folder, "rate = 1000\n", database=database.url if database else "")
    rig.add("one", services[0], "k1", ROWS)
    rig.add("two", services[1], "k2", ROWS)
    if database:
        file = folder / "fleet.toml"
        file.write_text(f'shared-folders = ["."]\n{file.read_text(encoding="utf-8")}', encoding="utf-8")
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


def test_a_worker_on_a_full_disk_does_what_is_queued_once_there_is_room(
    tmp_path: Path, service: StartService, database: Server
) -> None:
    """What is queued is tried again by the worker itself, in words, and is done once there is room."""
    with small_disk(tmp_path / "work", 60) as make_room:
        rig, services = two(tmp_path / "work", service, database)
        for command in ("init", "start"):
            done = rig.run(*(("--yes",) if command == "start" else ()), command=command)
            assert done.code == 0, done.err
        worker = rig.start(command="work")
        assert worker.saw("id_map.csv could not be written", 2), worker.errors()
        make_room()
        assert worker.saw(f": {ROWS} rows = {ROWS} created", 2), worker.errors()
        worker.signal(signal.SIGTERM)
        done = worker.end()
        assert (done.code, "Traceback" in done.err, "A bug in" in done.err) == (0, False, False), done.err
        assert "2 done" in rig.run(command="status").out
        assert_once(services)
