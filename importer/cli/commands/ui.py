"""`openphone-import ui [FILE]`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import SheetFile, command
from importer.cli.options import OUTPUT, ServiceOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command(ServiceOptions)
def ui(
    context: CommandContext,
    file: SheetFile | None = None,
    /,
    *,
    browser: Annotated[bool, Parameter(group=OUTPUT, show_default=False)] = True,
    idle: Annotated[float, Parameter(group=OUTPUT, show_default=False)] = 60.0,
) -> int:
    """Open a page in your browser that does all of this without a terminal.

    Parameters
    ----------
    file
        The sheet to begin with; you can drop other sheets onto the page.
    browser
        Open the page in the browser (default); --no-browser only names the file that opens it.
    idle
        Stop after this many minutes without use, if nothing is running (default 60).
    """
    import webbrowser

    from importer.cli.jobs import load_settings
    from importer.errors import SettingsError
    from importer.web.server import serve

    console = context.console
    settings = load_settings(context)
    if file is not None and not Path(file).is_file():
        raise SettingsError(f"There is no file {file}.", "Check the name, or start without it and drop the sheet.")

    def announce(address: str, opening: Path) -> None:
        has_opened = browser and webbrowser.open(opening.as_uri())
        console.note(f"The page is at {address}. Only this computer can reach it; Ctrl-C here ends it.")
        if not has_opened:
            console.note(f"To open it, open this file in a browser: {opening}", file=str(opening))

    is_idle = serve(settings, file, announce=announce, idle_seconds=idle * 60)
    reason = "The page was not in use any more, so it was closed." if is_idle else "The page was closed."
    console.note(f"{reason} Everything done so far is kept; the same command opens the page again.")
    console.summary({"exit_code": 0})
    return 0
