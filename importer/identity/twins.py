"""Rows of one sheet that are one person twice: a phone or email in common, and the same name or one that is compatible.

Of rows without a name all phones and emails must be the same: they are one identity. Of rows without a phone and email
the name says it, unless the sheet has ids: then two ids are two people, and a row without one may be any of them.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from importer.identity.compatible_rows import CompatibleRows
from importer.identity.number_columns import NumberColumns
from importer.identity.repeated import all_repeated_lines
from importer.text import casefolded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from importer.identity.compatible_rows import NameMarks


_SEVERAL = 2
_SPREAD = 0x5851F42D4C957F2D  # odd, so that no two names have the same product


class Twins:
    """Groups of rows that are one person: each holds its rows in order, and a row may be in several.

    Groups, not the others of each row: a sheet in which n rows are one person would have n * n of these.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[int]] = (),
        compatible: Sequence[Sequence[int]] = (),
        names: Mapping[int, NameMarks] | None = None,
        related: Sequence[Sequence[int]] = (),
        points_of_several: NDArray[np.int64] | None = None,
        with_ids: Mapping[int, Sequence[int]] | None = None,
    ) -> None:
        """Take the groups of rows with one name, and the pairs whose names are only compatible, with their `names`.

        `related`: pairs of rows that are two people, although their names begin with one letter. `points_of_several`:
        as `CompatibleRows` has them. `with_ids`: by row without an id the rows of several people, each with an id, any
        of whom it may be.
        """
        self._points_of_several = np.empty(0, np.int64) if points_of_several is None else points_of_several
        self.of_one_name, self.compatible, self.related, self.names = groups, compatible, related, names or {}
        self.with_ids = with_ids or {}
        self.groups = [*groups, *compatible]
        of_row: dict[int, list[int]] = defaultdict(list)
        for number, group in enumerate(self.groups):
            for row in group:
                of_row[row].append(number)
        self.of_row: dict[int, list[int]] = dict(of_row)

    def __contains__(self, row: int) -> bool:
        return row in self.of_row or row in self.with_ids

    @property
    def rows(self) -> list[int]:
        """The rows that may be one person with another row, in order."""
        return sorted(self.of_row.keys() | self.with_ids.keys())

    def groups_of(self, row: int) -> Sequence[int]:
        """Return the numbers of the groups that a row is in."""
        return self.of_row.get(row, ())

    def is_of_several(self, point: str) -> bool:
        """Whether rows with different given names have a phone or email."""
        key = hash(point.casefold())
        place = int(np.searchsorted(self._points_of_several, key))
        return place < len(self._points_of_several) and int(self._points_of_several[place]) == key

    def have_one_name(self, row: int, twin: int) -> bool:
        """Whether two rows of a group have the same name, apart from upper and lower case."""
        shared = {*self.groups_of(row)}.intersection(self.groups_of(twin))
        return any(number < len(self.of_one_name) for number in shared)


class TwinFinder:
    """Takes all rows of a sheet in any order, and then tells which of them share a name and a number.

    A row is taken with a key for each of its phones and emails: a hash of its name and that number, or of the name
    alone if it has no number. All keys are compared at once; looking each one up would take ten times as long.
    """

    def __init__(self) -> None:
        self._keys = NumberColumns(key="q", row="I")
        self._ids = NumberColumns(row="I", id="q")
        # Takes the rows too, and finds those whose names differ.
        self.compatible = CompatibleRows()
        self._found: Twins | None = None

    def feed(self, rows: Sequence[int], keys: ArrayLike) -> None:
        """Take as many rows as keys, each row with a key of it; a row may come several times."""
        self._keys.extend(len(rows), key=keys, row=rows)

    def feed_ids(self, rows: Sequence[int], ids: Sequence[str]) -> None:
        """Take the ids of rows without a phone and email, as an id column has them; "" is none."""
        has_id = list(map(bool, ids))
        hashes = [hash(text) or 1 for text in compress(ids, has_id)]
        self._ids.extend(len(hashes), row=list(compress(rows, has_id)), id=hashes)

    def twins(self) -> Twins:
        """Return the groups of rows that share a key; from then on no rows are taken."""
        if self._found is None:
            self._found = self._find()
        return self._found

    def _find(self) -> Twins:
        compatible, related = self.compatible.pairs_with_related()
        # What is not compatible matters beside what is.
        related = related if compatible else []
        names = self.compatible.names({row for pair in (*compatible, *related) for row in pair})
        points_of_several = self.compatible.points_of_several()
        self.compatible.close()
        shared = all_repeated_lines(self._keys, "key")
        self._keys.close()
        keys, rows = shared["key"], shared["row"]
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
        groups: list[Sequence[int]] = [tuple(rows[start:end].tolist()) for start, end in pairs]
        wanted = rows[np.repeat(is_shared, ends - starts)]
        parts = (part[np.isin(part["row"], wanted)] for part in self._ids.parts())
        groups, with_ids = _told_apart(groups, {row: own_id for part in parts for row, own_id in part.tolist()})
        self._ids.close()
        return Twins(groups, compatible, names, related, points_of_several, with_ids)


