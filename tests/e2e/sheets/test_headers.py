"""The row of the column names, when something is wrong with it or far beside it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from tests.e2e.sheets.conftest import Deliver

LINE = "Ann,Lee,+14155550101\n"


def saved(workbook: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("header", "rule", "value"),
    [
        ('"First Name,Last Name,Phone', "unclosed-quote", '"First Name'),
        ("First Na\0me,Last Name,Phone", "nul-removed", ""),
        ('First Name,"Last" Name,Phone', "unclosed-quote", '"Last" Name'),
    ],
)
def test_what_is_wrong_with_a_name_is_said(deliver: Deliver, header: str, rule: str, value: str) -> None:
    """A broken column name costs no contact, and what was done to it has a line of its own."""
    got = deliver(f"{header}\n{LINE}")
    assert got.people[2]["phones"] == ["+14155550101"]
    told = [line for line in got.problems if line["rule"] == rule]
    assert [(line["row"], line["severity"], line["value"]) for line in told] == [("", "warning", value)]
    assert told[0]["message"].startswith("Row 1 (the column names)")


def test_a_quote_in_the_header_swallows_nobody(deliver: Deliver) -> None:
    """A column name that goes on over lines of contacts stops the run; names of two lines do not."""
    got = deliver('First Name,"Last Name,Phone\nAnn,Lee,+14155550101\nBob,Ray,6"\nCy,Fox,+14155550103\n')
    assert got.code == 2
    assert "a quote is missing" in got.said
    got = deliver(f'"First\nName",Last Name,"Phone\n(mobile)"\n{LINE}')
    assert got.people == {2: {"first": "Ann", "last": "Lee", "phones": ["+14155550101 mobile"]}}


def test_a_name_that_is_a_formula_without_a_result_is_said(deliver: Deliver) -> None:
    """A column that is left out because its name was never calculated says so, with the formula."""
    workbook = openpyxl.Workbook()
    for row in (["First Name", '="Last "&"Name"', "Phone"], ["Ann", "Lee", "+14155550101"]):
        workbook.worksheets[0].append(row)
    got = deliver(saved(workbook), name="people.xlsx")
    assert got.people == {2: {"first": "Ann", "phones": ["+14155550101"]}}
    assert got.rules(None) == {"formula-without-result", "column-unmapped"}
    assert 'column "#2"' in got.message(None, "formula-without-result")


def test_stray_cells_far_out_make_no_columns(deliver: Deliver) -> None:
    """A stray cell far to the right is named; the hundreds of empty columns before it are no columns."""
    workbook = openpyxl.Workbook()
    for row in (["First Name", "Phone"], ["Ann", "+14155550101"], ["Bob", "+14155550102"]):
        workbook.worksheets[0].append(row)
    workbook.worksheets[0]["ZZ1"] = "note"
    workbook.worksheets[0]["AZ3"] = "a note"
    got = deliver(saved(workbook), name="people.xlsx")
    assert sorted(got.people) == [2, 3]
    assert {(line["column"], line["rule"]) for line in got.problems} == {
        ("", "stray-header-cells"),
        ("#52", "column-unmapped"),
    }


@pytest.mark.parametrize("cut", [",", "\t"])
def test_an_empty_column_is_not_worth_a_word(deliver: Deliver, cut: str) -> None:
    """A column with neither a name nor a cell is not spoken of; one with a cell is."""
    sheet = f"First Name{cut}{cut}Phone{cut}\nAnn{cut}{cut}+14155550101{cut}\n"
    got = deliver(sheet)
    assert got.people == {2: {"first": "Ann", "phones": ["+14155550101"]}}
    assert not got.problems
    got = deliver(f"{sheet}Bob{cut}x{cut}+14155550102\n")
    assert [(line["column"], line["rule"]) for line in got.problems] == [("#2", "column-unmapped")]


def test_a_sheet_with_another_delimiter_is_told_of_it(deliver: Deliver) -> None:
    """Where everything lies in one column, the way out is named: the character between the columns."""
    got = deliver("First Name!Phone\nAnn!+14155550101\n")
    assert got.code == 2
    assert "--delimiter" in got.said
    assert deliver("First Name!Phone\nAnn!+14155550101\n", "--delimiter", "!").people[2]["first"] == "Ann"


def test_an_empty_sheet_beside_hidden_ones_names_them(deliver: Deliver) -> None:
    """Where the only visible sheet is empty, the hidden ones are named and not read."""
    workbook = openpyxl.Workbook()
    for row in (["First Name", "Phone"], ["Ann", "+14155550101"]):
        workbook.worksheets[0].append(row)
    workbook.worksheets[0].title, workbook.worksheets[0].sheet_state = "Old list", "hidden"
    workbook.create_sheet("New")
    got = deliver(saved(workbook), name="people.xlsx")
    assert got.code == 2
    assert "Old list (hidden)" in got.said
    assert "--sheet" in got.said
