"""The look of a rejects workbook's cells: as in the person's workbook, with bad cells coloured."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from importer.spreadsheet.book.values import escaped

if TYPE_CHECKING:
    from importer.spreadsheet.book.package import Package
    from importer.spreadsheet.book.sheetxml import XmlCell

_RED = PatternFill("solid", fgColor="FFC7CE")
_YELLOW = PatternFill("solid", fgColor="FFEB9C")
_TEXT = frozenset({"s", "str", "inlineStr", "d"})


class Styles:
    """Makes cells for one sheet; every look is put together once and then shared."""

    def __init__(self, sheet: Any, package: Package | None) -> None:
        self._sheet, self._package = sheet, package
        self._looks: dict[tuple[int, bool, bool | None, bool], Any] = {}

    def header(self, text: str, raw: XmlCell | None) -> Any:
        """A cell of the header; bold where the person's has no look of its own."""
        return self._made(text, "s", raw.style if raw else 0, None, bold=raw is None)

    def text(self, text: str, bad: bool | None) -> Any:
        """A cell of text; `bad` is True for an error, False for a warning."""
        return self._made(text, "s", 0, bad)

    def cell(self, raw: XmlCell | None, text: str, bad: bool | None) -> Any:
        """A cell with the person's value, of its own kind where the sheet is at hand."""
        if raw is None or raw.kind in _TEXT or not raw.text:
            return self._made(text, "s", raw.style if raw else 0, bad)
        return self._made(raw.text, raw.kind, raw.style, bad)

    def _made(self, text: str, kind: str, style: int, bad: bool | None, *, bold: bool = False) -> Any:
        cell: Any = WriteOnlyCell(self._sheet)
        is_text = kind == "s"
        cell._style = self._look(style, is_text, bad, bold)
        if text:
            # Past the setter: it would turn text with an equals sign into a formula and numbers into 16 digits.
            cell._value = escaped(text) if is_text else _plain(text, kind)
            cell.data_type = kind
        return cell

    def _look(self, style: int, is_text: bool, bad: bool | None, bold: bool) -> Any:
        key = (style, is_text, bad, bold)
        if key not in self._looks:
            self._looks[key] = self._put_together(*key)
        return self._looks[key]

    def _put_together(self, style: int, is_text: bool, bad: bool | None, bold: bool) -> Any:
        cell: Any = WriteOnlyCell(self._sheet)
        if self._package is not None:
            self._take_over(cell, style)
        if is_text and cell.number_format == "General":
            cell.number_format = "@"  # so that a corrected phone is not turned into a number
        if bold:
            cell.font = Font(bold=True)
        if bad is not None:
            cell.fill = _RED if bad else _YELLOW
        return cell._style

    def _take_over(self, cell: Any, style: int) -> None:
        assert self._package is not None  # noqa: S101  (for the type checker)
        workbook = self._package.workbook
        if style >= len(workbook._cell_styles):
            return
        found = workbook._cell_styles[style]
        cell.font = copy(workbook._fonts[found.fontId])
        cell.fill = copy(workbook._fills[found.fillId])
        cell.border = copy(workbook._borders[found.borderId])
        cell.alignment = copy(workbook._alignments[found.alignmentId])
        cell.number_format = self._package.number_format(style)


def _plain(text: str, kind: str) -> Any:
    return text.strip() in ("1", "true") if kind == "b" else text
