"""The database of a fleet, in which the journals of its workspaces are."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal_place import SCHEMA, DatabasePlace, database_url
from importer.errors import SettingsError
from importer.text import counted
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.delivery.journal.postgres.setup import SchemaState
    from importer.delivery.journal.postgres.status import JournalStatus
    from importer.fleet.workspace import Fleet

SLOW_SECONDS = 0.04
"""Two commits of a contact and their waits must fit into the tenth of a second between two requests."""


def place_of(fleet: Fleet, environment: Mapping[str, str]) -> DatabasePlace:
    """Return the database of a fleet. Raises SettingsError if its file names none, or its variable is not set."""
    if fleet.database is None:
        raise SettingsError(
            f"{fleet.file} names no database, so the journal of each workspace is a file in its folder.",
            'Add a line database = "env:NAME" above [defaults], with the name of an environment variable that holds '
            "the address of the database.",
        )
    url, variable = database_url(fleet.database, environment)
    return DatabasePlace(url, fleet.file.stem, variable, times=fleet.times)


def check_database(fleet: Fleet, environment: Mapping[str, str]) -> None:
    """Raise SettingsError or JournalError if the journals of a fleet are in a database that cannot be used now."""
    if fleet.database is not None:
        from importer.delivery.journal.postgres.opening import has_journal

        has_journal(place_of(fleet, environment))


def initialise_fleet(fleet: Fleet, environment: Mapping[str, str]) -> SchemaState:
    """Make the schema of a fleet's database or bring it up to date. Raises SettingsError or JournalError."""
    place = place_of(fleet, environment)
    from importer.delivery.journal.postgres.setup import initialise
    from importer.fleet.engine import make_tables

    state = initialise(place)
    make_tables(place)
    return state


def state_lines(fleet: Fleet, state: SchemaState) -> tuple[str, ...]:
    """Return in words what was found and done."""
    done = "was made" if not state.before else "is up to date"
    if 0 < state.before < state.version:
        done = f"was brought from version {state.before} to {state.version}"
    lines = [f"Result:  the schema {SCHEMA} {done} (Postgres {state.server}, {state.seconds * 1000:.0f} ms a commit)"]
    if state.seconds > SLOW_SECONDS:
        lines.append("Note:    the database is far away or slow: a workspace will get fewer than 10 contacts a second")
    if not state.ends_sessions:
        lines.append("Note:    this role may not end sessions, so the work of a dead worker is taken up a little later")
    return (*lines, f"Next:    {PROGRAM} fleet run {shlex.quote(str(fleet.file))}")


@dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    """A workspace of a fleet and how its journal is; None if no run has opened that yet."""

    name: str
    journal: JournalStatus | None

    def words(self) -> str:
        """How it is, in words."""
        if self.journal is None:
            return "not begun yet"
        holding, last = self.journal.holding.value, _last_run(self.journal)
        if holding == "working":
            return f"at work: {self.journal.holder}, since {self.journal.since} UTC"
        if holding == "silent":
            return (
                f"{self.journal.holder} has not been heard of for {self.journal.silent_seconds:.0f} s; "
                "the next run takes over"
            )
        return f"{self.journal.holder} has died; the next run goes on" if holding == "died" else last

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready facts."""
        if self.journal is None:
            return {"workspace": self.name, "holding": "free"}
        return {
            "workspace": self.name,
            "holding": self.journal.holding.value,
            "holder": self.journal.holder,
            "since": self.journal.since,
            "silent_seconds": self.journal.silent_seconds,
            "started_at": self.journal.started_at,
            "run_exit_code": self.journal.exit_code,
            "counts": dict(self.journal.counts),
        }


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """How the workspaces of a fleet are, in the order of its file, and the last lines of the command."""

    workspaces: tuple[WorkspaceStatus, ...]
    lines: tuple[str, ...]


def fleet_status(fleet: Fleet, environment: Mapping[str, str]) -> FleetStatus:
    """Return who has the journals of a fleet. Raises SettingsError or JournalError."""
    place = place_of(fleet, environment)
    from importer.delivery.journal.postgres.status import journal_statuses

    known = journal_statuses(place, [workspace.journal_name for workspace in fleet.workspaces])
    workspaces = tuple(WorkspaceStatus(each.name, known.get(each.journal_name)) for each in fleet.workspaces)
    width = max(len(workspace.name) for workspace in workspaces)
    holdings = [each.journal.holding.value if each.journal else "free" for each in workspaces]
    counts = [f"{holdings.count(kind)} {words}" for kind, words in _COUNTED if kind in holdings]
    left = any(kind in holdings for kind in ("silent", "died"))
    step = f"{PROGRAM} fleet run {shlex.quote(str(fleet.file))}" if left else "nothing to do"
    lines = (
        *(f"  {workspace.name:<{width}}  {workspace.words()}" for workspace in workspaces),
        f"Result:  {fleet.file}: {counted(len(workspaces), 'workspace')}, {', '.join(counts)}",
        f"Next:    {step}",
    )
    return FleetStatus(workspaces, lines)


_COUNTED = (
    ("working", "at work"),
    ("silent", "not heard of"),
    ("died", "left by a worker that died"),
    ("free", "not at work"),
)


def _last_run(journal: JournalStatus) -> str:
    """How the last run of a journal ended."""
    if not journal.started_at:
        return "not begun yet"
    if journal.exit_code is None:
        return f"the run of {journal.started_at[:16]} did not come to its end"
    rows = " + ".join(f"{number:,} {status}" for status, number in journal.counts.items() if number) or "no rows"
    return f"last run {journal.started_at[:16].replace('T', ' ')} UTC: exit {journal.exit_code}, {rows}"
