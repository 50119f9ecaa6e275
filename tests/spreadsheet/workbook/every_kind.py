"""One made-up sheet with every kind of cell, written in each format as programs write it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.spreadsheet.hostile_files import document, packed

if TYPE_CHECKING:
    from pathlib import Path

SERIAL, TIME = 45383, 0.385
HEADERS = (
    *("Name", "Rich", "Link", "Empty", "Yes", "Phone", "Zip", "Code", "Noise"),
    *("Day", "Clock", "Moment", "Hours", "Error", "Sum"),
)
SEEN = (
    *("Ann Łee", "Bob Kim", "our page", "", "TRUE", "14155550101", "00042", "C-00042", "0.3"),
    *("2024-04-01", "09:14:24", "2024-04-01T09:14:24", "26:30:00", "", "30"),
)
"""What each cell is read as; the one under `Error` shows #DIV/0!."""
ERROR = "#DIV/0!"
FORMATS = {
    "Zip": "00000",
    "Code": '"C-"00000',
    "Day": "yyyy-mm-dd",
    "Clock": "hh:mm:ss",
    "Moment": "yyyy-mm-dd hh:mm:ss",
    "Hours": "[h]:mm:ss",
}
NUMBERS = {
    "Phone": 14155550101,
    "Zip": 42,
    "Code": 42,
    "Noise": 0.1 + 0.2,
    "Day": SERIAL,
    "Clock": TIME,
    "Moment": SERIAL + TIME,
    "Hours": 26.5 / 24,
    "Sum": 30,
}
TEXTS = {header: SEEN[place] for place, header in enumerate(HEADERS) if header in ("Name", "Rich", "Link")}


def write_xlsx(path: Path) -> None:
    """As Excel writes it."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Contacts")
    sheet.write_row(0, 0, HEADERS)
    bold = book.add_format({"bold": True})
    for column, header in enumerate(HEADERS):
        if header in NUMBERS and header != "Sum":
            sheet.write_number(
                1, column, NUMBERS[header], book.add_format({"num_format": FORMATS.get(header, "General")})
            )
    sheet.write_string(1, 0, "Ann Łee")
    sheet.write_rich_string(1, 1, bold, "Bob", " Kim")
    sheet.write_url(1, 2, "https://example.com/", string="our page")
    sheet.write_boolean(1, 4, True)
    sheet.write_formula(1, HEADERS.index("Error"), "=1/0", None, ERROR)
    sheet.write_formula(1, HEADERS.index("Sum"), "=10+20", None, 30)
    book.close()


def write_xls(path: Path) -> None:
    """As Excel 97 writes it; its library knows no results of formulas."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Contacts")
    for column, header in enumerate(HEADERS):
        sheet.write(0, column, header)
        if header in NUMBERS:
            style = xlwt.easyxf(num_format_str=FORMATS.get(header, "General"))
            sheet.write(1, column, NUMBERS[header], style)
    sheet.write(1, 0, "Ann Łee")
    sheet.write_rich_text(1, 1, [("Bob", xlwt.easyfont("bold true")), " Kim"])
    sheet.write(1, 2, "our page")
    sheet.write(1, 4, True)
    sheet.row(1).set_cell_error(HEADERS.index("Error"), 0x07)
    book.save(str(path))


def write_ods(path: Path) -> None:
    """As LibreOffice writes it: values and the texts that it shows of them."""
    values = {
        "Yes": 'office:value-type="boolean" office:boolean-value="true"',
        "Day": 'office:value-type="date" office:date-value="2024-04-01"',
        "Clock": 'office:value-type="time" office:time-value="PT09H14M24S"',
        "Moment": 'office:value-type="date" office:date-value="2024-04-01T09:14:24"',
        "Hours": 'office:value-type="time" office:time-value="PT26H30M00S"',
        "Error": 'table:formula="of:=1/0" office:value-type="float" office:value="0"',
        "Sum": 'table:formula="of:=10+20" office:value-type="float" office:value="30"',
    }
    marked = {
        "Rich": '<text:span text:style-name="T1">Bob</text:span><text:s/>Kim',
        "Link": '<text:a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://example.com">our page</text:a>',
        "Error": ERROR,
        "Day": "04/01/24",
        "Clock": "09:14 AM",
    }
    cells = ""
    for header, seen in zip(HEADERS, SEEN, strict=True):
        number = f'office:value-type="float" office:value="{NUMBERS.get(header)!r}"' if header in NUMBERS else ""
        kind = values.get(header) or number or ('office:value-type="string"' if seen else "")
        text = marked.get(header, seen)
        cells += f"<table:table-cell {kind}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"
    names = "".join(f"<table:table-cell><text:p>{header}</text:p></table:table-cell>" for header in HEADERS)
    rows = f"<table:table-row>{names}</table:table-row><table:table-row>{cells}</table:table-row>"
    path.write_bytes(document(rows, names=""))


