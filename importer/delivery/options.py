"""How delivery behaves: patience, in seconds and attempts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.plan import OnMatch, Policy

if TYPE_CHECKING:
    import random


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """All durations are seconds.

    `settle_seconds`: how long a request that may have been lost is given to land before it is looked up; doubles from
    look to look. `max_attempts`: sendings of one row that may fail while others succeed. `max_looks`: looks for a
    contact that must be there (409) before the row is a conflict. `suspects`: rows in a row that must fail for the
    service to be held responsible. `wait_for_service`: how long a service that has answered may be away;
    `first_answer_seconds`: one that has not. `in_flight`: requests at a time. `scouting`: look first
    where a journal that knows nothing meets a workspace that does (see `importer.delivery.engine.lookup_strategy`).
    """

    on_match: OnMatch | Policy = OnMatch.CREATE_ONLY
    scouting: bool = True
    in_flight: int = 12
    max_attempts: int = 5
    max_looks: int = 4
    suspects: int = 5
    settle_seconds: float = 2.0
    backoff_seconds: float = 0.5
    longest_backoff_seconds: float = 30.0
    wait_for_service: float = 600.0
    first_answer_seconds: float = 20.0

    @property
    def policy(self) -> Policy:
        """The rules of a match, field by field."""
        return Policy.of(self.on_match)


def backoff(options: DeliveryOptions, attempt: int, rng: random.Random) -> float:
    """Return the wait before attempt `attempt` + 1, with full jitter, so that many clients do not come back at once."""
    ceiling = min(options.backoff_seconds * 2.0 ** min(attempt, 30), options.longest_backoff_seconds)
    return float(rng.uniform(0.0, ceiling))


def settle(options: DeliveryOptions, looks: int) -> float:
    """Return how long to wait before look number `looks` + 1."""
    return min(options.settle_seconds * 2.0 ** min(looks, 30), options.longest_backoff_seconds)
