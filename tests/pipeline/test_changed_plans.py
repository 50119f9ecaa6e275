"""A plan that another person made or changed can be wrong, but does no more than the run itself would do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from importer.errors import SettingsError
from importer.plan import contact_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.pipeline.conftest import CountStatuses, Desk, MakeRow

OWN = {"source": "crm"}
MIRROR = {**OWN, "mirror": True, "max_deletes": 5}
Document = dict[str, Any]


def change_plan(desk: Desk, change: Callable[[Document], object]) -> None:
    """Change plan.json as a person with an editor does: one line for each row stays."""
    document = desk.planned()
    change(document)
    rows = document.pop("rows")
    head = json.dumps(document, indent=1).removesuffix("\n}")
    lines = ",\n".join(json.dumps(row) for row in rows)
    (desk.out / "plan.json").write_text(f'{head},\n "rows": [\n{lines}\n ]\n}}\n', encoding="utf-8")


def begin(desk: Desk, row: MakeRow) -> None:
    """Three people imported, of whom the last has left the sheet since."""
    desk.write([row(1), row(2), row(3)])
    desk.run(**OWN)
    desk.write([row(1), row(2)])


def deletion(contact: dict[str, Any]) -> dict[str, str]:
    """The line by which a plan deletes a contact as it is now."""
    return {
        "external_id": contact["externalId"],
        "contact_id": contact["id"],
        "seen_as": contact_fingerprint(contact),
    }


def test_a_plan_with_mirror_deletes_what_it_says(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """The contact whose row is gone is deleted by the run of its plan, and a second such run does nothing."""
    begin(desk, row)
    desk.plan(**MIRROR)
    assert [line["external_id"] for line in desk.planned()["deletes"]] == ["P3"]
    assert counted(desk.run_plan(**MIRROR)) == {"created": 2}
    assert sorted(contact["externalId"] for contact in desk.sandbox.contacts()) == ["P1", "P2"]
    assert counted(desk.run_plan(**MIRROR)) == {"created": 2}
    assert desk.sent()["DELETE"] == 0


def test_a_contact_that_a_person_edited_since_the_plan_is_kept(desk: Desk, row: MakeRow) -> None:
    """What the plan deletes is looked at once more by the run."""
    begin(desk, row)
    desk.plan(**MIRROR)
    desk.sandbox.edit(desk.contact("P3")["id"], lastName="Lovelace")
    desk.run_plan(**MIRROR)
    assert desk.contact("P3")["defaultFields"]["lastName"] == "Lovelace"
    assert [line["rule"] for line in desk.problems()] == ["contact-kept"]


@pytest.mark.parametrize("whose", ["of another program", "of a row", "of this folder under another id"])
def test_a_plan_deletes_no_contact_that_the_run_would_not(desk: Desk, row: MakeRow, whose: str) -> None:
    """A contact that this folder has not created, or that has its row, is not deleted because a file says so."""
    begin(desk, row)
    crm = {"firstName": "Zed", "lastName": "Fox", "phoneNumbers": [{"name": "m", "value": "+14155550188"}]}
    desk.sandbox.add({"defaultFields": crm}, externalId="Z9", source="other-crm")
    desk.plan(**MIRROR)
    contacts = {contact["externalId"]: contact for contact in desk.sandbox.contacts()}
    line = {
        "of another program": deletion(contacts["Z9"]),
        "of a row": deletion(contacts["P1"]),
        "of this folder under another id": {**deletion(contacts["Z9"]), "external_id": "P3"},
    }[whose]
    change_plan(desk, lambda document: document["deletes"].append(line))
    with pytest.raises(SettingsError, match="not one that this folder has created"):
        desk.run_plan(**MIRROR)
    assert desk.sandbox.contacts() == list(contacts.values())
    assert set(desk.sent()) <= {"GET"}


def test_a_plan_without_mirror_deletes_nothing(desk: Desk, row: MakeRow) -> None:
    """Contacts are deleted by the option that says so, and under its guards."""
    begin(desk, row)
    desk.plan(**OWN)
    line = deletion(desk.contact("P3"))
    change_plan(desk, lambda document: document["deletes"].append(line))
    with pytest.raises(SettingsError, match=r"plan\.json deletes contact"):
        desk.run_plan(**OWN)
    assert len(desk.sandbox.contacts()) == 3


@pytest.mark.parametrize("status", ["created", "updated", "duplicate", "rejected", "unfinished"])
def test_a_plan_says_of_no_row_that_it_is_done(desk: Desk, row: MakeRow, counted: CountStatuses, status: str) -> None:
    """What earlier runs have done is known by the journal alone, so a row that is not done yet is a conflict."""
    desk.write([row(1), row(2)])
    desk.plan(**OWN)
    change_plan(desk, lambda document: document["rows"][0].update(action="none", status=status, contact_id="CT1"))
    assert counted(desk.run_plan(**OWN)) == {"created": 1, "conflict": 1}
    assert f"was {status} when the plan was made" in desk.problems()[0]["message"]


IN_HEADER: dict[str, tuple[Any, ...]] = {
    "deletes": (None, 1, "x", {"a": 1}, [1], [None], [{}], [{"external_id": [], "contact_id": 1}]),
    "settings": (None, 1, "x", [], {"map": 1}, {"map": [1]}, {"map": [["a"]]}, {"map": [["a", "b", "c"]]}),
    "file": (None, 1, []),
    "address": (None, {}),
    "sheet_digest": (None, 1),
    "out": (1, []),
    "command": (1, ["x"]),
    "given": (1, {}),
    "schema": (1, []),
}
IN_ROW: dict[str, tuple[Any, ...]] = {
    "row": (float("inf"), float("nan"), "x", None, 2.5, -1),
    "external_id": (None, 1, []),
    "action": ("delete", "x", None, 1),
    "status": ("x", None, 1),
    "link": (1, {}),
    "changes": (1, "x", [1], [{}]),
}


@pytest.mark.parametrize(
    ("is_in_row", "name", "value"),
    [
        (is_in_row, name, value)
        for is_in_row, values_by_name in ((False, IN_HEADER), (True, IN_ROW))
        for name, values in values_by_name.items()
        for value in values
    ],
)
def test_a_value_that_no_plan_has_ends_the_run(
    desk: Desk, row: MakeRow, is_in_row: bool, name: str, value: object
) -> None:
    """Whatever a plan holds in place of a value, nothing is sent and the file is named."""
    desk.write([row(1), row(2)])
    desk.plan(**OWN)
    change_plan(desk, lambda document: (document["rows"][0] if is_in_row else document).update({name: value}))
    with pytest.raises(SettingsError, match=r"plan\.json"):
        desk.run_plan(**OWN)
    assert desk.sandbox.contacts() == []
