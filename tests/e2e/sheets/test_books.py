"""Workbooks, made cell by cell, with everything that goes wrong in them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.sheets.conftest import Deliver

HEADER = ["Name", "Phone", "Customer Since", "VIP", "Balance", "Lead Source", "Email"]
DAY = "2024-03-04T00:00:00.000Z"
HALF_PAST_TWO = dt.datetime(2024, 3, 4, 14, 30)  # noqa: DTZ001  (a cell of a workbook has no zone)


def saved(workbook: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def book(*rows: list[Any]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    return saved(workbook)


def patched(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """A workbook with other bytes in its parts, as no library would write it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            for before, after in changes:
                part = part.replace(before, after)
            new.writestr(name, part)
    return stream.getvalue()


def test_cells_become_what_they_show(deliver: Deliver) -> None:
    """Numbers, dates and booleans arrive by the type of their field; text keeps its characters."""
    got = deliver(
        book(
            HEADER,
            ["Ann", 14155550101, dt.date(2024, 3, 4), True, 12.5, 123, "ann@example.com"],
            ["Bob", 4155550102.0, HALF_PAST_TWO, False, -5, "00123", None],
            ["Cy", "+14155550103", 45355, "yes", "7", 1e15, None],
        ),
        "--region",
        "US",
        name="people.xlsx",
    )
    assert got.people[2] == {
        "first": "Ann", "phones": ["+14155550101"], "emails": ["ann@example.com"], "Customer Since": DAY, "VIP": True,
        "Balance": 12.5, "Lead Source": "123",
    }  # fmt: skip
    assert got.people[3]["Customer Since"] == "2024-03-04T14:30:00.000Z"
    assert (got.people[3]["VIP"], got.people[3]["Balance"], got.people[3]["Lead Source"]) == (False, -5, "00123")
    assert (got.people[4]["Customer Since"], got.people[4]["Lead Source"]) == (DAY, "1000000000000000")
    assert got.rules(4) == {"repaired-serial", "digits-lost"}


def test_a_number_that_excel_rounded_is_no_phone(deliver: Deliver) -> None:
    """A number cell that was read from 1.41556E+10 is refused as its text is; one with all its digits is a phone."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in (["Name", "Phone"], ["Ann", 14155600000], ["Bob", 14155550102], ["Cy", 14155500000]):
        sheet.append(row)
    sheet["B2"].number_format = sheet["B3"].number_format = "0.00E+00"
    got = deliver(saved(workbook), "--region", "US", name="people.xlsx")
    assert got.rules(2) == {"phone-digits-lost"}
    assert [people["phones"] for people in got.people.values()] == [["+14155550102"], ["+14155500000"]]


def test_formulas_errors_and_lost_digits_are_said(deliver: Deliver) -> None:
    """A formula without a stored result, an error value and more than 15 digits each have a line in problems.csv."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["Name", "Phone", "Lead Source", "Email"])
    sheet.append(["Ann", "+14155550101", "=1+1", "#N/A"])
    sheet.append(["Bob", '=CONCAT("+1415","5550102")', 12345678901234567890, "#REF!"])
    got = deliver(saved(workbook), name="people.xlsx")
    assert got.people[2] == {"first": "Ann", "phones": ["+14155550101"]}
    assert got.people[3]["first"] == "Bob"
    assert "phones" not in got.people[3]
    assert got.rules(2) == {"formula-without-result", "error-value"}
    assert got.rules(3) == {"formula-without-result", "error-value", "digits-lost", "no-phone"}


def test_a_stored_result_is_taken(deliver: Deliver) -> None:
    """The result that Excel stored beside a formula is the value; the formula is never worked out."""
    content = patched(
        book(["Name", "Phone"], ["Ann", '="+1415"&"5550101"']),
        (b"<v></v>", b"<v>+14155550101</v>"),
        (b"<v />", b"<v>+14155550101</v>"),
        (b'<c r="B2">', b'<c r="B2" t="str">'),
    )
    assert deliver(content, name="people.xlsx").people == {2: {"first": "Ann", "phones": ["+14155550101"]}}


