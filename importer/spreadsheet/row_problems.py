"""What is wrong with a row of a file, once its width can be compared with that of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import MAYBE_HEADING, Problem, Severity
from importer.model.added_columns import IDENTITY, NEW_PERSON
from importer.shell import shell_quote
from importer.spreadsheet.grid import CellFault, Grid, Record, RecordRun, blank, extent, filled
from importer.spreadsheet.header import like_data
from importer.spreadsheet.text.records import MULTILINE, SHADOW, STRAY
from importer.text import shorten

if TYPE_CHECKING:
    from importer.spreadsheet.layout import Layout

# In a table of two columns a row without the second is common; in a wider one it is the rest of a broken line.
LONE_COLUMNS = 3
LEFT_OUT = "left-out-by-person"
"""The rule of a row that a person has emptied: it is no contact any more."""


def problems_of(record: Record, layout: Layout, grid: Grid, *, maybe_heading: bool = False) -> list[Problem]:
    """What is wrong with a row, once its width can be compared with that of the table.

    `maybe_heading`: the row may be a heading of those below it (see `headings`).
    """
    width, is_text = layout.width, grid.ragged
    delimiter = grid.dialect.delimiter if grid.dialect else ","
    shown = {"\t": "tab", ",": "comma", ";": "semicolon"}.get(delimiter, delimiter)
    faults: list[CellFault] = []
    if len(record.cells) > width and extent(record.cells) > width:
        extra = [cell for cell in record.cells[width:] if not blank(cell)]
        step = f"Put text with a {shown} in it in quotes" if is_text else "Move every cell under its column name"
        text = (
            f"The row has more cells than the header has columns ({shorten(', '.join(extra))}), so it is not clear "
            f"which cell belongs where. {step}, and import this row again."
        )
        faults.append(CellFault(None, delimiter.join(extra), "extra-cells", Severity.ERROR, text))
    if is_text and len(record.cells) == 1 and width >= LONE_COLUMNS and not record.faults:
        text = (
            f"The line has no {shown} in it, so all of it became the first cell. "
            "If it belongs to the row above, or is only a note, correct the file."
        )
        faults.append(CellFault(0, record.cells[0], "lone-cell", Severity.WARNING, text))
    if maybe_heading:
        place, value = next((place, cell.strip()) for place, cell in enumerate(record.cells) if not blank(cell))
        text = maybe_note(value, layout.name_of(place))
        faults.append(CellFault(None, value, MAYBE_HEADING, Severity.ERROR, text))
    settled = (_settled(fault, record, width, delimiter) for fault in record.faults)
    faults += [fault for fault in settled if fault is not None]

    problems = []
    for fault in faults:
        column = None if fault.position is None else layout.name_of(fault.position)
        where = f"Row {record.row:,}" + (f', column "{column}"' if column else "")
        text = f"{where}: {fault.text}"
        problems.append(Problem(record.row, column, fault.value, fault.rule, fault.severity, text, fault.position))
    return problems


def maybe_note(value: str, column: str) -> str:
    """What to say of a row that has only this value, in this column, and may be a note."""
    condition = f"{column} != {' '.join(value.split())}"
    return (
        f"The row has only {shorten(value)} in it. It may be a heading of the rows below, or a note. If it is a "
        f"contact, give it a phone, an email or a second name in the rejects, or write {NEW_PERSON} into its "
        f"{IDENTITY} there; if not, leave it out for good with --only {shell_quote(condition)}, beside any --only "
        "that you gave before."
    )


def _settled(fault: CellFault, record: Record, width: int, delimiter: str) -> CellFault | None:
    """Decide what the reader of a text file left open because it does not know how wide the table is."""
    if fault.rule == SHADOW:
        # A row of the right width was not torn by the open quote before it, unless it has loose quotes itself.
        whole = fault.severity is Severity.WARNING and len(record.cells) == width
        return None if whole else fault._replace(severity=Severity.ERROR)
    if fault.rule == STRAY and len(record.cells) != width:
        return fault._replace(severity=Severity.ERROR)
    if fault.rule == MULTILINE:
        # Line breaks in an address or a note are fine; lines that are cut like rows of the table are not.
        for cell in record.cells if width > 1 else ():
            for line in cell.splitlines()[1:]:
                parts = line.split(delimiter)
                # Two parts alone prove nothing: "Springfield, IL" is cut like a row of a table of two columns.
                if len(parts) == width and (width > 2 or any(map(like_data, parts))):
                    return fault._replace(value=shorten(cell, 200))
        return None
    return fault


def without_left_out(run: RecordRun) -> tuple[RecordRun, list[Problem]]:
    """The run without rows that a person has emptied, and a line for each.

    A row that is blank in the file is no row and does not get here, unless something is wrong with it.
    """
    has_content = filled(run.cells)
    if all(has_content):
        return run, []
    is_row = [full or row in run.faults for row, full in zip(run.rows, has_content, strict=True)]
    left_out = [
        Problem(
            row,
            None,
            "",
            LEFT_OUT,
            Severity.INFORMATION,
            f"Row {row:,} is left out, as you said: all of its cells are empty in corrections.csv. "
            "Nothing to do; to import it after all, delete its lines there.",
        )
        for row, is_kept in zip(run.rows, is_row, strict=True)
        if not is_kept
    ]
    return run.only(is_row), left_out
