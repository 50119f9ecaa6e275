"""Rows of one sheet that are one person twice: the same name, and a phone or email in common."""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable


class TwinFinder:
    """Takes every row of a sheet, in any order, and then tells which rows share a name and a number.

    Names and numbers are hashes of this process. A number takes 12 bytes and a name 12, so that a million rows are
    sorted at once; looking each number up would take ten times as long and five times the memory.
    """

    def __init__(self) -> None:
        self._points, self._point_rows = array("q"), array("I")
        self._names, self._name_rows = array("q"), array("I")

    def feed(self, row: int, name: int, points: Iterable[int]) -> None:
        """Take a row with its name (0 for none) and its phones and emails; of one without any the name must do."""
        if not name:
            return
        self._names.append(name)
        self._name_rows.append(row)
        for point in tuple(points) or (name,):
            self._points.append(point)
            self._point_rows.append(row)

    def twins(self) -> dict[int, tuple[int, ...]]:
        """Return, for each row that shares its name and a number with others, these other rows in order."""
        points, rows = np.asarray(self._points), np.asarray(self._point_rows)
        order = np.argsort(points, kind="stable")
        ordered = points[order]
        is_repeat = np.zeros(len(ordered), dtype=bool)
        is_repeat[1:] = ordered[1:] == ordered[:-1]
        is_repeat[:-1] |= is_repeat[1:]
        shared = set(rows[order[is_repeat]].tolist())
        if not shared:
            return {}

        # Only the rows that share a number are looked at by name.
        names = {row: name for row, name in zip(self._name_rows, self._names, strict=True) if row in shared}
        groups: dict[tuple[int, int], list[int]] = defaultdict(list)
        for point, row in zip(ordered[is_repeat].tolist(), rows[order[is_repeat]].tolist(), strict=True):
            groups[names[row], point].append(row)
        others: dict[int, set[int]] = defaultdict(set)
        for group in groups.values():
            for row in group:
                others[row].update(group)
        return {row: tuple(sorted(group - {row})) for row, group in others.items() if len(group) > 1}
