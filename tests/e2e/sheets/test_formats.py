"""Formats that other programs call a workbook, and files that only look like one."""

from __future__ import annotations

import datetime as dt
import io
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.sheets.conftest import Deliver

DAY = "2024-03-04T00:00:00.000Z"
ROWS: list[list[str | int | dt.date]] = [
    ["Name", "Phone", "Customer Since"],
    ["Ann", 14155550101, dt.date(2024, 3, 4)],
    [],
    ["Bob", "+14155550102", 45355],
]


def saved(workbook: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def book(*rows: list[str]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    return saved(workbook)


def without(content: bytes, part: str) -> bytes:
    """A workbook that lacks one of its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
    return stream.getvalue()


def xls() -> bytes:
    """ROWS from C4 on, with the date as a formatted serial; written once by xlwt, which nobody maintains any more."""
    return Path(__file__).with_name("corner.xls").read_bytes()


ODS_ROWS = (
    '<table:table-row table:number-rows-repeated="3">'
    '<table:table-cell table:number-columns-repeated="5"/></table:table-row>'
    "<table:table-row><table:table-cell table:number-columns-repeated='2'/>{header}</table:table-row>"
    "<table:table-row><table:table-cell table:number-columns-repeated='2'/>"
    '<table:table-cell office:value-type="string"><text:p>Ann</text:p></table:table-cell>'
    '<table:table-cell office:value-type="float" office:value="14155550101"><text:p>1.4E10</text:p></table:table-cell>'
    '<table:table-cell office:value-type="date" office:date-value="2024-03-04"><text:p>04.03.24</text:p>'
    "</table:table-cell>"
    "</table:table-row><table:table-row><table:table-cell/></table:table-row>"
    "<table:table-row><table:table-cell table:number-columns-repeated='2'/>"
    '<table:table-cell office:value-type="string"><text:p>Bob</text:p></table:table-cell>'
    '<table:table-cell office:value-type="string"><text:p>+14155550102</text:p></table:table-cell>'
    '<table:table-cell office:value-type="float" office:value="45355"><text:p>45355</text:p></table:table-cell>'
    "</table:table-row>"
)


def ods() -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    header = "".join(map(cell.format, ("Name", "Phone", "Customer Since")))
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="People">{ODS_ROWS.format(header=header)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return stream.getvalue()


def xlsx_beside_the_corner() -> bytes:
    workbook = openpyxl.Workbook()
    for row, cells in enumerate(ROWS, 4):
        for column, cell in enumerate(cells, 3):
            workbook.worksheets[0].cell(row, column, cell)
    return saved(workbook)


@pytest.mark.parametrize("make", [xls, ods, xlsx_beside_the_corner])
def test_a_table_away_from_the_corner_keeps_its_row_numbers(deliver: Deliver, make: Callable[[], bytes]) -> None:
    """In xls, ods and xlsx alike, blank rows above and between count, and blank columns before change nothing."""
    got = deliver(make(), "--region", "US", name="people.dat")
    assert got.people == {
        5: {"first": "Ann", "phones": ["+14155550101"], "Customer Since": DAY},
        7: {"first": "Bob", "phones": ["+14155550102"], "Customer Since": DAY},
    }
    assert "header row: 4" in got.said


HTML = (
    "<html><head><style>td {color: red}</style></head><body><table><tr><th>Name</th><th>Phone</th></tr>"
    "<tr><td>Ann&nbsp;Lee</td><td>+14155550101</td></tr><tr><td>Bob<br>Ray</td><td>+14155550102</td></tr>"
    "</table></body></html>"
)
XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>'
    '<Row><Cell><Data ss:Type="String">Name</Data></Cell><Cell><Data ss:Type="String">Phone</Data></Cell></Row>'
    '<Row ss:Index="2"><Cell><Data ss:Type="String">Ann Lee</Data></Cell>'
    '<Cell><Data ss:Type="String">+14155550101</Data></Cell></Row>'
    '<Row ss:Index="3"><Cell><Data ss:Type="String">Bob Ray</Data></Cell>'
    '<Cell ss:Index="2"><Data ss:Type="String">+14155550102</Data></Cell></Row>'
    "</Table></Worksheet></Workbook>"
)


@pytest.mark.parametrize("content", [HTML, XML_2003])
def test_what_other_programs_call_xls_is_read_by_content(deliver: Deliver, content: str) -> None:
    """HTML tables and SpreadsheetML under the name .xls are read."""
    got = deliver(content, name="people.xls")
    assert [(row, people["first"], people["last"]) for row, people in got.people.items()] == [
        (2, "Ann", "Lee"),
        (3, "Bob", "Ray"),
    ]


def bomb() -> bytes:
    """A zip whose directory says that a part unpacks to 4 GB: nothing is unpacked to find out."""
    content = bytearray(book(["Name", "Phone"], ["Ann", "+14155550101"]))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    return bytes(content)


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED = {
    "password": (OLE2 + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "password"),
    "damaged OLE2": (OLE2 + bytes(600), "people.xlsx"),
    "cut off": (book(["Name", "Phone"], ["Ann", "+14155550101"])[:2000], "damaged"),
    "zip bomb": (bomb(), "people.xlsx"),
    "no sheet inside": (without(book(["Name"]), "xl/workbook.xml"), "people.xlsx"),
    "empty sheet": (book(), "empty"),
    "no contacts": (book(["just a note"]), "people.xlsx"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_workbook_that_cannot_be_read_is_refused(deliver: Deliver, what: str) -> None:
    """Protected, damaged, hostile and empty workbooks are refused in plain words, and nothing is sent."""
    content, words = REFUSED[what]
    got = deliver(content, name="people.xlsx")
    assert got.code == 2
    assert words in got.said
    assert "Traceback" not in got.said
    assert got.stored == []


def test_an_unknown_sheet_is_named_with_those_there_are(deliver: Deliver) -> None:
    """--sheet with a name that is not there lists the ones that are."""
    got = deliver(book(["Name", "Phone"], ["Ann", "+14155550101"]), "--sheet", "Shet", name="people.xlsx")
    assert got.code == 2
    assert "Sheet" in got.said


def test_a_sheet_can_come_through_a_pipe(deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads standard input, whatever is in it, and its rejects come back as CSV."""
    text = "Name,Phone\nAnn,call\nBob,+14155550102\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("utf-16"))))
    got = deliver(None, name="-")
    assert got.people == {3: {"first": "Bob", "phones": ["+14155550102"]}}
    assert "Ann" in (got.out / "rejects.csv").read_text(encoding="utf-16")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(book(["Name", "Phone"], ["Ann", "+14155550101"]))))
    assert deliver(None, name="-").people == {2: {"first": "Ann", "phones": ["+14155550101"]}}
