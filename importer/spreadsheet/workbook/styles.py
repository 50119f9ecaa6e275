"""How the cells of a worksheet look, streaming: their styles, and the spelling of those that are not text.

Texts are skipped: the caller has them already, and they are most of the cost of reading a sheet.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from importer.spreadsheet.workbook.sheetxml import column_of, refuse_entities, style_index

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT_KINDS = frozenset({"s", "str", "inlineStr", "d"})
_BLOCK = 256 * 1024
_DIGITS = "0123456789"


class Look(NamedTuple):
    """One `<c>`: type, style index, and the text of `<v>` unless the type is one of text."""

    kind: str
    style: int
    value: str


class _StyledSheet:
    """The state between the tags of a worksheet; only cells of the wanted columns are kept."""

    def __init__(self, parser: expat.XMLParserType, wanted: frozenset[int]) -> None:
        self.finished: list[tuple[int, dict[int, Look]]] = []
        self._parser, self._wanted = parser, wanted
        self._row, self._column = 0, -1
        self._cells: dict[int, Look] = {}
        self._value: list[str] = []
        # A million cells have few letters and few looks.
        self._columns: dict[str, int | None] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        self._look = Look("n", 0, "")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            letters = attributes.get("r", "").rstrip(_DIGITS)
            if letters not in self._columns:
                self._columns[letters] = column_of(letters)
            column = self._columns[letters]
            self._column = column = self._column + 1 if column is None else column
            key = attributes.get("t", "n"), attributes.get("s", "0")
            look = self._looks.get(key)
            if look is None:
                look = self._looks[key] = Look(key[0], style_index(key[1]), "")
            self._look = look
            if column in self._wanted:
                self._cells[column] = look
        elif name == "row":
            self.end_row()
            self._row = int(float(attributes["r"])) if "r" in attributes else self._row + 1
            self._column = -1
        elif name == "v" and self._look.kind not in TEXT_KINDS and self._column in self._wanted:
            # Handlers are set only within such a value: without them expat skips texts and end tags in C.
            self._value.clear()
            self._parser.CharacterDataHandler = self._value.append
            self._parser.EndElementHandler = self.end_value

    def end_value(self, _tag: str) -> None:
        self._cells[self._column] = self._look._replace(value="".join(self._value))
        self._parser.CharacterDataHandler = self._parser.EndElementHandler = None

    def end_row(self) -> None:
        if self._cells:
            self.finished.append((self._row, self._cells))
            self._cells = {}


def looks(stream: IO[bytes], wanted: frozenset[int]) -> Iterator[tuple[int, dict[int, Look]]]:
    """Row number and cells by column (from 0) of every row that has cells in the wanted columns.

    Raises expat.ExpatError, EntityRefused or ValueError for a damaged sheet.
    """
    parser = expat.ParserCreate()
    sheet = _StyledSheet(parser, wanted)
    refuse_entities(parser)
    parser.buffer_text = True
    parser.StartElementHandler = sheet.start
    while block := stream.read(_BLOCK):
        parser.Parse(block, False)
        yield from sheet.finished
        sheet.finished.clear()
    parser.Parse(b"", True)
    sheet.end_row()
    yield from sheet.finished
