"""Rows of one sheet that share a phone or email and have compatible names, found for all rows at once."""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from importer.identity.marks import SHARED_BY_MANY, is_role
from importer.identity.names import name_parts, respelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_MOST_NAMES = 1 << 16


@lru_cache(maxsize=_MOST_NAMES)
def _spelling(name: str) -> tuple[int, int]:
    """The hash of a name as `respelled` has it, 0 for none, and its first letter with a bit for "an initial"."""
    spelt = respelled(name)
    return (hash(spelt) & 0xFFFFFFFF or 1, ord(spelt[0]) << 1 | (len(spelt) == 1)) if spelt else (0, 0)


def have_compatible_names(first: tuple[int, int, int], second: tuple[int, int, int]) -> bool:
    """Whether two names, as `CompatibleRows.names` gives them, may be one person's."""
    (given, family, initial), (other_given, other_family, other_initial) = first, second
    is_same_given = given == other_given != 0
    is_initial = (initial | other_initial) & 1 == 1 and initial >> 1 == other_initial >> 1
    return is_same_given or (is_initial and family == other_family != 0)


class CompatibleRows:
    """Takes the rows of a sheet, and then tells which two share a number while their names are compatible.

    It asks what `names.compatible` asks, with hashes in place of marks, and reads Müller and Mueller as one name. A
    number in many rows (a switchboard) makes no two of them one person, nor does the address of an office. A row with a
    name takes 16 bytes, and each of its numbers 12.
    """

    def __init__(self) -> None:
        self._rows, self._given, self._family, self._initials = array("I"), array("I"), array("I"), array("I")
        # Each number with the place of its row in the arrays above.
        self._points, self._places = array("q"), array("I")

    def feed(self, rows: Iterable[int], names: Sequence[Sequence[str]], points: Sequence[Sequence[str]]) -> None:
        """Take rows: `names` are the columns first, last and company, `points` those of phones and emails."""
        start = len(self._rows)
        self._rows.extend(rows)
        parts = [name_parts(first, last, company) for first, last, company in zip(*names, strict=True)]
        given = [_spelling(part) for part, _ in parts]
        self._given.extend([mark for mark, _ in given])
        self._initials.extend([initial for _, initial in given])
        self._family.extend([_spelling(part)[0] for _, part in parts])
        for values in points:
            numbers = [
                (hash(value.casefold()), place)
                for place, value in enumerate(values, start)
                if value and not ("@" in value and is_role(value))
            ]
            self._points.extend([number for number, _ in numbers])
            self._places.extend([place for _, place in numbers])

    def names(self, rows: Iterable[int]) -> dict[int, tuple[int, int, int]]:
        """Return the names of some rows as `have_compatible_names` takes them; in one pass over all rows."""
        places = np.flatnonzero(np.isin(np.asarray(self._rows), np.fromiter(rows, dtype=np.uint32)))
        return {
            self._rows[place]: (self._given[place], self._family[place], self._initials[place])
            for place in places.tolist()
        }

    def pairs(self) -> list[tuple[int, int]]:
        """Return the pairs of rows, each in order."""
        return self.pairs_with_related()[0]

    def pairs_with_related(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Return the pairs of rows, each in order, and those that share a number and only the first letter of a name.

        The latter are two people, but perhaps not those whom others of the rows are: J. Ray, Jo Ray and Jim Ray.
        """
        points, places = self._shared_points()
        rows, given, family, initials = (
            np.asarray(values)[places] for values in (self._rows, self._given, self._family, self._initials)
        )
        result: set[tuple[int, int]] = set()
        related: set[tuple[int, int]] = set()
        for distance in range(1, SHARED_BY_MANY):
            first, second = slice(None, -distance), slice(distance, None)
            is_same_given = (given[first] == given[second]) & (given[first] != 0)
            is_initial = ((initials[first] | initials[second]) & 1 == 1) & (
                initials[first] >> 1 == initials[second] >> 1
            )
            is_same_family = (family[first] == family[second]) & (family[first] != 0)
            is_shared = points[first] == points[second]
            fits = is_shared & (is_same_given | (is_initial & is_same_family))
            result.update(zip(rows[first][fits].tolist(), rows[second][fits].tolist(), strict=True))
            is_same_letter = (initials[first] >> 1 == initials[second] >> 1) & (given[first] != 0)
            begins_alike = is_shared & is_same_letter & ~fits
            related.update(zip(rows[first][begins_alike].tolist(), rows[second][begins_alike].tolist(), strict=True))
        compatible, others = (sorted((min(pair), max(pair)) for pair in pairs) for pairs in (result, related))
        return compatible, others

    def _shared_points(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """The numbers that a few rows share, sorted, with the place of each row; a row may have a number twice."""
        points, places = np.asarray(self._points), np.asarray(self._places)
        order = np.argsort(points, kind="stable")
        points = points[order]
        # Most numbers are of one row, and need not be sorted by it.
        is_new = np.ones(len(points) + 1, dtype=bool)
        is_new[1:-1] = points[1:] != points[:-1]
        is_repeated = ~(is_new[:-1] & is_new[1:])
        points, places = points[is_repeated], places[order[is_repeated]]
        order = np.lexsort((places, points))
        points, places = points[order], places[order]
        is_first = np.ones(len(points), dtype=bool)
        is_first[1:] = (points[1:] != points[:-1]) | (places[1:] != places[:-1])
        points, places = points[is_first], places[is_first]
        _, sizes = np.unique(points, return_counts=True)
        sizes = np.repeat(sizes, sizes)
        is_shared = (sizes > 1) & (sizes <= SHARED_BY_MANY)
        return points[is_shared], places[is_shared]
