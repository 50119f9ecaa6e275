"""A fleet on several computers of which one dies, one freezes and the database restarts; the figures are printed.

    python tests/benchmarks/fleet_workers.py [--workspaces 40] [--rows 100] [--lanes 4] [--faults 0.02] [--seed 1]

Three workers, each with a folder, a state and processes of its own. At a quarter of the rows one is killed, at a half
another is frozen for 45 seconds, at 60 % the database restarts as after a power cut, at 70 % a fourth worker comes.

In the second night a tenth of the rows has another last name: at a quarter of the changes a worker is killed, at a half
another is frozen, and the database restarts. Then one workspace is undone, whose contacts must be as they were before.
Every person must then be in their workspace once, every occasion done, no key have sent more than 10 requests in any
second; the dead worker must be named within 40 seconds, and its work be taken up within 60. Exits 1 where anything is
wrong, and leaves its folder.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from importer.delivery.journal_place import USUAL_TIMES  # noqa: E402
from importer.errors import JournalError  # noqa: E402
from importer.fleet.database import initialise_fleet  # noqa: E402
from importer.fleet.engine import DbosEngine  # noqa: E402
from importer.fleet.file import read_fleet  # noqa: E402
from importer.fleet.start import start_fleet  # noqa: E402
from importer.fleet.status import fleet_status  # noqa: E402
from importer.sandbox import Fault, Sandbox  # noqa: E402
from tests.benchmarks.fleet import KINDS, RATE, arrivals, change_rows, most_in_a_second  # noqa: E402
from tests.database import Server  # noqa: E402
from tests.e2e.rig import phones, read_table  # noqa: E402
from tests.fleet.recorded_lane import sending_times  # noqa: E402
from tests.fleet.rig import FleetRig  # noqa: E402
from tests.fleet.worker_process import Machine  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.fleet.workspace import Fleet

STALE_SECONDS = USUAL_TIMES.stale
FROZEN_SECONDS = 45.0
NAMED_SECONDS, TAKEN_UP_SECONDS = 40.0, 60.0
LONGEST_SECONDS = 3600.0
DONE = "SELECT count(*) FROM openphone_import.occasions WHERE state = 'done'"
NEW_NAME = "Lovelace"
UNDONE = "w000"


@dataclass
class Trial:
    """A fleet at work, and what is done to it."""

    fleet: Fleet
    text: str
    server: Server
    services: dict[str, Sandbox]
    folder: Path
    lanes: int
    machines: dict[str, Machine] = field(default_factory=dict)

    def begin(self, name: str) -> Machine:
        """Start a computer with a worker."""
        self.machines[name] = Machine.start(self.folder / name, self.text, self.server.url, self.lanes, STALE_SECONDS)
        return self.machines[name]

    def remove(self) -> None:
        """Kill all computers."""
        for machine in self.machines.values():
            machine.remove()

    def made(self) -> int:
        """How many contacts there are."""
        return sum(len(sandbox.contacts()) for sandbox in self.services.values())

    def changed(self) -> int:
        """How many contacts have the last name of the second night."""
        contacts = [contact for sandbox in self.services.values() for contact in sandbox.contacts()]
        return sum(contact["defaultFields"]["lastName"] == NEW_NAME for contact in contacts)

    def start(self, occasion: str) -> None:
        """Queue all workspaces."""
        start_fleet(self.fleet, os.environ, lambda place: DbosEngine(place, "fleet"), occasion)

    def restart_database(self) -> None:
        """End all of its sessions as if its computer had lost its power."""
        self.server.stop(signal.SIGQUIT)
        self.server.run()

    def work_of(self, machine: Machine) -> set[str]:
        """The workspaces that a worker is at."""
        query = (
            "SELECT workspace FROM openphone_import.occasions AS occasions JOIN openphone_import.workers AS workers "
            "ON workers.id = occasions.worker WHERE state = 'running' AND pid = %s"
        )
        return {name for (name,) in self.server.rows(query, machine.pid)}

    def is_named_dead(self, machine: Machine) -> bool:
        """Whether `fleet status` says that a worker has died or is frozen."""
        with suppress(JournalError):
            workers = fleet_status(self.fleet, os.environ).workers
            return any(worker.pid == machine.pid and not worker.is_alive for worker in workers)
        return False


def seconds_until(condition: Callable[[], bool]) -> float:
    """Wait for a condition; return how long that took."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > LONGEST_SECONDS:
            raise TimeoutError
        time.sleep(0.25)
    return time.monotonic() - begun


