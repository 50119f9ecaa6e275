"""`openphone-import plan FILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.command import MoreFiles, SheetToRead, command, sheet_of
from importer.cli.options import NoticeOptions, ServiceOptions, SheetOptions, SyncOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext
    from importer.pipeline.plan import PlanReport


@command(SheetOptions, SyncOptions, ServiceOptions, NoticeOptions)
def plan(context: CommandContext, file: SheetToRead, /, *others: MoreFiles) -> int:
    """Show what a run would do, row by row, and write it to plan.json; reads the workspace, writes nothing to it."""
    from importer.cli.jobs import load_sheet_settings, make_job
    from importer.cli.signals import run_until_stopped
    from importer.report.plan import plan_summary_lines

    sheet = sheet_of(file, others)
    job = make_job(context, sheet, load_sheet_settings(context, sheet), key_required=True, writes=False)
    from importer.pipeline.plan import plan as plan_job

    planned: PlanReport = run_until_stopped(lambda: plan_job(job), job.hooks)
    report, console = planned.report, context.console
    console.show_findings(report.findings, report.questions)
    last_lines = (planned.next_line, f"Files:   {report.out}/  {' '.join(report.files)}")
    console.result((*plan_summary_lines(planned.outlook), *last_lines))
    console.summary({**report.summary.as_dict(), **planned.outlook.facts(), "plan": planned.path})
    return report.summary.exit_code
