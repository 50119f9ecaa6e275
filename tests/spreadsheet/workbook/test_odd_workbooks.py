"""Workbooks that other programs build in unusual ways: code pages, old records, parts elsewhere, the strict variant."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
import xlwt
from xlwt.CompoundDoc import XlsDoc

from importer.errors import SourceError
from importer.spreadsheet.workbook import formats, values
from tests.spreadsheet.hostile_files import HEAD, packed, workbook
from tests.spreadsheet.workbook.test_workbooks import rewritten

if TYPE_CHECKING:
    from pathlib import Path

    from tests.spreadsheet.conftest import Reader


def xls(rows: list[list[str | float]], number_format: str = "General") -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Contacts")
    style = xlwt.easyxf(num_format_str=number_format)
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(index, column, cell, style)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("code_page", [1251, 1252, 437, 932, 10000, 0, 65535])
def test_the_code_page_of_xls_does_not_matter(read: Reader, code_page: int) -> None:
    """The text of an .xls of Excel 97 and later is Unicode, whatever its CODEPAGE record says."""
    data = xls([["Name", "Phone"], ["Ann Łee", "+1415"], ["Żaneta", "+1416"]])
    record = struct.pack("<HHH", 0x42, 2, 1200)
    assert record in data
    got = read(data.replace(record, struct.pack("<HHH", 0x42, 2, code_page)), "a.xls")
    assert got.rows == {2: ["Ann Łee", "+1415"], 3: ["Żaneta", "+1416"]}
    assert not got.table.problems


@pytest.mark.parametrize(
    ("code_page", "codec"), [(1252, "cp1252"), (1251, "cp1251"), (1250, "cp1250"), (None, "latin-1")]
)
def test_excel_95(read: Reader, code_page: int | None, codec: str) -> None:
    """The text of Excel 95 is in the code page that the file names, in Latin-1 where it names none."""
    name = {"cp1251": "Анна", "cp1250": "Łucja"}.get(codec, "Jörg")
    records = [struct.pack("<HHHHHH", 0x809, 8, 0x500, 5, 0, 0)]
    if code_page is not None:
        records.append(struct.pack("<HHH", 0x42, 2, code_page))
    sheet = [struct.pack("<HHHHHH", 0x809, 8, 0x500, 0x10, 0, 0)]
    for row, cells in enumerate([["Name", "Phone"], [name, "+1415"]]):
        for column, cell in enumerate(cells):
            text = cell.encode(codec)
            sheet.append(struct.pack("<HHHHHH", 0x204, 8 + len(text), row, column, 0, len(text)) + text)
    end = struct.pack("<HH", 0x0A, 0)
    style = struct.pack("<HHHHH", 0xE0, 16, 0, 0, 0) + bytes(10)
    start = sum(map(len, records)) + len(style) + 4 + 7 + len("S") + len(end)
    records += [style, struct.pack("<HHIBBB", 0x85, 7 + len("S"), start, 0, 0, 1) + b"S", end, *sheet, end]
    stream = io.BytesIO()
    XlsDoc().save(stream, b"".join(records))
    assert read(stream.getvalue(), "old.xls").rows == {2: [name, "+1415"]}


def test_a_password_of_xls(read: Reader) -> None:
    """An encrypted .xls is said to need its password, and is not called damaged."""
    data = xls([["Name", "Phone"], ["Ann", "+1415"]])
    record = struct.pack("<HHH", 0x42, 2, 1200)
    # FILEPASS in place of the code page, of the same length, with the old obfuscation.
    with pytest.raises(SourceError, match="password-protected"):
        read(data.replace(record, struct.pack("<HHH", 0x2F, 2, 0)), "secret.xls")


@pytest.mark.parametrize("old_id", [0x0206, 0x0406])
def test_formulas_of_xls_with_old_ids(read: Reader, old_id: int) -> None:
    """A formula whose record has the id of an older Excel is read with its result."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Contacts")
    for column, cell in enumerate(["Name", "Balance"]):
        sheet.write(0, column, cell)
    sheet.write(1, 0, "Ann")
    sheet.write(1, 1, xlwt.Formula("10+20"))
    stream = io.BytesIO()
    book.save(stream)
    data = stream.getvalue()
    formula = re.search(rb"\x06\x00..\x01\x00\x01\x00", data, re.DOTALL)
    assert formula is not None
    at = formula.start()
    result = struct.pack("<d", 30.0)
    data = data[:at] + struct.pack("<H", old_id) + data[at + 2 : at + 10] + result + data[at + 18 :]
    assert read(data, "a.xls").rows == {2: ["Ann", "30"]}


def test_builtin_date_formats(read: Reader) -> None:
    """The numbers of formats that East Asian files use for dates and times show dates and times without a text."""
    for number in (*range(27, 37), *range(50, 59)):
        styles = f'<cellXfs><xf numFmtId="0"/><xf numFmtId="{number}"/></cellXfs>'
        got = read(workbook(HEAD + '<row r="2"><c r="A2" s="1"><v>45383</v></c></row>', styles=styles), "a.xlsx")
        assert got.rows[2][0] == "2024-04-01", number


