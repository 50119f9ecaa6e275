"""Rows find the contacts that people made in the app, by phone and by email, and never guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.pipeline.conftest import CountStatuses, Desk, MakeRow, PointValues

APP = [{"name": "mobile", "value": "+442079400001"}]


def test_a_contact_made_in_the_app_is_found_by_phone(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Under create-only a person who is there by number is reported with the contact's id, and not made again."""
    made = desk.sandbox.add(firstName="Ada1", lastName="Byron", phoneNumbers=APP)
    desk.write([row(1, Email="", Role="", Company=""), row(2)])
    report = desk.run(match="external-id,phone,email")
    assert counted(report) == {"unchanged": 1, "created": 1}
    assert desk.ids()["P1"]["contact_id"] == made["id"]
    assert len(desk.sandbox.contacts()) == 2
    assert desk.run(match="external-id,phone,email").summary.requests == 1


@pytest.mark.parametrize("on_match", ["create-only", "update"])
@pytest.mark.parametrize("own", [{}, {"externalId": "crm-7", "source": "other-crm"}], ids=["none", "another's"])
def test_a_matched_contact_keeps_its_own_id(desk: Desk, row: MakeRow, own: dict[str, Any], on_match: str) -> None:
    """A contact that was found by phone gets no id of the sheet; `id_map.csv` maps the id of the row to the contact."""
    made = desk.sandbox.add(firstName="Ada1", lastName="Byron", phoneNumbers=APP, **own)
    desk.write([row(1)])
    for _ in range(2):
        desk.run(match="phone", on_match=on_match)
        assert desk.ids()["P1"]["contact_id"] == made["id"]
        assert desk.sandbox.contact(made["id"]).get("externalId") == own.get("externalId")
        assert len(desk.sandbox.contacts()) == 1


def test_email_is_asked_after_phone_and_without_regard_to_case(
    desk: Desk, row: MakeRow, counted: CountStatuses
) -> None:
    """The order of --match decides; an address is the same in capitals."""
    made = desk.sandbox.add(firstName="Ada1", emails=[{"name": "work", "value": "ADA1@Example.com"}])
    desk.write([row(1)])
    assert counted(desk.run(match="phone,email")) == {"skipped": 1}
    assert desk.ids()["P1"]["contact_id"] == made["id"]
    problem = next(one for one in desk.problems() if one["rule"] == "contact-differs")
    assert made["id"] in problem["message"]


def test_an_update_adopts_the_contact_and_keeps_what_people_added(
    desk: Desk, row: MakeRow, counted: CountStatuses, reached: PointValues
) -> None:
    """A match under update is read once more, changed with the item ids it has, and journalled under the row's id."""
    made = desk.sandbox.add(
        firstName="Ada1",
        phoneNumbers=[*APP, {"name": "home", "value": "+442079499999"}],
        emails=[{"name": "own", "value": "private@example.com"}],
    )
    desk.write([row(1)])
    assert counted(desk.run(match="phone", on_match="update")) == {"updated": 1}
    after = desk.sandbox.contact(made["id"])
    assert reached(after, "phoneNumbers") == ["+442079400001", "+442079499999"]
    assert reached(after, "emails") == ["private@example.com", "ada1@example.com"]
    assert after["defaultFields"]["role"] == "Sales"
    assert desk.sent() == {"GET": 6, "PATCH": 1}, (
        "fields, name, source, the listing, the contact as it is now and after it, the change"
    )
    desk.write([row(1, Role="Lead")])
    assert counted(desk.run(match="phone", on_match="update")) == {"updated": 1}
    assert desk.sandbox.contact(made["id"])["defaultFields"]["role"] == "Lead"
    assert len(desk.sandbox.contacts()) == 1


