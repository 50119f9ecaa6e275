"""rejects.xlsx: the person's own sheet with only its header and the rejected rows, bad cells coloured and explained.

Columns widths, fonts, fills, borders, alignments and number formats come from their workbook where it is an xlsx;
numbers stay numbers (digit for digit), text stays text. From other files the rows arrive as text. It is written
row by row, so that memory stays flat; comments are what grows, and after COMMENTS of them only colours are set: what
is wrong with a row is in its `_problem` too.
"""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from importer.disk import replacing_bytes
from importer.spreadsheet.options import Limits
from importer.spreadsheet.rejects.package import comment, save
from importer.spreadsheet.rejects.rejects import ReturnedRow, header_of, layout_of, returned, worst_first
from importer.spreadsheet.rejects.style import Styles
from importer.spreadsheet.rows import Rows
from importer.spreadsheet.workbook.values import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importer.model import Reject, SourceTable
    from importer.spreadsheet.workbook.openpyxl_package import OpenpyxlWorkbook
    from importer.spreadsheet.workbook.styles import Look

COMMENTS = 5000
_END: tuple[int, dict[int, Look]] = (0, {})
_ADDED_WIDTHS = (8, 20, 80, 36)


def write_rejects_xlsx(table: SourceTable, rejects: Iterable[Reject], path: Path) -> int:
    """Write rejects, given in row order, with their rows of `table`; give how many there were. Raises DiskFailed."""
    source = table.chunks.grid.package if isinstance(table.chunks, Rows) else None
    package = None if source is None or table.sheet is None else _opened(source, table.sheet)
    workbook = Workbook(write_only=True)
    with package or nullcontext(), tempfile.TemporaryFile() as rows:
        if package is not None:
            # Colours and dates mean something only together with the theme and the calendar of their workbook.
            workbook.epoch = package.workbook.epoch
            workbook.loaded_theme = package.workbook.loaded_theme
        sheet = _RejectSheet(workbook, table, package)
        sheet.write(returned(table, rejects), rows)
        with replacing_bytes(Path(path)) as target:
            save(workbook, rows, sheet.comments, target)
    return sheet.count


def _opened(source: Path, sheet: str) -> OpenpyxlWorkbook | None:
    """The person's workbook, for the look of its cells; None where only the other reader can read it."""
    from importer.spreadsheet.workbook.openpyxl_package import OpenpyxlWorkbook

    try:
        package = OpenpyxlWorkbook(source, Limits())
    except Exception:  # noqa: BLE001  (whatever it is, the rejects matter more than their look)
        return None
    if any(worksheet.name == sheet for worksheet in package.sheets):
        return package
    package.close()
    return None


class _RejectSheet:
    """The sheet being written."""

    def __init__(self, workbook: Workbook, table: SourceTable, package: OpenpyxlWorkbook | None) -> None:
        self._layout = layout_of(table)
        # Excel refuses a title with these signs, or of more than 31 characters.
        title = "".join(" " if sign in r"\/*?:[]" else sign for sign in table.sheet or "Rejects").strip("' ")
        self._sheet: Any = workbook.create_sheet(title[:31] or "Rejects")
        self._styles = Styles(self._sheet, package)
        self._kept = self._layout.kept
        self._source = _SourceRows(package, table.sheet, frozenset(self._kept))
        self._file_row = table.chunks.file_row if isinstance(table.chunks, Rows) else int
        self._columns: list[str] = []
        self.comments: list[Any] = []
        self.count = 0
        self._sheet.freeze_panes = "A2"
        widths = package.widths(table.sheet) if package is not None and table.sheet is not None else {}
        for place, position in enumerate(self._kept, 1):
            if position in widths:
                self._sheet.column_dimensions[get_column_letter(place)].width = widths[position]
        for place, width in enumerate(_ADDED_WIDTHS, len(self._kept) + 1):
            self._sheet.column_dimensions[get_column_letter(place)].width = width

    def write(self, rejected: Iterable[ReturnedRow], rows: IO[bytes]) -> None:
        """Write the header and the rejected rows as XML."""
        looks = self._source.at(self._layout.header_row)
        names = header_of(self._layout)
        positions = [*self._kept, *[None] * (len(names) - len(self._kept))]
        header = [
            self._styles.header(name, None if position is None else looks.get(position))
            for name, position in zip(names, positions, strict=True)
        ]
        rows.write(self._row(1, header).encode())
        for row in rejected:
            self.count += 1
            raw = self._source.at(self._file_row(row.reject.row))
            # By position: whether it is an error (else a warning), and what to say.
            errors = {id(problem) for problem in worst_first(row.reject.problems)}
            bad: dict[int, tuple[bool, str]] = {}
            for problem in row.reject.problems:
                if problem.position is not None:
                    is_error, text = bad.get(problem.position, (False, ""))
                    bad[problem.position] = (is_error or id(problem) in errors, f"{text}\n{problem.message}".strip())
            cells = []
            for position, text in zip(self._kept, row.cells, strict=True):
                wrong = bad.get(position)
                cells.append(self._styles.cell(raw.get(position), text, wrong and wrong[0]))
                if wrong is not None and len(self.comments) < COMMENTS:
                    reference = f"{get_column_letter(len(cells))}{self.count + 1}"
                    self.comments.append(comment(reference, escaped(wrong[1])))
            cells += [self._styles.cell(None, text) for text in chain(row.added, row.beyond)]
            rows.write(self._row(self.count + 1, cells).encode())

    def _row(self, number: int, cells: list[str]) -> str:
        """A row of XML from cells that begin behind their references."""
        while len(self._columns) < len(cells):
            self._columns.append(f'<c r="{get_column_letter(len(self._columns) + 1)}')
        xml = "".join(f'{column}{number}"{cell}' for column, cell in zip(self._columns, cells, strict=False))
        return f'<row r="{number}">{xml}</row>'


class _SourceRows:
    """How the cells of the person's sheet look, row by row, asked for in rising order."""

    def __init__(self, package: OpenpyxlWorkbook | None, sheet: str | None, wanted: frozenset[int]) -> None:
        self._rows: Iterator[tuple[int, dict[int, Look]]] = iter(())
        if package is not None and sheet is not None:
            self._rows = package.looks(sheet, wanted)
        self._row, self._cells = next(self._rows, _END)

    def at(self, row: int) -> dict[int, Look]:
        """The cells of a row by position; empty where the sheet has none."""
        while 0 < self._row < row:
            self._row, self._cells = next(self._rows, _END)
        return self._cells if self._row == row else {}
