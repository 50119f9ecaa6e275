"""Workbooks that hold far more than their size says are refused; those that people have are read."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from importer.errors import SourceError
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import Limits
from tests.pipeline.tiny_rows import written

if TYPE_CHECKING:
    from pathlib import Path


def rows_of(path: Path) -> int:
    return sum(len(chunk.rows) for chunk in open_table(str(path)).chunks())


def test_equal_rows_that_a_document_stores_once_are_all_read(tmp_path: Path) -> None:
    """A row that says that it is repeated some thousand times, as when a person has filled it down, is so many rows."""
    assert rows_of(written("ods, a repeated row", 5_000, tmp_path)) == 5_000


@pytest.mark.parametrize("kind", ["ods, a repeated row", "xlsx, shared texts"])
def test_half_a_million_rows_in_some_kilobytes_are_refused(kind: str, tmp_path: Path) -> None:
    """A file of a few kilobytes with more rows than people type is refused with what to do, before they are checked."""
    path = written(kind, 500_000, tmp_path)
    assert path.stat().st_size < 100_000
    with pytest.raises(SourceError, match=r"(?s)copy the contacts to a new workbook, and import that"):
        rows_of(path)


@pytest.mark.parametrize("kind", ["xlsx, hidden rows", "xlsx, dates", "xlsx, formulas"])
def test_rows_that_take_next_to_no_room_are_refused(kind: str, tmp_path: Path) -> None:
    """However honest a file looks as a whole, its rows are counted, and many of a few bytes each are refused."""
    with pytest.raises(SourceError, match=r"(?s)copy the contacts to a new workbook, and import that"):
        rows_of(written(kind, 150_000, tmp_path))
    assert rows_of(written(kind, 40_000, tmp_path)) == 40_000


@pytest.mark.parametrize("step", [1, 7919])
def test_many_rows_of_the_shortest_contacts_are_read(step: int, tmp_path: Path) -> None:
    """A name and a number take more room than that, even if all names are one and the numbers follow each other."""
    path, count = tmp_path / "contacts.xlsx", 80_000
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Name", "Phone"))
        for row in range(1, count + 1):
            sheet.write_row(row, 0, ("Bo", 4155550000 + step * row))
    assert rows_of(path) == count


@pytest.mark.parametrize("column", [0, 1, 3])
def test_numbers_without_names_are_read_in_any_column(column: int, tmp_path: Path) -> None:
    """Blank cells before a number make its row no shorter: the numbers of a sheet may be all that it has."""
    path, count = tmp_path / "numbers.xlsx", 80_000
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Phone", "Mobile", "Fax", "Home Phone"))
        for row in range(1, count + 1):
            sheet.write(row, column, 4155550000 + row)
    assert rows_of(path) == count


def test_a_workbook_that_packs_well_is_read(tmp_path: Path) -> None:
    """A sheet with a format on each of very many blank rows, as copying a column makes, packs well and is no trap."""
    path = tmp_path / "formatted.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Name", "Phone"))
        sheet.write_row(1, 0, ("Ann", "+14155550101"))
        bold = book.add_format({"bold": True})
        for row in range(2, 70_000):
            sheet.set_row(row, 20, bold)
    with zipfile.ZipFile(path) as archive:
        assert sum(part.file_size for part in archive.infolist()) > Limits().ratio_from_bytes
    assert rows_of(path) == 1
