"""The names of rows where a sheet is made of several files: `row 100,012` is `row 12 of b.csv`."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from importer.regex import regex

if TYPE_CHECKING:
    import re

_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+"
_ROWS = regex(rf"\b([Rr]ows? )((?:{_NUMBER})(?:(?:, | and )(?:{_NUMBER}))*)(?! (?:of|in) )\b")
_EACH = regex(_NUMBER)


class RowPlace(NamedTuple):
    """A row as its owner sees it: its file, and its number there."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class RowNames:
    """`files` in their order; rows above `starts[n]`, up to the next start, are those of `files[n]`. False if none."""

    starts: tuple[int, ...] = ()
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files)

    def place(self, row: int) -> RowPlace:
        """Return the file of a row and its number there."""
        index = max(bisect_left(self.starts, row) - 1, 0)
        return RowPlace(self.files[index], row - self.starts[index])

    def name(self, row: int) -> str:
        """Return what a person calls a row."""
        if not self:
            return f"row {row}"
        file, file_row = self.place(row)
        return f"row {file_row} of {file}"

    def in_text(self, text: str) -> str:
        """Return a message with the rows that it names as their owner calls them."""
        if not self.files or "ow" not in text:
            return text
        return _ROWS.sub(self._named, text)

    def _named(self, match: re.Match[str]) -> str:
        def each(number: re.Match[str]) -> str:
            file, file_row = self.place(int(number[0].replace(",", "")))
            return f"{file_row:,} of {file}"

        return match[1] + _EACH.sub(each, match[2])
