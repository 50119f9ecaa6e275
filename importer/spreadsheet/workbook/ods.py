"""OpenDocument, zipped (.ods) or as one XML file (.fods), read streaming (ODF 1.3 part 3).

A cell has a value and the text that is shown of it. The value counts, but where the text shows an error or a code.
"""

from __future__ import annotations

import re
import zipfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from importer.regex import regex
from importer.spreadsheet.kind import FileKind
from importer.spreadsheet.sheet_view import Area, SheetView
from importer.spreadsheet.workbook import formats, values
from importer.spreadsheet.workbook.cell_faults import error_value, lost_digits
from importer.spreadsheet.workbook.interface import TooManyElements, WorkbookSheet, most_elements, row_of
from importer.spreadsheet.workbook.sheetxml import refuse_entities

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from importer.spreadsheet.grid import CellFault, Record
    from importer.spreadsheet.options import Limits

_BLOCK = 256 * 1024
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT, _STYLE = (f"{_ODF}{part}:1.0 " for part in ("office", "table", "text", "style"))
_SHEET, _ROW, _CELL, _COVERED = (f"{_TABLE}{tag}" for tag in ("table", "table-row", "table-cell", "covered-table-cell"))
_COLUMN, _GROUP, _ROWS = f"{_TABLE}table-column", f"{_TABLE}table-row-group", f"{_TABLE}number-rows-repeated"
_COLUMNS, _VISIBILITY = f"{_TABLE}number-columns-repeated", f"{_TABLE}visibility"
_PARAGRAPH = f"{_TEXT}p"
_ERROR_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
# What is inside a cell and not its text: comments, pictures with text, and how a word is pronounced.
_BESIDE = frozenset(
    {
        f"{_OFFICE}annotation",
        f"{_TEXT}ruby-text",
        f"{_TEXT}note",
        *(f"{_ODF}drawing:1.0 {tag}" for tag in ("frame", "custom-shape", "g", "rect", "line", "caption")),
    }
)
_ERROR = regex(r"#[^\s#]{1,12}[!?]|#N/?[AV]|(?:Err|Fehler|Erreur|Errore|Erro|Fout|Fel|Ошибка|Błąd):\d{3}")
_DURATION = regex(r"(-)?P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?\Z")


class Ods:
    """The workbook at `path`; `kind` says whether it is zipped."""

    reader = "OpenDocument"

    def __init__(self, path: Path, kind: FileKind, limits: Limits) -> None:
        self._path, self._kind, self._limits = path, kind, limits
        self.view = SheetView()
        tables = _Tables()
        for _ in self._parsed(tables):
            pass
        self.sheets = tuple(
            WorkbookSheet(name, style not in tables.hidden_styles) for name, style in tables.sheets.items()
        )

    def close(self) -> None:
        """Nothing is held open."""

    def records(self, sheet: str) -> Generator[Record]:
        """The rows of a sheet that have content."""
        self.view = SheetView()
        rows = _Rows(sheet, self.view, self._limits)
        for _ in self._parsed(rows):
            yield from rows.records()
        yield from rows.records()

    def _parsed(self, content: _Tables | _Rows) -> Iterator[None]:
        """Feed the document to its handlers block by block."""
        parser = expat.ParserCreate(namespace_separator=" ")
        refuse_entities(parser)
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = content.start, content.end
        parser.CharacterDataHandler = content.characters
        with self._content() as (stream, packed_bytes):
            bound = most_elements(packed_bytes)
            while not content.is_done:
                block = stream.read(_BLOCK)
                parser.Parse(block, not block)
                if content.elements > bound:
                    raise TooManyElements
                yield
                if not block:
                    return

    @contextmanager
    def _content(self) -> Iterator[tuple[IO[bytes], int]]:
        if self._kind is FileKind.FODS:
            with self._path.open("rb") as stream:
                yield stream, self._path.stat().st_size
        else:
            with zipfile.ZipFile(self._path) as archive, archive.open("content.xml") as stream:
                yield stream, archive.getinfo("content.xml").compress_size


class _Tables:
    """The sheets of a document with their styles, and which styles hide them."""

    is_done = False

    def __init__(self) -> None:
        self.sheets: dict[str, str] = {}
        self.hidden_styles: set[str] = set()
        self.elements = 0
        self._style = ""
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if tag == _SHEET:
            self._depth += 1
            if self._depth == 1:
                self.sheets.setdefault(attributes.get(f"{_TABLE}name", ""), attributes.get(f"{_TABLE}style-name", ""))
        elif tag == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif tag == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self.hidden_styles.add(self._style)

    def end(self, tag: str) -> None:
        if tag == _SHEET:
            self._depth -= 1

    def characters(self, _: str) -> None:
        """Text says nothing about sheets."""


