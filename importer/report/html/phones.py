"""The phone numbers: their countries, and what had to be repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.report.html.page import CountBar, CountBars, Section

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 25


def section(countries: Mapping[str, int], repairs: CountBars) -> Section:
    """Numbers by country, and kinds of repair; a section without blocks if there are neither."""
    most = sorted(countries.items(), key=lambda item: (-item[1], item[0]))
    bars = tuple(CountBar(country, count) for country, count in most[:_MOST])
    blocks = [
        CountBars("By country code", "Country", bars, max(0, len(most) - _MOST)),
        repairs,
    ]
    lead = f"{sum(countries.values()):,} numbers in good rows, sent as a plus, the country code and the number (E.164)."
    return Section("phones", "Phones", tuple(block for block in blocks if block.bars), lead)
