"""The lines of a text file: bounded, clean, and given back where a record turns out to end before them."""

from __future__ import annotations

import re
from collections import deque
from io import StringIO
from itertools import islice
from typing import TextIO

from importer.errors import SourceError
from importer.regex import regex
from importer.spreadsheet.text.mixed import decoded
from importer.spreadsheet.text.wrapped import unwrap

# A record of more lines than this has a quote that was never closed, not a cell with line breaks.
RECORD_LINES = 5000
RECORD_CHARACTERS = 16 * 1024**2
# Lines of so many characters are looked at together, as long as there is nothing odd about any of them. More would
# hardly be faster for a plain sheet, and slower for one with something odd here and there.
BLOCK_CHARACTERS = 16 * 1024
BATCH_CHARACTERS = 1024**2
# So many lines more, if the last of a batch are in a cell that goes on.
CELL_LINES = 200

SURROGATE = regex("[\ud800-\udfff]")
FOUL = regex("[\x00\ud800-\udfff]|^\ufeff")


class Endless(Exception):
    """A record of more lines or characters than any cell has: its quote was never closed."""


class FileLines:
    """The lines of a file as they are, one by one or many at once; SourceError for one of over `most` characters."""

    def __init__(
        self, stream: TextIO, name: str, most: int, *, wrapped: bool = False, together: int = BLOCK_CHARACTERS
    ) -> None:
        self._stream, self._name, self._most, self._wrapped = stream, name, most, wrapped
        self._together = together
        self._number = 0

    def __iter__(self) -> FileLines:
        return self

    def __next__(self) -> str:
        if line := self._stream.readline(self._most):
            return self._checked([line])[0]
        raise StopIteration

    def block(self) -> list[str]:
        """Take the next whole lines, of as many characters as are looked at together; none at the end."""
        text = self._stream.read(self._together)
        if text and text[-1] != "\n":  # also after \r, which \n may follow
            text += self._stream.readline(self._most)
        return self._checked(StringIO(text, newline="").readlines())

    def _checked(self, lines: list[str]) -> list[str]:
        if max(map(len, lines), default=0) >= self._most:
            for number, line in enumerate(lines, self._number + 1):
                if len(line) > self._most or (len(line) == self._most and not line.endswith(("\n", "\r"))):
                    raise SourceError(
                        f"Line {number:,} of {self._name} is longer than {self._most:,} characters.",
                        "Check that it is a sheet of contacts, with one contact a line.",
                    )
        self._number += len(lines)
        return list(map(unwrap, lines)) if self._wrapped else lines


class RecordLines:
    """The lines of a file, clean, with those of the record at hand remembered so that they can be read again."""

    def __init__(self, source: FileLines, codec: str, beside: str = "") -> None:
        self._source, self._codec, self._beside = source, codec, beside
        self.back: deque[str] = deque()  # given back and not taken again
        self.taken: list[str] = []
        self.size = 0
        self.foul = False
        self.number = 0

    def __iter__(self) -> RecordLines:
        return self

    def __next__(self) -> str:
        if self.taken and (len(self.taken) >= RECORD_LINES or self.size > RECORD_CHARACTERS):
            raise Endless
        line = self.back.popleft() if self.back else next(self._source)
        self.taken.append(line)
        self.size += len(line)
        self.number += 1
        # Most lines are ASCII, and then one look is enough.
        is_foul = "\x00" in line if line.isascii() else bool(FOUL.search(line))
        if not is_foul:
            return line
        self.foul = True
        return clean(line, self._codec, self._beside)

    def batch(self) -> list[str]:
        """Take the next lines, to be looked at together; none as long as there are lines that were given back."""
        if self.back:
            return []
        lines = self._source.block()
        text = "".join(lines)
        size, is_open = len(text), text.count('"') % 2 == 1
        # While a quote is open, the next line is of the same cell.
        for line in islice(self._source, CELL_LINES if is_open else 0):
            lines.append(line)
            size += len(line)
            is_open ^= line.count('"') % 2 == 1
            if size > BATCH_CHARACTERS or not is_open:
                break
        return lines

    def put_back(self, lines: list[str]) -> None:
        """Return a batch of which nothing was used."""
        self.back.extendleft(reversed(lines))

    def begin(self) -> None:
        self.taken, self.size, self.foul = [], 0, False

    def give_back(self, keep: int) -> None:
        """Return what was taken beyond the first `keep` lines."""
        self.number -= len(self.taken) - keep
        self.back.extendleft(reversed(self.taken[keep:]))
        del self.taken[keep:]


def clean(line: str, codec: str, beside: str = "") -> str:
    """A line without NULs and stray marks; bytes that the encoding lacks are read as cp1252, else as U+FFFD.

    `beside`: the encoding of whole lines with such bytes.
    """
    if beside and SURROGATE.search(line):
        line = decoded(line, beside)

    def readable(match: re.Match[str]) -> str:
        try:
            raw = match.group().encode("ascii", "surrogateescape")
        except UnicodeError:  # half of a surrogate pair, which comes from no byte
            return "\ufffd" * len(match.group())
        # cp1252 lacks five bytes, and Latin-1 none; a file in cp1252 has such bytes only where it lacks them.
        return raw.decode("latin-1" if codec == "cp1252" else "cp1252", "replace")

    return re.sub("[\ud800-\udfff]+", readable, line.replace("\x00", "").removeprefix("\ufeff"))
