"""What the service says of its rate limit in the headers of an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importer.model import RateBudget
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_WINDOW_SECONDS = 3600.0
MOST_REQUESTS = 1_000_000
_PARAMETER = regex(r";\s*([a-z]+)\s*=\s*\"?([0-9]{1,9})\"?")


def rate_budget(headers: Mapping[str, str]) -> RateBudget | None:
    """Return the tightest limit that `ratelimit-policy` and `ratelimit` tell of; None if they say nothing usable.

    `ratelimit-policy: "per-second"; q=10; w=1` and `ratelimit: "per-second"; r=9; t=1` (seen live; the form is that of
    draft-ietf-httpapi-ratelimit-headers). `headers` have lower-case names.
    """
    if "ratelimit-policy" not in headers:
        return None
    remaining = _policies(headers.get("ratelimit", ""))
    budgets = []
    for name, policy in _policies(headers["ratelimit-policy"]).items():
        quota, window = policy.get("q", 0), policy.get("w", 1)
        if 0 < quota <= MOST_REQUESTS and 0 < window <= LONGEST_WINDOW_SECONDS:
            # Without names that fit, there is a single limit and a single rest.
            rest = remaining.get(name) or (next(iter(remaining.values())) if len(remaining) == 1 else {})
            budgets.append(RateBudget(quota, float(window), rest.get("r")))
    return min(budgets, key=lambda budget: budget.quota / budget.window_seconds, default=None)


def _policies(text: str) -> dict[str, dict[str, int]]:
    """The parameters of each item of a structured field, by the name of the item (RFC 9651)."""
    items = re.findall(r"[^,\"]*(?:\"[^\"]*\"[^,\"]*)*", text[:1000])
    return {
        item.partition(";")[0].strip().strip('"'): {name: int(number) for name, number in _PARAMETER.findall(item)}
        for item in items
        if item.strip()
    }
