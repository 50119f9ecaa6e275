"""Leads of phone numbers: what they settle is what the thorough way gives, whatever digits follow."""

from __future__ import annotations

import re
from random import Random

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from importer.clean.phone import numbering_plan, prefixes
from importer.clean.phone.cell import clean_plain, clean_plain_all
from importer.clean.phone.number import Reading, parse
from importer.clean.phone.region import Region
from tests.clean.phone.spellings import numbers, spellings

BARE = re.compile(r"\+?[0-9]{3,30}")
ORDINARY = {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def test_what_a_lead_settles_is_what_the_thorough_way_gives() -> None:
    """A number that its lead settles is the one that all ways to read it give, and there is nothing to say of it."""
    random = Random(2608)
    bare = [(numbering_plan.bare(text), region) for text, region in spellings(random, 20_000)]
    settled = [(text, region) for text, region in bare if BARE.fullmatch(text) and prefixes.e164(text, region)]
    assert len(settled) > len(bare) // 8
    differing = [
        (text, region) for text, region in settled if parse(text, region) != Reading(prefixes.e164(text, region))
    ]
    assert differing == []


def test_what_patterns_prove_holds_for_every_digit() -> None:
    """A pattern that surely matches a lead matches it with any digits after it, one that cannot matches with none."""
    random = Random(2609)
    proved = {True: 0, False: 0}
    for number, region in numbers():
        digits = phonenumbers.national_significant_number(number)
        size = random.randint(1, len(digits))
        unseen = digits[:size].ljust(len(digits), "_")
        seen = digits[:size] + "".join(random.choices("0123456789", k=len(digits) - size))
        name = str(number.country_code) if region == "ZZ" else region
        for _, text in numbering_plan.patterns(numbering_plan.named(name), len(digits)):
            for sure, pattern in ((True, prefixes._surely(text)), (False, prefixes._possibly(text))):
                if bool(re.fullmatch(pattern, unseen)) is sure:
                    proved[sure] += 1
                    assert bool(re.fullmatch(text, seen)) is sure, (text, unseen, seen)
    assert min(proved.values()) > 1000


def test_nearly_all_ordinary_numbers_are_settled() -> None:
    """Fixed lines and mobiles of nearly all regions are settled by their leads, so that they are read fast."""
    ordinary = [number for number, _ in numbers() if phonenumbers.number_type(number) in ORDINARY]
    written = [phonenumbers.format_number(number, PhoneNumberFormat.E164) for number in ordinary]
    assert sum(prefixes.e164(text, None) == text for text in written) > 0.8 * len(written)


@pytest.mark.parametrize(
    ("spelt", "region", "e164"),
    [
        ("6173478858", "US", "+16173478858"),
        ("16173478858", "US", "+16173478858"),
        ("6173478858", "JM", "+16173478858"),
        ("4163478858", "US", "+14163478858"),
        ("+14163478858", None, "+14163478858"),
        ("02079460018", "GB", "+442079460018"),
        ("+4402079460018", None, "+442079460018"),
        ("0612345678", "FR", "+33612345678"),
        ("0612345678", "IT", "+390612345678"),
        ("0412345678", "AU", "+61412345678"),
        ("89123456789", "RU", "+79123456789"),
    ],
)
def test_what_is_cut_is_cut_and_what_belongs_to_it_stays(spelt: str, region: str | None, e164: str) -> None:
    """What is dialled before an area code is cut, what only looks like it stays, and a shared code is no matter."""
    assert prefixes.e164(spelt, region) == e164


@pytest.mark.parametrize(
    ("spelt", "region"),
    [
        ("9002345678", "US"),
        ("5551234567", "US"),
        ("2465550123", "BB"),
        ("2501234", "BB"),
        ("0111523456789", "AR"),
        ("00442079460018", "GB"),
        ("4915112345678", "DE"),
        ("84951234567", "RU"),
        ("+999123456789", None),
        ("6173478858", None),
        ("6173478858", "ZZ"),
        ("+1", "US"),
        ("123", "US"),
        ("", "US"),
    ],
)
def test_a_lead_settles_nothing_where_something_may_be_said(spelt: str, region: str | None) -> None:
    """Costly and unused numbers, digits that are moved or added, other readings, and what is none are left alone."""
    assert prefixes.e164(spelt, region) == ""


@pytest.mark.parametrize("text", [r"(?!0)\d{9}", r"(\d)\1{8}", r"\D*", "[^0]{9}", ".{9}"])
def test_a_pattern_that_is_not_understood_proves_nothing(text: str) -> None:
    """Of signs that no pattern has yet, it is neither sure that they match, nor that they do not."""
    assert not re.fullmatch(prefixes._surely(text), "123______")
    assert re.fullmatch(prefixes._possibly(text), "123______")


def test_many_cells_are_read_as_each_of_them_is() -> None:
    """Cells that are read together give what they give one by one, and those that need thought are missing."""
    by_region: dict[str | None, list[str]] = {}
    for text, region in spellings(Random(2610), 8_000):
        by_region.setdefault(region, []).extend((text, f"{text}\n", f"{text}\n{text}"))
    for region, texts in by_region.items():
        one_by_one = {text: clean_plain(text, Region(region)) for text in texts}
        assert clean_plain_all(texts, Region(region)) == {text: e164 for text, e164 in one_by_one.items() if e164}
    assert clean_plain_all([], Region("US")) == {}
