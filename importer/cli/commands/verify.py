"""`openphone-import verify FILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import MoreFiles, SheetFile, command, sheet_of, show_page
from importer.cli.options import TASK, NoticeOptions, ReportOptions, ServiceOptions, SheetOptions
from importer.text import counted

if TYPE_CHECKING:
    from importer.cli.command import CommandContext
    from importer.pipeline.verify import VerifyReport


@command(SheetOptions, ServiceOptions, NoticeOptions, ReportOptions)
def verify(
    context: CommandContext,
    file: SheetFile,
    /,
    *others: MoreFiles,
    visibility: Annotated[bool, Parameter(negative=(), group=TASK, show_default=False)] = False,
) -> int:
    """Read every contact of FILE back and compare it field by field; writes nothing to the workspace.

    Parameters
    ----------
    file
        The sheet as it was imported, with the same options.
    visibility
        Also say how many of the contacts appear in the app now.
    """
    from importer.cli.jobs import load_sheet_settings, make_job
    from importer.cli.signals import run_until_stopped
    from importer.report.verify import verify_lines

    sheet = sheet_of(file, others)
    job = make_job(context, sheet, load_sheet_settings(context, sheet), key_required=True, writes=False)
    from importer.pipeline.verify import verify as verify_job

    report: VerifyReport = run_until_stopped(lambda: verify_job(job, visibility=visibility), job.hooks)
    context.console.result(
        (
            *verify_lines(
                report.balance, report.some, report.visibility, report.without_row, report.doubles, report.left_out
            ),
            f"Effort:  {counted(report.requests, 'request')} in {report.seconds:.1f} s",
            report.next_step,
            f"Files:   {report.out}/  {' '.join(report.files)}",
        )
    )
    context.console.summary(report.as_dict())
    show_page(context, report.out / "verify.html")
    return report.exit_code
