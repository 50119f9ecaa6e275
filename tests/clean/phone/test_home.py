"""Which country numbers without a country code may be from."""

from __future__ import annotations

import random

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat

from importer.clean.phone import numbering_plan
from importer.clean.phone.home import PossibleHome, calling_code, possible_homes
from importer.clean.phone.number import knows_region
from tests.clean.phone.slips import own


def digits(text: str) -> list[str]:
    return "".join(character if character.isdecimal() else " " for character in text).split()


def looked_at_one_by_one(texts: list[str], region: str) -> PossibleHome:
    """How numbers look in a region, each read as it is and none left out."""
    fitting = alike = 0
    for text in texts:
        number = numbering_plan.read(text, region)
        if number is not None and number.in_use and number.code == str(calling_code(region)):
            fitting += 1
            national = phonenumbers.format_number(phonenumbers.parse(number.e164), PhoneNumberFormat.NATIONAL)
            alike += len(digits(text)) > 1 and digits(text) == digits(national)
    return PossibleHome(region, fitting, alike)


@pytest.mark.parametrize("regions", [("US",), ("PL", "DE"), ("AU", "NZ", "GB", "BR", "MX")])
def test_the_countries_are_those_that_looking_at_each_number_gives(regions: tuple[str, ...]) -> None:
    """Whatever share is asked for, no country and no count differs from looking at each number in each country."""
    rng = random.Random(regions[0])
    texts = [own(rng, rng.choice(regions)) for _ in range(40)]
    mains = [plans[0] for plans in numbering_plan.PLANS.values() if knows_region(plans[0])]
    homes = {home.region: home for region in mains if (home := looked_at_one_by_one(texts, region)).fitting}
    for share in (0.0, 0.5, 0.9, 1.0):
        expected = {region: home for region, home in homes.items() if home.fitting >= len(texts) * share}
        found = possible_homes(tuple(texts), share)
        assert {home.region: home for home in found} == expected
        assert sorted(found, key=lambda home: -2 * home.fitting - home.alike) == list(found)
