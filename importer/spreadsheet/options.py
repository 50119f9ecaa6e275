"""What a caller may say about a file, and how large a file may be."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from importer.languages.words import words
from importer.model.added_columns import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.model.choices import HiddenPolicy

usual_chunk_rows: ContextVar[int] = ContextVar("usual_chunk_rows", default=5000)
"""How many rows are taken at a time, unless a caller says so: fewer leave less memory behind, and take longer."""

_COMMON = words("headers", "common") | {IDENTITY}


def common_header(text: str) -> bool:
    """Is this a word that heads a contact column? A small list; the mapping room knows many more.

    >>> common_header("First Name"), common_header("Ann")
    (True, False)
    """
    parts = text.casefold().replace("-", "").replace("_", " ").replace(".", " ").split()
    return text.strip().casefold() in _COMMON or (0 < len(parts) <= 4 and any(part in _COMMON for part in parts))


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a sheet may be before it is refused; bytes, rows, columns and cells as the names say.

    Rows and columns are Excel's own (1,048,576 and 16,384); a table of contacts has at most `table_columns`. `ratio` is
    unpacked to packed size, looked at only above `ratio_from_bytes`, because small honest workbooks pack very well. A
    worker process has `child_seconds`, and for each megabyte of the file `child_cpu_seconds`.
    """

    file_bytes: int = 2 * 1024**3
    unpacked_bytes: int = 4 * 1024**3
    ratio: int = 60
    ratio_from_bytes: int = 4 * 1024**2
    rows: int = 1_048_576
    columns: int = 16_384
    table_columns: int = 1000
    cells: int = 200_000_000
    line_characters: int = 16 * 1024**2
    child_seconds: float = 900.0
    child_cpu_seconds: float = 4.0
    child_bytes: int = 3 * 1024**3


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person said about the file; None means: find out.

    `header_row` counts like a spreadsheet program does, 0 says that there is none. `region` (ISO alpha-2) only narrows
    the encodings that are considered. `limit` is a number of source rows (blank and skipped rows do not count).
    A chunk ends after `chunk_rows`, or where its cells take more than `chunk_bytes`, so that wide rows and long notes
    do not fill the memory. `knows_header` says whether a text is a known column name. `hidden` says what becomes of
    rows and columns that the sheet hides. `reader` chooses between the
    readers of xlsx.
    """

    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    region: str | None = None
    limit: int | None = None
    chunk_rows: int = field(default_factory=usual_chunk_rows.get)
    chunk_bytes: int = 8 * 1024**2
    knows_header: Callable[[str], bool] = common_header
    limits: Limits = field(default_factory=Limits)
    hidden: HiddenPolicy = "in"
    reader: Literal["auto", "xml", "calamine"] = "auto"