@pytest.mark.parametrize(
    "target", ["styles2.xml", "./styles2.xml", "../xl/styles2.xml", "/xl/styles2.xml", "/other/look.xml", "STYLES2.xml"]
)
def test_parts_are_where_their_relationships_say(read: Reader, tmp_path: Path, target: str) -> None:
    """Styles are found by their relationship: relative to the workbook or from the root, whatever they are called."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Zip"])
    sheet.write_row(1, 0, ["Ann", 42], book.add_format({"num_format": "00000"}))
    book.close()
    moved = "other/look.xml" if "look" in target else "xl/styles2.xml"

    def change(name: str, content: bytes) -> bytes | None:
        return (
            content.replace(b'"styles.xml"', f'"{target}"'.encode()) if name.endswith("workbook.xml.rels") else content
        )

    data = rewritten(path.read_bytes(), change)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {moved if name == "xl/styles.xml" else name: archive.read(name) for name in archive.namelist()}
    assert read(packed(parts), "moved.xlsx").rows == {2: ["Ann", "00042"]}


def test_an_empty_style(read: Reader) -> None:
    """A cell whose style is empty has the default one."""
    cells = '<row r="2"><c r="A2" s="" t="inlineStr"><is><t>Ann</t></is></c><c r="B2" s=""><v>7</v></c></row>'
    assert read(workbook(HEAD + cells), "a.xlsx").rows == {2: ["Ann", "7"]}


@pytest.mark.parametrize("order", ["<v>old</v><is><t>Ann</t></is>", "<is><t>Ann</t></is><v>old</v>"])
def test_an_inline_text_counts_alone(read: Reader, order: str) -> None:
    """A value left over beside an inline text is no part of it, in either order."""
    got = read(workbook(HEAD + f'<row r="2"><c r="A2" t="inlineStr">{order}</c></row>'), "a.xlsx")
    assert got.rows == {2: ["Ann", ""]}


@pytest.mark.parametrize(
    ("stored", "shown", "text"),
    [
        ("2024-04-01", "yyyy-mm-dd", "2024-04-01"),
        ("2024-04-01T00:00:00.000", "yyyy-mm-dd", "2024-04-01"),
        ("2024-04-01T09:14:24.000", "yyyy-mm-dd hh:mm", "2024-04-01T09:14:24"),
        ("09:14:24", "hh:mm:ss", "09:14:24"),
        ("1899-12-30T09:14:24", "hh:mm:ss", "09:14:24"),
        ("1899-12-31T09:14:24", "hh:mm:ss", "09:14:24"),
        ("1900-01-01T02:30:00", "[h]:mm:ss", "26:30:00"),
    ],
)
def test_times_of_the_strict_variant(read: Reader, stored: str, shown: str, text: str) -> None:
    """Dates, times and durations that are stored as ISO 8601 are the same text as those stored as numbers."""
    styles = (
        f'<numFmts><numFmt numFmtId="164" formatCode="{shown}"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
    )
    data = workbook(HEAD + f'<row r="2"><c r="A2" s="1" t="d"><v>{stored}</v></c></row>', styles=styles)
    strict = rewritten(
        data,
        lambda _, content: content.replace(
            b"schemas.openxmlformats.org/spreadsheetml/2006/main", b"purl.oclc.org/ooxml/spreadsheetml/main"
        ).replace(
            b"schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )
    for content in (data, strict):
        assert read(content, "a.xlsx").rows[2][0] == text


@pytest.mark.parametrize("number_format", ["00000", "[$-409]00000", "[Red]00000", "00000_)", "* 00000", "[>=0]00000;@"])
def test_formats_of_xls(read: Reader, number_format: str) -> None:
    """Zeros that a format shows are part of a number in .xls, with any locale, colour, space or condition around."""
    assert read(xls([["Name", "Zip"], ["Ann", 421]], number_format), "a.xls").rows == {2: ["Ann", "00421"]}


@pytest.mark.parametrize(
    ("number", "number_format", "text"),
    [
        ("42", '"INV-"0000', "INV-0042"),
        ("42", r"\K\-000", "K-042"),
        ("42", '"#"00000', "#00042"),
        ("42", '000"/A"', "042/A"),
        ("12345", '00"-"000"-X"', "12-345-X"),
        ("42", '[Blue]"C-"00000_);[Red]"D-"00000', "C-00042"),
        ("42", '[<100]"small "0;"big "0', "small 42"),
        ("42", '"EUR "0', "42"),
        ("42", "[$CHF] 0", "42"),
        ("42", '0" kg"', "42"),
        ("42", '#,##0" pcs"', "42"),
        ("42", ";;;", "42"),
        ("42", "[", "42"),
        ("42", '"', "42"),
    ],
)
def test_codes_and_units(number: str, number_format: str, text: str) -> None:
    """What a format puts around a code belongs to it; units and currencies do not belong to their amount."""
    assert formats.shown(number, number_format) == text


def test_noise_of_formulas() -> None:
    """Numbers have the 15 digits that spreadsheet programs show, also just below and above a whole number."""
    noisy = (0.1 + 0.2, 59.970000000000006, 4155550101.0000002, 2.9999999999999996)
    assert list(map(values.of_number, noisy)) == ["0.3", "59.97", "4155550101", "3"]
