"""A terminal window: the real command on a pseudo-terminal, and what a person then sees, characters and colours."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from itertools import groupby
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from tests import warm
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# A control sequence (ECMA-48), or a single character.
_TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|(.)", re.DOTALL)

Run = tuple[str, str]
"""Characters beside each other in one style: the text, and the parameters of its SGR sequence ("" for plain)."""


@dataclass
class Window:
    """What stands in a window after a program has written to it; it knows what this program uses."""

    lines: list[list[tuple[str, str]]] = field(default_factory=lambda: [[]])
    row: int = 0
    column: int = 0
    style: str = ""

    def feed(self, text: str) -> Window:
        """Take what was written."""
        for parameters, letter, character in _TOKEN.findall(text):
            if letter:
                self._steer(parameters, letter)
            elif character == "\r":
                self.column = 0
            elif character == "\n":
                self.row += 1
                self.lines += [[] for _ in range(self.row + 1 - len(self.lines))]
            else:
                self._put(character)
        return self

    def runs(self) -> list[list[Run]]:
        """The lines, each as runs of one style, without spaces at the end."""
        return [[("".join(c for c, _ in some), style) for style, some in _styled(line)] for line in self.lines]

    def text(self) -> str:
        """The characters alone."""
        return "\n".join("".join(text for text, _ in line).rstrip() for line in self.runs()).rstrip() + "\n"

    def marked(self) -> str:
        """The characters, colours in sight as ⟦31:red⟧."""
        lines = ("".join(f"⟦{style}:{text}⟧" if style else text for text, style in line) for line in self.runs())
        return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"

    def _put(self, character: str) -> None:
        line = self.lines[self.row]
        line += [(" ", "")] * (self.column + 1 - len(line))
        line[self.column] = (character, self.style)
        self.column += 1

    def _steer(self, parameters: str, letter: str) -> None:
        if letter == "m":
            self.style = "" if parameters in {"", "0"} else parameters
        elif letter == "A":
            self.row = max(0, self.row - int(parameters or 1))
        elif letter == "K":
            del self.lines[self.row][self.column :]


def _styled(line: list[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    end = max((at + 1 for at, (character, _) in enumerate(line) if character != " "), default=0)
    return [(style, list(some)) for style, some in groupby(line[:end], key=lambda one: one[1])]


def on_terminal(arguments: list[str], folder: Path, columns: int, **environment: str) -> str:
    """What the command writes to a terminal of so many columns, run in `folder`, which is also its home."""
    return warm.on_terminal(arguments, folder, _clean(folder) | {"TERM": "xterm-256color"} | environment, columns)


def through_a_pipe(arguments: list[str], folder: Path) -> str:
    """What the command writes where nobody looks on, stderr and stdout as they come."""
    with TemporaryFile() as written:
        warm.start(arguments, folder, _clean(folder), dict.fromkeys((1, 2), written.fileno())).join()
        written.seek(0)
        return written.read().decode()


def _clean(folder: Path) -> dict[str, str]:
    """The environment of a person who has never used the program."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    home = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"), str(folder / "home"))
    return {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "TZ": "UTC", **kept, **home}
