"""People whose rows `only` or `--hidden out` leaves out for a while."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "Id,Name,Phone,Email,Status\n"
BOB = "2,Bob Ray,+14155550102,bob@example.com,active\n"
ACTIVE = ("--only", "Status == active", "--on-match", "update")


@pytest.mark.parametrize("ids", [(), ("--map", "Id=external_id")], ids=["no ids", "ids"])
@pytest.mark.parametrize("left_out_name", ["Ann Lee", "Ann Kim"], ids=["same name", "married"])
def test_a_person_who_is_left_out_and_changes_is_known_again(
    office: Office, ids: tuple[str, ...], left_out_name: str
) -> None:
    """Who is left out for a night, and changes number and address one after the other, stays one contact."""
    office.run(f"{HEADER}1,Ann Lee,+14155550101,ann@example.com,active\n{BOB}", *ACTIVE, *ids)
    assert office.run(f"{HEADER}1,{left_out_name},+14155550109,ann@example.com,gone\n{BOB}") == 0
    assert office.run(f"{HEADER}1,{left_out_name},+14155550109,lee@example.com,active\n{BOB}", *ACTIVE[2:]) == 0
    assert office.names() == sorted([left_out_name, "Bob Ray"])
    assert office.statuses() == ["updated", "created"]


def test_a_person_who_is_left_out_and_known_only_by_the_name_is_asked_about(office: Office) -> None:
    """A number that changed while the row was left out leaves the name, and about that a person is asked."""
    office.run(f"{HEADER}1,Ann Lee,+14155550101,,active\n{BOB}", *ACTIVE)
    assert office.run(f"{HEADER}1,Ann Lee,+14155550109,,gone\n{BOB}") == 0
    assert office.run(f"{HEADER}1,Ann Lee,+14155550109,,active\n{BOB}") == 1
    assert (office.names(), office.statuses()) == (["Ann Lee", "Bob Ray"], ["conflict", "created"])


def test_computed_values_count_for_rows_that_are_left_out(office: Office) -> None:
    """A row that is left out is known by the values that `[values]` computes, as any other row is."""
    Path("values.toml").write_text(
        'only = "Status == active"\n[values]\nfull_name = "{First} {Family}"\n', encoding="utf-8"
    )
    sheet = "First,Family,Phone,Status\nAnn,Lee,{},{}\nBob,Ray,+14155550102,active\n"
    for phone, status in (("+14155550101", "active"), ("+14155550109", "gone"), ("+14155550109", "active")):
        office.run(sheet.format(phone, status), "--config", "values.toml")
    assert (office.names(), office.statuses()) == (["Ann Lee", "Bob Ray"], ["conflict", "created"])


def test_a_person_whose_row_is_hidden_and_changes_is_known_again(office: Office) -> None:
    """Who is filtered away in the workbook for a night stays one contact, beside rows that `only` leaves out."""
    nights = [
        ("+14155550101", "ann@example.com"),
        ("+14155550109", "ann@example.com"),
        ("+14155550109", "a@example.com"),
    ]
    for night, (phone, email) in enumerate(nights):
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["Name", "Phone", "Email", "Status"])
        sheet.append(["Ann Lee", phone, email, "active"])
        sheet.append(["Bob Ray", "+14155550102", "bob@example.com", "active"])
        sheet.append(["Cy Doe", "+14155550103", "", "gone"])
        sheet.row_dimensions[2].hidden = night == 1
        book.save("people.xlsx")
        assert office.run("", "--hidden", "out", *ACTIVE, file="people.xlsx") == 0
    assert (office.names(), office.statuses()) == (["Ann Lee", "Bob Ray"], ["updated", "created", "skipped"])


@pytest.mark.parametrize("hidden_id", ["1", ""], ids=["its id", "no id"])
def test_a_mirror_deletes_nobody_whose_row_is_hidden(office: Office, hidden_id: str) -> None:
    """A hidden row has not left the sheet, so its contact stays; a row that has left it loses its contact."""
    mirror = ("--source", "crm", "--map", "Id=external_id", "--hidden", "out", "--mirror", "--max-deletes", "2")
    for night in range(4):
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["Id", "Name", "Phone"])
        sheet.append([hidden_id if night else "1", "Ann Lee", "+14155550101"])
        sheet.append(["2", "Bob Ray", "+14155550102"])
        if night < 3:
            sheet.append(["3", "Cy Doe", "+14155550103"])
        sheet.row_dimensions[2].hidden = night > 0
        book.save("people.xlsx")
        # The second night the mirror is not asked, and the third finds the same sheet.
        assert office.run("", *(mirror[:6] if night == 1 else mirror), file="people.xlsx") == 0
        assert "Ann Lee" in office.names()
    assert ("Cy Doe" in office.names()) == (not hidden_id)
