"""What the phone numbers of good rows say together: how many there are, who has none, and which many rows share."""

from __future__ import annotations

from itertools import chain, compress
from operator import not_
from typing import TYPE_CHECKING

from importer.mapping.contacts.chunk_columns import point_columns
from importer.model import Problem, Severity, Status
from importer.model.fields import PERSON_NAMES
from importer.pipeline.reading.shared_numbers import SharedNumbers
from importer.text import may_hold_phone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from importer.model import NormalisedChunk
    from importer.pipeline.telemetry.statistics import RunStatistics
    from importer.plan import RowStep

_NO_PHONE = "The contact has no phone number, so it will not be visible in the app. Add a number if it should be."
_PHONE_IN_NAME = (
    "The contact has no phone number, so it will not be visible in the app, although one is in its name. Put the "
    "number into a column for phone numbers."
)


class PhoneProblems:
    """Takes the numbers of a sheet, a chunk at a time, and counts them in `statistics`."""

    def __init__(self, statistics: RunStatistics) -> None:
        self._statistics, self._shared_numbers = statistics, SharedNumbers()

    def add_problems(
        self,
        chunk: NormalisedChunk,
        rejected: Collection[int],
        steps: Iterable[RowStep],
        problems: Mapping[int, list[Problem]],
    ) -> None:
        """Count the numbers of good rows, and warn of good rows without any."""
        columns = [values for values, _ in point_columns(chunk, "phone")]
        # All numbers in row order, with the row of each.
        numbers, rows = columns[0] if columns else [""] * len(chunk.rows), chunk.rows
        reached: Sequence[object] = numbers
        if len(columns) > 1:
            numbers = list(chain.from_iterable(zip(*columns, strict=True)))
            rows = [row for row in chunk.rows for _ in columns]
            reached = list(map(any, zip(*columns, strict=True)))
        if rejected or not all(numbers):
            is_sent = [bool(number) and row not in rejected for number, row in zip(numbers, rows, strict=True)]
            numbers, rows = list(compress(numbers, is_sent)), list(compress(rows, is_sent))
        self._statistics.add_numbers(numbers)

        # A contact made through the API shows in the app only beside a conversation with one of its numbers.
        if not all(reached):
            names = map(" ".join, zip(*map(chunk.texts, PERSON_NAMES), strict=True))
            for row, name in compress(zip(chunk.rows, names, strict=True), map(not_, reached)):
                if row not in rejected:
                    text = _PHONE_IN_NAME if may_hold_phone(name) else _NO_PHONE
                    problems[row].append(Problem(row, None, "", "no-phone", Severity.WARNING, text))

        # A row that repeats another one shares its numbers on purpose.
        if repeats := {step.row for step in steps if step.status is Status.DUPLICATE}:
            is_first = [row not in repeats for row in rows]
            numbers, rows = list(compress(numbers, is_first)), list(compress(rows, is_first))
        self._shared_numbers.feed(numbers, rows)

    def shared_numbers(self) -> Iterator[Problem]:
        """Give the problems of numbers that many rows share, when all rows were taken."""
        return self._shared_numbers.problems()
