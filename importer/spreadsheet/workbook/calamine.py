"""A workbook read by calamine in a worker process, which may die without harm to this one."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from importer.spreadsheet.grid import Record
from importer.spreadsheet.sheet_view import SheetView
from importer.spreadsheet.workbook import values
from importer.spreadsheet.workbook.cell_faults import lost_digits
from importer.spreadsheet.workbook.child import answers
from importer.spreadsheet.workbook.interface import WorkbookSheet, refuse_far

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from importer.spreadsheet.grid import CellFault
    from importer.spreadsheet.options import Limits

_TEXT, _NUMBERS = frozenset({str}), frozenset({int, float})


class Calamine:
    """The workbook at `path`."""

    reader = "calamine"

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self.sheets = tuple(WorkbookSheet(*answer) for answer in answers(path, limits, "calamine", "list"))
        self.view = SheetView()

    def close(self) -> None:
        """Nothing is held open."""

    def records(self, sheet: str) -> Generator[Record]:
        """The rows of a sheet that have content. Raises ReaderDied or PasswordNeeded."""
        with closing(answers(self._path, self._limits, "calamine", "rows", sheet)) as batches:
            for batch in batches:
                for row, first, cells in batch:
                    refuse_far(row, first + len(cells) - 1, self._limits)
                    yield _record(row, first, cells)


def _record(row: int, first: int, cells: list[Any]) -> Record:
    texts: list[str] = cells
    faults: list[CellFault] = []
    kinds = set(map(type, cells))
    if kinds != _TEXT:
        texts = [cell if type(cell) is str else _text(cell) for cell in cells]
    if kinds & _NUMBERS:
        for position, (cell, text) in enumerate(zip(cells, texts, strict=True), first):
            if type(cell) in _NUMBERS and values.lost_digits(text):
                faults.append(lost_digits(position, text))
    # calamine pads every row to the width of the sheet.
    while texts and not texts[-1]:
        texts.pop()
    return Record(row, [""] * first + texts if first else texts, tuple(faults))


def _text(cell: Any) -> str:
    if type(cell) is tuple:
        return _moment(*cell)
    if type(cell) is bool:
        return "TRUE" if cell else "FALSE"
    return values.of_number(cell)


@lru_cache(maxsize=16_384)  # the same days come again and again
def _moment(kind: str, value: Any) -> str:
    return values.of_moment(_MOMENTS[kind](value))


_MOMENTS: dict[str, Callable[[Any], datetime | date | time | timedelta]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda seconds: timedelta(seconds=seconds),
}
