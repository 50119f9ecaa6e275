"""Every kind of change leaves the rest of a contact alone, whether the service replaces or merges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.model import Status
from importer.plan import OnMatch, Policy, Rule, merge
from importer.sandbox import Sandbox
from importer.sandbox.contact import changed_contact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.delivery.conftest import Bench, MakeBench, MakeBody, MakeDraft

SERVICES = (
    {"patch": "replace"},
    {"patch": "replace", "identity": "kept"},
    {"patch": "merge"},
)
OWN = {
    "role": "Countess",
    "emails": [{"name": "work", "value": "ada1@example.com"}, {"name": "home", "value": "ada@home.example"}],
    "customFields": {"vip": True, "interests": ["engines"], "balance": 12.5},
}


@pytest.fixture(params=SERVICES, ids=str)
def service(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A service for each account of what a PATCH does."""
    with Sandbox.start(rate=0, **request.param) as sandbox:
        yield sandbox


@pytest.fixture
def filled(service: Sandbox, tmp_path: Path, make_bench: MakeBench, make_draft: MakeDraft) -> Bench:
    """A workspace with one contact of ours to which a person has added values."""
    bench = make_bench(service, tmp_path / "journal.sqlite")
    bench.run([make_draft(1)])
    service.edit(service.contacts()[0]["id"], **OWN)
    return bench


def shown(contact: dict[str, Any]) -> dict[str, Any]:
    """What a person sees of a contact, and its identity, without ids of items and times."""
    fields = dict(contact["defaultFields"])
    for key in ("phoneNumbers", "emails"):
        fields[key] = sorted(item["value"] for item in fields[key])
    customs = {item["key"]: item["value"] for item in contact["customFields"]}
    identity = {key: contact[key] for key in ("id", "externalId", "source", "sourceUrl")}
    return fields | customs | identity


CHANGES: dict[str, dict[str, Any]] = {
    "one field": {"lastName": "Byron"},
    "one phone": {"phoneNumbers": [{"name": "home", "value": "+14155550900"}]},
    "one email": {"emails": [{"name": "x", "value": "new@example.com"}]},
}


@pytest.mark.parametrize("kind", [*CHANGES, "custom", "url"])
def test_an_update_changes_what_the_row_says_and_nothing_else(kind: str, filled: Bench, make_draft: MakeDraft) -> None:
    """After an update all that the row does not say is as it was: values, numbers, custom fields, source and id."""
    (before,) = map(shown, filled.sandbox.contacts())
    draft = make_draft(1, **CHANGES.get(kind, {}))._replace(digest=kind)
    if kind == "custom":
        draft.body["customFields"] = [{"key": "lead-source", "value": "fair"}]
    elif kind == "url":
        draft.body["sourceUrl"] = "https://crm.example/1"
    result = filled.run([draft], on_match=OnMatch.UPDATE)
    assert result.counts[Status.UPDATED] == 1
    (after,) = map(shown, filled.sandbox.contacts())
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    names = {"custom": "lead-source", "url": "sourceUrl", **{name: next(iter(CHANGES[name])) for name in CHANGES}}
    assert changed == {names[kind]}
    assert set(before["emails"]) - {"ada1@example.com"} <= set(after["emails"])


def test_filling_and_clearing_leave_the_rest(filled: Bench, make_draft: MakeDraft) -> None:
    """What fill-blank fills, and what a rule `clear` empties, are the only changes."""
    (before,) = map(shown, filled.sandbox.contacts())
    assert filled.run([make_draft(1, company="Engines Ltd")], on_match=OnMatch.FILL_BLANK).counts[Status.UPDATED] == 1
    (after,) = map(shown, filled.sandbox.contacts())
    assert after == before | {"company": "Engines Ltd"}


def test_a_person_who_edits_meanwhile_loses_nothing(filled: Bench, make_draft: MakeDraft) -> None:
    """What somebody adds between two runs is in the contact after the second update too."""
    filled.run([make_draft(1, lastName="Byron")], on_match=OnMatch.UPDATE)
    (contact,) = filled.sandbox.contacts()
    filled.sandbox.edit(contact["id"], customFields={"website": "https://ada.example"})
    filled.run([make_draft(1, lastName="King")], on_match=OnMatch.UPDATE)
    (after,) = map(shown, filled.sandbox.contacts())
    assert (after["lastName"], after["website"], after["vip"]) == ("King", "https://ada.example", True)


def test_clearing_empties_one_field(filled: Bench, make_body: MakeBody) -> None:
    """Under a rule `clear` an empty cell empties its field, and nothing else changes."""
    (contact,) = filled.sandbox.contacts()
    policy = Policy(OnMatch.UPDATE, {"role": Rule.CLEAR, "custom:vip": Rule.CLEAR})
    patch = merge(make_body(1), contact, policy, clears=("role", "custom:vip"))
    after = shown(changed_contact(contact, patch, contact["updatedAt"], filled.sandbox.options))
    wanted = shown(contact) | {"role": None}
    del wanted["vip"]
    assert after == wanted
