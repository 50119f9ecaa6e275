"""The database of a fleet, in which the journals of its workspaces are."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.delivery.journal_place import ENGINE_SUFFIX, SCHEMA, DatabasePlace, database_url
from importer.errors import CannotStart, SettingsError
from importer.fleet.workspace import SANDBOX_ENDING
from importer.shell import shell_quote
from importer.text import listed
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from importer.delivery.journal.postgres.setup import SchemaState
    from importer.fleet.workspace import Fleet, FleetWorkspace

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
    return DatabasePlace(url, fleet.name, variable, times=fleet.times, file=shell_quote(str(fleet.file)))


def refuse_namesake(fleet: Fleet, environment: Mapping[str, str]) -> None:
    """Raise SettingsError if another fleet of the same name is in the database, as far as it can be reached.

    Whatever needs the database reports itself why it cannot be used.
    """
    try:
        place = place_of(fleet, environment)
        from importer.delivery.journal.postgres.status import workspaces_of_fleet

        workspaces = workspaces_of_fleet(place)
    except CannotStart:
        return
    _refuse_namesake(fleet, place, workspaces)


def checked_place(fleet: Fleet, environment: Mapping[str, str]) -> DatabasePlace:
    """Return the database of a fleet after checking it.

    Raises SettingsError, also where another fleet of the same name is in it, or JournalError if it cannot be used now.
    """
    place = place_of(fleet, environment)
    from importer.delivery.journal.postgres.status import workspaces_of_fleet

    _refuse_namesake(fleet, place, workspaces_of_fleet(place))
    return place


def _refuse_namesake(fleet: Fleet, place: DatabasePlace, workspaces: Collection[str]) -> None:
    names_of_fleet = {name for workspace in fleet.workspaces for name in (workspace.name, *workspace.aliases)}
    # A workspace may be called that, too.
    endings = {name: name.removesuffix(SANDBOX_ENDING) for name in workspaces}
    if endings and names_of_fleet.isdisjoint({*endings, *endings.values()}):
        free = re.sub(r"[^\w-]+", "-", fleet.name[:60]).strip("-") or "fleet"
        raise SettingsError(
            f"In the database of {place.variable} there is another fleet called {fleet.name!r}, with the workspaces "
            f"{listed(sorted({*endings.values()}))}: none of them is in {fleet.file}. Each fleet "
            "would take over the work of the other.",
            f'Give this fleet a name of its own, such as name = "{free}-2" at the top of {fleet.file}, and run the '
            "command again. If it is the same fleet with a workspace renamed, add the former name to that workspace "
            'instead, such as aliases = ["acme"].',
        )


def with_journals(fleet: Fleet, environment: Mapping[str, str]) -> Fleet:
    """Return a fleet whose renamed workspaces have the journals of their former names, on every computer.

    Raises SettingsError or JournalError if the journals are in a database that cannot be used now.
    """
    if fleet.database is None:
        return fleet
    place = checked_place(fleet, environment)
    if not any(workspace.aliases for workspace in fleet.workspaces):
        return fleet
    from importer.delivery.journal.postgres.status import journal_names

    names_there = journal_names(place)
    return replace(fleet, workspaces=tuple(workspace.with_journal(names_there) for workspace in fleet.workspaces))


def with_journal(workspace: FleetWorkspace, environment: Mapping[str, str]) -> FleetWorkspace:
    """Return a single workspace in the same way, unless that was done already. Raises SettingsError or JournalError."""
    if workspace.database is None or not workspace.aliases or workspace.unmade is not None:
        return workspace
    url, variable = database_url(workspace.database, environment)
    from importer.delivery.journal.postgres.status import journal_names

    place = DatabasePlace(url, workspace.fleet, variable, file=shell_quote(str(workspace.file)))
    return workspace.with_journal(journal_names(place))


def initialise_fleet(fleet: Fleet, environment: Mapping[str, str]) -> SchemaState:
    """Make the schema of a fleet's database or bring it up to date.

    Raises SettingsError, also where another fleet of the same name is in it, or JournalError.
    """
    place = place_of(fleet, environment)
    from importer.delivery.journal.postgres.setup import initialise
    from importer.fleet.engine import make_tables

    state = initialise(place)
    make_tables(place)
    checked_place(fleet, environment)
    return state


def fleet_sql() -> str:
    """Return all SQL by which `initialise_fleet` makes what is not there, for psql: the journals', then the queue's."""
    from importer.delivery.journal.postgres.setup import schema_sql
    from importer.fleet.engine import tables_sql

    queue = f"-- The queue of fleet start and fleet work, in the schema {SCHEMA + ENGINE_SUFFIX}."
    return f"{schema_sql()}\n{queue}\n{tables_sql(SCHEMA + ENGINE_SUFFIX)}"


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
    return (*lines, f"Next:    {PROGRAM} fleet run {shell_quote(str(fleet.file))}")
