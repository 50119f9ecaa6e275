"""Which of very many numbers are there more than once, without a sorted copy of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from importer.identity.number_columns import NumberColumns

# Numbers that are sorted at once: a few megabytes, where those of a million rows would take twenty.
_AT_ONCE = 250_000
# So many last bits of a number tell in which pass over all numbers it is looked at.
_MOST_BITS = 4


def repeated(table: NumberColumns, column: str, at_once: int = _AT_ONCE) -> NDArray[np.int64]:
    """Return the values of a column of 64 bits that are there more than once, each once and sorted."""
    passes = 1 << min((len(table) // at_once).bit_length(), _MOST_BITS)
    found = []
    for last_bits in range(passes):
        # Equal values have equal bits, so each pass has all or none of them.
        parts = (part[column] for part in table.parts())
        values = [values[values & (passes - 1) == last_bits] if passes > 1 else values for values in parts]
        ordered = np.sort(np.concatenate([np.empty(0, np.int64), *values]))
        is_repeat = ordered[1:] == ordered[:-1]
        # Once each: `np.unique` would load the arrays that have gaps, for a fiftieth of the time of a small check.
        is_repeat[1:] &= ~is_repeat[:-1].copy()
        found.append(ordered[1:][is_repeat])
    return np.sort(np.concatenate(found))


def repeated_lines(table: NumberColumns, column: str) -> Iterator[NDArray[np.void]]:
    """Give the lines whose value in a column of 64 bits another line has too, in their order and part by part."""
    several = repeated(table, column)
    for part in table.parts() if len(several) else ():
        places = np.searchsorted(several, part[column])
        places[places == len(several)] = 0
        yield part[several[places] == part[column]]


def all_repeated_lines(table: NumberColumns, column: str) -> NDArray[np.void]:
    """Return these lines together, for a column of which few values are there more than once."""
    return np.concatenate([np.empty(0, table.line_type), *repeated_lines(table, column)])
