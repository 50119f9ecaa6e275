"""Steps: what a row needs, from what was seen and what is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.model import ContactDraft, Severity, Status
from importer.plan import NOT_THERE, Action, Known, OnMatch, Policy, RowStep, Seen, State, decide, decide_all

DRAFT = ContactDraft(7, "e1", {"externalId": "e1"}, "d1")
ALL = list(OnMatch)


def test_new_row_is_created() -> None:
    """A row of which nothing is known is sent."""
    step = decide(DRAFT, None, None, OnMatch.CREATE_ONLY)
    assert (step.action, step.status, step.body) == (Action.CREATE, Status.UNFINISHED, {"externalId": "e1"})


def test_identical_row_is_a_duplicate() -> None:
    """The same id and the same values as an earlier row: nothing is sent, and the first row is named."""
    step = decide(DRAFT, Seen(3, "d1"), None, OnMatch.CREATE_ONLY)
    assert (step.action, step.status, step.repeats, step.body) == (Action.NONE, Status.DUPLICATE, 3, None)
    assert "row 3" in step.detail


def test_differing_row_is_a_conflict() -> None:
    """The same id and other values: nobody can know which is right, so a person must say."""
    step = decide(DRAFT, Seen(3, "d2"), Known(State.CREATED, "c1", "d1"), OnMatch.UPDATE)
    assert (step.action, step.status) == (Action.NONE, Status.CONFLICT)
    assert step.problem is not None
    assert step.problem.severity is Severity.ERROR
    assert all(part in step.problem.message for part in ("Row 7", "row 3", "'e1'", "run again"))


KEPT = {
    State.CREATED: (Status.CREATED, ALL),
    State.UPDATED: (Status.UPDATED, ALL),
    State.UNCHANGED: (Status.UNCHANGED, ALL),
    State.FILLED: (Status.UPDATED, [OnMatch.FILL_BLANK]),
    State.KEPT: (Status.UNCHANGED, [OnMatch.FILL_BLANK]),
    State.SKIPPED: (Status.SKIPPED, [OnMatch.CREATE_ONLY]),
}


THERE = [state for state in State if state not in NOT_THERE]


@pytest.mark.parametrize("on_match", ALL)
@pytest.mark.parametrize("state", THERE)
def test_what_is_done_costs_no_request(state: State, on_match: OnMatch) -> None:
    """A row that is as the journal left it is kept as it stands; anything else is looked up, never sent blindly."""
    step = decide(DRAFT, None, Known(state, "c1", "d1", detail="why"), on_match)
    status, kept_under = KEPT.get(state, (Status.UNFINISHED, []))
    if on_match in kept_under:
        assert (step.action, step.status, step.contact_id, step.detail) == (Action.NONE, status, "c1", "why")
    else:
        assert (step.action, step.status) == (Action.LOOK, Status.UNFINISHED)


@pytest.mark.parametrize("digest", ["d1", "other"])
@pytest.mark.parametrize(
    ("state", "status", "rule"),
    [
        (State.MISSING, Status.CONFLICT, "contact-gone"),
        (State.LEFT_OUT, Status.SKIPPED, "contact-left-out"),
    ],
)
def test_a_row_whose_contact_was_deleted(state: State, status: Status, rule: str, digest: str) -> None:
    """Such a row is a conflict until a report has said so, then left out; it is created again only if that is said."""
    known = Known(state, "c1", digest, detail="why")
    step = decide(DRAFT, None, known, OnMatch.UPDATE)
    assert (step.action, step.status, step.contact_id, step.detail) == (Action.NONE, status, "", "why")
    assert step.problem is not None
    assert step.problem.rule == rule
    assert decide(DRAFT, None, known, Policy(OnMatch.UPDATE, recreates=True)).action is Action.CREATE
    assert decide(DRAFT, None, known, OnMatch.UPDATE, trusting=False).action is Action.LOOK


@pytest.mark.parametrize("state", THERE)
def test_changed_row_looks_at_its_contact(state: State) -> None:
    """A row whose values changed since is compared with its contact before anything is sent."""
    step = decide(DRAFT, None, Known(state, "c1", "other"), OnMatch.UPDATE)
    assert step.action is Action.LOOK


@pytest.mark.parametrize("state", [State.PENDING, State.REFUSED])
@pytest.mark.parametrize("ever_unsure", [False, True])
def test_refused_row_is_tried_once_more(state: State, ever_unsure: bool) -> None:
    """A row that certainly made nothing is simply sent; one that was ever Unsure is looked up first."""
    step = decide(DRAFT, None, Known(state, ever_unsure=ever_unsure), OnMatch.CREATE_ONLY)
    assert step.action is (Action.LOOK if ever_unsure else Action.CREATE)


def test_skipped_row_keeps_its_warning() -> None:
    """What a person should know of a skipped row is said again in every run."""
    step = decide(DRAFT, None, Known(State.SKIPPED, "c1", "d1", detail="differs"), OnMatch.CREATE_ONLY)
    assert step.problem is not None
    assert (step.problem.severity, step.problem.message) == (Severity.WARNING, "differs")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), max_size=12))
def test_each_id_is_sent_once(rows: list[tuple[str, str]]) -> None:
    """Of all rows with one id exactly the first is sent, whatever the chunk looks like."""
    drafts = [ContactDraft(row, one, {}, digest) for row, (one, digest) in enumerate(rows, start=2)]
    steps = decide_all(drafts, {}, {}, OnMatch.CREATE_ONLY)
    sent = [step for step in steps if step.action is Action.CREATE]
    assert sorted(step.external_id for step in sent) == sorted({one for one, _ in rows})
    first = {draft.external_id: draft for draft in reversed(drafts)}
    for step, draft in zip(steps, drafts, strict=True):
        same = draft.digest == first[draft.external_id].digest
        expected = Status.DUPLICATE if same else Status.CONFLICT
        assert step.status is (Status.UNFINISHED if draft is first[draft.external_id] else expected)


@given(st.lists(st.tuples(st.text("ab", max_size=2), st.text("xy", max_size=1), st.integers()), max_size=5))
def test_a_new_chunk_is_decided_as_each_of_its_rows(rows: list[tuple[str, str, int]]) -> None:
    """The steps of rows that repeat nothing are those that each row gets by itself."""
    of_id = {external_id: (digest, cells) for external_id, digest, cells in rows}
    drafts = [
        ContactDraft(row, external_id, {"externalId": external_id}, digest)
        for row, (external_id, (digest, _)) in enumerate(of_id.items(), start=2)
    ]
    cells = {draft.row: of_id[draft.external_id][1] for draft in drafts}
    each = [decide(draft, None, None, OnMatch.CREATE_ONLY, cells=cells[draft.row]) for draft in drafts]
    assert decide_all(drafts, {}, {}, OnMatch.CREATE_ONLY, cells) == each
    assert [type(step) for step in each] == [RowStep] * len(drafts)
