"""Workbooks: what a cell says, which sheet is read, and what is said about cells that say nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from importer.errors import SourceError
from importer.model import Severity
from importer.spreadsheet.workbook import formats, values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.spreadsheet.conftest import MakeShared, MakeXlsx, Reader


def rewritten(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A zip with every member passed through `change(name, bytes)`; None drops it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
    return out.getvalue()


def sheet_xml(make_xlsx: MakeXlsx, cells: str) -> bytes:
    """A workbook whose sheet has this XML as its rows."""
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    xml = f"{head}{cells}</sheetData></worksheet>".encode()
    return rewritten(make_xlsx([["x"]]), lambda name, old: xml if name == "xl/worksheets/sheet1.xml" else old)


HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="B1" t="inlineStr"><is><t>Phone</t></is></c></row>'
)


def test_what_cells_say(read: Reader) -> None:
    """Numbers have their digits and no `.0`, dates are ISO, booleans words, text what it is."""
    moments: list[date | time | timedelta] = [
        date(2024, 1, 2),
        datetime(2024, 1, 2, 9, 14),  # noqa: DTZ001
        time(9, 14),
        timedelta(hours=26.5),
    ]
    got = read(
        [
            ["Name", "Phone", "c", "d", "e"],
            ["NA", 14155550123, 1.5, 0.1 + 0.2, True],
            ["1.41556E+10", 4155550123.0, -3, 1e-7, False],
            [*moments, "2024"],
            ["'x", " y ", "a\nb", "=text", None],
        ],
        "a.xlsx",
    )
    assert got.rows[2] == ["NA", "14155550123", "1.5", "0.3", "TRUE"]
    assert got.rows[3] == ["1.41556E+10", "4155550123", "-3", "1e-07", "FALSE"]
    assert got.rows[4] == ["2024-01-02", "2024-01-02T09:14:00", "09:14:00", "26:30:00", "2024"]
    assert got.rows[5][:3] == ["'x", " y ", "a\nb"]


def test_number_formats_of_zeros_and_plus(read: Reader, tmp_path: Path) -> None:
    """Leading zeros and a plus that a person sees in a number are kept; other formats change no digit."""
    path = tmp_path / "zeros.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Phone", "Zip"])
    for column, (value, shown) in enumerate([(123, "00000"), (14155550123, "+0"), (1234, "#,##0.00")]):
        sheet.write(1, column, value, workbook.add_format({"num_format": shown}))
    workbook.close()
    assert read(path).rows[2] == ["00123", "+14155550123", "1234"]


def test_the_1904_date_system(read: Reader) -> None:
    """Dates of a workbook that counts from 1904 are the days a person sees."""
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    workbook.worksheets[0].append(["Name", "Birthday"])
    workbook.worksheets[0].append(["Ann", date(1990, 5, 17)])
    stream = io.BytesIO()
    workbook.save(stream)
    assert read(stream.getvalue(), "mac.xlsx").rows[2] == ["Ann", "1990-05-17"]


@given(st.datetimes(min_value=datetime(1900, 3, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001
def test_every_serial_is_its_moment(moment: datetime) -> None:
    """A serial in either date system gives back the moment it was made from, to the second."""
    for epoch in (values.EPOCH_1900, values.EPOCH_1904):
        if moment - epoch >= timedelta(days=1):
            serial = (moment.replace(microsecond=0) - epoch) / timedelta(days=1)
            assert values.of_serial(serial, "date", epoch) == values.of_moment(moment.replace(microsecond=0))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_round_trip(number: float) -> None:
    """The text of a number is that number to the 15 digits that are shown, whole ones without a point."""
    text = values.of_number(number)
    assert float(text) == (number if number.is_integer() else float(f"{number:.15g}"))
    assert not text.endswith(".0") or abs(number) >= 1e300


@given(st.text())
def test_xml_escapes_round_trip(text: str) -> None:
    """Characters that XML cannot hold are written and read back as they were (NUL and lone surrogates aside)."""
    plain = "".join(sign for sign in text if sign != "\x00" and not "\ud800" <= sign <= "\udfff")
    assert values.unescaped(values.escaped(plain)) == plain


def test_digits_beyond_what_excel_keeps(read: Reader, make_xlsx: MakeXlsx) -> None:
    """A number of more than 15 digits keeps what the file holds, and a warning names row and column."""
    data = sheet_xml(
        make_xlsx, HEADER + '<row r="2"><c r="A2"><v>12345678901234567890</v></c><c r="B2"><v>1</v></c></row>'
    )
    got = read(data, "long.xlsx")
    assert got.rows[2] == ["12345678901234567890", "1"]
    assert got.rules() == {(2, "digits-lost", "warning")}
    assert got.problems[0].column == "Name"


def test_errors_and_formulas_without_result(read: Reader, make_xlsx: MakeXlsx) -> None:
    """Error cells and formulas without a stored result are empty and said; results are taken as they are."""
    data = sheet_xml(
        make_xlsx,
        HEADER + '<row r="2"><c r="A2" t="e"><f>NA()</f><v>#N/A</v></c><c r="B2"><f>A1&amp;"x"</f></c></row>'
        '<row r="3"><c r="A3" t="str"><f>B1</f><v>Ann</v></c><c r="B3"><f>1+1</f><v>2</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>B9</f><v></v></c><c r="B4"><v>7</v></c></row>',
    )
    got = read(data, "formulas.xlsx")
    assert got.rows == {2: ["", ""], 3: ["Ann", "2"], 4: ["", "7"]}
    assert got.rules() == {(2, "error-value", "warning"), (2, "formula-without-result", "warning")}
    assert {problem.value for problem in got.problems} == {"#N/A", '=A1&"x"'}


def test_formulas_of_openpyxl_have_no_result(read: Reader) -> None:
    """A workbook that no spreadsheet program ever calculated says so for each formula."""
    got = read([["Name", "Phone"], ["=A1", "1"]], "fresh.xlsx")
    assert got.rules() == {(2, "formula-without-result", "warning")}


def test_rich_text_links_and_phonetics(read: Reader, make_xlsx: MakeXlsx) -> None:
    """Rich text is joined, a phonetic guide is no part of a name."""
    cells = (
        '<row r="2"><c r="A2" t="inlineStr"><is><r><t>Ann </t></r><r><rPr><b/></rPr><t>Lee</t></r>'
        '<rPh sb="0" eb="1"><t>XX</t></rPh></is></c><c r="B2"><v>1</v></c></row>'
    )
    assert read(sheet_xml(make_xlsx, HEADER + cells), "rich.xlsx").rows[2] == ["Ann Lee", "1"]


def test_cells_without_addresses(read: Reader, make_xlsx: MakeXlsx) -> None:
    """Row and column numbers may be missing in the file; then cells follow each other."""
    cells = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c r='B9'><v>3</v></c></row>"
    data = sheet_xml(make_xlsx, HEADER + cells)
    assert read(data, "bare.xlsx").rows == {2: ["1", "2"], 3: ["", "3"]}


def test_merged_cells(read: Reader) -> None:
    """A merged value belongs to the top left cell only."""
    workbook = openpyxl.Workbook()
    for row in (["Name", "Company"], ["Ann", "Acme"], ["Bob", None]):
        workbook.worksheets[0].append(row)
    workbook.worksheets[0].merge_cells("B2:B3")
    stream = io.BytesIO()
    workbook.save(stream)
    assert read(stream.getvalue(), "merged.xlsx").rows == {2: ["Ann", "Acme"], 3: ["Bob", ""]}


def test_stray_cells_and_formatted_blanks(read: Reader) -> None:
    """A stray cell at the end of the sheet and many formatted blanks cost nothing and move nothing."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["Name", "Phone"])
    sheet.append(["Ann", "1"])
    for row in range(3, 3000):
        sheet.cell(row, 1).font = Font(bold=True)
    sheet.cell(1_048_576, 16_384, " ")
    stream = io.BytesIO()
    workbook.save(stream)
    got = read(stream.getvalue(), "stray.xlsx")
    assert got.headers == ("Name", "Phone")
    assert got.rows == {2: ["Ann", "1"]}


