"""Numbers that may be from abroad: a slip of a digit never makes a stranger of them, a lost plus is still repaired."""

from __future__ import annotations

import random
import re

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.clean.phone.cell import clean
from importer.clean.phone.origin import MOST_GROUPS, NOWHERE, Abroad
from importer.clean.phone.origin_tally import OriginTally
from importer.clean.phone.region import Region
from tests.clean.phone.slips import repairs, strangers

US = Region("US")
SWISS = [f"41 44 668 18 {number:02}".replace(" ", "") for number in range(10)]
AMERICAN = [f"(415) 555-01{number:02}" for number in range(10)]


def abroad(texts: list[str], region: str = "US") -> Abroad:
    tally = OriginTally(region)
    tally.feed(texts)
    return tally.abroad()


def test_a_slip_never_becomes_a_stranger() -> None:
    """A number of the region with a digit too many or too few is never read as one of another country."""
    assert strangers(random.Random(18), 2_400) == []


def test_no_country_writes_its_numbers_in_more_groups() -> None:
    """A spelling in more groups of digits than any format of the library has, with all before it, is nobody's own."""
    groups = [
        len(re.findall(r"\\\d|\d+", number_format.format or ""))
        for region in phonenumbers.SUPPORTED_REGIONS
        for metadata in [phonenumbers.PhoneMetadata.metadata_for_region(region)]
        if metadata is not None
        for number_format in (*metadata.number_format, *metadata.intl_number_format)
    ]
    # The country code, and what is dialled before an area code.
    assert max(groups) + 2 < MOST_GROUPS


def test_a_lost_plus_is_repaired_where_half_of_the_column_is_from_abroad() -> None:
    """At least 98 of 100 numbers that lost their plus are repaired in a mixed column (99 of 100 in the benchmark)."""
    right, total = repairs(random.Random(18), 600)
    assert right >= total * 0.98


_PIECES = st.sampled_from(
    [
        *("+", "00", "011", "0", "1", "41", "44", "49", "39", "503", "415", "555", "0123", "7", "900", "8005550199"),
        *(" ", "-", "(", ")", ".", "/", "x", "\u0664", "\u00a0", "+1", "2079460125", "446681800", "64", "6505550101"),
    ]
)
_SPELLINGS = st.lists(_PIECES, max_size=9).map("".join)
_NATIONAL = st.from_regex(r"\A(\+?1)?[2-9]\d\d[-. ]?[2-9]\d\d[-. ]?\d{4}\Z|\A\d{6,13}\Z").map(str)


@settings(deadline=None, max_examples=300)
@given(st.lists(_SPELLINGS | _NATIONAL, max_size=6), st.sampled_from(["US", "DE", "GB", "IT", "CH", "AU", "MX", "RU"]))
def test_numbers_are_counted_at_once_as_one_by_one(texts: list[str], region: str) -> None:
    """A column counts the same whether its numbers are counted by their beginnings or each by itself."""
    at_once, one_by_one = OriginTally(region), OriginTally(region)
    at_once.feed(texts)
    one_by_one.feed_each(texts)
    assert at_once == one_by_one


@pytest.mark.parametrize("text", ["415-555-0123 4", "(503) 555-01635", "41555501234", "503 5555 0163", "503-555-01635"])
def test_one_digit_too_many_is_said_and_not_guessed_at(text: str) -> None:
    """A digit too many rejects the number, with the count of its digits."""
    cell = clean(text, US)
    assert cell.points == ()
    assert [finding.rule for finding in cell.findings] == ["phone-too-long"]
    assert "it has 11 digits" in cell.findings[0].what


def test_the_form_of_another_country_is_a_sign_of_it() -> None:
    """A number written as its own country writes it is taken without its plus, and the country is named."""
    cell = clean("44 20 7946 0125", US)
    assert [point.value for point in cell.points] == ["+442079460125"]
    assert "United Kingdom" in cell.findings[0].what


def test_digits_alone_need_a_column_from_abroad() -> None:
    """The same digits are Swiss where many numbers of the column are, and a slip where none is."""
    assert abroad(AMERICAN) == NOWHERE
    assert abroad([*AMERICAN, SWISS[0]]).lost == frozenset()
    column = abroad([*AMERICAN, *SWISS])
    assert column.lost == {"41"}
    assert [point.value for point in clean(SWISS[0], Region("US", abroad=column)).points] == ["+41446681800"]
    assert clean(SWISS[0], US).points == ()


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("0043 660 1234567", "DE", "+436601234567"),
        ("00436601234567", "DE", "+436601234567"),
        ("0020 7946 0125", "GB", ""),
        ("00 436601234", "DE", ""),
        ("01 14 92 224 48", "FR", ""),
    ],
)
def test_a_zero_too_many_is_no_dialling_prefix(text: str, region: str, e164: str) -> None:
    """00 stands for the plus unless a number of the region with a slip is as likely."""
    assert [point.value for point in clean(text, Region(region)).points] == ([e164] if e164 else [])
