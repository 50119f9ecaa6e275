"""Numbers without an area code beside one that has it: read alone, their digits may be the number of a stranger."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from importer.clean.phone import numbering_plan
from importer.clean.phone.number import knows_region

if TYPE_CHECKING:
    from collections.abc import Sequence

_TRUNK = "0"
_SHORTEST_AREA_CODE = 2
_LONGEST_LOCAL = 9
"""Digits: where numbers have no set length, a longer one is not dialled without its area code."""


def without_area_code(numbers: Sequence[str], region: str | None) -> set[int]:
    """The positions (from 0) among the numbers of one cell, as they are written, of those that may lack an area code.

    Only where area codes begin with a 0, and one of the numbers has it, or a country code. "7654321" behind
    "030/1234567" is one of Berlin to its writer, and of the Black Forest by its digits.
    """
    longest = _longest_local(region) if region and knows_region(region) else 0
    if not longest or not any(map(_is_whole, numbers)):
        return set()
    return {
        position
        for position, number in enumerate(numbers)
        if not _is_whole(number) and sum(map(str.isdigit, number)) <= longest
    }


def _is_whole(number: str) -> bool:
    digits = number.lstrip(" (")
    return digits.startswith(("+", _TRUNK))


@cache
def _longest_local(region: str) -> int:
    """The most digits of a number without its area code in a region; 0 where no 0 tells those that have one."""
    metadata = numbering_plan.named(region).metadata
    if metadata.national_prefix != _TRUNK or metadata.fixed_line is None:
        return 0
    return min(max(metadata.fixed_line.possible_length) - _SHORTEST_AREA_CODE, _LONGEST_LOCAL)