def test_notes_beside_the_table(read: Reader) -> None:
    """A note beside the table is kept as a column without a name; content far away rejects its row."""
    got = read([["Name", "Phone"], ["Ann", "1", None, "call back"]], "notes.xlsx")
    assert got.headers == ("Name", "Phone", "", "")
    assert got.rows[2] == ["Ann", "1", "", "call back"]
    far = read([["Name", "Phone"], ["Ann", "1", *[None] * 200, "far"]], "far.xlsx")
    assert far.rules() == {(2, "extra-cells", "error")}


def test_a_wrong_dimension_is_ignored(read: Reader) -> None:
    """What the file claims about its size does not matter."""
    data = rewritten(
        openpyxl_bytes([["Name", "Phone"], ["Ann", "1"]]),
        lambda name, old: old.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"') if "sheet1" in name else old,
    )
    assert b"XFD1048576" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert read(data, "dimension.xlsx").rows == {2: ["Ann", "1"]}


def openpyxl_bytes(rows: list[list[str]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


CONTACTS = [["First Name", "Phone"], ["Ann", "1"]]


def test_the_sheet_that_looks_like_contacts(read: Reader, make_xlsx: MakeXlsx) -> None:
    """Of several visible sheets the first with a header of contacts is read, and the others are named."""
    got = read(make_xlsx({"About": [["Made by us"], ["in 2024"]], "People": CONTACTS, "More": CONTACTS}), "a.xlsx")
    assert got.table.sheet == "People"
    assert got.decision("sheets not read") == "About, More"


def test_further_sheets_of_contacts_are_not_passed_over(read: Reader, make_xlsx: MakeXlsx) -> None:
    """A further visible sheet of contacts is a warning that names it, until a person has said which sheet is meant."""
    sheets = {"About": [["Made by us"]], "North": CONTACTS, "South": CONTACTS, "Form": CONTACTS[:1], "Old": CONTACTS}
    data = make_xlsx(sheets, hidden=("Old",))
    (problem,) = read(data, "a.xlsx").table.problems
    assert (problem.rule, problem.value, problem.severity) == ("sheet-not-read", "South", Severity.WARNING)
    assert "run again with --sheet South, and with --out" in problem.message
    assert problem.message.endswith("run again with --sheet North.")
    assert read(data, "a.xlsx", sheet="North").table.problems == ()
    (several,) = read(make_xlsx(dict.fromkeys(("A", "B", "C"), CONTACTS)), "a.xlsx").table.problems
    assert several.value == "B, C"
    assert '"B", "C" were not, though they look like contacts too' in several.message


LEASES = [[f"{n} A St", "Ann", f"(415) 555-010{n}", "May"] for n in (1, 2)]
BUILDINGS = [["Building", "Tenant", "Phone", "Lease"], *LEASES]


def test_a_list_under_unknown_names_is_not_passed_over(read: Reader, make_xlsx: MakeXlsx) -> None:
    """The first list is read where no other one has more known column names, and lists without any are named."""
    tenants = [["Tenant", "Phone"], ["Eli", "(415) 555-0109"]]
    got = read(make_xlsx({"About": [["x"]], "Now": BUILDINGS, "Old": tenants}), "a.xlsx")
    assert (got.table.sheet, [problem.value for problem in got.table.problems]) == ("Now", ["Old"])
    got = read(make_xlsx({"Now": BUILDINGS, "Feb": LEASES, "People": CONTACTS, "Sum": [["x", "1"]]}), "a.xlsx")
    assert (got.table.sheet, [problem.value for problem in got.table.problems]) == ("People", ["Now, Feb"])
    got = read(make_xlsx({"Office": [["Call", "(415) 555-0100"]], "People": CONTACTS}), "a.xlsx")
    assert (got.table.sheet, got.table.problems) == ("People", ())


def test_a_damaged_sheet_that_is_not_wanted(read: Reader, make_xlsx: MakeXlsx) -> None:
    """A sheet that cannot be read keeps no other one from being read."""
    data = rewritten(
        make_xlsx({"North": CONTACTS, "South": CONTACTS}),
        lambda name, old: old.replace(b"<row", b"<<row") if "sheet2" in name else old,
    )
    got = read(data, "a.xlsx")
    assert (got.table.sheet, got.rows, got.table.problems) == ("North", {2: ["Ann", "1"]}, ())


def test_hidden_sheets_are_read_only_when_named(read: Reader, make_xlsx: MakeXlsx) -> None:
    """A hidden sheet is never chosen, but can be named."""
    data = make_xlsx({"Secret": CONTACTS, "Plain": [["First Name", "Phone"], ["Bob", "2"]]}, hidden=("Secret",))
    got = read(data, "a.xlsx")
    assert got.rows == {2: ["Bob", "2"]}
    assert got.decision("sheets not read") == "Secret (hidden)"
    assert read(data, "a.xlsx", sheet="secret").rows == {2: ["Ann", "1"]}


def test_an_unknown_sheet(read: Reader, make_xlsx: MakeXlsx) -> None:
    """A sheet that does not exist is answered with the near name and the list."""
    data = make_xlsx({"Contacts": CONTACTS, "Old": CONTACTS})
    with pytest.raises(SourceError, match=r'Did you mean "Contacts"\? It has "Contacts", "Old"'):
        read(data, "a.xlsx", sheet="Contcts")
    with pytest.raises(SourceError, match="has no sheets"):
        read("Name,Phone\nA,1\n", sheet="Contacts")


def test_only_hidden_sheets(read: Reader, make_xlsx: MakeXlsx) -> None:
    """A workbook of hidden sheets names them instead of reading one."""
    data = rewritten(
        make_xlsx({"One": CONTACTS}),
        lambda name, old: old.replace(b'state="visible"', b'state="veryHidden"') if name == "xl/workbook.xml" else old,
    )
    with pytest.raises(SourceError, match=r'are hidden: "One"'):
        read(data, "a.xlsx")


def test_chart_sheets_are_no_sheets(read: Reader, tmp_path: Path) -> None:
    """A chart sheet in front of the contacts is not in the way."""
    path = tmp_path / "chart.xlsx"
    workbook = xlsxwriter.Workbook(path)
    chart = workbook.add_chart({"type": "line"})
    chartsheet = workbook.add_chartsheet("Chart")
    sheet = workbook.add_worksheet("Data")
    sheet.write_row(0, 0, ["Name", "Phone"])
    sheet.write_row(1, 0, ["Ann", 1])
    chart.add_series({"values": "=Data!$B$2:$B$2"})
    chartsheet.set_chart(chart)
    workbook.close()
    assert read(path).rows == {2: ["Ann", "1"]}


def test_a_delimiter_for_a_workbook_is_refused(read: Reader, make_xlsx: MakeXlsx) -> None:
    """An option that cannot apply is said, not ignored."""
    with pytest.raises(SourceError, match="has no delimiter"):
        read(make_xlsx(CONTACTS), "a.xlsx", delimiter=";")


def test_dates_outside_the_calendar(read: Reader, make_xlsx: MakeXlsx, tmp_path: Path) -> None:
    """A number formatted as a date that no calendar has keeps its digits, with a warning."""
    path = tmp_path / "dates.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Phone"])
    shown = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write(1, 0, "Ann")
    sheet.write_number(1, 1, 14155550123, shown)
    workbook.close()
    got = read(path)
    assert got.rows[2] == ["Ann", "14155550123"]
    assert got.rules() == {(2, "date-out-of-range", "warning")}


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("00000", "00123"),
        ('"+"0', "+123"),
        (r"\+0", "+123"),
        ("+0", "+123"),
        ('"0"#', "0123"),
        ("000-00", "00123"),
        ('0#" "##', "0123"),
        ("(000) 00", "00123"),
        ("0", "123"),
        ("General", "123"),
        ("#,##0", "123"),
        ("0.00", "123"),
        ("0%", "123"),
        ("0 kg", "123"),
        ('0" 4 ever"', "123"),
        ("[<=99]00;00000", "00123"),
        ('"No. "0', "No. 123"),
        ("", "123"),
    ],
)
def test_digits_that_a_format_adds(number_format: str, text: str) -> None:
    """What makes a code of a number (zeros, a plus, words in front) is part of it; units, money and points are not."""
    assert formats.shown("123", number_format) == text


def test_the_strict_variant(read: Reader, make_shared_xlsx: MakeShared) -> None:
    """A workbook saved as "Strict Open XML" is read like any other."""
    strict = [
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/rel",
            b"http://purl.oclc.org/ooxml/officeDocument/rel",
        ),
    ]

    def change(_: str, old: bytes) -> bytes:
        for loose, tight in strict:
            old = old.replace(loose, tight)
        return old

    data = rewritten(make_shared_xlsx([["Name", "Phone"], ["Ann", 14155550123]]), change)
    assert read(data, "strict.xlsx").rows == {2: ["Ann", "14155550123"]}
