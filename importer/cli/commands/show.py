"""`openphone-import show [RUN] [DIR]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.options import ConsoleOptions

if TYPE_CHECKING:
    from importer.cli.terminal.screen import Screen
    from importer.report.history import Past


def show(
    run: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    folder: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    run_id: Annotated[str | None, Parameter(name="--run")] = None,
    row: int | None = None,
    console: ConsoleOptions | None = None,
) -> int:
    """Show one run: what it found, where its report is, what to do next; or with --row the story of one row.

    Parameters
    ----------
    run
        The id of a run (its beginning is enough) or `latest` (default); a folder of results may stand here too.
    folder
        The folder of the results, such as customers.import (default: every folder here whose name ends in .import).
    run_id
        The same as RUN, for those who name the folder first.
    row
        Tell what became of this row (the number that a spreadsheet program shows), with all its values.
    """
    from importer.cli.failure import perform
    from importer.cli.terminal.screen import Screen

    screen = Screen(console or ConsoleOptions())
    words = [word for word in (run, folder, run_id) if word is not None]

    def work() -> int:
        from importer.pipeline.history.runs import chosen_run

        past = chosen_run(words, of_rows=row is not None)
        return _show_run(screen, past) if row is None else _show_row(screen, past, row)

    return perform(screen, folder or run or "", work)


def _show_run(screen: Screen, past: Past) -> int:
    from importer.pipeline.history.runs import LOOK_ANEW, closing_of, files_of, report_of
    from importer.report.history import findings, show_lines

    report = report_of(past)
    none = "An undo has none; undo.csv lists every contact." if past.command == "undo" else LOOK_ANEW
    screen.event("run", past.as_dict())
    for finding in findings(past):
        screen.event("finding", finding.facts())
    screen.result(show_lines(past, files_of(past), str(report or none), closing_of(past)))
    screen.summary({**past.as_dict(), "report": str(report) if report else None, "exit_code": 0})
    return 0


def _show_row(screen: Screen, past: Past, row: int) -> int:
    from importer.pipeline.history.row_trace import story
    from importer.report.row_trace import story_lines

    told = story(past, row)
    screen.event("row", told.as_dict())
    # Events can be kept in a log, so under --json the values of the row are in none of them, nor beside them.
    if not screen.json:
        screen.result(story_lines(told))
    screen.summary({"run_id": past.run_id, "row": row, "exit_code": 0})
    return 0
