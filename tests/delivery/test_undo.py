"""Taking a run back: what it made goes, what it changed is restored, what somebody touched since stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.errors import Interrupted
from importer.model import Status
from importer.plan import OnMatch
from tests.delivery.engine.hostile import PARTIAL, Asked, Hostile, page
from tests.delivery.undoing import Crash, contact, people, play, shown, undo, workspace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.delivery.conftest import Bench, MakeBench, MakeBody, MakeDraft

UPDATE = OnMatch.UPDATE


@pytest.mark.both_stores
def test_what_a_run_made_goes(bench: Bench, make_draft: MakeDraft) -> None:
    """Contacts that the run created are deleted, and only those; a second undo finds nothing and asks for nothing."""
    stranger = bench.sandbox.add(firstName="Zoe")
    play(bench, people(make_draft, *range(1, 46)))
    done = undo(bench)
    assert done.counts == {"reversed": 45, "kept": 0, "failed": 0}
    assert [one["id"] for one in bench.sandbox.contacts()] == [stranger["id"]]
    # 45 DELETEs, and a look for each 20 before and after them.
    assert done.requests == 51
    again = undo(bench)
    assert (again.requests, again.finished_before) == (0, True)


@pytest.mark.both_stores
def test_what_a_run_changed_is_restored(bench: Bench, make_draft: MakeDraft) -> None:
    """A changed contact is what it was before: values, numbers, addresses, custom fields and the link to its source."""
    play(bench, people(make_draft, 1, 2))
    one = contact(bench, 1)
    bench.sandbox.edit(one["id"], role="CTO", sourceUrl="https://example.com/1")
    before = workspace(bench)
    other = [{"name": "work", "value": "+14155559999"}]
    play(bench, people(make_draft, 1, 2, lastName="Byron", company="Babbage", phoneNumbers=other), on_match=UPDATE)
    assert workspace(bench) != before
    assert undo(bench).counts == {"reversed": 2, "kept": 0, "failed": 0}
    assert workspace(bench) == before


CHANGED: dict[str, dict[str, Any]] = {
    "one field": {"company": "Babbage"},
    "a field that a person filled": {"role": "CTO"},
    "one phone": {"phoneNumbers": [{"name": "home", "value": "+14155559999"}]},
    "one email": {"emails": [{"name": "home", "value": "a@b.example"}]},
    "everything": {"lastName": "King", "company": "Babbage", "emails": [{"name": "home", "value": "a@b.example"}]},
}


@pytest.mark.parametrize("on_match", [OnMatch.UPDATE, OnMatch.FILL_BLANK], ids=str)
@pytest.mark.parametrize("patch", ["merge", "replace"])
@pytest.mark.parametrize("kind", [*CHANGED, "custom", "url"])
def test_restoring_is_right_whichever_way_the_service_patches(
    kind: str, patch: str, on_match: OnMatch, make_bench: MakeBench, make_draft: MakeDraft, tmp_path: Path
) -> None:
    """Whether the service merges or replaces what a PATCH names, and whatever was changed, the contact is as before."""
    from importer.sandbox import Sandbox

    with Sandbox.start(rate=0, patch=patch) as sandbox:
        bench = make_bench(sandbox, tmp_path / "journal.sqlite")
        play(bench, people(make_draft, 1))
        own = {"role": "Countess", "customFields": {"vip": True, "interests": ["engines"]}}
        sandbox.edit(
            contact(bench, 1)["id"], **(own if on_match is OnMatch.UPDATE else {"customFields": {"vip": True}})
        )
        before = workspace(bench)
        (draft,) = people(make_draft, 1, **CHANGED.get(kind, {}))
        if kind == "custom":
            draft.body["customFields"] = [{"key": "lead-source", "value": "fair"}]
        elif kind == "url":
            draft.body["sourceUrl"] = "https://crm.example/1"
        result = play(bench, [draft._replace(digest=kind)], on_match=on_match)
        changed = result.counts[Status.UPDATED]
        assert changed == (workspace(bench) != before)
        assert undo(bench).counts["reversed"] == changed or not changed
        assert workspace(bench) == before


@pytest.mark.parametrize("case", PARTIAL)
def test_a_list_that_shows_contacts_in_part_is_no_change(case: str, bench: Bench, make_draft: MakeDraft) -> None:
    """Undo reads a contact that a list shows in part by its id, and restores it whole."""
    in_part = False

    def script(service: Hostile, asked: Asked) -> bytes | None:
        if not (in_part and asked.external_ids):
            return None
        return page(PARTIAL[case](contact) for contact in service.with_ids(asked.external_ids))

    with Hostile(script) as service:
        bench.service = service
        play(bench, people(make_draft, 1))
        (before,) = map(shown, service.contacts())
        result = play(bench, people(make_draft, 1, lastName="Byron", company="Babbage"), on_match=UPDATE)
        assert result.counts[Status.UPDATED] == 1
        in_part = True
        assert undo(bench).counts == {"reversed": 1, "kept": 0, "failed": 0}
        assert [shown(contact) for contact in service.contacts()] == [before]


def test_what_somebody_changed_since_is_kept(bench: Bench, make_draft: MakeDraft) -> None:
    """A contact that is not as the run left it is left as it is and listed: made or changed, edited or deleted."""
    play(bench, people(make_draft, 1, 2))
    play(bench, [*people(make_draft, 1, 2, lastName="Byron"), *people(make_draft, 3, 4, 5)], on_match=UPDATE)
    ids = {number: contact(bench, number)["id"] for number in range(1, 6)}
    bench.sandbox.edit(ids[1], role="CTO")
    bench.sandbox.delete(ids[2])
    bench.sandbox.edit(ids[3], phoneNumbers=[])
    bench.sandbox.delete(ids[4])
    done = undo(bench)
    assert done.counts == {"reversed": 2, "kept": 3, "failed": 0}
    assert {one.external_id for one in done.lines if one.result == "kept"} == {"id-1", "id-2", "id-3"}
    assert "changed it since" in done.reasons["id-3"]
    assert "deleted it since" in done.reasons["id-2"]
    assert set(workspace(bench)) == {"id-1", "id-3"}
    assert contact(bench, 1)["defaultFields"]["role"] == "CTO"


def test_never_the_run_before(bench: Bench, make_draft: MakeDraft) -> None:
    """The latest writing run is undone, though runs that wrote nothing came after it, and never the one before."""
    play(bench, people(make_draft, 1))
    play(bench, people(make_draft, 1, 2))
    play(bench, people(make_draft, 1, 2))
    assert undo(bench).counts["reversed"] == 1
    assert set(workspace(bench)) == {"id-1"}
    assert undo(bench).requests == 0
    assert set(workspace(bench)) == {"id-1"}


@pytest.mark.both_stores
def test_a_run_and_its_resumes_are_one(bench: Bench, make_draft: MakeDraft) -> None:
    """A run that was stopped, and one that was killed, are undone together with the runs that went on with them."""
    play(bench, people(make_draft, 100))
    drafts = people(make_draft, 100, *range(1, 31))
    stopped = play(bench, drafts, stop_after=5)
    assert isinstance(stopped.error, Interrupted)
    crashes = iter([False] * 9 + [True] * 99)

    def crash(moment: str) -> None:
        if moment == "after:settle" and next(crashes):
            raise Crash

    play(bench, drafts, fault=crash)
    assert play(bench, drafts).counts[Status.CREATED] == 31
    done = undo(bench)
    assert done.counts == {"reversed": 30, "kept": 0, "failed": 0}
    assert set(workspace(bench)) == {"id-100"}


def test_an_earlier_run_spares_what_a_later_one_changed(bench: Bench, make_draft: MakeDraft) -> None:
    """A named earlier run leaves contacts alone that a later one changed, until that one has been undone."""
    play(bench, people(make_draft, 1, 2))
    play(bench, people(make_draft, 1, lastName="Byron"), on_match=UPDATE)
    first = undo(bench, which=0)
    assert first.counts == {"reversed": 1, "kept": 1, "failed": 0}
    assert "later run" in first.reasons["id-1"]


def test_undoing_both_runs_one_after_the_other(bench: Bench, make_draft: MakeDraft) -> None:
    """When the later run has been undone, the earlier one can be, but for what somebody edited in between."""
    play(bench, people(make_draft, 1, 2))
    bench.sandbox.edit(contact(bench, 2)["id"], role="CTO")
    play(bench, people(make_draft, 1, 2, lastName="Byron"), on_match=UPDATE)
    assert undo(bench).counts["reversed"] == 2
    done = undo(bench, which=0)
    assert done.counts == {"reversed": 1, "kept": 1, "failed": 0}
    assert workspace(bench)["id-2"]["role"] == "CTO"


def test_after_an_undo_the_sheet_creates_again(bench: Bench, make_draft: MakeDraft) -> None:
    """A run after an undo makes the contacts again, and they can be undone again."""
    drafts = people(make_draft, 1, 2, 3)
    play(bench, drafts)
    undo(bench)
    again = play(bench, drafts)
    assert again.counts[Status.CREATED] == 3
    assert len(bench.sandbox.contacts()) == 3
    assert undo(bench).counts["reversed"] == 3


def test_found_contacts_are_never_deleted(bench: Bench, make_draft: MakeDraft, make_body: MakeBody) -> None:
    """A contact that was there already survives, whether the run left it, found it equal, or changed it."""
    bench.sandbox.add(make_body(1))
    bench.sandbox.add(make_body(2, lastName="Byron"))
    before = workspace(bench)
    play(bench, people(make_draft, 1, 2, 3), on_match=UPDATE)
    assert undo(bench).counts == {"reversed": 2, "kept": 0, "failed": 0}
    assert workspace(bench) == before
