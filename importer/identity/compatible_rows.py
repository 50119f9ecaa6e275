"""Rows of one sheet that share a phone or email and have compatible names, found for all rows at once."""

from __future__ import annotations

from functools import cached_property, lru_cache
from itertools import chain, compress
from typing import TYPE_CHECKING

import numpy as np

from importer.identity.marks import SHARED_BY_MANY, has_role, is_role
from importer.identity.names import respelled
from importer.identity.number_columns import NumberColumns
from importer.identity.repeated import all_repeated_lines
from importer.text import casefolded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_MOST_NAMES = 1 << 16
# In a mark, below the hash of the name: its first letter, and last a bit for "an initial".
_LETTER_BITS = 22
_LETTER = (1 << _LETTER_BITS) - 2
_IS_INITIAL = 1
_WORD = (1 << 62) - 1
NameMarks = tuple[int, int, int]
"""Of the given name, of the family name (0: none), and of the words of both."""


@lru_cache(maxsize=_MOST_NAMES)
def _marks(name: str) -> tuple[int, int]:
    """The mark of a name as `respelled` has it (54 bits, 0 for none), and that of its words, whatever their order.

    The marks of the words of its parts add up to that of the whole name.
    """
    spelt = respelled(name)
    if not spelt:
        return 0, 0
    mark = (hash(spelt) & 0xFFFFFFFF) << _LETTER_BITS | ord(spelt[0]) << 1 | (len(spelt) == 1)
    return mark, sum(hash(word) & _WORD for word in spelt.split()) & _WORD


def have_compatible_names(first: NameMarks, second: NameMarks) -> bool:
    """Whether two names, as `CompatibleRows.names` gives them, may be one person's."""
    (given, family, words), (other_given, other_family, other_words) = first, second
    if family and other_family and words == other_words:
        return True
    is_same_given = given == other_given != 0
    is_initial = (given | other_given) & _IS_INITIAL != 0 and given & _LETTER == other_given & _LETTER
    return is_same_given or (is_initial and family == other_family != 0)


class CompatibleRows:
    """Takes the rows of a sheet, and then gives the pairs that share a number and have compatible names.

    It asks what `names.compatible` asks, with hashes in place of marks, and reads Müller and Mueller as one name. A
    number in many rows (a switchboard) makes no two of them one person, nor does the address of an office.
    """

    def __init__(self) -> None:
        self._names = NumberColumns(row="I", given="q", family="q", words="q")
        # Each number with the place of its row among the names.
        self._points = NumberColumns(point="q", place="I")

    def close(self) -> None:
        """Give back what the rows take; nothing is asked after that."""
        self._names.close()
        self._points.close()
        vars(self).pop("_shared_points", None)

    def feed(self, rows: Sequence[int], names: Sequence[Sequence[str]], points: Sequence[Sequence[str]]) -> None:
        """Take rows: `names` are the columns first, last and company, `points` those of phones and emails."""
        start, count = len(self._names), len(rows)
        first, last, company = names
        # As `names.name_parts` has them, but whole columns at once.
        given = [
            first_name or last_name or firm for first_name, last_name, firm in zip(first, last, company, strict=True)
        ]
        family = [last_name if first_name else "" for first_name, last_name in zip(first, last, strict=True)]
        of_given, of_family = (
            np.fromiter(chain.from_iterable(map(_marks, parts)), np.int64, 2 * count).reshape(count, 2)
            for parts in (given, family)
        )
        words = (of_given[:, 1] + of_family[:, 1]) & _WORD
        self._names.extend(count, row=rows, given=of_given[:, 0], family=of_family[:, 0], words=words)
        for values in points:
            places = np.arange(start, start + count)
            numbers = casefolded(values)
            if not all(numbers):
                is_filled = list(map(bool, numbers))
                places, numbers = places[is_filled], list(compress(numbers, is_filled))
            if "@" in "".join(numbers) and has_role(numbers):
                counts = [not is_role(number) for number in numbers]
                places, numbers = places[counts], list(compress(numbers, counts))
            hashes = np.fromiter(map(hash, numbers), np.int64, len(numbers))
            self._points.extend(len(numbers), point=hashes, place=places)

    def names(self, rows: Iterable[int]) -> dict[int, NameMarks]:
        """Return the names of some rows, as marks; in one pass over all rows."""
        wanted = np.fromiter(rows, np.uint32)
        return {
            row: (given, family, words)
            for part in self._names.parts()
            for row, given, family, words in part[np.isin(part["row"], wanted)].tolist()
        }

    def pairs(self) -> list[tuple[int, int]]:
        """Return the pairs of rows, each in order."""
        return self.pairs_with_related()[0]

    def pairs_with_related(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Return the pairs of rows, each in order, and those that share a number and only the first letter of a name.

        The latter are two people, but perhaps not those whom others of the rows are: J. Ray, Jo Ray and Jim Ray.
        """
        points, places = self._shared_points
        _, sizes = np.unique(points, return_counts=True)
        is_of_few = np.repeat(sizes, sizes) <= SHARED_BY_MANY
        points, places = points[is_of_few], places[is_of_few]
        names = self._names.at(places)
        rows, given, family, words = (names[column] for column in ("row", "given", "family", "words"))
        letter, is_initial = given & _LETTER, given & _IS_INITIAL != 0
        result: set[tuple[int, int]] = set()
        related: set[tuple[int, int]] = set()
        for distance in range(1, SHARED_BY_MANY):
            earlier, later = slice(None, -distance), slice(distance, None)
            is_shared = points[earlier] == points[later]
            is_same_given = (given[earlier] == given[later]) & (given[earlier] != 0)
            begins_alike = (letter[earlier] == letter[later]) & (given[earlier] != 0)
            is_same_initial = begins_alike & (is_initial[earlier] | is_initial[later])
            is_same_family = (family[earlier] == family[later]) & (family[earlier] != 0)
            is_swapped = (words[earlier] == words[later]) & (family[earlier] != 0) & (family[later] != 0)
            fits = is_shared & (is_same_given | (is_same_initial & is_same_family) | is_swapped)
            result.update(zip(rows[earlier][fits].tolist(), rows[later][fits].tolist(), strict=True))
            is_related = is_shared & begins_alike & ~fits
            related.update(zip(rows[earlier][is_related].tolist(), rows[later][is_related].tolist(), strict=True))
        compatible, related_pairs = (sorted((min(pair), max(pair)) for pair in pairs) for pairs in (result, related))
        return compatible, related_pairs

    def points_of_several(self) -> NDArray[np.int64]:
        """Return the hashes of the numbers that rows with different given names have, sorted."""
        points, places = self._shared_points
        given = self._names.at(places)["given"]
        values, starts = np.unique(points, return_index=True)
        if not len(values):
            return values
        is_of_several: NDArray[np.bool_] = np.minimum.reduceat(given, starts) != np.maximum.reduceat(given, starts)
        return values[is_of_several]

    @cached_property
    def _shared_points(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """The numbers that rows share, sorted, with the place of each row; a row may have a number twice."""
        # Most numbers are of one row, and need not be sorted.
        shared = all_repeated_lines(self._points, "point")
        points, places = shared["point"], shared["place"]
        order = np.lexsort((places, points))
        points, places = points[order], places[order]
        is_first = np.ones(len(points), dtype=bool)
        is_first[1:] = (points[1:] != points[:-1]) | (places[1:] != places[:-1])
        points, places = points[is_first], places[is_first]
        _, sizes = np.unique(points, return_counts=True)
        is_shared = np.repeat(sizes, sizes) > 1
        return points[is_shared], places[is_shared]
