"""Single rows of a text file that are in quotes as a whole, among others that are not."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from importer.model import Severity
from importer.spreadsheet.grid import CellFault, RecordRun
from importer.spreadsheet.header import like_data

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE_QUOTED = "line-quoted"
_TEXT = (
    "All of the line is in one pair of quotes, and was read without them. "
    "Nothing to do if each cell is in its column; otherwise correct the quotes."
)


def unwrapped(run: RecordRun, delimiter: str, width: int) -> RecordRun:
    """The run with the cells of lines that are in quotes as a whole, each of which is said."""
    # Looked at are only rows that end after their first cell.
    first_alone = [index for index, cells in enumerate(run.cells) if len(cells) == 1 or not any(cells[1:2])]
    rows = {index: row_cells for index in first_alone if (row_cells := whole_row(run.cells[index], delimiter, width))}
    if not rows:
        return run
    faults = dict(run.faults)
    for index in rows:
        fault = CellFault(None, run.cells[index][0], LINE_QUOTED, Severity.WARNING, _TEXT)
        faults[run.rows[index]] = (*faults.get(run.rows[index], ()), fault)
    cells = [rows.get(index, row_cells) for index, row_cells in enumerate(run.cells)]
    return RecordRun(run.rows, cells, faults)


def whole_row(cells: Sequence[str], delimiter: str, width: int) -> list[str] | None:
    """The cells of a row that was in quotes as a whole; None if it was not, so far as that can be known.

    >>> whole_row(["Ann,Lee,415"], ",", 3), whole_row(["Lee, Ann", ""], ",", 2)
    (['Ann', 'Lee', '415'], None)
    """
    if width < 2 or not cells or delimiter not in cells[0] or "\n" in cells[0] or any(cells[1:]):
        return None
    try:
        (quoted,) = csv.reader([cells[0]], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return None
    # "Lee, Ann" is a name, and so may "Lee,Ann" be, as long as nothing in it is of another column.
    is_row = len(quoted) == width and not any(cell.startswith(" ") for cell in quoted)
    return quoted if is_row and any(map(like_data, quoted)) else None
