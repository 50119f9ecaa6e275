"""`fleet init`, `fleet status`, `fleet results`: what is in the database of a fleet."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import Folder, command
from importer.cli.commands.fleet.app import (
    FLEET_FILE,
    FleetOption,
    FleetWithDatabase,
    WorkspaceName,
    check_database,
    fleet,
)
from importer.cli.options import TASK

if TYPE_CHECKING:
    from importer.cli.command import CommandContext

WATCH_SECONDS = 5.0


@fleet.command
@command()
def init(
    context: CommandContext,
    file: FleetWithDatabase,
    /,
    *,
    print_: Annotated[bool, Parameter(name="--print", negative=(), group=TASK, show_default=False)] = False,
) -> int:
    """Create or update the tables in the database that FILE names, and check that it can hold journals.

    Parameters
    ----------
    print_
        Only print the SQL, for an administrator to run; connects to nothing.
    """
    from importer.fleet.database import initialise_fleet, state_lines
    from importer.fleet.file import read_fleet

    chosen = read_fleet(file)
    if print_:
        from importer.fleet.database import fleet_sql

        context.console.verbatim(fleet_sql().splitlines())
        return 0
    state = initialise_fleet(chosen, os.environ)
    context.console.result(state_lines(chosen, state))
    context.console.summary({"version": state.version, "before": state.before, "server": state.server, "exit_code": 0})
    return 0


@fleet.command
@command()
def status(
    context: CommandContext,
    file: FleetWithDatabase,
    /,
    *,
    watch: Annotated[bool, Parameter(negative=(), group=TASK, show_default=False)] = False,
) -> int:
    """Show who is at work on which workspace of FILE, which workers have died, and what needs a person.

    Parameters
    ----------
    watch
        Show the status again every 5 seconds while anything is queued or under way; Ctrl-C ends it.
    """
    import time

    from importer.fleet.file import read_fleet

    chosen = read_fleet(file)
    check_database(chosen)
    from importer.fleet.status import fleet_status

    report = fleet_status(chosen, os.environ)
    # Ctrl-C is how a person ends it.
    with suppress(KeyboardInterrupt):
        while watch and report.is_open:
            context.console.result((*report.lines(), ""))
            time.sleep(WATCH_SECONDS)
            report = fleet_status(chosen, os.environ)
        context.console.result(report.lines())
    context.console.summary(report.as_dict())
    return 0


@fleet.command
@command()
def results(
    context: CommandContext, workspace: WorkspaceName, folder: Folder, /, *, fleet: FleetOption = FLEET_FILE
) -> int:
    """Write id_map.csv, problems.csv and summary.json of a workspace once more, from its journal in the database.

    Parameters
    ----------
    folder
        The folder to write them to; it is created if it does not exist.
    """
    from importer.fleet.file import read_fleet
    from importer.pipeline.history.results import REMADE, write_results
    from importer.report.fleet import results_step, rows_in_words

    chosen = read_fleet(fleet)
    check_database(chosen)
    from importer.fleet.control import journal_place

    summary = write_results(journal_place(chosen, os.environ, workspace), folder)
    lines = (
        f"Result:  {workspace}: {rows_in_words(summary)}",
        f"Next:    {results_step(summary, fleet)}",
        f"Files:   {folder}/  {' '.join(REMADE)}",
    )
    context.console.result(lines)
    facts = {"workspace": workspace, "out": str(folder), "files": list(REMADE), "run_id": summary.run_id}
    context.console.summary({**facts, "exit_code": 0})
    return 0
