"""The service goes away and comes back: an outage costs its own length and nothing else."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from importer.errors import ServiceUnreachable
from importer.model import Status
from importer.sandbox import Fault, Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from importer.model import ContactDraft
    from tests.delivery.conftest import Bench, MakeBench, MakeDraft, Result

ROWS = 60
IN_FLIGHT = 6


def rows(make_draft: MakeDraft, number: int = ROWS) -> list[ContactDraft]:
    return [make_draft(one) for one in range(1, number + 1)]


def names(result: Result) -> list[str]:
    return [event.name for event in result.events if event.name in ("waiting", "resumed")]


def is_exact(bench: Bench, result: Result, number: int = ROWS) -> None:
    there = [(one["externalId"], one["id"]) for one in bench.sandbox.contacts()]
    assert len(there) == number
    assert dict(there) == result.ids()


@pytest.mark.parametrize("kind", ["drop", "500", "html-503", "reset", "lost-response", "504-after"])
def test_an_outage_in_the_middle(kind: str, bench: Bench, make_draft: MakeDraft) -> None:
    """Everything fails for a while: the run waits, says so once, and goes on; no row is given up."""
    bench.sandbox.add_faults(Fault(kind, start=20, count=25))
    result = bench.run(rows(make_draft), in_flight=IN_FLIGHT, wait_for_service=30.0)
    assert result.error is None
    assert result.counts[Status.CREATED] == ROWS
    assert names(result) == ["waiting", "resumed"]
    is_exact(bench, result)


@pytest.mark.parametrize("kind", ["drop", "500", "lost-response"])
def test_an_outage_makes_no_more_doubt_than_was_in_flight(kind: str, bench: Bench, make_draft: MakeDraft) -> None:
    """When the service goes away only what was under way becomes Unsure: after that nothing is risked but a read."""
    bench.sandbox.add_faults(Fault(kind, start=20, count=30))
    bench.run(rows(make_draft), in_flight=IN_FLIGHT, wait_for_service=30.0)
    log = bench.sandbox.requests()
    risked = [one for one in log[19:49] if one.method == "POST"]
    assert 1 <= len(risked) <= IN_FLIGHT


def test_writes_fail_for_all_while_reads_go_on(bench: Bench, make_draft: MakeDraft) -> None:
    """A service that answers reads and fails every contact is tried with one row at a time, and none is given up."""
    bench.sandbox.add_faults(Fault("500", method="POST", start=10, count=25))
    result = bench.run(rows(make_draft), in_flight=IN_FLIGHT, wait_for_service=30.0)
    assert result.counts[Status.CREATED] == ROWS
    assert names(result) == ["waiting", "resumed"]
    is_exact(bench, result)


@pytest.mark.parametrize("kind", ["drop", "500", "429", "html-503"])
def test_an_outage_that_does_not_end(kind: str, bench: Bench, make_draft: MakeDraft) -> None:
    """After the wait the run stops with exit 3; what was done is in the journal, and the next run goes on."""
    bench.sandbox.add_faults(Fault(kind, start=20))
    result = bench.run(rows(make_draft), in_flight=IN_FLIGHT, wait_for_service=0.5)
    assert isinstance(result.error, ServiceUnreachable)
    assert result.error.exit_code == 3
    assert "run the same command again" in result.error.next_step
    assert 0 < result.counts[Status.CREATED] <= 20
    assert result.counts[Status.CREATED] + result.counts[Status.UNFINISHED] == ROWS
    bench.sandbox.clear_faults()
    is_exact(bench, bench.run(rows(make_draft)))


def test_nobody_is_waited_for_who_never_was_there(make_draft: MakeDraft, tmp_path: Path, make_bench: MakeBench) -> None:
    """Without a first answer the long wait does not apply."""
    sandbox = Sandbox.start(rate=0)
    bench = make_bench(sandbox, tmp_path / "journal.sqlite")
    sandbox.stop()
    result = bench.run(rows(make_draft, 5), wait_for_service=10_000.0, first_answer_seconds=0.3)
    assert isinstance(result.error, ServiceUnreachable)
    assert result.counts[Status.UNFINISHED] == 5


@pytest.mark.parametrize("count", [5, 15])
def test_a_silent_service_is_not_waited_for(bench: Bench, make_draft: MakeDraft, count: int) -> None:
    """A service that takes requests and never answers ends the run, though they are still under way: the first
    sendings of a small sheet, the first look of a larger one."""
    bench.sandbox.add_faults(Fault("slow", delay_ms=60_000))
    result = bench.run(rows(make_draft, count), read_seconds=4.0, wait_for_service=10_000.0, first_answer_seconds=0.3)
    assert isinstance(result.error, ServiceUnreachable)
    assert not [one for one in result.events if one.name == "request" and one.facts["path"] == "/v1/contacts"]


def test_a_service_that_restarts(make_draft: MakeDraft, tmp_path: Path, make_bench: MakeBench) -> None:
    """The service's process goes away in the middle and comes back at the same place: the run waits and finishes."""
    store = tmp_path / "store.sqlite"
    sandbox = Sandbox.start(store, rate=0, latency_ms=5)
    port = int(sandbox.url.rpartition(":")[2])
    bench = make_bench(sandbox, tmp_path / "journal.sqlite")
    again: list[Sandbox] = []

    def restart() -> None:
        while len(sandbox.requests()) < 15:
            time.sleep(0.005)
        sandbox.stop()
        time.sleep(0.4)
        again.append(Sandbox.start(store, rate=0, port=port))

    thread = threading.Thread(target=restart)
    thread.start()
    result = bench.run(rows(make_draft), in_flight=IN_FLIGHT, wait_for_service=60.0)
    thread.join()
    bench.sandbox = again[0]
    assert result.error is None
    is_exact(bench, result)
    again[0].stop()