@pytest.mark.parametrize("flag", [b'date1904="1"', b'date1904="true"'])
def test_the_1904_date_system_is_honoured(deliver: Deliver, flag: bytes) -> None:
    """Dates of an old Mac keep their day, those that lost their format too."""
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    sheet = workbook.worksheets[0]
    sheet.append(["Name", "Phone", "Customer Since"])
    sheet.append(["Ann", "+14155550101", dt.date(2024, 3, 4)])
    sheet.append(["Bob", "+14155550102", 43893])
    content = patched(saved(workbook), (b'date1904="1"', flag))
    got = deliver(content, name="people.xlsx")
    assert [people["Customer Since"] for people in got.people.values()] == [DAY, DAY]
    assert got.rules(3) == {"repaired-serial"}
    assert "1904" in got.said


def test_hidden_sheets_are_never_read_unasked(deliver: Deliver) -> None:
    """A hidden first sheet is passed over and named; --sheet reads it."""
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].title, workbook.worksheets[0].sheet_state = "Secret", "veryHidden"
    workbook.worksheets[0].append(["Name", "Phone"])
    workbook.worksheets[0].append(["Spy", "+14155550199"])
    people = workbook.create_sheet("People")
    for row in (["Customer list"], [], ["Name", "Phone"], ["Ann", "+14155550101"]):
        people.append(row)
    content = saved(workbook)
    got = deliver(content, name="people.xlsx")
    assert got.people == {4: {"first": "Ann", "phones": ["+14155550101"]}}
    assert "Secret (hidden)" in got.said
    assert deliver(content, "--sheet", "secret", name="people.xlsx").people[2]["first"] == "Spy"


def test_the_sheet_that_is_not_read_is_named(deliver: Deliver) -> None:
    """Of several visible sheets the one with contacts is read, and the others are named."""
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].title = "Readme"
    workbook.worksheets[0].append(["This file was exported on 3 May"])
    people = workbook.create_sheet("People")
    people.append(["Name", "Phone"])
    people.append(["Ann", "+14155550101"])
    workbook.create_sheet("Leavers").append(["Name", "Phone"])
    got = deliver(saved(workbook), name="people.xlsx")
    assert got.people[2]["first"] == "Ann"
    assert "Readme" in got.said
    assert "Leavers" in got.said


def test_merged_cells_belong_to_the_top_left(deliver: Deliver) -> None:
    """A merged value is in its first cell only; the cells beside and below are empty."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["People", None, None])
    sheet.append(["Company", "Name", "Phone"])
    sheet.append(["Acme", "Ann", "+14155550101"])
    sheet.append([None, "Bob", "+14155550102"])
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A4")
    got = deliver(saved(workbook), name="people.xlsx")
    assert got.people == {
        3: {"first": "Ann", "phones": ["+14155550101"], "company": "Acme"},
        4: {"first": "Bob", "phones": ["+14155550102"]},
    }


@pytest.mark.parametrize("stray", [" ", "\u00a0"])
def test_a_stray_far_cell_costs_nothing(deliver: Deliver, stray: str) -> None:
    """One blank at the far end of a sheet is no row and no column (calamine would abort the process)."""
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["Name", "Phone"])
    workbook.worksheets[0].append(["Ann", "+14155550101"])
    workbook.worksheets[0]["XFD1048576"] = stray
    got = deliver(saved(workbook), name="people.xlsx")
    assert got.people == {2: {"first": "Ann", "phones": ["+14155550101"]}}


def test_the_dimension_is_not_believed(deliver: Deliver) -> None:
    """A <dimension> that is far too large or too small changes nothing."""
    plain = book(["Name", "Phone"], ["Ann", "+14155550101"], ["Bob", "+14155550102"])
    for wrong in (b"A1:XFD1048576", b"A1", b"", b"A1:-1", b"nonsense"):
        content = patched(plain, (b'<dimension ref="A1:B3"', b'<dimension ref="' + wrong + b'"'))
        assert content != plain
        assert [people["first"] for people in deliver(content, name="people.xlsx").people.values()] == ["Ann", "Bob"]


def test_blank_formatted_rows_are_no_rows(deliver: Deliver) -> None:
    """Rows that only have a format are no rows, and the row after them keeps its number."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["Name", "Phone"])
    for row in range(2, 300):
        sheet.cell(row, 1).number_format = "@"
    sheet.cell(300, 1, "Ann")
    sheet.cell(300, 2, "+14155550101")
    assert deliver(saved(workbook), name="people.xlsx").people == {300: {"first": "Ann", "phones": ["+14155550101"]}}


