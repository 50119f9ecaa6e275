"""The XML of a worksheet as cells, streaming: no tree, no entities, nothing kept but the row at hand.

The cells come with what openpyxl's own reader drops: the digits as they are spelled, whether there is a formula, and
the style of every cell. Row and column numbers are optional in the format (ECMA-376 18.3.1.73, 18.3.1.4).
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from importer.regex import regex
from importer.spreadsheet.workbook.interface import TooManyElements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.spreadsheet.sheet_view import SheetView

_BLOCK = 256 * 1024
_COLUMN = regex(r"[A-Za-z]+")


class XmlCell(NamedTuple):
    """One `<c>`: column from 0, type, style index, text of `<v>` or `<is>`, text of `<f>` or None without one."""

    column: int
    kind: str
    style: int
    text: str
    formula: str | None


class EntityRefused(ValueError):
    """A document type with entities, which no workbook needs and attacks are made of."""


def refuse_entities(parser: expat.XMLParserType) -> None:
    """Make a parser stop at the first entity or external reference (billion laughs, XXE)."""

    def stop(*_: object) -> int:
        raise EntityRefused("the XML declares entities")

    parser.EntityDeclHandler = stop
    parser.ExternalEntityRefHandler = stop
    parser.UnparsedEntityDeclHandler = stop


def column_of(reference: str) -> int | None:
    """The column of `B7` from 0; None where there is no letter."""
    letters = _COLUMN.match(reference)
    if not letters:
        return None
    number = 0
    for letter in letters.group().upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def style_index(text: str) -> int:
    """The index of a style as a cell gives it; 0, the default, for what is no number (some writers leave it empty)."""
    return int(text) if text.isdecimal() else 0


def start_tags(stream: IO[bytes], most_elements: int) -> Iterator[tuple[str, dict[str, str]]]:
    """The local names of all elements with their attributes by local name, streaming: for parts that are lists.

    Raises expat.ExpatError, EntityRefused or TooManyElements.
    """
    count = 0
    tags: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        tags.append((tag.rpartition(":")[2], {name.rpartition(":")[2]: text for name, text in attributes.items()}))

    parser = expat.ParserCreate()
    refuse_entities(parser)
    parser.StartElementHandler = start
    while True:
        block = stream.read(_BLOCK)
        parser.Parse(block, not block)
        count += len(tags)
        if count > most_elements:
            raise TooManyElements
        yield from tags
        tags.clear()
        if not block:
            return


class _SheetParser:
    """The state between the tags of a worksheet."""

    def __init__(self, view: SheetView) -> None:
        self.finished: list[tuple[int, list[XmlCell]]] = []
        self.elements = 0
        self._view = view
        self._row = 0
        self._is_hidden = False
        self._column = -1
        self._cells: list[XmlCell] = []
        self._kind, self._style = "n", 0
        self._value: list[str] = []
        self._inline: list[str] | None = None
        self._formula: list[str] | None = None
        self._into: list[str] | None = None
        self._phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self.elements += 1
        if name == "c":
            column = column_of(attributes.get("r", ""))
            self._column = self._column + 1 if column is None else column
            self._kind, self._style = attributes.get("t", "n"), style_index(attributes.get("s", ""))
            self._value, self._formula, self._inline = [], None, None
        elif name == "row":
            self._row = int(float(attributes["r"])) if "r" in attributes else self._row + 1
            self._column, self._cells = -1, []
            self._is_hidden = _hides(attributes, "ht")
        elif name == "v":
            self._into = self._value
        elif name == "t" and self._inline is not None and not self._phonetic:
            self._into = self._inline
        elif name == "f":
            self._into = self._formula = []
        elif name == "is":
            self._inline = []
        elif name == "rPh":
            # How Japanese text is pronounced, inside the same cell.
            self._phonetic = True
        elif name == "mergeCell":
            self._view.merge(attributes.get("ref", ""))
        elif name == "col" and _hides(attributes, "width"):
            self._view.hide_columns(int(attributes.get("min", 0)) - 1, int(attributes.get("max", 0)))

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            # An inline text counts alone: some writers leave an old value beside it (ECMA-376 18.18.11).
            is_inline = self._inline is not None and (self._kind == "inlineStr" or not self._value)
            text = "".join((self._inline if is_inline else self._value) or ())
            if text or self._formula is not None:
                formula = None if self._formula is None else "".join(self._formula)
                kind = "inlineStr" if is_inline else self._kind
                self._cells.append(XmlCell(self._column, kind, self._style, text, formula))
        elif name in ("v", "t", "f"):
            self._into = None
        elif name == "rPh":
            self._phonetic = False
        elif name == "row" and self._cells:
            if self._is_hidden:
                self._view.hidden_rows.append(self._row)
            self.finished.append((self._row, self._cells))

    def characters(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)


def _hides(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or column is hidden: it says so, or it has no height or width."""
    return attributes.get("hidden") in ("1", "true", "on") or attributes.get(size) in ("0", "0.0")


def rows(stream: IO[bytes], view: SheetView, most_elements: int) -> Iterator[tuple[int, list[XmlCell]]]:
    """Row number and cells of every row that has content; formatted blanks cost nothing. What is hidden goes to `view`.

    Raises expat.ExpatError, EntityRefused, TooManyElements or ValueError for a damaged or hostile sheet.
    """
    sheet, parser = _SheetParser(view), expat.ParserCreate()
    refuse_entities(parser)
    parser.buffer_text = True
    parser.StartElementHandler = sheet.start
    parser.EndElementHandler = sheet.end
    parser.CharacterDataHandler = sheet.characters
    while True:
        block = stream.read(_BLOCK)
        parser.Parse(block, not block)
        yield from sheet.finished
        sheet.finished.clear()
        if sheet.elements > most_elements:
            raise TooManyElements
        if not block:
            return


def strings(stream: IO[bytes], most_characters: int, most_elements: int) -> list[str]:
    """The shared strings of a workbook: rich text joined, phonetic guides left out, escapes as they are.

    Raises expat.ExpatError, EntityRefused, TooManyElements, or ValueError when there are more than `most_characters`.
    """
    texts: list[str] = []
    parts: list[str] = []
    inside = {"t": False, "rPh": False}
    size = elements = 0

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal elements
        name = tag.rpartition(":")[2]
        elements += 1
        if name == "si":
            parts.clear()
        elif name in inside:
            inside[name] = True

    def end(tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            texts.append("".join(parts))
        elif name in inside:
            inside[name] = False

    def characters(text: str) -> None:
        nonlocal size
        if inside["t"] and not inside["rPh"]:
            parts.append(text)
            size += len(text)
            if size > most_characters:
                raise ValueError("the workbook holds more text than fits in memory")

    parser = expat.ParserCreate()
    refuse_entities(parser)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, characters
    while block := stream.read(_BLOCK):
        parser.Parse(block, False)
        if elements > most_elements:
            raise TooManyElements
    parser.Parse(b"", True)
    return texts


def widths(stream: IO[bytes]) -> dict[int, float]:
    """The widths of a sheet's columns by position, from the `<col>` elements in front of its cells."""
    head = stream.read(_BLOCK).partition(b"<sheetData")[0].decode("utf-8", "replace")
    column_widths: dict[int, float] = {}
    for tag in re.findall(r"<(?:\w+:)?col\b[^>]*>", head):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.keys() >= {"min", "max", "width"}:
            first, last = int(attributes["min"]), int(attributes["max"])
            # One element may be for all 16,384 columns of a sheet.
            positions = range(first - 1, min(last, first + 255))
            column_widths.update(dict.fromkeys(positions, float(attributes["width"])))
    return column_widths
