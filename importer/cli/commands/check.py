"""`openphone-import check FILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.command import MoreFiles, SheetToRead, command, sheet_of, show_page
from importer.cli.options import NoticeOptions, RejectsGuardOptions, ReportOptions, ServiceOptions, SheetOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command(SheetOptions, RejectsGuardOptions, ServiceOptions, NoticeOptions, ReportOptions)
def check(context: CommandContext, file: SheetToRead, /, *others: MoreFiles) -> int:
    """Read, map and validate FILE and report every problem; sends nothing."""
    from importer.cli.jobs import load_sheet_settings, make_job, print_report

    sheet = sheet_of(file, others)
    job = make_job(context, sheet, load_sheet_settings(context, sheet), key_required=False, writes=False)
    # Imported last in each command: a wrong option is reported without waiting for pandas.
    from importer.pipeline.check import check as check_job

    exit_code = print_report(context.console, check_job(job), job)
    show_page(context, job.out / "report.html")
    return exit_code
