"""The region in which a row's phones are dialled: the row's country where a column names it, else the default."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.clean.cells.country import alpha_2
from importer.clean.characters.characters import trimmed, visible
from importer.clean.phone import numbering_plan
from importer.clean.phone.number import knows_region, region_of_code
from importer.clean.phone.origin import NOWHERE, Abroad
from importer.clean.placeholders import is_sign

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Region:
    """Where a row's phones are dialled.

    `code`: ISO alpha-2, or None where numbers need a plus; `unknown`: the row's country, where it is not a known one;
    `abroad`: which other countries the column has numbers of.
    """

    code: str | None = None
    unknown: str = ""
    abroad: Abroad = NOWHERE


def region_of(country: str, default: str | None) -> Region:
    """The region for a country cell: an ISO code, a country's name, or a country code (`+44`, `0044`, `44`, `1-242`).

    An empty cell takes the default; an unknown country takes none, since a wrong region silently makes another number.
    """
    text = trimmed(visible(country))
    if not text or is_sign(text):
        return Region(default)
    # A spreadsheet program takes the plus away: 44 and 44.0 are the country code too.
    calling_code = re.fullmatch(r"\(?(?:\+|00)?\s*(\d{1,3})\)?(?:\.0)?", text)
    caribbean = re.fullmatch(r"(?:\+|00)?1[\s-]?\(?(\d{3})\)?", text)
    code = region_of_code(int(calling_code.group(1))) if calling_code else None
    if code is None and caribbean:
        # Countries that have an area code to themselves under the code 1, such as BS 242.
        plans = ((name, numbering_plan.named(name)) for name in numbering_plan.PLANS["1"])
        area = caribbean.group(1)
        code = next((name for name, plan in plans if plan.leading and plan.leading.match(area)), None)
    code = code or alpha_2(text)
    return Region(code) if code and knows_region(code) else Region(None, text)


def numbered_regions(texts: Sequence[str], default: str | None) -> tuple[list[Region], list[int]]:
    """The regions that the cells of a column name, each once, and for each cell the number (from 0) of its own.

    A column has few regions, and a phone with a number beside it is looked up in a fifth of the time.
    """
    by_text = {text: region_of(text, default=default) for text in set(texts)}
    places: dict[Region, int] = {}
    numbers = {text: places.setdefault(region, len(places)) for text, region in by_text.items()}
    return list(places), [numbers[text] for text in texts]
