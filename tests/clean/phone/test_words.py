"""Words beside a number that decide whether it is sent, and prefixes that are no part of it."""

from __future__ import annotations

import pytest

from importer.clean.phone.cell import clean
from importer.clean.phone.region import Region, region_of
from importer.languages.words import is_fax

US = Region("US")
NOWHERE = Region()


@pytest.mark.parametrize(
    "text",
    [
        "415-555-0101 - DO NOT CALL",
        "no longer 415-555-0102",
        "do not text 415-555-0103",
        "DNC: 415-555-0101",
        "415-555-0101 (don’t call)",
        "415-555-0101; opted-out",
        "415 555 0101 wrong number",
        "415-555-0101 nicht anrufen",
        "415-555-0101 ne pas appeler",
        "415-555-0101 não ligar",
        "415-555-0101 請勿致電",
    ],
)
def test_a_number_that_is_not_to_be_used_is_left_out(text: str) -> None:
    """Words that forbid a number leave it out by a rule of their own and keep the row."""
    cell = clean(text, US)
    assert cell.points == ()
    assert [(finding.rule, finding.bad) for finding in cell.findings] == [("phone-forbidden", False)]


def test_taking_the_words_out_sends_the_number() -> None:
    """The next step that the message names works."""
    assert "take these words out" in clean("415-555-0101 - DO NOT CALL", US).findings[0].next_step
    assert [point.value for point in clean("415-555-0101", US).points] == ["+14155550101"]


def test_words_forbid_the_number_beside_them_alone() -> None:
    """Another number of the cell is sent."""
    cell = clean("415-555-0101 / 415-555-0102 (wrong number)", US)
    assert [point.value for point in cell.points] == ["+14155550101"]


@pytest.mark.parametrize(
    ("label", "fax"),
    [("Work Fax", True), ("Telefax", True), ("pager", True), ("Tel/Fax", False), ("mobile", False), ("", False)],
)
def test_a_fax_is_known_by_its_label(label: str, *, fax: bool) -> None:
    """Any word for a fax makes a label one, unless the number is a telephone too."""
    assert is_fax(label) is fax


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("044 55 5000 0101", Region("MX"), "+525550000101"),
        ("045 55 5000 0101", Region("MX"), "+525550000101"),
        ("01 55 5000 0101", Region("MX"), "+525550000101"),
        ("+52 044 55 5000 0101", NOWHERE, "+525550000101"),
        ("+48 (0) 22 555 01 01", NOWHERE, "+48225550101"),
        ("+45 (0)20 12 34 01", NOWHERE, "+4520123401"),
        ("0045 (0)20 12 34 01", Region("DE"), "+4520123401"),
    ],
)
def test_what_is_no_part_of_a_number_is_cut_and_said(text: str, region: Region, e164: str) -> None:
    """Prefixes of former days and a zero in brackets are cut, with a line."""
    cell = clean(text, region)
    assert [point.value for point in cell.points] == [e164]
    assert {finding.rule for finding in cell.findings} <= {"repaired-mexico", "repaired-zero"}
    assert cell.findings


def test_the_zero_of_italian_numbers_stays() -> None:
    """A zero in brackets is kept where the number is valid with it."""
    assert [point.value for point in clean("+39 (0)6 6982 0101", NOWHERE).points] == ["+390669820101"]


@pytest.mark.parametrize(
    "text",
    [
        "+48 22 555 01 06 wew. 12",
        "+90 212 555 01 01 dahili 12",
        "+1 415-555-0101 ex 12",
        "+81 3-1234-5678 内線12",
        "+86 10 6552 9988 转12",
        "+30 21 0123 4567 εσωτ. 12",
        "+420 222 123 456 linka 12",
        "+36 1 234 5678 mellék 12",
    ],
)
def test_extensions_are_known_in_many_languages(text: str) -> None:
    """The word before an extension is understood in each language with a file."""
    assert [point.extension for point in clean(text, NOWHERE).points] == ["12"]


@pytest.mark.parametrize("text", ["44", "+44", "0044", "44.0"])
def test_a_country_code_needs_no_plus(text: str) -> None:
    """A column of country codes names each row's country, with or without the plus that Excel takes away."""
    assert region_of(text, None) == Region("GB")
