"""Look first or send first: decided by the last rows, with one look at most spent in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.delivery.conftest import Bench, MakeDraft


def requests_after(bench: Bench, start: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in bench.sandbox.requests()[start:]:
        found[one.method] = found.get(one.method, 0) + 1
    return found


@pytest.mark.parametrize(
    ("rows", "there", "gets", "posts"),
    [
        (9, 0, 2, 9),
        (60, 0, 3, 60),
        (60, 60, 4, 0),
    ],
)
def test_a_blank_journal_looks_once(
    bench: Bench, make_draft: MakeDraft, rows: int, there: int, gets: int, posts: int
) -> None:
    """A journal that knows nothing spends one look on 20 rows, more if they are there, and one on the first create."""
    drafts = [make_draft(number) for number in range(rows)]
    for one in drafts[:there]:
        bench.sandbox.add(one.body, externalId=one.external_id, source=one.body["source"])
    start = len(bench.sandbox.requests())
    result = bench.run(drafts)
    assert result.error is None
    found = requests_after(bench, start)
    assert (found["GET"], found.get("POST", 0)) == (gets, posts)
    assert len(bench.sandbox.contacts()) == rows


def test_a_journal_that_knows_its_people_sends_new_ones_at_once(bench: Bench, make_draft: MakeDraft) -> None:
    """New rows of a known sheet cost one request each."""
    drafts = [make_draft(number) for number in range(40)]
    bench.run(drafts[:20])
    start = len(bench.sandbox.requests())
    bench.run(drafts)
    assert requests_after(bench, start) == {"GET": 1, "POST": 20}


def test_refused_sendings_bring_the_looks_back(bench: Bench, make_draft: MakeDraft) -> None:
    """Where sendings meet taken ids, the rows after them are looked up, 20 a request."""
    drafts = [make_draft(number) for number in range(200)]
    bench.run(drafts[:12])
    for one in drafts[12:]:
        bench.sandbox.add(one.body, externalId=one.external_id, source=one.body["source"])
    start = len(bench.sandbox.requests())
    result = bench.run(drafts)
    assert result.error is None
    found = requests_after(bench, start)
    assert found["POST"] <= 40
    assert sum(found.values()) <= 80, "of 188 rows that are all there"
    assert len(bench.sandbox.contacts()) == 200