def test_several_candidates_are_a_conflict(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Two contacts with the row's number: nothing is sent, and both are named."""
    twins = [desk.sandbox.add(firstName=name, lastName="Byron", phoneNumbers=APP) for name in ("Ada1", "A")]
    desk.write([row(1), row(2)])
    assert counted(desk.run(match="phone", on_match="update")) == {"conflict": 1, "created": 1}
    problem = next(one for one in desk.problems() if one["rule"] == "match-several")
    assert all(twin["id"] in problem["message"] for twin in twins)
    assert desk.sent()["PATCH"] == 0
    desk.sandbox.delete(twins[1]["id"])
    assert counted(desk.run(match="phone", on_match="update")) == {"updated": 1, "created": 1}


def test_two_rows_with_one_contact_are_a_conflict_for_the_later(
    desk: Desk, row: MakeRow, counted: CountStatuses
) -> None:
    """A number shared by two rows, either of which may be the contact, matches it for the first of them."""
    desk.sandbox.add(firstName="A", lastName="Byron", role="Sales", company="Engine Ltd", phoneNumbers=APP)
    desk.write([row(1, Email=""), row(2, Phone="+442079400001") | {"First Name": "Abe"}])
    assert counted(desk.run(match="phone")) == {"skipped": 1, "conflict": 1}
    assert desk.ids()["P2"]["status"] == "conflict"
    assert "belongs to row" in next(one["message"] for one in desk.problems() if one["rule"] == "match-taken")


def test_a_second_row_of_a_matched_contact_is_asked_about(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A number shared with the row that has the contact, under a compatible name, may be the same person's."""
    desk.sandbox.add(firstName="Ada1", lastName="Byron", role="Sales", company="Engine Ltd", phoneNumbers=APP)
    people = [row(1, Email=""), row(2, Phone="+442079400001") | {"First Name": "A"}]
    desk.write(people[:1])
    assert counted(desk.run(match="phone")) == {"unchanged": 1}
    desk.write(people[::-1])
    assert counted(desk.run(match="phone")) == {"unchanged": 1, "conflict": 1}
    assert "same person as row 3" in next(one["message"] for one in desk.problems() if one["rule"] == "maybe-known")


def test_a_lost_journal_finds_adopted_contacts_again(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Without a journal a match by phone finds the same contact, and none is made twice."""
    made = desk.sandbox.add(firstName="Ada1", phoneNumbers=APP)
    desk.write([row(1)])
    desk.run(match="phone", on_match="update")
    for file in desk.out.glob("*journal.sqlite*"):
        file.unlink()
    assert counted(desk.run(match="phone", on_match="update")) == {"unchanged": 1}
    assert desk.ids()["P1"]["contact_id"] == made["id"]
    assert len(desk.sandbox.contacts()) == 1


def test_a_workspace_of_any_size_is_listed_once(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Matching by phone costs one page a request of 50 contacts, however many rows are asked for."""
    for number in range(210):
        desk.sandbox.add(firstName=f"Ada{number}", phoneNumbers=[{"name": "m", "value": f"+1415555{number:04d}"}])
    people = [row(number, Phone=f"+1415555{number:04d}") for number in range(100, 130)]
    desk.write(people)
    assert counted(desk.run(match="external-id,phone")) == {"skipped": 30}
    assert desk.sent() == {"GET": 2 + 5}


def test_a_number_written_with_spaces_in_the_app_is_the_same(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """People may write numbers with spaces; the digits are what counts."""
    desk.sandbox.add(firstName="Ada1", phoneNumbers=[{"name": "m", "value": "+44 20 7940 0001"}])
    desk.write([row(1)])
    assert counted(desk.run(match="phone")) == {"skipped": 1}


def test_an_update_doubles_no_number_that_is_written_with_spaces(
    desk: Desk, row: MakeRow, counted: CountStatuses
) -> None:
    """A number that is there in another spelling is there; it goes back in E.164, for the service takes no other."""
    desk.sandbox.add(firstName="Ada1", phoneNumbers=[{"name": "m", "value": "+44 (20) 7940-0001"}])
    desk.write([row(1)])
    assert counted(desk.run(match="phone", on_match="update")) == {"updated": 1}
    [contact] = desk.sandbox.contacts()
    assert [one["value"] for one in contact["defaultFields"]["phoneNumbers"]] == ["+442079400001"]
    assert counted(desk.run(match="phone", on_match="update", trust_journal=False)) == {"updated": 1}
    assert desk.sent().get("PATCH", 0) == 0
