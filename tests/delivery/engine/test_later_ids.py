"""Contacts get the id of a column that is named later, against any script of faults and crashes: none is made twice."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from importer.plan import OnMatch
from importer.sandbox import Fault, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.model import ContactDraft
    from tests.delivery.conftest import MakeBench, MakeDraft

ROWS = 6
KINDS = ["lost-response", "drop", "reset-after", "500", "500-after", "429", "truncated-body", "late", "404", "409"]
FAULTS = st.lists(
    st.builds(
        Fault,
        kind=st.sampled_from(KINDS),
        method=st.sampled_from(["PATCH", "GET", None]),
        nth=st.integers(1, 3 * ROWS),
        delay_ms=st.just(20),
    ),
    max_size=8,
)
CRASHES = st.lists(
    st.tuples(
        st.sampled_from(["before", "after"]), st.sampled_from(["updating", "settle", "hear"]), st.integers(1, ROWS)
    ),
    max_size=3,
)


class CrashError(BaseException):
    """The process is gone from one moment to the next."""


def crash_at(side: str, what: str, nth: int) -> Callable[[str], None]:
    """A seam that ends the process at the n-th commit of a kind, before or after it."""
    met = []

    def fault(moment: str) -> None:
        if moment == f"{side}:{what}":
            met.append(moment)
            if len(met) == nth:
                raise CrashError

    return fault


def named_later(draft: ContactDraft, number: int) -> ContactDraft:
    """The draft of the same person under an id column: its key stays, its body has the id of the column."""
    return draft._replace(body={**draft.body, "externalId": f"P{number}"})


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(faults=FAULTS, crashes=CRASHES)
def test_each_contact_gets_its_id_and_stays_one(
    make_bench: MakeBench, make_draft: MakeDraft, faults: list[Fault], crashes: list[tuple[str, str, int]]
) -> None:
    """Whatever breaks on the way, after a last quiet run each contact is the same one and has its new id."""
    with tempfile.TemporaryDirectory() as folder, Sandbox.start(key="key", rate=0) as sandbox:
        bench = make_bench(sandbox, Path(folder) / "journal.sqlite")
        made = [make_draft(number) for number in range(ROWS)]
        bench.run(made)
        before = {contact["externalId"]: contact["id"] for contact in sandbox.contacts()}
        changed = [named_later(make_draft(number, role="Lead"), number) for number in range(ROWS)]
        sandbox.add_faults(*faults)
        for crash in crashes:
            bench.run(changed, on_match=OnMatch.UPDATE, fault=crash_at(*crash), wait_for_service=0.3)
        sandbox.clear_faults()
        for _ in range(2):
            result = bench.run(changed, on_match=OnMatch.UPDATE)
            assert result.error is None
        after = {contact["externalId"]: contact["id"] for contact in sandbox.contacts()}
        assert after == {f"P{number}": before[f"id-{number}"] for number in range(ROWS)}
        assert result.ids() == after
        assert {contact["defaultFields"]["role"] for contact in sandbox.contacts()} == {"Lead"}
