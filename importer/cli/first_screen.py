"""What a person sees who types the name of the program alone, and the command that a file alone means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from importer.sheet_files import ENDINGS
from importer.shell import shell_quote

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

FILE_OF_EXAMPLES = "contacts.xlsx"


def first_screen(folder: Path) -> str:
    """Return the text that leads on from nothing typed, with the newest sheet of the folder as its example."""
    sheet = newest_sheet(folder)
    file = shell_quote(sheet or FILE_OF_EXAMPLES)
    steps = {
        f"openphone-import check {file}": "what the sheet holds and what to correct; sends nothing",
        f"openphone-import run {file} --sandbox": "rehearse the import on this computer; needs no key",
        f"openphone-import run {file}": "import it; the API key is in OPENPHONE_API_KEY",
        "openphone-import demo": "watch the whole way with a sample sheet",
        "openphone-import --help": "all commands",
    }
    width = max(map(len, steps))
    sheet_line = "" if sheet is None else f"There is a sheet here: {sheet}\n\n"
    lines = "".join(f"  {line:<{width}}  {text}\n" for line, text in steps.items())
    return f"Bring a CSV or Excel sheet of contacts into an OpenPhone (Quo) workspace.\n\n{sheet_line}{lines}"


def newest_sheet(folder: Path) -> str | None:
    """Return the name of the sheet in the folder that was changed last; None if there is none."""
    try:
        sheets = [
            (path.stat().st_mtime, path.name)
            for path in folder.iterdir()
            if path.suffix.lower() in ENDINGS and not path.name.startswith((".", "~$")) and path.is_file()
        ]
    except OSError:
        return None
    return max(sheets)[1] if sheets else None


def with_command(tokens: Sequence[str], commands: Container[str]) -> list[str]:
    """Return the tokens with `check` before them where the first is a file and not a command."""
    first = tokens[0] if tokens else "-"
    if first in commands or first.startswith("-"):
        return list(tokens)
    if "://" in first or first.lower().endswith(tuple(ENDINGS)) or Path(first).is_file():
        return ["check", *tokens]
    return list(tokens)
