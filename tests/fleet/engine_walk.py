"""Random walks of whole workers, each with its processes and the real queue: they die, freeze, wake, lose the database.

What happened is noted by triggers in the database, so that no process has to live to tell of it.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from importer.delivery.journal_place import DatabasePlace
from importer.errors import SettingsError
from importer.fleet.control import control
from importer.fleet.engine import DbosEngine, make_tables
from importer.fleet.file import read_fleet
from importer.fleet.start import start_fleet
from importer.sandbox import Sandbox
from tests.e2e.rig import phones, write_people
from tests.fleet.engine_walk_notes import ALIVE, ATTEMPTS, LATE, LEFT, MOVE_FENCE, NOTES, OPEN
from tests.fleet.recorded_lane import sending_times
from tests.fleet.worker_process import Machine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.database import Server

NAME = "walk"
WORKSPACES = {"acme": "one", "bolt": "one", "cyan": "two"}
"""Each with the name of its key; two share one."""
HOLDS: tuple[Literal["pause", "cancel"], ...] = ("pause", "cancel")
RATE, ROWS, LANES = 10, 20, 2
STALE_SECONDS = 3.0
MOST_ALIVE = 3
IN_TIME_SECONDS = 30.0
"""After so long a dead worker is named, and its work with another one that has had a free lane."""
LONGEST_SECONDS = 180.0
FENCE_SECONDS = 15.0
"""How long a step waits for a lane whose fence it can move."""


@dataclass
class EngineWalk:
    """A fleet of three workspaces and its computers; `steps` are what was done to them, `figures` how often what."""

    folder: Path
    server: Server
    dice: random.Random
    machines: list[Machine] = field(default_factory=list)
    frozen: list[Machine] = field(default_factory=list)
    dead: dict[int, float] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    occasions: list[str] = field(default_factory=list)
    cancelled: set[tuple[str, str]] = field(default_factory=set)
    steps: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> EngineWalk:
        self._opened = ExitStack()
        self.services = {
            key: self._opened.enter_context(Sandbox.start(key=f"key-{key}", rate=0, latency_ms=30))
            for key in {*WORKSPACES.values()}
        }
        entries = []
        for name, key in WORKSPACES.items():
            (self.folder / f"{name}.key").write_text(f"key-{key}\n", encoding="utf-8")
            lines = (
                f'name = "{name}"',
                f'sheet = "{self.folder}/{name}.csv"',
                f'base-url = "{self.services[key].url}"',
            )
            entries.append("\n".join(("[[workspace]]", *lines, f'api-key-file = "{self.folder}/{name}.key"')))
        top = f'database = "env:OPENPHONE_DATABASE_URL"\nshared-folders = ["{self.folder}"]'
        self.text = "\n".join((top, f"[defaults]\nrate = {RATE}\nyes = true", *entries))
        file = self.folder / f"{NAME}.toml"
        file.write_text(self.text, encoding="utf-8")
        make_tables(DatabasePlace(self.server.url, NAME))
        self.server.rows(NOTES)
        self.fleet = read_fleet(file)
        return self

    def __exit__(self, *_reason: object) -> None:
        for machine in self.machines:
            machine.remove()
        self._opened.close()

    # What may happen.

    def begin_worker(self) -> None:
        """A computer more."""
        if len(self.living()) < MOST_ALIVE:
            folder = self.folder / f"machine-{len(self.machines)}"
            machine = Machine.start(folder, self.text, self.server.url, LANES, STALE_SECONDS, fleet=NAME)
            self.machines.append(machine)

    def begin_occasion(self) -> None:
        """The next night, with longer sheets, queued twice."""
        self.occasions.append(f"night-{len(self.occasions) + 1}")
        for place, name in enumerate(WORKSPACES):
            self.rows[name] += ROWS
            write_people(self.folder / f"{name}.csv", self.rows[name], 1000 * place)
        assert self._start() == tuple(WORKSPACES)
        assert self._start() == ()

    def begin_again(self) -> None:
        """The same night once more, whatever has become of it."""
        if self.occasions:
            assert self._start() == ()

    def die(self) -> None:
        """A computer loses its power, if possible in the middle of its work."""
        for machine in self._some(self.awake()):
            machine.signal(signal.SIGKILL)
            machine.process.join()
            self.dead[machine.pid] = time.monotonic()

    def freeze(self) -> None:
        """A computer falls asleep."""
        for machine in self._some(self.awake()):
            machine.signal(signal.SIGSTOP)
            self.frozen.append(machine)

    def wake(self) -> None:
        """A computer goes on where it was, whether or not another one is at its work by now."""
        for machine in self.frozen[:1]:
            self.frozen.remove(machine)
            machine.signal(signal.SIGCONT)

    def restart_database(self) -> None:
        """The server loses its power, and with it all sessions."""
        self.server.stop(signal.SIGQUIT)
        time.sleep(self.dice.random())
        self.server.run()
        # Until then no worker can do its duty.
        self.dead = dict.fromkeys(self.dead, time.monotonic())

    def move_fence(self) -> None:
        """The lock of a journal is lost, and another worker counts as its holder, while its session goes on."""
        until = time.monotonic() + FENCE_SECONDS
        moved: list[tuple[object, ...]] = []
        while not moved and time.monotonic() < until:
            time.sleep(0.1)
            if self.server.rows(OPEN) == [(0,)]:
                self.begin_occasion()
            # One that is nearly done would end before it looked.
            early = [name for name in WORKSPACES if self.rows[name] - self.made(name) >= ROWS / 2]
            moved = [line for name in early for line in self.server.rows(MOVE_FENCE, name)]
        self.figures["fences moved"] += len(moved)

    def hold_and_retry(self) -> None:
        """A person pauses a workspace, or takes it out of the queue, and puts it back."""
        name, action = self.dice.choice(list(WORKSPACES)), self.dice.choice(HOLDS)
        # Done, or not begun: there is nothing to hold.
        with suppress(SettingsError):
            held = control(self.fleet, os.environ, self._engine, name, action).occasions
            self.cancelled |= {(name, occasion.name) for occasion in held if action == "cancel"}
            self._sleep()
            if action == "pause" or (name, self.occasions[-1]) in self.cancelled:
                again = control(self.fleet, os.environ, self._engine, name, "retry").occasions
                self.cancelled -= {(name, occasion.name) for occasion in again}

    def take(self, count: int) -> None:
        """Take so many steps, those of each kind first; what holds at any time is looked at after each."""
        self.begin_worker()
        self.begin_worker()
        self.begin_occasion()
        self._until(lambda: self.made() > 0)
        kinds = {
            self.begin_worker: 2, self.begin_occasion: 1, self.begin_again: 1, self.die: 3, self.freeze: 3,
            self.wake: 3, self.restart_database: 2, self.move_fence: 3, self.hold_and_retry: 2,
        }  # fmt: skip
        once = self.dice.sample(list(kinds), len(kinds))
        for step in (*once, *self.dice.choices(list(kinds), list(kinds.values()), k=count))[:count]:
            if self.server.rows(OPEN) == [(0,)]:
                self.begin_occasion()
            self.steps.append(step.__name__)
            self.figures[step.__name__] += 1
            step()
            self._sleep()
            self.check()

    # What must hold.

    def living(self) -> list[Machine]:
        """The computers that are not dead, of which some are frozen."""
        return [machine for machine in self.machines if machine.pid not in self.dead]

    def awake(self) -> list[Machine]:
        """The computers that can do anything now."""
        return [machine for machine in self.living() if machine not in self.frozen]

    def made(self, workspace: str = "") -> int:
        """How many contacts there are, or how many of those are in the sheet of a workspace."""
        names = [
            each["defaultFields"]["firstName"] for service in self.services.values() for each in service.contacts()
        ]
        place = list(WORKSPACES).index(workspace) if workspace else None
        return sum(place is None or int(name.removeprefix("Ada")) // 1000 == place for name in names)

    def restart(self) -> None:
        """Start workers again that found no database when they began, as a service manager does."""
        for place, machine in enumerate(self.machines):
            if machine.pid not in self.dead and machine.has_ended and not machine.events("note"):
                self.figures["started again"] += 1
                again = self.folder / f"machine-{place}-{self.figures['started again']}"
                self.machines[place] = Machine.start(
                    again, self.text, self.server.url, LANES, STALE_SECONDS, fleet=NAME
                )

    def check(self) -> None:
        """At any time: each contact is there once, no occasion done twice, and the work of the dead is taken up."""
        self.restart()
        for sandbox in self.services.values():
            contacts = sandbox.contacts()
            assert max(Counter(phone for each in contacts for phone in phones(each)).values(), default=1) == 1
            made = Counter(exchange.external_id for exchange in sandbox.requests() if exchange.status == 201)
            assert {*made.values()} <= {1}, made
        ends = Counter(self.server.rows("SELECT workspace, occasion FROM walk_ends"))
        assert {*ends.values()} <= {1}, ends
        assert self.server.rows(LATE) == [], "a journal was written to after its fence was moved"
        long_ago = time.monotonic() - IN_TIME_SECONDS
        late = {pid for pid, moment in self.dead.items() if moment < long_ago}
        alive = {pid for (pid,) in self.server.rows(ALIVE, NAME, STALE_SECONDS)}
        assert not late & alive, "a dead worker is not named as one"
        if self.awake():
            left = [line for line in self.server.rows(LEFT) if line[0] in late]
            assert left == [], "the work of dead workers was not taken up"

    def rest(self) -> None:
        """Let all go on to the end; see that every row is there once, each occasion done, and no key was too fast."""
        while self.frozen:
            self.wake()
        if not self.awake():
            self.begin_worker()
        self._until(
            lambda: self.server.rows(OPEN) == [(0,)] and all(machine.events("note") for machine in self.awake())
        )
        for machine in self.awake():
            machine.stop()
        for machine in self.awake():
            assert machine.end() == 0, (machine.folder / "err").read_text(encoding="utf-8")
        self.check()
        ends = self.server.rows("SELECT workspace, occasion FROM walk_ends")
        wanted = {(name, night) for name in WORKSPACES for night in self.occasions} - self.cancelled
        assert Counter(ends) == Counter(wanted), (sorted(ends), self.cancelled)
        assert self.made() == sum(self.rows.values())
        attempts = {(name, night): count for name, night, count in self.server.rows(ATTEMPTS)}
        for name, night, attempt in self.server.rows("SELECT workspace, occasion, attempt FROM walk_fences"):
            assert attempts[name, night] > attempt, f"{name} went on after its fence was moved"
        folders = [machine.folder for machine in self.machines]
        for key in self.services:
            names = [name for name, its_key in WORKSPACES.items() if its_key == key]
            times = sorted(moment for name in names for moment in sending_times(folders, name))
            most = max(sum(begin <= moment < begin + 1 for moment in times) for begin in times)
            assert most <= RATE, f"{most} requests in a second with one key"
            self.figures["most in a second"] = max(self.figures["most in a second"], most)
        self.figures.update(contacts=self.made(), attempts=sum(attempts.values()), occasions=len(attempts), walks=1)

    def _until(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + LONGEST_SECONDS
        while not condition():
            assert time.monotonic() < until, (self.steps, self.server.rows("TABLE openphone_import.occasions"))
            self.check()
            time.sleep(0.25)

    def _start(self) -> tuple[str, ...]:
        return start_fleet(self.fleet, os.environ, self._engine, self.occasions[-1]).added

    def _engine(self, place: DatabasePlace) -> DbosEngine:
        return DbosEngine(place, NAME)

    def _sleep(self) -> None:
        time.sleep(2 * self.dice.random())

    def _some(self, machines: Sequence[Machine]) -> list[Machine]:
        """One of the computers that are at work, or one of all; none if that would leave none."""
        at_work = {line[0] for line in self.server.rows(LEFT)}
        machines = [machine for machine in machines if machine.pid in at_work] or list(machines)
        return [self.dice.choice(machines)] if machines and len(self.awake()) > 1 else []


def walk(folder: Path, server: Server, seed: int, steps: int) -> Counter[str]:
    """Take a walk; returns how often what has happened. An error says which steps led to it."""
    with EngineWalk(folder, server, random.Random(seed)) as fleet:
        try:
            fleet.take(steps)
            fleet.rest()
        except BaseException as error:
            error.add_note(f"seed {seed}, after {' '.join(fleet.steps)}")
            raise
        return fleet.figures
