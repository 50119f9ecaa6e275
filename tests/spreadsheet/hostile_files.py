"""Files of at most a megabyte that are made to be slow or to fill the memory, each made by code."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MOST_BYTES = 1_000_000
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="B1" t="inlineStr"><is><t>Phone</t></is></c></row>'
)
_NAMESPACES = "".join(
    f' xmlns:{part}="urn:oasis:names:tc:opendocument:xmlns:{part}:1.0"' for part in ("office", "table", "text", "style")
)
_NAMES = "<table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell></table:table-row>"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def packed(parts: Mapping[str, bytes | str], noise_bytes: int = 0) -> bytes:
    """A zip of parts; noise makes its ratio look honest."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if noise_bytes:
            archive.writestr("xl/media/image1.png", random.Random(1).randbytes(noise_bytes))
    return stream.getvalue()


def workbook(
    rows: str, strings: str = "", styles: str = "", sheets: int = 1, before: str = "", noise_bytes: int = 0
) -> bytes:
    """An xlsx whose first sheet has this XML as its rows."""
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, sheets + 1))
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, sheets + 1)
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
    }
    for n in range(1, sheets + 1):
        content = rows if n == 1 else "<row><c><v>1</v></c></row>"
        parts[f"xl/worksheets/sheet{n}.xml"] = f"{before}<worksheet {MAIN}><sheetData>{content}</sheetData></worksheet>"
    if strings:
        parts["xl/sharedStrings.xml"] = f"<sst {MAIN}>{strings}</sst>"
    if styles:
        parts["xl/styles.xml"] = f"<styleSheet {MAIN}>{styles}</styleSheet>"
    return packed(parts, noise_bytes)


def document(table: str, before: str = "", sheets: str = "", names: str = _NAMES) -> bytes:
    """An ods whose table has this XML below the row of its names."""
    body = f'<table:table table:name="S">{names}{table}</table:table>{sheets}'
    content = f"{before}<office:document-content{_NAMESPACES}><office:body><office:spreadsheet>{body}"
    content += "</office:spreadsheet></office:body></office:document-content>"
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def binary(cells: bytes) -> bytes:
    """An xlsb with one sheet of these records."""

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    sheet = struct.pack("<II", 0, 1) + wide("r1") + wide("S")
    relation = f'<Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.bin"/>'
    return packed(
        {
            "[Content_Types].xml": _TYPES,
            "xl/workbook.bin": b"\x9c\x01" + bytes([len(sheet)]) + sheet,
            "xl/_rels/workbook.bin.rels": f"<Relationships>{relation}</Relationships>",
            "xl/worksheets/sheet1.bin": cells,
        }
    )


