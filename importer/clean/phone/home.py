"""Which country phone numbers without a country code may be from: those in which they are numbers in use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import PhoneNumberFormat

from importer.clean.phone import damage, numbering_plan
from importer.clean.phone.number import knows_region

if TYPE_CHECKING:
    from collections.abc import Sequence

_GROUP = re.compile(r"\d+")


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


def possible_homes(texts: Sequence[str]) -> list[PossibleHome]:
    """Return the countries in which at least one of these numbers would be in use, the most likely first."""
    numbers = [damage.undo(text).text for text in texts]
    homes = [home for region in _regions() if (home := _home(numbers, region)).fitting]
    # Sorting is stable, and the regions are in the order of their country codes: of equals, North America is first.
    return sorted(homes, key=lambda home: -2 * home.fitting - home.alike)


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


def calling_code(region: str) -> int:
    """The country code of a region: 1 for the United States."""
    return int(phonenumbers.country_code_for_region(region))


def home_in(texts: Sequence[str], region: str) -> PossibleHome:
    """Return how numbers look when they are dialled in a region."""
    return _home([damage.undo(text).text for text in texts], region)


def _home(numbers: Sequence[str], region: str) -> PossibleHome:
    own, fitting, alike = str(calling_code(region)), 0, 0
    for text in numbers:
        number = numbering_plan.read(text, region)
        if number is None or not number.in_use or number.code != own:
            continue
        fitting += 1
        groups = _GROUP.findall(text)
        if len(groups) > 1:
            written = phonenumbers.format_number(phonenumbers.parse(number.e164), PhoneNumberFormat.NATIONAL)
            alike += groups == _GROUP.findall(written)
    return PossibleHome(region, fitting, alike)


@cache
def _regions() -> tuple[str, ...]:
    # One a country code: which of its countries is meant makes no other number.
    return tuple(plans[0] for plans in numbering_plan.PLANS.values() if knows_region(plans[0]))
