"""`openphone-import undo DIR`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import Folder, command, command_line, show_page
from importer.cli.options import (
    OUTPUT,
    SETTINGS,
    TASK,
    FolderOptions,
    NoticeOptions,
    ReportOptions,
    ServiceOptions,
    WaitOptions,
)

if TYPE_CHECKING:
    from importer.cli.command import CommandContext
    from importer.cli.terminal.console import Console
    from importer.pipeline.undo import UndoReport
    from importer.report.undo import UndoPreview


@command(ServiceOptions, WaitOptions, NoticeOptions, ReportOptions, FolderOptions)
def undo(
    context: CommandContext,
    folder: Folder | None = None,
    /,
    *,
    run_id: Annotated[str | None, Parameter(name="--run", group=TASK)] = None,
    every: Annotated[bool, Parameter(name="--all", negative=(), group=TASK, show_default=False)] = False,
    left_out: Annotated[bool, Parameter(name="--left-out", negative=(), group=TASK, show_default=False)] = False,
    mask: Annotated[bool | None, Parameter(negative=(), group=OUTPUT)] = None,
    yes: Annotated[bool | None, Parameter(negative=(), group=SETTINGS, show_default=False)] = None,
) -> int:
    """Undo the latest run: delete contacts it created, restore those it changed, keep what was changed since.

    Parameters
    ----------
    folder
        The folder of the run's results, such as customers.import; not needed with --fleet and --workspace.
    run_id
        Id of the run to undo, from summary.json or `runs` (default: the latest run that wrote something).
    every
        Undo all runs of the folder, not only the latest.
    left_out
        Undo only what the runs of the folder wrote for people whose rows the last run left out.
    mask
        Hide phone numbers and email addresses in undo.html, so that you can share it.
    yes
        Ask no questions and go ahead, for example under a scheduler.
    """
    from importer.cli.fleet_folder import chosen_workspace, folder_of, service_options
    from importer.cli.jobs import load_settings, make_job
    from importer.cli.signals import run_until_stopped
    from importer.errors import SettingsError
    from importer.pipeline.undo import undo as undo_job
    from importer.plan.undo import UndoScope
    from importer.report.undo import remaining_line
    from importer.settings.command_line import undo_again

    console = context.console
    if every and run_id:
        raise SettingsError("--all undoes every run, so it cannot be combined with --run.", "Leave one of them out.")
    if left_out and (every or run_id):
        raise SettingsError("--left-out cannot be combined with --run or --all.", "Leave one of them out.")
    workspace = chosen_workspace(context, folder)
    folder = folder_of(workspace, folder)
    options = {"out": folder, "mask": mask, "yes": yes}
    settings = load_settings(context, service_options(context, workspace), **options)
    job = make_job(context, str(folder), settings, key_required=True, writes=True)
    # Without a terminal the command was refused by `make_job`, unless --yes or --sandbox was given.
    confirm = partial(_agrees, console) if console.is_interactive and not settings.yes else None
    scope = UndoScope.of(run_id, every=every, left_out=left_out)
    report: UndoReport = run_until_stopped(lambda: undo_job(job, scope, confirm), job.hooks)
    if report.stopped is not None and not report.nothing_left:
        console.error(report.stopped.message, report.stopped.next_step, report.exit_code)
    console.result(_result_lines(report, run_id))
    if report.remaining:
        console.result([remaining_line(report.remaining, undo_again(command_line(), folder, "--all"))])
    console.summary(report.as_dict())
    # Where nothing is left to undo, the page of the undo that did it is still there.
    show_page(context, report.out / "undo.html")
    return report.exit_code


def _agrees(console: Console, preview: UndoPreview) -> bool:
    from importer.report.undo import name_lines

    for line in name_lines(preview):
        console.line(line)
    verb, number = ("Bring back", preview.remakes) if preview.remakes else ("Delete", preview.deletes)
    question = f"{verb} {number:,} and restore {preview.restores:,} contacts? [y/N] "
    return console.ask(question).lower() in {"y", "yes"}


def _result_lines(report: UndoReport, run_id: str | None) -> list[str] | tuple[str, ...]:
    from importer.report.undo import undo_lines
    from importer.settings.command_line import undo_again
    from importer.text import counted

    if report.nothing_left:
        if report.of_left_out:
            reason = "no row that the last run left out has a contact that an earlier run made or changed"
        elif report.run_ids:
            reason = f"run {report.run_ids[0]} is already undone"
        else:
            reason = f"run {run_id} wrote nothing" if run_id else "no run has written anything"
        lines = [f"Nothing is left to undo in {report.out}: {reason}."]
        if kept := report.counts["kept"]:
            lines.append(f"Note:    that undo kept {counted(kept, 'contact')}; decide in the app what to do about that")
        if report.earlier:
            earlier = undo_again(command_line(), report.out, "--run", report.earlier)
            lines.append(f"Next:    to undo the run before it as well: {earlier}")
        return lines
    file = str(report.out / report.files[0]) if report.files else ""
    page = next((name for name in report.files if name.endswith(".html")), "")
    facts = report.closing | {"file": file, "page": page, "again": command_line()}
    return undo_lines(report.counts, report.reasons, facts)
