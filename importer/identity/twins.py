"""Rows of one sheet that are one person twice: the same name, and a phone or email in common.

Of rows without a name all phones and emails must be the same: they are one identity.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Twins:
    """Groups of rows that are one person: each holds its rows in order, and a row may be in several.

    Groups, not the others of each row: a sheet in which n rows are one person would have n * n of these.
    """

    def __init__(self, groups: Sequence[Sequence[int]] = ()) -> None:
        self.groups = groups
        of_row: dict[int, list[int]] = defaultdict(list)
        for number, group in enumerate(groups):
            for row in group:
                of_row[row].append(number)
        self.of_row: dict[int, list[int]] = dict(of_row)

    def __contains__(self, row: int) -> bool:
        return row in self.of_row

    def groups_of(self, row: int) -> Sequence[int]:
        """Return the numbers of the groups that a row is in."""
        return self.of_row.get(row, ())


class TwinFinder:
    """Takes the rows of a sheet in any order, and then tells which of them share a name and a number.

    A row is taken with a key for each of its phones and emails: a hash of its name and that number, or of the name
    alone if it has no number. A key and its row take 12 bytes, so that those of a million rows are sorted at once;
    looking each one up would take ten times as long and five times the memory.
    """

    def __init__(self) -> None:
        self._keys, self._rows = array("q"), array("I")

    def feed(self, rows: Iterable[int], keys: Iterable[int]) -> None:
        """Take keys with the rows that they are of; a row may come several times."""
        self._rows.extend(rows)
        self._keys.extend(keys)

    def twins(self) -> Twins:
        """Return the groups of rows that share a key."""
        keys, rows = np.asarray(self._keys), np.asarray(self._rows)
        order = np.lexsort((rows, keys))
        keys, rows = keys[order], rows[order]
        is_new_key = np.ones(len(keys), dtype=bool)
        is_new_key[1:] = keys[1:] != keys[:-1]
        # A row may have come with the same key twice.
        is_kept = is_new_key.copy()
        is_kept[1:] |= rows[1:] != rows[:-1]
        rows, starts = rows[is_kept], np.flatnonzero(is_new_key[is_kept])
        ends = np.append(starts[1:], len(rows)) if len(starts) else starts
        is_shared = ends - starts > 1
        pairs = zip(starts[is_shared].tolist(), ends[is_shared].tolist(), strict=True)
        return Twins([tuple(rows[start:end].tolist()) for start, end in pairs])


def twin_keys(first: str, last: str, company: str, points: Sequence[str]) -> list[int]:
    """Return the keys of one row: of a row without a name one for all its numbers together. Hashes of this process."""
    name = f"{first} {last}".strip() or company
    if not name:
        every = tuple(sorted(point.casefold() for point in points if point))
        return [hash(("", *every))] if every else []
    name = name.casefold()
    return [hash((name, point.casefold())) for point in points if point] or [hash((name, ""))]
