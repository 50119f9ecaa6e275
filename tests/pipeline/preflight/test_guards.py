"""Guards stop before the first write and say which of them, with the numbers; the mirror deletes only what it may."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from importer.errors import GuardStop, SettingsError
from importer.pipeline.check import check
from importer.pipeline.preflight.guards import check_age
from importer.sandbox import Fault
from importer.settings.model import Settings

if TYPE_CHECKING:
    from tests.pipeline.conftest import CountStatuses, Desk, MakeRow

MIRROR = {"mirror": True, "source": "crm-2026", "max_deletes": 5}


@pytest.mark.parametrize(
    ("guard", "words"),
    [
        ({"max_new": 2}, "--max-new 2: 3 contacts would be created"),
        ({"max_new": "37%"}, "--max-new 37%: 3 contacts would be created (8 rows)"),
        ({"max_changes": 1}, "--max-changes 1: 2 contacts would be changed"),
        ({"max_changes": "20%"}, "--max-changes 20%: 2 contacts would be changed (8 rows)"),
        ({"max_rejects": "0"}, "--max-rejects 0: 1 of 8 rows"),
        ({"max_rejects": "10%"}, "--max-rejects 10%: 1 of 8 rows"),
        ({"expect_rows": "20%"}, "--expect-rows 20%: the sheet has 8 rows, the last run's had 4"),
        ({"newer_than": "26h"}, "--newer-than 26h"),
    ],
)
def test_each_guard_stops_before_the_first_write(desk: Desk, row: MakeRow, guard: dict[str, Any], words: str) -> None:
    """Exit 2, the guard and both numbers are named, and the workspace is untouched."""
    people = [row(number) for number in range(4)]
    desk.write(people)
    desk.run(on_match="update")
    lead = [{**one, "Role": "Lead"} for one in people[:2]]
    desk.write([*lead, *people[2:], *(row(number) for number in range(4, 7)), row(8, Phone="12", Email="")])
    old = desk.sheet.stat().st_mtime - 30 * 3600
    os.utime(desk.sheet, (old, old))
    before = desk.sandbox.contacts()
    with pytest.raises(GuardStop) as caught:
        desk.run(on_match="update", **guard)
    assert words in caught.value.message
    assert caught.value.exit_code == 2
    assert desk.sandbox.contacts() == before
    assert set(desk.sent()) <= {"GET"}


def test_guards_that_are_kept_let_the_run_go(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A run within its limits is an ordinary run; the first run has no last one to be compared with."""
    desk.write([row(1), row(2)])
    limits = {"max_new": 2, "max_changes": 0, "max_rejects": "0", "expect_rows": "10%", "newer_than": "1h"}
    assert counted(desk.run(**limits)) == {"created": 2}
    assert counted(desk.run(**limits)) == {"created": 2}
    assert desk.sent() == {"GET": 1}


@pytest.mark.parametrize(("limit", "stops"), [("0", True), ("33%", True), ("34%", False), ("1", False), (None, False)])
def test_a_check_and_a_plan_say_that_rejects_would_stop_the_run(
    desk: Desk, row: MakeRow, limit: str | None, stops: bool
) -> None:
    """They do not stop: the person wants to see why. Other guards are none of a check's, which knows no workspace."""
    desk.write([row(1), row(2), row(3, Phone="12", Email="")])
    checked = check(desk.job(max_rejects=limit, max_new=0, max_changes=0))
    said = f"--max-rejects {limit}: 1 of 3 rows would be rejected or are in conflict"
    assert checked.guards == ((said,) if stops else ())
    assert checked.summary.exit_code == 1
    assert desk.plan(max_rejects=limit).outlook.guards == checked.guards
    assert desk.sandbox.contacts() == []


def test_a_lost_journal_does_not_set_a_guard_off(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """What is new to the journal may be known to the workspace: it is looked up before --max-new says no."""
    people = [row(number) for number in range(30)]
    desk.settle(people)
    desk.write([*people, row(99)])
    assert counted(desk.run(max_new=1, on_match="update", max_changes=0)) == {"unchanged": 30, "created": 1}


def test_no_file_has_no_age(desk: Desk, row: MakeRow) -> None:
    """A guard that cannot be proved stops too."""
    with pytest.raises(GuardStop, match="cannot tell how old"):
        check_age(Settings(newer_than="1h"), "-")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"source": "spreadsheet-import"}, "--source"),
        ({"map": ()}, "id column"),
        ({"max_deletes": None}, "--max-deletes"),
        ({"limit": 1}, "--limit"),
        ({"only": ("Role == Sales",)}, "only"),
    ],
)
def test_the_mirror_is_refused_where_it_could_delete_what_was_not_meant(
    desk: Desk, row: MakeRow, settings: dict[str, Any], words: str
) -> None:
    """No source of its own, no id column, no limit, or a part of the sheet: exit 2 with the reason."""
    desk.write([row(1)])
    if settings.get("map") == ():
        desk.sheet.write_text(desk.sheet.read_text().replace("ID,", "Whatever,"))
    with pytest.raises(SettingsError, match=words):
        desk.run(**{**MIRROR, **settings})
    assert desk.sandbox.contacts() == []