def test_many_bad_rows_among_good_ones(bench: Bench, make_draft: MakeDraft) -> None:
    """Rows that fail for themselves are given up one by one; they do not look like an outage."""
    bad = [f"id-{number}" for number in range(3, 40, 4)]
    bench.sandbox.add_faults(*(Fault("500", method="POST", external_id=one) for one in bad))
    result = bench.run(rows(make_draft))
    assert result.error is None
    assert {one.external_id for one in result.outcomes.values() if one.status is Status.UNFINISHED} == set(bad)
    assert result.counts[Status.CREATED] == ROWS - len(bad)


def test_the_limit_of_a_shared_key(make_draft: MakeDraft, tmp_path: Path, make_bench: MakeBench) -> None:
    """Other programs may use up the key's budget: 429 after 429 the rows get through, none is given up for it."""
    with Sandbox.start(rate=5) as sandbox:
        bench = make_bench(sandbox, tmp_path / "journal.sqlite")
        result = bench.run(rows(make_draft, 14), wait_for_service=60.0)
        assert any(event.name == "rate_limited" for event in result.events)
        assert result.counts[Status.CREATED] == 14
        is_exact(bench, result, 14)


def test_one_id_that_cannot_be_looked_up(bench: Bench, make_draft: MakeDraft) -> None:
    """A lookup that fails for one row's id does not keep the rows beside it from being finished."""
    bench.sandbox.add_faults(
        *(Fault("lost-response", method="POST", nth=number) for number in range(1, 9)),
        Fault("500", method="GET", path="/v1/contacts", external_id="id-3"),
    )
    result = bench.run(rows(make_draft, 8), in_flight=8)
    assert result.error is None
    assert {one.external_id for one in result.outcomes.values() if one.status is Status.UNFINISHED} <= {"id-3"}
    assert result.counts[Status.CREATED] >= 7


def test_a_last_look_that_keeps_failing_is_left_to_the_next_run(bench: Bench, make_draft: MakeDraft) -> None:
    """The last look does not hold up the end of a run for ever: it stays owed, and is said to be."""
    bench.run(rows(make_draft, 3))
    bench.sandbox.add_faults(Fault("lost-response", method="POST", external_id="id-5"))
    calls: list[str] = []

    def fault(moment: str) -> None:
        calls.append(moment)
        if moment == "after:settle" and calls.count(moment) == 3:
            bench.sandbox.add_faults(Fault("500", method="GET", external_id="id-5"))

    result = bench.run(rows(make_draft, 6), fault=fault)
    assert result.error is None
    assert any("last look" in event.facts.get("text", "") for event in result.events)
    bench.sandbox.clear_faults()
    again = bench.run(rows(make_draft, 6))
    is_exact(bench, again, 6)
    assert any(moment == "before:swept" for moment in calls) is False


def test_stop_after_the_last_row_is_no_interruption(bench: Bench, make_draft: MakeDraft) -> None:
    """Who presses Ctrl-C when everything is done is not told to run again."""
    assert bench.run(rows(make_draft, 3), stop_after=3).error is None
