"""A fleet whose lanes and whose own process die at the worst moments: each row is made once, and the others go on."""

from __future__ import annotations

import os
import signal
from collections import Counter
from typing import TYPE_CHECKING

from importer.sandbox import Fault
from tests.e2e.rig import phones
from tests.fleet.rig import events_of, is_over

if TYPE_CHECKING:
    from importer.sandbox import Sandbox
    from tests.fleet.conftest import StartService
    from tests.fleet.rig import FleetRig

ROWS = 20
FAULTS = [
    Fault(kind, method="POST", probability=0.01) for kind in ("lost-response", "500-after", "503", "reset", "429")
]


def made(*services: Sandbox) -> Counter[str]:
    """How often each phone was made."""
    return Counter(phone for service in services for contact in service.contacts() for phone in phones(contact))


def test_lanes_and_fleet_are_killed_and_every_row_is_made_once(rig: FleetRig, service: StartService) -> None:
    """The fleet is killed, then a lane of the next run; meanwhile a key is wrong: all is whole once that is corrected.

    No lane outlives its fleet, a dead lane and a wrong key stop no other workspace, the figures always balance, and
    two workspaces with one key take turns at its pace.
    """
    services = {name: service(f"key-{name}", faults=FAULTS, seed=seed) for seed, name in enumerate("bcd")}
    # So slow that it is at work when it is killed, where the machine is slow to kill.
    services["a"] = service("key-a", faults=FAULTS, seed=3, rate=10)
    shared = service("key-shared", rate=20)
    for name, sandbox in services.items():
        rig.add(name, sandbox, "wrong" if name == "d" else f"key-{name}", ROWS)
    rig.add("e", shared, "key-shared", ROWS)
    rig.add("f", shared, "key-shared", ROWS)
    everything = (*services.values(), shared)

    killed = rig.start("--lanes", "6", "--json")
    assert killed.saw_event("delivered", 12)
    lanes = {event["workspace"] for event in events_of(killed.output(), "delivered")}
    pids = [rig.lane(name) for name in lanes]
    assert killed.kill().code == -signal.SIGKILL
    assert all(is_over(pid) for pid in pids), "a lane went on without its fleet"
    before = made(*everything)
    assert 12 <= sum(before.values()) < 5 * ROWS

    second = rig.start("--lanes", "6", "--json")
    assert second.saw('"event": "delivered", "workspace": "a"')
    os.kill(rig.lane("a"), signal.SIGKILL)
    done = second.end()
    assert done.code == 3, done.err
    assert made(*everything) >= before
    ended = {event["workspace"]: event for event in events_of(done.out, "workspace-ended")}
    assert (ended["a"]["exit_code"], ended["d"]["exit_code"]) == (3, 2)
    assert "signal 9" in ended["a"]["problem"]
    assert "key" in ended["d"]["problem"]
    assert [ended[name]["created"] for name in "bcef"] == [ROWS] * 4
    assert rig.workspace("a")["unfinished"] > 0

    # The wrong key is named first, since running again does not help against it.
    (rig.folder / "d.key").write_text("key-d\n", encoding="utf-8")
    assert " Then: openphone-import fleet run fleet.toml" in done.err.replace("\n", " ")
    last = rig.run("--json")
    assert last.code == 0, last.err
    assert rig.summary()["created"] == 6 * ROWS
    assert made(*everything) == Counter(rig.people())
    times = [exchange.time for exchange in shared.requests()]
    assert max(sum(begin <= moment < begin + 1 for moment in times) for begin in times) < 30


def test_a_stop_ends_all_lanes_in_good_order(rig: FleetRig, service: StartService) -> None:
    """SIGTERM ends the running workspaces with their files written and begins no other; the same command goes on.

    It does so too where a service manager signals the lanes themselves at the same moment.
    """
    services = [service(f"key-{number}") for number in range(3)]
    for number, sandbox in enumerate(services):
        rig.add(f"w{number}", sandbox, f"key-{number}", 3 * ROWS)
    for directly in (False, True):
        process = rig.start("--lanes", "2", "--json")
        # Each of the two has sent something, so that each has something to write down.
        for name in ("w0", "w1"):
            assert process.saw(f'{{"event": "delivered", "workspace": "{name}"')
        if directly:
            os.kill(rig.lane("w0"), signal.SIGTERM)
        process.signal(signal.SIGTERM)
        done = process.end()
        assert done.code == 3, done.err
        assert "Stopping all workspaces" in done.err
        assert " next: Go on with: openphone-import fleet run fleet.toml" in done.err
        assert rig.workspace("w2")["problem"].startswith("not begun")
        assert (rig.results / "w0" / "summary.json").exists()
        assert not (rig.results / "w2" / "journal.sqlite").exists()
    last = rig.run()
    assert last.code == 0, last.err
    assert made(*services) == Counter(rig.people())
