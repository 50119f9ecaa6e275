"""The service's rate limit: so many requests of a key in any one second."""

from __future__ import annotations

import math
from collections import deque


class Window:
    """A sliding window for each key.

    `rate` requests per second; below one, one request in `1/rate` seconds; 0 is no limit. A refused request is not
    counted.
    """

    def __init__(self, rate: float) -> None:
        self._most = math.floor(rate) if rate >= 1 else 1
        self._seconds = 1 / rate if 0 < rate < 1 else 1.0
        self._limited = rate > 0
        self._times: dict[str, deque[float]] = {}

    def headers(self, key: str, now: float) -> dict[str, str]:
        """Return what an answer at `now` says of the limit (draft-ietf-httpapi-ratelimit-headers, as seen live)."""
        if not self._limited:
            return {}
        used = sum(time + self._seconds > now for time in self._times.get(key, ()))
        seconds = math.ceil(self._seconds)
        return {
            "ratelimit": f'"per-second"; r={self._most - used}; t={seconds}',
            "ratelimit-policy": f'"per-second"; q={self._most}; w={seconds}',
        }

    def wait_seconds(self, key: str, now: float) -> float:
        """Count a request at `now` (monotonic seconds) and return 0, or refuse it and return the seconds to wait."""
        if not self._limited:
            return 0.0
        times = self._times.setdefault(key, deque())
        while times and times[0] + self._seconds <= now:
            times.popleft()
        # The service does not count what it refuses, so a client that hammers is let in again after a second.
        if len(times) >= self._most:
            return times[0] + self._seconds - now
        times.append(now)
        return 0.0
