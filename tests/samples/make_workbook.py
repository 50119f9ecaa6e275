"""`python tests/samples/make_workbook.py` writes sample_data/contacts.xlsx: the people of contacts.csv in a workbook.

Everybody is fictional: US numbers are 555-01xx, British ones 020 7946 0xxx, addresses are at example.com.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.styles import Font, PatternFill

FOLDER = Path(__file__).parents[2] / "sample_data"
WIDTHS = {"Company": 24, "Mobile Phone": 24, "Work Phone": 20, "Email": 28, "Website": 26, "Internal Note": 40}


def people() -> list[list[str]]:
    """The records of contacts.csv, the header first."""
    with (FOLDER / "contacts.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def workbook() -> openpyxl.Workbook:
    """A cover sheet, then the people below a title, with real dates and numbers as Excel would hold them."""
    book = openpyxl.Workbook()
    cover = book.worksheets[0]
    cover.title = "Read me"
    cover["A1"] = "Customer list"
    cover["A1"].font = Font(bold=True, size=16)
    cover["A2"] = "Exported for the move to a new phone system. The people are on the next sheet."
    sheet = book.create_sheet("Customers")
    sheet.append(["Customers of Example Services Ltd"])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])
    header, *records = people()
    sheet.append(header)
    for cell in sheet[3]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="DDE7F3")
        sheet.column_dimensions[cell.column_letter].width = WIDTHS.get(str(cell.value), 15)
    for record in records:
        sheet.append([typed(name, text) for name, text in zip(header, record, strict=True)])
        sheet.cell(sheet.max_row, header.index("Customer Since") + 1).number_format = "yyyy-mm-dd"
    return book


def typed(name: str, text: str) -> str | int | float | date | None:
    """A cell as somebody would have typed it into Excel."""
    if not text:
        return None
    if name == "Customer No":
        return int(text)
    if name == "Balance":
        return float(text)
    if name == "Customer Since" and text[:4].isdigit():
        return date.fromisoformat(text)
    return text


if __name__ == "__main__":
    workbook().save(FOLDER / "contacts.xlsx")
