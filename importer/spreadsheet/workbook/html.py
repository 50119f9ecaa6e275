"""The tables of an HTML page, as web systems export them under the name .xls: text as shown, merged cells split."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from importer.spreadsheet.grid import Record, blank
from importer.spreadsheet.sheet_view import SheetView
from importer.spreadsheet.workbook.interface import TooLarge, TooManyElements, WorkbookSheet, most_elements

if TYPE_CHECKING:
    from collections.abc import Generator

    from importer.spreadsheet.options import Limits

_SILENT = frozenset({"script", "style", "title"})
_MOST_SPAN = 1000


@dataclass(slots=True)
class _HtmlTable:
    """A table being read; what a merged cell covers stays empty."""

    rows: list[list[str]] = field(default_factory=list)
    row: list[str] | None = None
    text: list[str] | None = None
    across: int = 1
    down: int = 1
    covered: dict[int, int] = field(default_factory=dict)

    def start_cell(self, attributes: dict[str, str | None]) -> None:
        # End tags of cells and rows are optional in HTML.
        self.end_cell()
        if self.row is None:
            self.row = []
        self.across, self.down = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))
        self.text = []

    def end_cell(self) -> int:
        """Give how many cells the row has by now."""
        if self.text is None or self.row is None:
            return 0
        lines = (" ".join(line.split()) for line in "".join(self.text).split("\n"))
        text, self.text = "\n".join(lines).strip(), None
        # Columns that a cell with a rowspan above reaches into are skipped, as a browser does (HTML 4.9.12).
        current = len(self.rows)
        while self.covered.get(len(self.row), 0) > current:
            self.row.append("")
        for column in range(len(self.row), len(self.row) + self.across):
            self.covered[column] = current + self.down
        self.row += [text] + [""] * (self.across - 1)
        return len(self.row)

    def end_row(self) -> int:
        """Give how many cells the row had."""
        self.end_cell()
        row, self.row = self.row, None
        if row is not None:
            self.rows.append(row)
        return len(row or ())


class _PageParser(HTMLParser):
    """Collects the rows of every table, those inside other tables too."""

    def __init__(self, limits: Limits, most_cells: int) -> None:
        super().__init__(convert_charrefs=True)
        self._most_cells = most_cells
        self.tables: list[_HtmlTable] = []
        self._open: list[_HtmlTable] = []
        self._limits, self._cells, self._silent = limits, 0, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            # Nothing that is left open in the head of a page reaches into a table.
            self._silent = 0
            self._open.append(_HtmlTable())
            self.tables.append(self._open[-1])
        elif self._open and tag == "tr":
            self._end_row()
            self._open[-1].row = []
        elif self._open and tag in ("td", "th"):
            self._end_cell()
            self._open[-1].start_cell(dict(attrs))
        elif self._open and tag in ("br", "p", "div") and self._open[-1].text:
            self._open[-1].text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif self._open and tag == "table":
            self._end_row()
            self._open.pop()
        elif self._open and tag in ("td", "th"):
            self._end_cell()
        elif self._open and tag == "tr":
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].text is not None and not self._silent:
            self._open[-1].text.append(data.replace("\n", " ").replace("\r", " "))

    def _end_cell(self) -> None:
        if self._open[-1].end_cell() > self._limits.columns:
            raise TooLarge("a table wider than any sheet")

    def _end_row(self) -> None:
        self._end_cell()
        self._cells += self._open[-1].end_row()
        if self._cells > self._most_cells:
            raise TooManyElements

    def finish(self) -> None:
        """End what the page left open."""
        self.close()
        while self._open:
            self._end_row()
            self._open.pop()


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_SPAN) if text and text.strip().isascii() and text.strip().isdecimal() else 1


class Html:
    """The tables of a page as sheets `Table 1`, `Table 2`; rows count from 1 in each."""

    reader = "HTML table"

    def __init__(self, text: str, limits: Limits) -> None:
        self.view = SheetView()
        page = _PageParser(limits, most_elements(len(text)))
        page.feed(text)
        page.finish()
        self._tables = [
            table.rows for table in page.tables if any(not blank(cell) for row in table.rows for cell in row)
        ]
        self.sheets = tuple(WorkbookSheet(f"Table {number}") for number in range(1, len(self._tables) + 1))

    def close(self) -> None:
        """Nothing is held open."""

    def records(self, sheet: str) -> Generator[Record]:
        """The rows of a table."""
        table = self._tables[int(sheet.removeprefix("Table ")) - 1]
        for row, cells in enumerate(table, 1):
            yield Record(row, cells)
