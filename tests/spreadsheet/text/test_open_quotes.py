"""Quotes that are wrong: every physical line is accounted for, and no contact disappears inside another one's cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from importer.model import Severity
from importer.spreadsheet.grid import Dialect
from importer.spreadsheet.text.lines import RECORD_LINES
from importer.spreadsheet.text.quotes import mend
from importer.spreadsheet.text.records import read as read_records

if TYPE_CHECKING:
    import pytest

    from tests.spreadsheet.conftest import Reader


def test_an_open_quote_costs_its_own_row_only(read: Reader) -> None:
    """The row of the bad quote is rejected and the rows after it are read."""
    got = read('Name,Phone\n"Ann,1\nBob,2\n"Carl",3\nDora,4\n')
    assert got.rules() == {(2, "unclosed-quote", "error")}
    assert got.rows == {2: ['"Ann', "1"], 3: ["Bob", "2"], 4: ["Carl", "3"], 5: ["Dora", "4"]}


def test_an_open_quote_to_the_end_of_the_file(read: Reader) -> None:
    """A quote that nothing closes does not swallow the rest of the file."""
    got = read('Name,Phone\nAnn,1\nBob,"2\nCarl,3\nDora,4\n')
    assert got.rules() == {(3, "unclosed-quote", "error")}
    assert got.rows == {2: ["Ann", "1"], 3: ["Bob", '"2'], 4: ["Carl", "3"], 5: ["Dora", "4"]}


def test_a_long_file_after_an_open_quote(read: Reader) -> None:
    """Beyond any reasonable number of lines a quote counts as open, wherever the next one stands."""
    lines = [f"N{n},{n}" for n in range(RECORD_LINES + 50)]
    got = read('Name,Phone\n"Ann,1\n' + "\n".join(lines) + '\n"Zoe",9\n')
    assert got.rules() == {(2, "unclosed-quote", "error")}
    assert len(got.rows) == len(lines) + 2


def test_the_rest_of_a_broken_note_is_no_contact(read: Reader) -> None:
    """A line that may be the second half of a cell is rejected, not imported as a person."""
    got = read('Name,Phone\n"Note of\nhe said "hi" there",2\nBob,3\n')
    assert {(row, severity) for row, _, severity in got.rules()} == {(2, "error"), (3, "error")}
    assert got.rows[4] == ["Bob", "3"]


def test_quotes_inside_a_quoted_cell(read: Reader) -> None:
    """Quotes that should have been doubled are kept as text, with a warning."""
    got = read('Name,Phone\n"Bob "Bobby" Lee",1\n')
    assert got.rows == {2: ['Bob "Bobby" Lee', "1"]}
    assert got.rules() == {(2, "stray-quote", "warning")}


def test_a_stray_quote_that_changes_the_number_of_cells(read: Reader) -> None:
    """Where wrong quotes leave the row too short, it is rejected."""
    got = read('Name,Phone\n"Ann,"1"\nBob,2\n')
    assert (2, "stray-quote", "error") in got.rules()


def test_inches_are_no_quotes(read: Reader) -> None:
    """A quote in the middle of an unquoted cell is text, without a word."""
    got = read('Name,Note\nAnn,5" pipe\nBob,"6"" pipe"\n')
    assert got.rows == {2: ["Ann", '5" pipe'], 3: ["Bob", '6" pipe']}
    assert not got.problems


def test_lines_swallowed_by_two_wrong_quotes(read: Reader) -> None:
    """A cell whose lines are cut like rows of the table is rejected: its quotes are wrong, though they pair up."""
    got = read('Name,Phone,Size\nAnn,1,"5\nBob,2,6"\nCarl,3,7\n')
    assert got.rules() == {(2, "lines-swallowed", "error")}


def test_notes_of_many_lines_are_fine(read: Reader) -> None:
    """Cells with line breaks and delimiters in them are read without a word."""
    note = "call, back\nsecond line; with, commas, in, it\n\nend"
    got = read(f'Name,Note,Phone\nAnn,"{note}",1\n')
    assert got.rows == {2: ["Ann", note, "1"]}
    assert not got.problems


@given(st.text(alphabet='a",\r\n;', max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_letter_is_lost(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """However the quotes stand, every letter of the file arrives in some cell."""
    path = tmp_path_factory.mktemp("quotes") / "x.csv"
    path.write_text(text, newline="")
    runs = read_records(path, "x.csv", Dialect("utf-8", ","), 1000)
    records = [record for run in runs for record in run.records()]
    assert sum(cell.count("a") for record in records for cell in record.cells) == text.count("a")
    assert [record.row for record in records] == list(range(1, len(records) + 1))


@given(st.text(alphabet='ab",', max_size=40))
@settings(max_examples=300, deadline=None)
def test_mending_keeps_every_letter(line: str) -> None:
    """Mending a line loses no letter, and an unclosed one is split at every delimiter after the open quote."""
    cells, closed = mend(line, ",")
    assert "".join(cells).replace('"', "").replace(",", "") == line.replace('"', "").replace(",", "")
    assert closed or any(cell.startswith('"') for cell in cells)


def test_every_problem_names_row_and_next_step(read: Reader) -> None:
    """What is said about quotes names the row and ends with what to do."""
    got = read('Name,Phone\n"Ann,1\nBob,2\n"C "c" c",3\nx,y,z\n')
    for problem in got.problems:
        assert problem.message.startswith(f"Row {problem.row}")
        assert problem.message.rstrip(".").split(". ")[-1].split()[0] in {"Close", "Check", "Put"}
        assert problem.severity in Severity
