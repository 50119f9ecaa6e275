"""The spool: rows of a workbook in a private file, in batches, so that they can be read several times."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any

from importer.model import Severity
from importer.spreadsheet.grid import CellFault, Record, RecordRun, blank
from importer.spreadsheet.workbook.interface import TooLarge, TooManyElements

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from importer.spreadsheet.options import Limits

# Few enough that a batch of the longest texts fits into memory.
_BATCH_CELLS = 4000
_SIZE_BYTES = 8
# Of a row with one cell far to the right all cells before that count, though the file has none of them.
_FREE_CELLS, _CELLS_A_BYTE = 2_000_000, 8
_FREE_CHARACTERS, _CHARACTERS_A_BYTE = 64 * 1024**2, 64
# A row with a name and a number packs to 13 bytes at least, one whose name is that of all rows to 11, a number alone to
# 5.5; and each row that is no contact costs as much as one that is. Of a row two filled cells count at most.
_FREE_ROWS, _BYTES_A_CELL, _TELLING_CELLS = 65_536, 5, 2
_Faults = dict[int, list[tuple[Any, ...]]]


class RowsOutOfOrder(ValueError):
    """A sheet whose row numbers do not rise, which no program writes."""


def batches(records: Iterable[Record], limits: Limits, file_bytes: int) -> Iterator[bytes]:
    """Records as bytes, without blank ones. Raises TooLarge, TooManyElements and RowsOutOfOrder."""
    most_cells = _FREE_CELLS + _CELLS_A_BYTE * file_bytes
    most_characters = _FREE_CHARACTERS + _CHARACTERS_A_BYTE * file_bytes
    characters = count = telling = 0
    rows: list[int] = []
    texts: list[list[str]] = []
    faults: _Faults = {}
    cells = last = held = 0
    for record in records:
        if not record.faults and all(map(blank, record.cells)):
            continue
        if record.row <= last:
            raise RowsOutOfOrder(f"row {record.row} follows row {last}")
        last = record.row
        cells += len(record.cells)
        if cells > limits.cells:
            raise TooLarge(f"more than {limits.cells:,} cells")
        # One long text may be in a million cells, and one cell repeated as often, and the file stay small.
        characters += sum(map(len, record.cells))
        count += 1
        # Blank cells take no room, such as those for names where numbers are all; one with a fault is in the file.
        telling += min(len(record.cells) - record.cells.count("") + len(record.faults), _TELLING_CELLS)
        are_tiny = count > _FREE_ROWS and file_bytes < _BYTES_A_CELL * telling
        if cells > most_cells or characters > most_characters or are_tiny:
            raise TooManyElements
        rows.append(record.row)
        texts.append(record.cells)
        if record.faults:
            # marshal, which is several times as fast as pickle, knows no classes.
            faults[record.row] = [
                (fault.position, fault.value, fault.rule, fault.severity.value, fault.text) for fault in record.faults
            ]
        held += len(record.cells) + len(record.faults)
        if held >= _BATCH_CELLS:
            yield _packed(rows, texts, faults)
            rows, texts, faults, held = [], [], {}, 0
    if rows:
        yield _packed(rows, texts, faults)


def _packed(rows: list[int], texts: list[list[str]], faults: _Faults) -> bytes:
    packed = marshal.dumps((rows, texts, faults))
    return len(packed).to_bytes(_SIZE_BYTES, "big") + packed


def read(path: Path) -> Generator[RecordRun]:
    """The records of a spool, in its batches."""
    with path.open("rb") as stream:
        while size := stream.read(_SIZE_BYTES):
            rows, texts, faults = marshal.loads(stream.read(int.from_bytes(size, "big")))  # noqa: S302  (our own file)
            restored = {
                row: tuple(
                    CellFault(position, value, rule, Severity(severity), text)
                    for position, value, rule, severity, text in packed
                )
                for row, packed in faults.items()
            }
            yield RecordRun(rows, texts, restored)
