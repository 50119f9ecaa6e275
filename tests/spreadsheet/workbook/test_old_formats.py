"""xls, ods, HTML tables and SpreadsheetML: the other things that are called a spreadsheet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol

import pytest

from importer.errors import SourceError
from importer.spreadsheet.options import Limits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.spreadsheet.conftest import Reader, Rows

    MakeOds = Callable[[Rows], Path]


class MakeXls(Protocol):
    """Writes an .xls; `number_format` is of the cells that are not dates."""

    def __call__(self, rows: Rows, number_format: str | None = None) -> Path: ...


@pytest.fixture
def make_xls(tmp_path: Path) -> MakeXls:
    xlwt = pytest.importorskip("xlwt")

    def make(rows: Rows, number_format: str | None = None) -> Path:
        workbook = xlwt.Workbook()
        sheet = workbook.add_sheet("Contacts")
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                shown = "YYYY-MM-DD" if isinstance(value, date) else number_format
                sheet.write(index, column, value, xlwt.easyxf(num_format_str=shown or "General"))
        path = tmp_path / "old.xls"
        workbook.save(str(path))
        return path

    return make


@pytest.fixture
def make_ods(tmp_path: Path) -> MakeOds:
    pytest.importorskip("odf")
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    def make(rows: Rows) -> Path:
        document = OpenDocumentSpreadsheet()
        table = Table(name="People")
        for row in rows:
            line = TableRow()
            for value in row:
                number = isinstance(value, int | float)
                cell = TableCell(valuetype="float", value=str(value)) if number else TableCell(valuetype="string")
                cell.addElement(P(text=str(value)))
                line.addElement(cell)
            table.addElement(line)
        document.spreadsheet.addElement(table)
        path = tmp_path / "sheet.ods"
        document.save(str(path))
        return path

    return make


def test_xls(read: Reader, make_xls: MakeXls) -> None:
    """An old .xls gives the same text as an xlsx: digits, ISO dates, booleans."""
    path = make_xls([["Name", "Phone", "Born"], ["Ann", 14155550123, date(1990, 5, 17)], ["NA", "007", True]])
    got = read(path)
    assert got.rows == {2: ["Ann", "14155550123", "1990-05-17"], 3: ["NA", "007", "TRUE"]}
    assert got.table.sheet == "Contacts"
    assert not got.table.problems


def test_number_formats_of_xls(read: Reader, make_xls: MakeXls) -> None:
    """Leading zeros that only a format shows are part of a number in .xls too."""
    got = read(make_xls([["Name", "Zip"], ["Ann", 123]], "00000"))
    assert got.rows[2] == ["Ann", "00123"]
    assert not got.table.problems


def test_ods(read: Reader, make_ods: MakeOds) -> None:
    """A LibreOffice sheet is read with its row numbers and its digits."""
    got = read(make_ods([["Name", "Phone"], ["Ann", 14155550123], ["Bob", "+44 20 7946 0018"]]))
    assert got.rows == {2: ["Ann", "14155550123"], 3: ["Bob", "+44 20 7946 0018"]}


def test_a_reader_that_takes_too_long_is_stopped(read: Reader, make_xls: MakeXls) -> None:
    """The process that reads old formats is stopped after its time, and the file refused."""
    path = make_xls([["Name", "Phone"], ["Ann", 1]])
    with pytest.raises(SourceError, match="gave up"):
        read(path, limits=Limits(child_seconds=0.0))


def test_a_damaged_xls(read: Reader, make_xls: MakeXls) -> None:
    """An .xls cut in the middle is damaged, whatever its reader does about it."""
    data = make_xls([["Name", "Phone"]] + [["Ann", n] for n in range(200)]).read_bytes()
    with pytest.raises(SourceError, match="damaged"):
        read(data[:2000] + bytes(len(data) - 2000), "cut.xls")


HTML = """<html><head><meta charset="{0}"><title>Table</title><style>td {{x}}</style></head><body>
<table><tr><td>menu</td></tr></table>
<table border=1><tr><th colspan=2>Contacts &amp; more</th></tr>
<tr><th>Name<th>Phone</th><th>Note</tr>
<tr><td>Jörg&nbsp;Müller</td><td>+1 415</td><td rowspan=2>both</td></tr>
<tr><td>Bob<br>Lee</td><td>  2
 3 </td></tr></table></body></html>"""


@pytest.mark.parametrize("codec", ["utf-8", "iso-8859-1", "utf-16"])
def test_html_named_xls(read: Reader, codec: str) -> None:
    """An HTML table that calls itself .xls is read as its cells show, merged ones once."""
    got = read(HTML.format(codec).encode(codec), "report.xls")
    assert got.headers == ("Name", "Phone", "Note")
    assert got.rows == {3: ["Jörg Müller", "+1 415", "both"], 4: ["Bob\nLee", "2 3", ""]}
    assert got.table.sheet == "Table 2"


def test_html_without_a_table(read: Reader) -> None:
    """A web page (a login page saved as .xls, say) is refused."""
    with pytest.raises(SourceError, match="no sheet with cells"):
        read("<html><body><p>Please log in</p></body></html>", "export.xls")


def test_tables_inside_tables(read: Reader) -> None:
    """A layout table around the data does not hide it."""
    inner = "<table><tr><td>Name</td><td>Phone</td></tr><tr><td>Ann</td><td>1</td></tr></table>"
    got = read(f"<table><tr><td>{inner}</td></tr></table>", "x.html")
    assert got.rows == {2: ["Ann", "1"]}


XML2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<Styles><Style ss:ID="z"><NumberFormat ss:Format="00000"/></Style></Styles>
<Worksheet ss:Name="Old"><Table><Row><Cell><Data ss:Type="String">Name</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
<Worksheet ss:Name="People"><Table>
<Row><Cell><Data ss:Type="String">Name</Data></Cell><Cell><Data ss:Type="String">Phone</Data></Cell>
<Cell><Data ss:Type="String">Zip</Data></Cell></Row>
<Row ss:Index="4"><Cell><Data ss:Type="String">Ann</Data></Cell><Cell><Data ss:Type="Number">14155550123.0</Data></Cell>
<Cell ss:StyleID="z"><Data ss:Type="Number">123</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="DateTime">2024-01-02T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def test_spreadsheetml_2003(read: Reader) -> None:
    """Excel's XML of 2003 is read with its row numbers, formats and errors; its hidden sheets are not."""
    got = read(XML2003, "people.xls")
    assert got.rows == {4: ["Ann", "14155550123", "00123"], 5: ["", "2024-01-02", ""]}
    assert got.rules() == {(5, "error-value", "warning")}
    assert got.table.sheet == "People"


