"""Letters that are the keys of a phone, and letters that are not."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from importer.clean.phone.cell import clean
from importer.clean.phone.region import Region
from importer.clean.phone.vanity import in_digits, is_vanity
from tests.clean.phone.spellings import numbers

US, GB, AU = Region("US"), Region("GB"), Region("AU")


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("1-800-FLOWERS", US, "+18003569377"),
        ("1 800 FLOWERS", US, "+18003569377"),
        ("(800) Flowers", US, "+18003569377"),
        ("1800flowers", US, "+18003569377"),
        ("+1 800 FLOWERS", US, "+18003569377"),
        ("1-888-GO-FEDEX", US, "+18884633339"),
        ("1-800-4-A-CHILD", US, "+18004224453"),
        ("call 1-800-FLOWERS", US, "+18003569377"),
        ("0800 REVERSE", GB, "+448007383773"),
        ("1300 FLOWER", AU, "+611300356937"),
    ],
)
def test_a_toll_free_number_may_be_spelt_in_letters(text: str, region: Region, e164: str) -> None:
    """A whole number that is free to call is dialled by its letters, with a line that shows both."""
    cell = clean(text, region)
    assert [point.value for point in cell.points] == [e164]
    (line,) = [finding.what for finding in cell.findings if finding.rule == "repaired-letters"]
    assert e164 in line


def test_a_spelt_number_keeps_its_extension() -> None:
    """The word before an extension is not part of the name."""
    (point,) = clean("1-800-FLOWERS ext. 12", US).points
    assert (point.value, point.extension) == ("+18003569377", "12")


@pytest.mark.parametrize(
    "text", ["1-800-XXX-XXXX", "415-555-01XX", "1-800-MATTRESSES", "212-FLOWERS", "1-800-FLO", "0800 call bob"]
)
def test_letters_that_are_no_whole_number_are_not_dialled(text: str) -> None:
    """Masks, names that are too long or short, and numbers of a place are asked for in digits."""
    assert clean(text, US).points == ()
    assert all(finding.bad for finding in clean(text, US).findings)


@pytest.mark.parametrize("text", ["415-555-0101 x12", "ask for Bob 415-555-0101", "800-555-0101 ASK FOR BOB"])
def test_letters_beside_a_whole_number_are_no_digits(text: str) -> None:
    """Where the digits alone are a number, letters are words beside it."""
    assert [point.value[-7:] for point in clean(text, US).points] == ["5550101"]
    assert "repaired-letters" not in {finding.rule for finding in clean(text, US).findings}


@given(st.one_of(st.text(st.characters(max_codepoint=127)), st.text("aZ1éİıſ０Ａ")))
def test_letters_become_the_digits_that_the_library_gives_them(text: str) -> None:
    """The short way for plain letters is the library's, also where other letters are among them."""
    assert in_digits(text) == phonenumbers.convert_alpha_characters_in_number(text)


def test_numbers_that_are_spelt_are_of_the_kinds_that_the_library_says() -> None:
    """Of every type and region: those that are free to call, or reached at one cost from everywhere."""
    spelt = {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.PREMIUM_RATE,
    }
    for number, _ in numbers():
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        assert is_vanity(e164) == (phonenumbers.number_type(number) in spelt), e164
