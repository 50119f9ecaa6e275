"""The service's limit: so many requests of a key in any one second."""

from __future__ import annotations

import math
from collections import deque


class Window:
    """A sliding window for each key.

    `rate` a second; below one, one request in `1/rate` seconds; 0 is no limit. A refused request takes no place.
    """

    def __init__(self, rate: float) -> None:
        self._places = math.floor(rate) if rate >= 1 else 1
        self._seconds = 1 / rate if 0 < rate < 1 else 1.0
        self._limited = rate > 0
        self._taken: dict[str, deque[float]] = {}

    def wait_seconds(self, key: str, now: float) -> float:
        """Take a place at `now` (monotonic seconds) and return 0, or return how long until one is free."""
        if not self._limited:
            return 0.0
        taken = self._taken.setdefault(key, deque())
        while taken and taken[0] <= now - self._seconds:
            taken.popleft()
        if len(taken) >= self._places:
            return taken[0] + self._seconds - now
        taken.append(now)
        return 0.0

    def clear(self) -> None:
        """Forget every request."""
        self._taken.clear()
