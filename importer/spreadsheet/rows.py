"""Records as bounded chunks of a table: one width, no blank rows, every fault with the name of its column."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.model import Problem, Severity, SourceChunk
from importer.spreadsheet import skip
from importer.spreadsheet.grid import CellFault, Grid, Record, RecordRun, blank, extent, filled, sized
from importer.spreadsheet.header import IDENTITY, like_data
from importer.spreadsheet.rejects.guard import unguarded, unguarded_id
from importer.spreadsheet.text.records import MULTILINE, SHADOW, STRAY
from importer.text import shorten

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from importer.spreadsheet.layout import Layout
    from importer.spreadsheet.options import ReadOptions
    from importer.spreadsheet.private_copy import PrivateFolder

# In a table of two columns a row without the second is common; in a wider one it is the rest of a broken line.
LONE_COLUMNS = 3
_REMEMBERED = 10_000
_KEPT_CHARACTERS = 1_000_000
_CHARACTERS_OF_A_ROW = 100  # that a row takes beside those of its cells, about
_EXTRA = "The row has more cells than the header has columns ({value}), so it is not clear which cell belongs where. "
_EXTRA_TEXT = "Put text with a {delimiter} in it in quotes, and import this row again."
_LONE = (
    "The line has no {delimiter} in it, so all of it became the first cell. "
    "If it belongs to the row above, or is only a note, correct the file."
)
_EXTRA_CELLS = "Move every cell under its column name, and import this row again."


class Rows:
    """The rows of a sheet; calling it reads them again from the first.

    It owns the private copy they are read from, so that a SourceTable can be read for as long as it is held.
    """

    def __init__(self, grid: Grid, layout: Layout, options: ReadOptions, store: PrivateFolder) -> None:
        self.grid, self.layout = grid, layout
        self._options, self._store = options, store
        self._header = () if layout.header_row == 0 else _folded(layout.headers)
        self._skipped: dict[int, tuple[str, str]] = {}
        self._looked_to = 0
        self.kept: dict[int, tuple[str, ...]] = {}
        self._room = _KEPT_CHARACTERS

    def keep(self, originals: Mapping[int, tuple[str, ...]]) -> None:
        """Keep rows at hand, as they are in the file, as long as there is room for them."""
        for row, cells in originals.items():
            if row not in self.kept:
                self._room -= sum(map(len, cells)) + _CHARACTERS_OF_A_ROW
                if self._room < 0:
                    return
                self.kept[row] = cells

    def __call__(self) -> Iterator[SourceChunk]:
        """Chunks of at most `chunk_rows` rows, fewer where they are long; skipped rows travel with their neighbours."""
        with closing(self._limited()) as runs:
            for run in sized(runs, self._options.chunk_rows, self._options.chunk_bytes):
                yield self._chunk(run)

    def _chunk(self, run: RecordRun) -> SourceChunk:
        width = self.layout.width
        skipped: tuple[Problem, ...] = ()
        if why := self._reasons(run):
            skipped = tuple(_left_out(record, *why[record.row]) for record in run.records() if record.row in why)
            run = run.only([row not in why for row in run.rows])
        even = set(map(len, run.cells)) <= {width}
        problems = () if even and not run.faults else tuple(self._problems_of(run))
        cells = run.cells if even else [_fitted(own, width) for own in run.cells]
        columns = list(zip(*cells, strict=True)) if cells else [()] * width
        return SourceChunk(run.rows, columns, list(map(tuple, run.cells)), problems, skipped)

    def _reasons(self, run: RecordRun) -> Mapping[int, tuple[str, str]]:
        """Why rows are skipped; a sheet is read several times, and its rows are looked at only the first time."""
        if run.rows[-1] <= self._looked_to:
            return {row: self._skipped[row] for row in run.rows if row in self._skipped} if self._skipped else {}
        found = {run.rows[at]: why for at, why in skip.reasons(run.cells, self._header).items()}
        # Bounded, since all of a sheet may be such rows.
        if len(self._skipped) < _REMEMBERED:
            self._looked_to = run.rows[-1]
            self._skipped |= found
        return found

    @property
    def said(self) -> tuple[str | None, str | None]:
        """The encoding and the region that the person gave."""
        return self._options.encoding, self._options.region

    def close(self) -> None:
        """Remove the private copy now; the rows cannot be read any more."""
        self._store.close()

    def _limited(self) -> Generator[RecordRun]:
        limit = self._options.limit
        return self.runs() if limit is None else self._first(limit)

    def _first(self, limit: int) -> Generator[RecordRun]:
        left = limit
        with closing(self.runs()) as runs:
            for run in runs if limit > 0 else ():
                why = self._reasons(run)
                rows = [row for row in run.rows if row not in why]
                if len(rows) >= left:
                    yield run.only([row <= rows[left - 1] for row in run.rows])
                    return
                yield run
                left -= len(rows)

    def runs(self) -> Generator[RecordRun]:
        """The records below the header that are not blank, guards of our own rejects files taken off."""
        start = self.layout.header_row
        undo = self.layout.is_rejects and self.grid.ragged
        with closing(self.grid.runs()) as runs:
            for run in runs:
                kept = filled(run.cells)
                if run.rows[0] <= start or not all(kept):
                    pairs = zip(run.rows, kept, strict=True)
                    kept = [row > start and (seen or row in run.faults) for row, seen in pairs]
                if any(kept):
                    run = run.only(kept)
                    yield replace(run, cells=list(map(self._unguarded, run.cells))) if undo else run

    def records(self) -> Generator[Record]:
        """The same one by one."""
        with closing(self.runs()) as runs:
            for run in runs:
                yield from run.records()

    def _unguarded(self, cells: list[str]) -> list[str]:
        identity = self.layout.position(IDENTITY)
        return [unguarded_id(cell) if at == identity else unguarded(cell) for at, cell in enumerate(cells)]

    def _problems_of(self, run: RecordRun) -> Iterator[Problem]:
        widths = zip(run.rows, map(len, run.cells), strict=True)
        most, least = self.layout.width, self.layout.width if self.grid.ragged else 0
        odd = [not least <= width <= most or row in run.faults for row, width in widths]
        for record in run.only(odd).records():
            yield from self._problems(record)

    def _problems(self, record: Record) -> list[Problem]:
        width, found = self.layout.width, []
        if extent(record.cells) > width:
            found.append(self._problem(record, self._extra(record)))
        if self.grid.ragged and len(record.cells) == 1 and width >= LONE_COLUMNS and not record.faults:
            text = _LONE.format(delimiter=self._delimiter_shown)
            found.append(self._problem(record, CellFault(0, record.cells[0], "lone-cell", Severity.WARNING, text)))
        for fault in record.faults:
            settled = _settled(fault, record, width, self._delimiter)
            if settled is not None:
                found.append(self._problem(record, settled))
        return found

    @property
    def _delimiter(self) -> str:
        return self.grid.dialect.delimiter if self.grid.dialect else ","

    @property
    def _delimiter_shown(self) -> str:
        return {"\t": "tab", ",": "comma", ";": "semicolon"}.get(self._delimiter, self._delimiter)

    def _extra(self, record: Record) -> CellFault:
        extra = [cell for cell in record.cells[self.layout.width :] if not blank(cell)]
        step = _EXTRA_TEXT.format(delimiter=self._delimiter_shown) if self.grid.ragged else _EXTRA_CELLS
        text = _EXTRA.format(value=shorten(", ".join(extra))) + step
        return CellFault(None, self._delimiter.join(extra), "extra-cells", Severity.ERROR, text)

    def _problem(self, record: Record, fault: CellFault) -> Problem:
        column = None if fault.position is None else self.layout.name_of(fault.position)
        where = f"Row {record.row:,}" + (f', column "{column}"' if column else "")
        text = f"{where}: {fault.text}"
        return Problem(record.row, column, fault.value, fault.rule, fault.severity, text, fault.position)


def _fitted(cells: list[str], width: int) -> list[str]:
    return cells if len(cells) == width else (cells + [""] * (width - len(cells)))[:width]


def _folded(headers: Iterable[str]) -> tuple[str, ...]:
    cells = [header.strip().casefold() for header in headers]
    return tuple(cells[: extent(cells)])


def _settled(fault: CellFault, record: Record, width: int, delimiter: str) -> CellFault | None:
    """Decide what a text file's reader left open because it does not know how wide the table is."""
    if fault.rule == SHADOW:
        whole = fault.severity is Severity.WARNING and len(record.cells) == width
        return None if whole else fault._replace(severity=Severity.ERROR)
    if fault.rule == STRAY and len(record.cells) != width:
        return fault._replace(severity=Severity.ERROR)
    if fault.rule == MULTILINE:
        swallowed = next((cell for cell in record.cells if _holds_rows(cell, width, delimiter)), None)
        return None if swallowed is None else fault._replace(value=shorten(swallowed, 200))
    return fault


def _holds_rows(cell: str, width: int, delimiter: str) -> bool:
    """Is a line of this cell cut like a row of the table, so that the quotes around it are probably wrong?"""
    for line in cell.splitlines()[1:]:
        parts = line.split(delimiter)
        if width > 1 and len(parts) == width and (width > 2 or any(map(like_data, parts))):
            return True
    return False


def _left_out(record: Record, rule: str, why: str) -> Problem:
    value = shorten(", ".join(cell.strip() for cell in record.cells if not blank(cell)), 200)
    text = f'Row {record.row:,} ("{shorten(value)}") was skipped because {why}. Nothing to do, unless it is a contact.'
    return Problem(record.row, None, value, rule, Severity.WARNING, text)
