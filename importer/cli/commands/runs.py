"""`openphone-import runs [DIR]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.command import Folder, command
from importer.cli.options import FolderOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command(FolderOptions)
def runs(context: CommandContext, folder: Folder | None = None, /) -> int:
    """List the runs of a folder of results, oldest first; works offline and changes nothing.

    Parameters
    ----------
    folder
        The folder of the results, such as customers.import (default: every folder here whose name ends in .import).
    """
    from importer.cli.fleet_folder import chosen_workspace
    from importer.pipeline.history.runs import past_runs
    from importer.report.history import run_lines

    console = context.console
    workspace = chosen_workspace(context, folder)
    folder = folder if workspace is None else workspace.out
    history = past_runs(folder)
    for past in history.runs:
        console.event("run", past.as_dict())
    for path in history.folders:
        lines = [line for past in history.runs if past.folder == path for line in run_lines(past)]
        if lines:
            console.result((f"{path} (times are UTC)", *lines))

    if not history.runs and not history.troubles:
        where = f"{folder} has no runs yet" if folder else "No folder here whose name ends in .import has any runs"
        console.result([f"{where}.", "Next:    import a sheet (openphone-import run FILE), or name another folder"])
    # A folder that cannot be read does not hide the others.
    for trouble in history.troubles:
        console.error(trouble.message, trouble.next_step, trouble.exit_code)
    # One folder that cannot be read makes the list incomplete, which a script must notice.
    exit_code = history.troubles[0].exit_code if history.troubles else 0
    console.summary({"runs": len(history.runs), "folders": len(history.folders), "exit_code": exit_code})
    return exit_code