def test_the_mirror_deletes_what_vanished_and_nobody_touched(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Of four contacts that are not in the sheet any more only the two go that this journal made and nobody changed."""
    desk.sandbox.add(firstName="Ada6", lastName="Byron", externalId="P6", role="Sales", company="Engine Ltd")
    desk.sandbox.add(firstName="Stranger")
    desk.write([row(number) for number in range(1, 7)])
    desk.run(source="crm-2026")
    desk.sandbox.edit(desk.contact("P3")["id"], role="Boss")
    desk.write([row(1), row(2, Phone="12", Email="")])
    report = desk.run(**MIRROR)
    assert counted(report) == {"created": 1, "rejected": 1}
    left = {one["externalId"] for one in desk.sandbox.contacts()}
    assert left == {"P1", "P2", "P3", "P6", None}, "a rejected row is still a row; P6 was found, P3 was edited"
    rules = [(one["rule"], one["value"]) for one in desk.problems() if one["rule"].startswith("contact-")]
    assert sorted(rules) == [("contact-deleted", "P4"), ("contact-deleted", "P5"), ("contact-kept", "P3")]
    desk.run(**MIRROR)
    assert desk.sent()["DELETE"] == 0
    desk.write([row(number) for number in (1, 4)])
    assert counted(desk.run(**{**MIRROR, "mirror": False})) == {"created": 2}, "a row that comes back is made anew"


@pytest.mark.parametrize("line", [",Cy,Fox,+442079400009,,,", "P9,Cy,Fox,+442079400009,,,Ltd,one,two"])
def test_a_row_without_a_name_of_its_own_holds_the_mirror(desk: Desk, row: MakeRow, line: str) -> None:
    """A row that lost its id, or whose cells have moved, may be anybody's: nobody is deleted, and that is said."""
    desk.write([row(number) for number in range(4)])
    desk.run(source="crm-2026")
    desk.write([row(0)])
    desk.sheet.write_text(f"{desk.sheet.read_text()}{line}\n")
    desk.run(**MIRROR)
    assert {"P0", "P1", "P2", "P3"} <= {one["externalId"] for one in desk.sandbox.contacts()}
    assert any("--mirror deletes no contacts" in text for text in desk.said)


def test_the_mirror_stops_at_its_limit(desk: Desk, row: MakeRow) -> None:
    """An export that was cut short deletes nobody."""
    desk.write([row(number) for number in range(10)])
    desk.run(source="crm-2026")
    desk.write([row(0)])
    with pytest.raises(GuardStop, match="--max-deletes 5: 9 contacts would be deleted"):
        desk.run(**MIRROR)
    assert len(desk.sandbox.contacts()) == 10


def test_an_empty_sheet_deletes_nobody(desk: Desk, row: MakeRow) -> None:
    """A sheet without rows is an export that failed, whatever the limit is."""
    desk.write([row(1), row(2)])
    desk.run(source="crm-2026")
    desk.write([])
    desk.run(**MIRROR)
    assert len(desk.sandbox.contacts()) == 2
    assert any("--mirror deletes no contacts" in text and "no rows" in text for text in desk.said)


def test_the_mirror_keeps_a_contact_that_got_another_id(desk: Desk, row: MakeRow) -> None:
    """A contact not found under its external id is read by its own: it is kept and told, not taken for gone."""
    desk.write([row(1), row(2), row(3)])
    desk.run(source="crm-2026")
    desk.sandbox.edit(desk.contact("P2")["id"], externalId="other")
    desk.sandbox.delete(desk.contact("P3")["id"])
    desk.write([row(1)])
    for _ in range(2):
        desk.run(**MIRROR)
        assert [one["value"] for one in desk.problems() if one["rule"].startswith("contact-")] == ["P2"]
    desk.write([row(1), row(2)])
    desk.run(source="crm-2026", trust_journal=False)
    assert len(desk.sandbox.contacts()) == 2


def test_the_mirror_survives_lost_answers(desk: Desk, row: MakeRow) -> None:
    """A DELETE whose answer is lost is looked at again, and none is lost or done to another contact."""
    desk.write([row(number) for number in range(5)])
    desk.run(source="crm-2026")
    desk.write([row(0)])
    desk.sandbox.add_faults(Fault("lost-response", method="DELETE", nth=1), Fault("500", method="DELETE", nth=2))
    desk.run(**MIRROR)
    assert [one["externalId"] for one in desk.sandbox.contacts()] == ["P0"]


def test_a_404_for_a_contact_that_is_there_is_no_deletion(desk: Desk, row: MakeRow) -> None:
    """A DELETE that is answered 404 is looked at again; what is still there is deleted then, or kept and told."""
    desk.write([row(number) for number in range(4)])
    desk.run(source="crm-2026")
    desk.write([row(0), row(1)])
    desk.sandbox.add_faults(Fault("404", method="DELETE", count=1))
    desk.run(**MIRROR)
    assert [one["externalId"] for one in desk.sandbox.contacts()] == ["P0", "P1"]


def test_another_sheet_in_the_folder_takes_nobody_away(desk: Desk, row: MakeRow) -> None:
    """Contacts made under another source are no business of this sheet."""
    desk.write([row(1)])
    desk.run(source="other-list")
    desk.write([row(2)])
    desk.run(**MIRROR)
    assert len(desk.sandbox.contacts()) == 2


def test_a_planned_mirror_deletes_what_the_plan_names(desk: Desk, row: MakeRow) -> None:
    """`plan --mirror` lists the contacts to go; the run deletes those, but for one that was edited meanwhile."""
    desk.write([row(number) for number in range(4)])
    desk.run(source="crm-2026")
    desk.write([row(0)])
    desk.plan(**MIRROR)
    assert [one["external_id"] for one in desk.planned()["deletes"]] == ["P1", "P2", "P3"]
    desk.sandbox.edit(desk.contact("P2")["id"], role="Boss")
    desk.run_plan(**MIRROR)
    assert [one["externalId"] for one in desk.sandbox.contacts()] == ["P0", "P2"]
