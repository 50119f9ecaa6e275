"""An .xls of Excel 95 to 2003, read by xlrd in a worker process: its formats, errors, hidden rows and merged cells."""

from __future__ import annotations

from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any

from importer.spreadsheet.sheet_view import Area, SheetView
from importer.spreadsheet.workbook import formats, values
from importer.spreadsheet.workbook.cell_faults import error_value, shown_number
from importer.spreadsheet.workbook.child import answers
from importer.spreadsheet.workbook.interface import WorkbookSheet, row_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from datetime import datetime
    from pathlib import Path

    from importer.spreadsheet.grid import CellFault, Record
    from importer.spreadsheet.options import Limits

_TEXT, _NUMBERS, _BOOLEAN = 1, (2, 3), 4


class Xls:
    """The workbook at `path`. Raises ReaderDied or PasswordNeeded."""

    reader = "xlrd"

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        date_mode, *sheets = answers(path, limits, "xlrd", "list")
        self.sheets = tuple(WorkbookSheet(*sheet) for sheet in sheets)
        self.view = SheetView()
        self.epoch = values.EPOCH_1904 if date_mode else values.EPOCH_1900

    def close(self) -> None:
        """Nothing is held open."""

    def records(self, sheet: str) -> Generator[Record]:
        """The rows of a sheet that have content."""
        with closing(answers(self._path, self._limits, "xlrd", "rows", sheet)) as batches:
            styles, hidden_rows, hidden_columns, merged = next(batches)
            self.view = SheetView()
            for column in hidden_columns:
                self.view.hide_columns(column, column + 1)
            for first_row, end_row, first_column, end_column in merged:
                self.view.add(Area(first_row + 1, end_row, first_column, end_column - 1))
            shown = [code or formats.BUILT_IN.get(number, formats.GENERAL) for number, code in styles]
            hidden = frozenset(hidden_rows)
            for row, cells in chain.from_iterable(batches):
                if row in hidden:
                    self.view.hidden_rows.append(row)
                yield row_of(row, _cells(cells, shown, self.epoch), self._limits)


def _cells(
    cells: list[tuple[int, int, Any, int]], shown: list[str], epoch: datetime
) -> Iterator[tuple[int, str, CellFault | None]]:
    for column, kind, value, style in cells:
        if kind == _TEXT:
            yield column, value, None
        elif kind in _NUMBERS:
            number_format = shown[style] if style < len(shown) else formats.GENERAL
            yield column, *shown_number(column, values.of_number(value), number_format, epoch)
        elif kind == _BOOLEAN:
            yield column, "TRUE" if value else "FALSE", None
        else:
            yield column, "", error_value(column, value)
