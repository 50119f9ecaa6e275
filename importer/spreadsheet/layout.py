"""The shape of a sheet: which row is the header, how wide the table is, and whether it is a rejects file of ours."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING

from importer.errors import ReadingUnclear, SheetEmpty, SourceError
from importer.model import ReadDecision, Severity, column_names
from importer.model.added_columns import REJECT_COLUMNS
from importer.spreadsheet.grid import NOT_READ, CellFault, Record, blank, extent, with_content
from importer.spreadsheet.header import (
    SAMPLE_ROWS,
    data_above,
    ends_a_rejects_header,
    first_full,
    has_data,
    known_header,
    like_data,
    sideways,
)
from importer.spreadsheet.rejects.guard import unguarded
from importer.spreadsheet.row_habits import NO_HABITS, RowHabits
from importer.spreadsheet.text.records import MULTILINE, SHADOW, UNCLOSED
from importer.text import counted, shorten

if TYPE_CHECKING:
    from importer.spreadsheet.grid import Dialect, Grid
    from importer.spreadsheet.options import ReadOptions

# Notes beside a table are kept as columns without a name; a stray cell far out is not worth a wide table.
NOTES_COLUMNS = 64
_OPEN_NAME = (
    "A column name begins with a quote and does not end with one; the quote was taken as text. Correct the name if it "
    "looks wrong."
)
_AS_ROWS = {"header_row": 0}
_NO_HEADER = "If the sheet has no column names run again with --header-row 0, else name their row: --header-row N."


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table.

    `header_row` is 0 without a header; `headers` are as wide as the table; `faults` are those of the header. `nothing`:
    the columns (from 0) that have neither a name nor a cell. `habits`: how its rows look. `is_rejects`: the sheet is a
    rejects file of this program; `kept`: the positions of the person's own columns, all except those that it adds.
    """

    header_row: int
    headers: tuple[str, ...]
    decisions: tuple[ReadDecision, ...] = ()
    faults: tuple[CellFault, ...] = ()
    nothing: frozenset[int] = frozenset()
    habits: RowHabits = NO_HABITS
    width: int = field(init=False, repr=False, compare=False)
    is_rejects: bool = field(init=False, repr=False, compare=False)
    kept: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", len(self.headers))
        object.__setattr__(self, "is_rejects", ends_a_rejects_header(self.headers))
        added = {self.position(name) for name in REJECT_COLUMNS} if self.is_rejects else set()
        object.__setattr__(self, "kept", tuple(place for place in range(self.width) if place not in added))

    def position(self, name: str) -> int:
        """The last column (from 0) with this name, -1 where no column has it."""
        positions = [position for position, header in enumerate(self.headers) if header.strip() == name]
        return max(positions, default=-1)

    def name_of(self, position: int) -> str:
        """What a column is called (see `column_names`); `#N` for one beyond the table."""
        return column_names(self.headers)[position] if position < self.width else f"#{position + 1}"


def find_layout(grid: Grid, name: str, options: ReadOptions) -> Layout:
    """Find the header row, or take the one that the options name.

    Raises SourceError: an empty sheet, no header where one is expected, `header_row` empty or beyond the sheet, more
    columns than any list of contacts has.
    """
    layout = _layout(grid, name, options)
    most = options.limits.table_columns
    if layout.width > most:
        raise SourceError(
            f"{_sheet(grid, name)} has {layout.width:,} columns; at most {most:,} are read.",
            "Copy the columns to import to a new sheet, save it, and import that; in a workbook name it with --sheet.",
        )
    return layout


def _sheet(grid: Grid, name: str) -> str:
    return f'Sheet "{grid.sheet}" of {name}' if grid.sheet else name