def write_fods(path: Path) -> None:
    """The same in one file."""
    import io
    import zipfile

    write_ods(path)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        content = archive.read("content.xml").decode()
    mime = 'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"'
    content = content.replace("<office:document-content", f"<office:document {mime}")
    path.write_text(content.replace("office:document-content", "office:document"), encoding="utf-8")


def write_xml(path: Path) -> None:
    """As Excel 2003 writes XML."""
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    moments = {
        "Day": "2024-04-01T00:00:00.000",
        "Clock": "1899-12-31T09:14:24.000",
        "Moment": "2024-04-01T09:14:24.000",
        "Hours": "1900-01-01T02:30:00.000",
    }
    styles = "".join(
        f'<Style ss:ID="{header}"><NumberFormat ss:Format="{shown.replace(chr(34), "&quot;")}"/></Style>'
        for header, shown in FORMATS.items()
    )
    cells = ""
    for place, header in enumerate(HEADERS):
        kind, value = "String", SEEN[place]
        if header in moments:
            kind, value = "DateTime", moments[header]
        elif header in NUMBERS:
            kind, value = "Number", repr(NUMBERS[header])
        elif header in ("Yes", "Error"):
            kind, value = ("Boolean", "1") if header == "Yes" else ("Error", ERROR)
        if value:
            style = f' ss:StyleID="{header}"' if header in FORMATS else ""
            cells += f'<Cell ss:Index="{place + 1}"{style}><Data ss:Type="{kind}">{value}</Data></Cell>'
    names = "".join(f'<Cell><Data ss:Type="String">{header}</Data></Cell>' for header in HEADERS)
    path.write_text(
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Styles>{styles}</Styles>'
        f'<Worksheet ss:Name="Contacts"><Table><Row>{names}</Row><Row>{cells}</Row></Table></Worksheet></Workbook>',
        encoding="utf-8",
    )


def write_xlsb(path: Path) -> None:
    """As Excel writes its binary workbook ([MS-XLSB])."""
    codes = list(FORMATS)
    formats = b"".join(_record(44, struct.pack("<H", 164 + n) + _wide(FORMATS[code])) for n, code in enumerate(codes))
    looks = b"".join(_record(47, struct.pack("<HH", 0, number) + bytes(12)) for number in (0, *range(164, 170)))
    styles = formats + _record(617, struct.pack("<I", 7)) + looks + _record(618)
    strings = b"".join(_record(19, b"\0" + _wide(text)) for text in TEXTS.values())
    shared = {header: number for number, header in enumerate(TEXTS)}

    cells = b""
    for column, header in enumerate(HEADERS):
        place = struct.pack("<II", column, codes.index(header) + 1 if header in codes else 0)
        if header in shared:
            cells += _record(7, place + struct.pack("<I", shared[header]))
        elif header in ("Yes", "Error"):
            cells += _record(4, place + b"\1") if header == "Yes" else _record(11, place + b"\x07" + bytes(10))
        elif header == "Zip":
            cells += _record(2, place + struct.pack("<I", 42 << 2 | 2))
        elif header in NUMBERS:
            tail = bytes(10) if header == "Sum" else b""
            cells += _record(9 if header == "Sum" else 5, place + struct.pack("<d", NUMBERS[header]) + tail)
    names = b"".join(_record(6, struct.pack("<II", n, 0) + _wide(header)) for n, header in enumerate(HEADERS))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "".join(
        f'<Relationship Id="{part}" Type="{kind}/{part}" Target="/xl/{part}.bin"/>'
        for part in ("worksheet", "styles", "sharedStrings")
    )
    path.write_bytes(
        packed(
            {
                "[Content_Types].xml": "<Types/>",
                "xl/workbook.bin": _record(156, struct.pack("<II", 0, 1) + _wide("worksheet") + _wide("Contacts")),
                "xl/_rels/workbook.bin.rels": f"<Relationships>{relations}</Relationships>",
                "xl/worksheet.bin": _row(0) + names + _row(1) + cells,
                "xl/styles.bin": styles,
                "xl/sharedStrings.bin": strings,
            }
        )
    )


def write_csv(path: Path) -> None:
    """As text, each cell as it is shown."""
    path.write_text(f"{','.join(HEADERS)}\n{','.join(SEEN)}\n", encoding="utf-8")


def _row(number: int) -> bytes:
    return _record(0, struct.pack("<IIH", number, 0, 300) + b"\0\0" + bytes(5))


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(data)
    return head + (bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


WRITERS = {
    "xlsx": write_xlsx,
    "xls": write_xls,
    "ods": write_ods,
    "fods": write_fods,
    "xml": write_xml,
    "xlsb": write_xlsb,
    "csv": write_csv,
}
