"""An empty sheet to be filled in: a header, what belongs under it, and one row as an example."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.disk import replacing_bytes, replacing_text
from importer.spreadsheet.rejects.guard import guarded
from importer.spreadsheet.skip import EXAMPLE
from importer.spreadsheet.workbook.saving import save_workbook
from importer.spreadsheet.workbook.values import escaped
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ROWS = 10_000
"""How far down the cells of a workbook are prepared."""
_WIDTH = 22
_TEXT, _DATE = "@", "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class FormColumn:
    """`kind` is `text`, `date`, `boolean` or `number`; `comment` tells the person what to write; `example` shows it."""

    header: str
    kind: str
    comment: str
    example: str


def write_form_csv(path: Path, columns: Sequence[FormColumn]) -> None:
    """Write the form as CSV, with a mark so that Excel reads it as UTF-8: what to write is in a row of its own.

    Both rows begin with the marker by which they are skipped when the sheet is read. Raises DiskFailed.
    """
    with replacing_text(path, "utf-8-sig") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([guarded(column.header) for column in columns])
        # The plus of a phone is data here, so these are not guarded: a spreadsheet program shows them as they are.
        for cells in ([column.comment for column in columns], [column.example for column in columns]):
            writer.writerow([f"{EXAMPLE} {cells[0]}", *cells[1:]])


def write_form_xlsx(path: Path, columns: Sequence[FormColumn]) -> None:
    """Write the form as a workbook: comments on the header, checked cells for dates and booleans. Raises DiskFailed."""
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title, sheet.freeze_panes = "Contacts", "A2"
    for n, column in enumerate(columns, 1):
        letter = get_column_letter(n)
        sheet.column_dimensions[letter].width = _WIDTH
        # The whole column is text, or Excel would eat the plus of phones and the zeros of ids.
        sheet.column_dimensions[letter].number_format = _DATE if column.kind == "date" else _TEXT
        _put(sheet.cell(1, n), column.header).font = Font(bold=True)
        sheet.cell(1, n).comment = Comment(escaped(column.comment), PROGRAM, height=80, width=260)
        example = f"{EXAMPLE} {column.example}" if n == 1 else column.example
        _put(sheet.cell(2, n), example).font = Font(italic=True, color="808080")
        plain_title = escaped(column.header)
        # The spreadsheet program itself refuses what could not be read later.
        if column.kind == "boolean":
            check = DataValidation(type="list", formula1='"yes,no"', allow_blank=True)
        elif column.kind == "date":
            check = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
        else:
            continue
        # Excel limits the length of both.
        check.showErrorMessage, check.errorTitle, check.error = True, plain_title[:32], escaped(column.comment)[:225]
        sheet.add_data_validation(check)
        check.add(f"{letter}3:{letter}{ROWS}")
    with replacing_bytes(path) as stream:
        save_workbook(workbook, stream)


def _put(cell: Any, text: str) -> Any:
    cell.value = escaped(text)
    cell.data_type = "s"  # a name that begins with = is no formula
    cell.number_format = _TEXT
    return cell
