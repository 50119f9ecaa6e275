"""Taking back a change that met a person's edit: while it was sent again, or while nobody knew whether it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.plan import OnMatch
from importer.sandbox import Fault
from tests.delivery.undoing import Crash, contact, play, undo

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.delivery.conftest import Bench, MakeDraft

UPDATE = OnMatch.UPDATE
COMPANY = "Of a person"


def made(bench: Bench, make_draft: MakeDraft) -> str:
    """A contact of row 1, made by a run of its own; its id."""
    return play(bench, [make_draft(1, role="CEO")]).ids()["id-1"]


@pytest.mark.both_stores
@pytest.mark.parametrize("arrived", [True, False])
def test_an_edit_between_a_death_and_the_next_run_stays(arrived: bool, bench: Bench, make_draft: MakeDraft) -> None:
    """The run died in its change, a person edited, and the next run finds nothing to do: undo leaves that contact."""
    contact_id = made(bench, make_draft)
    moment = "before:settle" if arrived else "after:updating"

    def die(now: str) -> None:
        if now == moment:
            raise Crash

    assert isinstance(play(bench, [make_draft(1, role="CTO")], on_match=UPDATE, fault=die).error, Crash)
    bench.sandbox.edit(contact_id, company=COMPANY)
    play(bench, [make_draft(1, role="CTO" if arrived else "CEO")], on_match=UPDATE)
    assert undo(bench).counts == {"reversed": 0, "kept": 1, "failed": 0}
    assert contact(bench, 1)["defaultFields"]["company"] == COMPANY


@pytest.mark.both_stores
@pytest.mark.parametrize("fault", ["429", "reset", "drop"])
def test_an_edit_between_two_attempts_of_a_change_stays(fault: str, bench: Bench, make_draft: MakeDraft) -> None:
    """The change is sent a second time after a person's edit: undo restores what was there then, or leaves it."""
    contact_id = made(bench, make_draft)
    bench.sandbox.add_faults(Fault(fault, method="PATCH", count=1))
    edits: list[str] = []

    def edit(moment: str) -> None:
        was_sent = any(request.method == "PATCH" for request in bench.sandbox.requests())
        if was_sent and not edits and moment == "after:hear":
            edits.append(moment)
            bench.sandbox.edit(contact_id, company=COMPANY)

    play(bench, [make_draft(1, role="CTO")], on_match=UPDATE, fault=edit)
    assert len(edits) == 1
    assert contact(bench, 1)["defaultFields"]["role"] == "CTO"
    done = undo(bench)
    fields = contact(bench, 1)["defaultFields"]
    assert fields["company"] == COMPANY
    # Where it is certain that the first attempt changed nothing, the second one can be taken back.
    assert (fields["role"], done.counts["kept"]) == (("CEO", 0) if fault == "429" else ("CTO", 1))


@pytest.mark.both_stores
@pytest.mark.parametrize("fault", ["429", "reset", "drop"])
def test_a_change_sent_twice_without_an_edit_is_taken_back(fault: str, bench: Bench, make_draft: MakeDraft) -> None:
    """Where nobody edited the contact meanwhile, a change that had to be sent again is taken back whole."""
    made(bench, make_draft)
    bench.sandbox.add_faults(Fault(fault, method="PATCH", count=1))
    play(bench, [make_draft(1, role="CTO")], on_match=UPDATE)
    assert undo(bench).counts == {"reversed": 1, "kept": 0, "failed": 0}
    assert contact(bench, 1)["defaultFields"]["role"] == "CEO"


@pytest.mark.both_stores
@pytest.mark.parametrize("looks_between", [True, False])
def test_an_edit_between_two_runs_that_died_stays(looks_between: bool, bench: Bench, make_draft: MakeDraft) -> None:
    """A contact whose POST and whose first change were both cut off keeps what a person wrote before the second."""

    def die_at(moment: str, after: int = 1) -> Callable[[str], None]:
        left = after

        def fault(now: str) -> None:
            nonlocal left
            left -= now == moment
            if left == 0 and now == moment:
                raise Crash

        return fault

    died = [
        play(bench, [make_draft(1, role="CEO")], fault=die_at("before:settle")),
        play(bench, [make_draft(1, role="CTO")], on_match=UPDATE, fault=die_at("before:settle")),
    ]
    bench.sandbox.edit(contact(bench, 1)["id"], company=COMPANY)
    if looks_between:
        # This one changes nothing, and so no longer knows how our own change left the contact.
        died.append(play(bench, [make_draft(1, role="COO")], fault=die_at("after:settle")))
    assert all(isinstance(run.error, Crash) for run in died)
    play(bench, [make_draft(1, role="COO")], on_match=UPDATE)
    assert contact(bench, 1)["defaultFields"]["role"] == "COO"
    assert undo(bench).counts == {"reversed": 0, "kept": 1, "failed": 0}
    assert contact(bench, 1)["defaultFields"]["company"] == COMPANY
