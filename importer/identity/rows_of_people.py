"""All rows of one person in a sheet: two rows without a number in common are one person where a third has both."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from importer.identity.compatible_rows import have_compatible_names
from importer.identity.marks import SHARED_BY_MANY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from importer.identity.compatible_rows import NameMarks
    from importer.identity.twins import Twins


class RowsOfPeople(NamedTuple):
    """By row all rows of its person, in order, if there are several; and by the first row of a person that of another.

    `near` has people with a compatible name and a number in common who were not joined: the first such person above.
    """

    rows: dict[int, tuple[int, ...]]
    near: dict[int, int]


def rows_of_people(twins: Twins, left_out: Collection[int] = ()) -> RowsOfPeople:
    """Find the rows of each person. Linear in the rows.

    `left_out`: rows that are other people, by an answer. Rows with the same name are joined, also through
    other rows. Rows with compatible names are joined only if each is compatible with every other: J. Ray may be Jo Ray
    or Jim Ray, but those two are different people.
    """
    links: dict[int, int] = {}
    for group in twins.of_one_name:
        _unite(links, [row for row in group if row not in left_out])

    # The rows of one name count as one from here on, by the first of them.
    adjacent, near = (
        {frozenset(_first(links, row) for row in pair) for pair in pairs if not any(row in left_out for row in pair)}
        for pairs in (twins.compatible, [*twins.compatible, *twins.related])
    )
    names = {_first(links, row): name for row, name in twins.names.items()}
    wider: dict[int, int] = {}
    for firsts in near:
        _unite(wider, firsts)
    several = {first for firsts in near for first in firsts}
    # The whole group decides: a row that shares a number with one of its rows must fit all of its rows.
    for people in _grouped({first: _first(wider, first) for first in several}):
        if _is_one_person(people, adjacent, names):
            _unite(links, people)

    rows = {row for group in twins.groups for row in group if row not in left_out}
    groups = map(tuple, _grouped({row: _first(links, row) for row in rows}))
    near_people: dict[int, int] = {}
    for firsts in adjacent:
        between = {_first(links, first) for first in firsts}
        if len(between) > 1:
            above, below = sorted(between)
            near_people[below] = min(above, near_people.get(below, above))
    return RowsOfPeople({row: group for group in groups if len(group) > 1 for row in group}, near_people)


def _is_one_person(people: Sequence[int], adjacent: Collection[frozenset[int]], names: Mapping[int, NameMarks]) -> bool:
    return len(people) <= SHARED_BY_MANY and all(
        frozenset(pair) in adjacent
        or (pair[0] in names and pair[1] in names and have_compatible_names(names[pair[0]], names[pair[1]]))
        for pair in combinations(people, 2)
    )


def _grouped(first_of: Mapping[int, int]) -> list[list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for row in sorted(first_of):
        groups[first_of[row]].append(row)
    return list(groups.values())


def _first(links: dict[int, int], row: int) -> int:
    """The first row of a group, by which its members are known; the way there gets shorter each time."""
    while (above := links.get(row, row)) != row:
        links[row] = links.get(above, above)
        row = above
    return row


def _unite(links: dict[int, int], rows: Iterable[int]) -> None:
    firsts = [_first(links, row) for row in rows]
    if firsts:
        lowest = min(firsts)
        for first in firsts:
            links[first] = lowest