def test_leading_zeros_of_a_number_format_are_kept(deliver: Deliver) -> None:
    """A number shown as 00123 by its format arrives as 00123 in a text field."""
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["Name", "Phone", "Lead Source"])
    workbook.worksheets[0].append(["Ann", "+14155550101", 123])
    workbook.worksheets[0]["C2"].number_format = "00000"
    assert deliver(saved(workbook), name="people.xlsx").people[2]["Lead Source"] == "00123"


def test_rich_text_and_escapes_are_plain_text(deliver: Deliver) -> None:
    """Runs of formatted text are one text, and `_x000D_` is no part of a name."""
    rich = b"<is><r><t>An</t></r><r><rPr><b/></rPr><t>n Lee_x000D_</t></r></is>"
    content = patched(
        book(["Name", "Phone"], ["WHO", "+14155550101"]),
        (b"<si><t>WHO</t></si>", rich.replace(b"is>", b"si>")),
        (b"<is><t>WHO</t></is>", rich),
    )
    got = deliver(content, name="people.xlsx")
    assert (got.people[2]["first"], got.people[2]["last"]) == ("Ann", "Lee")


def renamed(content: bytes, name_of: Callable[[str], str]) -> bytes:
    """A workbook whose parts have other names in its zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name_of(name), old.read(name))
    return stream.getvalue()


def with_formats() -> bytes:
    workbook = openpyxl.Workbook()
    for row in (["Name", "Phone", "Customer Since", "Lead Source"], ["Ann", "+14155550101", dt.date(2024, 3, 4), 123]):
        workbook.worksheets[0].append(row)
    workbook.worksheets[0]["D2"].number_format = "00000"
    workbook.worksheets[0].append(["Cy", "12", dt.date(2024, 3, 4), 7])
    return saved(workbook)


BROKEN_LOOKS = {
    "a font family that does not exist": (b'<family val="2"', b'<family val="99"'),
    "a fill that does not exist": (b'patternType="gray125"', b'patternType="grey"'),
    "a fill that is not there": (b'fillId="0"', b'fillId="9"'),
    "a colour of two digits": (b'<color theme="1"', b'<color rgb="FF"'),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN_LOOKS)
def test_looks_that_are_broken_cost_nothing(deliver: Deliver, what: str) -> None:
    """Colours and fonts that no program should write leave dates and leading zeros as they show; rejects come back."""
    assert BROKEN_LOOKS[what][0] in zipfile.ZipFile(io.BytesIO(with_formats())).read("xl/styles.xml")
    broken = patched(with_formats(), BROKEN_LOOKS[what])
    got = deliver(broken, name="people.xlsx")
    assert got.people == {
        2: {"first": "Ann", "phones": ["+14155550101"], "Customer Since": DAY, "Lead Source": "00123"}
    }
    assert got.statuses[3] == "rejected"
    assert openpyxl.load_workbook(got.out / "rejects.xlsx").worksheets[0]["A2"].value == "Cy"


@pytest.mark.parametrize("name_of", [str.upper, lambda name: name.replace("/", "\\")], ids=["capitals", "backslashes"])
def test_parts_under_other_spellings_are_found(deliver: Deliver, name_of: Callable[[str], str]) -> None:
    """Capitals and backslashes in the names of a workbook's parts, as some programs write them, change nothing."""
    other = renamed(with_formats(), lambda name: name if name == "[Content_Types].xml" else name_of(name))
    assert deliver(other, name="people.xlsx").people == deliver(with_formats(), name="people.xlsx").people


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"]
)
def test_entities_in_any_part_are_called_by_their_name(deliver: Deliver, part: str) -> None:
    """An attack with XML entities is refused in the same words wherever in the workbook it stands."""
    entities = b'<!DOCTYPE a [<!ENTITY b "c">]>'
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(with_formats())) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name).removeprefix(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
            new.writestr(name, entities + content if name == part else content)
    got = deliver(stream.getvalue(), name="people.xlsx")
    assert got.code == 2
    assert "contains XML entities" in got.said


def test_rejects_of_a_strict_workbook_come_back(deliver: Deliver) -> None:
    """From a workbook of which only the other reader can make something, the rejects come back without its looks."""
    strict = patched(
        with_formats(),
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/rel",
            b"http://purl.oclc.org/ooxml/officeDocument/rel",
        ),
    )
    got = deliver(strict, name="people.xlsx")
    assert got.statuses == {2: "created", 3: "rejected"}
    assert openpyxl.load_workbook(got.out / "rejects.xlsx").worksheets[0]["A2"].value == "Cy"
