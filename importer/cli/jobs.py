"""From the options of a command to a job of the pipeline, and from its report to the last lines and the exit code."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from importer.cli.line import spoken
from importer.cli.options import given
from importer.cli.terminal.questions import ask_column, confirm_run
from importer.errors import CannotStart, SettingsError
from importer.mapping.chosen.overrides import parse_assignment
from importer.pipeline.job import Hooks, Job
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.report.summary_lines import five_lines
from importer.settings.model import Settings, load, load_key

if TYPE_CHECKING:
    from importer.cli.options import SheetOptions
    from importer.cli.terminal.screen import Screen
    from importer.pipeline.job import Report


def settings_of(screen: Screen, sheet: SheetOptions | None, file: str, *groups: object) -> Settings:
    """The settings of a command over FILE: its options over the environment, `--config` and `mapping.toml`.

    Raises SettingsError or MappingError.
    """
    options: dict[str, Any] = given(*groups, *([sheet] if sheet else []))
    if "map" in options:
        options["map"] = tuple(parse_assignment(text) for text in options["map"])
    config = [sheet.config] if sheet and sheet.config else []
    settings = load(options, os.environ, *config)
    saved = settings.out_folder(file) / "mapping.toml"
    if saved.is_file():
        settings = load(options, os.environ, saved, *config)
    screen.json = settings.json_events
    for file_read, wins in ((saved if saved.is_file() else None, "options and --config win over it"), *_named(config)):
        if file_read is not None:
            screen.note(f"Settings of {file_read} are used ({wins}).", file=str(file_read))
    return settings


def _named(config: list[Any]) -> list[tuple[Any, str]]:
    return [(file, "options win over it") for file in config]


def job_of(file: str, settings: Settings, screen: Screen, *, needs_key: bool, writes: bool) -> Job:
    """The job for one sheet, with the screen as its audience.

    Raises KeyMissing, or SettingsError where a question would have to be asked and nobody is there; whoever waits for
    the end is told of that too.
    """
    try:
        return _job(file, settings, screen, needs_key=needs_key, writes=writes)
    except CannotStart as error:
        command = next((word for word in spoken.get() if not word.startswith("-")), "")
        with suppress(CannotStart), command_lifecycle(Job(file, settings, hooks=Hooks(notify=screen)), command):
            raise
        raise error from None


def _job(file: str, settings: Settings, screen: Screen, *, needs_key: bool, writes: bool) -> Job:
    interactive = screen.person_is_there and not settings.yes and file != "-"
    key = load_key(settings, os.environ) if needs_key else None
    if writes and not settings.sandbox and not settings.yes and not interactive:
        raise SettingsError(
            "This would write to a real workspace, and nobody is there to be asked.",
            "Add --yes to go ahead without questions, or --sandbox to rehearse.",
        )
    hooks = Hooks(
        notify=screen,
        ask=ask_column(screen) if interactive else None,
        confirm=confirm_run(screen, settings) if interactive and writes and not settings.sandbox else None,
    )
    stdin = sys.stdin.buffer if file == "-" and sys.stdin is not None else None
    line = shlex.join(["openphone-import", *spoken.get()])
    return Job(file=file, settings=settings, command_line=line, key=key, hooks=hooks, stdin=stdin)


def show(screen: Screen, report: Report, job: Job) -> int:
    """Print the last lines of a command and return its exit code."""
    screen.found(report.findings)
    if report.stopped is not None:
        screen.error(report.stopped.message, report.stopped.next_step, report.summary.exit_code)
    # Imported here because the page is slow to load, and this module is loaded by every command.
    from importer.pipeline.outputs.page import closing

    screen.result(five_lines(report.summary, report.findings, closing(job, report)))
    screen.summary(report.summary.as_dict())
    return report.summary.exit_code
