"""Rows of a sheet that are kept in memory because they will be handed back."""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BETWEEN = "\0"  # stands in no cell: readers take it out
_KEPT_BYTES = 16_000_000
_BYTES_OF_A_ROW = 100  # what Python takes for a row beside its cells, about
_BYTES_OF_A_NUMBER = 16


class _Block(NamedTuple):
    """Many rows: their numbers, which rise, how many cells each has, and all of their cells in one text."""

    rows: Sequence[int]
    lengths: Sequence[int]
    text: str


class OriginalRows:
    """Rows as they are in the file, by number; as many as there is room for.

    The rows of a chunk are kept as one text: a row of short cells takes far more memory than it has characters, and a
    sheet may have nothing but rows that will be handed back.
    """

    def __init__(self, room: int = _KEPT_BYTES) -> None:
        self._room = room
        self._single: dict[int, tuple[str, ...]] = {}
        self._blocks: list[_Block] = []
        self._ends: list[int] = []
        # Rows are asked for in order, so that each block is taken apart once.
        self._opened: dict[int, tuple[str, ...]] = {}

    def get(self, row: int) -> tuple[str, ...] | None:
        """The cells of a row, None where it is not kept."""
        if row in self._single:
            return self._single[row]
        if (cells := self._opened.get(row)) is not None:
            return cells
        place = self._place(row)
        if place < 0:
            return None
        block, start = self._blocks[place], 0
        texts = block.text.split(_BETWEEN)
        self._opened = {}
        for number, length in zip(block.rows, block.lengths, strict=True):
            self._opened[number] = tuple(texts[start : start + length])
            start += length
        return self._opened[row]

    def add(self, originals: Mapping[int, tuple[str, ...]]) -> None:
        """Keep rows, whose numbers rise; of a row that is kept already the cells stay."""
        last = self._ends[-1] if self._ends else 0
        is_behind = next(iter(originals), 0) > last and self._single.keys().isdisjoint(originals)
        # A block comes after all blocks, and has no row that is kept by itself.
        if len(originals) == 1 or not is_behind:
            for row, cells in originals.items():
                size = sum(map(len, cells)) + _BYTES_OF_A_ROW
                if size <= self._room and self.get(row) is None:
                    self._room -= size
                    self._single[row] = cells
            return
        rows, lengths = list(originals), list(map(len, originals.values()))
        text = _BETWEEN.join(chain.from_iterable(originals.values()))
        if text.count(_BETWEEN) != max(sum(lengths) - 1, 0):
            return
        size = text.__sizeof__() + len(rows) * _BYTES_OF_A_NUMBER
        if size > self._room:
            return
        self._room -= size
        self._blocks.append(_Block(rows, lengths, text))
        self._ends.append(rows[-1])

    def replace(self, originals: Mapping[int, tuple[str, ...]]) -> None:
        """Keep rows however much room they take, in place of what is kept of them."""
        self._single |= originals

    def _place(self, row: int) -> int:
        """The number of the block that has a row, -1 where none has."""
        place = bisect_left(self._ends, row)
        if place == len(self._ends):
            return -1
        rows = self._blocks[place].rows
        index = bisect_left(rows, row)
        return place if rows[index] == row else -1
