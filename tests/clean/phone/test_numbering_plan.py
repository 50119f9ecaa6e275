"""Numbering plans: what they read is what libphonenumber reads, for every region, form and damage."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from importer.clean.phone import libphonenumber, numbering_plan
from importer.clean.phone.cell import clean, clean_thoroughly
from importer.clean.phone.number import FEWEST_WITH_CODE, fewest_digits, parse, parse_by_ways
from importer.clean.phone.origin import NOWHERE, Abroad
from importer.clean.phone.region import Region
from tests.clean.phone.spellings import numbers, spellings

if TYPE_CHECKING:
    from importer.model.choices import PhonePolicy


def test_plans_read_as_the_library_does() -> None:
    """On any spelling, in any region, a plan gives the number, type and source that libphonenumber gives."""
    differing = [
        (text, region)
        for text, region in spellings(Random(2606), 16_000)
        if numbering_plan.read(text, region) != libphonenumber.read(text, region)
    ]
    assert differing == []


def test_a_plus_without_a_country_code_is_no_number() -> None:
    """A spelling whose digits begin with no country code is none for the library too, so that it is not asked."""
    chance = Random(2609)
    codes = {"0", "00", "210", "999", *("".join(chance.choices("0123456789", k=3)) for _ in range(300))}
    without = [code for code in codes if not numbering_plan.code_of(code)]
    assert len(without) > 20
    for code in without:
        for length in (3, 7, 10, 13, 17, 29):
            digits = "".join([code, *chance.choices("0123456789", k=length)])[:length]
            for text in (f"+{digits}", f"(+{digits[:2]}) {digits[2:]}", f"+{digits[:1]}-{digits[1:]}"):
                if not numbering_plan.code_of(digits):
                    assert numbering_plan.number_of(numbering_plan.bare(text), None) is None
                    assert numbering_plan.read(text, None) is libphonenumber.read(text, None) is None, text


def test_every_number_in_use_may_be_one() -> None:
    """No spelling that is a number in use in its region is said to be surely none, and of the others many are."""
    may_be = {True: 0, False: 0}
    for text, region in spellings(Random(2608), 4_000):
        bare = numbering_plan.bare(text)
        if region is not None and (number := numbering_plan.number_of(bare, region)) is not None:
            may = numbering_plan.may_be_in_use(bare, region)
            assert may or not number.in_use, (text, region)
            may_be[may] += 1
    assert min(may_be.values()) > 100


def test_a_cell_is_cleaned_the_same_the_short_way_and_the_long() -> None:
    """A cell gives the same numbers and the same lines whether it is taken apart and read by the library, or not."""
    random = Random(2607)
    policies: tuple[PhonePolicy, ...] = ("strict", "lenient")
    for text, region in spellings(random, 4_000):
        where, policy = Region(region), random.choice(policies)
        assert clean(text, where, policy) == clean_thoroughly(text, where, policy, libphonenumber.read), text


@pytest.mark.parametrize("policy", ["strict", "lenient"])
def test_too_few_digits_are_refused_as_the_long_way_does(policy: PhonePolicy) -> None:
    """A number with fewer digits than any has in its region reads the same the short way and the long."""
    chance, differ = Random(5), []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        code = str(phonenumbers.country_code_for_region(region))
        for length in range(1, fewest_digits(region)):
            digits = "".join(chance.choices("0123456789", k=length))
            for text in {
                digits,
                f"00{digits[2:]}",
                f"0{digits[1:]}",
                f"({digits[:1]}) {digits[1:]}",
                f"{code}{digits}"[:length],
            }:
                for abroad in (NOWHERE, Abroad(lost=frozenset({"49", code}))):
                    short = parse(text, region, policy, abroad=abroad)
                    if short != parse_by_ways(text, region, policy, abroad=abroad, read=libphonenumber.read):
                        differ.append((text, region))
    assert differ == []


@pytest.mark.parametrize("policy", ["strict", "lenient"])
def test_too_few_digits_with_a_plus_are_refused_as_the_long_way_does(policy: PhonePolicy) -> None:
    """No plan has a number of so few digits with its country code, and what is said of such is the same both ways."""
    chance = Random(6)
    fewest = min(
        len(code) + min(numbering_plan.named(name).possible)
        for code, names in numbering_plan.PLANS.items()
        for name in names
    )
    assert fewest == FEWEST_WITH_CODE
    for code in numbering_plan.PLANS:
        for length in range(FEWEST_WITH_CODE):
            digits = f"{code}{''.join(chance.choices('0123456789', k=5))}"[:length]
            for text in (f"+{digits}", f"+{digits[:1]} ({digits[1:2]}) {digits[2:]}", f"+00{digits[2:]}"[: length + 1]):
                short = parse(text, "US", policy)
                assert short == parse_by_ways(text, "US", policy, read=libphonenumber.read), text


def test_a_plan_knows_the_lengths_that_the_library_knows() -> None:
    """Whether a number is too short, too long or merely local is answered as libphonenumber answers it."""
    for example, _ in numbers():
        for digits in range(1, 17):
            number = phonenumbers.PhoneNumber(country_code=example.country_code, national_number=10 ** (digits - 1))
            reason = phonenumbers.is_possible_number_with_reason(number)
            assert numbering_plan.main(str(example.country_code)).possibility(digits) == reason, number


def test_no_example_needs_the_library() -> None:
    """Every type of number of every region is read by its plan, so that none of them is slow."""
    for number, region in numbers():
        international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        assert numbering_plan.number_of(numbering_plan.bare(international), None), international
        assert region == "ZZ" or numbering_plan.number_of(numbering_plan.bare(national), region) or "*" in national, (
            national
        )


@pytest.mark.parametrize(
    ("text", "region", "e164", "kind"),
    [
        ("+1 246 250 1234", None, "+12462501234", PhoneNumberType.MOBILE),
        ("+1 246 555 0123", None, "+12465550123", PhoneNumberType.UNKNOWN),
        ("+1 876 523 0123", None, "+18765230123", PhoneNumberType.FIXED_LINE_OR_MOBILE),
        ("250 1234", "BB", "+12462501234", PhoneNumberType.MOBILE),
        ("+98 9601", None, "+989601", PhoneNumberType.UAN),
        ("+39 06 698 12345", None, "+390669812345", PhoneNumberType.FIXED_LINE),
        ("011 15 2345 6789", "AR", "+5491123456789", PhoneNumberType.MOBILE),
        ("0 15 11 96123 4567", "BR", "+5511961234567", PhoneNumberType.MOBILE),
        ("0900 1234567", "DE", "+499001234567", PhoneNumberType.PREMIUM_RATE),
        ("+800 1234 5678", None, "+80012345678", PhoneNumberType.TOLL_FREE),
        ("4412345", "GB", "+444412345", PhoneNumberType.UNKNOWN),
    ],
)
def test_where_shortcuts_go_wrong_the_plan_is_right(text: str, region: str | None, e164: str, kind: int) -> None:
    """Regions that share a code, four-digit numbers, kept zeros, moved and added digits come out as in the library."""
    number = numbering_plan.number_of(numbering_plan.bare(text), region)
    assert number == libphonenumber.read(text, region)
    assert number
    assert (number.e164, number.kind) == (e164, kind)


@pytest.mark.parametrize("text", ["+0044 20 7946 0018", "+999 123 4567", "00", "12", "+1", "000 000 0000", "", "+"])
def test_what_is_no_number_is_none_to_a_plan_too(text: str) -> None:
    """A spelling without a country code that exists, or of too few digits, is left to the library."""
    assert numbering_plan.number_of(numbering_plan.bare(text), "GB") is None
    assert numbering_plan.read(text, "GB") == libphonenumber.read(text, "GB")
