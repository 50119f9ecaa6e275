"""A workbook of one sheet whose rows are written already: openpyxl adds everything around them.

openpyxl itself makes two objects and a tree for each cell it writes, 50 us each, and a sheet may have a million.
"""

from __future__ import annotations

import io
import shutil
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from importer.regex import regex
from importer.version import PROGRAM

if TYPE_CHECKING:
    from openpyxl import Workbook

_NO_ROWS = regex(rb"<sheetData *(?:/>|></sheetData>)")
# Half as fast again as the level that is usual, for files a few percent larger.
_LEVEL = 4
# Larger parts need a form of zip that Excel complains of in smaller ones.
_ZIP64_BYTES = 2_000_000_000


def comment(reference: str, text: str) -> Any:
    """A comment on a cell."""
    record = CommentRecord(ref=reference, author=PROGRAM, height=140, width=320)
    record.text.t = text
    return record


def save(workbook: Workbook, rows: IO[bytes], comments: list[Any], target: IO[bytes]) -> None:
    """Write a write-only workbook to `target`: its sheet gets `rows` (its `<row>` elements) and the comments."""
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        _Writer(workbook, archive, rows, comments).write_data()


class _Writer(ExcelWriter):  # type: ignore[misc,unused-ignore]
    """Takes the rows as they are."""

    _archive: ZipFile

    def __init__(self, workbook: Workbook, archive: ZipFile, rows: IO[bytes], comments: list[Any]) -> None:
        super().__init__(workbook, archive)
        self._rows, self._notes = rows, comments

    def write_worksheet(self, ws: Any) -> None:
        # openpyxl writes an empty sheet, and the rows go where its empty <sheetData> was.
        writer: Any = WorksheetWriter(ws, io.BytesIO())
        ws._rels, ws._comments, ws._cells = writer._rels, self._notes, {}
        writer.write()
        head, tail = _NO_ROWS.split(writer.read())
        size = self._rows.seek(0, io.SEEK_END)
        self._rows.seek(0)
        with self._archive.open(ws.path[1:], "w", force_zip64=size > _ZIP64_BYTES) as part:
            part.write(head + b"<sheetData>")
            shutil.copyfileobj(self._rows, part, 1024 * 1024)
            part.write(b"</sheetData>" + tail)
        self.manifest.append(ws)
