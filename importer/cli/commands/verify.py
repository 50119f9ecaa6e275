"""`openphone-import verify FILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.options import DELIVERY, ConsoleOptions, NoticeOptions, ServiceOptions, SheetOptions

if TYPE_CHECKING:
    from importer.cli.terminal.screen import Screen
    from importer.pipeline.verify import VerifyReport


def verify(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    visibility: Annotated[bool, Parameter(negative=(), group=DELIVERY, show_default=False)] = False,
    sheet: SheetOptions | None = None,
    service: ServiceOptions | None = None,
    notice: NoticeOptions | None = None,
    console: ConsoleOptions | None = None,
) -> int:
    """Read every contact of FILE back and compare it field by field; writes nothing to the workspace.

    Parameters
    ----------
    file
        The sheet as it was imported, with the same options.
    visibility
        Also say how many of the contacts can be seen in the app now.
    """
    from importer.cli.failure import perform
    from importer.cli.jobs import job_of, settings_of
    from importer.cli.signals import run_until_stopped
    from importer.cli.terminal.screen import Screen

    console = console or ConsoleOptions()
    screen = Screen(console)

    def work() -> int:
        settings = settings_of(screen, sheet, file, service or ServiceOptions(), notice or NoticeOptions(), console)
        job = job_of(file, settings, screen, needs_key=True, writes=False)
        from importer.pipeline.verify import verify as verify_job

        return _show(screen, run_until_stopped(lambda: verify_job(job, visibility=visibility), job.hooks))

    return perform(screen, file, work)


def _show(screen: Screen, report: VerifyReport) -> int:
    """Print what was found, and return the exit code."""
    from importer.report.verify import verify_lines

    screen.close()
    effort = f"Effort:  {report.requests:,} requests in {report.seconds:.1f} s"
    files = f"Files:   {report.out}/  {' '.join(report.files)}"
    lines = verify_lines(report.balance, report.some, report.visibility)
    screen.result((*lines, effort, report.next_step, files))
    screen.summary(report.as_dict())
    return report.exit_code