def old(far: bool) -> bytes:
    """An .xls, with a stray cell in its last row and column or with a sheet for each of many names."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Contacts")
    for column, name in enumerate(("Name", "Phone")):
        sheet.write(0, column, name)
    sheet.write(1, 0, "Ann")
    if far:
        sheet.write(65_535, 255, " ")
    for number in range(0 if far else 400):
        book.add_sheet(f"More {number}").write(0, 0, "x")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _many_rows(cell: str, count: int) -> str:
    return HEAD + "".join(f"<row>{cell}</row>" for _ in range(count))


_WHOLE_SHEET = '<mergeCell ref="A1:XFD1048576"/>'
_ALL_COLUMNS = '<col min="1" max="16384" hidden="1"/>'
TEXT_CELL = "<table:table-cell table:number-columns-repeated='16384'><text:p>x</text:p></table:table-cell>"
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "blank cells": ("xlsx", lambda: workbook(HEAD + "<row>" + "<c/>" * 12_000_000 + "</row>", noise_bytes=900_000)),
    "a zip bomb": ("xlsx", lambda: workbook(HEAD + " " * 150_000_000)),
    "empty strings": ("xlsx", lambda: workbook(HEAD, strings="<si/>" * 9_000_000, noise_bytes=900_000)),
    "one long string": (
        "xlsx",
        lambda: workbook(_many_rows('<c t="s"><v>0</v></c>', 400_000), strings=f"<si><t>{'x' * 32_767}</t></si>"),
    ),
    "a long text of the table of texts": (
        "xlsx",
        lambda: workbook(HEAD, strings=f"<si><t>{'x' * 30_000_000}</t></si>"),
    ),
    "styles": ("xlsx", lambda: workbook(HEAD, styles=f"<cellXfs>{'<xf/>' * 6_000_000}</cellXfs>", noise_bytes=900_000)),
    "number formats": (
        "xlsx",
        lambda: workbook(
            HEAD + '<row><c s="0"><v>1</v></c></row>',
            styles=f'<numFmts><numFmt numFmtId="164" formatCode="{"[" * 500_000}"/></numFmts>'
            '<cellXfs><xf numFmtId="164"/></cellXfs>',
        ),
    ),
    "many sheets": ("xlsx", lambda: workbook(_many_rows("<c><v>1</v></c>", 10), sheets=3000)),
    "nested elements": ("xlsx", lambda: workbook(HEAD + "<a>" * 4_000_000)),
    "a stray far cell": ("xlsx", lambda: workbook(HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    "far cells in all rows": ("xlsx", lambda: workbook(_many_rows('<c r="XFD1"><v>1</v></c>', 100_000))),
    "merged cells": (
        "xlsx",
        lambda: workbook(HEAD + f"</sheetData><mergeCells>{_WHOLE_SHEET * 9_000}</mergeCells><sheetData>"),
    ),
    "hidden columns": (
        "xlsx",
        lambda: workbook(HEAD + f"</sheetData><cols>{_ALL_COLUMNS * 9_000}</cols><sheetData>"),
    ),
    "a row beyond all rows": ("xlsx", lambda: workbook(HEAD + '<row r="1e300"><c><v>1</v></c></row>')),
    "entities": ("xlsx", lambda: workbook(HEAD + "<row><c><v>&b;</v></c></row>", before=LAUGHS)),
    "wide": ("xlsx", lambda: workbook(HEAD + ("<row>" + "<c><v>1</v></c>" * 16_384 + "</row>") * 58)),
    "repeated rows and columns": (
        "ods",
        lambda: document(f'<table:table-row table:number-rows-repeated="1048576">{TEXT_CELL}</table:table-row>'),
    ),
    "blanks in a cell": (
        "ods",
        lambda: document(
            "<table:table-row><table:table-cell><text:p>"
            + '<text:s text:c="1000000"/>' * 30_000
            + "</text:p></table:table-cell></table:table-row>"
        ),
    ),
    "sheets of a document": (
        "ods",
        lambda: document("", sheets="".join(f'<table:table table:name="{n}"/>' for n in range(200_000))),
    ),
    "entities of a document": ("ods", lambda: document("<a>&b;</a>", before=LAUGHS)),
    "short records": ("xlsb", lambda: binary(b"\x00\x0c" + bytes(12) + b"\x01\x08" * 0 + b"\x25\x00" * 20_000_000)),
    "a record without an end": ("xlsb", lambda: binary(b"\x07\xff\xff\xff\x7f" + bytes(1000))),
    "a stray far cell of old": ("xls", lambda: old(far=True)),
    "many old sheets": ("xls", lambda: old(far=False)),
    "spans of a page": ("html", lambda: ("<table>" + "<tr>" + "<td colspan=1000>x" * 49_000 + "</table>").encode()),
    "rows of spans of a page": ("html", lambda: ("<table>" + ("<tr>" + "<td colspan=1000>x" * 16) * 3200).encode()),
    "tables in tables": ("html", lambda: b"<table><tr><td>x" * 60_000),
    "far cells of XML": (
        "xls",
        lambda: (
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>'
            + '<Row><Cell ss:Index="16384"><Data ss:Type="String">x</Data></Cell></Row>' * 13_000
            + "</Table></Worksheet></Workbook>"
        ).encode(),
    ),
    "packed text": ("csv.gz", lambda: gzip.compress(b"Name,Phone\n" + b"Ann,1\n" * 20_000_000)),
    "open quotes": ("csv", lambda: b"Name,Phone\n" + b'"Bob,2\n' * 140_000),
    "quotes alone": ("csv", lambda: b"Name,Phone\nAnn," + b'"' * 990_000),
    "delimiters alone": ("csv", lambda: b"Name,Phone\n" + b"," * 990_000 + b"\nAnn,1\n"),
    "short lines": ("csv", lambda: b"Name,Phone\n" + b"b\n" * 490_000),
    "one long line": ("csv", lambda: b"Name,Phone\n" + b"a" * 990_000 + b",1\n"),
    "bytes of no encoding": ("csv", lambda: b"Name,Phone\n" + bytes(range(128, 256)) * 7000),
    "cells of two lines": ("csv", lambda: b"Name,Notes\n" + b'"a\nb",1\n' * 120_000),
    "numbers in one cell": ("csv", lambda: b'Name,Phone\nAnn,"' + b"1;" * 490_000 + b'"\n'),
    "lists of objects": ("csv", lambda: b"[" + b'{"a":1,"b":"x"},\n' * 55_000 + b"]"),
    "tiny cards": ("vcf", lambda: b"BEGIN:VCARD\nFN:a\nTEL:1\nEND:VCARD\n" * 28_000),
    "elements in a cell of a page": ("html", lambda: b"<table><tr><td>Name<tr><td>" + b"<b>" * 330_000 + b"x"),
    "beginnings of comments": ("html", lambda: b"<table><tr><td>Name<tr><td>" + b"<!--" * 240_000),
    "digits alone": ("csv", lambda: b"7" * 999_999),
    "a header of one word": ("csv", lambda: b"phone" * 199_000 + b",Name\n1,Ann\n"),
    "all rows of a sheet": ("xlsx", lambda: workbook(_many_rows("<c><v>1</v></c>", 1_048_575))),
}
"""What is hostile: the ending of its file, and how it is made."""
SHORT = (
    *("blank cells", "one long string", "empty strings", "number formats", "many sheets", "a stray far cell"),
    *("merged cells", "hidden columns"),
    *("repeated rows and columns", "a stray far cell of old", "many old sheets", "rows of spans of a page"),
    *(
        "far cells of XML",
        "packed text",
        "beginnings of comments",
        "open quotes",
        "a record without an end",
        "entities of a document",
    ),
)
"""One of each kind, for the test suite; the benchmark goes through all."""


def written(name: str, folder: Path) -> Path:
    """Write a file of the pack."""
    ending, make = HOSTILE[name]
    path = folder / f"{name.replace(' ', '-')}.{ending}"
    path.write_bytes(make())
    return path
