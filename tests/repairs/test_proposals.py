"""Bulk repairs: offered where what was found allows them, and each changes only what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Problem, Severity
from importer.model.repair import CellEdit, RepairSheet
from importer.repairs.area_code import add_area_codes
from importer.repairs.companies import move_companies
from importer.repairs.empty_cells import empty_bad_cells
from importer.repairs.leave_out import leave_out_rows
from importer.repairs.proposals import repairs

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("Name", "Company", "Phone", "Email")
FIELDS = ("full_name", "company", "phone:mobile", "email")


def problem(row: int, position: int | None, rule: str, severity: Severity = Severity.ERROR) -> Problem:
    """Something wrong with a cell."""
    return Problem(row, None if position is None else NAMES[position], "", rule, severity, "", position)


def sheet(cells: Mapping[int, tuple[str, ...]], *problems: Problem, fields: tuple[str, ...] = FIELDS) -> RepairSheet:
    """A sheet with what was found in it."""
    by_row: dict[int, list[Problem]] = {}
    for each in problems:
        by_row.setdefault(each.row or 0, []).append(each)
    return RepairSheet(NAMES, fields, cells, by_row)


def phones(*numbers: str) -> dict[int, tuple[str, ...]]:
    """Rows with these numbers, from row 2 on."""
    return {row: ("Ann", "", number, "") for row, number in enumerate(numbers, 2)}


WHOLE = ("(415) 555-0101", "415-555-0102", "+1 415 555 0103", "4155550104", "1-415-555-0105", "212 555 0106")


def test_the_most_frequent_area_code_is_put_before_local_numbers() -> None:
    """However the others are written, the code that most of them have is proposed, with an example."""
    (repair,) = add_area_codes(
        sheet(phones(*WHOLE, "555-0107", "5550108"), *(problem(row, 2, "phone-no-area-code") for row in (8, 9)))
    )
    assert repair.title == "Put +1 415 before 2 numbers"
    assert repair.edits == (CellEdit(8, 2, "+1 415 555-0107"), CellEdit(9, 2, "+1 415 5550108"))
    assert "Row 8 becomes +1 415 555-0107." in repair.detail


def test_an_area_code_is_not_guessed() -> None:
    """With few whole numbers, none that most have, or numbers of another length, nothing is proposed."""
    local = problem(8, 2, "phone-no-area-code")
    few = phones(*WHOLE[:4], "", "", "555-0107")
    mixed = phones("4155550101", "2125550102", "3105550103", "6465550104", "7185550105", "9175550106", "555-0107")
    long = phones(*WHOLE, "55-0107")
    letters = phones(*WHOLE, "ext 5550107")
    assert [list(add_area_codes(sheet(cells, local))) for cells in (few, mixed, long, letters)] == [[], [], [], []]


def test_companies_move_to_an_empty_column_alone() -> None:
    """A name that may be a company's moves; a person's, one beside a company, and a row that has a company, stay."""
    names = ("Wells Fargo Bank", "Cher", "Ann Lee (Acme Inc)", "Ann and Bob Lee", "The Corner Bakery")
    cells = {row: (name, "", "", "") for row, name in enumerate(names, 2)} | {7: ("The Beta Shop", "Beta", "", "")}
    found = [problem(row, 0, "name-not-split", Severity.WARNING) for row in cells if row != 6]
    (repair,) = move_companies(sheet(cells, *found))
    moved = (CellEdit(2, 1, "Wells Fargo Bank"), CellEdit(2, 0, ""))
    assert (repair.title, repair.edits) == ("Make 1 name a company", moved)
    assert not list(move_companies(sheet(cells, *found, fields=("full_name", "", "phone", "email"))))


def test_cells_are_emptied_only_where_the_row_is_sent_without_them() -> None:
    """A bad email that is left out anyway can be emptied; in a row that is rejected it has to be corrected."""
    cells = {2: ("Ann", "", "", "a@@b"), 3: ("Bob", "", "12", "c@@d")}
    found = [problem(row, 3, "email-not-valid", Severity.WARNING) for row in cells] + [problem(3, 2, "phone-too-short")]
    (repair,) = empty_bad_cells(sheet(cells, *found))
    assert (repair.title, repair.edits) == ("Empty 1 email cell", (CellEdit(2, 3, ""),))


def test_a_cell_with_a_good_address_is_not_emptied() -> None:
    """A cell counts once, however many of its parts are bad, and is left alone where one part of it is sent."""
    cells = {2: ("Ann", "", "", "ann@lee,example.com"), 3: ("Bob", "", "", "bob@example.com; c@@d")}
    found = [problem(row, 3, "email-not-valid", Severity.WARNING) for row in (2, 2, 3)]
    (repair,) = empty_bad_cells(sheet(cells, *found))
    assert (repair.title, repair.edits) == ("Empty 1 email cell", (CellEdit(2, 3, ""),))


def test_rows_are_left_out_by_their_first_error_unless_they_are_many() -> None:
    """The cells of such rows are emptied; where a quarter of the sheet has the error, another cure is needed."""
    cells = dict.fromkeys(range(2, 22), ("Ann", "", "12", ""))
    (repair,) = leave_out_rows(sheet(cells, problem(2, 2, "phone-too-short"), problem(3, 2, "phone-too-short")))
    assert (repair.title, repair.rows, len(repair.edits)) == ("Leave out 2 rows: 2, 3", 2, 4)
    assert not list(leave_out_rows(sheet(cells, *(problem(row, 2, "phone-no-country") for row in range(2, 12)))))


def test_no_two_repairs_have_the_same_title() -> None:
    """Where two errors have as many rows each, the titles say which rows are meant."""
    cells = dict.fromkeys(range(2, 22), ("Ann", "", "12", ""))
    found = leave_out_rows(sheet(cells, problem(2, 2, "phone-too-short"), problem(3, 2, "phone-letters")))
    assert [repair.title for repair in found] == ["Leave out row 2", "Leave out row 3"]


def test_nothing_wrong_needs_no_repair() -> None:
    """A sheet without problems gets no proposals."""
    assert repairs(sheet(phones(*WHOLE))) == ()
