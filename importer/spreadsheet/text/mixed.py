"""Files whose lines are in several encodings: pasted together from exports of different programs.

UTF-8 is known by its form: text of another encoding hardly ever has it. Of the code pages of DOS and Windows no line
says which it is in, but a letter of DOS in the middle of a word is a sign of no letter in Windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.regex import regex
from importer.text import counted

if TYPE_CHECKING:
    from pathlib import Path

_DOS, _WINDOWS = "cp850", "cp1252"
# Letters in cp850; in cp1252 low quotes, daggers and the like, which stand in no word. Apostrophes and dashes do.
_IN_WORD = regex(rb"(?<=[A-Za-z])[\x81\x82\x84\x86-\x89\x8b\x90\x94\x95\x98\x9b](?=[A-Za-z])")
_SHOWN_LINES = 10


def is_utf8(line: bytes) -> bool:
    """Whether a line is valid UTF-8."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_dos(line: bytes) -> bool:
    """Whether a line cannot be in the code page of Windows for Western Europe, but is in that of DOS."""
    return _IN_WORD.search(line) is not None


def is_single_byte(codec: str) -> bool:
    """Whether each byte is a character in an encoding: then two bytes that are UTF-8 are no accident."""
    try:
        return len(bytes(range(0xC0, 0x100)).decode(codec, "replace")) == 0x40
    except LookupError:
        return False


def codec_of(line: bytes, beside: str) -> str:
    """The encoding of one line of such a file, where `beside` is that of most lines that are not UTF-8."""
    if is_utf8(line):
        return "utf-8"
    return _DOS if beside == _WINDOWS and is_dos(line) else beside


def decoded(line: str, beside: str) -> str:
    """A line that was read as UTF-8, with the bytes that are none as lone surrogates, in its own encoding.

    >>> decoded("M\\udcfcller", "cp1252"), decoded("M\\udc81ller", "cp1252")
    ('Müller', 'Müller')
    """
    raw = line.encode("utf-8", "surrogateescape")
    return raw.decode(codec_of(raw, beside), "replace")


@dataclass(frozen=True, slots=True)
class MixedLines:
    """The numbers of the lines beyond ASCII, by their encoding."""

    lines: dict[str, list[int]]

    @classmethod
    def of(cls, path: Path, beside: str) -> MixedLines:
        """Read a file for them."""
        lines: dict[str, list[int]] = {}
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if not line.isascii():
                    lines.setdefault(codec_of(line, beside), []).append(number)
        return cls(lines)

    def text(self) -> str:
        """Which lines are read as what, the most common encoding last."""
        parts = []
        for codec, numbers in sorted(self.lines.items(), key=lambda item: len(item[1])):
            shown = ", ".join(f"{number:,}" for number in numbers[:_SHOWN_LINES])
            more = f" and {len(numbers) - _SHOWN_LINES:,} more" if len(numbers) > _SHOWN_LINES else ""
            parts.append(f"{counted(len(numbers), 'line')} as {codec} ({shown}{more})")
        return "; ".join(parts)
