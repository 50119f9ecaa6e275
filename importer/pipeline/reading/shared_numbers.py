"""Phone numbers that several rows of a sheet share: on purpose or not, the person should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from importer.identity.number_columns import NumberColumns
from importer.identity.repeated import repeated_lines
from importer.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class SharedNumbers:
    """Takes the numbers of all good rows, in row order, and then finds those that several rows have.

    All numbers are compared at once, which takes a tenth of the time of looking each one up.
    """

    def __init__(self) -> None:
        self._numbers = NumberColumns(number="q", row="I")

    def feed(self, numbers: Sequence[str], rows: Sequence[int]) -> None:
        """Take the numbers (E.164) of some rows, in row order, and the row of each."""
        values = np.fromiter(map(int, numbers), np.int64, len(numbers))
        self._numbers.extend(len(numbers), number=values, row=rows)

    def problems(self) -> Iterator[Problem]:
        """Give a warning for each row with a number that an earlier row has for another contact, in row order."""
        first: dict[int, int] = {}
        for lines in repeated_lines(self._numbers, "number"):
            for number, row in lines.tolist():
                earlier = first.setdefault(number, row)
                if earlier != row:
                    message = f"Row {earlier} has this number too, for another contact. Check that both are meant."
                    yield Problem(row, None, f"+{number}", "phone-shared", Severity.WARNING, message)
