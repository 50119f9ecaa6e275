"""What the commands of `fleet` share: the file, the question before the first write, and how a lane is run."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Group, Parameter
from cyclopts.validators import Number

from importer.cli.command import command_line
from importer.cli.options import SETTINGS, TASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.cli.terminal.console import Console
    from importer.fleet.run import FleetOrder
    from importer.fleet.workspace import Fleet

MOST_LANES = 500
FLEET_FILE = Path("fleet.toml")

# Without a group of their own its commands would stand in one of the program's.
fleet = App("fleet", group_commands=Group("Commands"))

FleetFile = Annotated[Path, Parameter(allow_leading_hyphen=True)]
FleetWithDatabase = Annotated[
    FleetFile, Parameter(help='The fleet\'s file, such as fleet.toml, with a line database = "env:NAME".')
]
FleetOption = Annotated[Path, Parameter(help="The fleet's file.", group=SETTINGS)]
WorkspaceName = Annotated[str, Parameter(help="Its name in the fleet's file.")]
Lanes = Annotated[int | None, Parameter(group=TASK, validator=Number(gte=1, lte=MOST_LANES))]


def show_notes(console: Console, chosen: Fleet) -> None:
    """Show what a person should know of the file."""
    for note in chosen.notes:
        console.note(note, warning=True)


def check_database(chosen: Fleet) -> None:
    """Raise SettingsError if a fleet has no database, before what speaks to one is loaded."""
    from importer.fleet.database import place_of

    place_of(chosen, os.environ)


def confirm(console: Console, chosen: Fleet, *, yes: bool) -> None:
    """Ask once before the first write to real workspaces. Raises SettingsError without a terminal, or Declined."""
    from importer.errors import Declined, SettingsError
    from importer.text import counted

    real = [workspace.name for workspace in chosen.workspaces if not workspace.has_flag("sandbox")]
    if yes or not [
        workspace for workspace in chosen.workspaces if not (workspace.has_flag("sandbox") or workspace.has_flag("yes"))
    ]:
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
def fleet_order(console: Console, chosen: Fleet, lanes: int | None, *, is_worker: bool = False) -> Iterator[FleetOrder]:
    """Give what to do and how to tell of it, while signals ask the lanes to stop."""
    from importer.cli.lane import lane_modules, run_lane
    from importer.cli.signals import counted_stops, stop_running
    from importer.cli.terminal.fleet_progress import FleetProgress
    from importer.fleet.lane import LaneCommand
    from importer.fleet.run import FleetOrder

    progress = FleetProgress(console, None if is_worker else len(chosen.workspaces))
    lane = LaneCommand(run_lane, stop_running, lane_modules(chosen))
    with counted_stops() as stop_requests, progress:
        yield FleetOrder(lane, command_line(), lanes or 0, progress, stop_requests)
