"""Which country phone numbers without a country code may be from: those in which they are numbers in use."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import PhoneNumberFormat

from importer.clean.phone import damage, libphonenumber, numbering_plan
from importer.clean.phone.number import knows_region
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

_GROUP = regex(r"\d+")


@dataclass(frozen=True, slots=True)
class PossibleHome:
    """A country (ISO 3166-1 alpha-2, the main one of its country code) in which numbers would be in use.

    `fitting`: how many of the numbers are; `alike`: how many are also grouped as people write them there.
    """

    region: str
    fitting: int
    alike: int


def lacks_country(text: str) -> bool:
    """Whether a cell is a phone number without a country code."""
    return damage.evidence(text) == "without-country"


def has_country(text: str) -> bool:
    """Whether a cell is a phone number with a country code."""
    return damage.evidence(text) == "with-country"


@lru_cache(maxsize=8)
def possible_homes(texts: tuple[str, ...], share: float = 0.0) -> tuple[PossibleHome, ...]:
    """Return the countries in which at least one of these numbers would be in use, the most likely first.

    `share`: only countries in which so great a share of the numbers would be, which is seen sooner. Remembered, since
    each answer of a person raises the questions of a sheet once more.
    """
    numbers = _spellings(texts)
    least = max(1, math.ceil(len(numbers) * share))
    homes = [home for region in _regions() if (home := _home(numbers, region, least)) is not None]
    # Sorting is stable, and the regions are in the order of their country codes: of equals, North America is first.
    return tuple(sorted(homes, key=lambda home: -2 * home.fitting - home.alike))


def count_fitting(texts: Sequence[str], region: str) -> int:
    """Count the numbers that would be in use if they were dialled in a region."""
    return home_in(texts, region).fitting


def region_of_number(e164: str) -> str | None:
    """The country (ISO 3166-1 alpha-2) of a number in E.164; None where it is of none, or no number."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return None
    return str(region) if region and knows_region(region) else None


def region_by_code(e164: str) -> str | None:
    """The country of a number in E.164, also of one that is not in use: the main one of its country code."""
    try:
        code = phonenumbers.parse(e164).country_code
    except phonenumbers.NumberParseException:
        return None
    region = region_of_number(e164) or str(phonenumbers.region_code_for_country_code(code or 0))
    return region if knows_region(region) else None


def regions_of(texts: Sequence[str], region: str) -> Counter[str]:
    """The countries of the numbers that are in use when they are dialled in a region: those of one code share it.

    >>> regions_of(["514 555 2671", "(416) 555-2671", "212 555 2671"], "US")
    Counter({'CA': 2, 'US': 1})
    """
    numbers = (
        numbering_plan.number_of(bare, region) or libphonenumber.read(text, region)
        for text, bare, _ in _spellings(texts)
    )
    return Counter(code for number in numbers if number and number.in_use and (code := region_of_number(number.e164)))


def count_possible(texts: Sequence[str], region: str) -> int:
    """Count the numbers that have as many digits as numbers of a region, in use or not: 07700 900123 is made up."""
    return sum(_is_possible(damage.undo(text).text, region) for text in texts)


def _is_possible(text: str, region: str) -> bool:
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(text, region)))
    except phonenumbers.NumberParseException:
        return False


def calling_code(region: str) -> int:
    """The country code of a region: 1 for the United States."""
    return int(phonenumbers.country_code_for_region(region))


def home_in(texts: Sequence[str], region: str) -> PossibleHome:
    """Return how numbers look when they are dialled in a region."""
    return _home(_spellings(texts), region) or PossibleHome(region, 0, 0)


def _spellings(texts: Sequence[str]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each number without its damage, with its bare spelling and its groups of digits."""
    numbers = [damage.undo(text).text for text in texts]
    return [(number, numbering_plan.bare(number), tuple(_GROUP.findall(number))) for number in numbers]


def _home(numbers: Sequence[tuple[str, str, tuple[str, ...]]], region: str, least: int = 1) -> PossibleHome | None:
    """How numbers look in a region; None where fewer of them than `least` would be in use there."""
    # Most regions are not it, and to see that takes less than to read each number there.
    misses_left = len(numbers) - least
    for _, bare, _ in numbers:
        misses_left -= not numbering_plan.may_be_in_use(bare, region)
        if misses_left < 0:
            return None
    home_code, misses_left = str(calling_code(region)), len(numbers) - least
    grouped: list[tuple[str, tuple[str, ...]]] = []
    fitting = 0
    for text, bare, groups in numbers:
        number = numbering_plan.number_of(bare, region) or libphonenumber.read(text, region)
        if number is not None and number.in_use and number.code == home_code:
            fitting += 1
            if len(groups) > 1:
                grouped.append((number.e164, groups))
        elif misses_left:
            misses_left -= 1
        else:
            return None
    return PossibleHome(region, fitting, sum(groups == _written_groups(e164) for e164, groups in grouped))


@lru_cache(maxsize=10_000)
def _written_groups(e164: str) -> tuple[str, ...]:
    """The groups of a number as its country writes it at home."""
    written = phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.NATIONAL)
    return tuple(_GROUP.findall(written))


@cache
def _regions() -> tuple[str, ...]:
    # One a country code: which of its countries is meant makes no other number.
    return tuple(plans[0] for plans in numbering_plan.PLANS.values() if knows_region(plans[0]))
