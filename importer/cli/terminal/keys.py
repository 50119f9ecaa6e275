"""The one seam to a terminal that is drawn on: keys come in, whole pages go out."""

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

OTHER_PAGE, FIRST_PAGE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
HOME, REST_OF_LINE, REST_OF_PAGE = "\x1b[H", "\x1b[K", "\x1b[J"
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
_SIGNS = {"\r": "enter", "\n": "enter", "\x7f": "backspace", "\x08": "backspace", "\x1b": "escape", "\x04": "escape"}


def can_draw(stream: TextIO) -> bool:
    """Whether pages can be drawn and single keys read; else questions are asked line by line."""
    try:
        import termios  # noqa: F401  (Windows has none)
    except ImportError:
        return False
    return stream.isatty() and sys.stdin.isatty() and os.environ.get("TERM", "dumb") != "dumb"


@dataclass
class Terminal:
    """A terminal in the mode where every key is read at once; only made by `drawn`."""

    read: Callable[[], bytes]
    out: TextIO
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )
    _waiting: str = ""

    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        found = shutil.get_terminal_size()
        return max(found.columns, 40), max(found.lines, 10)

    def show(self, lines: Sequence[str], marked: int) -> None:
        """Draw a page, the marked line in reverse."""
        drawn = [f"\x1b[7m{line}\x1b[0m" if n == marked else line for n, line in enumerate(lines)]
        self.out.write(HOME + "".join(f"{line}{REST_OF_LINE}\r\n" for line in drawn[:-1]) + drawn[-1] + REST_OF_LINE)
        self.out.write(REST_OF_PAGE)
        self.out.flush()

    def key(self) -> str:
        """The next key: a character or a name as in `Editor.press`; `escape` where nobody is there any more."""
        while not self._waiting:
            piece = self.read()
            if not piece:
                return "escape"
            self._waiting += self._decoder.decode(piece)
        for sequence, name in _SEQUENCES.items():
            if self._waiting.startswith(sequence):
                self._waiting = self._waiting[len(sequence) :]
                return name
        sign, self._waiting = self._waiting[0], self._waiting[1:]
        if sign == "\x1b" and self._waiting[:1] in ("[", "O"):
            # A key that means nothing here: its whole sequence goes.
            end = next((n for n, one in enumerate(self._waiting[1:], 2) if one.isalpha() or one == "~"), 1)
            self._waiting = self._waiting[end:]
            return "unknown"
        return _SIGNS.get(sign, sign)


@contextmanager
def drawn(out: TextIO) -> Iterator[Terminal]:
    """A page of its own on the terminal, taken away in the end, whatever happens."""
    import termios
    import tty

    keyboard = sys.stdin.fileno()
    former = termios.tcgetattr(keyboard)
    try:
        tty.setcbreak(keyboard)
        out.write(OTHER_PAGE)
        yield Terminal(lambda: os.read(keyboard, 1024), out)
    finally:
        out.write(FIRST_PAGE)
        out.flush()
        termios.tcsetattr(keyboard, termios.TCSADRAIN, former)
