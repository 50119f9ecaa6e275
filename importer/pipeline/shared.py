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
    """Feed it the numbers of all good rows in the order of the sheet, then ask.

    A number and its row take 16 bytes here, so that those of a million rows can be compared at once, which takes a
    tenth of the time of looking each one up.
    """

    def __init__(self) -> None:
        self._numbers, self._rows = array("q"), array("q")

    def feed(self, numbers: Iterable[tuple[str, int]]) -> None:
        """Take numbers (E.164) and their rows."""
        pairs = list(numbers)
        self._numbers.extend([int(number) for number, _ in pairs])
        self._rows.extend([row for _, row in pairs])

    def problems(self) -> Iterator[Problem]:
        """A warning for each row that has a number which an earlier row has for somebody else, in row order."""
        numbers, rows = np.asarray(self._numbers), np.asarray(self._rows)
        order = np.argsort(numbers, kind="stable")
        same = np.diff(numbers[order]) == 0
        shared = np.zeros(len(numbers), bool)
        shared[order[1:][same]] = shared[order[:-1][same]] = True
        pairs = zip(rows[shared].tolist(), numbers[shared].tolist(), strict=True)
        first: dict[int, int] = {}
        for row, number in sorted(pairs, key=itemgetter(0)):
            if (earlier := first.setdefault(number, row)) != row:
                message = f"Row {earlier} has this number too, for another contact. Check that both are meant."
                yield Problem(row, None, f"+{number}", "phone-shared", Severity.WARNING, message)
