"""What a person does not see of a sheet, or sees otherwise than it is stored: hidden rows and columns, merged cells."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

_AREA = regex(r"\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})\Z")
MOST_MERGED, MOST_RANGES = 10_000, 4_000
"""Of more merged cells and ranges of hidden columns no more is said."""


class Area(NamedTuple):
    """Merged cells: rows from 1, columns from 0, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class SheetView:
    """Filled while the rows of a sheet are read, and whole at their end.

    `hidden_rows` are the numbers of rows with cells, by a filter or by hand; `hidden_columns` are ranges of positions
    (from 0, the end not included), since one element may hide all 16,384.
    """

    hidden_rows: array[int] = field(default_factory=lambda: array("L"))
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)

    def hide_columns(self, first: int, end: int) -> None:
        """Add hidden columns."""
        if 0 <= first < end and len(self.hidden_columns) < MOST_RANGES:
            self.hidden_columns.append((first, end))

    def hides_column(self, position: int) -> bool:
        """Whether a column is hidden."""
        return any(first <= position < end for first, end in self.hidden_columns)

    def merge(self, reference: str) -> None:
        """Add merged cells, given as `A2:B3`."""
        if match := _AREA.match(reference):
            self.add(Area(int(match[2]), int(match[4]), _position(match[1]), _position(match[3])))

    def add(self, area: Area) -> None:
        """Add merged cells."""
        if len(self.merged) < MOST_MERGED:
            self.merged.append(area)


def _position(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def span(first: int, last: int) -> str:
    """One run of row numbers in words, however long it is.

    >>> span(3, 3), span(3, 4), span(1, 1048576)
    ('3', '3 and 4', '1 to 1,048,576')
    """
    return " and ".join(_run_words(first, last))


def _run_words(first: int, last: int) -> list[str]:
    if last == first + 1:
        return [f"{first:,}", f"{last:,}"]
    return [f"{first:,}" if first == last else f"{first:,} to {last:,}"]


def ranges(numbers: Sequence[int], most: int = 8) -> str:
    """Rising row numbers in words, runs of them joined.

    >>> ranges([3, 4]), ranges([2, 5, 6, 7, 9]), ranges(range(1, 100, 2), 3)
    ('3 and 4', '2, 5 to 7 and 9', '1, 3, 5 and 47 more')
    """
    runs: list[tuple[int, int]] = []
    written = 0
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        elif len(runs) == most:
            break
        else:
            runs.append((number, number))
        written += 1
    words = [word for first, last in runs for word in _run_words(first, last)]
    if written < len(numbers):
        words.append(f"{len(numbers) - written:,} more")
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
