"""Phone numbers that several rows of a sheet share: on purpose or not, the person should know."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from importer.identity.repeated import repeated
from importer.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class SharedNumbers:
    """Takes the numbers of all good rows, in row order, and then finds those that several rows have.

    A number and its row take 12 bytes, so that the numbers of a million rows can be sorted at once, which takes a tenth
    of the time of looking each one up.
    """

    def __init__(self) -> None:
        self._numbers, self._rows = array("q"), array("I")

    def feed(self, numbers: Sequence[str], rows: Iterable[int]) -> None:
        """Take the numbers (E.164) of some rows, in row order, and the row of each."""
        self._numbers.frombytes(np.fromiter(map(int, numbers), np.int64, len(numbers)).tobytes())
        self._rows.extend(rows)

    def problems(self) -> Iterator[Problem]:
        """Give a warning for each row with a number that an earlier row has for another contact, in row order."""
        # Only the numbers: all occurrences could be as many as the rows, when every row has the same number.
        first = dict.fromkeys(repeated(np.asarray(self._numbers)).tolist(), 0)
        for number, row in zip(self._numbers, self._rows, strict=True):
            if (earlier := first.get(number)) is None:
                continue
            # Rows count from 1, so 0 is a number whose first row is still to come.
            if not earlier:
                first[number] = row
            elif earlier != row:
                message = f"Row {earlier} has this number too, for another contact. Check that both are meant."
                yield Problem(row, None, f"+{number}", "phone-shared", Severity.WARNING, message)
