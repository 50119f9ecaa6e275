"""The task of a lane, and what its end means for its workspace."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from importer import library
from importer.errors import FINISHED, ImporterError, Stopped
from importer.fleet.lane import LaneTask
from importer.report.fleet import WorkspaceResult, rejects_step
from importer.report.summary import Summary, parse_summary
from importer.settings.api_key import USUAL_VARIABLE
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.fleet.crew import LaneEnd
    from importer.fleet.workspace import Fleet, FleetWorkspace
    from importer.model import Status


def plain_words(workspace: FleetWorkspace, command: str) -> tuple[str, ...]:
    """Return the plain command for one workspace, without the name of the program."""
    return (command, workspace.sheet, "--fleet", str(workspace.file), "--workspace", workspace.name)


def lane_task(
    fleet: Fleet, workspace: FleetWorkspace, key: str, environment: Mapping[str, str], command: str
) -> LaneTask:
    """Return the task for the lane of a workspace; tasks of one `key` are not done at the same time."""
    # No lane has another key than its own.
    other_keys = {USUAL_VARIABLE, *(of_fleet.key_variable for of_fleet in fleet.workspaces)} - {workspace.key_variable}
    words = plain_words(workspace, command)
    return LaneTask(
        workspace,
        key,
        (*words, "--yes", "--json", "--quiet"),
        words,
        {name: value for name, value in environment.items() if name not in other_keys},
        os.getcwd(),  # noqa: PTH109
        fleet.times,
    )


def workspace_result(workspace: FleetWorkspace, end: LaneEnd, again: str, command: str) -> WorkspaceResult:
    """Return how a workspace ended, also where its lane could not say so; `again` is the command that goes on."""
    summary = replace(parse_summary(end.summary), file=workspace.sheet)
    problem, next_step = str(end.error.get("message", "")), str(end.error.get("next_step", ""))
    if end.code is None:
        problem, next_step = "not begun, since the fleet was stopped", f"go on with: {again}"
    elif not end.summary:
        reason = f"signal {-end.code}" if end.code < 0 else f"exit {end.code}"
        problem = problem or f"its process was ended by the system ({reason})"
        next_step = next_step or f"go on with: {again}"
    if not end.summary or end.code is None:
        counts = _journal_counts(workspace) if command == "run" else {}
        summary = Summary("", workspace.sheet, None, counts, seconds=end.seconds, exit_code=Stopped.exit_code)
    elif summary.exit_code not in FINISHED and not problem:
        problem, next_step = "some rows are not done yet", f"go on with: {again}"
    elif summary.exit_code == 1:
        words = (PROGRAM, *plain_words(workspace, "run"))
        next_step = rejects_step(summary, workspace.out, words) or f"see {workspace.out / 'report.html'}"
    return WorkspaceResult(workspace.name, workspace.out, summary, problem, next_step)


def _journal_counts(workspace: FleetWorkspace) -> Mapping[Status, int]:
    """What the journal says of the rows of a workspace whose lane is gone; nothing for one that cannot be read."""
    with suppress(ImporterError):
        return library.row_counts(workspace.out)
    return {}
