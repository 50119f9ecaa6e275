"""The phones or emails of many rows at once: columns of a sheet, filled so that no row has a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.clean.contact_points import Labelled


class PointColumns:
    """The first points of all rows, the second ones, and so on, each with its label; "" where a row has none."""

    def __init__(self, height: int) -> None:
        self._height = height
        self._columns: list[tuple[list[str], list[str]]] = []

    def add(self, values: list[str], labels: Sequence[str]) -> None:
        """Add a column of points with their labels: each goes into the first column that its row has free."""
        if not any(values):
            return
        if any(labels):
            labels = [label if value else "" for value, label in zip(values, labels, strict=True)]
        else:
            labels = list(labels)
        # Whole columns at once, which takes a fraction of the time of going row by row.
        for number, (filled, filled_labels) in enumerate(self._columns):
            self._columns[number] = (
                [before or value for before, value in zip(filled, values, strict=True)],
                [old if before else new for before, old, new in zip(filled, filled_labels, labels, strict=True)],
            )
            values = [value if before else "" for before, value in zip(filled, values, strict=True)]
            labels = [label if before else "" for before, label in zip(filled, labels, strict=True)]
        if any(values):
            self._columns.append((values, labels))

    def put(self, row_index: int, points: Sequence[Labelled]) -> None:
        """Put the points of a row (from 0) that has none yet."""
        for number, (value, label) in enumerate(points):
            if number == len(self._columns):
                self._columns.append(([""] * self._height, [""] * self._height))
            values, labels = self._columns[number]
            values[row_index], labels[row_index] = value, label

    def columns(self, kind: str) -> dict[str, list[str]]:
        """Give `phone_1 phone_1_label phone_2 ...`, as many as the row with the most has."""
        return {
            name: texts
            for number, (values, labels) in enumerate(self._columns, 1)
            for name, texts in ((f"{kind}_{number}", values), (f"{kind}_{number}_label", labels))
        }


def doubtful(columns: Sequence[Sequence[str | None]]) -> list[int]:
    """The rows (from 0) that have to be gathered one by one: a point is not known yet (None), or there twice."""
    if len(columns) == 1:
        return [index for index, value in enumerate(columns[0]) if value is None]
    rows = []
    for index, values in enumerate(zip(*columns, strict=True)):
        points = [value for value in values if value]
        # Counted first: most rows have one point or none, and need no comparison.
        repeated = len(points) > 1 and len(set(map(str.casefold, points))) < len(points)
        if repeated or None in values:
            rows.append(index)
    return rows
