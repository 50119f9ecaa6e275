"""Links to files, for terminals that have them (OSC 8), and the person's browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from importer.regex import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

_FILES = regex(r"Files:\s+(?P<folder>.+?)[/\\](?:\s|$)")
_NAME = regex(r"[\w.-]+\.\w+")
_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "Hyper", "ghostty", "Tabby", "rio"})
_VARIABLES = ("WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM", "WEZTERM_PANE")
_TERMS = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "contour")
_FIRST_VTE = 5000  # 0.50, of 2017


def has_links(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a stream is a terminal that is known to make links; others would show nothing, or strange signs."""
    if not stream.isatty() or environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    version = environment.get("VTE_VERSION", "")
    return (
        environment.get("TERM_PROGRAM") in _PROGRAMS
        or any(environment.get(name) for name in _VARIABLES)
        or environment.get("TERM", "").startswith(_TERMS)
        or (version.isdecimal() and int(version) >= _FIRST_VTE)
    )


def folder_of_files(line: str) -> Path | None:
    """Return the folder that a line `Files:   DIR/  names` is about; None for other lines.

    >>> str(folder_of_files("Files:   my import/  id_map.csv")), folder_of_files("Next:    a.csv")
    ('my import', None)
    """
    match = _FILES.match(line)
    return Path(match["folder"]) if match else None


def linked(part: str, folder: Path) -> str:
    """Return a part of such a line with a link for each file that is there."""

    def link(match: re.Match[str]) -> str:
        name = match.group()
        file = (folder / name).absolute()
        return f"\x1b]8;;{file.as_uri()}\x1b\\{name}\x1b]8;;\x1b\\" if file.is_file() else name

    return _NAME.sub(link, part)


def open_in_browser(file: Path) -> bool:
    """Show a file in the person's browser; False where there is none."""
    try:
        return webbrowser.open(file.absolute().as_uri())
    except (OSError, webbrowser.Error):
        return False
