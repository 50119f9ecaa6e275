"""`openphone-import plan FILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.options import ConsoleOptions, NoticeOptions, ServiceOptions, SheetOptions, SyncOptions

if TYPE_CHECKING:
    from importer.cli.terminal.screen import Screen
    from importer.pipeline.plan import PlanReport


def plan(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    sheet: SheetOptions | None = None,
    sync: SyncOptions | None = None,
    service: ServiceOptions | None = None,
    notice: NoticeOptions | None = None,
    console: ConsoleOptions | None = None,
) -> int:
    """Show what a run would do, row by row, and write it to plan.json; reads the workspace, writes nothing to it.

    Parameters
    ----------
    file
        The sheet: CSV, Excel and their kin, or - for stdin.
    """
    from importer.cli.failure import perform
    from importer.cli.jobs import job_of, settings_of
    from importer.cli.signals import run_until_stopped
    from importer.cli.terminal.screen import Screen

    console = console or ConsoleOptions()
    screen = Screen(console)

    def work() -> int:
        settings = settings_of(
            screen, sheet, file, sync or SyncOptions(), service or ServiceOptions(), notice or NoticeOptions(), console
        )
        job = job_of(file, settings, screen, needs_key=True, writes=False)
        from importer.pipeline.plan import plan as plan_job

        return _show(screen, run_until_stopped(lambda: plan_job(job), job.hooks))

    return perform(screen, file, work)


def _show(screen: Screen, planned: PlanReport) -> int:
    """Print the plan, and return its exit code."""
    from importer.report.plan import next_line, plan_summary_lines

    report = planned.report
    screen.found(report.findings)
    last = (next_line(planned.outlook, planned.path), f"Files:   {report.out}/  {' '.join(report.files)}")
    screen.result((*plan_summary_lines(planned.outlook), *last))
    screen.summary({**report.summary.as_dict(), **planned.outlook.facts(), "plan": planned.path})
    return report.summary.exit_code
