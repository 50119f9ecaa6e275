"""`--map COLUMN=FIELD`."""

from __future__ import annotations

import pytest

from importer.errors import MappingError
from importer.mapping.chosen.overrides import apply_overrides, column_position, parse_assignment
from importer.mapping.suggest.suggest import suggest
from importer.model import CustomField, FieldType, Fit, Mapping
from importer.model.fields import MAP_FIELDS

CUSTOM = (CustomField("171", "Lead Source", FieldType.STRING), CustomField("vip", "VIP", FieldType.BOOLEAN))


def given(headers: list[str], *pairs: tuple[str, str]) -> Mapping:
    return apply_overrides(suggest(headers, CUSTOM), pairs, CUSTOM)


def targets(mapping: Mapping) -> list[str]:
    return [column.target.name if column.fit is Fit.MAPPED and column.target else "-" for column in mapping.columns]


def mistake(headers: list[str], *pairs: tuple[str, str]) -> str:
    with pytest.raises(MappingError) as caught:
        given(headers, *pairs)
    assert caught.value.next_step
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Mobile=phone", ("Mobile", "phone")),
        ("a=b=email", ("a=b", "email")),
        (" #3 = phone:mobile ", ("#3", "phone:mobile")),
    ],
)
def test_an_assignment_is_split_at_its_last_equals_sign(text: str, pair: tuple[str, str]) -> None:
    """A header may contain "=", a field may not."""
    assert parse_assignment(text) == pair


@pytest.mark.parametrize("text", ["Mobile", "=phone", "Mobile=", "", "="])
def test_half_an_assignment_is_refused(text: str) -> None:
    """An assignment without column, sign or field says how to write one."""
    with pytest.raises(MappingError, match="COLUMN=FIELD"):
        parse_assignment(text)


def test_the_person_wins_and_the_other_column_says_why() -> None:
    """A given column takes the field from a suggested one, which is left out with the reason."""
    mapping = given(["Company", "Employer ID"], ("Employer ID", "company"))
    assert targets(mapping) == ["-", "company"]
    assert "'Employer ID'" in mapping.columns[0].reason


def test_rivals_are_settled_by_naming_one() -> None:
    """Naming one of two unsure columns maps it and ends the question of the other."""
    mapping = given(["Company", "Organization"], ("Organization", "company"))
    assert [column.fit for column in mapping.columns] == [Fit.UNMAPPED, Fit.MAPPED]


def test_every_field_can_be_given() -> None:
    """Each of the documented fields is accepted, and ignore takes the column out."""
    for field in MAP_FIELDS:
        (column,) = given(["Zzz"], ("Zzz", field)).columns
        assert (column.fit, column.target and column.target.field) == (
            (Fit.IGNORED, None) if field == "ignore" else (Fit.MAPPED, field)
        )


def test_labels_and_custom_fields_are_read() -> None:
    """`phone:mobile` sets the label; a custom field is named by name or key, whatever the case."""
    mapping = given(["a", "b", "c"], ("a", "phone:After hours"), ("b", "custom:lead source"), ("c", "custom:vip"))
    assert mapping.columns[0].target
    assert mapping.columns[0].target.label == "After hours"
    assert targets(mapping) == ["phone", "custom:Lead Source", "custom:VIP"]


def test_columns_are_named_loosely_or_by_number() -> None:
    """A header is found but for case and spaces; `#N` counts from 1."""
    assert targets(given(["Foo  Bar", "x"], ("foo bar", "role"), ("#2", "company"))) == ["role", "company"]
    assert column_position(["a", "", "c"], "#2") == 1
    assert column_position(["#2", "b"], "#2") == 0


def test_a_table_is_as_good_as_pairs() -> None:
    """`[map]` of the TOML file comes as a table."""
    assert targets(apply_overrides(suggest(["x"]), {"x": "role"})) == ["role"]


def test_twin_headers_must_be_named_by_number() -> None:
    """A header that occurs twice says nothing; the message gives both numbers."""
    assert "#1, #3" in mistake(["Tel X", "b", "Tel X"], ("Tel X", "phone"))
    assert "#1, #2" in mistake(["foo", "FOO"], ("Foo", "phone"))
    with pytest.raises(MappingError, match="#1, #2"):
        column_position(["a", "a"], "a")


def test_unknown_columns_and_fields_come_with_a_suggestion() -> None:
    """A near name is offered; a custom field without its prefix is told how to write it."""
    assert "Did you mean 'Mobile'" in mistake(["Mobile"], ("Mobil", "phone"))
    assert "Did you mean 'company'" in mistake(["a"], ("a", "compny"))
    assert "Did you mean 'Lead Source'" in mistake(["a"], ("a", "custom:Lead Sauce"))
    assert "custom:VIP" in mistake(["a"], ("a", "VIP"))
    assert "the sheet has 1" in mistake(["a"], ("#7", "phone"))
    assert "no field 'company:x'" in mistake(["a"], ("a", "company:x"))


def test_all_mistakes_are_told_at_once() -> None:
    """Nobody corrects a command line one mistake a run."""
    text = mistake(["a", "b"], ("zzz", "nothing"), ("b", "custom:none"))
    assert "'zzz'" in text
    assert "'nothing'" in text
    assert "'none'" in text


def test_one_field_from_two_columns_is_refused() -> None:
    """Two given columns for a single-valued field, or two fields for one column, are a mistake; two phones are not."""
    assert "company" in mistake(["a", "b"], ("a", "company"), ("b", "company"))
    assert "custom:171" in mistake(["a", "b"], ("a", "custom:171"), ("b", "custom:Lead Source"))
    assert "'a' is given 2 fields" in mistake(["a"], ("a", "company"), ("#1", "role"))
    assert targets(given(["a", "b"], ("a", "phone"), ("b", "phone"))) == ["phone", "phone"]


def test_a_whole_name_and_its_halves_exclude_each_other() -> None:
    """full_name replaces suggested halves, is questioned by a given half, and cannot be given beside one."""
    whole = given(["First Name", "Last Name", "Name"], ("Name", "full_name"))
    assert targets(whole) == ["-", "-", "full_name"]
    half = given(["Name", "Zzz"], ("Zzz", "last_name"))
    assert [column.fit for column in half.columns] == [Fit.UNSURE, Fit.MAPPED]
    assert "full_name" in mistake(["a", "b"], ("a", "full_name"), ("b", "last_name"))


def test_a_given_label_replaces_the_label_column() -> None:
    """With `phone:mobile` the label column beside the phone is not used; with plain `phone` it still is."""
    headers = ["Phone 1 - Label", "Phone 1 - Value"]
    assert given(headers, ("#2", "phone:mobile")).columns[1].label_position is None
    assert given(headers, ("#2", "phone")).columns[1].label_position == 0
    assert given(headers, ("#2", "role")).columns[1].label_position is None


def test_a_custom_field_to_be_made_is_named_with_its_type() -> None:
    """The API cannot make custom fields: the message says which one to make in the app, and of which type."""
    samples = [["2024-01-02", "2023-12-31"]]
    with pytest.raises(MappingError, match=r"'Renewal'.* create it in the Quo app, as a date field"):
        apply_overrides(suggest(["End"], CUSTOM), [("End", "custom:Renewal")], CUSTOM, samples=samples)
    assert "create it in the Quo app." in mistake(["End"], ("End", "custom:Renewal"))
