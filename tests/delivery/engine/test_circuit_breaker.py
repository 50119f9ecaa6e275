"""The breaker: when a service is held responsible, and when a row."""

from __future__ import annotations

import random

import pytest

from importer.delivery.engine.circuit_breaker import CircuitBreaker, Mode
from importer.delivery.engine.row_task import DelayQueue, Operation, RowTask
from importer.delivery.journal import QueuedRow
from importer.delivery.options import DeliveryOptions
from importer.plan import Action, Known, State

OPTIONS = DeliveryOptions()


def task(number: int) -> RowTask:
    task = QueuedRow(number, f"id-{number}", "d", Action.CREATE, {}, Known(State.PENDING))
    return RowTask(task, Operation.CREATE)


@pytest.fixture
def breaker() -> CircuitBreaker:
    return CircuitBreaker(OPTIONS, random.Random(1))


def test_one_failure_holds_everything_until_a_read(breaker: CircuitBreaker) -> None:
    """After any failure nothing is risked before something was answered."""
    breaker.failed(task(1), "500", 10.0)
    assert breaker.mode is Mode.DOUBTFUL
    assert (breaker.may_send, breaker.may_look) == (False, False)
    assert breaker.probe_due(10.0)
    breaker.was_read()
    assert breaker.may_send
    assert breaker.bad_since is None


def test_an_answer_to_another_row_is_as_good(breaker: CircuitBreaker) -> None:
    """A request under way that succeeds shows that the service is there."""
    breaker.failed(task(1), "500", 10.0)
    breaker.wrote()
    assert breaker.may_send


def test_away_until_a_read_is_answered(breaker: CircuitBreaker) -> None:
    """When the read fails too the service is away; the outage counts from the first failure."""
    breaker.failed(task(1), "no answer", 10.0)
    for now in (11.0, 12.0):
        breaker.probe_failed("no connection", now)
        assert breaker.mode is Mode.AWAY
    assert breaker.bad_since == 10.0
    assert not breaker.probe_due(12.0)
    assert breaker.probe_due(12.0 + OPTIONS.longest_backoff_seconds)
    breaker.was_read()
    assert breaker.may_send


def test_row_after_row_failing_is_the_services_fault(breaker: CircuitBreaker) -> None:
    """Reads are answered but five rows in a row fail: one trial at a time, and what failed so far is forgiven."""
    failing = [task(number) for number in range(5)]
    for one in failing:
        one.attempts.sends = 3
        breaker.failed(one, "500", 10.0)
    breaker.was_read()
    assert breaker.mode is Mode.REFUSING
    assert breaker.may_look
    assert not breaker.may_send
    assert breaker.trial_due(10.0)
    assert [one.attempts.sends for one in failing] == [0] * 5
    breaker.failed(failing[0], "500", 11.0)
    assert not breaker.trial_due(11.0)
    breaker.wrote()
    assert breaker.may_send


def test_rows_that_fail_again_among_good_ones_are_no_outage(breaker: CircuitBreaker) -> None:
    """A row that failed while others succeeded is no evidence against the service when it fails once more."""
    failing = [task(number) for number in range(10)]
    for one in failing:
        breaker.failed(one, "500", 10.0)
        breaker.wrote()
    for one in failing:
        breaker.failed(one, "500", 20.0)
        breaker.was_read()
    assert breaker.may_send


def test_reads_failing_in_a_write_outage_are_noticed(breaker: CircuitBreaker) -> None:
    """A service that stops answering reads as well is away, not merely refusing."""
    for number in range(5):
        breaker.failed(task(number), "500", 10.0)
    breaker.was_read()
    breaker.failed(None, "no answer", 12.0)
    assert breaker.mode is Mode.DOUBTFUL
    assert breaker.probe_due(12.0)


def test_a_429_is_an_answer_but_not_a_good_one(breaker: CircuitBreaker) -> None:
    """429s stop nobody, but how long nothing else came is remembered until something does."""
    breaker.limited("429", 10.0)
    breaker.limited("429", 15.0)
    assert breaker.may_send
    assert breaker.limited_since == 10.0
    breaker.wrote()
    assert breaker.limited_since is None


def test_backoff_has_full_jitter_and_a_ceiling() -> None:
    """Waits are spread from nothing to a ceiling that doubles and ends."""
    rng = random.Random(1)
    waits = [OPTIONS.retry.backoff(attempt, rng) for attempt in range(1, 2000)]
    assert min(waits) >= 0
    assert max(waits) <= OPTIONS.longest_backoff_seconds
    early = [OPTIONS.retry.backoff(1, rng) for _ in range(500)]
    assert max(early) <= 2 * OPTIONS.backoff_seconds
    assert min(early) < OPTIONS.backoff_seconds / 10


@pytest.mark.parametrize("looks", [0, 1, 2, 50, 10**6])
def test_settle_time_grows_to_a_ceiling(looks: int) -> None:
    """A late request gets more time from look to look, never endlessly."""
    assert OPTIONS.settle_seconds <= OPTIONS.settle_before_lookup(looks) <= OPTIONS.longest_backoff_seconds


def test_a_line_lets_ready_rows_out_in_row_order() -> None:
    """Rows whose time has come leave in the order of the sheet, the others wait."""
    line = DelayQueue()
    for number, due in ((5, 1.0), (3, 2.0), (4, 9.0), (1, 0.5)):
        line.put(task(number), due)
    assert len(line) == 4
    assert line.next_due() == 0.5
    order = []
    while ready := line.first_ready(2.0):
        assert line.first_ready(2.0) is ready
        order.append(ready.queued.row)
        line.remove_first()
    assert order == [1, 3, 5]
    assert line.next_due() == 9.0
    last = line.first_ready(9.0)
    assert last
    assert last.queued.row == 4
