"""Clean contacts as a table: every cell is text, and no spreadsheet program computes one of them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from importer.disk import replacing_bytes, replacing_text
from importer.errors import OutputError
from importer.model.added_columns import IDENTITY
from importer.spreadsheet.rejects.guard import clean_guarded, guarded_id
from importer.spreadsheet.workbook.saving import save_workbook
from importer.spreadsheet.workbook.values import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

MOST_ROWS = 1_048_576
"""Of a sheet in a workbook, its header included (the limits of Excel)."""
_LONGEST_CELL = 32_767
_TEXT_FORMAT = "@"
_WIDTH = 22


def write_contacts_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as CSV in UTF-8, with a mark by which Excel knows the encoding. Raises DiskFailed.

    A cell that looks like a formula gets an apostrophe in front, which is taken off again when the file is read.
    """
    with replacing_text(path, "utf-8-sig") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(map(clean_guarded, header))
        guards = [guarded_id if name == IDENTITY else clean_guarded for name in header]
        writer.writerows([guard(cell) for guard, cell in zip(guards, cells, strict=True)] for cells in rows)


def write_contacts_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as a workbook with one sheet, all cells of which are text.

    Raises DiskFailed, or OutputError if a workbook cannot hold it.
    """
    # Imported here because openpyxl is slow to load, and the other kinds of file do not need it.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Contacts")
    sheet.freeze_panes = "A2"
    for place in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTH

    def text_cell(text: str) -> Any:
        if len(text) > _LONGEST_CELL:
            raise OutputError(
                f"A cell of {len(text):,} characters does not fit into a workbook, which takes {_LONGEST_CELL:,}: "
                f"{text[:40]!r}...",
                "Use --as csv instead.",
            )
        cell = WriteOnlyCell(sheet, value=escaped(text) if text else None)
        # Set after the value, from which openpyxl would make a formula of a text that begins with =.
        cell.data_type, cell.number_format = "s", _TEXT_FORMAT
        return cell

    titles = [text_cell(name) for name in header]
    for cell in titles:
        cell.font = Font(bold=True)
    sheet.append(titles)
    try:
        for number, cells in enumerate(rows, 2):
            if number > MOST_ROWS:
                raise OutputError(
                    f"A workbook takes {MOST_ROWS - 1:,} contacts, and there are more.", "Use --as csv instead."
                )
            sheet.append([text_cell(text) for text in cells])
    except BaseException:
        # Or else its temporary file would be open until the garbage collector finds the half-written sheet.
        sheet.close()
        raise
    with replacing_bytes(path) as stream:
        save_workbook(workbook, stream)
