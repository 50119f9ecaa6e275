"""rejects.csv: the person's rows in the encoding and delimiter of their own file."""

from __future__ import annotations

import io
import tempfile
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from importer.disk import replacing_bytes, replacing_text
from importer.regex import regex
from importer.spreadsheet.grid import Dialect
from importer.spreadsheet.rejects.guard import guarded, guarded_id
from importer.spreadsheet.rejects.rejects import ReturnedRow, header_of, layout_of, returned
from importer.spreadsheet.rows import Rows
from importer.spreadsheet.text import encoding as encodings
from importer.text import csv_cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.model import Reject, SourceTable

_FALLBACK = "utf-8-sig"
_BLOCK_LINES = 500
# With a comma before it, the rest of a number, and then more than that.
_GOES_ON = regex(r"\d[\d.]*[^\d.,;\s]")
_EVERY_CHARACTER = frozenset(["utf-8", "utf-8-sig"])  # and what is written in them is known again
_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "¶": " "})
_WITH_MARK = {"utf-16-le": "utf-16", "utf-16-be": "utf-16", "utf-32-le": "utf-32", "utf-32-be": "utf-32"}


def write_rejects_csv(table: SourceTable, rejects: Iterable[Reject], path: Path) -> int:
    """Write rejects, given in row order, with their rows of `table`; give how many there were.

    The columns are as in `rejects.py`, formula-looking cells as in `guard.py`; the table's encoding gives way to UTF-8
    with a mark where it lacks a character, or where it could not be recognised again. Raises DiskFailed.
    """
    dialect = (table.chunks.grid.dialect if isinstance(table.chunks, Rows) else None) or Dialect("utf-8", ",")
    codec = _WITH_MARK.get(dialect.encoding, dialect.encoding)
    if codec in _EVERY_CHARACTER:
        with replacing_text(Path(path), codec) as stream:
            return _write(stream, table, rejects, dialect)

    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="") as draft:
        count = _write(draft, table, rejects, dialect)
        # A draft in UTF-8 first, since only all of the rows show whether the table's encoding has every character.
        with replacing_bytes(Path(path)) as target:
            _transcode(draft, target, codec)
            # Would the reader, with the options of the first file, read this one as it was written?
            written = Path(target.name)
            encoding, region = table.chunks.said if isinstance(table.chunks, Rows) else (None, None)
            if encoding is None:
                guessed = encodings.decide(written, str(written), None, region).codec
                is_known = guessed in (dialect.encoding, _FALLBACK, "utf-16", "utf-32")
                if not is_known and encodings.first_error(written, "ascii") is not None:
                    _transcode(draft, target, _FALLBACK)
    return count


def _write(stream: IO[str], table: SourceTable, rejects: Iterable[Reject], dialect: Dialect) -> int:
    """Write the header and the rejects; give how many there were."""
    delimiter = dialect.delimiter
    # Rows without end may be alike, and then so are their cells and what is wrong with them.
    own = lru_cache(maxsize=4096)(lambda text: csv_cell(guarded(text, delimiter), delimiter))
    # Several phones in a cell stay as they are where nothing makes more than numbers of them.
    closed = lru_cache(maxsize=4096)(lambda text: csv_cell(guarded(text, delimiter, is_open=False), delimiter))
    own_id = lru_cache(maxsize=4096)(lambda text: csv_cell(guarded_id(text, delimiter), delimiter))
    # In an 8-bit file our quotes would be most of what its encoding is guessed from when it comes back.
    typography = {} if dialect.encoding.startswith("utf") else _PLAIN

    def line(row: ReturnedRow) -> str:
        _, cells, (number, column, problem, external_id), beyond = row
        plain = problem.translate(typography) if typography else problem
        own_cells = [
            closed(text)
            if "+" in text and csv_cell(text, delimiter) == text and not _GOES_ON.match(after)
            else own(text)
            for text, after in zip(cells, [*cells[1:], ""], strict=True)
        ]
        return delimiter.join([*own_cells, number, own(column), own(plain), own_id(external_id), *map(own, beyond)])

    stream.write(delimiter.join(map(own, header_of(layout_of(table)))) + "\r\n")
    count = 0
    lines = map(line, returned(table, rejects))
    # Many lines at once: a text file that can be read as well prepares for that with every write.
    while block := list(islice(lines, _BLOCK_LINES)):
        stream.write("\r\n".join([*block, ""]))
        count += len(block)
    return count


def _transcode(draft: IO[str], target: IO[bytes], codec: str) -> None:
    """Write the draft in an encoding, or in UTF-8 where that lacks a character, which only shows on the way."""
    for attempt in (codec, _FALLBACK):
        draft.seek(0)
        target.seek(0)
        target.truncate()
        encoded = io.TextIOWrapper(target, encoding=attempt, newline="", write_through=True)
        try:
            while text := draft.read(1024 * 1024):
                encoded.write(text)
        except UnicodeEncodeError:
            encoded.detach()
            continue
        encoded.flush()
        encoded.detach()
        target.flush()
        return
