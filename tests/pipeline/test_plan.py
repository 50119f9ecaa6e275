"""A plan is found with GET alone, says what a run will do, and a run does exactly that or says why not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from importer.errors import SettingsError
from importer.pipeline.preflight.saved_plan import SavedPlan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pipeline.conftest import CountStatuses, Desk, MakeRow

UPDATE = {"on_match": "update"}


def begin(desk: Desk, row: MakeRow) -> None:
    """Two people imported; then one changed in the sheet, one new, one rejected."""
    desk.write([row(1), row(2)])
    desk.run(**UPDATE)
    desk.write([row(1, Role="Lead"), row(2), row(3), row(4, Phone="12", Email="")])


def test_a_plan_reads_only_and_says_what_will_be(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Counts, old and new values of every update, requests and time are in plan.json; the journal stays as it was."""
    begin(desk, row)
    kept = [desk.out / name for name in ("journal.sqlite", "id_map.csv", "summary.json")]
    before = [file.read_bytes() for file in kept]
    planned = desk.plan(**UPDATE)
    assert set(desk.sent()) == {"GET"}
    assert [file.read_bytes() for file in kept] == before
    document = desk.planned()
    assert (document["version"], document["create"], document["update"], document["delete"]) == (1, 1, 1, 0)
    assert document["requests"] == 3, "a look, a change, a creation"
    rows = {one["row"]: one for one in document["rows"]}
    assert [rows[number]["action"] for number in (2, 3, 4, 5)] == ["update", "none", "create", "none"]
    assert rows[2]["changes"] == [{"field": "role", "old": "Sales", "new": "Lead"}]
    assert (rows[3]["status"], rows[5]["status"]) == ("created", "rejected")
    assert "sandbox-key" not in json.dumps(document)
    assert planned.report.summary.exit_code == 1
    assert (desk.out / "rejects.csv").exists()
    assert planned.outlook.changes == ["row 2: role: 'Sales' -> 'Lead'"]
    assert (desk.out / "plan.json").stat().st_mode & 0o777 == 0o600


