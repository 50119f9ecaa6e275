"""SpreadsheetML 2003, the XML that Excel 2003 and many web systems save under the name .xls."""

from __future__ import annotations

from contextlib import closing
from typing import IO, TYPE_CHECKING, Any

from defusedxml.ElementTree import iterparse

from importer.spreadsheet.sheet_view import Area, SheetView
from importer.spreadsheet.workbook import formats, values
from importer.spreadsheet.workbook.cell_faults import error_value, lost_digits, no_result
from importer.spreadsheet.workbook.interface import WorkbookSheet, row_of

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from importer.spreadsheet.grid import CellFault, Record
    from importer.spreadsheet.options import Limits

_SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"


class Xml2003:
    """The workbook at `path`. Raises ParseError or a defusedxml exception for a damaged or hostile one."""

    reader = "SpreadsheetML 2003"

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self.view = SheetView()
        self._formats: dict[str, str] = {}
        self._sheets: list[WorkbookSheet] = []
        with closing(self._elements("Style", "Worksheet", "Row")) as elements:
            for element, tag in elements:
                number_format = element.find(f"{_SPACE}NumberFormat") if tag == "Style" else None
                if number_format is not None:
                    self._formats[element.get(f"{_SPACE}ID", "")] = number_format.get(f"{_SPACE}Format", "")
                elif tag == "Worksheet":
                    visible = element.find(f"{_EXCEL}WorksheetOptions/{_EXCEL}Visible")
                    is_hidden = visible is not None and visible.text in ("SheetHidden", "SheetVeryHidden")
                    self._sheets.append(WorkbookSheet(element.get(f"{_SPACE}Name", ""), not is_hidden))

    @property
    def sheets(self) -> tuple[WorkbookSheet, ...]:
        return tuple(self._sheets)

    def close(self) -> None:
        """Nothing is held open."""

    def records(self, sheet: str) -> Generator[Record]:
        """The rows of a sheet."""
        self.view = SheetView()
        current, row, column_end = -1, 0, 0
        index = [worksheet.name for worksheet in self._sheets].index(sheet)
        with closing(self._elements("Row", "Column", "Worksheet", starting=True)) as elements:
            for element, tag in elements:
                if tag == "+Worksheet":
                    current, row = current + 1, 0
                elif tag == "Column" and current == index:
                    first = int(element.get(f"{_SPACE}Index", column_end + 1)) - 1
                    column_end = first + 1 + int(element.get(f"{_SPACE}Span", 0))
                    if element.get(f"{_SPACE}Hidden") == "1":
                        self.view.hide_columns(first, column_end)
                elif tag == "Row" and current == index:
                    row = int(element.get(f"{_SPACE}Index", row + 1))
                    cells = self._cells(element, row)
                    if cells and element.get(f"{_SPACE}Hidden") == "1":
                        self.view.hidden_rows.append(row)
                    yield row_of(row, cells, self._limits)

    def _cells(self, element: Any, row: int) -> list[tuple[int, str, CellFault | None]]:
        cells, column = [], 0
        for cell in element.findall(f"{_SPACE}Cell"):
            column = int(cell.get(f"{_SPACE}Index", column + 1))
            cells.append((column - 1, *self._text(cell, column - 1)))
            across, down = (int(cell.get(f"{_SPACE}Merge{way}", 0)) for way in ("Across", "Down"))
            if across or down:
                self.view.add(Area(row, row + down, column - 1, column - 1 + across))
            # The cells that a merged one covers are not stored.
            column += across
        return cells

    def _elements(self, *tags: str, starting: bool = False) -> Generator[tuple[Any, str]]:
        with self._path.open("rb") as stream:
            source: IO[bytes] = stream
            for event, element in iterparse(source, events=("start", "end")):
                tag = element.tag.removeprefix(_SPACE)
                if tag in tags and event == "end":
                    yield element, tag
                    # Rows that were read are dropped, or the whole sheet would end up in memory.
                    if tag != "Style":
                        element.clear()
                elif starting and tag in tags:
                    yield element, f"+{tag}"

    def _text(self, cell: Any, position: int) -> tuple[str, CellFault | None]:
        data = cell.find(f"{_SPACE}Data")
        formula = cell.get(f"{_SPACE}Formula", "")
        if data is None:
            return "", no_result(position, formula.lstrip("=")) if formula else None
        text = "".join(data.itertext())
        kind = data.get(f"{_SPACE}Type", "String")
        number_format = self._formats.get(cell.get(f"{_SPACE}StyleID", ""), "")
        if kind == "Error":
            return "", error_value(position, text)
        if kind == "Boolean":
            return ("FALSE" if text.strip() in ("0", "") else "TRUE"), None
        if kind == "DateTime":
            return values.of_iso(text, is_duration=formats.moment(number_format) == "duration"), None
        if kind != "Number":
            return text, None
        text = values.of_raw(text.strip())
        if values.lost_digits(text):
            return text, lost_digits(position, text)
        return formats.shown(text, number_format), None
