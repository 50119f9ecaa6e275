"""`openphone-import bug-report [DIR]`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (cyclopts reads the annotations at run time)
from typing import Annotated

from cyclopts import Parameter

from importer.cli.options import ConsoleOptions


def bug_report(
    folder: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    console: ConsoleOptions | None = None,
) -> int:
    """Bundle versions, settings, counts, problem rules and the log into a zip here, without a value of any contact.

    Parameters
    ----------
    folder
        The folder of the results, such as customers.import (default: the one of the latest run here).
    """
    from importer.cli.failure import perform
    from importer.cli.terminal.screen import Screen

    screen = Screen(console or ConsoleOptions())

    def work() -> int:
        from importer.pipeline.history.bug_report import bug_report as write

        bundle = write(folder)
        screen.result(
            (
                f"Written: {bundle.path}",
                *(f"         {size:>9,} bytes  {name}" for name, size in bundle.files),
                "         No name, number, address, id or cell of a contact is in it, no key and no name of a file.",
                "Next:    look into it, then send it along with what you saw and what you had expected",
            )
        )
        screen.summary({"zip": str(bundle.path), "files": [name for name, _ in bundle.files], "exit_code": 0})
        return 0

    return perform(screen, str(folder or ""), work)
