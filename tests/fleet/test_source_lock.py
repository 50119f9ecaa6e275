"""A fleet beside a single import with the key of one of its workspaces: one at a time makes the new people."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.e2e.process import Process
from tests.e2e.rig import phones
from tests.fleet.rig import events_of, is_over

if TYPE_CHECKING:
    from importer.sandbox import Sandbox
    from tests.fleet.conftest import StartService
    from tests.fleet.rig import FleetRig

ROWS = 12
WAITS = "acme: Another import (process {}) is making new contacts in this workspace. Waiting"


@pytest.fixture
def services(rig: FleetRig, service: StartService) -> tuple[Sandbox, Sandbox]:
    """Two workspaces, each with a key of its own; people of the first are in a second sheet, under other ids."""
    acme, bolt = service("key-acme", rate=20), service("key-bolt")
    rig.add("acme", acme, "key-acme", ROWS)
    rig.add("bolt", bolt, "key-bolt", ROWS)
    header, *lines = rig.sheets["acme"].read_text(encoding="utf-8").splitlines()
    numbered = [f"Id,{header}", *(f"X-{row},{line}" for row, line in enumerate(lines))]
    (rig.folder / "other.csv").write_text("\n".join(numbered), encoding="utf-8")
    return acme, bolt


def start_single(rig: FleetRig, service: Sandbox) -> Process:
    """Start to import the second sheet with the key of the first workspace, and freeze it on the way."""
    reading = ("--map", "Id=external_id", "--api-key-file", "acme.key", "--base-url", service.url)
    single = Process(
        ("run", "other.csv", *reading, "--rate", "2", "--yes", "--json"), rig.folder, rig.folder / "home", cold=True
    )
    assert single.saw_event("delivered", 2)
    single.signal(signal.SIGSTOP)
    return single


def made(service: Sandbox) -> Counter[str]:
    """How often each phone was made."""
    return Counter(phone for contact in service.contacts() for phone in phones(contact))


@pytest.mark.parametrize("is_killed", [False, True])
def test_fleet_waits_for_a_single_import_and_says_so(
    rig: FleetRig, services: tuple[Sandbox, Sandbox], *, is_killed: bool
) -> None:
    """A workspace waits for the other import with its key, with a word; the others go on, and all are made once.

    The wait ends with the other import, also where that is killed.
    """
    acme, bolt = services
    single = start_single(rig, acme)
    fleet = rig.start("--lanes", "2")
    assert fleet.saw(WAITS.format(single.pid)), fleet.errors()
    assert fleet.saw(f"bolt: {ROWS} rows = {ROWS} created"), "it waits for another key"
    if is_killed:
        single.kill()
    else:
        single.signal(signal.SIGCONT)
        assert single.end().code == 0
    done = fleet.end()
    assert done.code == 0, done.err
    assert set(made(acme).values()) == set(made(bolt).values()) == {1}
    assert len(made(acme)) == len(made(bolt)) == ROWS


def test_frozen_import_stops_one_workspace(rig: FleetRig, services: tuple[Sandbox, Sandbox]) -> None:
    """An import that is frozen stops only workspaces with its key, in words; run again, the fleet makes the rest."""
    acme, bolt = services
    rig.defaults += "\nwait-for-service = 0.05"
    single = start_single(rig, acme)
    rig.add("cord", bolt, "key-bolt", ROWS)
    done = rig.run("--lanes", "2")
    assert done.code == 3, done.err
    assert f"acme: exit 3: Another import (process {single.pid})" in done.err
    assert (rig.workspace("bolt")["created"], rig.workspace("cord")["created"]) == (ROWS, ROWS)
    single.signal(signal.SIGCONT)
    assert single.end().code == 0
    assert rig.run("--lanes", "2").code == 0
    assert set(made(acme).values()) == {1}


def test_no_lane_waits_on_without_its_fleet(rig: FleetRig, services: tuple[Sandbox, Sandbox]) -> None:
    """A lane that waits for another import ends with its fleet, in order or at once."""
    acme, _ = services
    single = start_single(rig, acme)
    for sent, code in ((signal.SIGTERM, 3), (signal.SIGKILL, -signal.SIGKILL)):
        fleet = rig.start("--lanes", "2", "--json")
        assert fleet.saw("is making new contacts in this workspace")
        lane = rig.lane("acme")
        fleet.signal(sent)
        done = fleet.end()
        assert done.code == code, done.err
        assert is_over(lane)
    assert [event["exit_code"] for event in events_of(done.out, "workspace-ended")] in ([], [0])
    single.kill()
