"""The XML of a worksheet as cells, streaming: no tree, no entities, nothing kept but the row at hand.

The cells come with what openpyxl's own reader drops: the digits as they are spelled, whether there is a formula, and
the style of every cell. Row and column numbers are optional in the format (ECMA-376 18.3.1.73, 18.3.1.4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, NamedTuple
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 256 * 1024
_COLUMN = re.compile(r"[A-Za-z]+")


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


@dataclass(slots=True)
class _SheetParser:
    """The state between the tags of a worksheet."""

    finished: list[tuple[int, list[XmlCell]]] = field(default_factory=list)
    row: int = 0
    column: int = -1
    cells: list[XmlCell] = field(default_factory=list)
    kind: str = "n"
    style: int = 0
    value: list[str] = field(default_factory=list)
    formula: list[str] | None = None
    into: list[str] | None = None
    phonetic: bool = False
    inline: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            column = column_of(attributes.get("r", ""))
            self.column = self.column + 1 if column is None else column
            self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s", 0))
            self.value, self.formula, self.inline = [], None, False
        elif name == "row":
            self.row = int(float(attributes["r"])) if "r" in attributes else self.row + 1
            self.column, self.cells = -1, []
        elif name == "v" or (name == "t" and self.inline and not self.phonetic):
            self.into = self.value
        elif name == "f":
            self.into = self.formula = []
        elif name == "is":
            self.inline = True
        elif name == "rPh":
            # How Japanese text is pronounced, inside the same cell.
            self.phonetic = True

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            if self.value or self.formula is not None:
                formula = None if self.formula is None else "".join(self.formula)
                self.cells.append(XmlCell(self.column, self.kind, self.style, "".join(self.value), formula))
        elif name in ("v", "t", "f"):
            self.into = None
        elif name == "is":
            self.inline = False
        elif name == "rPh":
            self.phonetic = False
        elif name == "row" and self.cells:
            self.finished.append((self.row, self.cells))

    def characters(self, text: str) -> None:
        if self.into is not None:
            self.into.append(text)


def rows(stream: IO[bytes]) -> Iterator[tuple[int, list[XmlCell]]]:
    """Row number and cells of every row that has content; formatted blanks cost nothing.

    Raises expat.ExpatError, EntityRefused or ValueError for a damaged sheet.
    """
    sheet, parser = _SheetParser(), expat.ParserCreate()
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
        if not block:
            return


def strings(stream: IO[bytes], most_characters: int) -> list[str]:
    """The shared strings of a workbook: rich text joined, phonetic guides left out, escapes as they are.

    Raises expat.ExpatError, EntityRefused, or ValueError when there are more than `most_characters`.
    """
    texts: list[str] = []
    parts: list[str] = []
    inside = {"t": False, "rPh": False, "size": 0}

    def start(tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
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
        if inside["t"] and not inside["rPh"]:
            parts.append(text)
            inside["size"] += len(text)
            if inside["size"] > most_characters:
                raise ValueError("the workbook holds more text than fits in memory")

    parser = expat.ParserCreate()
    refuse_entities(parser)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, characters
    while block := stream.read(_BLOCK):
        parser.Parse(block, False)
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
