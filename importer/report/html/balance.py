"""The balance: every row that came in, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Status
from importer.report.html.page import Balance, BucketChart, Part, Section

if TYPE_CHECKING:
    from collections.abc import Mapping


def section(counts: Mapping[Status, int], *, sent: bool = True) -> Section:
    """The eight statuses and their sum; where nothing was `sent`, what is unfinished is still to send."""
    words = {} if sent else {Status.UNFINISHED: "ready to send"}
    parts = tuple(Part(status, counts.get(status, 0), words.get(status, status)) for status in Status)
    lead = "Rows in = the sum of these eight." if sent else "Nothing was sent. Rows in = the sum of these eight."
    return Section("balance", "Balance", (Balance(parts),), lead)


def over_time(beats: BucketChart) -> Section:
    """The run over time; a section without blocks where no request was made."""
    made = any(beat.requests for beat in beats.beats)
    return Section("time", "Over time", (beats,) if made else ())
