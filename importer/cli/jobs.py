"""From the options of a command to a job of the pipeline, and from its report to the last lines and the exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from importer.cli.command import InsteadOfCommand, command_line, typed_arguments
from importer.cli.fleet_folder import remembered_workspace
from importer.cli.options import SheetOptions, given
from importer.cli.terminal.questions import ask_people, ask_question, confirm_run
from importer.errors import CannotStart, SettingsError
from importer.mapping.chosen.overrides import parse_assignment
from importer.pipeline.job import Hooks, Job
from importer.pipeline.reading.folder_settings import folder_settings
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.report.summary_lines import five_lines
from importer.settings.api_key import has_key, is_quoted, load_key
from importer.settings.load import load
from importer.settings.saved_mapping import check_saved

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from importer.cli.command import CommandContext
    from importer.cli.terminal.console import Console
    from importer.fleet.workspace import FleetWorkspace
    from importer.pipeline.job import Report
    from importer.settings.model import Settings


def load_settings(
    context: CommandContext, otherwise: Mapping[str, object] = MappingProxyType({}), **command_options: object
) -> Settings:
    """The settings of a command without a sheet: its options, also its `command_options`, over the environment.

    `otherwise` holds where the person has given nothing. Raises SettingsError.
    """
    settings = load({**otherwise, **given(*context.groups), **command_options}, os.environ)
    context.console.json = settings.json_events
    return settings


def load_sheet_settings(context: CommandContext, file: str) -> Settings:
    """The settings of a command over FILE: its options over the environment, `--config`, what its folder
    remembers, and `mapping.toml`. Raises SettingsError or MappingError.
    """
    options: dict[str, Any] = given(*context.groups)
    if "map" in options:
        options["map"] = tuple(parse_assignment(text) for text in options["map"])
    config = [group.config for group in context.groups if isinstance(group, SheetOptions) and group.config]

    def check(saved: Path) -> None:
        takes = {field.name for group in context.groups for field in fields(group)}  # type: ignore[arg-type]
        check_saved(saved, command_line(), takes, options)

    workspace = _workspace(context, file)
    folder = folder_settings(file, options, os.environ, *config, workspace=workspace, check=check)
    settings, saved, memory = folder.settings, folder.saved, folder.memory
    if folder.trouble:
        context.console.note(folder.trouble, warning=True)
    context.console.json = settings.json_events
    if saved is not None:
        context.console.note(f"Using settings from {saved} (options and --config override them).", file=str(saved))
    for path in config:
        context.console.note(f"Using settings from {path} (options override them).", file=str(path))
    if memory is not None:
        from importer.pipeline.reading.memory import notes

        for line in notes(memory, settings):
            context.console.note(line)
    return settings


def _workspace(context: CommandContext, file: str) -> FleetWorkspace | None:
    """The workspace of a fleet that the command is about. Raises SettingsError."""
    fleet, name = next(
        ((group.fleet, group.workspace) for group in context.groups if isinstance(group, SheetOptions)), (None, None)
    )
    if fleet is None and name is None:
        return None
    if fleet is None or name is None:
        raise SettingsError(
            "--fleet and --workspace belong together: the file, and the name of a workspace in it.",
            "Give both, as in --fleet fleet.toml --workspace acme.",
        )
    return remembered_workspace(fleet, name).for_file(file)


def make_job(context: CommandContext, file: str, settings: Settings, *, key_required: bool, writes: bool) -> Job:
    """The job for one sheet, with the console as its audience; `writes`: it changes the workspace.

    Raises KeyMissing, or SettingsError if a question would have to be asked without a terminal. `--on-finish`,
    `--notify-url` and the log report that failure too.
    """
    console = context.console
    if any(getattr(group, "notify_test", False) for group in context.groups):
        name = next((word for word in typed_arguments.get() if not word.startswith("-")), "")
        from importer.cli.notify_test import send_test

        raise InsteadOfCommand(send_test(console, settings, name, file))
    interactive = console.is_interactive and not settings.yes and file != "-"
    try:
        key = load_key(settings, os.environ) if key_required or has_key(settings, os.environ) else None
        if key is not None and is_quoted(settings, os.environ):
            console.note(
                "The API key is in quotes; the quotes were removed. Remove them where the key is set.", warning=True
            )
        if writes and not settings.sandbox and not settings.yes and not interactive:
            raise SettingsError(
                "This would write to a real workspace, and there is no terminal to ask for confirmation.",
                "Add --yes to go ahead without questions, or --sandbox to rehearse.",
            )
    except CannotStart as error:
        # A scheduled run that cannot start must notify too, since no person watches its terminal.
        name = next((word for word in typed_arguments.get() if not word.startswith("-")), "")
        job = Job(file, settings, hooks=Hooks(notify=console))
        with suppress(CannotStart), command_lifecycle(job, name):
            raise
        raise error from None

    hooks = Hooks(
        notify=console,
        ask=ask_question(console) if interactive else None,
        ask_people=ask_people(console) if interactive and writes else None,
        confirm=confirm_run(console, settings) if interactive and writes and not settings.sandbox else None,
        show=console.show_findings,
    )
    # Windows programs without a console have no stdin at all.
    stdin = sys.stdin.buffer if file == "-" and sys.stdin is not None else None
    return Job(file=file, settings=settings, command_line=command_line(), key=key, hooks=hooks, stdin=stdin)


def print_report(console: Console, report: Report, job: Job) -> int:
    """Print the last lines of a command and return its exit code."""
    # The findings come before the error: what was found explains why the run stopped.
    console.show_findings(report.findings, report.questions)
    if report.stopped is not None:
        stopped = report.stopped
        console.error(stopped.message, stopped.next_step, report.summary.exit_code, type(stopped).__name__)
    # Imported here because the page is slow to load, and this module is loaded by every command.
    from importer.pipeline.outputs.page import closing

    console.result(five_lines(report.summary, report.findings, closing(job, report)))
    console.summary(report.summary.as_dict())
    return report.summary.exit_code
