"""Phone cells: what each spelling and each damage gives."""

from __future__ import annotations

import pytest

from importer.clean.finding import ContactPoints
from importer.clean.phone.cell import clean
from importer.clean.phone.number import parse
from importer.clean.phone.origin import Abroad
from importer.clean.phone.region import Region, region_of

US, GB, DE, NOWHERE = Region("US"), Region("GB"), Region("DE"), Region()
ONE, TWO = "+14155550101", "+14155550102"
LONDON, BERLIN = "+442079460018", "+493023125123"


def values(points: ContactPoints) -> list[str]:
    return [point.value for point in points.points]


def rules(points: ContactPoints) -> set[str]:
    return {finding.rule for finding in points.findings}


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("+14155550101", NOWHERE, ONE),
        ("+1 (415) 555-0101", NOWHERE, ONE),
        ("(415) 555-0101", US, ONE),
        ("415.555.0101", US, ONE),
        ("1 415 555 0101", US, ONE),
        ("14155550101", US, ONE),
        ("415‑555–0101", US, ONE),
        ("415_555_0101", US, ONE),
        ("[415] 555-0101", US, ONE),
        ("- 415-555-0101", US, ONE),
        (" 415 555 0101\u200b", US, ONE),
        ("020 7946 0018", GB, LONDON),
        ("2079460018", GB, LONDON),
        ("(+44) 20 7946 0018", NOWHERE, LONDON),
        ("+44 (0)20 7946 0018", NOWHERE, LONDON),
        ("+44 20 7946 0018", US, LONDON),
        ("+49 (0)30 23125 123", NOWHERE, BERLIN),
        ("030/23125123", DE, BERLIN),
        ("+49 (0)30 / 23125-123", NOWHERE, BERLIN),
        ("01/99/00/12/34", Region("FR"), "+33199001234"),
        ("+39 06 1234 5678", NOWHERE, "+390612345678"),
        ("0491 570 156", Region("AU"), "+61491570156"),
    ],
)
def test_a_well_formed_number_becomes_e164_without_a_word(text: str, region: Region, e164: str) -> None:
    """Normalising a well-formed number, national or international, is no change and gets no line."""
    read = clean(text, region)
    assert values(read) == [e164]
    assert read.findings == ()


@pytest.mark.parametrize(
    ("text", "region", "e164", "rule"),
    [
        ("4155550101.0", US, ONE, "repaired-decimal"),
        ("14155550101.00", US, ONE, "repaired-decimal"),
        ("-4155550101", US, ONE, "repaired-minus"),
        ("−14155550101", US, ONE, "repaired-minus"),
        ("2079460018,0", GB, LONDON, "repaired-decimal"),
        ("'+14155550101", NOWHERE, ONE, "repaired-guard"),
        ("''415 555 0101", US, ONE, "repaired-guard"),
        ('="4155550101"', US, ONE, "repaired-guard"),
        ('="+1 (415) 555-0101"', NOWHERE, ONE, "repaired-guard"),
        ("=+14155550101", NOWHERE, ONE, "repaired-guard"),
        ("+1\u00a0415\u00a0555\u00a00101", NOWHERE, ONE, "repaired-spaces"),
        ("415\u200b555\u200e0101", US, ONE, "repaired-spaces"),
        ("＋１４１５５５５０１０１", NOWHERE, ONE, "repaired-digits"),
        ("+٤٤ ٢٠ ٧٩٤٦ ٠٠١٨", NOWHERE, LONDON, "repaired-digits"),
        ("00442079460018", NOWHERE, LONDON, "repaired-prefix"),
        ("00 44 20 7946 0018", GB, LONDON, "repaired-prefix"),
        ("0044 20 7946 0018", US, LONDON, "repaired-prefix"),
        ("+0044 20 7946 0018", NOWHERE, LONDON, "repaired-prefix"),
        ("011 44 20 7946 0018", US, LONDON, "repaired-prefix"),
        ("011442079460018", GB, LONDON, "repaired-prefix"),
        ("442079460018", Region("US", abroad=Abroad(frozenset({"44"}))), LONDON, "repaired-plus"),
        ("44 20 7946 0018", US, LONDON, "repaired-plus"),
        ("442079460018", GB, LONDON, "repaired-plus"),
        ("14155550101", Region("GB", abroad=Abroad(lost=frozenset({"1"}))), ONE, "repaired-plus"),
        ("493023125123", DE, BERLIN, "repaired-plus"),
        ("4915112345678", DE, "+4915112345678", "repaired-plus"),
        ("4,155,550,101", US, ONE, "repaired-thousands"),
        ("1.4155550101E+10", US, ONE, "repaired-power"),
        ("+52 1 55 1234 5678", NOWHERE, "+525512345678", "repaired-mexico"),
        ("tel:+1-415-555-0101", NOWHERE, ONE, "repaired-words"),
        ("p:+14155550101", NOWHERE, ONE, "repaired-words"),
        ("John 415 555 0101", US, ONE, "repaired-words"),
        ("📞 415 555 0101", US, ONE, "repaired-words"),
        ("415 555 0101 (after 5pm)", US, ONE, "repaired-words"),
        ("4155550101 TOLL FREE", US, ONE, "repaired-words"),
    ],
)
def test_damage_that_lost_nothing_is_repaired_and_said(text: str, region: Region, e164: str, rule: str) -> None:
    """A repair gives the number and one warning with the value before and after."""
    read = clean(text, region)
    assert values(read) == [e164]
    assert rules(read) == {rule}
    assert all(e164 in finding.what and not finding.bad for finding in read.findings)


