"""`openphone-import run FILE`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import MoreFiles, SheetFile, command, command_line, sheet_of, show_page
from importer.cli.options import TASK, NoticeOptions, ReportOptions, ServiceOptions, SheetOptions, SyncOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command(SheetOptions, SyncOptions, ServiceOptions, NoticeOptions, ReportOptions)
def run(
    context: CommandContext,
    file: SheetFile | None = None,
    /,
    *others: MoreFiles,
    plan: Annotated[Path | None, Parameter(group=TASK)] = None,
) -> int:
    """Import FILE; running it again continues where it stopped and does nothing twice.

    Parameters
    ----------
    file
        The sheet: CSV, Excel or a similar format, a folder of such files, or - for stdin. Not needed with --plan.
    plan
        Do exactly what this plan.json says, with its FILE and options, except for contacts that have changed since.
    """
    from importer.cli.jobs import load_sheet_settings, make_job, print_report
    from importer.cli.signals import run_until_stopped
    from importer.errors import SettingsError

    saved_plan = None
    file = sheet_of(file, others) if file is not None else None
    if plan is not None:
        from importer.cli.plan_settings import load_plan_settings

        context.file = file or str(plan)
        sheet, settings, saved_plan = load_plan_settings(context, file, plan, command_line())
    elif file is not None:
        sheet, settings = file, load_sheet_settings(context, file)
    else:
        raise SettingsError("No FILE was given.", "Name the sheet to import, or a plan with --plan plan.json.")

    job = make_job(context, sheet, settings, key_required=True, writes=True)
    job = replace(job, planned_by=saved_plan.made_by(command_line()) if saved_plan else None)
    from importer.pipeline.run import run as run_job

    exit_code = print_report(context.console, run_until_stopped(lambda: run_job(job, saved_plan), job.hooks), job)
    show_page(context, job.out / "report.html")
    return exit_code
