"""Rows of one sheet that are one person through other rows: `--same-person join` makes one contact, in any order."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "Name,Phone,Email\n"
PHONE, EMAIL, BOTH, OTHER = (
    "Ann Lee,+14155550101,\n",
    "Ann Lee,,ann@example.com\n",
    "Ann Lee,+14155550101,ann@example.com\n",
    "Ann Lee,+14155550102,ann@example.com\n",
)
ORDERS = list(permutations((PHONE, EMAIL, BOTH, OTHER)))


@pytest.mark.parametrize("rows", ORDERS[::5])
def test_rows_are_joined_through_others(office: Office, rows: tuple[str, ...]) -> None:
    """One contact has all numbers, whatever the order of the rows, and verify agrees."""
    assert office.run(HEADER + "".join(rows), "--same-person", "join") == 0
    (contact,) = office.sandbox.contacts()
    numbers = {item["value"] for item in contact["defaultFields"]["phoneNumbers"]}
    assert numbers == {"+14155550101", "+14155550102"}
    assert [item["value"] for item in contact["defaultFields"]["emails"]] == ["ann@example.com"]
    assert office.verify() == 0
    assert office.run("", "--same-person", "join") == 0
    assert len(office.sandbox.contacts()) == 1


@pytest.mark.parametrize("first", ["without an answer", "before the others"])
def test_rows_are_joined_with_a_contact(office: Office, first: str) -> None:
    """Rows without a number in common with the contact wait, and are joined with it: at once, or once that is said."""
    sheet = HEADER + PHONE + EMAIL + BOTH
    assert office.run(sheet if first == "without an answer" else HEADER + PHONE) == (first == "without an answer")
    assert len(office.sandbox.contacts()) == 1
    assert office.run(sheet, "--same-person", "join", "--on-match", "update") == 0
    (contact,) = office.sandbox.contacts()
    assert [item["value"] for item in contact["defaultFields"]["emails"]] == ["ann@example.com"]
    for _ in range(2):
        assert office.run(sheet) == 0
        assert len(office.sandbox.contacts()) == 1
    assert office.verify() == 0


@pytest.mark.parametrize("answer", ["unchanged", "same", "new"])
def test_a_row_that_fits_two_contacts_is_asked_about(office: Office, answer: str) -> None:
    """No third contact is made, and no two are made one; the row is what the rejects file says, for good."""
    office.run(HEADER + PHONE + EMAIL)
    sheet = HEADER + PHONE + EMAIL + BOTH
    assert office.run(sheet, "--same-person", "join") == 1
    assert office.statuses() == ["created", "created", "conflict"]
    problems = Path("out/problems.csv").read_text(encoding="utf-8")
    assert "may be the same person as row 2, which has a contact of its own" in problems
    assert "as has row 3" in problems
    if answer == "same":
        office.answer(("?", ""))
    elif answer == "new":
        external_id = office.external_ids()[-1]
        office.answer((external_id, "new"))
    assert office.run("", file="out/rejects.csv") == (1 if answer == "unchanged" else 0)
    for _ in range(2):
        assert len(office.sandbox.contacts()) == (3 if answer == "new" else 2)
        assert office.run(sheet) == (1 if answer == "unchanged" else 0)


def test_an_initial_joins_no_two_people(office: Office) -> None:
    """J. Ray may be Jo Ray and Jim Ray; these two are never joined through him."""
    sheet = HEADER + "".join(f"{name} Ray,+14155550101,\n" for name in ("Jo", "Jim", "J."))
    assert office.run(sheet, "--same-person", "join") == 1
    assert office.statuses() == ["created", "created", "conflict"]
    assert office.names() == ["Jim Ray", "Jo Ray"]
