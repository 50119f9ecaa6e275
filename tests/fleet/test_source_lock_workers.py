"""Two workspaces of a fleet that share a key and a source, their journals in Postgres: no person is made twice.

Their sheets have the same people under other ids, so that the service refuses neither.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from importer.fleet.engine import DbosEngine
from importer.fleet.file import read_fleet
from importer.fleet.start import start_fleet
from importer.sandbox import Fault
from tests.e2e.process import Process
from tests.e2e.rig import phones
from tests.fleet.test_database import call
from tests.fleet.test_dead_workers import STALE_SECONDS, comes, shared_fleet
from tests.fleet.worker_process import Machine

if TYPE_CHECKING:
    from importer.fleet.workspace import Fleet
    from importer.sandbox import Sandbox
    from tests.database import Server
    from tests.fleet.conftest import StartService
    from tests.fleet.rig import FleetRig

ROWS = 24
KEY = "key-shared"
PEOPLE = ("acme", "bolt")


@pytest.fixture
def shared(
    rig: FleetRig, service: StartService, address: str, capsys: pytest.CaptureFixture[str]
) -> tuple[Fleet, Sandbox]:
    """The fleet, and the service of both workspaces."""
    sandbox = service(KEY, latency_ms=40)
    for name in PEOPLE:
        rig.add(name, sandbox, KEY, ROWS)
    header, *lines = rig.sheets["acme"].read_text(encoding="utf-8").splitlines()
    numbered = [f"Id,{header}", *(f"X-{row},{line}" for row, line in enumerate(lines))]
    rig.sheets["bolt"].write_text("\n".join(numbered), encoding="utf-8")
    text = shared_fleet(rig, "rate = 8\nwait-for-service = 0.1")
    rig.database = address
    # A name that no other test has, since they share a database.
    file = rig.folder / f"{rig.folder.name}.toml"
    file.write_text(text.replace('name = "bolt"', 'name = "bolt"\nmap = { Id = "external_id" }'), encoding="utf-8")
    assert call(capsys, "fleet", "init", str(file))[0] == 0
    return read_fleet(file), sandbox


def begun(rig: FleetRig, fleet: Fleet, folder: str, home: str) -> Machine:
    """A worker with a folder and a state of its own."""
    text = fleet.file.read_text(encoding="utf-8")
    place = rig.folder / folder
    return Machine.start(place, text, rig.database, 2, STALE_SECONDS, fleet=fleet.name, home=rig.folder / home)


def queue(fleet: Fleet, *names: str) -> None:
    """Have workers import these workspaces."""
    start_fleet(fleet, os.environ, lambda place: DbosEngine(place, fleet.name), "night", only=names)


def made(sandbox: Sandbox) -> Counter[str]:
    """How often each phone was made."""
    return Counter(phone for contact in sandbox.contacts() for phone in phones(contact))


def all_made_once(rig: FleetRig, sandbox: Sandbox) -> bool:
    """Whether the people of both sheets, who are the same, have one contact each."""
    return made(sandbox) == Counter(rig.people(["acme"]))


def single(rig: FleetRig, name: str, home: str) -> Process:
    """A single command over a workspace, on a computer of its own."""
    file = f"{rig.folder.name}.toml"
    words = ("run", str(rig.sheets[name]), "--fleet", file, "--workspace", name, "--yes", "--json")
    variables = {"OPENPHONE_DATABASE_URL": rig.database}
    return Process(words, rig.folder, rig.folder / home, variables=variables)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.parametrize("home", ["one computer", "two computers"])
def test_the_work_of_a_dead_worker_makes_nobody_twice(
    rig: FleetRig, shared: tuple[Fleet, Sandbox], database: Server, end: signal.Signals, home: str
) -> None:
    """A worker is killed or frozen while it makes people; another one, on its computer or elsewhere, does the rest."""
    fleet, sandbox = shared
    first = begun(rig, fleet, "first", "state")
    machines = [first]
    try:
        assert comes(lambda: bool(first.events("note")))
        queue(fleet)
        assert comes(lambda: len(first.events("delivered")) >= 3)
        first.signal(end)
        second = begun(rig, fleet, "second", "state" if home == "one computer" else "other")
        machines.append(second)
        ends = "SELECT count(*) FROM openphone_import.occasions WHERE fleet = %s AND state IN ('done', 'stopped')"
        states = "SELECT workspace, state FROM openphone_import.occasions WHERE fleet = %s"
        is_over = comes(lambda: database.rows(ends, fleet.name) == [(2,)])
        assert is_over, (database.rows(states, fleet.name), second.events("note"), second.events("workspace-ended"))
        first.signal(signal.SIGCONT)
        assert dict(database.rows(states, fleet.name)) == {"acme": "done", "bolt": "done"}, second.events("note")
        second.stop()
        assert second.end() == 0
    finally:
        for each in machines:
            each.remove()
    assert all_made_once(rig, sandbox), made(sandbox)


def test_a_single_command_beside_a_worker_does_not_begin(rig: FleetRig, shared: tuple[Fleet, Sandbox]) -> None:
    """While a worker has the key, a command over the other workspace names it and ends; later it finds all people."""
    fleet, sandbox = shared
    worker = begun(rig, fleet, "first", "state")
    try:
        queue(fleet, "acme")
        assert comes(lambda: len(worker.events("delivered")) >= 3)
        # So that it is still at work when the command has started, where the machine is slow to start it.
        sandbox.add_faults(Fault("slow", method="POST", delay_ms=5000))
        done = single(rig, "bolt", "other").end()
        sandbox.clear_faults()
        assert (done.code, "The key is in use by another run (process" in done.err) == (2, True), done.err
        assert "Wait until it has finished, or stop it, then run again." in done.err
        assert comes(lambda: len(worker.events("workspace-ended")) == 1)
        worker.stop()
        assert worker.end() == 0
    finally:
        worker.remove()
    assert single(rig, "bolt", "other").end().code == 0
    assert all_made_once(rig, sandbox), made(sandbox)


@pytest.mark.parametrize("home", ["first", "second"])
def test_a_request_that_a_dead_command_has_sent_is_waited_for(
    rig: FleetRig, shared: tuple[Fleet, Sandbox], home: str
) -> None:
    """A command on that computer or elsewhere looks who is there only when what the dead one had sent has arrived."""
    _, sandbox = shared
    sandbox.add_faults(Fault("late", method="POST", delay_ms=1800))
    first = single(rig, "acme", "first")
    assert comes(lambda: any(request.method == "POST" for request in sandbox.requests()))
    first.kill()
    sandbox.clear_faults()
    done = single(rig, "bolt", home).end()
    assert done.code == 0, done.err
    assert single(rig, "acme", "third").end().code == 0
    assert all_made_once(rig, sandbox), made(sandbox)
