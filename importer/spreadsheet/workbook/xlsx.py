"""An xlsx read part by part: its sheets, number formats and date system, and its cells with what other readers drop."""

from __future__ import annotations

import re
from collections import deque
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, TYPE_CHECKING

from importer.spreadsheet.sheet_view import SheetView
from importer.spreadsheet.workbook import formats, sheetxml, values
from importer.spreadsheet.workbook import styles as looks
from importer.spreadsheet.workbook.cell_faults import error_value, no_result, shown_number
from importer.spreadsheet.workbook.interface import WorkbookSheet, most_elements, row_of
from importer.spreadsheet.workbook.package import Parts, Relations

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from importer.spreadsheet.grid import CellFault, Record
    from importer.spreadsheet.options import Limits

_MOST_SHARED_CHARACTERS = 128 * 1024**2
_TYPES = "[Content_Types].xml"
_SHEET_KINDS = ("worksheet", "")


class XlsxPackage:
    """The workbook at `path`; close it, or use it in a `with`."""

    reader = "XML"

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._parts = Parts(path)
        self.epoch = values.EPOCH_1900
        self.view = SheetView()
        self.sheet_parts: dict[str, str] = {}
        self._states: dict[str, str] = {}
        self._strings: list[str] | None = None
        if self._parts.has(_TYPES):
            # Nothing in it is needed, but a file with entities in any part is refused.
            deque(self._parts.tags(_TYPES), maxlen=0)
        main = Relations(self._parts).first("officeDocument") or "xl/workbook.xml"
        self._relations = Relations(self._parts, main)
        self.plain_parts = {"workbook": main, "strings": self._part("sharedStrings"), "styles": self._part("styles")}
        self._read_workbook(main)
        self._styles = self._read_styles()

    def __enter__(self) -> XlsxPackage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._parts.close()

    @property
    def sheets(self) -> tuple[WorkbookSheet, ...]:
        """The worksheets in their order, without chart sheets."""
        return tuple(WorkbookSheet(name, state == "visible") for name, state in self._states.items())

    @property
    def sheet_bytes(self) -> int:
        """How large the worksheets are once unpacked."""
        return sum(self._parts.getinfo(part).file_size for part in self.sheet_parts.values())

    def records(self, sheet: str) -> Generator[Record]:
        """The rows of a sheet that have content."""
        self.view = view = SheetView()
        if self._strings is None:
            self._strings = self._read_strings()
        with self.source(sheet) as stream:
            elements = self._most_elements(self.sheet_parts[sheet])
            for row, cells in sheetxml.rows(stream, view, elements):
                yield row_of(row, ((cell.column, *self.text(cell)) for cell in cells), self._limits)

    @contextmanager
    def source(self, sheet: str) -> Iterator[IO[bytes]]:
        """The XML of a sheet."""
        with self._parts.open(self.sheet_parts[sheet]) as stream:
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
        return self._styles[style] if style < len(self._styles) else formats.GENERAL

    def text(self, cell: sheetxml.XmlCell) -> tuple[str, CellFault | None]:
        """The text of a cell, and what is wrong with it."""
        if cell.kind == "e":
            return "", error_value(cell.column, cell.text)
        if cell.formula is not None and not cell.text:
            # An empty text is a result too; a number without a value was never calculated.
            return "", None if cell.kind == "str" else no_result(cell.column, cell.formula)
        if cell.kind == "s":
            return values.unescaped((self._strings or [])[int(cell.text)]), None
        if cell.kind in ("str", "inlineStr"):
            return values.unescaped(cell.text), None
        if cell.kind == "b":
            return ("FALSE" if cell.text.strip() in ("0", "false", "") else "TRUE"), None
        if cell.kind == "d":
            is_duration = formats.moment(self.number_format(cell.style)) == "duration"
            return values.of_iso(cell.text, is_duration=is_duration), None

        # A number, or a moment stored as one: only the style tells them apart.
        return shown_number(cell.column, values.of_raw(cell.text), self.number_format(cell.style), self.epoch)

    def _part(self, kind: str) -> str | None:
        try:
            return self._relations.first(kind)
        except KeyError:
            return None

    def _most_elements(self, part: str) -> int:
        return most_elements(self._parts.getinfo(part).compress_size)

    def _read_workbook(self, main: str) -> None:
        for tag, attributes in self._parts.tags(main):
            if tag == "workbookPr" and attributes.get("date1904") in ("1", "true", "on"):
                self.epoch = values.EPOCH_1904
            elif tag == "sheet":
                relation, name = attributes.get("id", ""), attributes.get("name", "")
                part = self._relations.part(relation)
                if part and self._relations.kind(relation) in _SHEET_KINDS and name not in self.sheet_parts:
                    self.sheet_parts[name] = part
                    self._states[name] = attributes.get("state", "visible")

    def _read_strings(self) -> list[str]:
        part = self.plain_parts["strings"]
        if part is None:
            return []
        with self._parts.open(part) as stream:
            return sheetxml.strings(stream, _MOST_SHARED_CHARACTERS, self._most_elements(part))

    def _read_styles(self) -> list[str]:
        """The number format of each style."""
        custom: dict[int, str] = {}
        numbers: list[int] = []
        part, container = self.plain_parts["styles"], ""
        for tag, attributes in self._parts.tags(part) if part is not None else ():
            if tag in ("numFmts", "cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
                container = tag
            elif tag == "numFmt" and container == "numFmts":
                custom[sheetxml.style_index(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
            elif tag == "xf" and container == "cellXfs":
                numbers.append(sheetxml.style_index(attributes.get("numFmtId", "")))
        # A number that every program knows may be defined otherwise in the file, which then counts.
        return [custom.get(n, formats.BUILT_IN.get(n, formats.GENERAL)) for n in numbers]


# Each begins with letters that it looks for as they are, which is several times as fast as one pattern for all.
_TEXTS = (rb"_x[0-9A-Fa-f]{4}_", rb"<!DOCTYPE")
_SHEET = (
    *_TEXTS,
    rb"<f[ />]",
    rb":f[ />]",
    rb't="[ed]"',
    rb"<v>-?\d{16}",
    rb"inlineStr\"[^>]*><v",
    rb"</is><v",
    rb" hidden=\"[1to]",
    rb"mergeCell ",
    rb" (?:ht|width)=\"0",
)
_SPECIAL = {
    "strings": _TEXTS,
    "workbook": (rb"date1904=[\"'](?:1|true)",),
    "styles": (rb"<(?:\w+:)?numFmt ", rb"numFmtId=\"(?:11|2[789]|3[0-6]|48|5\d|[678]\d)\""),
}


@lru_cache(maxsize=1)  # asked before a reader is chosen and again of the sheet that it read; the copy stays as it is
def plain(path: Path) -> bool:
    """Whether an xlsx is free of what only this reader sees: errors, formulas, long numbers, formats, hidden rows.

    Decided from the bytes, much faster than reading; then the fast reader gives the very same text.
    """
    from importer.spreadsheet.options import Limits

    with XlsxPackage(path, Limits()) as package, Parts(path) as parts:
        marked: list[tuple[str, tuple[bytes, ...]]] = [(part, _SHEET) for part in package.sheet_parts.values()]
        marked += [(part, _SPECIAL[role]) for role, part in package.plain_parts.items() if part is not None]
        if not all(part.startswith("xl/") for part, _ in marked):
            return False
        for part, marks in marked:
            with parts.open(part) as stream:
                tail = b""
                while block := stream.read(1024 * 1024):
                    # What is looked for may be cut in two by the end of a block.
                    near = tail + block
                    if any(re.search(mark, near) for mark in marks):
                        return False
                    tail = block[-64:]
    return True
