"""What every workbook reader offers, whichever format it reads."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from importer.spreadsheet.grid import CellFault, Record

if TYPE_CHECKING:
    from importer.spreadsheet.options import Limits
    from importer.spreadsheet.sheet_view import SheetView

_TOLD = 10**12
Cells = Iterable[tuple[int, str, CellFault | None]]


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """A sheet of a workbook; a hidden one is read only when it is asked for."""

    name: str
    visible: bool = True


class Book(Protocol):
    """An opened workbook; `view` is of the sheet whose records were read last, and whole when they were all read."""

    reader: str
    view: SheetView

    @property
    def sheets(self) -> tuple[WorkbookSheet, ...]: ...

    def records(self, sheet: str) -> Generator[Record]: ...

    def close(self) -> None: ...


class TooLarge(ValueError):
    """A sheet with more rows, columns or cells than any workbook has."""


class TooManyElements(ValueError):
    """Far more elements than an honest file of its size has, so that reading them would take very long."""


def most_elements(packed_bytes: int) -> int:
    """How many elements or records a part of a file may have, so that the time to read it grows with its size.

    Honest sheets have about one a byte, blank cells with a format two; what has many times that is made to be slow:
    each row that it holds costs more to check than to read.
    """
    return 300_000 + 4 * packed_bytes


def refuse_far(row: int, column: int, limits: Limits) -> None:
    """Raise TooLarge for a cell beyond the last row or column that a sheet can have."""
    if column >= limits.columns or row > limits.rows or row < 1:
        raise TooLarge(f"a cell in row {row:,}, column {column + 1:,}" if row < _TOLD else "a cell below all rows")


def row_of(row: int, source: Cells, limits: Limits) -> Record:
    """A record from cells in any order; cells beyond the last column a sheet can have are refused (TooLarge)."""
    cells: list[str] = []
    faults: list[CellFault] = []
    for column, text, fault in source:
        refuse_far(row, column, limits)
        if text:
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = text
        if fault is not None:
            faults.append(fault)
    return Record(row, cells, tuple(faults))
