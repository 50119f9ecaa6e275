"""The look of a rejects workbook's cells: as in the person's workbook, with bad cells coloured.

A cell is given as the XML that follows its reference, `<c r="B7"`: a sheet may have a million of them.
"""

from __future__ import annotations

import html
from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from importer.regex import regex
from importer.spreadsheet.workbook.values import escaped

if TYPE_CHECKING:
    from importer.spreadsheet.workbook.openpyxl_package import OpenpyxlWorkbook
    from importer.spreadsheet.workbook.styles import Look

_RED = PatternFill("solid", fgColor="FFC7CE")
_YELLOW = PatternFill("solid", fgColor="FFEB9C")
_VALUES = frozenset({"n", "b", "e"})
# What a text cannot be written with as it is: marks of XML, what XML cannot hold, and blanks at its ends.
_SPECIAL = regex(r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x|^\s|\s\Z")


class Styles:
    """Makes cells for one sheet; every look is put together once and then shared."""

    def __init__(self, sheet: Any, package: OpenpyxlWorkbook | None) -> None:
        self._sheet, self._package = sheet, package
        self._looks: dict[tuple[int, bool, bool | None, bool], int] = {}

    def header(self, text: str, raw: Look | None) -> str:
        """A cell of the header; bold where the person's has no look of its own."""
        return self._cell(text, "s", raw.style if raw else 0, None, bold=raw is None)

    def cell(self, raw: Look | None, text: str, bad: bool | None = None) -> str:
        """A cell with the person's value, of its own kind where the sheet is at hand (`raw`), else text.

        `bad` is True for an error, False for a warning, None for a cell that is right.
        """
        if raw is not None and raw.value and raw.kind in _VALUES:
            return self._cell(raw.value, raw.kind, raw.style, bad)
        return self._cell(text, "s", raw.style if raw else 0, bad)

    def _cell(self, text: str, kind: str, style: int, bad: bool | None, *, bold: bool = False) -> str:
        key = (style, kind == "s", bad, bold)
        look = self._looks.get(key)
        if look is None:
            look = self._looks[key] = self._style_id(*key)
        if not text:
            return f' s="{look}"/>'
        if kind != "s":
            # Some programs write true and false here, where the format has 1 and 0.
            value = str(int(text.strip() in ("1", "true"))) if kind == "b" else text
            return f' s="{look}" t="{kind}"><v>{html.escape(value, quote=False)}</v></c>'
        if _SPECIAL.search(text):
            text = html.escape(escaped(text), quote=False)
            return f' s="{look}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        return f' s="{look}" t="inlineStr"><is><t>{text}</t></is></c>'

    def _style_id(self, style: int, is_text: bool, bad: bool | None, bold: bool) -> int:
        """The index of a look in the new workbook: that of the person's `style`, with what is added to it."""
        cell: Any = WriteOnlyCell(self._sheet)
        if self._package is not None and style < len(self._package.workbook._cell_styles):
            workbook = self._package.workbook
            source = workbook._cell_styles[style]
            cell.font = copy(workbook._fonts[source.fontId])
            cell.fill = copy(workbook._fills[source.fillId])
            cell.border = copy(workbook._borders[source.borderId])
            cell.alignment = copy(workbook._alignments[source.alignmentId])
            cell.number_format = self._package.number_format(style)
        if is_text and cell.number_format == "General":
            cell.number_format = "@"  # so that a corrected phone is not turned into a number
        if bold:
            cell.font = Font(bold=True)
        if bad is not None:
            cell.fill = _RED if bad else _YELLOW
        return int(cell.style_id)
