"""What is gathered for the page while a run goes: complete, and bounded."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.model import Event, SourceChunk
from importer.pipeline.telemetry.statistics import MOST_BUCKETS, SAMPLES, RunStatistics, Timeline, country


@settings(deadline=None)
@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=300))
def test_no_event_is_lost_however_long_the_run(waits: list[float]) -> None:
    """Whatever the pace, every request is in one bucket, there are few buckets, and together they span the run."""
    now = 0.0
    timeline = Timeline(lambda: now)
    for wait in waits:
        now += wait
        timeline(Event("request", {"status": 429}))
        timeline(Event("delivered", {"status": "created"}))
    chart = timeline.chart()
    assert sum(bucket.requests for bucket in chart.buckets) == len(waits)
    assert sum(bucket.limited for bucket in chart.buckets) == len(waits)
    assert sum(bucket.rows for bucket in chart.buckets) == len(waits)
    assert len(chart.buckets) <= MOST_BUCKETS
    assert len(chart.buckets) * chart.width_seconds > now - waits[0]


def test_a_long_run_is_seen_at_its_pace() -> None:
    """27 hours at one request in ten seconds fit into the buckets, each with its share."""
    now = 0.0
    timeline = Timeline(lambda: now)
    for _ in range(27 * 360):
        timeline(Event("request", {"status": 201}))
        now += 10
    chart = timeline.chart()
    assert MOST_BUCKETS / 2 < len(chart.buckets) <= MOST_BUCKETS
    assert {round(bucket.requests / chart.width_seconds, 2) for bucket in chart.buckets[:-1]} == {0.1}


def test_other_events_are_not_counted() -> None:
    """Reading and notes do not start the clock."""
    timeline = Timeline(lambda: 0.0)
    timeline(Event("reading", {"rows": 5}))
    assert timeline.chart().buckets == ()


def test_requests_sent_again_are_told_as_they_are_counted() -> None:
    """The page's figure of retries over time adds up to the figure of the summary."""
    so_far = iter((0, 0, 1, 3, 3))
    seconds = iter(range(5))
    timeline = Timeline(lambda: float(next(seconds)))
    timeline.retried = lambda: next(so_far)
    for _ in range(5):
        timeline(Event("request", {"status": 500}))
    assert [bucket.retries for bucket in timeline.chart().buckets] == [0, 0, 1, 2, 0]


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("141", "United States, Canada and others (+1)"),
        ("442", "United Kingdom and islands (+44)"),
        ("331", "France (+33)"),
        ("420", "Czechia (+420)"),
        ("800", "Other (+800)"),
    ],
)
def test_numbers_are_counted_by_country_code(digits: str, shown: str) -> None:
    """The country code of E.164 tells the country, or the countries that share it."""
    assert country(digits) == shown


def test_samples_are_the_first_different_values() -> None:
    """Up to three values a column, none twice, none blank, the long ones cut; later chunks fill what is missing."""
    statistics = RunStatistics()
    for rows in ([["a", "", "x" * 10**6], ["a", " ", ""], ["b", "", ""]], [["c", "late", ""], ["d", "", ""]]):
        statistics.add_rows(SourceChunk.of(pd.DataFrame(rows, dtype=str), ()))
    assert [[one.text for one in statistics.samples[position]] for position in (0, 1)] == [["a", "b", "c"], ["late"]]
    assert [(len(one.text), one.characters) for one in statistics.samples[2]] == [(400, 10**6)]
    assert SAMPLES == 3


def test_the_numbers_of_good_rows_are_counted() -> None:
    """Each number that is sent counts once."""
    statistics = RunStatistics()
    statistics.add_numbers(["+14155550101", "+33199001234"])
    assert sum(statistics.phones.values()) == 2
