"""An xlsx opened by openpyxl: its sheets, styles and date system; the cells are read by `sheetxml` with these."""

from __future__ import annotations

import re
import warnings
import zipfile
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

from openpyxl.styles.numbers import is_date_format, is_timedelta_format

from importer.spreadsheet.workbook import formats, sheetxml, values
from importer.spreadsheet.workbook import styles as looks
from importer.spreadsheet.workbook.cell_faults import error_value, lost_digits, no_date, no_result
from importer.spreadsheet.workbook.interface import WorkbookSheet, row_of
from importer.spreadsheet.workbook.reader import Parts, Reader

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from importer.spreadsheet.grid import CellFault, Record
    from importer.spreadsheet.options import Limits


class OpenpyxlWorkbook:
    """The workbook at `path`; close it, or use it in a `with`."""

    reader = "openpyxl"

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that do not touch the cells
            reader = Reader(stream, read_only=True, data_only=True, keep_links=False)
            reader.read()
        self._path = path
        self.workbook: Any = reader.wb
        self._strings: list[str] = reader.shared_strings
        self._moments: dict[int, values.Moment | None] = {}
        self._archive = Parts(path)
        self.epoch = values.EPOCH_1904 if self.workbook.epoch.year == values.EPOCH_1904.year else values.EPOCH_1900

    def __enter__(self) -> OpenpyxlWorkbook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    @property
    def sheets(self) -> tuple[WorkbookSheet, ...]:
        """The worksheets in their order, without chart sheets."""
        return tuple(WorkbookSheet(sheet.title, sheet.sheet_state == "visible") for sheet in self.workbook.worksheets)

    def records(self, sheet: str) -> Generator[Record]:
        """The rows of a sheet that have content."""
        with self.source(sheet) as stream:
            for row, cells in sheetxml.rows(stream):
                yield row_of(row, ((cell.column, *self.text(cell)) for cell in cells), self._limits)

    @contextmanager
    def source(self, sheet: str) -> Iterator[IO[bytes]]:
        """The XML of a sheet."""
        worksheet = next(each for each in self.workbook.worksheets if each.title == sheet)
        with self._archive.open(worksheet._worksheet_path) as stream:
            yield stream

    def looks(self, sheet: str, wanted: frozenset[int]) -> Generator[tuple[int, dict[int, looks.Look]]]:
        """Row numbers and how their cells in the wanted columns look."""
        with self.source(sheet) as stream:
            yield from looks.looks(stream, wanted)

    def widths(self, sheet: str) -> dict[int, float]:
        """The widths of the columns that have one of their own, by position."""
        with self.source(sheet) as stream:
            return sheetxml.widths(stream)

    def number_format(self, style: int) -> str:
        """The number format of a style index; `General` for an index that the file does not have."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        styles = self.workbook._cell_styles
        number = styles[style].numFmtId if style < len(styles) else 0
        custom = self.workbook._number_formats
        # Numbers below 164 are formats that every program knows (ECMA-376 18.8.30).
        if 164 <= number < 164 + len(custom):
            return str(custom[number - 164])
        return BUILTIN_FORMATS.get(number, "General")

    def moment(self, style: int) -> values.Moment | None:
        """Whether a style shows numbers as dates or as durations; None for neither."""
        if style not in self._moments:
            shown = self.number_format(style)
            date: values.Moment | None = "date" if is_date_format(shown) else None
            self._moments[style] = "duration" if is_timedelta_format(shown) else date
        return self._moments[style]

    def text(self, cell: sheetxml.XmlCell) -> tuple[str, CellFault | None]:
        """The text of a cell, and what is wrong with it."""
        if cell.kind == "e":
            return "", error_value(cell.column, cell.text)
        if cell.formula is not None and not cell.text:
            # An empty text is a result too; a number without a value was never calculated.
            return "", None if cell.kind == "str" else no_result(cell.column, cell.formula)
        if cell.kind == "s":
            return values.unescaped(self._strings[int(cell.text)]), None
        if cell.kind in ("str", "inlineStr"):
            return values.unescaped(cell.text), None
        if cell.kind == "b":
            return ("FALSE" if cell.text.strip() in ("0", "false", "") else "TRUE"), None
        if cell.kind == "d":
            return values.of_iso(cell.text), None

        # A number, or a moment stored as one: only the style tells them apart.
        text = values.of_raw(cell.text)
        moment = self.moment(cell.style) if cell.style else None
        if moment:
            try:
                shown = values.of_serial(float(text), moment, self.epoch)
            except ValueError:
                shown = None
            return (text, no_date(cell.column, text)) if shown is None else (shown, None)
        if values.lost_digits(text):
            return text, lost_digits(cell.column, text)
        return (formats.shown(text, self.number_format(cell.style)) if cell.style else text), None


# Each begins with letters that it looks for as they are, which is several times as fast as one pattern for all.
_TEXTS = (rb"_x[0-9A-Fa-f]{4}_", rb"<!DOCTYPE")
_SPECIAL = {
    r"xl/worksheets/.*\.xml": (*_TEXTS, rb"<f[ />]", rb":f[ />]", rb't="[ed]"', rb"<v>-?\d{16}"),
    r"xl/sharedStrings\.xml": _TEXTS,
    r"xl/workbook\.xml": (rb"date1904=[\"'](?:1|true)",),
    r"xl/styles\.xml": (rb"<(?:\w+:)?numFmt ", rb"numFmtId=\"(?:11|48)\""),
}


@lru_cache(maxsize=1)  # asked before a reader is chosen and again of the sheet that it read; the copy stays as it is
def plain(path: Path) -> bool:
    """Whether an xlsx is free of what only the openpyxl reader sees: errors, formulas, long numbers, formats, dates.

    Decided from the bytes, much faster than reading; then the fast reader gives the very same text.
    """
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            marks = next((marks for part, marks in _SPECIAL.items() if re.fullmatch(part, name)), ())
            if not marks:
                continue
            with archive.open(name) as stream:
                tail = b""
                while block := stream.read(1024 * 1024):
                    # What is looked for may be cut in two by the end of a block.
                    near = tail + block
                    if any(re.search(mark, near) for mark in marks):
                        return False
                    tail = block[-64:]
    return True
