"""Hidden and filtered rows, hidden columns, merged cells: told with their numbers, and left out only by choice."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from importer.model import Severity
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions
from importer.spreadsheet.rejects.rejects import header_of, layout_of
from importer.spreadsheet.sheet_view import ranges
from tests.spreadsheet.hostile_files import binary, document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.spreadsheet.conftest import Reader

# Rows 3 and 4 are hidden, and the column Salary; the cells of Name in rows 4 and 5 are merged.
ROWS = [
    ["Name", "Salary", "Phone"],
    ["Ann", "1", "+1415"],
    ["Bob", "2", "+1416"],
    ["Cy", "3", "+1417"],
    ["", "4", "+1418"],
]


def write_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append([cell or None for cell in row])
    for number in (3, 4):
        sheet.row_dimensions[number].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.merge_cells("A4:A5")
    sheet.auto_filter.ref = "A1:C5"
    book.save(path)


def write_xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Contacts")
    for index, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            if (index, column) not in ((3, 0), (4, 0)):
                sheet.write(index, column, cell)
        sheet.row(index).hidden = index in (2, 3)
    sheet.write_merge(3, 4, 0, 0, "Cy")
    sheet.col(1).hidden = True
    book.save(str(path))


def write_ods(path: Path) -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>'
    spanned = ' table:number-rows-spanned="2"'
    rows = ""
    for index, row in enumerate(ROWS):
        seen = ' table:visibility="filter"' if index in (2, 3) else ""
        cells = "".join(
            f"<table:table-cell{spanned if cell == 'Cy' else ''}><text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        rows += f"<table:table-row{seen}>{cells}</table:table-row>"
    path.write_bytes(document(columns + rows, names=""))


def write_xml(path: Path) -> None:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    hidden, merged = ' ss:Hidden="1"', ' ss:MergeDown="1"'
    rows = ""
    for index, row in enumerate(ROWS):
        cells = "".join(
            f'<Cell ss:Index="{place}"{merged if cell == "Cy" else ""}><Data ss:Type="String">{cell}</Data></Cell>'
            for place, cell in enumerate(row, 1)
            if cell
        )
        rows += f"<Row{hidden if index in (2, 3) else ''}>{cells}</Row>"
    columns = '<Column/><Column ss:Hidden="1"/>'
    path.write_text(
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="S"><Table>'
        f"{columns}{rows}</Table></Worksheet></Workbook>",
        encoding="utf-8",
    )


def write_xlsb(path: Path) -> None:
    def record(kind: int, data: bytes) -> bytes:
        return (bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])) + bytes([len(data)]) + data

    records = record(60, struct.pack("<IIIIH", 1, 1, 2000, 0, 1))
    for index, row in enumerate(ROWS):
        flags = 0x10 if index in (2, 3) else 0
        records += record(0, struct.pack("<IIHBB", index, 0, 300, 0, flags) + bytes(5))
        for column, cell in enumerate(row):
            text = struct.pack("<I", len(cell)) + cell.encode("utf-16-le")
            records += record(6, struct.pack("<II", column, 0) + text) if cell else b""
    path.write_bytes(binary(records + record(176, struct.pack("<IIII", 3, 4, 0, 0))))


WRITERS: dict[str, Callable[[Path], None]] = {
    "xlsx": write_xlsx,
    "xls": write_xls,
    "ods": write_ods,
    "xml": write_xml,
    "xlsb": write_xlsb,
}


@pytest.mark.parametrize("ending", WRITERS)
def test_what_is_hidden_is_told(read: Reader, tmp_path: Path, ending: str) -> None:
    """Hidden rows and columns are read like the others, and told with their numbers and names in every format."""
    path = tmp_path / f"contacts.{ending}"
    WRITERS[ending](path)
    got = read(path)
    assert list(got.rows.values()) == ROWS[1:]
    assert list(got.table.hidden_rows) == [3, 4]
    assert (got.table.rows_with_hidden, got.table.hidden_columns) == (4, (1,))
    assert got.decision("hidden rows") == "2 of 4, imported: 3 and 4"
    assert got.decision("hidden columns") == '1, imported: "Salary"'
    by_rule = {problem.rule: problem for problem in got.table.problems}
    assert set(by_rule) == {"hidden-rows", "hidden-column", "merged-cells"}
    assert by_rule["hidden-rows"].message.startswith("2 of 4 rows are hidden: 3 and 4.")
    assert by_rule["hidden-column"].column == "Salary"
    assert (by_rule["merged-cells"].column, by_rule["merged-cells"].value) == ("Name", "rows 4 and 5")
    assert {problem.severity for problem in by_rule.values()} == {Severity.WARNING}


@pytest.mark.parametrize("ending", WRITERS)
def test_what_is_hidden_is_left_out(read: Reader, tmp_path: Path, ending: str) -> None:
    """Left out by choice, hidden rows are skipped with a line each, and hidden columns are as if not there."""
    path = tmp_path / f"contacts.{ending}"
    WRITERS[ending](path)
    got = read(path, hidden="out")
    assert got.rows == {2: ["Ann", "", "+1415"], 5: ["", "", "+1418"]}
    assert got.headers == ("Name", "", "Phone")
    assert 1 in got.table.nothing
    assert [(problem.row, problem.rule, problem.severity) for problem in got.skipped] == [
        (3, "skipped-hidden", Severity.INFORMATION),
        (4, "skipped-hidden", Severity.INFORMATION),
    ]
    assert got.decision("hidden rows") == "2 of 4, left out: 3 and 4"
    assert [problem.rule for problem in got.table.problems] == ["merged-cells"]
    # What goes back to the person is their own sheet, with all of its columns.
    assert header_of(layout_of(got.table))[:3] == ROWS[0]
    assert got.originals[2] == ("Ann", "1", "+1415")


def test_a_limit_counts_rows_that_are_imported(tmp_path: Path) -> None:
    """The first N rows are N that are imported, hidden ones that are left out not among them."""
    write_xlsx(tmp_path / "a.xlsx")
    table = open_table(tmp_path / "a.xlsx", ReadOptions(hidden="out", limit=2))
    assert [row for chunk in table.chunks() for row in chunk.rows] == [2, 5]


def test_a_sheet_that_hides_nothing_says_nothing(read: Reader) -> None:
    """Nothing is said of hidden cells where there are none, nor of merged titles above the table."""
    book = openpyxl.Workbook()
    for row in (["Contacts"], ["Name", "Phone"], ["Ann", "1"]):
        book.worksheets[0].append(row)
    book.worksheets[0].merge_cells("A1:B1")
    stream = io.BytesIO()
    book.save(stream)
    got = read(stream.getvalue(), "a.xlsx")
    assert got.table.header_row == 2
    assert not got.table.problems
    assert (list(got.table.hidden_rows), got.table.hidden_columns) == ([], ())
    assert not [decision for decision in got.table.decisions if "hidden" in decision.what]


@given(st.sets(st.integers(1, 60), min_size=1))
def test_ranges_name_every_row(numbers: set[int]) -> None:
    """The words for rows name each of them once and no other, however they lie."""
    words = ranges(sorted(numbers), 100).replace(" and ", ", ").split(", ")
    named: list[int] = []
    for word in words:
        first, _, last = word.partition(" to ")
        named += range(int(first), int(last or first) + 1)
    assert named == sorted(numbers)
