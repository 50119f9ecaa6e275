"""The phone numbers: where they are, and what had to be repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.report.html.page import Bar, Bars, Section

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 25


def section(countries: Mapping[str, int], repairs: Bars) -> Section:
    """Numbers by country, and kinds of repair; a section without blocks where there is neither."""
    most = sorted(countries.items(), key=lambda one: (-one[1], one[0]))
    bars = tuple(Bar(country, count) for country, count in most[:_MOST])
    blocks = [
        Bars("By country code", "Country", bars, max(0, len(most) - _MOST)),
        repairs,
    ]
    lead = f"{sum(countries.values()):,} numbers in good rows, sent as a plus, the country code and the number (E.164)."
    return Section("phones", "Phones", tuple(block for block in blocks if block.bars), lead)
