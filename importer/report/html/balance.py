"""The balance: how many rows were read, and how they ended; and the run over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Status
from importer.report.earlier import earlier_apart
from importer.report.html.page import Balance, BalancePart, BucketChart, Section

if TYPE_CHECKING:
    from collections.abc import Mapping


def section(counts: Mapping[Status, int], this_run: Mapping[str, int] | None = None, *, sent: bool = True) -> Section:
    """The eight statuses and their sum; if nothing was `sent`, unfinished rows are ready to send.

    The statuses are those of the sheet: what `this_run` did is said where earlier runs did some of it.
    """
    words = {} if sent else {Status.UNFINISHED: "ready to send"}
    parts = tuple(BalancePart(status, counts.get(status, 0), words.get(status, status)) for status in Status)
    lead = "Rows in = the sum of these eight." if sent else "Nothing was sent. Rows in = the sum of these eight."
    if sent and this_run and (words_of_run := earlier_apart(counts, this_run)):
        lead += f" They are how the sheet is now: {words_of_run}."
    return Section("balance", "Balance", (Balance(parts),), lead)


def over_time(chart: BucketChart) -> Section:
    """The run over time; a section without blocks if no request was made."""
    has_requests = any(bucket.requests for bucket in chart.buckets)
    return Section("time", "Over time", (chart,) if has_requests else ())
