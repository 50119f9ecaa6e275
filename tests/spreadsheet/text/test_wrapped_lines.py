"""CSV files in which every line is in one pair of quotes, as Excel saves a sheet that stands in its first column."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.spreadsheet.text.wrapped import are_wrapped, unwrap

if TYPE_CHECKING:
    from tests.spreadsheet.conftest import Reader

ROWS = {2: ["Lee, Ann", "415-555-0101", 'the "boss"'], 3: ["Bob Ray", "415-555-0102", ""]}


def wrapped(delimiter: str = ",", end: str = "\r\n", behind: str = "") -> str:
    plain, outer = io.StringIO(), io.StringIO()
    csv.writer(plain, delimiter=delimiter, lineterminator="\n").writerows([["Name", "Phone", "Notes"], *ROWS.values()])
    for line in plain.getvalue().splitlines():
        outer.write('"' + line.replace('"', '""') + '"' + behind + end)
    return outer.getvalue()


@pytest.mark.parametrize(
    "text", [wrapped(), wrapped(";"), wrapped("\t"), wrapped(end="\n"), wrapped(behind=",,"), f"sep=,\r\n{wrapped()}"]
)
def test_a_sheet_of_quoted_lines_is_read_and_that_is_said(read: Reader, text: str) -> None:
    """The cells are those of the lines without their quotes, with whatever delimiter, and a warning says so."""
    got = read(text)
    assert list(got.headers) == ["Name", "Phone", "Notes"]
    assert list(got.rows.values()) == list(ROWS.values())
    assert [problem.rule for problem in got.table.problems] == ["lines-quoted"]


PLAIN = ["Name,Phone,Notes", '"Lee, Ann",415-555-0101,"the ""boss"""', "Bob Ray,415-555-0102,"]


@pytest.mark.parametrize("quoted", [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)])
@pytest.mark.parametrize("behind", ["", ",,"])
def test_single_lines_in_quotes_are_read_like_the_others(read: Reader, quoted: tuple[int, ...], behind: str) -> None:
    """Whichever lines are in quotes as a whole, the header or some rows, all cells are in their columns; it is said."""
    lines = [
        '"' + line.replace('"', '""') + f'"{behind}' if number in quoted else line for number, line in enumerate(PLAIN)
    ]
    got = read("\n".join(lines) + "\n")
    assert list(got.headers) == ["Name", "Phone", "Notes"]
    assert list(got.rows.values()) == list(ROWS.values())
    if 0 in quoted:
        assert [problem.rule for problem in got.table.problems] == ["lines-quoted"]
        assert not got.problems
    else:
        assert [(problem.row, problem.rule) for problem in got.problems] == [(row + 1, "line-quoted") for row in quoted]


@pytest.mark.parametrize(
    "cell", ["Lee,Ann", "Lee, Ann", "Smith, 415-555-0101, x", "a,415-555-0101,b,c", "415-555-0101"]
)
def test_a_lone_cell_that_is_no_row_stays_one(read: Reader, cell: str) -> None:
    """Text with the delimiter in it that is not the row of this table is the text of a cell, as it was."""
    got = read(f'Name,Phone,Notes\nBob Ray,415-555-0102,\n"{cell}"\n')
    assert got.rows[3][0] == cell


@pytest.mark.parametrize(
    "text",
    [
        '"Name"\n"Lee, Ann"\n"Ray, Bob"\n',
        '"Name, first and last"\n"Lee, Ann"\n"Ray, Bob"\n',
        '"Name","Phone"\n"Ann","415-555-0101"\n',
        '"Name,Phone, and more"\nAnn,415-555-0101\n',
    ],
)
def test_other_quoted_cells_are_cells(read: Reader, text: str) -> None:
    """One column of quoted texts, or quotes around each cell, are read as they are."""
    header = next(csv.reader(io.StringIO(text)))
    assert list(read(text).headers[: len(header)]) == header


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=30))
@settings(max_examples=100, deadline=None)
def test_wrapping_and_unwrapping_is_nothing(line: str) -> None:
    """What was put into quotes comes out as it was, and looking costs no more than the length of a line."""
    assert unwrap('"' + line.replace('"', '""') + '"\n') == f"{line}\n"
    assert not are_wrapped([line + "\n"], bool)
