"""The promise, against any script of faults and crashes: exactly one contact a row, and the map has exactly its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from importer.errors import ImporterError
from importer.model import Status
from importer.sandbox import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.model import ContactDraft
    from tests.delivery.conftest import Bench, MakeDraft, Result

ROWS = 12
KINDS = [
    "lost-response",
    "drop",
    "reset",
    "reset-after",
    "500",
    "500-after",
    "html-503",
    "html-504-after",
    "429",
    "empty-201",
    "truncated-body",
    "late",
    "408",
    "425",
    "409-spurious",
    "401",
    "301",
]
MOMENTS = ["sending", "settle", "doubt", "withdraw", "give-up", "swept", "stage", "begin"]
FAULTS = st.lists(
    st.builds(
        Fault,
        kind=st.sampled_from(KINDS),
        method=st.sampled_from(["POST", "GET", None]),
        nth=st.integers(1, 3 * ROWS),
        delay_ms=st.just(20),
    ),
    max_size=12,
)
CRASH = st.tuples(st.sampled_from(["before", "after"]), st.sampled_from(MOMENTS), st.integers(1, ROWS))
CRASHES = st.lists(CRASH, max_size=4)


class Crash(BaseException):
    """The process is gone from one moment to the next."""


def crash_at(side: str, what: str, nth: int) -> Callable[[str], None]:
    """A seam that ends the process at the n-th commit of a kind, before or after it."""
    met = []

    def fault(moment: str) -> None:
        if moment == f"{side}:{what}":
            met.append(moment)
            if len(met) == nth:
                raise Crash

    return fault


def balances(result: Result, number: int = ROWS) -> None:
    """The eight counts add up to the rows of a run that came as far as staging them."""
    assert sum(result.counts.values()) in (0, number)


def is_exact(bench: Bench, drafts: list[ContactDraft]) -> None:
    """Whatever came before, a last run without faults leaves one contact a row, and the map has exactly its id."""
    bench.sandbox.clear_faults()
    result = bench.run(drafts)
    assert result.error is None
    there = [(one["externalId"], one["id"]) for one in bench.sandbox.contacts()]
    assert sorted(one for one, _ in there) == sorted(draft.external_id for draft in drafts)
    assert dict(there) == result.ids()
    assert result.counts[Status.CREATED] + result.counts[Status.UNCHANGED] == len(drafts)
    balances(result, len(drafts))


def fresh(bench: Bench) -> Bench:
    """The bench with nothing in the workspace, and nothing in the journal."""
    bench.sandbox.reset()
    bench.lose_journal()
    return bench


BOUNDED = settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@pytest.mark.both_stores
@BOUNDED
@given(faults=FAULTS, crashes=CRASHES, seed=st.integers(0, 1000))
def test_any_faults_and_crashes(
    faults: list[Fault],
    crashes: list[tuple[str, str, int]],
    seed: int,
    bench: Bench,
    make_draft: MakeDraft,
) -> None:
    """For any script of faults by request number and any crash points with reruns, nothing is lost or doubled."""
    server = fresh(bench).sandbox
    bench.seed = seed
    drafts = [make_draft(number) for number in range(1, ROWS + 1)]
    server.add_faults(*faults)
    for crash in crashes:
        result = bench.run(drafts, fault=crash_at(*crash), wait_for_service=0.3, first_answer_seconds=0.3)
        assert result.error is None or isinstance(result.error, (Crash, ImporterError))
        balances(result)
        known = {one["id"] for one in server.contacts()}
        assert set(result.ids().values()) <= known
    is_exact(bench, drafts)


class Reruns(RuleBasedStateMachine):
    """Any number of runs, each with its own trouble; people lose the journal, correct rows and add some in between."""

    bench: Bench
    make_draft: MakeDraft

    @initialize()
    def start(self) -> None:
        self.server = fresh(self.bench).sandbox
        self.drafts = [type(self).make_draft(number) for number in range(1, 6)]

    @rule(faults=FAULTS, crash=st.none() | CRASH)
    def run(self, faults: list[Fault], crash: tuple[str, str, int] | None) -> None:
        """The same command again, with trouble."""
        self.server.add_faults(*faults)
        fault = None if crash is None else crash_at(*crash)
        result = self.bench.run(self.drafts, fault=fault, wait_for_service=0.2, first_answer_seconds=0.2)
        assert result.error is None or isinstance(result.error, (Crash, ImporterError))
        balances(result, len(self.drafts))
        self.server.clear_faults()

    @rule(after=st.integers(1, 4))
    def stop(self, after: int) -> None:
        """A person presses Ctrl-C."""
        balances(self.bench.run(self.drafts, stop_after=after), len(self.drafts))

    @rule()
    def lose_the_journal(self) -> None:
        """Somebody tidies up."""
        self.bench.lose_journal()

    @precondition(lambda self: len(self.drafts) < 12)
    @rule()
    def grow(self) -> None:
        """The sheet has a row more."""
        self.drafts.append(type(self).make_draft(len(self.drafts) + 1))

    @invariant()
    def nothing_is_twice(self) -> None:
        """At no time are there two contacts for a row, or one for no row."""
        if hasattr(self, "drafts"):
            ids = [one["externalId"] for one in self.server.contacts()]
            assert len(ids) == len(set(ids))
            assert set(ids) <= {draft.external_id for draft in self.drafts}

    def teardown(self) -> None:
        """In the end the sheet is in."""
        if hasattr(self, "drafts"):
            is_exact(self.bench, self.drafts)


@pytest.mark.both_stores
def test_many_reruns(bench: Bench, make_draft: MakeDraft) -> None:
    """After any history of troubled runs, lost journals and growing sheets, every row is one contact."""
    from hypothesis.stateful import run_state_machine_as_test

    machine = type("Machine", (Reruns,), {"bench": bench, "make_draft": staticmethod(make_draft)})
    run_state_machine_as_test(machine, settings=settings(BOUNDED, max_examples=6, stateful_step_count=5))
