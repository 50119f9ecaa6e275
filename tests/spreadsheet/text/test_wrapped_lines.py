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


@pytest.mark.parametrize(
    "text",
    [
        '"Name"\n"Lee, Ann"\n"Ray, Bob"\n',
        '"Name, first and last"\n"Lee, Ann"\n"Ray, Bob"\n',
        '"Name","Phone"\n"Ann","415-555-0101"\n',
        '"Name,Phone"\nAnn,415-555-0101\n',
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
