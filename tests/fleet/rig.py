"""A fleet over real services on loopback: one sandbox a key, one sheet a workspace, the command as a real process."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.e2e.process import Process
from tests.e2e.rig import read_table, write_people
from tests.warm_lanes import fork_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.e2e.process import Done

STATUSES = ("created", "updated", "unchanged", "skipped", "duplicate", "rejected", "conflict", "unfinished")
LONGEST_SECONDS = 60.0


@dataclass
class FleetRig:
    """A folder with fleet.toml, sheets and keys; `entries` are the workspaces added so far.

    `database`: the address of the one in which its journals are; "" for files. `cold`: its commands and their lanes
    have nothing loaded before they begin.
    """

    folder: Path
    defaults: str = ""
    database: str = ""
    entries: list[str] = field(default_factory=list)
    sheets: dict[str, Path] = field(default_factory=dict)
    cold: bool = False

    @property
    def results(self) -> Path:
        """Where the results of all are."""
        return self.folder / "fleet.results"

    def add(self, name: str, sandbox: Sandbox | str, key: str, rows: int, *more: str) -> None:
        """A workspace behind `sandbox`, or at its address, with a sheet of people that no other one has.

        `more` are lines of its entry.
        """
        first = 1000 * len(self.entries)
        self.sheets[name] = write_people(self.folder / f"{name}.csv", rows, first)
        (self.folder / f"{name}.key").write_text(f"{key}\n", encoding="utf-8")
        lines = (f'name = "{name}"', f'sheet = "{name}.csv"', f'api-key-file = "{name}.key"')
        address = sandbox if isinstance(sandbox, str) else sandbox.url
        self.entries.append("\n".join(("[[workspace]]", *lines, f'base-url = "{address}"', *more)))
        # A name that no other fleet in the database has.
        stored = (f'name = "{self.folder.name}"', 'database = "env:OPENPHONE_DATABASE_URL"') if self.database else ()
        text = "\n\n".join((*stored, f"[defaults]\n{self.defaults}", *self.entries))
        (self.folder / "fleet.toml").write_text(f"{text}\n", encoding="utf-8")

    def start_recorded(self, lanes: int) -> Process:
        """Start the same with `--json` in a process whose lanes note when their requests leave (`recorded_lane`)."""
        variables = {"OPENPHONE_DATABASE_URL": self.database}
        words, home = ("fleet.toml", str(lanes)), self.folder / "home"
        module = "tests.fleet.recorded_fleet"
        return Process(words, self.folder, home, cold=True, variables=variables, module=module)

    def start(self, *options: str, command: str = "run") -> Process:
        """Start `fleet run`."""
        yes = ("--yes",) if command == "run" else ()
        arguments = ("fleet", command, "fleet.toml", *yes, *options)
        variables = {"OPENPHONE_DATABASE_URL": self.database}
        home, prepare = self.folder / "home", None if self.cold else fork_ahead
        return Process(arguments, self.folder, home, cold=self.cold, prepare=prepare, variables=variables)

    def run(self, *options: str, command: str = "run") -> Done:
        """Run to the end."""
        return self.start(*options, command=command).end()

    def summary(self) -> dict[str, Any]:
        """The figures of the last run, which balance: each workspace's and their sum."""
        document: dict[str, Any] = json.loads((self.results / "fleet.json").read_text(encoding="utf-8"))
        for figures in (document, *document["workspaces"]):
            assert figures["rows"] == sum(figures[status] for status in STATUSES), figures
        for name in ("rows", *STATUSES, "requests", "retries", "warnings", "rate_limited"):
            assert document[name] == sum(workspace[name] for workspace in document["workspaces"]), name
        assert document["exit_code"] == max(workspace["exit_code"] for workspace in document["workspaces"])
        return document

    def workspace(self, name: str) -> dict[str, Any]:
        """The figures of one workspace in the last run."""
        (figures,) = (entry for entry in self.summary()["workspaces"] if entry["name"] == name)
        return dict(figures)

    def lane(self, name: str) -> int:
        """The process that has the journal of a workspace open."""
        journal = self.results / name / "journal.sqlite"
        with closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            (holder,) = connection.execute("SELECT value FROM meta WHERE name = 'holder'").fetchone()
        return int(json.loads(holder)["pid"])

    def people(self, names: Sequence[str] | None = None) -> list[str]:
        """The phones of all sheets, or of some."""
        return [row["Phone"] for name in names or self.sheets for row in read_table(self.sheets[name])]


def is_over(pid: int) -> bool:
    """Whether a process ends within the time that the slowest machine needs."""
    until = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def events_of(output: str, name: str) -> list[dict[str, Any]]:
    """The events of a name in the output of `--json`."""
    events = [json.loads(line) for line in output.splitlines() if line.endswith("}")]
    return [event for event in events if event["event"] == name]
