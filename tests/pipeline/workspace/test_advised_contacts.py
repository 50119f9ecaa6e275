"""What is advised about contacts of the workspace is done, in the app or with an option, and ends well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.sandbox import Fault

if TYPE_CHECKING:
    from tests.pipeline.conftest import CountStatuses, Desk, MakeRow

UPDATE: dict[str, Any] = {"on_match": "update"}
NUMBER = [{"name": "phone", "value": "+442079400002"}]
# A person of the app who is in the sheet too.
ADA: dict[str, Any] = {"lastName": "Byron", "phoneNumbers": NUMBER}


def rules(desk: Desk) -> set[str]:
    """The rules that the last command raised."""
    return {line["rule"] for line in desk.problems()}


def ends_well(desk: Desk, rule: str, people: int = 3, **settings: Any) -> None:
    """The advice was followed: two runs end with 0 and without the rule, and everybody is there once."""
    for _ in range(2):
        assert desk.run(**settings).summary.exit_code == 0, desk.problems()
        assert rule not in rules(desk)
        assert len(desk.sandbox.contacts()) == people
        assert {line["contact_id"] for line in desk.ids().values()} == {each["id"] for each in desk.sandbox.contacts()}


@pytest.fixture
def three(desk: Desk, row: MakeRow) -> Desk:
    """A sheet of three people."""
    desk.write([row(1), row(2), row(3)])
    return desk


def test_a_contact_that_differs_is_updated(three: Desk, row: MakeRow) -> None:
    """`contact-differs`: --on-match update brings the contact in line with the sheet."""
    three.run()
    three.write([row(1), row(2, Role="Lead"), row(3)])
    assert three.run().summary.exit_code == 0
    assert "contact-differs" in rules(three)
    ends_well(three, "contact-differs", **UPDATE)
    assert three.contact("P2")["defaultFields"]["role"] == "Lead"


@pytest.mark.parametrize("was_filled", [False, True])
def test_a_contact_that_fill_blank_left_different_is_named(three: Desk, row: MakeRow, was_filled: bool) -> None:
    """`contact-differs` is said under create-only also of a contact that fill-blank left different before."""
    three.write([row(1), row(2, Role="Boss", Company=""), row(3)])
    three.run()
    three.write([row(1), row(2, Role="Lead", Company="Ray Ltd" if was_filled else ""), row(3)])
    three.run(on_match="fill-blank")
    assert three.ids()["P2"]["status"] == ("updated" if was_filled else "unchanged")
    for _ in range(2):
        assert three.run(on_match="create-only").summary.exit_code == 0
        assert "contact-differs" in rules(three)
        assert three.ids()["P2"]["status"] == "skipped"
    # Filling what is blank again has nothing to say of it, as before.
    three.run(on_match="fill-blank")
    assert "contact-differs" not in rules(three)
    ends_well(three, "contact-differs", **UPDATE)
    assert three.contact("P2")["defaultFields"]["role"] == "Lead"


def test_a_row_that_is_put_back_is_created_again(three: Desk, row: MakeRow) -> None:
    """`contact-deleted`: after the mirror has deleted a contact, its row put back creates the contact again."""
    mirror: dict[str, Any] = {"mirror": True, "source": "crm", "max_deletes": 5}
    three.run(**mirror)
    three.write([row(1), row(2)])
    three.run(**mirror)
    assert "contact-deleted" in rules(three)
    three.write([row(1), row(2), row(3)])
    ends_well(three, "contact-deleted", **mirror)


def test_a_contact_that_was_kept_is_deleted_in_the_app(three: Desk, row: MakeRow) -> None:
    """`contact-kept`: the mirror leaves a contact that people have edited, and it goes when a person deletes it."""
    mirror: dict[str, Any] = {"mirror": True, "source": "crm", "max_deletes": 5}
    three.run(**mirror)
    edited = three.contact("P3")["id"]
    three.sandbox.edit(edited, company="By hand")
    three.write([row(1), row(2)])
    three.run(**mirror)
    assert "contact-kept" in rules(three)
    three.sandbox.delete(edited)
    ends_well(three, "contact-kept", people=2, **mirror)


def test_rows_that_hold_the_mirror_are_corrected(three: Desk, row: MakeRow) -> None:
    """`mirror-held`: once every row has an id, the mirror deletes what has left the sheet."""
    mirror: dict[str, Any] = {"mirror": True, "source": "crm", "max_deletes": 5}
    three.run(**mirror)
    three.write([row(1), row(9, ID="")])
    three.run(**mirror)
    assert "mirror-held" in rules(three)
    assert {"P1", "P2", "P3"} <= {each["externalId"] for each in three.sandbox.contacts()}
    three.write([row(1), row(9)])
    ends_well(three, "mirror-held", people=2, **mirror)


def test_a_contact_that_cannot_be_changed_is_corrected(three: Desk, row: MakeRow) -> None:
    """`contact-unreachable`: when the contact can be changed again, the next run changes it."""
    three.run()
    three.write([row(1), row(2, Role="Lead"), row(3)])
    three.sandbox.add_faults(Fault("404", method="PATCH"))
    three.run(**UPDATE)
    assert "contact-unreachable" in rules(three)
    three.sandbox.clear_faults()
    ends_well(three, "contact-unreachable", **UPDATE)
    assert three.contact("P2")["defaultFields"]["role"] == "Lead"


def test_a_contact_that_cannot_be_changed_is_deleted(three: Desk, row: MakeRow) -> None:
    """`contact-unreachable`: when the contact is deleted instead, the row is left out, or created if that is asked."""
    three.run()
    three.write([row(1), row(2, Role="Lead"), row(3)])
    three.sandbox.add_faults(Fault("404", method="PATCH"))
    three.run(**UPDATE)
    three.sandbox.clear_faults()
    three.sandbox.delete(three.contact("P2")["id"])
    assert three.run(**UPDATE).summary.exit_code == 1
    assert rules(three) == {"contact-gone"}
    ends_well(three, "contact-unreachable", **UPDATE, on_missing="create")


@pytest.mark.parametrize("is_planned", [False, True])
def test_a_new_plan_is_made(three: Desk, row: MakeRow, counted: CountStatuses, is_planned: bool) -> None:
    """`changed-since-plan`: a new plan shows the contact as it is now, and running it, or the sheet, ends well."""
    three.run()
    three.write([row(1), row(2, Role="Lead"), row(3)])
    three.plan(**UPDATE)
    three.sandbox.edit(three.contact("P2")["id"], lastName="Lovelace")
    assert counted(three.run_plan(**UPDATE))["conflict"] == 1
    assert "changed-since-plan" in rules(three)
    if is_planned:
        three.plan(**UPDATE)
        assert counted(three.run_plan(**UPDATE)) == {"created": 2, "updated": 1}
    ends_well(three, "changed-since-plan", **UPDATE)
    assert three.contact("P2")["defaultFields"]["lastName"] == "Byron"


def test_what_a_plan_decided_is_planned_again(three: Desk, row: MakeRow) -> None:
    """`planned-so`: what the plan left out is in a new plan once its cause is gone."""
    three.write([row(1), row(2)])
    twins = [three.sandbox.add(firstName="Ada2", **ADA) for _ in range(2)]
    match: dict[str, Any] = {"match": "phone", **UPDATE}
    three.plan(**match)
    three.run_plan(**match)
    assert "planned-so" in rules(three)
    three.sandbox.delete(twins[1]["id"])
    three.plan(**match)
    assert three.run_plan(**match).summary.exit_code == 0
    ends_well(three, "planned-so", people=2, **match)


def test_ids_of_another_sheet_get_a_prefix(three: Desk) -> None:
    """`id-taken`: with an --id-prefix of its own the sheet creates its people beside those of the other sheet."""
    other = three.sandbox.add(firstName="Zoe", lastName="Fox", externalId="P2", source="crm", phoneNumbers=[])
    assert three.run().summary.exit_code == 1
    assert "id-taken" in rules(three)
    for _ in range(2):
        assert three.run(id_prefix="B-").summary.exit_code == 0
        assert "id-taken" not in rules(three)
        people = [each for each in three.sandbox.contacts() if each["id"] != other["id"]]
        assert len({each["defaultFields"]["firstName"] for each in people}) == len(people) == 3


def test_a_contact_of_another_source_is_the_same_person(three: Desk) -> None:
    """`id-taken`: when the contact is given the name and number of the row in the app, the row is that contact."""
    other = three.sandbox.add(firstName="Zoe", lastName="Fox", externalId="P2", source="crm")["id"]
    three.run(**UPDATE)
    assert "id-taken" in rules(three)
    three.sandbox.edit(other, firstName="Ada2", lastName="Byron", phoneNumbers=NUMBER)
    ends_well(three, "id-taken", **UPDATE)


def test_of_several_contacts_with_an_id_one_is_kept(three: Desk, row: MakeRow) -> None:
    """`id-several`: when one contact is left in the app, the row finds it."""
    facts: dict[str, Any] = {"externalId": "P2", "source": "spreadsheet-import"}
    twins = [three.sandbox.add(firstName="Ada2", **ADA, **facts) for _ in range(2)]
    assert three.run(**UPDATE).summary.exit_code == 1
    assert "id-several" in rules(three)
    three.sandbox.delete(twins[0]["id"])
    ends_well(three, "id-several", **UPDATE)


def test_a_refused_row_is_corrected(three: Desk, row: MakeRow) -> None:
    """`server-refused`: a row that the service refuses is created when what it refuses is corrected."""
    three.sandbox.add_faults(Fault("400", method="POST", external_id="P2"))
    assert three.run(**UPDATE).summary.exit_code == 1
    assert "server-refused" in rules(three)
    three.write([row(1), row(2, ID="P20"), row(3)])
    ends_well(three, "server-refused", **UPDATE)


def test_a_name_is_corrected(three: Desk, row: MakeRow) -> None:
    """`match-name`: with the name of the contact the row is that person."""
    three.sandbox.add(firstName="Zoe", **ADA)
    match: dict[str, Any] = {"match": "external-id,phone", **UPDATE}
    assert three.run(**match).summary.exit_code == 1
    assert "match-name" in rules(three)
    three.write([row(1), row(2, **{"First Name": "Zoe"}), row(3)])
    ends_well(three, "match-name", **match)


def test_a_row_is_another_person_than_the_contact(three: Desk) -> None:
    """`match-name`: without phone and email in --match the row is another person, beside the contact."""
    zoe = three.sandbox.add(firstName="Zoe", **ADA)["id"]
    three.run(match="external-id,phone", **UPDATE)
    for _ in range(2):
        assert three.run(match="external-id", **UPDATE).summary.exit_code == 0
        assert "match-name" not in rules(three)
        assert sorted(each["defaultFields"]["firstName"] for each in three.sandbox.contacts() if each["id"] != zoe) == [
            "Ada1",
            "Ada2",
            "Ada3",
        ]


@pytest.mark.parametrize("is_merged", [True, False])
def test_several_matches_are_merged_or_left(three: Desk, row: MakeRow, is_merged: bool) -> None:
    """`match-several`: one contact is deleted in the app, or the number removed from the row, which is then new."""
    twins = [three.sandbox.add(firstName="Ada2", **ADA) for _ in range(2)]
    match: dict[str, Any] = {"match": "external-id,phone", **UPDATE}
    assert three.run(**match).summary.exit_code == 1
    assert "match-several" in rules(three)
    if is_merged:
        three.sandbox.delete(twins[1]["id"])
        ends_well(three, "match-several", **match)
        return
    three.write([row(1), row(2, Phone=""), row(3)])
    assert three.run(**match).summary.exit_code == 0
    assert len(three.sandbox.contacts()) == 5


@pytest.mark.parametrize("is_same", [True, False])
def test_one_of_two_rows_is_removed_or_left(three: Desk, row: MakeRow, is_same: bool) -> None:
    """`match-taken`: one of the rows is removed, or the number left out of --match, which makes the row a person."""
    # Either may be the contact, while the rows are plainly two people.
    three.sandbox.add(firstName="A", **ADA)
    match: dict[str, Any] = {"match": "external-id,phone", **UPDATE}
    second = row(4, Phone="+442079400002", Email="", **{"First Name": "Abe"})
    three.write([row(2), second])
    assert three.run(**match).summary.exit_code == 1
    assert "match-taken" in rules(three)
    if is_same:
        three.write([row(2)])
        ends_well(three, "match-taken", people=1, **match)
    else:
        ends_well(three, "match-taken", people=2, match="external-id", **UPDATE)


def test_a_retyped_field_is_looked_at(three: Desk, row: MakeRow) -> None:
    """`field-retyped`: a value that is none of the new type is said, and corrected it is sent as the new type."""
    settings: dict[str, Any] = {"map": (("ID", "external_id"), ("Role", "custom:lead-source")), **UPDATE}
    three.write([row(1, Role="12"), row(2, Role="many")])
    three.run(**settings)
    try:
        three.sandbox.retype("lead-source", "number")
        three.run(**settings)
        assert {"field-retyped", "number-not-valid"} <= rules(three)
        three.write([row(1, Role="12"), row(2, Role="13")])
        ends_well(three, "field-retyped", people=2, **settings)
        values = [item["value"] for each in three.sandbox.contacts() for item in each["customFields"]]
        assert sorted(value for value in values if value is not None) == [12, 13]
    finally:
        three.sandbox.retype("lead-source", "string")
