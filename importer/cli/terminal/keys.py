"""Single keys from a terminal, and whole pages to it.

Hand-written because it is all that the mapping editor needs: prompt_toolkit would add 10 MB and 0.17 s of imports.
"""

from __future__ import annotations

import codecs
import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Control sequences of xterm: the alternate screen without a cursor, and back.
ALTERNATE_SCREEN, MAIN_SCREEN = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
CURSOR_HOME, CLEAR_LINE, CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"
# Terminals disagree about arrows, Home and End: VT100 application mode, xterm and the Linux console.
_SEQUENCES = {
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1bOA": "up",
    "\x1bOB": "down",
    "\x1b[5~": "page-up",
    "\x1b[6~": "page-down",
    "\x1b[H": "home",
    "\x1b[F": "end",
    "\x1bOH": "home",
    "\x1bOF": "end",
    "\x1b[1~": "home",
    "\x1b[4~": "end",
}
_CHARACTERS = {
    "\r": "enter",
    "\n": "enter",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x1b": "escape",
    "\x04": "escape",
}


def can_draw(stream: TextIO) -> bool:
    """Whether pages can be drawn and single keys read; else questions are asked line by line."""
    try:
        import termios  # noqa: F401  (Windows has none)
    except ImportError:
        return False
    return stream.isatty() and sys.stdin.isatty() and os.environ.get("TERM", "dumb") != "dumb"


@dataclass
class Terminal:
    """A terminal in the mode where every key is read at once; only made by `full_screen`."""

    read: Callable[[], bytes]
    out: TextIO
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )
    _unread: str = ""

    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        window = shutil.get_terminal_size()
        return max(window.columns, 40), max(window.lines, 10)

    def show(self, lines: Sequence[str], marked: int) -> None:
        """Draw a page, the marked line in reverse."""
        *upper, last = [f"\x1b[7m{line}\x1b[0m" if index == marked else line for index, line in enumerate(lines)]
        # No line break behind the last line: it would scroll the page.
        self.out.write(CURSOR_HOME + "".join(f"{line}{CLEAR_LINE}\r\n" for line in upper) + last + CLEAR_LINE)
        self.out.write(CLEAR_BELOW)
        self.out.flush()

    def key(self) -> str:
        """The next key: a character or a name as in `Editor.press`; `escape` once the terminal is gone."""
        while not self._unread:
            chunk = self.read()
            if not chunk:
                return "escape"
            self._unread += self._decoder.decode(chunk)
        for sequence, name in _SEQUENCES.items():
            if self._unread.startswith(sequence):
                self._unread = self._unread[len(sequence) :]
                return name
        character, self._unread = self._unread[0], self._unread[1:]
        if character == "\x1b" and self._unread[:1] in ("[", "O"):
            # A key without a meaning here: skip its whole sequence, which ends with a letter or ~ (ECMA-48, 5.4).
            end = next((n for n, final in enumerate(self._unread[1:], 2) if final.isalpha() or final == "~"), 1)
            self._unread = self._unread[end:]
            return "unknown"
        return _CHARACTERS.get(character, character)


@contextmanager
def full_screen(out: TextIO) -> Iterator[Terminal]:
    """A page of its own on the terminal, taken away again whatever happens."""
    import termios
    import tty

    keyboard = sys.stdin.fileno()
    mode_before = termios.tcgetattr(keyboard)
    try:
        # Not the raw mode: Ctrl-C is still to end the program.
        tty.setcbreak(keyboard)
        out.write(ALTERNATE_SCREEN)
        yield Terminal(lambda: os.read(keyboard, 1024), out)
    finally:
        out.write(MAIN_SCREEN)
        out.flush()
        termios.tcsetattr(keyboard, termios.TCSADRAIN, mode_before)
