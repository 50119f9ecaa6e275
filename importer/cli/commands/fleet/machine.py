"""`fleet run`, `fleet check`, `fleet adopt`: all workspaces of a fleet on this computer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import Folder, command
from importer.cli.commands.fleet.app import (
    FLEET_FILE,
    FleetFile,
    FleetOption,
    Lanes,
    confirm,
    fleet,
    fleet_order,
    show_notes,
)
from importer.cli.options import SETTINGS
from importer.shell import shell_quote

if TYPE_CHECKING:
    from importer.cli.command import CommandContext
    from importer.cli.terminal.console import Console
    from importer.fleet.run import FleetReport


@fleet.command
@command()
def run(
    context: CommandContext,
    file: FleetFile,
    /,
    *,
    lanes: Lanes = None,
    yes: Annotated[bool, Parameter(negative=(), group=SETTINGS, show_default=False)] = False,
) -> int:
    """Import every sheet of FILE into its workspace; running it again goes on and does nothing twice.

    Parameters
    ----------
    file
        The fleet's file, such as fleet.toml (openphone-import guide fleet describes it).
    lanes
        How many workspaces to import at a time, each in its own process (default: four for each processor).
    yes
        Ask no questions and go ahead, for example under a scheduler.
    """
    from importer.fleet.file import read_fleet
    from importer.fleet.run import run_fleet, stopped_by

    chosen = read_fleet(file)
    show_notes(context.console, chosen)
    confirm(context.console, chosen, yes=yes)
    with fleet_order(context.console, chosen, lanes) as order:
        report = run_fleet(chosen, order, os.environ)
    stopped = stopped_by(report, order.stop_requests())
    if stopped is not None:
        context.console.error(stopped.message, stopped.next_step, report.summary.exit_code)
    return _print(context.console, report)


@fleet.command
@command()
def check(context: CommandContext, file: FleetFile, /, *, lanes: Lanes = None) -> int:
    """Check every sheet, mapping and key of FILE; sends nothing.

    Parameters
    ----------
    file
        The fleet's file, such as fleet.toml.
    lanes
        How many sheets to check at a time, each in its own process (default: four for each processor).
    """
    from importer.errors import CannotStart
    from importer.fleet.file import correct_step, read_fleet, survey_fleet
    from importer.fleet.run import check_fleet

    chosen, mistakes = survey_fleet(file)
    if not chosen.workspaces:
        # Nothing in it can be checked, so its mistakes are all there is to say.
        read_fleet(file)
    show_notes(context.console, chosen)
    with fleet_order(context.console, chosen, lanes) as order:
        report = check_fleet(chosen, order, os.environ, mistakes)
    if report.summary.mistakes:
        context.console.error(" ".join(report.summary.mistakes), correct_step(file), CannotStart.exit_code)
    return _print(context.console, report)


@fleet.command
@command()
def adopt(
    context: CommandContext,
    folder: Folder,
    /,
    *,
    fleet: FleetOption = FLEET_FILE,
    workspace: Annotated[str | None, Parameter(group=SETTINGS)] = None,
) -> int:
    """Move the results of a single import into a fleet, whose workspace then goes on with them.

    Parameters
    ----------
    folder
        The folder of the results, such as customers.import, with its journal.
    workspace
        The workspace that goes on with it (default: the workspace that imports the same sheet).
    """
    from importer.fleet.adopt import adopt as take_over
    from importer.fleet.file import read_fleet
    from importer.library import row_counts, runs
    from importer.text import counted
    from importer.version import PROGRAM

    console = context.console
    adoption = take_over(folder, read_fleet(fleet), workspace, os.environ)
    name, out = adoption.workspace.name, adoption.workspace.out
    for warning in adoption.warnings:
        console.note(warning, warning=True)
    if adoption.former is not None:
        console.note(f"What lay in {out} is kept in {adoption.former}.")
    past, rows = runs(out), sum(row_counts(out).values())
    result = f"Result:  {out} has the journal of {name}: {counted(len(past), 'run')}, {counted(rows, 'row')}"
    console.result((result, f"Next:    {PROGRAM} fleet check {shell_quote(str(fleet))}"))
    console.summary({"name": name, "out": str(out), "runs": len(past), "exit_code": 0})
    return 0


def _print(console: Console, report: FleetReport) -> int:
    from importer.report.fleet import fleet_lines

    console.result(fleet_lines(report.summary, report.closing))
    console.summary(report.summary.as_dict())
    return report.summary.exit_code
