"""A column of country codes beside numbers that have none, where the country of the sheet is given for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.conftest import Desk

ROWS = "1,Ann Lee,{german},1512 3456789\n2,Bob Ray,{american},4155550102\n3,Cy Poe,,4155550103\n"
GERMAN, AMERICAN = "+4915123456789", ("+14155550102", "+14155550103")


def numbers(desk: Desk, header: str, rows: str, *more: tuple[str, str]) -> list[str]:
    """The numbers that a run makes contacts with, in the order of the rows."""
    desk.sheet.write_text(f"ID,Name,{header},Phone\n{rows}", encoding="utf-8")
    desk.run(region="US", map=(("ID", "external_id"), ("Name", "full_name"), *more))
    contacts = sorted(desk.sandbox.contacts(), key=lambda contact: str(contact["externalId"]))
    return [contact["defaultFields"]["phoneNumbers"][0]["value"] for contact in contacts]


@pytest.mark.parametrize("header", ["Country Code", "Dial Code", "Landesvorwahl", "Indicatif pays"])
@pytest.mark.parametrize(("german", "american"), [("49", "1"), ("+49", "+1"), ("0049", "001"), ("49.0", "1.0")])
def test_each_number_is_read_with_the_code_of_its_row(desk: Desk, header: str, german: str, american: str) -> None:
    """A number without a code has that of its row, one of a row without a code is from the country of the sheet."""
    assert numbers(desk, header, ROWS.format(german=german, american=american)) == [GERMAN, *AMERICAN]
    said = [line for line in desk.problems() if line["rule"] == "column-joined"]
    assert [line["column"] for line in said] == [header]


def test_what_is_said_of_it_ends_well(desk: Desk) -> None:
    """Left out as the message says, the column decides nothing, and nothing is said of it any more."""
    rows = ROWS.format(german="49", american="1")
    assert numbers(desk, "Country Code", rows, ("Country Code", "ignore")) == ["+15123456789", *AMERICAN]
    assert [line for line in desk.problems() if line["rule"] == "column-joined"] == []


@pytest.mark.parametrize("code", ["7421", "x", "999"])
def test_a_column_of_other_codes_decides_nothing(desk: Desk, code: str) -> None:
    """One cell that is no country code shows that the column holds something else."""
    rows = ROWS.format(german=code, american="1")
    assert numbers(desk, "Country Code", rows)[1:] == list(AMERICAN)
    assert [line for line in desk.problems() if line["rule"] == "column-joined"] == []
