"""Comparing: what counts as the same, and whose contact it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.plan import compare, is_ours, is_stranger
from importer.plan.compare import Difference

if TYPE_CHECKING:
    from tests.plan.conftest import MakeBody, MakeContact

SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "as sent": ({}, {}),
    "other order": ({"phones": ("+1", "+2")}, {"phones": ("+2", "+1")}),
    "people added a number": ({"phones": ("+1",)}, {"phones": ("+1", "+2")}),
    "people added an address": ({}, {"emails": ("a@example.com",)}),
    "people added a field": ({}, {"customs": {"vip": True}}),
    "address in other case": ({"emails": ("Ada@Example.com",)}, {"emails": ("ada@example.com",)}),
    "composed and decomposed": ({"first": "Zoe\u0308"}, {"first": "Zo\u00eb"}),
    "trimmed": ({"first": "Ada "}, {"first": "Ada"}),
    "empty cell": ({"last": None, "company": ""}, {"last": "Lovelace", "company": "Engines"}),
    "date written otherwise": (
        {"customs": {"d": "2024-03-12T00:00:00.000Z"}},
        {"customs": {"d": "2024-03-12T01:00:00+01:00"}},
    ),
    "number written otherwise": ({"customs": {"n": 12}}, {"customs": {"n": 12.0}}),
    "options in other order": ({"customs": {"m": ["a", "b"]}}, {"customs": {"m": ["b", "a"]}}),
    "empty custom value": ({"customs": {"m": []}}, {}),
}
OTHER: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "name": ({"first": "Ada"}, {"first": "Ida"}, "first_name"),
    "case of a name": ({"first": "ada"}, {"first": "Ada"}, "first_name"),
    "name gone": ({"last": "Lovelace"}, {"last": None}, "last_name"),
    "number gone": ({"phones": ("+1", "+2")}, {"phones": ("+1",)}, "phone"),
    "address": ({"emails": ("a@example.com",)}, {"emails": ("b@example.com",)}, "email"),
    "role": ({"role": "CTO"}, {}, "role"),
    "url": ({"url": "https://a.example"}, {}, "source_url"),
    "true is not 1": ({"customs": {"b": True}}, {"customs": {"b": 1}}, "custom:B"),
    "false is a value": ({"customs": {"b": False}}, {}, "custom:b"),
    "text is not a number": ({"customs": {"s": "12"}}, {"customs": {"s": 12}}, "custom:S"),
    "fewer options": ({"customs": {"m": ["a", "b"]}}, {"customs": {"m": ["a"]}}, "custom:M"),
    "another day": ({"customs": {"d": "2024-03-12T00:00:00Z"}}, {"customs": {"d": "2024-03-13T00:00:00Z"}}, "custom:D"),
}


@pytest.mark.parametrize("case", SAME)
def test_equal_to_the_row(case: str, body: MakeBody, contact: MakeContact) -> None:
    """A contact is equal to its row when everything the row says is there, however it is written."""
    row, stored = SAME[case]
    assert not compare(body(**row), contact(**stored))


@pytest.mark.parametrize("case", OTHER)
def test_different_from_the_row(case: str, body: MakeBody, contact: MakeContact) -> None:
    """A value that is missing or other is a difference, named as the person names fields, with both sides."""
    row, stored, name = OTHER[case]
    differences = compare(body(**row), contact(**stored))
    assert [difference.field for difference in differences.items] == [name]
    assert "in the sheet" in str(differences)
    assert "in the workspace" in str(differences)


@pytest.mark.parametrize(
    "odd", [{}, {"defaultFields": None}, {"defaultFields": {"phoneNumbers": None}, "customFields": [3]}]
)
def test_odd_contacts_do_not_crash(odd: dict[str, Any], body: MakeBody) -> None:
    """A contact in an unexpected shape differs; it does not end the run."""
    assert compare(body(), odd)


def test_many_differences_are_shown_short(body: MakeBody, contact: MakeContact) -> None:
    """A message names three differences and counts the rest."""
    row = body(customs={f"k{number}": "x" * 500 for number in range(9)})
    text = str(compare(row, contact()))
    assert text.endswith("and 6 more")
    assert len(text) < 500


NOW = 1767261600  # 2026-01-01T10:00:00Z
OURS: dict[str, tuple[dict[str, Any], dict[str, Any], int | None, bool]] = {
    "made after the sending": ({}, {}, NOW, True),
    "made in the second of the sending": ({}, {"created": "2026-01-01T10:00:00.000Z"}, NOW, True),
    "made before": ({}, {"created": "2026-01-01T09:58:59.999Z"}, NOW, False),
    "nothing was ever sent": ({}, {}, None, False),
    "other fields": ({}, {"first": "Ida"}, NOW, False),
    "a field more": ({}, {"company": "Engines"}, NOW, False),
    "a number more": ({}, {"phones": ("+14155550101", "+1")}, NOW, False),
    "no time": ({}, {"created": "soon"}, NOW, False),
}


@pytest.mark.parametrize("case", OURS)
def test_ours(case: str, body: MakeBody, contact: MakeContact) -> None:
    """A found contact is ours only if source and fields equal what was sent and it was not made before the sending."""
    row, stored, sent_at, expected = OURS[case]
    assert is_ours(body(**row), contact(**stored), sent_at) is expected


def test_another_source_is_not_ours(body: MakeBody, contact: MakeContact) -> None:
    """The same person from another tool is not our contact."""
    assert not is_ours(body(), {**contact(), "source": "hubspot"}, NOW)
    assert not is_ours(body(), {**contact(), "source": None}, NOW)


def test_default_source(body: MakeBody, contact: MakeContact) -> None:
    """A body without a source is stored as public-api (OpenAPI file)."""
    row = body()
    del row["source"]
    assert is_ours(row, {**contact(), "source": "public-api"}, NOW)


STRANGERS: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "nothing in common": ({}, {"first": "Bo", "last": "Ek", "phones": ("+2",)}, True),
    "same last name": ({}, {"first": "Bo", "phones": ("+2",)}, False),
    "same name in other case": ({}, {"first": "ADA", "last": "X", "phones": ()}, False),
    "same number": ({}, {"first": "Bo", "last": "Ek"}, False),
    "same address": (
        {"emails": ("A@x.org",)},
        {"first": "Bo", "last": "E", "phones": (), "emails": ("a@x.org",)},
        False,
    ),
    "a name here, a number there": ({"phones": ()}, {"first": None, "last": None, "phones": ("+2",)}, False),
    "other numbers without a name": (
        {"first": None, "last": None},
        {"first": None, "last": None, "phones": ("+2",)},
        True,
    ),
    "emptied contact": ({}, {"first": None, "last": None, "phones": ()}, False),
    "same company, other people": ({"company": "X"}, {"first": "Bo", "last": "Ek", "company": "X", "phones": ()}, True),
    "companies only": (
        {"first": None, "last": None, "company": "X", "phones": ()},
        {"first": None, "last": None, "company": "X", "phones": ()},
        False,
    ),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_stranger(case: str, body: MakeBody, contact: MakeContact) -> None:
    """A contact that could share a name, number or address with the row and shares none is another person's."""
    row, stored, expected = STRANGERS[case]
    assert is_stranger(body(**row), contact(**stored)) is expected


def test_the_two_sides_of_a_difference_look_different() -> None:
    """Two options and one option with a comma in it are not shown as the same text."""
    difference = Difference("custom:Tags", ["VIP", "Customer"], ["VIP, Customer"])
    assert str(difference) == "custom:Tags: 'VIP; Customer' in the sheet, 'VIP, Customer' in the workspace"