@pytest.mark.parametrize(
    ("text", "region", "rule"),
    [
        ("4155550112.5", US, "phone-not-valid"),
        ("14155550112,25", US, "phone-not-valid"),
        ("1.41556E+10", US, "phone-digits-lost"),
        ("4.47900E+11", GB, "phone-digits-lost"),
        ("4,41E+11", DE, "phone-digits-lost"),
        ("+1.4156e10", US, "phone-digits-lost"),
        ("4155550101", NOWHERE, "phone-no-country"),
        ("14155550101", NOWHERE, "phone-no-country"),
        ("011 4155 1234", NOWHERE, "phone-no-country"),
        ("020 7946 0018", Region(None, "Atlantis"), "phone-unknown-country"),
        ("1-800-XXX-XXXX", US, "phone-letters"),
        ("1-800-MATTRESSES", US, "phone-letters"),
        ("212-FLOWERS", US, "phone-letters"),
        ("415-555-01xx", US, "phone-letters"),
        ("312-555-01O8", US, "phone-letters"),
        ("3l2-555-0109", US, "phone-letters"),
        ("415-555-****", US, "phone-not-valid"),
        ("*100#", US, "phone-not-valid"),
        ("2024-01-02", DE, "phone-not-valid"),
        ("9" * 600, US, "phone-not-valid"),
        ("call the office", US, "phone-no-digits"),
        ("ada@example.com", US, "phone-no-digits"),
        ("911", US, "phone-short-code"),
        ("112", DE, "phone-short-code"),
        ("72277", US, "phone-short-code"),
        ("+1", NOWHERE, "phone-too-short"),
        ("555-0101", US, "phone-no-area-code"),
        ("+44 7700 900123", NOWHERE, "phone-unused"),
        ("4420794600", US, "phone-unused"),
        ("415 555 01012345", US, "phone-too-long"),
        ("415 555 0101/02", US, "phone-unclear"),
        ("030 1234567/68", DE, "phone-unclear"),
        ("415-555-0101, 12", US, "phone-unclear"),
        ("Apt 5, 415 555 0101", US, "phone-unclear"),
    ],
)
def test_what_is_no_number_is_named_and_never_guessed(text: str, region: Region, rule: str) -> None:
    """A cell that can't be understood gives no number and one bad finding that ends with the next step."""
    read = clean(text, region)
    assert values(read) == []
    assert [(finding.rule, finding.bad) for finding in read.findings] == [(rule, True)]
    assert read.findings[0].next_step.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        *("N/A", "-", "none", "null", "unknown", "0", "?", "x", "--", "000-000-0000", "+", "\u00a0n/a "),
        *("(000)000-0000", "(000) 000-0000", "000.000.0000", "+1 (000) 000-0000", "1-000-000-0000", "+44 0000 000000"),
        *("(xxx) xxx-xxxx", "XXX-XXX-XXXX"),
    ],
)
def test_a_placeholder_is_an_empty_cell_with_a_line(text: str) -> None:
    """A mark for "nothing" gives no number, is no bad cell, and is said."""
    read = clean(text, US)
    assert values(read) == []
    assert [(finding.rule, finding.bad) for finding in read.findings] == [("placeholder", False)]


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\u200b"])
def test_a_blank_cell_is_nothing(text: str) -> None:
    """A cell with nothing visible in it gives no number and no line."""
    assert clean(text, US) == ContactPoints()


