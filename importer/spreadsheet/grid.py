"""What readers give: records (rows as text), their faults, and the grid of a whole sheet."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, compress
from typing import TYPE_CHECKING, NamedTuple

from importer.spreadsheet.sheet_view import SheetView

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from importer.model import ReadDecision, Severity


NOT_READ = "sheets not read"
_EMPTY_TEXT = "".__sizeof__()


class CellFault(NamedTuple):
    """Something wrong with a cell (`position` from 0) or a whole row; `text` ends with the next step.

    It becomes a Problem when the header is known, which gives the column its name.
    """

    position: int | None
    value: str
    rule: str
    severity: Severity
    text: str


class Record(NamedTuple):
    """One row of a sheet: its number as a spreadsheet program shows it, and its cells as text, ragged as they were."""

    row: int
    cells: list[str]
    faults: tuple[CellFault, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordRun:
    """Consecutive records, kept together because most questions can be asked of all of them at once, which is faster.

    `rows` are their numbers, which rise; `faults` those of the few rows that have any, by number.
    """

    rows: Sequence[int]
    cells: Sequence[list[str]]
    faults: Mapping[int, tuple[CellFault, ...]] = field(default_factory=dict)

    def records(self) -> Iterator[Record]:
        """The same one by one."""
        if not self.faults:
            return map(Record, self.rows, self.cells)
        return (Record(row, cells, self.faults.get(row, ())) for row, cells in zip(self.rows, self.cells, strict=True))

    def only(self, kept: Sequence[bool]) -> RecordRun:
        """The records for which `kept` is true."""
        if all(kept):
            return self
        rows = list(compress(self.rows, kept))
        return RecordRun(rows, list(compress(self.cells, kept)), _of(rows, self.faults))


def sized(runs: Iterable[RecordRun], size: int, room: int) -> Iterator[RecordRun]:
    """The same records in runs of `size`; only the last is shorter, and those whose cells fill the `room` (bytes)."""
    rows: list[int] = []
    cells: list[list[str]] = []
    faults: dict[int, tuple[CellFault, ...]] = {}
    taken = 0
    for run in runs:
        rows += run.rows
        cells += run.cells
        faults.update(run.faults)
        # All cells as one text, since to ask each cell takes five times as long; beside it, what each takes by itself.
        taken += "".join(chain.from_iterable(run.cells)).__sizeof__() + _EMPTY_TEXT * sum(map(len, run.cells))
        while len(rows) >= size or taken > room:
            yield RecordRun(rows[:size], cells[:size], _of(rows[:size], faults))
            del rows[:size], cells[:size]
            faults, taken = _of(rows, faults), 0
    if rows:
        yield RecordRun(rows, cells, faults)


def _of(rows: Iterable[int], faults: Mapping[int, tuple[CellFault, ...]]) -> dict[int, tuple[CellFault, ...]]:
    return {row: faults[row] for row in rows if row in faults} if faults else {}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written.

    `bom`: it began with a byte order mark. `spaced`: quotes come after a space (`"a", "b, c"`), against RFC 4180 but
    consistently, so that spaces in front of a cell are not part of it. `wrapped`: each line is in quotes as a whole.
    `beside`: the encoding of lines that are not in `encoding`, in a file that mixes them. `has_sep_line`: its first
    line says what the delimiter is.
    """

    encoding: str
    delimiter: str
    errors: str = "strict"
    bom: bool = False
    spaced: bool = False
    wrapped: bool = False
    beside: str = ""
    has_sep_line: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet that can be read again and again, before its header is known.

    `ragged`: a text file, where the length of a row means something. `package` is the private copy of
    an xlsx, whose formatting a rejects workbook takes over. `view` is what of it a person does not see. `sheets`: all
    sheets of its workbook that are not hidden. `headers`: the column names of a file that has no row of them.
    `skipped`: rule and reason of each row that its files skip, known once it was read; None where that is open.
    """

    runs: Callable[[], Generator[RecordRun]]
    kind: str
    sheet: str | None = None
    dialect: Dialect | None = None
    package: Path | None = None
    sheets: tuple[str, ...] = ()
    decisions: tuple[ReadDecision, ...] = ()
    faults: tuple[CellFault, ...] = ()
    view: SheetView = field(default_factory=SheetView)
    headers: tuple[str, ...] = ()
    skipped: dict[int, tuple[str, str]] | None = None

    @property
    def ragged(self) -> bool:
        return self.dialect is not None

    def records(self) -> Generator[Record]:
        """Its records one by one."""
        with closing(self.runs()) as runs:
            for run in runs:
                yield from run.records()


INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\x00\x1a"  # the last ends a file of DOS


def blank(text: str) -> bool:
    """Whether a cell holds nothing that a person could see."""
    if "!" <= text[:1] <= "~":  # nearly every cell, and this is asked of every cell
        return False
    return not text or not text.strip().strip(INVISIBLE).strip()


def count_filled(cells: Iterable[str]) -> int:
    """How many cells hold anything that a person could see."""
    return sum(not blank(cell) for cell in cells)


def filled(rows: Iterable[list[str]]) -> list[bool]:
    """For each row, whether it holds anything that a person could see."""
    # The first half is `blank` of the first cell for nearly every row; to call it would take three times as long.
    return [(bool(row) and "!" < row[0] < "\x7f") or not all(map(blank, row)) for row in rows]


def with_content(records: Iterable[Record]) -> Iterator[Record]:
    """The records that hold anything that a person could see."""
    return (record for record in records if not all(map(blank, record.cells)))


def extent(cells: list[str]) -> int:
    """How many cells a row has up to the last one with content."""
    for position in range(len(cells), 0, -1):
        if not blank(cells[position - 1]):
            return position
    return 0
