"""The tables of an HTML page, as web systems export them under the name .xls: text as shown, merged cells split."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from importer.spreadsheet.grid import Record, blank
from importer.spreadsheet.sheet_view import SheetView
from importer.spreadsheet.workbook.interface import TooLarge, TooManyElements, WorkbookSheet, most_elements

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from importer.spreadsheet.options import Limits

_SILENT = frozenset({"script", "style", "title"})
_MOST_SPAN = 1000
_KIND = 5  # characters that tell a comment and the kinds of sections apart: `<!--`, `<![CDATA[`, `<![if`


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
        # Known in the end only: behind which character nothing is closed any more, and what is not closed before it.
        self._last_end: int | None = None
        self._endless: set[str] = set()

    def parse_starttag(self, i: int) -> int:
        return self._parsed(i, super().parse_starttag)

    def parse_endtag(self, i: int) -> int:
        return self._parsed(i, super().parse_endtag)

    def parse_comment(self, i: int, report: bool = True) -> int:
        return self._parsed(i, super().parse_comment)

    def parse_pi(self, i: int) -> int:
        return self._parsed(i, super().parse_pi)

    def parse_html_declaration(self, i: int) -> int:
        return self._parsed(i, super().parse_html_declaration)

    def _parsed(self, start: int, parse: Callable[[int], int]) -> int:
        """Parse what begins at `start`, and give where it ends; -1 where it does not.

        HTMLParser looks for the end of each up to the end of the page, which for a page of nothing but beginnings takes
        the square of its size.
        """
        if self._last_end is None:
            return parse(start)
        if start > self._last_end:
            # As HTMLParser does it: text up to the next sign that may begin something.
            following = self.rawdata.find("<", start + 1)
            end = start + 1 if following < 0 else following
            text = self.rawdata[start:end]
            self.handle_data(text if self.cdata_elem else unescape(text))
            return end
        # Comments and sections end in ways of their own: what is not closed here is not closed further on.
        kind = self.rawdata[start : start + _KIND].lower()
        kind = "<!--" if kind.startswith("<!--") else kind if kind.startswith("<![") else ""
        if kind in self._endless:
            return -1
        end = parse(start)
        if end < 0 and kind:
            self._endless.add(kind)
        return end

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
        self._last_end = self.rawdata.rfind(">")
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
