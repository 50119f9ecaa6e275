"""Is it the row or the service that fails? After a failure one read asks, before anything more is risked.

    closed      everything may leave
    doubtful    a request failed: nothing new leaves until a read (or anything in flight) has been answered
    away        the read failed too: only that read leaves, again and again, with backoff
    refusing    reads are answered, but row after row fails: one POST or PATCH at a time, with backoff

    closed  -> doubtful    a request failed
    doubtful -> closed     anything was answered
    doubtful -> away       the read failed
    doubtful -> refusing   the read was answered, but `suspects` rows in a row had failed
    away    -> closed      the read was answered
    refusing -> closed     a write was answered
    refusing -> doubtful   a read failed

An outage therefore costs its own length, and leaves no more rows Unsure than were in flight when it began.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from importer.delivery.engine.row_task import RowTask
    from importer.delivery.options import DeliveryOptions


class Mode(StrEnum):
    """How far the service is trusted; see the module."""

    CLOSED = "closed"
    DOUBTFUL = "doubtful"
    AWAY = "away"
    REFUSING = "refusing"


class CircuitBreaker:
    """Decides what may leave: `may_send` rows, `may_look` them up. The caller gives the time (monotonic seconds)."""

    def __init__(self, options: DeliveryOptions, rng: random.Random) -> None:
        self.mode = Mode.CLOSED
        self.may_send = self.may_look = True
        self.bad_since: float | None = None
        self.limited_since: float | None = None
        self.paused_since = self.paused_until = 0.0
        self.reason = ""
        self.next_try = 0.0
        self._options, self._retry = options, options.retry
        self._rng = rng
        self._writes = 0
        self._tries = 0
        self._suspects: dict[str, RowTask] = {}

    def wrote(self) -> None:
        """Count a write that was answered for good."""
        self._writes += 1
        self._suspects.clear()
        self._close()

    def was_read(self) -> None:
        """Count a read that was answered."""
        self.limited_since = None
        if self.mode is Mode.REFUSING:
            # Writes had failed, so only a write can show that writes succeed again.
            return
        if len(self._suspects) >= self._options.suspects:
            self._enter(Mode.REFUSING)
            self._clear_suspects()
        else:
            self._close()

    def failed(self, task: RowTask | None, reason: str, now: float) -> None:
        """Count a request that the service failed (not a 429); `task` is None for reads."""
        self.reason = reason
        self.limited_since = None
        if self.bad_since is None:
            self.bad_since = now
        if task is not None:
            # A row that failed while other rows succeeded is no evidence against the service when it fails again.
            if task.writes_at_failure is None:
                task.writes_at_failure = self._writes
            if task.writes_at_failure == self._writes:
                self._suspects[task.queued.external_id] = task
        if self.mode is Mode.REFUSING and task is not None:
            self._back_off(now)
        elif self.mode in (Mode.CLOSED, Mode.REFUSING):
            self._enter(Mode.DOUBTFUL)
            self.next_try = now

    def limited(self, reason: str, now: float) -> None:
        """Count a 429: the service is there, but a limit that is never lifted is an outage too."""
        self.reason = reason
        if self.limited_since is None:
            self.limited_since = now

    def pause(self, reason: str, now: float, seconds: float) -> None:
        """Begin a pause that the service asked for; answers to requests that were sent before do not end it."""
        self.reason = reason
        if now >= self.paused_until:
            self.paused_since = now
        self.paused_until = max(self.paused_until, now + seconds)

    def failing_since(self, now: float) -> float | None:
        """Return since when the service fails or has asked for a pause; None if the delivery is not waiting for it."""
        since = self.limited_since if self.may_send else self.bad_since
        if self.mode is Mode.DOUBTFUL:
            # The read that tells whether this is an outage is on its way, or was answered 429, perhaps again and again.
            since = self.limited_since
        if now < self.paused_until:
            since = self.paused_since if since is None else min(since, self.paused_since)
        return since

    def probe_failed(self, reason: str, now: float) -> None:
        """Count a failed read of `probe_due`."""
        if self.bad_since is None:
            self.bad_since = now
        if self.mode is not Mode.AWAY:
            self._tries = 0
            self._clear_suspects()
        self._enter(Mode.AWAY)
        self.reason = reason
        self._back_off(now)

    def probe_limited(self, now: float, seconds: float) -> None:
        """Count a read of `probe_due` that was answered 429: it says nothing, and is asked again after `seconds`."""
        self.next_try = now + seconds

    def probe_due(self, now: float) -> bool:
        """Return whether it is time to ask with a read."""
        return self.mode in (Mode.DOUBTFUL, Mode.AWAY) and now >= self.next_try

    def trial_due(self, now: float) -> bool:
        """Return whether it is time to risk one write."""
        return self.mode is Mode.REFUSING and now >= self.next_try

    def _enter(self, mode: Mode) -> None:
        self.mode = mode
        self.may_send, self.may_look = mode is Mode.CLOSED, mode in (Mode.CLOSED, Mode.REFUSING)

    def _close(self) -> None:
        self._enter(Mode.CLOSED)
        self.bad_since, self.limited_since, self._tries = None, None, 0

    def _clear_suspects(self) -> None:
        # The service is to blame for these failures, so they do not count against the rows.
        for task in self._suspects.values():
            task.attempts.sends = task.attempts.lookups = 0

    def _back_off(self, now: float) -> None:
        self._tries += 1
        # Never at once: a probe that may come back within no time would hammer the service.
        shortest = self._options.backoff_seconds / 2
        self.next_try = now + max(shortest, self._retry.backoff(self._tries, self._rng))
