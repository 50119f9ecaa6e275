"""Merging: the PATCH brings a contact to its row and takes nothing away."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.plan import OnMatch, compare, merge, resolve

if TYPE_CHECKING:
    from tests.plan.conftest import MakeBody, MakeContact

NAMES = st.sampled_from([None, "", "Ada", "Bo"])
NUMBERS = st.lists(st.sampled_from(["+1", "+2", "+3"]), unique=True, max_size=3).map(tuple)
VALUES = st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y", True, 3, ["p", "q"]]), max_size=2)
FIELDS = st.fixed_dictionaries(
    {"first": NAMES, "last": NAMES, "role": NAMES, "phones": NUMBERS, "emails": NUMBERS, "customs": VALUES}
)


def apply(contact: dict[str, Any], patch: dict[str, Any], *, replaces: bool) -> dict[str, Any]:
    """The service's side of a PATCH, under either answer to what is open."""
    after = copy.deepcopy(contact)
    if not patch:
        return after
    if replaces:
        nothing: dict[str, Any] = {"phoneNumbers": [], "emails": []}
        patch = {"customFields": [], **patch, "defaultFields": nothing | patch.get("defaultFields", {})}
        after["defaultFields"] = dict.fromkeys(after["defaultFields"]) | nothing
    if "defaultFields" in patch:
        default = after["defaultFields"]
        for key, value in patch["defaultFields"].items():
            default[key] = _items(default[key], value, replaces=replaces) if isinstance(value, list) else value
    if "customFields" in patch:
        new = {item["key"]: item for item in patch["customFields"]}
        old = {} if replaces else {item["key"]: item for item in after["customFields"]}
        after["customFields"] = list({**old, **new}.values())
    for key in ("sourceUrl", "externalId", "source"):
        if key in patch or replaces:
            after[key] = patch.get(key)
    return after


def _items(old: list[dict[str, Any]], new: list[dict[str, Any]], *, replaces: bool) -> list[dict[str, Any]]:
    kept = {} if replaces else {item["id"]: item for item in old}
    for number, item in enumerate(new):
        kept[item.get("id", f"new-{number}")] = {"id": f"new-{number}", **item}
    return list(kept.values())


@pytest.mark.parametrize("replaces", [False, True])
@given(row=FIELDS, there=FIELDS)
def test_update_makes_the_contact_equal_and_loses_nothing(
    row: dict[str, Any], there: dict[str, Any], replaces: bool, body: MakeBody, contact: MakeContact
) -> None:
    """After an update the contact is what the row says and still has every number, address and field it had,
    whether the service merges or replaces."""
    sent, found = body(**row), contact(**there)
    patch = merge(sent, found, OnMatch.UPDATE)
    after = apply(found, patch, replaces=replaces)
    assert not compare(sent, after)
    assert bool(patch) == bool(compare(sent, found))
    assert merge(sent, after, OnMatch.UPDATE) == {}
    for key in ("phoneNumbers", "emails"):
        before_items, after_items = found["defaultFields"][key], after["defaultFields"][key]
        assert all(item in after_items for item in before_items)
        assert len({item["value"] for item in after_items}) == len(after_items)


@pytest.mark.parametrize("replaces", [False, True])
@given(row=FIELDS, there=FIELDS)
def test_fill_blank_changes_no_value(
    row: dict[str, Any], there: dict[str, Any], replaces: bool, body: MakeBody, contact: MakeContact
) -> None:
    """Under fill-blank whatever the contact had is still there, and what it lacked is filled from the row."""
    sent, found = body(**row), contact(**there)
    after = apply(found, merge(sent, found, OnMatch.FILL_BLANK), replaces=replaces)
    assert not compare({**found, "sourceUrl": None}, after)
    default, sent = after["defaultFields"], sent["defaultFields"]
    assert all(default[key] or not sent[key] for key in ("firstName", "lastName", "role", "phoneNumbers", "emails"))
    assert merge(sent, after, OnMatch.FILL_BLANK) == {}


