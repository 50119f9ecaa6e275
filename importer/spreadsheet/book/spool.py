"""The rows of a workbook written once to a private file, in batches, from which they can be read again and again."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any

from importer.model import Severity
from importer.spreadsheet.book.book import TooLarge
from importer.spreadsheet.record import Fault, Record, blank

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from importer.spreadsheet.options import Limits

# Few enough that a batch of the longest texts fits into memory.
_BATCH_CELLS = 4000
_SIZE_BYTES = 8
_Row = tuple[int, list[str], list[tuple[Any, ...]]]


class RowsOutOfOrder(ValueError):
    """A sheet whose row numbers do not rise, which no program writes."""


def batches(records: Iterable[Record], limits: Limits) -> Iterator[bytes]:
    """Records as bytes, without blank ones. Raises TooLarge and RowsOutOfOrder."""
    batch: list[_Row] = []
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
        batch.append((record.row, record.cells, [_plain(fault) for fault in record.faults]))
        held += len(record.cells) + len(record.faults)
        if held >= _BATCH_CELLS:
            yield _packed(batch)
            batch, held = [], 0
    yield _packed(batch)


def _packed(batch: list[_Row]) -> bytes:
    packed = marshal.dumps(batch)
    return len(packed).to_bytes(_SIZE_BYTES, "big") + packed


def read(path: Path) -> Generator[Record]:
    """The records of a spool."""
    with path.open("rb") as stream:
        while size := stream.read(_SIZE_BYTES):
            batch: list[_Row] = marshal.loads(stream.read(int.from_bytes(size, "big")))  # noqa: S302  (our own file)
            for row, cells, faults in batch:
                yield Record(row, cells, tuple(_fault(*fault) for fault in faults) if faults else ())


def _plain(fault: Fault) -> tuple[Any, ...]:
    return fault.position, fault.value, fault.rule, fault.severity.value, fault.text


def _fault(position: int | None, value: str, rule: str, severity: str, text: str) -> Fault:
    return Fault(position, value, rule, Severity(severity), text)
