"""Taking a run back while requests fail, answers are lost and processes die."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.errors import AccessRefused, Interrupted, ServiceUnreachable
from importer.plan import OnMatch
from importer.plan.undo import DELETED, GONE
from importer.sandbox import Fault
from tests.delivery.undoing import Crash, contact, people, play, undo, workspace

if TYPE_CHECKING:
    from tests.delivery.conftest import Bench, MakeDraft

UPDATE = OnMatch.UPDATE


@pytest.mark.parametrize(
    "kind", ["lost-response", "500-after", "late", "drop", "503", "429", "reset-after", "html-502"]
)
@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_faults_are_looked_at_and_gone_on_with(kind: str, method: str, bench: Bench, make_draft: MakeDraft) -> None:
    """A lost answer, an error before or after the deed, or a limit: each contact is undone all the same."""
    play(bench, people(make_draft, 1, 2))
    before = workspace(bench)
    play(bench, [*people(make_draft, 1, 2, lastName="Byron"), *people(make_draft, 3, 4)], on_match=UPDATE)
    bench.sandbox.add_faults(Fault(kind, method=method, count=2, delay_ms=10))
    done = undo(bench)
    bench.sandbox.clear_faults()
    assert (done.counts, done.error) == ({"reversed": 4, "kept": 0, "failed": 0}, None)
    assert workspace(bench) == before


def test_one_that_keeps_failing_does_not_stop_the_others(bench: Bench, make_draft: MakeDraft) -> None:
    """A contact that the service never lets go is listed as failed; the next undo tries it, and only it."""
    play(bench, people(make_draft, 1, 2, 3))
    bench.sandbox.add_faults(Fault("500", method="DELETE", external_id="id-2"))
    done = undo(bench)
    assert done.counts == {"reversed": 2, "kept": 0, "failed": 1}
    bench.sandbox.clear_faults()
    assert undo(bench).counts == {"reversed": 3, "kept": 0, "failed": 0}
    assert bench.sandbox.contacts() == []


def test_a_404_for_a_contact_that_is_there_is_not_believed(bench: Bench, make_draft: MakeDraft) -> None:
    """A DELETE answered 404 counts as done only when a look finds nothing either."""
    play(bench, people(make_draft, 1, 2))
    bench.sandbox.add_faults(Fault("404", method="DELETE", external_id="id-1", count=1))
    assert undo(bench).counts["reversed"] == 2
    assert bench.sandbox.contacts() == []


def test_a_revoked_key_stops_it(bench: Bench, make_draft: MakeDraft) -> None:
    """401 stops an undo: 2 before anything was undone, 3 afterwards; undoing again goes on."""
    play(bench, people(make_draft, *range(1, 31)))
    bench.sandbox.revoke_key()
    first = undo(bench)
    assert isinstance(first.error, AccessRefused)
    assert first.error.exit_code == 2
    bench.sandbox.restore_key()
    # Of each 20 contacts the first GET judges them, the second looks again at what was done.
    bench.sandbox.add_faults(Fault("401", method="GET", nth=3))
    second = undo(bench)
    assert isinstance(second.error, AccessRefused)
    assert (second.error.exit_code, second.counts["reversed"]) == (3, 20)
    assert undo(bench).counts["reversed"] == 30


def test_what_nothing_has_confirmed_is_looked_at_first(bench: Bench, make_draft: MakeDraft) -> None:
    """Contacts that an undo could not look at again count as done in the next undo, which sends nothing for them."""
    play(bench, people(make_draft, *range(1, 31)))
    bench.sandbox.add_faults(Fault("401", method="GET", nth=2))
    first = undo(bench)
    assert isinstance(first.error, AccessRefused)
    assert (first.error.exit_code, first.counts["reversed"]) == (3, 0)
    assert len(bench.sandbox.contacts()) == 10
    done = undo(bench)
    assert done.counts == {"reversed": 30, "kept": 0, "failed": 0}
    assert Counter(done.reasons.values()) == {GONE: 20, DELETED: 10}
    assert bench.sandbox.contacts() == []


def test_a_service_that_stays_away_stops_it(bench: Bench, make_draft: MakeDraft) -> None:
    """A service that gives no answer for as long as it is waited for stops the undo."""
    play(bench, people(make_draft, 1))
    bench.sandbox.add_faults(Fault("503"))
    quick = replace(bench.options, wait_for_service=0.2, first_answer_seconds=0.2)
    done = undo(replace(bench, options=quick))
    assert isinstance(done.error, ServiceUnreachable)


@pytest.mark.parametrize(("fault", "why"), [(Fault("503"), "503"), (Fault("slow", delay_ms=60_000), "no answer yet")])
def test_a_service_that_never_answered_is_not_waited_for(
    bench: Bench, make_draft: MakeDraft, fault: Fault, why: str
) -> None:
    """The long wait is for a service that has answered: one that refuses or is silent from the start ends the undo."""
    play(bench, people(make_draft, 1))
    bench.sandbox.add_faults(fault)
    quick = replace(bench.options, wait_for_service=10_000.0, first_answer_seconds=0.3)
    error = undo(replace(bench, options=quick)).error
    assert isinstance(error, ServiceUnreachable)
    assert why in error.message


def test_a_stop_is_heard(bench: Bench, make_draft: MakeDraft) -> None:
    """A stop ends an undo with what was done in the journal; undoing again goes on."""
    play(bench, people(make_draft, *range(1, 61)))
    first = undo(bench, stop_after=3)
    assert isinstance(first.error, Interrupted)
    assert 3 <= first.counts["reversed"] < 60
    assert undo(bench).counts == {"reversed": 60, "kept": 0, "failed": 0}


def test_a_post_that_the_run_lost_is_undone_too(bench: Bench, make_draft: MakeDraft) -> None:
    """A contact that arrived though the run was killed before it heard of it is deleted, if it is what was sent."""

    def crash(moment: str) -> None:
        if moment == "before:settle":
            raise Crash

    play(bench, people(make_draft, 1), fault=crash)
    assert len(bench.sandbox.contacts()) == 1
    assert undo(bench).counts == {"reversed": 1, "kept": 0, "failed": 0}
    assert bench.sandbox.contacts() == []


def test_a_lost_post_that_somebody_edited_is_kept(bench: Bench, make_draft: MakeDraft) -> None:
    """What is there under the id of a lost sending, but is not what was sent, is kept."""

    def crash(moment: str) -> None:
        if moment == "before:settle":
            raise Crash

    play(bench, people(make_draft, 1), fault=crash)
    bench.sandbox.edit(contact(bench, 1)["id"], role="CTO")
    assert undo(bench).counts == {"reversed": 0, "kept": 1, "failed": 0}


def test_a_patch_that_the_run_lost_is_restored(bench: Bench, make_draft: MakeDraft) -> None:
    """A change that arrived though the run was killed before it heard of it is taken back."""
    play(bench, people(make_draft, 1))
    before = workspace(bench)

    def crash(moment: str) -> None:
        if moment == "before:settle":
            raise Crash

    play(bench, people(make_draft, 1, lastName="Byron"), on_match=UPDATE, fault=crash)
    assert workspace(bench) != before
    assert undo(bench).counts == {"reversed": 1, "kept": 0, "failed": 0}
    assert workspace(bench) == before


KINDS = st.sampled_from(["lost-response", "500-after", "500", "drop", "late", "429", "reset-after", "404-after", "404"])
FAULTS = st.lists(
    st.builds(
        Fault,
        kind=KINDS,
        method=st.sampled_from(["DELETE", "PATCH"]),
        nth=st.integers(1, 8),
        delay_ms=st.just(5),
    ),
    max_size=4,
)


@pytest.mark.both_stores
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    faults=FAULTS,
    moments=st.lists(st.integers(1, 12), max_size=3),
    edited=st.sets(st.integers(1, 8)),
)
def test_any_faults_any_crashes(
    faults: list[Fault], moments: list[int], edited: set[int], bench: Bench, make_draft: MakeDraft
) -> None:
    """Whatever fails, wherever it is killed: undone again, all is as before, and what a person edited is untouched."""
    bench.sandbox.reset()
    bench.lose_journal()
    play(bench, people(make_draft, 1, 2, 3, 4))
    before = workspace(bench)
    play(bench, [*people(make_draft, 1, 2, 3, 4, lastName="Byron"), *people(make_draft, 5, 6, 7, 8)], on_match=UPDATE)
    for number in edited:
        bench.sandbox.edit(contact(bench, number)["id"], role="CTO")
    touched = {name: found for name, found in workspace(bench).items() if found["role"] == "CTO"}
    bench.sandbox.add_faults(*faults)
    for moment in moments:
        left = iter([False] * moment + [True] * 999)

        def crash(_moment: str, left: Any = left) -> None:
            if next(left):
                raise Crash

        undo(bench, crash)
    done = undo(bench)
    for _ in range(3):
        done = undo(bench)
    assert done.error is None
    # A 404 after a restore that was carried out is the service's own lie; it is tried again.
    assert done.counts == {"reversed": 8 - len(edited), "kept": len(edited), "failed": 0}
    assert workspace(bench) == {**before, **touched}
