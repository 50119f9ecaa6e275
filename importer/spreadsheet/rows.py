"""The rows of a table in bounded chunks: one width, no blank rows, every fault with the name of its column."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from importer.model import MAYBE_HEADING, Problem, Severity, SourceChunk
from importer.model.added_columns import IDENTITY
from importer.spreadsheet import skip
from importer.spreadsheet.grid import Grid, Record, RecordRun, blank, extent, filled, sized
from importer.spreadsheet.headings import header_rows, heading_rows, second_header
from importer.spreadsheet.hidden import SKIPPED
from importer.spreadsheet.notes import Notes
from importer.spreadsheet.original_rows import OriginalRows
from importer.spreadsheet.quoted_rows import unwrapped
from importer.spreadsheet.rejects.guard import unguarded, unguarded_id
from importer.spreadsheet.row_problems import LONE_COLUMNS, problems_of, without_left_out
from importer.text import shorten

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from importer.spreadsheet.hidden import HiddenCells
    from importer.spreadsheet.layout import Layout
    from importer.spreadsheet.options import ReadOptions
    from importer.spreadsheet.private_copy import PrivateFolder

_REMEMBERED = 10_000


class Rows:
    """The rows of a sheet; calling it reads them again from the first.

    It owns the private copy they are read from, so that a SourceTable can be read for as long as it is held.
    """

    def __init__(
        self,
        grid: Grid,
        layout: Layout,
        options: ReadOptions,
        store: PrivateFolder,
        left_out: HiddenCells,
        name: str,
    ) -> None:
        self.grid, self.layout, self._name = grid, layout, name
        self._options, self._store = options, store
        self._left_out = left_out
        cells = [header.strip().casefold() for header in layout.headers]
        self._header = () if layout.header_row == 0 else tuple(cells[: extent(cells)])
        self._skipped: dict[int, tuple[str, str]] = {}
        self._skipped_to = 0
        self.kept = OriginalRows()
        self._numbers: Mapping[int, int] = {}
        self._file_rows: Mapping[int, int] = {}
        self._corrected: Mapping[int, Mapping[int, str]] = {}
        self._are_mended = False
        self._first_chunk: SourceChunk | None = None
        self._notes = Notes(self.runs, layout.habits)

    def renumber(self, numbers: Mapping[int, int]) -> None:
        """Give rows of the file, by their numbers there, the numbers that they have in the sheet they come from."""
        self._first_chunk = None
        rows = list(numbers.values())
        if rows != sorted(rows):
            # Rows are handed back in order; a file that was sorted otherwise is kept in memory for that.
            with closing(self.runs()) as runs:
                records = (record for run in runs for record in run.records())
                self.kept.replace({numbers[record.row]: tuple(record.cells) for record in records})
        self._numbers = numbers
        self._file_rows = {number: row for row, number in numbers.items()}

    def correct(self, corrected: Mapping[int, Mapping[int, str]], *, are_mended: bool = True) -> None:
        """Read other texts in some cells: by row and position. What was wrong in the file with rows that `are_mended`
        is over.
        """
        self._corrected, self._are_mended, self._first_chunk = corrected, are_mended, None

    def first(self, count: int) -> list[tuple[int, list[str]]]:
        """The first records of the file with their numbers, as they are there: titles and the header among them."""
        with closing(self.grid.runs()) as runs:
            return [
                (record.row, record.cells)
                for record in islice((record for run in runs for record in run.records()), count)
            ]

    def chunk_of(self, cells: Mapping[int, Sequence[str]]) -> SourceChunk:
        """The chunk that some rows would be with these edited cells; their numbers rise."""
        return self._chunk(RecordRun(list(cells), [list(own) for own in cells.values()]), is_edited=True)

    def file_row(self, number: int) -> int:
        """The number in the file of a row that has the `number` of the sheet it comes from; 0 if it is not there."""
        return self._file_rows.get(number, 0) if self._numbers else number

    @property
    def said(self) -> tuple[str | None, str | None]:
        """The encoding and the region that the person gave."""
        return self._options.encoding, self._options.region

    def close(self) -> None:
        """Remove the private copy now; the rows cannot be read any more."""
        self._store.close()

    def __call__(self) -> Iterator[SourceChunk]:
        """Chunks of at most `chunk_rows` rows, fewer where they are long; skipped rows travel with their neighbours."""
        # The first chunk is read several times before the rest, so it is kept until the second one is read.
        has_first, above = self._first_chunk is not None, self.layout.header_row
        if self._first_chunk is not None:
            yield self._first_chunk
        limit = self._options.limit
        with closing(self.runs() if limit is None else self._first(limit)) as runs:
            for number, run in enumerate(sized(runs, self._options.chunk_rows, self._options.chunk_bytes)):
                before, above = above, run.rows[-1]
                if number == 0 and has_first:
                    continue
                chunk = self._chunk(run, before)
                self._first_chunk = chunk if number == 0 else None
                yield chunk
                # Or else it would still be in memory while the next one is made.
                del chunk

    def _first(self, limit: int) -> Generator[RecordRun]:
        """The runs up to the `limit`-th row that is not skipped."""
        remaining = limit
        with closing(self.runs()) as runs:
            for run in runs if limit > 0 else ():
                skipped = self.reasons(run)
                rows = [row for row in run.rows if row not in skipped]
                if len(rows) >= remaining:
                    yield run.only([row <= rows[remaining - 1] for row in run.rows])
                    return
                yield run
                remaining -= len(rows)

    def runs(self) -> Generator[RecordRun]:
        """The records below the header that are not blank, without the guards of our own rejects files."""
        start, identity = self.layout.header_row, self.layout.position(IDENTITY)
        # Only a CSV is guarded: in a workbook a cell is text by its type, whatever it begins with.
        is_guarded = self.layout.is_rejects and self.grid.ragged
        with closing(self.grid.runs()) as runs:
            for run in runs:
                wanted = filled(run.cells)
                # A blank row with a fault is kept: the fault must be reported.
                if run.rows[0] <= start or not all(wanted):
                    pairs = zip(run.rows, wanted, strict=True)
                    wanted = [row > start and (has_content or row in run.faults) for row, has_content in pairs]
                if any(wanted):
                    run = run.only(wanted)
                    if self.grid.dialect is not None:
                        run = unwrapped(run, self.grid.dialect.delimiter, self.layout.width)
                    if is_guarded:
                        # An external id has a guard of its own, which also covers 00123 and 1E5.
                        cells = [list(map(unguarded, row)) for row in run.cells]
                        for row, plain in zip(run.cells, cells, strict=True):
                            if identity < len(row):
                                plain[identity] = unguarded_id(row[identity])
                        run = replace(run, cells=cells)
                    elif identity >= 0 and self.grid.ragged:
                        # A table of ours that is no rejects file: only its external ids have their own guard.
                        cells = [list(row) for row in run.cells]
                        for row in cells:
                            if identity < len(row):
                                row[identity] = unguarded_id(row[identity])
                        run = replace(run, cells=cells)
                    yield self._as_corrected(run) if self._corrected else run

    def _as_corrected(self, run: RecordRun) -> RecordRun:
        if not any(row in self._corrected for row in run.rows):
            return run
        rows = []
        for row, own in zip(run.rows, run.cells, strict=True):
            changes = self._corrected.get(row, {})
            cells = [*own, *[""] * (max(changes, default=-1) + 1 - len(own))]
            for position, text in changes.items():
                cells[position] = text
            rows.append(cells)
        mended = self._corrected.keys() if self._are_mended else ()
        faults = {row: own for row, own in run.faults.items() if row not in mended}
        return RecordRun(run.rows, rows, faults)

    def _as_numbered(self, run: RecordRun) -> RecordRun:
        if not self._numbers:
            return run
        faults = {self._numbers.get(row, row): own for row, own in run.faults.items()}
        return RecordRun([self._numbers.get(row, row) for row in run.rows], run.cells, faults)

    def numbered_runs(self) -> Generator[RecordRun]:
        """The same records, with the numbers that they have in the sheet they come from."""
        with closing(self.runs()) as runs:
            for run in runs:
                yield self._as_numbered(run)

    def _chunk(self, run: RecordRun, above: int | None = None, *, is_edited: bool = False) -> SourceChunk:
        headings = heading_rows(run.cells, self.layout.habits)
        doubtful = {self._numbers.get(row, row) for row in self.doubtful(run, above, headings)}
        judged = self.reasons(run, headings, is_edited=is_edited)
        reasons = {self._numbers.get(row, row): reason for row, reason in judged.items()}
        run = self._as_numbered(run)
        skipped: list[Problem] = []
        hidden = run.only([reasons.get(row, ("",))[0] == SKIPPED for row in run.rows]) if reasons else None
        if reasons:
            for record in run.records():
                if record.row in reasons:
                    rule, reason = reasons[record.row]
                    value = shorten(", ".join(cell.strip() for cell in record.cells if not blank(cell)), 200)
                    # A person has decided about hidden rows, so there is nothing to look at.
                    is_said = rule == SKIPPED
                    step = "To import it, give --hidden in." if is_said else "Nothing to do, unless it is a contact."
                    text = f'Row {record.row:,} ("{shorten(value)}") was skipped because {reason}. {step}'
                    severity = Severity.INFORMATION if is_said else Severity.WARNING
                    skipped.append(Problem(record.row, None, value, rule, severity, text))
            run = run.only([row not in reasons for row in run.rows])
        run, left_out = without_left_out(run)
        skipped = sorted((*skipped, *left_out), key=lambda problem: problem.row or 0) if left_out else skipped

        problems = [problem for _, own in self.faulty(run, doubtful) for problem in own]
        columns = self._columns(run)
        chunk = SourceChunk(run.rows, columns, list(map(tuple, run.cells)), tuple(problems), tuple(skipped))
        if not hidden or not hidden.rows:
            return chunk
        return chunk.leave_out(SourceChunk(hidden.rows, self._columns(hidden), list(map(tuple, hidden.cells))))

    def _columns(self, run: RecordRun) -> list[Sequence[str]]:
        """The cells column by column, as many as the header has."""
        width = self.layout.width
        even = set(map(len, run.cells)) <= {width}
        cells = run.cells if even else [(own + [""] * (width - len(own)))[:width] for own in run.cells]
        columns: list[Sequence[str]] = list(zip(*cells, strict=True)) if cells else [()] * width
        for position in self._left_out.columns:
            columns[position] = [""] * len(cells)
        return columns

    def doubtful(
        self, run: RecordRun, above: int | None, headings: Mapping[int, tuple[str, str]] | None = None
    ) -> AbstractSet[int]:
        """The rows that may be a heading or a note; `above` is the row of the file before the run, None if not known.

        `headings` are the run's `heading_rows`, if at hand.
        """
        headings = heading_rows(run.cells, self.layout.habits) if headings is None else headings
        return self._notes.doubtful(run, above, headings)

    def faulty(self, run: RecordRun, headings: AbstractSet[int]) -> Iterator[tuple[Record, list[Problem]]]:
        """The records that something may be wrong with, and what is; `headings` are its `doubtful` rows."""
        width = self.layout.width
        doubtful = headings | run.faults.keys()
        # Rows may be short: a workbook does not store empty cells at the end. Only a lone cell may be a broken line.
        lone = 1 if self.grid.ragged and width >= LONE_COLUMNS else -1
        lengths = set(map(len, run.cells))
        # Nearly every run has no such row and no fault, and then nothing is looked at row by row.
        if max(lengths, default=0) <= width and lone not in lengths and not doubtful:
            return
        rows = zip(run.rows, map(len, run.cells), strict=True)
        odd = [length > width or length == lone or row in doubtful for row, length in rows]
        for record in run.only(odd).records():
            yield record, problems_of(record, self.layout, self.grid, maybe_heading=record.row in headings)

    def reasons(
        self, run: RecordRun, headings: Mapping[int, tuple[str, str]] | None = None, *, is_edited: bool = False
    ) -> Mapping[int, tuple[str, str]]:
        """Rule and reason of each row that is skipped; `headings` are its `heading_rows`, if at hand.

        `is_edited`: its cells are not those of the file.
        """
        reasons = self._judged(run, headings, is_edited)
        if self._left_out.rows:
            hidden = {row: (SKIPPED, "it is hidden in the sheet") for row in run.rows if self._left_out.hides(row)}
            return {**hidden, **reasons}
        return reasons

    def _judged(
        self, run: RecordRun, found: Mapping[int, tuple[str, str]] | None, is_edited: bool
    ) -> Mapping[int, tuple[str, str]]:
        """The same for rows that are no contacts; a sheet is read several times, and its rows are judged only once."""
        if self.grid.skipped is not None:
            return {row: self.grid.skipped[row] for row in run.rows if row in self.grid.skipped}
        if not is_edited and run.rows[-1] <= self._skipped_to:
            return {row: self._skipped[row] for row in run.rows if row in self._skipped} if self._skipped else {}
        indexes = skip.reasons(run.cells, self._header)
        headings = heading_rows(run.cells, self.layout.habits) if found is None else found
        indexes = {**{index: why for index, why in headings.items() if why[0] != MAYBE_HEADING}, **indexes}
        for index, is_same in header_rows(run.cells, self._header, self._options.knows_header).items():
            if is_same:
                indexes.setdefault(index, ("skipped-repeated-header", "it repeats the header"))
            elif self._options.header_row is None and not is_edited:
                header = self.layout.header_row, self.layout.headers
                raise second_header(self._name, header, (run.rows[index], run.cells[index]))
        reasons = {run.rows[index]: indexes[index] for index in sorted(indexes)}
        # Bounded, since all of a sheet may be such rows.
        if len(self._skipped) < _REMEMBERED and not is_edited:
            self._skipped_to = run.rows[-1]
            self._skipped |= reasons
        return reasons