def _told_apart(
    groups: Sequence[Sequence[int]], ids: Mapping[int, int]
) -> tuple[list[Sequence[int]], dict[int, tuple[int, ...]]]:
    """Part the groups whose rows have different ids.

    Return what is left of them, and by the first row without an id those of the people that it may be.
    """
    parted: list[Sequence[int]] = []
    with_ids: dict[int, tuple[int, ...]] = {}
    for group in groups:
        of_id: dict[int, list[int]] = defaultdict(list)
        for row in group:
            of_id[ids.get(row, 0)].append(row)
        without = of_id.pop(0, [])
        if len(of_id) < _SEVERAL:
            parted.append(group)
            continue
        parted += [rows for rows in (*of_id.values(), without) if len(rows) >= _SEVERAL]
        if without:
            with_ids[without[0]] = tuple(rows[0] for rows in of_id.values())
    return parted, with_ids


def keys_of_rows(
    rows: Sequence[int], names: Sequence[Sequence[str]], points: Sequence[Sequence[str]]
) -> Iterator[tuple[Sequence[int], NDArray[np.int64]]]:
    """Give rows and as many keys, those that `twin_keys` has for each: `names` are the columns first, last and company.

    A row comes as often as it has keys.
    """
    whole = [(f"{first} {last}".strip() or company).casefold() for first, last, company in zip(*names, strict=True)]
    all_named = all(whole)
    for values in points:
        # Whole columns at once: a sheet without gaps needs no look at any row.
        of_column: tuple[Sequence[int], Sequence[str], Sequence[str]] = rows, whole, values
        if not (all_named and all(values)):
            has_key = [bool(name and point) for name, point in zip(whole, values, strict=True)]
            of_column = (
                list(compress(rows, has_key)),
                list(compress(whole, has_key)),
                list(compress(values, has_key)),
            )
        own_rows, own_names, own_values = of_column
        yield own_rows, _keys(own_names, own_values)
    reached = list(map(any, zip(*points, strict=True))) if points else [False] * len(rows)
    if all_named and all(reached):
        return
    rows_left: list[int] = []
    keys_left: list[int] = []
    for index, (row, name, is_reached) in enumerate(zip(rows, whole, reached, strict=True)):
        if not (name and is_reached):
            first, last, company = (column[index] for column in names)
            keys = twin_keys(first, last, company, [values[index] for values in points])
            rows_left += [row] * len(keys)
            keys_left += keys
    yield rows_left, np.array(keys_left, np.int64)


def twin_keys(first: str, last: str, company: str, points: Sequence[str]) -> list[int]:
    """Return the keys of one row: of a row without a name one for all its numbers together. Hashes of this process."""
    name = f"{first} {last}".strip() or company
    if not name:
        folded_points = tuple(sorted(point.casefold() for point in points if point))
        return [hash(("", *folded_points))] if folded_points else []
    name = name.casefold()
    filled = [point for point in points if point]
    return _keys([name] * len(filled), filled).tolist() if filled else [hash((name, ""))]


def _keys(names: Sequence[str], points: Sequence[str]) -> NDArray[np.int64]:
    """Return the keys of names, as long as there are points, each with one of these in any case."""
    of_names = np.fromiter(map(hash, names), np.int64, len(names))
    return of_names * _SPREAD ^ np.fromiter(map(hash, casefolded(points)), np.int64, len(points))
