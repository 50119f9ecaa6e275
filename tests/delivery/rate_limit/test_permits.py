"""The arithmetic of the pace, in invented time."""

from __future__ import annotations

import heapq
import json
import random
from dataclasses import replace
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.delivery.rate_limit import permits
from importer.delivery.rate_limit.permits import Allowance, Ledger, Slot


def alive(pid: int) -> bool:
    """Every process lives."""
    return True


def dead(pid: int) -> bool:
    """No process lives."""
    return False


def simulate(rate: float, delays: random.Random, spread: float, seconds: float, workers: int = 12) -> list[float]:
    """Arrival times at a service `spread` seconds at most away, of workers that always want to send."""
    ledger, allowance, tokens = Ledger(), Allowance.of(rate), count()
    wanting = [(0.0, worker) for worker in range(workers)]
    answers: list[tuple[float, float]] = []
    arrivals: list[float] = []
    while wanting[0][0] < seconds:
        now, worker = heapq.heappop(wanting)
        while answers and answers[0][0] <= now:
            permits.allow_for(ledger, allowance, heapq.heappop(answers)[1] - spread)
        token = str(next(tokens))
        wait = permits.take(ledger, allowance, Slot(token, 1, now, now + permits.LONGEST_REQUEST_SECONDS), alive)
        if wait:
            heapq.heappush(wanting, (now + wait, worker))
            continue
        permits.hand_back(ledger, token, now, now + allowance.period_seconds + ledger.margin)
        out_seconds, back_seconds = delays.uniform(0, spread), delays.uniform(0, spread)
        arrivals.append(now + out_seconds)
        heapq.heappush(answers, (now + out_seconds + back_seconds, out_seconds + back_seconds))
        permits.go_on(ledger)
        heapq.heappush(wanting, (now + delays.uniform(0.01, 0.5), worker))
    return sorted(arrivals)


@settings(max_examples=25, deadline=None)
@given(rate=st.sampled_from([1, 2, 7.9, 10, 15, 40]), seed=st.integers(0, 10**6))
def test_never_more_than_the_rate_in_any_second(rate: float, seed: int) -> None:
    """If requests travel no longer apart than the margin, no second of any phase sees more than the rate."""
    arrivals = simulate(rate, random.Random(seed), permits.MARGIN_FLOOR, 12)
    allowed = int(rate)
    assert all(later - first >= 1.0 for first, later in zip(arrivals, arrivals[allowed:], strict=False))


@pytest.mark.parametrize("rate", [1, 10, 20, 100])
def test_the_rate_is_nearly_reached(rate: int) -> None:
    """The pace holds at least 95 % of the rate when there is always something to send."""
    workers = max(12, rate)
    arrivals = simulate(rate, random.Random(1), 0.01, 30, workers)
    assert len(arrivals) >= 0.95 * rate * 30


def test_slow_rates_are_kept_exactly() -> None:
    """A rate below one is one request per 1/rate seconds."""
    arrivals = simulate(0.25, random.Random(1), 0.0, 41)
    assert len(arrivals) == 11
    assert all(later - first >= 4.0 for first, later in pairwise(arrivals))


@pytest.mark.parametrize("rate", [0, -1])
def test_no_rate_is_no_allowance(rate: float) -> None:
    """A rate that is not positive is refused."""
    with pytest.raises(ValueError, match="positive"):
        Allowance.of(rate)


def taken(ledger: Ledger, now: float, number: int = 10, pid: int = 1) -> int:
    """How many permits can be taken at `now`."""
    tokens = (f"{now}-{index}" for index in range(number))
    slots = [Slot(token, pid, now, now + permits.LONGEST_REQUEST_SECONDS) for token in tokens]
    return sum(permits.take(ledger, Allowance.of(10), slot, alive) == 0 for slot in slots)


def test_a_burst_of_429_counts_once() -> None:
    """All 429s to requests that were under way before the pace dropped are one event: the pace does not collapse."""
    ledger = Ledger()
    for _ in range(10):
        permits.slow_down(ledger, since=99.0, now=100.0, wait_seconds=None)
    assert ledger.margin == pytest.approx(permits.MARGIN_START * permits.MARGIN_GROWTH)
    assert taken(ledger, 100.0) == 9


def test_the_pace_drops_further_while_429s_go_on_and_climbs_back() -> None:
    """429 after 429 means that others use the key: the pace gives way, and comes back when it can."""
    ledger, counts = Ledger(), []
    for now in range(100, 110):
        permits.slow_down(ledger, since=now, now=now + 0.1, wait_seconds=None)
        counts.append(round(permits._share_now(ledger, now + 0.1) * 10))
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] <= 3
    assert taken(ledger, 160.0) == 10


def test_retry_after_stops_everybody_for_its_time() -> None:
    """Retry-After pauses the whole pace, and never for longer than five minutes."""
    ledger = Ledger()
    permits.slow_down(ledger, since=99.0, now=100.0, wait_seconds=10**9)
    assert taken(ledger, 100.0) == 0
    assert taken(ledger, 100.0 + permits.LONGEST_PAUSE_SECONDS - 1) == 0
    assert taken(ledger, 100.0 + permits.LONGEST_PAUSE_SECONDS) > 0


