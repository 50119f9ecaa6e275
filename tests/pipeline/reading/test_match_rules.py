"""On a match each field follows its rule: what people added survives, and nothing is doubled or taken away unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.errors import SettingsError
from importer.settings.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pipeline.conftest import CountStatuses, Desk, MakeRow, PointValues


def test_each_field_has_its_own_rule(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """`[on-match]`: one field is updated, one filled, one never touched, one only reported."""
    desk.write([row(1, Role="Old", Company="")])
    desk.run()
    desk.write([row(1, **{"Role": "New", "Company": "Engine Ltd", "Last Name": "King", "Email": "new@example.com"})])
    rules = {"default": "create-only", "role": "update", "company": "fill-blank", "email": "never"}
    assert counted(desk.run(on_match=rules)) == {"updated": 1}
    fields = desk.contact("P1")["defaultFields"]
    assert (fields["role"], fields["company"], fields["lastName"]) == ("New", "Engine Ltd", "Byron")
    assert [item["value"] for item in fields["emails"]] == ["ada1@example.com"]
    assert desk.run(on_match=rules).summary.requests == 1, "what a rule leaves alone is not looked at every night"
    assert counted(desk.run(on_match="update")) == {"updated": 1}
    assert desk.contact("P1")["defaultFields"]["lastName"] == "King"


def test_an_empty_cell_empties_only_under_clear(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A blank cell leaves a value alone, unless its field has the rule `clear`."""
    desk.write([row(1), row(2)])
    desk.run()
    desk.write([row(1, Role="", Company=""), row(2, Role="", Company="")])
    rules = {"default": "update", "role": "clear"}
    assert counted(desk.run(on_match=rules)) == {"updated": 2}
    for name in ("P1", "P2"):
        fields = desk.contact(name)["defaultFields"]
        assert (fields["role"], fields["company"]) == (None, "Engine Ltd")
    assert desk.run(on_match=rules).summary.requests == 1


def test_a_bad_cell_is_no_empty_one(desk: Desk, row: MakeRow, counted: CountStatuses, reached: PointValues) -> None:
    """A number that cannot be understood is left out of the row and never removed from the contact."""
    desk.write([row(1)])
    desk.run()
    rules = {"default": "update", "phone": "clear", "email": "clear"}
    desk.write([row(1, Phone="+442079400001", Email="nobody at all", Role="Lead")])
    assert counted(desk.run(on_match=rules)) == {"updated": 1}
    assert reached(desk.contact("P1"), "emails") == ["ada1@example.com"]


def test_a_corrected_number_takes_the_place_of_ours_and_of_nobody_elses(
    desk: Desk, row: MakeRow, counted: CountStatuses, reached: PointValues
) -> None:
    """Under update the number that this journal added goes when the sheet has another; what people added stays."""
    desk.write([row(1)])
    desk.run()
    there = desk.contact("P1")
    own = {"name": "home", "value": "+442079411111"}
    desk.sandbox.edit(there["id"], phoneNumbers=[*there["defaultFields"]["phoneNumbers"], own])
    desk.write([row(1, Phone="+442079422222")])
    assert counted(desk.run(on_match="update")) == {"updated": 1}
    assert reached(desk.contact("P1"), "phoneNumbers") == ["+442079411111", "+442079422222"]
    desk.write([row(1, Phone="+442079433333")])
    assert counted(desk.run(on_match="update")) == {"updated": 1}
    assert reached(desk.contact("P1"), "phoneNumbers") == ["+442079411111", "+442079433333"]
    desk.write([row(1, Phone="")])
    desk.run(on_match="update")
    assert reached(desk.contact("P1"), "phoneNumbers") == ["+442079411111", "+442079433333"], "an empty cell"


def test_a_number_that_was_there_before_is_never_removed(desk: Desk, row: MakeRow, reached: PointValues) -> None:
    """A contact that was found, not made, keeps every number it had."""
    desk.settle([row(1)])
    desk.write([row(1)])
    desk.run(on_match="update")
    desk.write([row(1, Phone="+442079422222")])
    desk.run(on_match="update")
    assert reached(desk.contact("P1"), "phoneNumbers") == ["+442079400001", "+442079422222"]


def test_fill_blank_fills_and_takes_nothing(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Fill-blank writes what the contact lacks, and what it has stays as people wrote it."""
    points = [{"name": "Phone", "value": "+442079400001"}]
    made = desk.sandbox.add(firstName="Ada1", lastName="Lovelace", externalId="P1", emails=[], phoneNumbers=points)
    desk.write([row(1)])
    assert counted(desk.run(on_match="fill-blank")) == {"updated": 1}
    fields = desk.sandbox.contact(made["id"])["defaultFields"]
    assert (fields["lastName"], fields["role"]) == ("Lovelace", "Sales")
    assert desk.run(on_match="fill-blank").summary.requests == 1


def test_a_contact_deleted_in_the_app_is_told_when_its_row_changes(
    desk: Desk, row: MakeRow, counted: CountStatuses
) -> None:
    """404 on the known contact: the row is a conflict, and is made again where that is said; never dropped silently."""
    desk.write([row(1)])
    desk.run()
    desk.sandbox.delete(desk.contact("P1")["id"])
    desk.write([row(1, Role="Lead")])
    assert counted(desk.run(on_match="update")) == {"conflict": 1}
    assert counted(desk.run(on_match="update", on_missing="create")) == {"created": 1}
    assert desk.contact("P1")["defaultFields"]["role"] == "Lead"


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"rolle": "update"}, r"did you mean 'role'\?"),
        ({"role": "overwrite"}, "role must be one of create-only, update, fill-blank, never, clear"),
        ({"default": "never"}, "default must be one of create-only, update, fill-blank"),
        ("merge", "must be one of create-only, update, fill-blank"),
    ],
)
def test_a_wrong_rule_is_named(rules: Any, words: str) -> None:
    """A misspelt field or rule stops the command and says what would be right."""
    with pytest.raises(SettingsError, match=words):
        load({"on_match": rules}, {})


def test_the_option_is_the_default_of_the_table(tmp_path: Path) -> None:
    """`--on-match` on the command line changes the rule of all fields that the table does not name."""
    file = tmp_path / "sync.toml"
    file.write_text('match = "phone, email"\n[on-match]\ndefault = "fill-blank"\nrole = "never"\n')
    assert load({}, {}, file).on_match == {"default": "fill-blank", "role": "never"}
    assert load({"on_match": "update"}, {}, file).on_match == {"default": "update", "role": "never"}
    assert load({}, {}, file).match == ("phone", "email")


def test_a_rule_for_an_unknown_custom_field_is_told(desk: Desk, row: MakeRow) -> None:
    """A rule for a custom field that no column fills may be misspelt, so the person hears of it."""
    desk.write([row(1)])
    desk.run(on_match={"default": "update", "custom:Lead Sorce": "never"})
    assert any("custom:Lead Sorce" in text for text in desk.said)
