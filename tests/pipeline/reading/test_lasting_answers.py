"""What a person has answered about a row is not asked again, whatever happens to the other rows of that person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "Name,Phone,Email,Title,Note\n"
FIRST = "Ann Lee,+14155550101,ann@example.com,Boss,\n"
BOB = "Bob Ray,+14155550102,bob@example.com,Clerk,\n"
SECOND = "Ann Lee,+14155550109,ann@example.com,Boss,\n"
UPDATE = ("--on-match", "update")

# What happens to the first row of a person whose second row was joined with it.
CHANGES = {
    "a column that is not sent": ("Boss,", "Boss,called"),
    "a field": ("Boss,", "Lead,"),
    "the number": ("+14155550101", "+14155550108"),
    "the name": ("Ann Lee,+14155550101", "Ann Fox,+14155550101"),
    "the email": ("ann@", "lee@"),
}


def numbers(office: Office, first_name: str) -> set[str]:
    """The numbers of the contact of that name."""
    [fields] = [
        each["defaultFields"] for each in office.sandbox.contacts() if each["defaultFields"]["firstName"] == first_name
    ]
    return {item["value"] for item in fields["phoneNumbers"]}


@pytest.mark.parametrize("answered_in", ["the rejects", "an option"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_join_outlives_a_change_of_the_first_row(office: Office, change: str, answered_in: str) -> None:
    """A row that was joined stays joined when the first row of that person changes, alone and more than once."""
    sheet = HEADER + FIRST + BOB + SECOND
    if answered_in == "an option":
        assert office.run(sheet, "--same-person", "join") == 0
    else:
        assert office.run(sheet) == 1
        office.answer(("?", ""))
        assert office.run("", file="out/rejects.csv") == 0
    before, after = CHANGES[change]
    changed = HEADER + FIRST.replace(before, after) + BOB + SECOND
    for later in (changed, changed.replace(",called", ",called again").replace("Lead", "Head"), changed):
        assert office.run(later, *UPDATE) == 0
        assert office.statuses()[-1] == "duplicate"
        assert len(office.sandbox.contacts()) == 2
    assert "+14155550109" in numbers(office, "Ann")
    assert office.verify() == 0


def test_a_row_whose_first_row_has_left_is_the_contact(office: Office) -> None:
    """A row that was joined is simply that contact once the first row is gone from the sheet."""
    office.run(HEADER + FIRST + BOB + SECOND, "--same-person", "join")
    assert office.run(HEADER + BOB + SECOND, *UPDATE) == 0
    assert len(office.sandbox.contacts()) == 2
    assert "duplicate" not in office.statuses()


IDS = "No,Name,Phone,Email\n"
SAME_ID = (
    f"{IDS}1,Ann Lee,+14155550101,ann@example.com\n2,Bob Ray,+14155550102,\n1,Ann Lee,+14155550109,ann@example.com\n"
)
BY_ID = ("--map", "No=external_id", *UPDATE)


@pytest.mark.parametrize("answer", ["same", "new"])
def test_an_answer_about_a_row_with_the_id_of_another_holds(office: Office, answer: str) -> None:
    """What the rejects said of a row with the id of an earlier one is believed when the sheet itself is read again."""
    assert office.run(SAME_ID, *BY_ID) == 1
    assert office.run("", *BY_ID, file="out/rejects.csv") == 1
    office.answer(("?1", "1" if answer == "same" else "new"))
    assert office.run("", *BY_ID, file="out/rejects.csv") == 0
    people = 2 if answer == "same" else 3
    for _ in range(2):
        assert len(office.sandbox.contacts()) == people
        assert office.run(SAME_ID, *BY_ID) == 0
        assert office.verify() == 0
    assert office.statuses()[-1] == ("duplicate" if answer == "same" else "created")


def test_another_row_with_the_same_id_is_still_a_conflict(office: Office) -> None:
    """An answer is about the row as it was: with other values it is reported again, and nothing is sent for it."""
    office.run(SAME_ID, *BY_ID)
    office.run("", *BY_ID, file="out/rejects.csv")
    office.answer(("?1", "1"))
    office.run("", *BY_ID, file="out/rejects.csv")
    later = SAME_ID.replace("+14155550109", "+14155550107")
    assert office.run(later, *BY_ID) == 1
    assert office.statuses()[-1] == "conflict"
    assert "external-id-twice" in Path("out/problems.csv").read_text(encoding="utf-8")


def test_cells_are_learned_beside_a_question(office: Office) -> None:
    """A row whose cells changed is found by them later, although another row of that run was asked about."""
    office.run(HEADER + FIRST + BOB)
    noted = FIRST.replace("Boss,", "Boss,called")
    asked = BOB.replace("Bob Ray,+14155550102,bob@", "Bob Fox,+14155550104,bob@").replace("Bob", "Rob")
    assert office.run(HEADER + noted + asked) == 1
    # Now nothing is read of the row but its cells.
    unread = ("--map", "Phone=ignore", "--map", "Email=ignore", "--map", "Name=ignore", "--map", "Title=company")
    office.run(HEADER + noted + asked, *unread)
    assert len(office.sandbox.contacts()) == 2
    assert office.external_ids()[0] == office.sandbox.contacts()[0]["externalId"]


def test_a_repeat_of_an_asked_row_has_no_contact_of_another(office: Office) -> None:
    """A row that repeats one which is asked about is given no contact in id_map.csv: it is not known whose it is."""
    office.run(HEADER + FIRST + BOB)
    asked = "Rob Ray,+14155550102,rob@example.com,Clerk,\n"
    assert office.run(HEADER + FIRST + asked + asked) == 1
    assert office.statuses() == ["created", "conflict", "duplicate"]
    lines = Path("out/id_map.csv").read_text(encoding="utf-8").splitlines()
    assert lines[3].split(",")[2] == ""
