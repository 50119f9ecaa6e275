"""An .xlsb, Excel's binary workbook, read record by record ([MS-XLSB]; the numbers are those of its section 2.3)."""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING

from importer.spreadsheet.sheet_view import Area, SheetView
from importer.spreadsheet.workbook import formats, values
from importer.spreadsheet.workbook.cell_faults import error_value, shown_number
from importer.spreadsheet.workbook.interface import TooManyElements, WorkbookSheet, most_elements, row_of
from importer.spreadsheet.workbook.package import Parts, Relations

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from importer.spreadsheet.grid import CellFault, Record
    from importer.spreadsheet.options import Limits

_BLOCK = 256 * 1024
_LONGEST_RECORD = 16 * 1024**2
_ROW, _COLUMN, _MERGED, _STRING, _FORMAT, _STYLE = 0, 60, 176, 19, 44, 47
_STYLES_BEGIN, _STYLES_END, _WORKBOOK, _SHEET = 617, 618, 153, 156
_RK, _ERRORS, _BOOLEANS, _REALS, _TEXTS, _SHARED, _RICH = 2, (3, 11), (4, 10), (5, 9), (6, 8), 7, 62
_ERROR_NAMES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


class Xlsb:
    """The workbook at `path`."""

    reader = "XLSB"

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._parts = Parts(path)
        self.view = SheetView()
        self.epoch = values.EPOCH_1900
        self._sheets: dict[str, tuple[str, bool]] = {}
        self._strings: list[str] | None = None
        main = next(part for part in (Relations(self._parts).first("officeDocument"), "xl/workbook.bin") if part)
        self._relations = Relations(self._parts, main)
        for kind, data in self._records(main):
            if kind == _WORKBOOK and data[0] & 1:
                self.epoch = values.EPOCH_1904
            elif kind == _SHEET:
                relation, end = _wide(data, 8)
                name, _ = _wide(data, end)
                part = self._relations.part(relation)
                if part is not None and self._relations.kind(relation) in ("worksheet", ""):
                    self._sheets.setdefault(name, (part, data[0] & 3 == 0))
        self._styles = self._read_styles()

    @property
    def sheets(self) -> tuple[WorkbookSheet, ...]:
        """The worksheets in their order."""
        return tuple(WorkbookSheet(name, is_visible) for name, (_, is_visible) in self._sheets.items())

    def close(self) -> None:
        """Close the file."""
        self._parts.close()

    def records(self, sheet: str) -> Generator[Record]:
        """The rows of a sheet that have content."""
        self.view = view = SheetView()
        if self._strings is None:
            part = self._relations.first("sharedStrings") or "xl/sharedStrings.bin"
            records = self._records(part) if self._parts.has(part) else iter(())
            self._strings = [_wide(data, 1)[0] for kind, data in records if kind == _STRING]
        row, is_hidden = 0, False
        cells: list[tuple[int, str, CellFault | None]] = []
        for kind, data in self._records(self._sheets[sheet][0]):
            if kind == _ROW:
                if cells:
                    yield self._row(row, cells, is_hidden=is_hidden)
                    cells = []
                row = int.from_bytes(data[:4], "little") + 1
                is_hidden = bool(data[11] & 0x10) or data[8:10] == b"\0\0"
            elif kind == _COLUMN:
                first, last, width = struct.unpack_from("<III", data)
                if data[16] & 1 or width == 0:
                    view.hide_columns(first, last + 1)
            elif kind == _MERGED:
                first_row, last_row, first_column, last_column = struct.unpack_from("<IIII", data)
                view.add(Area(first_row + 1, last_row + 1, first_column, last_column))
            elif 2 <= kind <= 11 or kind == _RICH:
                cells.append(self._cell(kind, data))
        if cells:
            yield self._row(row, cells, is_hidden=is_hidden)

    def _row(self, row: int, cells: list[tuple[int, str, CellFault | None]], *, is_hidden: bool) -> Record:
        if is_hidden:
            self.view.hidden_rows.append(row)
        return row_of(row, cells, self._limits)

    def _cell(self, kind: int, data: bytes) -> tuple[int, str, CellFault | None]:
        column, style = struct.unpack_from("<II", data)
        if kind == _SHARED:
            return column, (self._strings or [])[int.from_bytes(data[8:12], "little")], None
        if kind in _TEXTS:
            return column, _wide(data, 8)[0], None
        if kind == _RICH:
            return column, _wide(data, 9)[0], None
        if kind in _BOOLEANS:
            return column, "TRUE" if data[8] else "FALSE", None
        if kind in _ERRORS:
            return column, "", error_value(column, _ERROR_NAMES.get(data[8], ""))
        number = _rk(data[8:12]) if kind == _RK else struct.unpack_from("<d", data, 8)[0]
        index = style & 0xFFFFFF
        shown = self._styles[index] if index < len(self._styles) else formats.GENERAL
        return column, *shown_number(column, values.of_number(number), shown, self.epoch)

    def _read_styles(self) -> list[str]:
        """The number format of each style."""
        custom: dict[int, str] = {}
        numbers: list[int] = []
        part = self._relations.first("styles") or "xl/styles.bin"
        inside = False
        for kind, data in self._records(part) if self._parts.has(part) else ():
            if kind == _FORMAT:
                custom[int.from_bytes(data[:2], "little")] = _wide(data, 2)[0]
            elif kind in (_STYLES_BEGIN, _STYLES_END):
                inside = kind == _STYLES_BEGIN
            elif kind == _STYLE and inside:
                numbers.append(int.from_bytes(data[2:4], "little"))
        return [custom.get(n, formats.BUILT_IN.get(n, formats.GENERAL)) for n in numbers]

    def _records(self, part: str) -> Iterator[tuple[int, bytes]]:
        bound = most_elements(self._parts.getinfo(part).compress_size)
        with self._parts.open(part) as stream:
            for count, record in enumerate(_binary_records(stream)):
                if count > bound:
                    raise TooManyElements
                yield record


