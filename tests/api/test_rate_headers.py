"""The limit as the headers of an answer tell it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.api.rate_headers import rate_budget
from importer.model import RateBudget

HEADERS: dict[str, tuple[dict[str, str], RateBudget | None]] = {
    "as seen live": (
        {"ratelimit": '"per-second"; r=9; t=1', "ratelimit-policy": '"per-second"; q=10; w=1'},
        RateBudget(10, 1.0, 9),
    ),
    "without spaces": ({"ratelimit": '"a";r=0;t=1', "ratelimit-policy": '"a";q=5;w=1'}, RateBudget(5, 1.0, 0)),
    "a minute": ({"ratelimit-policy": '"m"; q=600; w=60'}, RateBudget(600, 60.0)),
    "two limits": (
        {"ratelimit": '"day"; r=3, "s"; r=4', "ratelimit-policy": '"day"; q=36000; w=3600, "s"; q=5; w=1'},
        RateBudget(5, 1.0, 4),
    ),
    "the rest alone": ({"ratelimit": '"s"; r=4; t=1'}, None),
    "no window": ({"ratelimit-policy": '"s"; q=7'}, RateBudget(7, 1.0)),
    "nothing allowed": ({"ratelimit-policy": '"s"; q=0; w=1'}, None),
    "absurd": ({"ratelimit-policy": '"s"; q=999999999999; w=1'}, None),
    "none": ({}, None),
}


@pytest.mark.parametrize("case", HEADERS)
def test_headers(case: str) -> None:
    """Limit, window and rest are read from both headers; of several limits the tightest counts."""
    headers, expected = HEADERS[case]
    assert rate_budget(headers) == expected


@given(st.text(), st.text())
def test_any_text_is_read(limit: str, policy: str) -> None:
    """Whatever stands in the headers, what comes out is a usable limit or none."""
    budget = rate_budget({"ratelimit": limit, "ratelimit-policy": policy})
    assert budget is None or (budget.quota > 0 and budget.window_seconds > 0)
