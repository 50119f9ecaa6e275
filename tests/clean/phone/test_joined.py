"""Numbers whose area code or extension stands in a column of its own."""

from __future__ import annotations

import pytest

from importer.clean.phone.joined import PartedNumber, clean, clean_plain
from importer.clean.phone.region import Region

US, DE, IT, MX = Region("US"), Region("DE"), Region("IT"), Region("MX")


def read(text: str, region: Region, area: str = "", extension: str = "") -> list[str]:
    points = clean(PartedNumber(text, region, area, extension), "strict").points
    return [f"{point.value} {point.extension}".strip() for point in points]


def rules(text: str, region: Region, area: str = "", extension: str = "") -> list[str]:
    return [finding.rule for finding in clean(PartedNumber(text, region, area, extension), "strict").findings]


@pytest.mark.parametrize(
    ("text", "region", "area", "e164"),
    [
        ("555-0101", US, "415", "+14155550101"),
        ("5550101", US, "(415)", "+14155550101"),
        ("555 0101", US, "415.0", "+14155550101"),
        ("23125100", DE, "030", "+493023125100"),
        ("23125100", DE, "30", "+493023125100"),
        ("23125100", DE, "0231", "+4923123125100"),
        ("6982 0101", IT, "06", "+390669820101"),
        ("6982 0101", IT, "6", "+390669820101"),
        ("5000 0101", MX, "55", "+525550000101"),
    ],
)
def test_an_area_code_is_put_before_its_number(text: str, region: Region, area: str, e164: str) -> None:
    """A number without its area code gets the one beside it, also where a spreadsheet took the zero away."""
    assert read(text, region, area) == [e164]


@pytest.mark.parametrize(
    ("text", "region", "area", "e164"),
    [
        ("415-555-0101", US, "415", "+14155550101"),
        ("1 (415) 555-0101", US, "415", "+14155550101"),
        ("030 23125100", DE, "030", "+493023125100"),
        ("030 23125100", DE, "30", "+493023125100"),
        ("+49 30 23125100", DE, "030", "+493023125100"),
        ("+44 20 7946 0101", US, "415", "+442079460101"),
        ("0044 20 7946 0101", DE, "030", "+442079460101"),
    ],
)
def test_an_area_code_is_never_put_before_a_whole_number(text: str, region: Region, area: str, e164: str) -> None:
    """A number that has its area code or country code already stays as it is."""
    assert read(text, region, area) == [e164]
    assert "phone-area-unused" not in rules(text, region, area)


@pytest.mark.parametrize(
    ("text", "region", "area", "e164"),
    [("212-555-0103", US, "415", "+12125550103"), ("0151 23456789", DE, "030", "+4915123456789")],
)
def test_an_area_code_that_contradicts_its_number_is_said(text: str, region: Region, area: str, e164: str) -> None:
    """A whole number of another area is sent as it is, with a line about the area code beside it."""
    assert read(text, region, area) == [e164]
    assert rules(text, region, area) == ["phone-area-unused"]


def test_a_number_that_no_area_code_completes_is_bad_as_it_was_written() -> None:
    """What is wrong is said of the cell and not of a number that nobody wrote."""
    (finding,) = clean(PartedNumber("555-010", US, "415"), "strict").findings
    assert finding.bad
    assert "“555-010”" in finding.what


@pytest.mark.parametrize("extension", ["12", "12.0", "x12", "ext. 12"])
def test_an_extension_goes_behind_the_only_number(extension: str) -> None:
    """The extension of its column is kept as one written behind the number is, with the same line."""
    assert read("415-555-0101", US, extension=extension) == ["+14155550101 12"]
    assert rules("415-555-0101", US, extension=extension) == ["phone-extension"]


@pytest.mark.parametrize("extension", ["", "0", "n/a", "-"])
def test_no_extension_is_none(extension: str) -> None:
    """Marks for an empty cell are no extension, and nothing is said."""
    assert read("415-555-0101", US, extension=extension) == ["+14155550101"]
    assert rules("415-555-0101", US, extension=extension) == []


def test_an_extension_of_several_numbers_is_left_out_and_said() -> None:
    """Which of two numbers has the extension cannot be known."""
    text = "415-555-0101; 415-555-0102"
    assert read(text, US, extension="12") == ["+14155550101", "+14155550102"]
    assert "phone-extension-unclear" in rules(text, US, extension="12")


def test_the_short_way_reads_numbers_without_parts_alone() -> None:
    """A number with a part beside it is never read without that part."""
    assert clean_plain(PartedNumber("415-555-0101", US)) == "+14155550101"
    assert clean_plain(PartedNumber("415-555-0101", US, "415")) == ""
    assert clean_plain(PartedNumber("415-555-0101", US, "", "12")) == ""
