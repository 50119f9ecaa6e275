"""Text fit for a terminal: no control characters out of a file, no line wider than the window."""

from __future__ import annotations

import os
import shutil
import textwrap
from typing import TYPE_CHECKING

from importer.regex import regex
from importer.text import spelled_out

if TYPE_CHECKING:
    from typing import TextIO

# The start of a line behind which the rest of it is indented: a label, a count with its unit, or spaces.
_LABEL = regex(r" *(?:[\d,]+ )?[A-Za-z][a-z ]{1,8}: +| +")
NARROWEST = 40
WIDTH = 80
NO_BREAK = "\u00a0"
"""Between words that are to stay on one line; it is shown as a plain space."""


def plain(text: str) -> str:
    """The text with every character that controls a terminal spelled out; line breaks stay."""
    return spelled_out(text.replace("\t", " ")).replace("\r", "\\x0d")


def wrapped(text: str, stream: TextIO) -> list[str]:
    """The lines of a text, on a terminal no wider than its window; elsewhere a line stays whole, for `grep`.

    What does not fit on a line continues below it, behind the line's label or indent.
    """
    width = max(columns_of(stream), NARROWEST) if stream.isatty() else 0
    lines = []
    for line in text.split("\n"):
        if not width or len(line) <= width:
            lines.append(line)
            continue
        label = _LABEL.match(line)
        lines += textwrap.wrap(
            line,
            width,
            # A long label must not leave a column too narrow to read.
            subsequent_indent=" " * min(label.end() if label else 0, width // 3),
            # File names, commands and addresses are copied from the terminal, so they stay whole.
            break_long_words=False,
            break_on_hyphens=False,
            replace_whitespace=False,
        )
    return [line.replace(NO_BREAK, " ") for line in lines]


def columns_of(stream: TextIO) -> int:
    """How wide the window of a stream is: `COLUMNS`, else what the terminal says; the other stream may be a pipe."""
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(stream.fileno()).columns) or WIDTH
    except (OSError, ValueError):
        return shutil.get_terminal_size((WIDTH, 24)).columns


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells of a terminal, with … if something was cut off.

    Characters of East Asia take two cells, marks above a letter none.
    """
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…"


def padded(text: str, width: int) -> str:
    """The text in exactly `width` cells, cut or filled up with spaces."""
    from rich.cells import set_cell_size

    return set_cell_size(cut(text, width), width)