def test_the_run_does_exactly_the_plan(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """`run --plan` writes what was planned and nothing else, and running it again does nothing."""
    begin(desk, row)
    desk.plan(**UPDATE)
    assert counted(desk.run_plan(**UPDATE)) == {"created": 2, "updated": 1, "rejected": 1}
    # One of the looks is for contacts that another folder may have made of the new row.
    assert desk.sent() == {"GET": 6, "PATCH": 1, "POST": 1}
    assert desk.run_plan(**UPDATE).summary.requests == 1


def test_a_contact_that_changed_since_is_a_conflict(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A person's edit between plan and run stops that row alone; the others go on, and the run ends with 1."""
    people = [row(number) for number in range(6)]
    desk.write(people)
    desk.run(**UPDATE)
    desk.write([{**one, "Role": "Lead"} for one in people])
    desk.plan(**UPDATE)
    desk.sandbox.edit(desk.contact("P2")["id"], lastName="Lovelace")
    desk.sandbox.delete(desk.contact("P3")["id"])
    report = desk.run_plan(**UPDATE)
    assert counted(report) == {"updated": 4, "conflict": 2}
    assert report.summary.exit_code == 1
    told = {one["row"]: one["rule"] for one in desk.problems() if one["severity"] == "error"}
    assert told == {"4": "changed-since-plan", "5": "contact-gone"}
    assert desk.contact("P2")["defaultFields"]["role"] == "Sales"
    assert len(desk.sandbox.contacts()) == 5


def test_a_match_that_changed_since_the_plan_is_not_made_again(
    desk: Desk, row: MakeRow, counted: CountStatuses
) -> None:
    """The conflict costs no knowledge: without --match the row still leads to the contact that people made."""
    made = desk.sandbox.add(firstName="Ada1", phoneNumbers=[{"name": "m", "value": "+442079400001"}])
    settings = {**UPDATE, "match": "phone"}
    desk.write([row(1)])
    desk.run(**settings)
    desk.write([row(1, Role="Lead")])
    desk.plan(**settings)
    desk.sandbox.edit(made["id"], company="By hand")
    assert counted(desk.run_plan(**settings)) == {"conflict": 1}
    assert desk.ids()["P1"]["contact_id"] == made["id"]
    assert counted(desk.run(**UPDATE)) == {"updated": 1}
    assert len(desk.sandbox.contacts()) == 1


def test_a_contact_that_appeared_since_is_a_conflict(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Where the plan saw nobody, somebody who is there by now is not written to."""
    desk.write([row(1), row(2)])
    desk.plan(**UPDATE)
    desk.sandbox.add(firstName="Ada1", externalId="P1")
    assert counted(desk.run_plan(**UPDATE)) == {"created": 1, "conflict": 1}
    assert desk.sent()["PATCH"] == 0


def test_a_match_by_phone_is_carried_out_as_planned(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """The contact that the plan matched is the one that the run changes, without another listing."""
    made = desk.sandbox.add(firstName="Ada1", phoneNumbers=[{"name": "m", "value": "+442079400001"}])
    desk.write([row(1), row(2)])
    settings = {**UPDATE, "match": "phone"}
    desk.plan(**settings)
    assert counted(desk.run_plan(**settings)) == {"updated": 1, "created": 1}
    # One of the reads is of the first contact that was created.
    assert desk.sent() == {"GET": 6, "PATCH": 1, "POST": 1}
    assert desk.ids()["P1"]["contact_id"] == made["id"]


def test_what_the_plan_found_equal_costs_nothing(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A row whose contact the plan found equal ends as unchanged with its id, without another look."""
    people = [row(number) for number in range(30)]
    desk.settle(people)
    desk.write([*people, row(99)])
    desk.plan()
    assert counted(desk.run_plan()) == {"unchanged": 30, "created": 1}
    # One of the reads is of the first contact that was created.
    assert desk.sent() == {"GET": 4, "POST": 1}
    assert desk.run().summary.requests == 1


@pytest.mark.parametrize("change", ["sheet", "address", "version", "line", "text"])
def test_a_plan_that_does_not_fit_any_more_stops_before_the_first_write(desk: Desk, row: MakeRow, change: str) -> None:
    """Another sheet, workspace or version, or a plan that somebody edited: exit 2, and nothing is sent."""
    desk.write([row(1), row(2)])
    desk.plan()
    file = desk.out / "plan.json"
    text = file.read_text(encoding="utf-8")
    if change == "sheet":
        desk.write([row(1), row(2, Role="Lead")])
    elif change == "address":
        file.write_text(text.replace(desk.sandbox.url, "https://api.quo.com"), encoding="utf-8")
    elif change == "version":
        file.write_text(text.replace('"version": 1', '"version": 2'), encoding="utf-8")
    elif change == "line":
        file.write_text(text.replace('{"row": 3', '{"row": three'), encoding="utf-8")
    else:
        file.write_text("not a plan", encoding="utf-8")
    with pytest.raises(SettingsError, match="plan") as caught:
        desk.run_plan()
    assert caught.value.exit_code == 2
    assert desk.sandbox.contacts() == []


def test_a_missing_plan_is_named(tmp_path: Path) -> None:
    """A plan that is not there is named in the message."""
    with pytest.raises(SettingsError, match=r"nowhere\.json"):
        SavedPlan.open(tmp_path / "nowhere.json")


def test_a_plan_of_an_unknown_workspace_takes_the_cheaper_look(desk: Desk, row: MakeRow) -> None:
    """A workspace smaller than the sheet is listed; the lookups by id would cost more."""
    desk.settle([row(number) for number in range(60)])
    desk.write([row(number) for number in range(100)])
    desk.plan()
    assert desk.sent() == {"GET": 1 + 4}
    assert (desk.planned()["create"], desk.planned()["rows_by_status"]["unchanged"]) == (40, 60)
