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

    from importer.model import Mapping as SheetMapping
    from importer.model import NormalisedChunk
    from importer.pipeline.telemetry.statistics import RunStatistics
    from importer.plan import RowStep

_NO_PHONE = "The contact has no phone number, so it will not be visible in the app. Add a number if it should be."
_PHONE_IN_NAME = (
    "The cell seems to hold a phone number beside the name. It is sent as part of the name, so that the contact has no "
    "phone number and will not be visible in the app. Move the number into a column for phone numbers, such as one "
    "headed Phone."
)
NO_PHONE, PHONE_IN_NAME = "no-phone", "phone-in-name"
UNSEEN_RULES = frozenset((NO_PHONE, PHONE_IN_NAME))
"""The rules of contacts that the app will not show, since they have no number."""


class PhoneProblems:
    """Takes the numbers of a sheet, a chunk at a time, and counts them in `statistics`."""

    def __init__(self, statistics: RunStatistics, columns: SheetMapping) -> None:
        self._statistics, self._shared_numbers = statistics, SharedNumbers()
        self._names = columns.names
        self._column_of = {column.target.field: column.position for column in columns.mapped if column.target}

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
        if not all(numbers):
            numbers, rows = list(filter(None, numbers)), list(compress(rows, numbers))
        if rejected:
            is_sent = [row not in rejected for row in rows]
            numbers, rows = list(compress(numbers, is_sent)), list(compress(rows, is_sent))
        self._statistics.add_numbers(numbers)

        # A contact made through the API shows in the app only beside a conversation with one of its numbers.
        if not all(reached):
            names = zip(*(chunk.columns[name] for name in PERSON_NAMES), strict=True)
            for row, own_names in compress(zip(chunk.rows, names, strict=True), map(not_, reached)):
                if row not in rejected:
                    problems[row].append(self._without_phone(row, own_names))

        # A row that repeats another one shares its numbers on purpose.
        if repeats := {step.row for step in steps if step.status is Status.DUPLICATE}:
            is_first = [row not in repeats for row in rows]
            numbers, rows = list(compress(numbers, is_first)), list(compress(rows, is_first))
        self._shared_numbers.feed(numbers, rows)

    def _without_phone(self, row: int, names: Sequence[str]) -> Problem:
        """The problem of a row without a phone; where one of its names holds a number, of the cell with that name."""
        for field, name in zip(PERSON_NAMES, names, strict=True):
            if may_hold_phone(name):
                position = self._column_of.get(field, self._column_of.get("full_name"))
                column = None if position is None else self._names[position]
                return Problem(row, column, name, PHONE_IN_NAME, Severity.WARNING, _PHONE_IN_NAME, position)
        return Problem(row, None, "", NO_PHONE, Severity.WARNING, _NO_PHONE)

    def shared_numbers(self) -> Iterator[Problem]:
        """Give the problems of numbers that many rows share, when all rows were taken."""
        return self._shared_numbers.problems()