def _layout(grid: Grid, name: str, options: ReadOptions) -> Layout:
    with closing(grid.records()) as records:
        sample = list(islice(with_content(records), SAMPLE_ROWS))
    sheet = _sheet(grid, name)
    if not sample:
        not_read = next((decision.value for decision in grid.decisions if decision.what == NOT_READ), "")
        if not_read:
            text = f"{sheet} is empty. Its other sheets were not read: {not_read}."
            shown = next(({"sheet": sheet_name} for sheet_name in grid.sheets if sheet_name != grid.sheet), None)
            raise ReadingUnclear(text, "Name the one with the contacts with --sheet.", shown)
        raise SheetEmpty(f"{sheet} is empty.", "Check that it is the right file or sheet.")

    if grid.headers:
        return Layout(0, grid.headers)
    # A rejects file has its header in the first row, whatever --header-row the original file needed.
    is_rejects = ends_a_rejects_header(sample[0].cells)
    if options.header_row == 0 and not is_rejects:
        return replace(_without_header(grid), habits=RowHabits.of(sample, 0))
    if options.header_row is not None and not is_rejects:
        header = _header_at(grid, sheet, options.header_row)
    else:
        header = _find_header(sample, name, options, grid.dialect)
    _refuse_swallowed(header, name, grid.dialect)
    if grid.ragged and ends_a_rejects_header(header.cells):
        # rejects.csv guards its header like every cell; a column must keep its name when the file is imported again.
        header = header._replace(cells=list(map(unguarded, header.cells)))

    # The names end where a gap of NOTES_COLUMNS begins: what is right of it is a stray cell.
    filled = [position for position, cell in enumerate(header.cells) if not blank(cell)]
    gaps = (last + 1 for last, position in pairwise(filled) if position - last > NOTES_COLUMNS)
    end = next(gaps, len(header.cells))
    headers, empty = _columns(grid, header._replace(cells=header.cells[:end]))
    # A rejects file holds rows that were contacts before.
    habits = NO_HABITS if is_rejects else RowHabits.of(sample, header.row)
    return Layout(header.row, headers, _decisions(sample, header), _header_faults(header, end), empty, habits)


def _header_at(grid: Grid, sheet: str, row: int) -> Record:
    """The record in a row that the person named with --header-row."""
    last = 0
    with closing(grid.records()) as records:
        for record in records:
            last = record.row
            if last >= row:
                break
    if last == row and not all(map(blank, record.cells)):
        return record
    trouble = f"has only {counted(last, 'row')}" if last < row else f"has nothing in row {row:,}"
    raise ReadingUnclear(
        f"{sheet} {trouble}.", f"Give --header-row the row of the column names, not {row:,}.", _AS_ROWS
    )


def _find_header(sample: list[Record], name: str, options: ReadOptions, dialect: Dialect | None) -> Record:
    """The row of known column names, else the first full row.

    Raises SourceError where that row holds a contact, a name goes on over contacts, or the names stand in the first
    column.
    """
    if (column := sideways(sample, options.knows_header)) is not None:
        names = ", ".join(
            dict.fromkeys(record.cells[column].strip() for record in sample if column < len(record.cells))
        )
        raise SourceError(
            f"{name} seems to lie on its side: the column names ({shorten(names)}) stand below each other, and every "
            "contact is a column.",
            "Copy all of it, and paste it into a new sheet with Paste Special > Transpose, so that every contact is a "
            "row; then import that sheet. If the contacts are blocks below each other, write each as one row.",
        )
    position = known_header(sample, options.knows_header)
    if position is None:
        position = first_full(sample)
        if has_data(sample[position], options.knows_header):
            # Names of which one has swallowed contacts: that there are no names would be the wrong advice.
            cells = sample[position].cells
            whole = list(takewhile(lambda cell: "\n" not in cell, cells))
            swallowing = [cell.partition("\n")[0] for cell in cells[len(whole) :][:1]]
            if known_header([sample[position]._replace(cells=whole + swallowing)], options.knows_header) is not None:
                _refuse_swallowed(sample[position], name, dialect)
            raise ReadingUnclear(
                f"{name} seems to have no row of column names: row {sample[position].row:,} already holds "
                f"a contact ({_shown(sample[position])}).",
                _NO_HEADER,
                _AS_ROWS,
            )
    elif contact := data_above(sample, position, options.knows_header):
        raise ReadingUnclear(
            f"{name} has column names in row {sample[position].row:,}, but row {contact.row:,} above it looks like a "
            f"contact ({_shown(contact)}).",
            f"To leave the rows above it out, run again with --header-row {sample[position].row}; if the sheet has no "
            "column names, with --header-row 0.",
            _AS_ROWS,
        )
    return sample[position]


