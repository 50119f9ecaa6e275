"""`openphone-import show [RUN] [DIR]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import command
from importer.cli.options import TASK, FolderOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext
    from importer.cli.terminal.console import Console
    from importer.report.history import Past


@command(FolderOptions)
def show(
    context: CommandContext,
    run: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    folder: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    run_id: Annotated[str | None, Parameter(name="--run", group=TASK)] = None,
    row: Annotated[int | None, Parameter(group=TASK)] = None,
) -> int:
    """Show one run: what it found, where its report is, what to do next; or with --row the history of one row.

    Parameters
    ----------
    run
        The id of a run (its beginning is enough) or `latest` (default); a folder of results works here too.
    folder
        The folder of the results, such as customers.import (default: every folder here whose name ends in .import).
    run_id
        The same as RUN, if you want to name the folder first.
    row
        Show the history of this row (its number as your spreadsheet program shows it), with all its values.
    """
    from importer.cli.fleet_folder import chosen_workspace
    from importer.pipeline.history.runs import chosen_run

    workspace = chosen_workspace(context, folder)
    words = [word for word in (run, folder, run_id) if word is not None]
    words += [str(workspace.out)] if workspace is not None else []
    past = chosen_run(words, of_rows=row is not None)
    return _show_run(context.console, past) if row is None else _show_row(context.console, past, row)


def _show_run(console: Console, past: Past) -> int:
    from importer.pipeline.history.runs import PAGE_IS_GONE, closing_of, files_of, report_of
    from importer.report.history import findings, show_lines

    report = report_of(past)
    console.event("run", past.as_dict())
    for finding in findings(past):
        console.event("finding", finding.facts())
    console.result(show_lines(past, files_of(past), str(report or PAGE_IS_GONE), closing_of(past)))
    console.summary({**past.as_dict(), "report": str(report) if report else None, "exit_code": 0})
    return 0


def _show_row(console: Console, past: Past, row: int) -> int:
    from importer.pipeline.history.row_trace import story
    from importer.report.row_trace import story_lines

    trace = story(past, row)
    console.event("row", trace.as_dict())
    # Events may be kept in a log, so under --json the values of the row appear neither in them nor beside them.
    if not console.json:
        console.result(story_lines(trace))
    console.summary({"run_id": past.run_id, "row": row, "exit_code": 0})
    return 0
