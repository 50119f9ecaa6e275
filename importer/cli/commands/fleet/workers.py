"""`fleet start`, `fleet work`, and what a person does about one workspace while workers are at work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import command
from importer.cli.commands.fleet.app import (
    FLEET_FILE,
    FleetOption,
    FleetWithDatabase,
    Lanes,
    WorkspaceName,
    check_database,
    confirm,
    fleet,
    fleet_order,
    show_notes,
)
from importer.cli.options import SETTINGS, TASK

if TYPE_CHECKING:
    from pathlib import Path

    from importer.cli.command import CommandContext
    from importer.cli.terminal.console import Console
    from importer.fleet.control import ControlAction


@fleet.command
@command()
def start(
    context: CommandContext,
    file: FleetWithDatabase,
    /,
    *,
    occasion: Annotated[str | None, Parameter(group=TASK)] = None,
    only: Annotated[tuple[str, ...], Parameter(group=TASK, negative=(), show_default=False)] = (),
    yes: Annotated[bool, Parameter(negative=(), group=SETTINGS, show_default=False)] = False,
) -> int:
    """Queue the sheets of FILE for its workers (fleet work); the same occasion again queues nothing.

    Parameters
    ----------
    occasion
        Name of this import, such as 2026-11-28 (default: today's date); each name is queued once.
    only
        Queue only the workspaces of this name, such as acme or 'acme-*'; can be repeated.
    yes
        Ask no questions and go ahead.
    """
    from importer.fleet.file import read_fleet

    chosen = read_fleet(file)
    check_database(chosen)
    from importer.fleet.engine import DbosEngine
    from importer.fleet.start import start_fleet

    confirm(context.console, chosen, yes=yes)
    report = start_fleet(chosen, os.environ, lambda place: DbosEngine(place, chosen.name), occasion, only)
    context.console.result(report.lines())
    states = {workspace_known.workspace: workspace_known.state.value for workspace_known in report.known}
    facts = {"occasion": report.occasion, "queued": list(report.added), "known": states, "exit_code": 0}
    context.console.summary(facts)
    return 0


@fleet.command
@command()
def work(context: CommandContext, file: FleetWithDatabase, /, *, lanes: Lanes = None) -> int:
    """Import what fleet start has queued, on any number of computers at once, until it is stopped.

    Parameters
    ----------
    lanes
        How many workspaces to import at a time, each in its own process (default: four for each processor).
    """
    from importer.errors import Interrupted
    from importer.fleet.file import read_fleet

    chosen = read_fleet(file)
    check_database(chosen)
    from importer.fleet.engine import DbosEngine
    from importer.fleet.work import FleetWorker

    show_notes(context.console, chosen)
    with fleet_order(context.console, chosen, lanes, is_worker=True) as order:
        ended_well = FleetWorker(chosen, order, os.environ, lambda place: DbosEngine(place, chosen.name)).run()
    code = 0 if ended_well else Interrupted.exit_code
    context.console.result((f"Result:  {file}: this worker has stopped", f"Next:    {order.again}"))
    context.console.summary({"exit_code": code})
    return code


@fleet.command
@command()
def pause(context: CommandContext, workspace: WorkspaceName, /, *, fleet: FleetOption = FLEET_FILE) -> int:
    """Keep the workers from importing a workspace until fleet retry."""
    return _control(context.console, fleet, workspace, "pause")


@fleet.command
@command()
def retry(context: CommandContext, workspace: WorkspaceName, /, *, fleet: FleetOption = FLEET_FILE) -> int:
    """Queue a workspace again that was stopped, paused or cancelled, or has rows to correct."""
    return _control(context.console, fleet, workspace, "retry")


@fleet.command
@command()
def cancel(context: CommandContext, workspace: WorkspaceName, /, *, fleet: FleetOption = FLEET_FILE) -> int:
    """Take a workspace out of the queue; what is in the workspace already stays there."""
    return _control(context.console, fleet, workspace, "cancel")


def _control(console: Console, file: Path, workspace: str, action: ControlAction) -> int:
    from importer.fleet.file import read_fleet

    chosen = read_fleet(file)
    check_database(chosen)
    from importer.fleet.control import control
    from importer.fleet.engine import DbosEngine

    report = control(chosen, os.environ, lambda place: DbosEngine(place, chosen.name), workspace, action)
    console.result(report.lines())
    occasions = [{"occasion": queued.name, "attempt": queued.attempt} for queued in report.occasions]
    facts = {"workspace": workspace, "action": action, "occasions": occasions, "was_running": report.was_running}
    console.summary({**facts, "exit_code": 0})
    return 0