def test_items_keep_their_ids(body: MakeBody, contact: MakeContact) -> None:
    """Old items go back with their ids and labels, new ones without (api-facts: Changing)."""
    patch = merge(body(phones=("+2", "+1")), contact(phones=("+1",)), OnMatch.UPDATE)
    assert patch["defaultFields"]["phoneNumbers"] == [
        {"id": "phoneNumbers-0", "name": "mobile", "value": "+1"},
        {"name": "mobile", "value": "+2"},
    ]
    assert set(patch["defaultFields"]) == {"firstName", "lastName", "company", "role", "phoneNumbers", "emails"}


@pytest.mark.parametrize("on_match", [OnMatch.UPDATE, OnMatch.FILL_BLANK])
def test_the_label_of_a_number_that_is_there_stays(body: MakeBody, contact: MakeContact, on_match: OnMatch) -> None:
    """A number that the contact has already keeps its label there, whatever the sheet calls it, as the guide says."""
    sent = body(phones=("+1",))
    sent["defaultFields"]["phoneNumbers"][0]["name"] = "work"
    assert merge(sent, contact(phones=("+1",)), on_match) == {}


def test_custom_items_keep_their_ids(body: MakeBody, contact: MakeContact) -> None:
    """All custom fields go back, so that a service that replaces loses none."""
    patch = merge(body(customs={"a": "new"}), contact(customs={"a": "old", "b": 1}), OnMatch.UPDATE)
    assert patch["customFields"] == [
        {"key": "a", "value": "new", "id": "cf-a"},
        {"key": "b", "value": 1, "id": "cf-b"},
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"first": "New"},
        {"phones": ("+14155550101", "+14155550102")},
        {"customs": {"a": "new"}},
        {"url": "https://b.example"},
    ],
)
def test_every_patch_is_the_whole_contact(changed: dict[str, Any], body: MakeBody, contact: MakeContact) -> None:
    """Whichever single thing changes, the PATCH holds all of the contact, also fields that nobody here knows."""
    there = contact(customs={"a": "old", "b": 1}, emails=("a@example.com",), url="https://a.example")
    there |= {"source": "x", "externalId": "other"}
    there["defaultFields"]["pronouns"] = "she"
    patch = merge(body(**changed), there, OnMatch.UPDATE)
    assert (patch["source"], patch["externalId"]) == ("x", "other")
    assert patch["sourceUrl"] == changed.get("url", "https://a.example")
    assert patch["defaultFields"]["pronouns"] == "she"
    assert {item["id"] for item in patch["customFields"]} == {"cf-a", "cf-b"}
    assert [item.get("id") for item in patch["defaultFields"]["phoneNumbers"]][:1] == ["phoneNumbers-0"]
    assert [item["id"] for item in patch["defaultFields"]["emails"]] == ["emails-0"]


def test_what_a_contact_does_not_have_is_not_sent(body: MakeBody, contact: MakeContact) -> None:
    """A contact without source, external id and link gets none from the row's PATCH."""
    patch = merge(body(first="New"), {**contact(), "source": None, "externalId": None}, OnMatch.UPDATE)
    assert set(patch) == {"defaultFields", "customFields"}


def test_create_only_touches_nothing(body: MakeBody, contact: MakeContact) -> None:
    """Under create-only a differing contact is skipped with a warning that says how to change it."""
    meeting = resolve(4, body(last="Byron"), contact(), OnMatch.CREATE_ONLY)
    assert (str(meeting.status), meeting.patch, meeting.contact_id) == ("skipped", None, "c1")
    assert meeting.problem is not None
    assert "'Byron' in the sheet, 'Lovelace' in the workspace" in meeting.problem.message
    assert "--on-match update" in meeting.problem.message


def test_equal_contact_is_unchanged_or_updated(body: MakeBody, contact: MakeContact) -> None:
    """An equal contact is unchanged, or updated if it was this journal that changed it."""
    assert str(resolve(4, body(), contact(), OnMatch.UPDATE).status) == "unchanged"
    assert str(resolve(4, body(), contact(), OnMatch.UPDATE, updating=True).status) == "updated"


def test_nothing_blank_to_fill(body: MakeBody, contact: MakeContact) -> None:
    """Under fill-blank a contact that differs but lacks nothing is unchanged, and the difference is told."""
    meeting = resolve(4, body(last="Byron"), contact(), OnMatch.FILL_BLANK)
    assert (str(meeting.status), str(meeting.state)) == ("unchanged", "kept")
    assert "Byron" in meeting.detail