def wrong_in(trial: Trial, rig: FleetRig) -> Counter[str]:
    """What differs between the sheets and the workspaces."""
    wrong: Counter[str] = Counter()
    for name, sandbox in trial.services.items():
        people = {row["Phone"]: row["Last Name"] for row in read_table(rig.sheets[name])}
        names = {phone: each["defaultFields"]["lastName"] for each in sandbox.contacts() for phone in phones(each)}
        wrong["wrong name"] += sum(names.get(phone) not in (None, last) for phone, last in people.items())
        found = Counter(phone for contact in sandbox.contacts() for phone in phones(contact))
        wrong["doubled"] += sum(count > 1 for count in found.values())
        wrong["lost"] += sum(phone not in found for phone in people)
        wrong["not in a sheet"] += sum(phone not in people for phone in found)
    return wrong


def fields_of(sandbox: Sandbox) -> dict[str, object]:
    """What people see of the contacts of a workspace, by their ids."""
    return {contact["id"]: (contact["defaultFields"], contact.get("customFields")) for contact in sandbox.contacts()}


def second_night(trial: Trial, rig: FleetRig, changes: int, workspaces: int) -> tuple[float, int, Counter[str]]:
    """Have the changed sheets imported while workers die; return the seconds, the images, and what is wrong."""
    before, begun = fields_of(trial.services[UNDONE]), time.monotonic()
    trial.start("night-2")
    killed, frozen = trial.begin("fifth"), trial.machines["third"]
    seconds_until(lambda: trial.changed() >= changes * 0.25)
    # With so few changes it may have come too late for any of them.
    killed.signal(signal.SIGKILL)
    seconds_until(lambda: trial.changed() >= changes * 0.5)
    frozen.signal(signal.SIGSTOP)
    trial.restart_database()
    time.sleep(FROZEN_SECONDS)
    frozen.signal(signal.SIGCONT)
    seconds_until(lambda: trial.server.rows(DONE) == [(2 * workspaces,)])
    seconds, wrong = time.monotonic() - begun, wrong_in(trial, rig)
    images = int(trial.server.rows("SELECT count(DISTINCT (journal, external_id)) FROM openphone_import.images")[0][0])
    wrong["images missing"] = changes - images
    command = (sys.executable, "-m", "importer", "undo", "--fleet", "fleet.toml", "--workspace", UNDONE, "--yes")
    environment = {**os.environ, "HOME": str(trial.folder), "PYTHONPATH": str(ROOT)}
    undo = subprocess.run(command, cwd=trial.folder, env=environment, capture_output=True, text=True, check=False)
    if undo.returncode:
        print(undo.stdout, undo.stderr, file=sys.stderr)
    wrong["undo failed"] = undo.returncode != 0
    wrong["not as before the undone night"] = fields_of(trial.services[UNDONE]) != before
    return seconds, images, wrong


