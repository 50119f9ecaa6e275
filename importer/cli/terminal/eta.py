"""How fast rows are done and when the last one will be: steady over a day, and never jumping."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# Older rows count less and less: with a memory of a third of the time so far, within these limits.
_SHORTEST_MEMORY_SECONDS, _LONGEST_MEMORY_SECONDS = 10.0, 600.0
# With less than this no rate is known.
_LEAST_SECONDS = 2.0
_LEAST_ROWS = 5
# An announced end stays the same until it is wrong by this share of the remaining time, and by this many seconds.
_STEADY_SHARE = 0.05
_STEADY_SECONDS = 2.0
CLOCK_FROM_SECONDS = 600.0
_DAY_SECONDS = 86_400.0


class EtaEstimator:
    """Learns from the moments at which rows end; all moments are of one clock that counts seconds."""

    def __init__(self, now: float) -> None:
        self._begun = self._last = now
        self._rows = self._seconds = 0.0
        self._announced_end: float | None = None

    def row_done(self, now: float) -> None:
        """Count a row that has ended."""
        memory = min(max((now - self._begun) / 3, _SHORTEST_MEMORY_SECONDS), _LONGEST_MEMORY_SECONDS)
        decay = math.exp(-(now - self._last) / memory)
        self._rows = self._rows * decay + 1
        self._seconds = self._seconds * decay + (now - self._last)
        self._last = now

    def skip(self, now: float) -> None:
        """Leave out the time since the last row: the program was waiting, which says nothing about the rate."""
        self._last, self._announced_end = now, None

    @property
    def rate(self) -> float | None:
        """Rows a second, lately; None while there is too little to tell."""
        is_known = self._seconds >= _LEAST_SECONDS or (self._rows >= _LEAST_ROWS and self._seconds > 0)
        return self._rows / self._seconds if is_known else None

    def seconds_left(self, now: float, rows: int) -> float | None:
        """Seconds until the last of `rows` has ended, by the end announced before while that is near enough."""
        rate = self.rate
        if rate is None:
            return None
        seconds = rows / rate
        error = math.inf if self._announced_end is None else abs(self._announced_end - now - seconds)
        if error > max(_STEADY_SECONDS, seconds * _STEADY_SHARE):
            self._announced_end = now + seconds
        return max(0.0, (self._announced_end or now) - now)


def span(seconds: float) -> str:
    """A remaining time, as exact as it can be known: `40 s`, `12 min`, `3 h 20 min`, `27 h`."""
    if seconds < 90:
        return f"{round(seconds / 5) * 5 if seconds > 10 else max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(math.ceil(minutes / 10) * 10, 60)
    return f"{hours} h {minutes:02} min" if minutes and hours < 10 else f"{hours + (minutes >= 30)} h"


def clock(moment: datetime, seconds: float) -> str:
    """A moment on the wall clock, with its weekday if it is half a day or more away (in `seconds`)."""
    return f"{moment:%a %H:%M}" if seconds >= _DAY_SECONDS / 2 else f"{moment:%H:%M}"


def pace(rate: float) -> str:
    """Rows a second, with no more figures than can be read."""
    return f"{rate:.0f}" if rate >= 99.5 else f"{rate:.1f}"
