"""Which of very many numbers are there more than once, without a sorted copy of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Sorted or looked up at once: a few megabytes, where those of a million rows would take a hundred.
AT_ONCE = 250_000


def repeated(values: NDArray[np.int64], at_once: int = AT_ONCE) -> NDArray[np.int64]:
    """Return the values that are there more than once, each once and sorted."""
    parts = min(len(values) // at_once + 1, 256)
    # Equal values have equal bytes, so each part has all or none of them.
    part_of = values.view(np.uint8)[:: values.itemsize] % parts if parts > 1 else None
    repeated_in_parts = [
        _repeated_in_order(np.sort(values if part_of is None else values[part_of == part])) for part in range(parts)
    ]
    return np.sort(np.concatenate(repeated_in_parts))


def is_repeated(values: NDArray[np.int64], at_once: int = AT_ONCE) -> NDArray[np.bool_]:
    """Return of each value whether it is there more than once."""
    several = repeated(values, at_once)
    result = np.zeros(len(values), dtype=bool)
    if len(several):
        for start in range(0, len(values), at_once):
            batch = values[start : start + at_once]
            places = np.searchsorted(several, batch)
            places[places == len(several)] = 0
            result[start : start + at_once] = several[places] == batch
    return result


def _repeated_in_order(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    is_repeat = ordered[1:] == ordered[:-1]
    # The second of each: `np.unique` would load the arrays that have gaps, for a fiftieth of the time of a small check.
    is_repeat[1:] &= ~is_repeat[:-1].copy()
    several: NDArray[np.int64] = ordered[1:][is_repeat]
    return several
