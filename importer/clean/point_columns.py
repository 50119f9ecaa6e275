"""The points of many rows at once: columns of a sheet, moved together so that no row has a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.clean.contact_points import Labelled


class PointColumns:
    """The first points of all rows, the second ones, and so on, each with its label; "" where a row has none."""

    def __init__(self, height: int) -> None:
        self._height = height
        self._slots: list[tuple[list[str], list[str]]] = []

    def add(self, values: list[str], given: Sequence[str]) -> None:
        """Add a column of points with the labels given for it: each goes into the first slot that its row has free."""
        if not any(values):
            return
        labels = [label if value else "" for value, label in zip(values, given, strict=True)]
        for at, (before, said) in enumerate(self._slots):
            self._slots[at] = (
                [one or value for one, value in zip(before, values, strict=True)],
                [label if one else own for one, label, own in zip(before, said, labels, strict=True)],
            )
            values = [value if one else "" for one, value in zip(before, values, strict=True)]
            labels = [label if one else "" for one, label in zip(before, labels, strict=True)]
        if any(values):
            self._slots.append((values, labels))

    def put(self, row: int, points: Sequence[Labelled]) -> None:
        """Put the points of a row (from 0) that has none yet."""
        for number, (value, label) in enumerate(points):
            if number == len(self._slots):
                self._slots.append(([""] * self._height, [""] * self._height))
            values, labels = self._slots[number]
            values[row], labels[row] = value, label

    def columns(self, kind: str) -> dict[str, list[str]]:
        """Give `phone_1 phone_1_label phone_2 ...`, as many as the row with the most has."""
        return {
            name: texts
            for number, (values, labels) in enumerate(self._slots, 1)
            for name, texts in ((f"{kind}_{number}", values), (f"{kind}_{number}_label", labels))
        }


def doubtful(columns: Sequence[Sequence[str | None]]) -> list[int]:
    """The rows (from 0) that have to be gathered one by one: a point is not known yet (None), or there twice."""
    if len(columns) == 1:
        return [at for at, value in enumerate(columns[0]) if value is None]
    return [at for at, values in enumerate(zip(*columns, strict=True)) if None in values or _repeats(values)]


def _repeats(values: Sequence[str | None]) -> bool:
    filled = [value for value in values if value]
    return len(filled) > 1 and len(set(map(str.casefold, filled))) < len(filled)
