"""Rules of fields and what this journal added: a PATCH takes away only what is ours and has a successor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.model import Status
from importer.plan import (
    FieldChange,
    OnMatch,
    Policy,
    Rule,
    changes,
    contact_fingerprint,
    merge,
    point_fingerprints,
    points_on,
    points_with,
    policy_of,
    resolve,
    unknown_fields,
)
from importer.plan.plan_file import PlannedRow, read_header, read_rows, write_lines

if TYPE_CHECKING:
    from tests.plan.conftest import MakeBody, MakeContact

NUMBERS = st.lists(st.sampled_from(["+1", "+2", "+3", "+4", "+5"]), unique=True, max_size=4).map(tuple)
TEXTS = st.text(max_size=12)


def numbers_after(found: dict[str, Any], patch: dict[str, Any]) -> list[str]:
    """The numbers of a contact once the service has carried a patch out."""
    sent = patch.get("defaultFields", found["defaultFields"])["phoneNumbers"]
    return [item["value"] for item in sent if item["value"] is not None]


@given(row=NUMBERS, there=NUMBERS, ours=NUMBERS)
def test_only_what_we_added_goes(
    row: tuple[str, ...], there: tuple[str, ...], ours: tuple[str, ...], body: MakeBody, contact: MakeContact
) -> None:
    """Whatever the sheet says: people's numbers stay, the row's come, and never more of ours go than new ones come."""
    sent, found = body(phones=row), contact(phones=there)
    added = point_fingerprints(body(phones=ours))
    after = numbers_after(found, merge(sent, found, OnMatch.UPDATE, added=added))
    assert set(there) - set(ours) <= set(after)
    assert set(row) <= set(after)
    assert len(after) == len(set(after))
    gone, new = set(there) - set(after), set(row) - set(there)
    assert gone <= set(ours) - set(row)
    assert not gone or new
    for rule in (OnMatch.FILL_BLANK, OnMatch.CREATE_ONLY):
        assert set(there) <= set(numbers_after(found, merge(sent, found, rule, added=added)))


@given(row=NUMBERS, there=NUMBERS, ours=NUMBERS)
def test_what_is_gone_is_no_longer_ours(
    row: tuple[str, ...], there: tuple[str, ...], ours: tuple[str, ...], body: MakeBody, contact: MakeContact
) -> None:
    """After a change ours are the new numbers and those of ours that are still there."""
    sent, found = body(phones=row), contact(phones=there)
    added = point_fingerprints(body(phones=ours))
    patch = merge(sent, found, OnMatch.UPDATE, added=added)
    after = contact(phones=tuple(numbers_after(found, patch)))
    kept = points_on(points_with(added, patch), after)
    expected = (set(ours) & set(numbers_after(found, patch))) | (set(row) - set(there))
    assert {kept[start : start + 8] for start in range(0, len(kept), 8)} == {
        point_fingerprints(body(phones=(one,))) for one in expected
    }


@pytest.mark.parametrize(
    ("rule", "role", "status"),
    [
        (Rule.UPDATE, "Lead", "unfinished"),
        (Rule.FILL_BLANK, "Sales", "unchanged"),
        (Rule.CREATE_ONLY, "Sales", "skipped"),
        (Rule.NEVER, "Sales", "unchanged"),
        (Rule.CLEAR, "Lead", "unfinished"),
    ],
)
def test_a_field_follows_its_rule(rule: Rule, role: str, status: str, body: MakeBody, contact: MakeContact) -> None:
    """One difference, five rules."""
    sent, found = body(role="Lead"), contact(role="Sales")
    policy = Policy(OnMatch.CREATE_ONLY, {"role": rule})
    met = resolve(2, sent, found, policy)
    assert met.status == status
    assert (met.patch or found)["defaultFields"]["role"] == role


def test_clear_empties_what_the_row_leaves_empty(body: MakeBody, contact: MakeContact) -> None:
    """A cleared field is sent as null, with everything else as it is."""
    found = contact(role="Sales", customs={"lead": "web"}, url="https://example.com/1")
    policy = Policy(OnMatch.UPDATE, {"role": Rule.CLEAR, "custom:lead": Rule.CLEAR, "source_url": Rule.CLEAR})
    patch = merge(body(), found, policy, clears=("custom:lead", "role", "source_url"))
    assert patch["defaultFields"]["role"] is None
    assert patch["customFields"] == [{"key": "lead", "value": None, "id": "cf-lead"}]
    assert patch["sourceUrl"] is None
    assert [str(one) for one in changes(found, patch, {})] == [
        "role: 'Sales' -> nothing",
        "custom:Lead: 'web' -> nothing",
        "source_url: 'https://example.com/1' -> nothing",
    ]
    assert merge(body(), found, policy) == {}


def test_left_tells_an_edit_and_nothing_else(body: MakeBody, contact: MakeContact) -> None:
    """Order, ids, times and the ways to write a value do not count; every field a person can see does."""
    one = contact(phones=("+1", "+2"), customs={"since": "2024-01-02T00:00:00Z"})
    other = contact(created="2030-01-01T00:00:00Z", phones=("+2", "+1"), customs={"since": "2024-01-02T01:00:00+01:00"})
    assert contact_fingerprint(one) == contact_fingerprint(other) != ""
    for edited in (contact(first="Bo"), contact(role="x"), contact(phones=("+9",)), contact(customs={"a": True})):
        assert contact_fingerprint(edited) != contact_fingerprint(contact())
    assert contact_fingerprint({"id": "c1"}) == ""


def test_fingerprints_never_change(contact: MakeContact) -> None:
    """Journals keep them: a field that the API gets one day may count in them only where a contact has it."""
    assert contact_fingerprint(contact(role="Countess")) == "HAdW2_he5fMIWj5A"


def test_rules_are_read_by_name_or_key() -> None:
    """A custom field is named as people know it; one that the sheet does not fill is told."""
    rules = {"default": "update", "custom:lead source": "never", "custom:k2": "clear", "custom:Gone": "never"}
    fields = {"Lead Source": "k1", "Since": "k2"}
    policy = policy_of(rules, fields)
    assert (policy.rule("custom:k1"), policy.rule("custom:k2"), policy.rule("role")) == ("never", "clear", "update")
    assert unknown_fields(rules, fields) == ("custom:Gone",)
    assert Policy().mark == "create-only"
    assert policy.mark != Policy(OnMatch.UPDATE).mark


def test_a_custom_field_is_spoken_of_by_its_name(body: MakeBody, contact: MakeContact) -> None:
    """Where the contact has no such field its key would say nothing to a person; names do not make another policy."""
    policy = policy_of("create-only", {"Customer Since": "171"})
    row, there = body(customs={"171": "x"}), contact()
    assert "custom:Customer Since: 'x' in the sheet" in resolve(2, row, there, policy).detail
    patch = resolve(2, row, there, policy_of("update", {"Customer Since": "171"})).patch
    assert patch is not None
    assert [str(one) for one in changes(there, patch, policy.names)] == ["custom:Customer Since: nothing -> 'x'"]
    assert policy.mark == Policy().mark


@given(st.lists(st.tuples(TEXTS, TEXTS, st.none() | TEXTS | st.lists(TEXTS)), max_size=6), TEXTS)
def test_a_plan_reads_back_as_it_was_written(rows: list[tuple[str, str, Any]], file: str) -> None:
    """Whatever the cells hold, each row has one line and comes back the same."""
    planned = [
        PlannedRow(number, one, "update", Status.UNFINISHED, detail=detail, changes=(FieldChange("role", old, "x"),))
        for number, (one, detail, old) in enumerate(rows, start=2)
    ]
    header = {"file": file, "address": "sandbox", "settings": {}, "sheet_digest": "d", "deletes": []}
    text = "".join(write_lines(header, planned))
    lines = text.split("\n")
    assert json.loads(text)["version"] == 1
    assert read_header(lines).file == file
    assert list(read_rows(lines)) == planned


@pytest.mark.parametrize("text", ["", "{}", '{\n "rows": [\n ]\n}\n', 'not json\n "rows": [\n'])
def test_what_is_no_plan_is_refused(text: str) -> None:
    """A file without the head of a plan is none."""
    with pytest.raises(ValueError):  # noqa: PT011 - the words are of json in one case
        read_header(text.splitlines())
