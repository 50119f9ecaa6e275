"""`openphone-import export FILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from importer.cli.command import MoreFiles, SheetToRead, command, command_line, sheet_of
from importer.cli.options import OUTPUT, NoticeOptions, ServiceOptions, SheetOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command(SheetOptions, ServiceOptions, NoticeOptions)
def export(
    context: CommandContext,
    file: SheetToRead,
    /,
    *others: MoreFiles,
    form: Annotated[
        Literal["csv", "xlsx", "vcard", "quo"], Parameter(name="--as", group=OUTPUT, show_default=False)
    ] = "csv",
) -> int:
    """Write the contacts of FILE, cleaned and validated, as a file for other programs; sends nothing.

    Parameters
    ----------
    form
        Kind of file: text (default), workbook, vCards for address books, or the columns of the app's own export.
    """
    from importer.cli.jobs import load_sheet_settings, make_job

    sheet = sheet_of(file, others)
    job = make_job(context, sheet, load_sheet_settings(context, sheet), key_required=False, writes=False)
    from importer.pipeline.export import export as export_job
    from importer.report.export import export_lines

    exported = export_job(job, form)
    report, console = exported.report, context.console
    console.show_findings(report.findings, report.questions)
    lines = export_lines(
        report.summary,
        report.findings,
        exported.path,
        form,
        exported.contacts,
        report.files,
        questions=report.questions,
        again=command_line(),
        read_with=exported.read_with,
    )
    console.result(lines)
    console.summary({**report.summary.as_dict(), "export": str(exported.path), "contacts": exported.contacts})
    return report.summary.exit_code
