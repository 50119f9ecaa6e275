"""Workers on several computers of which one dies and one is frozen: each row is made once, and all is done."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer.delivery.journal_place import LeaseTimes
from importer.fleet.engine import DbosEngine
from importer.fleet.file import read_fleet
from importer.fleet.start import start_fleet
from importer.fleet.status import fleet_status
from tests.e2e.rig import phones
from tests.fleet.recorded_lane import sending_times
from tests.fleet.test_database import call
from tests.fleet.worker_process import Machine
from tests.fleet.workers import QUICK, WorkerHere

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pytest

    from importer.delivery.journal_place import DatabasePlace
    from importer.sandbox import Sandbox
    from tests.database import Server
    from tests.fleet.conftest import StartService
    from tests.fleet.rig import FleetRig

STALE_SECONDS = 3.0
LONGEST_SECONDS = 100.0
NAMES = tuple("abcdef")
ROWS = 10


def comes(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + LONGEST_SECONDS
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def most_in_a_second(times: Sequence[float]) -> int:
    """The most of these moments that any second saw."""
    return max(sum(begin <= moment < begin + 1 for moment in times) for begin in times)


def shared_fleet(rig: FleetRig, options: str) -> str:
    """The same on each computer: sheets and keys in a folder that all have, results on a disk of its own."""
    text = (rig.folder / "fleet.toml").read_text(encoding="utf-8").replace("rate = 20", options)
    for name in rig.sheets:
        text = text.replace(f'"{name}.csv"', f'"{rig.folder}/{name}.csv"').replace(
            f'"{name}.key"', f'"{rig.folder}/{name}.key"'
        )
    text = f'database = "env:OPENPHONE_DATABASE_URL"\nshared-folders = ["{rig.folder}"]\n{text}'
    (rig.folder / "fleet.toml").write_text(text, encoding="utf-8")
    return text


def test_the_work_of_a_dead_and_of_a_frozen_worker_is_taken_up(
    rig: FleetRig,
    service: StartService,
    database: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One is killed, one frozen and woken; the third does what is left, and no row is made twice or lost."""
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", database.url)
    services = {name: service(f"key-{name}", latency_ms=100) for name in NAMES}
    for name, sandbox in services.items():
        rig.add(name, sandbox, f"key-{name}", ROWS)
    text, file = shared_fleet(rig, "rate = 4"), rig.folder / "fleet.toml"
    assert call(capsys, "fleet", "init", str(file))[0] == 0
    fleet = read_fleet(file)

    def made() -> Counter[str]:
        return Counter(phone for each in services.values() for contact in each.contacts() for phone in phones(contact))

    def machine(name: str) -> Machine:
        return Machine.start(rig.folder / name, text, database.url, 2, STALE_SECONDS)

    machines = [machine("killed"), machine("frozen")]
    try:
        killed, frozen = machines
        # Both are there before there is anything to do, so that neither does all of it.
        assert comes(lambda: all(each.events("note") for each in machines))
        start_fleet(fleet, os.environ, lambda place: DbosEngine(place, "fleet"), "night")
        assert comes(lambda: bool(killed.events("delivered")) and bool(frozen.events("delivered")))
        killed.signal(signal.SIGKILL)
        frozen.signal(signal.SIGSTOP)
        third = machine("third")
        machines.append(third)
        capsys.readouterr()
        assert comes(lambda: "not heard of" in " ".join(fleet_status_lines(file)))
        assert comes(lambda: len(third.events("workspace-started")) >= 3)
        frozen.signal(signal.SIGCONT)
        done = "SELECT count(*) FROM openphone_import.occasions WHERE fleet = 'fleet' AND state = 'done'"
        assert comes(lambda: database.rows(done) == [(len(NAMES),)]), fleet_status_lines(file)
        for each in (frozen, third):
            each.stop()
            assert each.end() == 0, (each.folder / "err").read_text(encoding="utf-8")
    finally:
        for each in machines:
            each.remove()
    assert made() == Counter(rig.people())
    folders = [each.folder for each in machines]
    assert max(most_in_a_second(sending_times(folders, name)) for name in NAMES) == 4


def test_a_second_night_over_a_dead_worker_can_be_undone(
    rig: FleetRig,
    service: StartService,
    database: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker dies in the middle of the changes: each is made, with its image, so that an undo restores all."""
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", database.url)
    services = {name: service(f"key-{name}", latency_ms=50) for name in ("ann", "bob")}
    for name, sandbox in services.items():
        rig.add(name, sandbox, f"key-{name}", ROWS)
    text = shared_fleet(rig, 'rate = 10\non-match = "update"')
    file = (rig.folder / "fleet.toml").rename(rig.folder / "nights.toml")
    assert call(capsys, "fleet", "init", str(file))[0] == 0

    def fields(sandbox: Sandbox) -> dict[str, Any]:
        return {contact["id"]: contact["defaultFields"] for contact in sandbox.contacts()}

    def changed() -> int:
        each = (fields_of["lastName"] for sandbox in services.values() for fields_of in fields(sandbox).values())
        return sum(name == "Lovelace" for name in each)

    def engine(place: DatabasePlace) -> DbosEngine:
        return DbosEngine(place, "nights")

    def done(occasions: int) -> bool:
        query = "SELECT count(*) FROM openphone_import.occasions WHERE fleet = 'nights' AND state = 'done'"
        return database.rows(query) == [(occasions,)]

    start_fleet(read_fleet(file), os.environ, engine, "one")
    killed = Machine.start(rig.folder / "killed", text, database.url, 2, QUICK.stale, fleet="nights")
    try:
        assert comes(lambda: done(2)), fleet_status_lines(file)
        before = {name: fields(sandbox) for name, sandbox in services.items()}
        for sheet in rig.sheets.values():
            sheet.write_text(sheet.read_text(encoding="utf-8").replace("Byron", "Lovelace"), encoding="utf-8")
        start_fleet(read_fleet(file), os.environ, engine, "two")
        assert comes(lambda: changed() >= 4)
    finally:
        killed.remove()
    assert changed() < 2 * ROWS
    assert WorkerHere(str(file), engine, until=2).run()
    assert done(4), fleet_status_lines(file)
    assert changed() == 2 * ROWS
    code, out, err = call(capsys, "undo", "--fleet", str(file), "--workspace", "ann", "--yes")
    assert (code, fields(services["ann"])) == (0, before["ann"]), (out, err)
    assert fields(services["bob"]) != before["bob"]


def fleet_status_lines(file: Path) -> tuple[str, ...]:
    fleet = replace(read_fleet(file), times=LeaseTimes(stale=STALE_SECONDS))
    return fleet_status(fleet, os.environ).lines()