def test_margin_stays_in_its_bounds() -> None:
    """However long a run is, the margin neither vanishes nor runs away."""
    ledger = Ledger()
    for _ in range(100_000):
        permits.go_on(ledger)
    assert ledger.margin == permits.MARGIN_FLOOR
    for now in range(0, 1000, 10):
        permits.slow_down(ledger, since=now, now=now + 1, wait_seconds=None)
    assert ledger.margin == permits.MARGIN_CEILING


def test_an_answer_moves_all_permits_together() -> None:
    """A request that was longer on its way than usual makes all permits come back later, each by its part."""
    ledger = Ledger()
    assert taken(ledger, 100.0) == 10
    for slot in ledger.slots:
        permits.hand_back(ledger, slot.token, 100.0, 101.0 + ledger.margin)
    for _ in range(10):
        permits.allow_for(ledger, Allowance.of(10), 0.020)
    assert {round(slot.until - 101.0 - ledger.margin, 6) for slot in ledger.slots} == {0.009}


@pytest.mark.parametrize("surprise", [-60.0, 60.0])
def test_no_answer_moves_permits_far(surprise: float) -> None:
    """However odd the answers are, no permit comes back before the least margin or long after its time."""
    ledger = Ledger()
    assert taken(ledger, 100.0) == 10
    for slot in ledger.slots:
        permits.hand_back(ledger, slot.token, 100.0, 101.0 + ledger.margin)
    for _ in range(10):
        permits.allow_for(ledger, Allowance.of(10), surprise)
    moved = {round(slot.until - 101.0, 6) for slot in ledger.slots}
    assert permits.MARGIN_FLOOR <= min(moved) <= max(moved) <= 2 * ledger.margin


def test_permits_of_the_dead_come_back() -> None:
    """A process killed with requests under way does not keep its permits: they come back after one period."""
    ledger = Ledger()
    assert taken(ledger, 100.0) == 10
    probe = Slot("probe", 2, 100.5, 200.0)
    assert permits.take(ledger, Allowance.of(10), probe, dead) > 0
    late = Slot("late", 2, 100.5 + 1.0 + ledger.margin, 200.0)
    assert permits.take(ledger, Allowance.of(10), late, dead) == 0


def test_permits_of_the_living_stay_taken() -> None:
    """A request that hangs keeps its permit until it cannot be alive any more."""
    ledger = Ledger()
    assert taken(ledger, 100.0) == 10
    assert taken(ledger, 170.0) == 0
    assert taken(ledger, 100.0 + permits.LONGEST_REQUEST_SECONDS) == 10


def test_a_reboot_makes_old_entries_meaningless() -> None:
    """After a reboot the clock starts again: what was written before does not hold anybody up."""
    ledger = Ledger(paused_until=90_000.0, share=0.1, dropped_at=90_000.0)
    assert taken(ledger, 90_001.0, pid=1) >= 0
    assert taken(ledger, 5.0) == 10


def test_withdrawn_permit_is_free_at_once() -> None:
    """A request that never left costs nothing."""
    ledger = Ledger()
    assert taken(ledger, 100.0) == 10
    permits.withdraw(ledger, "100.0-3")
    assert permits.take(ledger, Allowance.of(10), Slot("x", 1, 100.1, 200.0), alive) == 0


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["slots", "paused_until", "margin", "share", "dropped_at"]), inner, max_size=5
        )
    ),
    max_leaves=8,
)


@given(DOCUMENTS)
def test_any_document_is_a_ledger(document: object) -> None:
    """Whatever stands in the file, permits can be taken within five minutes."""
    ledger = permits.from_document(document)
    late = 1e13
    assert permits.take(ledger, Allowance.of(10), Slot("x", 1, late, late + 1), alive) == 0


MOMENTS = st.floats(1, 1e9)
SLOTS = st.builds(Slot, st.text(max_size=20), st.integers(1, 2**31 - 1), MOMENTS, MOMENTS, st.none() | MOMENTS)


@given(
    slots=st.lists(SLOTS, max_size=5),
    paused_until=MOMENTS,
    margin=st.floats(permits.MARGIN_FLOOR, permits.MARGIN_CEILING),
    share=st.floats(permits.SHARE_FLOOR, 1.0),
)
def test_a_ledger_survives_its_file(slots: list[Slot], paused_until: float, margin: float, share: float) -> None:
    """What is written is what is read, to the microsecond, whatever the names of permits are."""
    # A permit never leaves before it is taken; ledgers of earlier versions say so, too.
    slots = [replace(slot, sent_at=slot.sent_at and max(slot.since, slot.sent_at)) for slot in slots]
    read = permits.from_document(json.loads(permits.to_text(Ledger(slots, paused_until, margin, share, 6.0, 3, 7.0))))
    assert [(slot.token, slot.pid) for slot in read.slots] == [(slot.token, slot.pid) for slot in slots]
    for times in ("since", "until", "sent_at"):
        written = [getattr(slot, times) for slot in slots]
        assert [getattr(slot, times) for slot in read.slots] == pytest.approx(written, abs=1e-6)
    assert (read.paused_until, read.margin, read.share) == (paused_until, margin, share)
    assert (read.dropped_at, read.room, read.room_at) == (6.0, 3, 7.0)
