"""Rows by the names of their people, as a person knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.errors import ImporterError
from importer.model.fields import NAME_HALVES

if TYPE_CHECKING:
    from importer.web.sheets import SheetImport

_NAMES = (*NAME_HALVES, "full_name")


def row_names(sheet: SheetImport) -> dict[int, str]:
    """What the person of each row is called: the name, else the company, else the first text of the row.

    Empty if the sheet cannot be read any more.
    """
    try:
        worksheet = sheet.judge()
    except ImporterError:
        return {}
    positions = {field: position for position, field in reversed(list(enumerate(worksheet.fields))) if field}
    names = [positions[field] for field in _NAMES if field in positions]
    company = [positions["company"]] if "company" in positions else []
    name_of_row: dict[int, str] = {}
    for row, cells in worksheet.cells.items():
        parts = [cells[position].strip() for position in names]
        name = " ".join(filter(None, parts)) or next((cells[position].strip() for position in company), "")
        name_of_row[row] = name or next((text for cell in cells if (text := cell.strip())), "")
    return name_of_row
