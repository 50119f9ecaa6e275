"""`openphone-import fleet ...`: many sheets into many workspaces."""

from __future__ import annotations

import os
import shlex
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Group, Parameter
from cyclopts.validators import Number

from importer.cli.command import Folder, command, command_line
from importer.cli.options import DELIVERY, OUTPUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.cli.command import CommandContext
    from importer.cli.terminal.console import Console
    from importer.fleet.run import FleetOrder, FleetReport
    from importer.fleet.workspace import Fleet

MOST_LANES = 500
WATCH_SECONDS = 5.0
_QUEUE_SQL = (
    "-- fleet start and fleet work also need the tables of their queue, whose SQL this prints:",
    "-- dbos migrate --schema openphone_import_queue --print-migrations all",
)
FLEET_FILE = Path("fleet.toml")

# Without a group of their own its commands would stand in one of the program's.
fleet = App("fleet", group_commands=Group("Commands"))

FleetFile = Annotated[Path, Parameter(allow_leading_hyphen=True)]
Lanes = Annotated[int | None, Parameter(group=DELIVERY, validator=Number(gte=1, lte=MOST_LANES))]


@fleet.command
@command()
def run(
    context: CommandContext,
    file: FleetFile,
    /,
    *,
    lanes: Lanes = None,
    yes: Annotated[bool, Parameter(negative=(), group=OUTPUT)] = False,
) -> int:
    """Import every sheet of FILE into its workspace; running it again goes on and does nothing twice.

    Parameters
    ----------
    file
        The fleet's file, such as fleet.toml (openphone-import guide fleet describes it).
    lanes
        How many workspaces at a time, each in a process of its own (default: four for each processor).
    yes
        Ask no questions.
    """
    from importer.fleet.file import read_fleet
    from importer.fleet.run import run_fleet, stopped_by

    chosen = read_fleet(file)
    _show_notes(context.console, chosen)
    _confirm(context.console, chosen, yes=yes)
    with _order(context.console, chosen, lanes) as order:
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
        How many sheets at a time, each in a process of its own (default: four for each processor).
    """
    from importer.errors import CannotStart
    from importer.fleet.file import correct_step, read_fleet, survey_fleet
    from importer.fleet.run import check_fleet

    chosen, mistakes = survey_fleet(file)
    if not chosen.workspaces:
        # Nothing in it can be checked, so its mistakes are all there is to say.
        read_fleet(file)
    _show_notes(context.console, chosen)
    with _order(context.console, chosen, lanes) as order:
        report = check_fleet(chosen, order, os.environ, mistakes)
    if report.summary.mistakes:
        context.console.error(" ".join(report.summary.mistakes), correct_step(file), CannotStart.exit_code)
    return _print(context.console, report)


@fleet.command
@command()
def init(
    context: CommandContext,
    file: FleetFile,
    /,
    *,
    print_: Annotated[bool, Parameter(name="--print", negative=(), group=OUTPUT)] = False,
) -> int:
    """Make the tables in the database that FILE names, or bring them up to date, and see that it can hold journals.

    Parameters
    ----------
    file
        The fleet's file, such as fleet.toml, with a line database = "env:NAME".
    print_
        Only show the SQL, for an administrator to run; connects to nothing.
    """
    from importer.fleet.database import initialise_fleet, state_lines
    from importer.fleet.file import read_fleet

    chosen = read_fleet(file)
    if print_:
        from importer.delivery.journal.postgres.setup import schema_sql

        context.console.verbatim((*schema_sql().splitlines(), *_QUEUE_SQL))
        return 0
    state = initialise_fleet(chosen, os.environ)
    context.console.result(state_lines(chosen, state))
    context.console.summary({"version": state.version, "before": state.before, "server": state.server, "exit_code": 0})
    return 0


@fleet.command
@command()
def start(
    context: CommandContext,
    file: FleetFile,
    /,
    *,
    occasion: Annotated[str | None, Parameter(group=DELIVERY)] = None,
    only: Annotated[tuple[str, ...], Parameter(group=DELIVERY, negative=())] = (),
    yes: Annotated[bool, Parameter(negative=(), group=OUTPUT)] = False,
) -> int:
    """Queue the sheets of FILE for its workers (fleet work); the same occasion twice queues nothing.

    Parameters
    ----------
    file
        The fleet's file, such as fleet.toml, with a line database = "env:NAME".
    occasion
        What this import is called, such as 2026-11-28 (default: the day).
    only
        Queue the workspaces of this name alone, such as acme or 'acme-*'; may be given several times.
    yes
        Ask no questions.
    """
    from importer.fleet.engine import DbosEngine
    from importer.fleet.file import read_fleet
    from importer.fleet.start import start_fleet

    chosen = read_fleet(file)
    _confirm(context.console, chosen, yes=yes)
    report = start_fleet(chosen, os.environ, lambda place: DbosEngine(place, file.stem), occasion, only)
    context.console.result(report.lines())
    known = {each.workspace: each.state.value for each in report.known}
    facts = {"occasion": report.occasion, "queued": list(report.added), "known": known, "exit_code": 0}
    context.console.summary(facts)
    return 0


@fleet.command
@command()
def work(context: CommandContext, file: FleetFile, /, *, lanes: Lanes = None) -> int:
    """Import what fleet start has queued, on any number of computers at once, until it is stopped.

    Parameters
    ----------
    file
        The fleet's file, such as fleet.toml, with a line database = "env:NAME".
    lanes
        How many workspaces at a time, each in a process of its own (default: four for each processor).
    """
    from importer.errors import Interrupted
    from importer.fleet.engine import DbosEngine
    from importer.fleet.file import read_fleet
    from importer.fleet.work import FleetWorker

    chosen = read_fleet(file)
    _show_notes(context.console, chosen)
    with _order(context.console, chosen, lanes) as order:
        ended_well = FleetWorker(chosen, order, os.environ, lambda place: DbosEngine(place, file.stem)).run()
    code = 0 if ended_well else Interrupted.exit_code
    context.console.result((f"Result:  {file}: this worker has stopped", f"Next:    {order.again}"))
    context.console.summary({"exit_code": code})
    return code


@fleet.command
@command()
def status(
    context: CommandContext,
    file: FleetFile,
    /,
    *,
    watch: Annotated[bool, Parameter(negative=(), group=OUTPUT)] = False,
) -> int:
    """Show who is at work on which workspace of FILE, which workers have died, and what needs a person.

    Parameters
    ----------
    file
        The fleet's file, such as fleet.toml, with a line database = "env:NAME".
    watch
        Show it again every 5 seconds, for as long as anything is queued or under way.
    """
    import time

    from importer.fleet.file import read_fleet

    chosen = read_fleet(file)
    # Made sure first that there is a database, and what it needs.
    from importer.fleet.database import place_of

    place_of(chosen, os.environ)
    from importer.fleet.status import fleet_status

    report = fleet_status(chosen, os.environ)
    while watch and report.is_open:
        context.console.result((*report.lines(), ""))
        time.sleep(WATCH_SECONDS)
        report = fleet_status(chosen, os.environ)
    context.console.result(report.lines())
    context.console.summary(report.as_dict())
    return 0


@fleet.command
@command()
def adopt(
    context: CommandContext,
    folder: Folder,
    /,
    *,
    fleet: Annotated[Path, Parameter(group=OUTPUT)] = FLEET_FILE,
    workspace: Annotated[str | None, Parameter(group=OUTPUT)] = None,
) -> int:
    """Move the results of an import that was run alone to where its workspace has them, so that the fleet goes on.

    Parameters
    ----------
    folder
        The folder of the results, such as customers.import, with its journal.
    fleet
        The fleet's file.
    workspace
        Whose it is (default: the one that imports the folder's sheet).
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
    console.result((result, f"Next:    {PROGRAM} fleet check {shlex.quote(str(fleet))}"))
    console.summary({"name": name, "out": str(out), "runs": len(past), "exit_code": 0})
    return 0


def _show_notes(console: Console, chosen: Fleet) -> None:
    for note in chosen.notes:
        console.note(note, warning=True)


def _confirm(console: Console, chosen: Fleet, *, yes: bool) -> None:
    """Ask once before the first write to real workspaces. Raises SettingsError without a terminal, or Declined."""
    from importer.errors import Declined, SettingsError
    from importer.text import counted

    real = [each.name for each in chosen.workspaces if not each.says("sandbox")]
    if yes or not [each for each in chosen.workspaces if not (each.says("sandbox") or each.says("yes"))]:
        return
    if not console.is_interactive:
        raise SettingsError(
            f"This would write to {counted(len(real), 'real workspace')}, and there is no terminal to ask for "
            "confirmation.",
            "Add --yes to go ahead without questions (or yes = true under [defaults]), or sandbox = true to rehearse.",
        )
    names = ", ".join(real[:5]) + (f" and {len(real) - 5} more" if len(real) > 5 else "")
    answer = console.ask(f"Import into {counted(len(real), 'real workspace')} ({names})? [y/N] ")
    if answer.lower() not in {"y", "yes"}:
        raise Declined("Nothing was sent, as you said.", "Run again when you are ready.")


@contextmanager
def _order(console: Console, chosen: Fleet, lanes: int | None) -> Iterator[FleetOrder]:
    """What to do and how to tell of it, while signals ask the lanes to stop."""
    from importer.cli.lane import MODULES, run_lane
    from importer.cli.signals import counted_stops, stop_running
    from importer.cli.terminal.fleet_progress import FleetProgress
    from importer.fleet.lane import LaneCommand
    from importer.fleet.run import FleetOrder

    progress = FleetProgress(console, len(chosen.workspaces))
    rehearses = any(workspace.says("sandbox") for workspace in chosen.workspaces)
    lane = LaneCommand(run_lane, stop_running, (*MODULES, *(("importer.sandbox.service",) if rehearses else ())))
    with counted_stops() as stop_requests, progress:
        yield FleetOrder(lane, command_line(), lanes or 0, progress, stop_requests)


def _print(console: Console, report: FleetReport) -> int:
    from importer.report.fleet import fleet_lines

    console.result(fleet_lines(report.summary, report.closing))
    console.summary(report.summary.as_dict())
    return report.summary.exit_code
