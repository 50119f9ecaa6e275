"""`openphone-import runs [DIR]`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.options import ConsoleOptions

if TYPE_CHECKING:
    from importer.cli.terminal.screen import Screen
    from importer.pipeline.history.runs import History


def runs(
    folder: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    console: ConsoleOptions | None = None,
) -> int:
    """List the runs of a folder of results, oldest first; asks nobody and changes nothing.

    Parameters
    ----------
    folder
        The folder of the results, such as customers.import (default: every folder here whose name ends in .import).
    """
    from importer.cli.failure import perform
    from importer.cli.terminal.screen import Screen

    screen = Screen(console or ConsoleOptions())

    def work() -> int:
        from importer.pipeline.history.runs import past_runs

        return _show(screen, past_runs(folder), folder)

    return perform(screen, str(folder or ""), work)


def _show(screen: Screen, found: History, folder: Path | None) -> int:
    from importer.report.history import run_lines

    for one in found.runs:
        screen.event("run", one.as_dict())
    for place in found.folders:
        lines = [line for one in found.runs if one.folder == place for line in run_lines(one)]
        if lines:
            screen.result((f"{place} (times are UTC)", *lines))
    if not found.runs and not found.troubles:
        where = f"{folder} knows no run yet" if folder else "No folder here that ends in .import holds a journal"
        screen.result([f"{where}.", "Next:    import a sheet (openphone-import run FILE), or name another folder"])
    for trouble in found.troubles:
        screen.error(trouble.message, trouble.next_step, trouble.exit_code)
    code = found.troubles[0].exit_code if found.troubles else 0
    screen.summary({"runs": len(found.runs), "folders": len(found.folders), "exit_code": code})
    return code
