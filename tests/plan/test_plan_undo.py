"""Taking back and proving, decided from plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.plan import Deed, Finding, Known, OnMatch, Policy, State, Undoing, judge_undo, left, prove, restore, twins
from importer.sandbox import Options
from importer.sandbox.contact import changed_contact

from_phones = st.lists(st.sampled_from(["+14155550101", "+14155550102", "+14155550103"]), unique=True, max_size=3)
words = st.sampled_from([None, "Ada", "Byron", "Zoë"])


@st.composite
def contacts(draw: Any, before: str) -> dict[str, Any]:
    """A contact; the ids of its items say in which of two states they came."""
    item = {"name": "mobile"}
    numbers = [{**item, "value": value, "id": f"{value[-1]}"} for value in draw(from_phones)]
    emails = [{"name": "work", "value": f"{before}@example.com", "id": before}] if draw(st.booleans()) else []
    value = draw(words)
    custom = [{"id": "cf", "key": "note", "name": "Note", "type": "string", "value": value}] if value else []
    return {
        "id": "c1",
        "externalId": "e1",
        "source": "s",
        "sourceUrl": draw(st.sampled_from([None, "https://example.com/1"])),
        "defaultFields": {
            "firstName": draw(words),
            "lastName": draw(words),
            "company": draw(words),
            "role": None,
            "phoneNumbers": numbers,
            "emails": emails,
        },
        "customFields": custom,
        "createdAt": "2026-01-01T10:00:00.000Z",
        "updatedAt": "2026-01-01T10:00:00.000Z",
    }


@pytest.mark.parametrize("patch", ["merge", "replace"])
@given(before=contacts("one"), now=contacts("two"))
def test_restoring_brings_back_what_was(patch: str, before: dict[str, Any], now: dict[str, Any]) -> None:
    """Whatever a contact was and is, the PATCH of `restore` makes it what it was, however the service patches."""
    sent = restore(before, now)
    # The sandbox knows its own custom fields only, so they are compared as the API would keep them.
    asked = {name: value for name, value in sent.items() if name != "customFields"}
    after = changed_contact(now, asked, "2026-01-02T10:00:00.000Z", Options(patch=patch))
    kept = [item for item in sent.get("customFields", ()) if item["value"] is not None]
    assert left({**after, "customFields": kept}) == left(before)
    assert {item["key"] for item in now["customFields"]} <= {item["key"] for item in sent.get("customFields", ())}


@pytest.fixture
def one(contact: Any) -> dict[str, Any]:
    made: dict[str, Any] = contact()
    return made


def test_only_what_is_as_it_was_left_is_touched(one: dict[str, Any], contact: Any) -> None:
    """Equal to how the run left it: taken back. Otherwise kept, gone, or the affair of a later run."""
    deed = Deed("e1", "c1", frozenset({left(one)}))
    edited = contact(role="CTO")
    cases = [
        (deed, [one], Undoing.DELETE),
        (deed, [edited], Undoing.KEEP),
        (deed, [], Undoing.NOTHING),
        (replace(deed, later=True), [one], Undoing.KEEP),
        (replace(deed, left_as=frozenset()), [one], Undoing.KEEP),
        (replace(deed, removed=True), [], Undoing.KEEP),
        (replace(deed, before=edited), [one], Undoing.RESTORE),
        (replace(deed, before=edited), [edited], Undoing.NOTHING),
        (replace(deed, before=edited), [], Undoing.KEEP),
        (replace(deed, before=edited), [contact(company="Babbage")], Undoing.KEEP),
    ]
    assert [judge_undo(case, found).undoing for case, found, _ in cases] == [wanted for *_, wanted in cases]


def test_a_lost_sending_is_ours_only_if_it_is_what_was_sent_since(one: dict[str, Any], contact: Any) -> None:
    """A contact under the id of a lost POST goes only if it is what was sent and not older than the sending."""
    deed = Deed("e1", "", frozenset({left(one)}), sent_at=1767261600)
    assert judge_undo(deed, [one]).undoing is Undoing.DELETE
    assert judge_undo(deed, [contact(role="CTO")]).undoing is Undoing.KEEP
    assert judge_undo(deed, [contact(created="2026-01-01T09:59:59.999Z")]).undoing is Undoing.KEEP
    assert judge_undo(deed, []).undoing is Undoing.NOTHING


def test_twins_are_named(one: dict[str, Any]) -> None:
    """Another contact under the same id is told of, the one that is undone is not."""
    deed = Deed("e1", "c1", frozenset())
    assert twins(deed, [one, {**one, "id": "c2"}], one) == ["c2"]


def test_differences_are_told_apart(body: Any, one: dict[str, Any], contact: Any) -> None:
    """Whose doing a difference is, by what the journal knows of the contact."""
    row, policy = body(last="King"), Policy(OnMatch.CREATE_ONLY)
    known = Known(State.CREATED, "c1", "digest", left_as=left(one))
    later = {**one, "updatedAt": "2026-03-01T10:00:00.000Z"}
    cases = [
        (prove(body(), "digest", known, [one], policy), Finding.THERE),
        (prove(body(), "digest", known, [contact(role="CTO")], policy), Finding.THERE),
        (prove(row, "digest", known, [one], policy), Finding.ALTERED),
        (prove(row, "digest", known, [contact(last="Lee")], policy), Finding.CHANGED_SINCE),
        (prove(row, "other", known, [one], policy), Finding.NOT_SENT),
        (prove(row, "digest", known, [], policy), Finding.CHANGED_SINCE),
        (prove(row, "digest", Known(State.PENDING), [], policy), Finding.NEVER_ARRIVED),
        (prove(row, "digest", Known(State.CONFLICT, "", "digest"), [], policy), Finding.NEVER_ARRIVED),
        (prove(row, "digest", Known(State.PENDING), [one], policy), Finding.NOT_SENT),
        (prove(row, "digest", replace(known, state=State.SKIPPED), [one], policy), Finding.NOT_SENT),
        (prove(row, "digest", replace(known, left_as=""), [one], policy), Finding.ALTERED),
        (prove(row, "digest", replace(known, left_as=""), [later], policy), Finding.CHANGED_SINCE),
        (prove(row, "digest", known, [one, {**one, "id": "c2"}], policy), Finding.DOUBLED),
    ]
    assert [proof.finding for proof, _ in cases] == [wanted for _, wanted in cases]
