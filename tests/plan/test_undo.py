"""Taking back and proving, decided from plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.plan import (
    Known,
    OnMatch,
    Policy,
    RecordedChange,
    State,
    UndoAction,
    VerifyResult,
    contact_fingerprint,
    judge_undo,
    restore,
    twins,
    verify_row,
)
from importer.sandbox import Options
from importer.sandbox.contact import changed_contact

if TYPE_CHECKING:
    from tests.plan.conftest import MakeBody, MakeContact

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
def test_restoring_brings_back_what_was(
    patch: Literal["merge", "replace"], before: dict[str, Any], now: dict[str, Any]
) -> None:
    """Whatever a contact was and is, the PATCH of `restore` makes it what it was, however the service patches."""
    sent = restore(RecordedChange("e1", "c1", frozenset(), before), now)
    # The sandbox knows its own custom fields only, so they are compared as the API would keep them.
    asked = {name: value for name, value in sent.items() if name != "customFields"}
    after = changed_contact(now, asked, "2026-01-02T10:00:00.000Z", Options(patch=patch))
    kept = [item for item in sent.get("customFields", ()) if item["value"] is not None]
    assert (after["externalId"], after["source"]) == ("e1", "s")
    assert contact_fingerprint({**after, "customFields": kept}) == contact_fingerprint(before)
    assert {item["key"] for item in now["customFields"]} <= {item["key"] for item in sent.get("customFields", ())}


@pytest.fixture
def one(contact: MakeContact) -> dict[str, Any]:
    made: dict[str, Any] = contact()
    return made


def test_only_what_is_as_it_was_left_is_touched(one: dict[str, Any], contact: MakeContact) -> None:
    """Equal to how the run left it: taken back. Otherwise kept, gone, or the affair of a later run."""
    deed = RecordedChange("e1", "c1", frozenset({contact_fingerprint(one)}))
    edited = contact(role="CTO")
    cases = [
        (deed, [one], UndoAction.DELETE),
        (deed, [edited], UndoAction.KEEP),
        (deed, [], UndoAction.NOTHING),
        (replace(deed, later=True), [one], UndoAction.KEEP),
        (replace(deed, left_as=frozenset()), [one], UndoAction.KEEP),
        (replace(deed, removed=True), [], UndoAction.KEEP),
        (replace(deed, before=edited), [one], UndoAction.RESTORE),
        (replace(deed, before=edited), [edited], UndoAction.NOTHING),
        (replace(deed, before=edited), [], UndoAction.KEEP),
        (replace(deed, before=edited), [contact(company="Babbage")], UndoAction.KEEP),
    ]
    assert [judge_undo(case, found).undoing for case, found, _ in cases] == [wanted for *_, wanted in cases]


def test_a_lost_sending_is_ours_only_if_it_is_what_was_sent_since(one: dict[str, Any], contact: MakeContact) -> None:
    """A contact under the id of a lost POST goes only if it is what was sent, and at most a minute older."""
    deed = RecordedChange("e1", "", frozenset({contact_fingerprint(one)}), sent_at=1767261600)
    assert judge_undo(deed, [one]).undoing is UndoAction.DELETE
    assert judge_undo(deed, [contact(role="CTO")]).undoing is UndoAction.KEEP
    assert judge_undo(deed, [contact(created="2026-01-01T09:58:59.999Z")]).undoing is UndoAction.KEEP
    assert judge_undo(deed, []).undoing is UndoAction.NOTHING


def test_twins_are_named(one: dict[str, Any]) -> None:
    """Another contact under the same id is told of, the one that is undone is not."""
    deed = RecordedChange("e1", "c1", frozenset())
    assert twins(deed, [one, {**one, "id": "c2"}], one) == ["c2"]


def test_differences_are_told_apart(body: MakeBody, one: dict[str, Any], contact: MakeContact) -> None:
    """Whose doing a difference is, by what the journal knows of the contact."""
    row, policy = body(last="King"), Policy(OnMatch.CREATE_ONLY)
    known = Known(State.CREATED, "c1", "digest", left_as=contact_fingerprint(one))
    later = {**one, "updatedAt": "2026-03-01T10:00:00.000Z"}
    cases = [
        (verify_row(body(), "digest", known, [one], policy), VerifyResult.THERE),
        (verify_row(body(), "digest", known, [contact(role="CTO")], policy), VerifyResult.THERE),
        (verify_row(row, "digest", known, [one], policy), VerifyResult.ALTERED),
        (verify_row(row, "digest", known, [contact(last="Lee")], policy), VerifyResult.CHANGED_SINCE),
        (verify_row(row, "other", known, [one], policy), VerifyResult.NOT_SENT),
        (verify_row(row, "digest", known, [], policy), VerifyResult.CHANGED_SINCE),
        (verify_row(row, "digest", Known(State.PENDING), [], policy), VerifyResult.NEVER_ARRIVED),
        (verify_row(row, "digest", Known(State.CONFLICT, "", "digest"), [], policy), VerifyResult.NEVER_ARRIVED),
        (verify_row(row, "digest", Known(State.PENDING), [one], policy), VerifyResult.NOT_SENT),
        (verify_row(row, "digest", replace(known, state=State.SKIPPED), [one], policy), VerifyResult.NOT_SENT),
        (verify_row(row, "digest", replace(known, left_as=""), [one], policy), VerifyResult.ALTERED),
        (verify_row(row, "digest", replace(known, left_as=""), [later], policy), VerifyResult.CHANGED_SINCE),
        (verify_row(row, "digest", known, [one, {**one, "id": "c2"}], policy), VerifyResult.DOUBLED),
    ]
    assert [proof.finding for proof, _ in cases] == [wanted for _, wanted in cases]


def test_who_took_a_contact_away_is_not_claimed(body: MakeBody, one: dict[str, Any]) -> None:
    """Of a contact that is not there, no person is blamed: the service may have answered and stored nothing."""
    known = Known(State.CREATED, "c1", "digest", left_as=contact_fingerprint(one))
    reason = verify_row(body(), "digest", known, [], Policy(OnMatch.CREATE_ONLY)).reason
    assert reason == "its contact c1 is not there: it was deleted, or the service never kept it"