class _Rows:
    """The rows of one sheet of a document."""

    def __init__(self, sheet: str, view: SheetView, limits: Limits) -> None:
        self._finished: list[tuple[int, int, list[tuple[int, str, CellFault | None]], bool]] = []
        self.is_done = False
        self.elements = 0
        self._sheet, self._view, self._limits = sheet, view, limits
        self._depth, self._beside = 0, 0
        self._inside = False
        self._row, self._column, self._table_column = 0, 0, 0
        self._repeated = 1
        self._groups: list[bool] = []
        self._is_hidden = False
        self._cells: list[tuple[int, str, CellFault | None]] = []
        self._cell: dict[str, str] | None = None
        self._paragraphs: list[list[str]] = []
        self._in_paragraph = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if tag == _SHEET:
            self._depth += 1
            if self._depth == 1:
                self._inside = attributes.get(f"{_TABLE}name", "") == self._sheet
        elif not self._inside or self._depth != 1:
            return
        elif self._cell is not None:
            self._start_inside(tag, attributes)
        elif tag in (_CELL, _COVERED):
            self._cell = attributes
            self._paragraphs, self._in_paragraph = [], 0
        elif tag == _ROW:
            self._repeated = _count(attributes.get(_ROWS))
            self._column, self._cells = 0, []
            is_visible = attributes.get(_VISIBILITY, "visible") == "visible"
            self._is_hidden = not is_visible or any(self._groups)
        elif tag == _COLUMN:
            end = self._table_column + _count(attributes.get(_COLUMNS))
            if attributes.get(_VISIBILITY, "visible") != "visible":
                self._view.hide_columns(self._table_column, end)
            self._table_column = end
        elif tag == _GROUP:
            self._groups.append(attributes.get(f"{_TABLE}display") == "false")

    def _start_inside(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _BESIDE or self._beside:
            self._beside += 1
        elif tag == _PARAGRAPH:
            self._paragraphs.append([])
            self._in_paragraph += 1
        elif self._in_paragraph:
            # Blanks in a row are one in XML, so each further one is an element.
            if tag == f"{_TEXT}s":
                self._paragraphs[-1].append("\0" * _count(attributes.get(f"{_TEXT}c"), 1000))
            elif tag == f"{_TEXT}tab":
                self._paragraphs[-1].append("\1")
            elif tag == f"{_TEXT}line-break":
                self._paragraphs[-1].append("\2")

    def end(self, tag: str) -> None:
        if tag == _SHEET:
            self._depth -= 1
            if self._depth == 0 and self._inside:
                self._inside, self.is_done = False, True
        elif not self._inside or self._depth != 1:
            return
        elif self._beside:
            self._beside -= 1
        elif tag == _PARAGRAPH:
            self._in_paragraph = max(0, self._in_paragraph - 1)
        elif tag in (_CELL, _COVERED) and self._cell is not None:
            self._end_cell(tag, self._cell)
        elif tag == _GROUP and self._groups:
            self._groups.pop()
        elif tag == _ROW:
            self._end_row()

    def characters(self, text: str) -> None:
        if self._in_paragraph and not self._beside:
            self._paragraphs[-1].append(text)

    def _end_cell(self, tag: str, attributes: dict[str, str]) -> None:
        self._cell, self._in_paragraph = None, 0
        count = _count(attributes.get(_COLUMNS))
        # What a merged cell covers is kept in the file, but not shown.
        if tag == _CELL and (self._paragraphs or len(attributes) > 1):
            text, fault = _text(self._column, attributes, "\n".join(map(_plain, self._paragraphs)))
            if text or fault:
                for column in range(self._column, min(self._column + count, self._limits.columns + 1)):
                    moved = fault and fault._replace(position=column)
                    self._cells.append((column, text, moved))
            across, down = (_count(attributes.get(f"{_TABLE}number-{way}-spanned")) for way in ("columns", "rows"))
            if (across > 1 or down > 1) and text:
                row = self._row + 1
                self._view.add(Area(row, row + down - 1, self._column, self._column + across - 1))
        self._column += count

    def _end_row(self) -> None:
        first = self._row + 1
        self._row += self._repeated
        if self._cells:
            # A row that says how often it is repeated counts as often.
            self.elements += self._repeated * len(self._cells)
            self._finished.append((first, min(self._row, self._limits.rows + 1), self._cells, self._is_hidden))

    def records(self) -> Iterator[Record]:
        """The rows that are finished, one by one: a row may be repeated a million times."""
        for first, last, cells, is_hidden in self._finished:
            for row in range(first, last + 1):
                if is_hidden:
                    self._view.hidden_rows.append(row)
                yield row_of(row, cells, self._limits)
        self._finished.clear()


def _count(text: str | None, most: int = 2_000_000) -> int:
    return min(max(int(text), 1), most) if text and text.isdecimal() else 1


def _plain(parts: list[str]) -> str:
    """The text of a paragraph, blanks as they are shown."""
    text = "".join(parts)
    if "  " in text or "\n" in text or "\t" in text or "\r" in text:
        text = re.sub(r"[ \t\r\n]+", " ", text)
    return text.translate({0: " ", 1: "\t", 2: "\n"}) if "\0" in text or "\1" in text or "\2" in text else text


def _text(column: int, attributes: dict[str, str], shown: str) -> tuple[str, CellFault | None]:
    """The text of a cell, and what is wrong with it."""
    kind = attributes.get(f"{_OFFICE}value-type", "")
    is_formula = f"{_TABLE}formula" in attributes
    # Excel stores an error as 0, LibreOffice as a text with a type of its own.
    if attributes.get(_ERROR_TYPE) == "error" or (
        (is_formula or kind not in ("", "string")) and _ERROR.fullmatch(shown)
    ):
        return "", error_value(column, shown)
    if kind in ("float", "percentage", "currency"):
        text = values.of_raw(attributes.get(f"{_OFFICE}value", shown).strip())
        if values.lost_digits(text):
            return text, lost_digits(column, text)
        return (formats.as_shown(text, shown) if kind == "float" else text), None
    if kind == "date":
        return values.of_iso(attributes.get(f"{_OFFICE}date-value", shown)), None
    if kind == "time":
        return _duration(attributes.get(f"{_OFFICE}time-value", "")) or shown, None
    if kind == "boolean":
        return ("TRUE" if attributes.get(f"{_OFFICE}boolean-value", "").strip() in ("true", "1") else "FALSE"), None
    return shown or attributes.get(f"{_OFFICE}string-value", ""), None


def _duration(text: str) -> str:
    """An ISO 8601 duration as hours, minutes and seconds: PT26H30M00S; "" if it is not a duration."""
    match = _DURATION.match(text.strip())
    if match is None:
        return ""
    days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups()[1:])
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return values.of_seconds(-total if match[1] else total)
