"""How delivery behaves: how long it waits, and how often it tries."""

from __future__ import annotations

from dataclasses import dataclass

from importer.plan import OnMatch, Policy
from importer.retry import RetryPolicy

MAX_ATTEMPTS = 5
# People edit contacts while a command lasts: what was read longer ago is read again before it is changed.
FRESH_SECONDS = 2.0
# At a pace of less than a request in 2 seconds nothing is ever so fresh, so reading it again ends at some time.
MOST_READINGS = 3


class Outdated(Exception):
    """What was read of a contact is too old to change it by: it must be read again."""


def check_fresh(read_at: float, now: float, readings: int) -> None:
    """Raise Outdated if a contact was read too long ago, unless it was read often enough in vain (`readings`)."""
    if now - read_at > FRESH_SECONDS and readings < MOST_READINGS:
        raise Outdated


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """All durations are seconds.

    `settle_seconds`: how long a request that may have been lost is given to arrive before it is looked up; doubles from
    lookup to lookup. `max_attempts`: how often one row may fail while others succeed. `max_looks`: lookups for a
    contact that must be there (409) before the row is a conflict. `suspects`: how many rows in a row must fail before
    the service is blamed. `in_flight`: requests at a time. `scouting`: look rows up before they are sent where that
    saves requests (see `importer.delivery.engine.lookup_strategy`). `undo`: the command that takes
    the run back. The others: see `importer.retry.RetryPolicy`.
    """

    on_match: OnMatch | Policy = OnMatch.CREATE_ONLY
    scouting: bool = True
    in_flight: int = 12
    max_attempts: int = MAX_ATTEMPTS
    max_looks: int = 4
    suspects: int = 5
    settle_seconds: float = 2.0
    backoff_seconds: float = 0.5
    longest_backoff_seconds: float = 30.0
    wait_for_service: float = 600.0
    first_answer_seconds: float = 20.0
    undo: str = "openphone-import undo"

    @property
    def policy(self) -> Policy:
        """What happens to each field of a contact that is there already."""
        return Policy.of(self.on_match)

    @property
    def retry(self) -> RetryPolicy:
        """How long the service is waited for, and how fast it is asked again."""
        return RetryPolicy(
            self.wait_for_service,
            self.first_answer_seconds,
            self.backoff_seconds,
            self.longest_backoff_seconds,
            self.settle_seconds,
        )

    def settle_before_lookup(self, lookups: int) -> float:
        """Return how many seconds to wait before lookup number `lookups` + 1."""
        return min(self.settle_seconds * 2.0 ** min(lookups, 30), self.longest_backoff_seconds)