def _binary_records(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The number and the data of every record (2.1.4). Raises ValueError where one is cut off or impossibly long."""
    buffer, position = b"", 0
    while True:
        # A header has at most two bytes of number and four of length.
        if len(buffer) - position < 6:
            buffer, position = buffer[position:] + stream.read(_BLOCK), 0
            if not buffer:
                return
        kind = buffer[position]
        position += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (buffer[position] & 0x7F) << 7
            position += 1
        length = 0
        for shift in (0, 7, 14, 21):
            byte = buffer[position]
            position += 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if length > _LONGEST_RECORD:
            raise ValueError("a record longer than any cell")
        if len(buffer) - position < length:
            buffer, position = buffer[position:] + stream.read(max(_BLOCK, length)), 0
            if len(buffer) < length:
                raise ValueError("a record is cut off")
        yield kind, buffer[position : position + length]
        position += length


def _wide(data: bytes, start: int) -> tuple[str, int]:
    """The XLWideString at an offset (2.5.168), and where it ends; an empty one for the null string."""
    count = int.from_bytes(data[start : start + 4], "little")
    start += 4
    if count == 0xFFFFFFFF:
        return "", start
    end = start + 2 * count
    if end > len(data):
        raise ValueError("a text is cut off")
    return data[start:end].decode("utf-16-le", "replace"), end


def _rk(data: bytes) -> float:
    """A number in four bytes (2.5.122): an integer or the upper half of a double, perhaps a hundred times as much."""
    raw = int.from_bytes(data, "little", signed=True)
    if raw & 2:
        number = float(raw >> 2)
    else:
        number = struct.unpack("<d", b"\0\0\0\0" + (raw & ~3 & 0xFFFFFFFF).to_bytes(4, "little"))[0]
    return number / 100 if raw & 1 else number