def test_blank_rows_and_columns_come_first(read: Reader, make_xls: MakeXls, make_ods: MakeOds, tmp_path: Path) -> None:
    """A table that starts further down and to the right has the row numbers and columns that the person sees."""
    rows = [["", "", ""], ["", "", ""], ["", "Name", "Phone"], ["", "Ann", "1"]]
    want = {4: ["", "Ann", "1"]}
    xls = make_xls([])
    import openpyxl
    import xlwt

    workbook, old = openpyxl.Workbook(), xlwt.Workbook()
    sheet = old.add_sheet("Contacts")
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                sheet.write(index, column, cell)
                workbook.worksheets[0].cell(index + 1, column + 1, cell)
    old.save(str(xls))
    workbook.save(tmp_path / "new.xlsx")
    assert read(xls).rows == want
    assert read(make_ods(rows)).rows == want
    for reader in ("xml", "calamine"):
        assert read(tmp_path / "new.xlsx", reader=reader).rows == want


def test_errors_of_xls_are_said(read: Reader, tmp_path: Path) -> None:
    """A cell of an .xls that shows an error arrives empty, and that is said of the cell."""
    xlwt = pytest.importorskip("xlwt")
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Contacts")
    for column, cell in enumerate(["Name", "Phone"]):
        sheet.write(0, column, cell)
    sheet.write(1, 0, "Ann")
    sheet.row(1).set_cell_error(1, 0x2A)
    workbook.save(str(tmp_path / "errors.xls"))
    got = read(tmp_path / "errors.xls")
    assert got.rows == {2: ["Ann", ""]}
    assert got.rules() == {(2, "error-value", "warning")}
    assert [(problem.column, problem.value) for problem in got.problems] == [("Phone", "#N/A")]
