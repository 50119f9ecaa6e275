"""How fast rows go and when the last one will be done: steady over a day, and never jumping."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# Old rows count less and less: after a third of the time so far, but at least and at most after so many seconds.
_SHORTEST_MEMORY, _LONGEST_MEMORY = 10.0, 600.0
# Before that nobody can tell.
_LEAST_SECONDS = 2.0
_LEAST_ROWS = 5
# An expected end that was told stands until it is wrong by this share of the time that is left.
_STEADY_SHARE = 0.05
_STEADY_SECONDS = 2.0
CLOCK_FROM_SECONDS = 600.0
_DAY_SECONDS = 86_400.0


class EtaEstimator:
    """Learns from the moments at which rows end; all moments are of one clock that counts seconds."""

    def __init__(self, now: float) -> None:
        self._begun = self._last = now
        self._rows = self._seconds = 0.0
        self._end: float | None = None

    def step(self, now: float) -> None:
        """A row has ended."""
        memory = min(max((now - self._begun) / 3, _SHORTEST_MEMORY), _LONGEST_MEMORY)
        fading = math.exp(-(now - self._last) / memory)
        self._rows = self._rows * fading + 1
        self._seconds = self._seconds * fading + (now - self._last)
        self._last = now

    def skip(self, now: float) -> None:
        """The time since the last row was spent waiting: it says nothing of the pace."""
        self._last, self._end = now, None

    @property
    def rate(self) -> float | None:
        """Rows a second, lately; None while nobody can tell."""
        known = self._seconds >= _LEAST_SECONDS or (self._rows >= _LEAST_ROWS and self._seconds > 0)
        return self._rows / self._seconds if known else None

    def left(self, now: float, rows: int) -> float | None:
        """Seconds until the last of `rows` has ended, by the end that was told before while that still holds."""
        rate = self.rate
        if rate is None:
            return None
        seconds = rows / rate
        off = math.inf if self._end is None else abs(self._end - now - seconds)
        if off > max(_STEADY_SECONDS, seconds * _STEADY_SHARE):
            self._end = now + seconds
        return max(0.0, (self._end or now) - now)


def span(seconds: float) -> str:
    """A time that is left, as exact as it can be known: `40 s`, `12 min`, `3 h 20 min`, `27 h`."""
    if seconds < 90:
        return f"{round(seconds / 5) * 5 if seconds > 10 else max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(math.ceil(minutes / 10) * 10, 60)
    return f"{hours} h {minutes:02} min" if minutes and hours < 10 else f"{hours + (minutes >= 30)} h"


def clock(moment: datetime, seconds: float) -> str:
    """A moment on the wall, with its weekday where it is not within a day; `seconds` is how far off it is."""
    return f"{moment:%a %H:%M}" if seconds >= _DAY_SECONDS / 2 else f"{moment:%H:%M}"


def pace(rate: float) -> str:
    """Rows a second, with no more figures than can be read."""
    return f"{rate:.0f}" if rate >= 99.5 else f"{rate:.1f}"
