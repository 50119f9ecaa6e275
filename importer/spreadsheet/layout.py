"""The shape of a sheet: which row is the header, how wide the table is, and whether it is a rejects file of ours."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.model import Decision
from importer.spreadsheet.header import (
    ADDED,
    SAMPLE_ROWS,
    data_above,
    ends_a_rejects_header,
    first_full,
    holds_data,
    known_header,
)
from importer.spreadsheet.names import shorten
from importer.spreadsheet.record import Record, blank, extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.spreadsheet.options import ReadOptions
    from importer.spreadsheet.record import Grid

# Notes beside a table are kept as columns without a name; a stray cell far out is not worth a wide table.
NOTES_COLUMNS = 64
_NO_HEADER = "If the sheet has no column names run again with --header-row 0, else name their row: --header-row N."


@dataclass(frozen=True, slots=True)
class Layout:
    """`header_row` is 0 without a header; `headers` are as wide as the table."""

    header_row: int
    headers: tuple[str, ...]
    decisions: tuple[Decision, ...] = ()

    @property
    def width(self) -> int:
        return len(self.headers)

    @property
    def is_rejects(self) -> bool:
        """Were these rows handed back by this program?"""
        return ends_a_rejects_header(self.headers)

    def position(self, name: str) -> int:
        """Where the last column of a name stands, from 0; -1 where there is none."""
        return max((at for at, header in enumerate(self.headers) if header.strip() == name), default=-1)

    @property
    def kept(self) -> tuple[int, ...]:
        """The positions of the person's own columns: all but the ones that a rejects file adds."""
        added = {self.position(name) for name in ADDED} if self.is_rejects else set()
        return tuple(position for position in range(self.width) if position not in added)

    def label(self, position: int) -> str:
        """What to call a column: its header, or `#N` where that is empty, occurs twice, or is beyond the table."""
        header = self.headers[position].strip() if position < self.width else ""
        twins = sum(other.strip() == header for other in self.headers)
        return header if header and twins == 1 else f"#{position + 1}"


def layout_of(grid: Grid, name: str, options: ReadOptions) -> Layout:
    """Find the header, or take the one that was named.

    Raises SourceError: nothing in the sheet, no header where one is expected, `header_row` empty or beyond the sheet.
    """
    sample = _sample(grid)
    if not sample:
        raise SourceError(f"{_place(grid, name)} is empty.", "Check that it is the right file or sheet.")
    ours = ends_a_rejects_header(sample[0].cells)  # these say so themselves, whatever was said of the first file
    if options.header_row == 0 and not ours:
        return _headless(grid)
    if options.header_row is not None and not ours:
        header = _row_named(grid, name, options.header_row)
    else:
        header = _row_found(sample, name, options)
    return Layout(header.row, _headers(grid, header), _said(sample, header))


def _place(grid: Grid, name: str) -> str:
    return f'Sheet "{grid.sheet}" of {name}' if grid.sheet else name


def _sample(grid: Grid) -> list[Record]:
    with closing(grid.records()) as records:
        return list(islice(_filled(records), SAMPLE_ROWS))


def _filled(records: Iterator[Record]) -> Iterator[Record]:
    return (record for record in records if not all(map(blank, record.cells)))


def _row_named(grid: Grid, name: str, row: int) -> Record:
    last = 0
    with closing(grid.records()) as records:
        for record in records:
            last = record.row
            if last >= row:
                break
    if last == row and not all(map(blank, record.cells)):
        return record
    what = f"has only {last:,} rows" if last < row else f"has nothing in row {row:,}"
    raise SourceError(f"{_place(grid, name)} {what}.", f"Give --header-row the row of the column names, not {row:,}.")


def _row_found(sample: list[Record], name: str, options: ReadOptions) -> Record:
    position = known_header(sample, options.knows_header)
    if position is None:
        position = first_full(sample)
        if holds_data(sample[position]):
            raise SourceError(
                f"{name} seems to have no row of column names: row {sample[position].row:,} already holds "
                f"a contact ({_shown(sample[position])}).",
                _NO_HEADER,
            )
    elif data_above(sample, position):
        raise SourceError(
            f"{name} has column names in row {sample[position].row:,}, but rows above it look like contacts "
            f"({_shown(sample[0])}).",
            f"{_NO_HEADER} Rows above the named one are left out.",
        )
    return sample[position]


def _shown(record: Record) -> str:
    return shorten(", ".join(cell.strip() for cell in record.cells if not blank(cell)), 80)


def _said(sample: list[Record], header: Record) -> tuple[Decision, ...]:
    above = [record for record in sample if record.row < header.row]
    said: tuple[Decision, ...] = (Decision("header row", str(header.row)),)
    if above:
        shown = "; ".join(f"{each.row}: {_shown(each)}" for each in above[:3])
        more = f"; and {len(above) - 3} more" if len(above) > 3 else ""
        said += (Decision("rows above the header left out", shown + more),)
    return said


def _headers(grid: Grid, header: Record) -> tuple[str, ...]:
    """The header as wide as the table: columns without a name count only when there is something in them."""
    named = extent(header.cells)
    if ends_a_rejects_header(header.cells):
        width = named
    elif grid.ragged:
        width = min(_widest(grid, header.row), len(header.cells)) if len(header.cells) > named else named
    else:
        width = min(_widest(grid, header.row), named + NOTES_COLUMNS)
    width = max(width, named, 1)
    return tuple(header.cells[:width]) + ("",) * (width - len(header.cells))


def _widest(grid: Grid, header_row: int) -> int:
    return max((extent(record.cells) for record in grid.records() if record.row > header_row), default=0)


def _headless(grid: Grid) -> Layout:
    """Without a header the table is as wide as most rows are; where no width prevails, as the widest."""
    with closing(grid.records()) as records:
        counts = Counter(len(record.cells) for record in islice(_filled(records), 1000))
    width, count = max(counts.items(), key=lambda item: (item[1], item[0]))
    if not grid.ragged or 2 * count < counts.total():
        width = min(max(_widest(grid, 0), 1), 1024)
    headers = tuple(f"#{number}" for number in range(1, width + 1))
    return Layout(0, headers, (Decision("header row", "none"),))