@pytest.mark.parametrize(
    ("text", "region", "said"),
    [
        ("14155600000", US, True),
        ("447911000000.0", GB, True),
        ("14155510000", US, False),
        ("+14155600000", US, False),
        ("1 415 560 0000", US, False),
        ("4155600000", US, False),
    ],
)
def test_a_number_cell_with_six_digits_and_zeros_is_sent_and_doubted(text: str, region: Region, said: bool) -> None:
    """A workbook stores 1.41556E+10 as 14155600000: that may be a real number, so it is sent with a warning."""
    read = clean(text, region)
    assert len(read.points) == 1
    assert ("phone-rounded" in rules(read)) is said


def test_lenient_takes_possible_numbers_with_a_warning() -> None:
    """Lenient lets a number of the right length pass and says so; short codes and lost digits stay bad."""
    assert parse("+44 7700 900123", None, "strict").e164 == ""
    read = parse("+44 7700 900123", None, "lenient")
    assert read.e164 == "+447700900123"
    assert [(finding.rule, finding.bad) for finding in read.findings] == [("phone-unverified", False)]
    for text in ("911", "555-0101", "1.41556E+10", "1 800 XXX XXXX"):
        assert values(clean(text, US, "lenient")) == []


@pytest.mark.parametrize("policy", ["strict", "lenient"])
def test_a_premium_number_is_taken_and_said(policy: str) -> None:
    """A premium-rate number is a number, with a warning under either policy."""
    read = parse("+1 900 555 0101", None, "strict" if policy == "strict" else "lenient")
    assert read.e164 == "+19005550101"
    assert [finding.rule for finding in read.findings] == ["phone-premium"]


def test_digits_with_two_readings_are_read_as_dialled_and_said() -> None:
    """Digits that are a number of the region and, with a plus, another one, are the region's, with a warning."""
    read = clean("442079460018", DE)
    assert values(read) == ["+49442079460018"]
    assert rules(read) == {"phone-ambiguous"}


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("US", "US"),
        ("usa", "US"),
        ("United States of America", "US"),
        ("Deutschland", "DE"),
        ("UK", "GB"),
        ("england", "GB"),
        ("Côte d’Ivoire", "CI"),
        ("The Netherlands", "NL"),
        ("NA", "NA"),
        ("+44", "GB"),
        ("DE - Germany", "DE"),
        ("日本", "JP"),
        ("United States (US)", "US"),
        ("ESP", "ES"),
        ("Türkiye", "TR"),
        ("", "FR"),
        ("-", "FR"),
    ],
)
def test_a_rows_country_is_known_by_code_and_name(country: str, code: str) -> None:
    """A country cell gives the region by ISO code, by name in English or its own language, or by country code."""
    assert region_of(country, "FR") == Region(code)


@pytest.mark.parametrize("country", ["Atlantis", "XX", "US - Germany", "United"])
def test_an_unknown_country_gives_no_region(country: str) -> None:
    """A country that nobody knows never falls back to the default, since that would make another number."""
    assert region_of(country, "US") == Region(None, country)


def test_the_digit_for_an_outside_line_is_no_country() -> None:
    """The 9 of 9-1-415-555-0101 must not make an Indian number of an American one."""
    read = clean("9-1-415-555-0101", US)
    assert values(read) == []
    assert rules(read) == {"phone-too-long"}
    assert values(clean("91 98765 43210", US)) == ["+919876543210"]