def main() -> int:
    """Run the trial, print its figures; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, value in (("workspaces", 40), ("rows", 100), ("lanes", 4), ("seed", 1)):
        parser.add_argument(f"--{option}", type=int, default=value)
    parser.add_argument("--faults", type=float, default=0.02)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fleet-workers-"))
    rig = FleetRig(folder, f'rate = {RATE}\non-match = "update"', cold=True)
    server = Server.start(is_durable=True)
    os.environ["OPENPHONE_DATABASE_URL"] = server.url
    services: dict[str, Sandbox] = {}
    with ExitStack() as opened:
        opened.callback(server.remove)
        for number in range(chosen.workspaces):
            name = f"w{number:03}"
            faults = [Fault(kind, method="POST", probability=chosen.faults / len(KINDS)) for kind in KINDS]
            running = Sandbox.start(key=f"key-{name}", rate=0, latency_ms=60, faults=faults, seed=chosen.seed + number)
            services[name] = opened.enter_context(running)
            rig.add(name, services[name], f"key-{name}", chosen.rows)
        text = (folder / "fleet.toml").read_text(encoding="utf-8")
        for name in services:
            for kind in ("csv", "key"):
                text = text.replace(f'"{name}.{kind}"', f'"{folder}/{name}.{kind}"')
        text = f'database = "env:OPENPHONE_DATABASE_URL"\nshared-folders = ["{folder}"]\n{text}'
        (folder / "fleet.toml").write_text(text, encoding="utf-8")
        fleet = read_fleet(folder / "fleet.toml")
        initialise_fleet(fleet, os.environ)
        total, begun = chosen.workspaces * chosen.rows, time.monotonic()
        trial = Trial(fleet, text, server, services, folder, chosen.lanes)
        trial.start("night-1")
        opened.callback(trial.remove)
        killed, frozen, _ = (trial.begin(name) for name in ("killed", "frozen", "third"))
        seconds_until(lambda: trial.made() >= total * 0.25 and bool(trial.work_of(killed)))
        left = trial.work_of(killed)
        killed.signal(signal.SIGKILL)
        death = time.monotonic()
        named = seconds_until(lambda: trial.is_named_dead(killed))
        seconds_until(lambda: not left & trial.work_of(killed))
        taken_up = time.monotonic() - death

        seconds_until(lambda: trial.made() >= total * 0.5)
        frozen.signal(signal.SIGSTOP)
        sleep = time.monotonic()
        seconds_until(lambda: trial.made() >= total * 0.6)
        trial.restart_database()
        seconds_until(lambda: trial.made() >= total * 0.7)
        trial.begin("fourth")
        time.sleep(max(0.0, FROZEN_SECONDS - (time.monotonic() - sleep)))
        slept = time.monotonic() - sleep
        frozen.signal(signal.SIGCONT)
        seconds_until(lambda: server.rows(DONE) == [(chosen.workspaces,)])
        seconds, wrong = time.monotonic() - begun, wrong_in(trial, rig)
        changes = change_rows(rig, random.Random(chosen.seed))
        night_seconds, images, wrong_then = second_night(trial, rig, changes, chosen.workspaces)
        wrong += wrong_then
        for name in ("frozen", "third", "fourth"):
            trial.machines[name].stop()
        codes = [trial.machines[name].end() for name in ("frozen", "third", "fourth")]
        made = trial.made()
        folders = [machine.folder for machine in trial.machines.values()]
        most = Counter(most_in_a_second(arrivals(sandbox)) for sandbox in services.values())
        sent = Counter(most_in_a_second(sending_times(folders, name)) for name in services)
        again = server.rows("SELECT sum(attempt - 1), sum(failures) FROM openphone_import.occasions")[0]

    wrong["not named in time"] = named > NAMED_SECONDS
    wrong["not taken up in time"] = taken_up > TAKEN_UP_SECONDS
    wrong["workers that did not end well"] = sum(code != 0 for code in codes)
    # Not by arrival: services and workers share the processors, so a service may see bunched what was sent in time.
    wrong["keys over the pace"] = sum(count for number, count in sent.items() if number > RATE)
    cells = (
        f"{chosen.workspaces} x {chosen.rows}",
        f"3 + 1 workers x {chosen.lanes} lanes",
        f"{seconds:.0f} s",
        f"{made:,} of {total:,} made",
        *(f"{wrong[what]:,} {what}" for what in ("doubled", "lost")),
        f"named after {named:.0f} s, taken up after {taken_up:.0f} s ({len(left)} workspaces)",
        f"frozen for {slept:.0f} s",
        f"second night: {changes:,} changed, {images:,} images, in {night_seconds:.0f} s",
        f"{again[0]} given out again, {again[1]} failures",
        f"most in a second: {max(sent)} sent, {max(most)} seen to arrive",
    )
    print(f"| {' | '.join(cells)} |")
    if +wrong:
        print(f"wrong: {dict(+wrong)}, see {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
