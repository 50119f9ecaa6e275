"""`openphone-import bug-report [DIR]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.command import Folder, command

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command()
def bug_report(context: CommandContext, folder: Folder | None = None, /) -> int:
    """Collect versions, settings, counts, problem rules and the log in a zip here, without any contact data.

    Parameters
    ----------
    folder
        The folder of the results, such as customers.import (default: the one of the latest run here).
    """
    from importer.pipeline.history.bug_report import bug_report as write

    bundle = write(folder)
    context.console.result(
        (
            f"Written: {bundle.path}",
            *(f"         {size:>9,} bytes  {name}" for name, size in bundle.files),
            "         It holds no contact's name, number, address, id or cell, no API key and no file name.",
            "Next:    look at the files in it, then send it with a description of what you saw and what you expected",
        )
    )
    names = [name for name, _ in bundle.files]
    context.console.summary({"zip": str(bundle.path), "files": names, "exit_code": 0})
    return 0
