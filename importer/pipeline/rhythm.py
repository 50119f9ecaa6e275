"""A run over time: what happened in each bucket, in memory that does not grow with the run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from importer.report.html.page import Bucket, BucketChart

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.model import Event

MOST_BUCKETS = 120
_TOO_MANY = 429


class Timeline:
    """Counts events by the second; whenever there are too many buckets, each two become one.

    `clock` counts seconds and never jumps; time begins with the first request. `retried` gives how many requests have
    been sent again so far.
    """

    retried: Callable[[], int] = staticmethod(lambda: 0)

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: float | None = None
        self._retries = 0
        self._width = 1.0
        self._beats: list[Bucket] = []

    def __call__(self, event: Event) -> None:
        """Count an event of the run."""
        if event.name == "request":
            before, self._retries = self._retries, self.retried()
            limited = int(event.facts.get("status") == _TOO_MANY)
            self._add(Bucket(requests=1, limited=limited, retries=self._retries - before))
        elif event.name == "delivered":
            self._add(Bucket(rows=1))

    def beats(self) -> BucketChart:
        """What was counted so far."""
        return BucketChart(self._width, tuple(self._beats))

    def _add(self, beat: Bucket) -> None:
        now = self._clock()
        if self._begun is None:
            self._begun = now
        at = int((now - self._begun) / self._width)
        while at >= MOST_BUCKETS:
            self._halve()
            at = int((now - self._begun) / self._width)
        self._beats += [Bucket()] * (at + 1 - len(self._beats))
        self._beats[at] += beat

    def _halve(self) -> None:
        self._width *= 2
        padded = [*self._beats, Bucket()]
        self._beats = [one + other for one, other in zip(padded[:-1:2], padded[1::2], strict=False)]