def _shown(record: Record) -> str:
    return shorten(", ".join(cell.strip() for cell in record.cells if not blank(cell)), 80)


def _decisions(sample: list[Record], header: Record) -> tuple[ReadDecision, ...]:
    decisions = [ReadDecision("header row", str(header.row))]
    above = [record for record in sample if record.row < header.row]
    if above:
        shown = "; ".join(f"{record.row}: {_shown(record)}" for record in above[:3])
        more = f"; and {len(above) - 3} more" if len(above) > 3 else ""
        decisions.append(ReadDecision("rows above the header left out", shown + more))
    return tuple(decisions)


def _refuse_swallowed(header: Record, name: str, dialect: Dialect | None) -> None:
    """Refuse a column name that holds lines of contacts: without the quote that is missing they would be lost."""
    lines = [line for cell in header.cells if dialect for line in cell.splitlines()[1:]]
    rows = [line.split(dialect.delimiter) for line in lines if dialect]
    if any(len(row) > 1 and any(map(like_data, row)) for row in rows):
        raise SourceError(
            f"{name}: a column name in row {header.row:,} goes on over lines that look like contacts "
            f"({shorten(lines[0])}), so a quote is missing.",
            "Put quotes around all of the name or none of it, and run again.",
        )


def _header_faults(header: Record, width: int) -> tuple[CellFault, ...]:
    """What is wrong with the header, as warnings only: its cells are names, so no contact is lost."""
    # The first two rules are about rows that a quote swallowed; of a header, `_refuse_swallowed` has decided.
    faults = [
        fault._replace(severity=Severity.WARNING, text=_OPEN_NAME if fault.rule == UNCLOSED else fault.text)
        for fault in header.faults
        if fault.rule not in (MULTILINE, SHADOW)
    ]
    far = [cell.strip() for cell in header.cells[width:] if not blank(cell)]
    if far:
        value = ", ".join(far)
        text = (
            f"The row of the column names has cells far to the right of the table ({shorten(value)}), which were left "
            "out. Move them beside the table if they are names of columns."
        )
        faults.append(CellFault(None, value, "stray-header-cells", Severity.WARNING, text))
    return tuple(faults)


def _columns(grid: Grid, header: Record) -> tuple[tuple[str, ...], frozenset[int]]:
    """The header as wide as the table, and the columns with neither a name nor a cell.

    Columns without a name count only when there is something in them.
    """
    named, written = extent(header.cells), len(header.cells)
    if ends_a_rejects_header(header.cells) or (grid.ragged and not any(map(blank, header.cells))):
        # Every column has a name, so the rows below need not be read for it.
        return tuple(header.cells[: max(named, 1)]) or ("",), frozenset()

    reach = range(named + NOTES_COLUMNS)
    empty = {position for position in reach if position >= written or blank(header.cells[position])}
    widest, lowest = 0, min(empty)
    for record in grid.records():
        if record.row > header.row:
            cells = record.cells
            widest = max(widest, extent(cells))
            # Most rows end before the first column without a name, and then need no look at their cells.
            if lowest < len(cells):
                empty -= {position for position in empty if position < len(cells) and not blank(cells[position])}
                lowest = min(empty, default=len(reach))

    # In a text file a cell beyond the header's last delimiter is a fault of its row, not a column.
    width = max(min(widest, written if grid.ragged else named + NOTES_COLUMNS), named, 1)
    headers = tuple(header.cells[:width]) + ("",) * (width - written)
    return headers, frozenset(position for position in empty if position < width)


def _without_header(grid: Grid) -> Layout:
    """A table without a header: as wide as most rows are, or as the widest where no width prevails."""
    with closing(grid.records()) as records:
        counts = Counter(len(record.cells) for record in islice(with_content(records), 1000))
    width, count = max(counts.items(), key=lambda item: (item[1], item[0]))
    # A workbook has no width of its own: it does not store empty cells at the end of a row.
    if not grid.ragged or 2 * count < counts.total():
        widest = max((extent(record.cells) for record in grid.records()), default=0)
        width = max(widest, 1)
    headers = tuple(f"#{number}" for number in range(1, width + 1))
    return Layout(0, headers, (ReadDecision("header row", "none"),))
