"""Phone numbers that several rows of a sheet have: meant or not, the person should know."""

from __future__ import annotations

from array import array
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from importer.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class SharedNumbers:
    """Feed it the numbers of all good rows, those of earlier rows first, then ask.

    A number and its row take 12 bytes here, so that those of a million rows can be compared at once, which takes a
    tenth of the time of looking each one up.
    """

    def __init__(self) -> None:
        self._numbers, self._rows = array("q"), array("I")

    def feed(self, numbers: Iterable[tuple[str, int]]) -> None:
        """Take the numbers (E.164) of some rows, in any order, with these rows."""
        pairs = sorted(numbers, key=itemgetter(1))
        self._numbers.extend([int(number) for number, _ in pairs])
        self._rows.extend([row for _, row in pairs])

    def problems(self) -> Iterator[Problem]:
        """A warning for each row that has a number which an earlier row has for somebody else, in row order."""
        first = dict.fromkeys(self._several(), 0)
        for number, row in zip(self._numbers, self._rows, strict=True):
            if (earlier := first.get(number)) is None:
                continue
            if not earlier:
                first[number] = row
            elif earlier != row:
                message = f"Row {earlier} has this number too, for another contact. Check that both are meant."
                yield Problem(row, None, f"+{number}", "phone-shared", Severity.WARNING, message)

    def _several(self) -> list[int]:
        """The numbers that stand there more than once."""
        ordered = np.sort(np.asarray(self._numbers))
        again = ordered[1:] == ordered[:-1]
        second = again.copy()  # of each number; all others of it would take as much memory as the numbers
        second[1:] &= ~again[:-1]
        several: list[int] = ordered[1:][second].tolist()
        return several
