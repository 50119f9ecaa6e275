"""Columns of numbers with a line for each row or cell of a sheet, most of which are not in memory."""

from __future__ import annotations

import weakref
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

import numpy as np

from importer.errors import out_of_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

MOST_IN_MEMORY = 2_000_000
"""Bytes; a longer table is in a temporary file."""
LINES_AT_ONCE = 50_000
"""Lines that are read at once."""


class NumberColumns:
    """Columns that grow together, with their names and numpy's names of their types: `point="q", row="I"`.

    A sheet of a million rows has a hundred megabytes of them, which are looked at when all rows are read, part by part.
    """

    def __init__(self, **types: str) -> None:
        self.line_type = np.dtype(list(types.items()))
        self._file = SpooledTemporaryFile(MOST_IN_MEMORY)  # noqa: SIM115 - closed when these columns are
        # Python warns of a file that is open when nothing refers to it any more.
        self.close = weakref.finalize(self, self._file.close)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, count: int, **columns: ArrayLike) -> None:
        """Add so many lines, with their values in each column. Raises DiskFailed."""
        lines = np.empty(count, self.line_type)
        for name in self.line_type.names or ():
            lines[name] = columns[name]
        try:
            self._file.seek(0, SEEK_END)
            self._file.write(lines.tobytes())
            # What is in a buffer would fail where the lines are read.
            self._file.flush()
        except OSError as error:
            if scarce := out_of_room(error):
                raise scarce from error
            raise
        self._count += count

    def parts(self, at_once: int = LINES_AT_ONCE) -> Iterator[NDArray[np.void]]:
        """Give all lines in their order, so many at once; a column of these is `part["point"]`."""
        for start in range(0, self._count, at_once):
            self._file.seek(start * self.line_type.itemsize)
            yield np.frombuffer(self._file.read(at_once * self.line_type.itemsize), self.line_type)

    def at(self, places: NDArray[np.integer]) -> NDArray[np.void]:
        """Return the lines at some places, which count from 0, in the order of the places."""
        lines, start = np.empty(len(places), self.line_type), 0
        for part in self.parts():
            is_here = (places >= start) & (places < start + len(part))
            lines[is_here] = part[places[is_here] - start]
            start += len(part)
        return lines
