"""Opening a file: a path becomes a SourceTable."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from importer.errors import SourceError
from importer.model import Problem, ReadDecision, SourceTable
from importer.sheet_files import is_several
from importer.spreadsheet.fetch import fetch
from importer.spreadsheet.hidden import HiddenCells, hidden_cells, hidden_decisions, hidden_problems, merged_problems
from importer.spreadsheet.kind import FileKind, kind_of
from importer.spreadsheet.layout import find_layout
from importer.spreadsheet.options import ReadOptions
from importer.spreadsheet.private_copy import PrivateFolder
from importer.spreadsheet.rows import Rows
from importer.spreadsheet.unpack import unpack

if TYPE_CHECKING:
    from pathlib import Path

    from importer.spreadsheet.grid import Grid

# A sheet may be packed twice, a zip in a gzip; a file that unpacks to itself would never end.
_MOST_WRAPPINGS = 3


def open_table(path: str | Path, options: ReadOptions | None = None, *, stdin: IO[bytes] | None = None) -> SourceTable:
    """Open a sheet of contacts: CSV and its kin, xlsx, xlsm, xls, xlsb, ods, fods, HTML tables, SpreadsheetML 2003,
    vCards, each also in gzip or zip; `-` reads `stdin`; `https://`, `s3://`, `gs://` and the like are read through
    fsspec. Several files of one shape, or a folder of them, are one table (see `importer.sheet_files`).

    What a file is, is decided by its content. The table is read from a private copy (0600, removed when the table is
    no longer held), so that it stays the same while the person saves over the file.

    Raises SourceError where the file is not a readable sheet; a sheet with a header and no rows is a table.
    """
    options = options or ReadOptions()
    if isinstance(path, str) and is_several(path):
        from importer.spreadsheet.several import open_several

        return open_several(path, options, open_table)
    store = PrivateFolder()
    try:
        name, grid = _grid(path, options, store, stdin)
        layout = find_layout(grid, name, options)
    except BaseException:
        # Also on Ctrl-C: the copy holds the contacts.
        store.close()
        raise

    hidden = hidden_cells(grid, layout)
    left_out = frozenset(hidden.columns) if options.hidden == "out" else frozenset()
    faults = [(fault, name) for fault in grid.faults]
    for fault in layout.faults:
        column = "" if fault.position is None else f', column "{layout.name_of(fault.position)}"'
        faults.append((fault, f"Row {layout.header_row:,} (the column names){column}"))
    problems = [
        Problem(None, None, fault.value, fault.rule, fault.severity, f"{place}: {fault.text}")
        for fault, place in faults
    ]
    return SourceTable(
        file=name,
        sheet=grid.sheet,
        header_row=layout.header_row,
        # A column that is left out is like one with neither a name nor a cell; its rows are handed back with it.
        headers=tuple("" if place in left_out else header for place, header in enumerate(layout.headers)),
        chunks=Rows(grid, layout, options, store, hidden if options.hidden == "out" else HiddenCells(), name),
        decisions=(
            ReadDecision("format", grid.kind),
            *grid.decisions,
            *layout.decisions,
            *hidden_decisions(hidden, layout, options.hidden),
        ),
        problems=(
            *problems,
            *hidden_problems(hidden, layout, options.hidden),
            *merged_problems(grid.view, layout),
        ),
        nothing=layout.nothing | left_out,
        digest=store.digest,
        hidden_rows=hidden.rows,
        hidden_columns=hidden.columns,
        rows_with_hidden=hidden.of_rows,
    )


def _grid(path: str | Path, options: ReadOptions, store: PrivateFolder, stdin: IO[bytes] | None) -> tuple[str, Grid]:
    """Fetch the file, unpack it as often as it is packed, and open what is inside with the reader that fits."""
    name, copy = fetch(path, store, options.limits, stdin)
    inner = name
    for _ in range(_MOST_WRAPPINGS):
        kind = kind_of(copy, inner)
        if kind in (FileKind.GZIP, FileKind.ZIP):
            inner, copy = unpack(copy, kind, inner, store, options.limits)
            continue
        # Imported late: openpyxl is slow to import, and a text file does not need it.
        if kind is FileKind.TEXT:
            from importer.spreadsheet.text.opening import open_text

            return name, open_text(copy, inner, options)
        if kind is FileKind.VCARD:
            from importer.spreadsheet.vcard.opening import open_vcards

            return name, open_vcards(copy, inner, options, store)
        from importer.spreadsheet.workbook.opening import open_book

        return name, open_book(copy, kind, inner, options, store)
    raise SourceError(
        f"{name} is packed more than {_MOST_WRAPPINGS - 1} times over.", "Unpack it and import the sheet inside."
    )
