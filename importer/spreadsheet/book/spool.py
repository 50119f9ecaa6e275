"""The rows of a workbook written once to a private file of JSON lines, from which they can be read again and again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from importer.model import Severity
from importer.spreadsheet.book.book import TooLarge
from importer.spreadsheet.record import Fault, Record, blank

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from importer.spreadsheet.options import Limits


class RowsOutOfOrder(ValueError):
    """A sheet whose row numbers do not rise, which no program writes."""


def lines(records: Iterable[Record], limits: Limits) -> Iterator[bytes]:
    """Records as lines, without blank ones. Raises TooLarge and RowsOutOfOrder."""
    cells = last = 0
    for record in records:
        if not record.faults and all(map(blank, record.cells)):
            continue
        if record.row <= last:
            raise RowsOutOfOrder(f"row {record.row} follows row {last}")
        last = record.row
        cells += len(record.cells)
        if cells > limits.cells:
            raise TooLarge(f"more than {limits.cells:,} cells")
        yield json.dumps(record).encode() + b"\n"


def read(path: Path) -> Generator[Record]:
    """The records of a spool."""
    with path.open("rb") as stream:
        for line in stream:
            row, cells, faults = json.loads(line)
            yield Record(row, cells, tuple(_fault(*fault) for fault in faults) if faults else ())


def _fault(position: int | None, value: str, rule: str, severity: str, text: str) -> Fault:
    return Fault(position, value, rule, Severity(severity), text)
