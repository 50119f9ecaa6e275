"""Words beside a number that decide whether it is sent, and prefixes that are no part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.clean.phone.cell import clean, clean_thoroughly
from importer.clean.phone.origin import Abroad
from importer.clean.phone.region import Region, region_of
from importer.languages.words import forbidden, is_fax, words

if TYPE_CHECKING:
    from importer.model.choices import PhonePolicy

US = Region("US")
NOWHERE = Region()
RUNS = [
    "x",
    "ext",
    "e",
    "E",
    "cell",
    "fax",
    "dnc",
    "old",
    "no",
    "null",
    "NA",
    "FLOWERS",
    "h",
    "tel",
    "ab",
    "Z",
    "XXX",
    "poste",
    "+",
    "0",
    "00",
    "1",
    "12",
    "800",
    "1800",
    "4155",
    "555",
    "5551234",
]
POLICIES = st.sampled_from(["strict", "lenient"])
REGIONS = [US, NOWHERE, *map(Region, ("DE", "GB", "AU")), Region("US", abroad=Abroad(lost=frozenset({"49"})))]


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


def test_a_word_that_forbids_where_all_is_about_the_number() -> None:
    """Beside a number or as its label "old", "wrong" and "dead" of each language forbid it."""
    for word in words("phones", "forbidden_beside"):
        for text in (f"{word}: 415-555-0101", f"415-555-0101 ({word.upper()})", f"{word} cell 415-555-0101"):
            cell = clean(text, US)
            assert (text, cell.points) == (text, ())
            assert [(finding.rule, finding.bad) for finding in cell.findings] == [("phone-forbidden", False)], text


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("old: 415-555-0101 new: 415-555-0102", ["+14155550102"]),
        ("415-555-0101 (old), 415-555-0102 (new)", ["+14155550102"]),
        ("Old Town office 415-555-0101", ["+14155550101"]),
        ("415-555-0101 Bad Ischl", ["+14155550101"]),
        ("415-555-0101 NIS", []),
        ("415-555-0101 moved away?", []),
        ("dc’d 415-555-0101", []),
        ("D/C 415-555-0101", []),
    ],
)
def test_such_a_word_forbids_its_own_number_alone(text: str, sent: list[str]) -> None:
    """Another number of the cell is sent, and so is one beside a name with such a word in it."""
    assert [point.value for point in clean(text, US).points] == sent


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
        "+386 1 234 56 78 int. 12",
        "+36 1 234 5678 mellék 12",
        "+354 410 1234 innval 12",
    ],
)
def test_extensions_are_known_in_many_languages(text: str) -> None:
    """The word before an extension is understood in each language with a file."""
    assert [point.extension for point in clean(text, NOWHERE).points] == ["12"]


@pytest.mark.parametrize(
    ("text", "code"), [("1-242", "BS"), ("+1 876", "JM"), ("1", "US"), ("+1", "US"), ("(+44)", "GB")]
)
def test_a_country_may_be_an_area_of_north_america(text: str, code: str) -> None:
    """Countries that share the code 1 are named by it and their area code."""
    assert region_of(text, None) == Region(code)


@pytest.mark.parametrize("text", ["44", "+44", "0044", "44.0"])
def test_a_country_code_needs_no_plus(text: str) -> None:
    """A column of country codes names each row's country, with or without the plus that Excel takes away."""
    assert region_of(text, None) == Region("GB")


@pytest.mark.parametrize("phrase", sorted(words("phones", "forbidden")))
def test_every_phrase_that_forbids_a_number_leaves_it_out(phrase: str) -> None:
    """Each phrase of each language, in capitals too, keeps the number from being sent, before or behind it."""
    for text in (f"415-555-0101 ({phrase})", f"{phrase.upper()}: 415-555-0101", f"415-555-0101 - {phrase.title()}"):
        cell = clean(text, US)
        assert (text, cell.points) == (text, ())
        assert [(finding.rule, finding.bad) for finding in cell.findings] == [("phone-forbidden", False)]


@pytest.mark.parametrize(
    "text",
    [
        "do not ever call 415-555-0101",
        "415-555-0101 old home number",
        "415-555-0101 number has changed",
        "415-555-0101 DO_NOT_CALL",
        "415-555-0101 (nie dzwonic!)",
        "415-555-0101 numero invalido",
        "415-555-0101 nepouzivat",
        "415-555-0101 NE KLICI",
        "415-555-0101 (hringid ekki)",
        "415-555-0101電話禁止です",
        "415-555-0101 결번임",
        "415-555-0101 ΛΑΘΟΣ ΑΡΙΘΜΟΣ",
    ],
)
def test_a_phrase_is_known_without_its_marks_and_with_a_word_between(text: str) -> None:
    """People leave out accents, put a word between, and write without spaces."""
    assert [finding.rule for finding in clean(text, US).findings] == ["phone-forbidden"]


@pytest.mark.parametrize(
    "text",
    [
        "415-555-0101 (cell)",
        "415-555-0101 call after 5 pm",
        "call 415-555-0101",
        "415-555-0101 ask for Robinson",
        "415-555-0101 DOD",
        "415-555-0101 text ok",
        "415-555-0101 new number",
        "415-555-0101 mornings 9-11",
        "415-555-0101 between 9 and 5",
    ],
)
def test_ordinary_notes_forbid_nothing(text: str) -> None:
    """Words such as call and cell, and times of the day, are cut, and the number is sent."""
    assert forbidden(text) == ""
    assert [point.value for point in clean(text, US).points] == ["+14155550101"]


def test_what_may_be_another_number_is_no_time_of_the_day() -> None:
    """Digits behind a word that joins numbers, or that names one, stay unclear."""
    for text in ("415-555-0101 or 02", "415-555-0101 number 2"):
        assert [finding.rule for finding in clean(text, US).findings] == ["phone-unclear"]


@pytest.mark.parametrize("word", sorted(words("phones", "extension")))
def test_every_word_for_an_extension_is_known(word: str) -> None:
    """Each word of each language keeps the extension, with and without a point."""
    for text in (
        f"+48 22 555 01 06 {word} 12",
        f"+48 22 555 01 06 {word.upper()}. 12",
        f"+48 22 555 01 06, {word}: 12",
    ):
        assert [(text, point.value, point.extension) for point in clean(text, NOWHERE).points] == [
            (text, "+48225550106", "12")
        ]


@pytest.mark.parametrize("word", sorted(words("headers.leave", "fax")))
def test_every_word_for_a_fax_makes_a_label_one(word: str) -> None:
    """Each word of each language, alone, in capitals and beside another word, is a fax."""
    assert is_fax(word)
    assert is_fax(word.upper())
    assert is_fax(f"{word} 2")


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("44 (0)20 7946 0101", "+442079460101"),
        ("49 (0) 30 23125101", "+493023125101"),
        ("0044 (0)20 7946 0101", "+442079460101"),
        ("+358 (0)9 1234567", "+35891234567"),
        ("+34 (0) 91 123 45 67", "+34911234567"),
        ("+351 (0)21 123 4567", "+351211234567"),
        ("+39 (0)2 1234 5678", "+390212345678"),
        ("+378 (0)549 882345", "+3780549882345"),
    ],
)
def test_a_zero_in_brackets_is_known_behind_any_country_code(text: str, e164: str) -> None:
    """The zero is cut where it is not dialled from abroad, kept where it is, and shows a plus that was lost."""
    assert [point.value for point in clean(text, US).points] == [e164]


@pytest.mark.parametrize(
    "text",
    [
        "0052 1 55 5000 0101",
        "011 52 044 55 5000 0101",
        "+52 (1) 55 5000 0101",
        "52 1 55 5000 0101",
        "(044) 55 5000 0101",
    ],
)
def test_what_was_dialled_in_mexico_is_cut_behind_every_prefix(text: str) -> None:
    """The digits of former days are known with a plus, a dialling prefix, or none, and always said."""
    cell = clean(text, Region("MX"))
    assert [point.value for point in cell.points] == ["+525550000101"]
    assert "repaired-mexico" in {finding.rule for finding in cell.findings}


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from(RUNS), min_size=1, max_size=5).map("".join), st.sampled_from(REGIONS), POLICIES)
@example("1800FLOWERS", US, "strict")
@example("415x12", US, "strict")
@example("1e05", US, "strict")
@example("dnc5", US, "strict")
def test_a_run_of_letters_and_digits_is_what_the_long_way_makes_of_it(
    text: str, region: Region, policy: PhonePolicy
) -> None:
    """Letters between digits are said to be there at once, unless they are words of phones, forbid or are dialled."""
    assert clean(text, region, policy) == clean_thoroughly(text, region, policy)


@pytest.mark.parametrize("word", sorted(words("phones", "between")))
@pytest.mark.parametrize(
    "cell",
    ["030 1234567 {} 0151 23456789", "030/1234567 {}. 0151/23456789", "0301234567 {} +49 151 23456789"],
)
def test_a_word_between_two_numbers_parts_them(cell: str, word: str) -> None:
    """A word for "or" or "and" between two numbers is no part and no label of either, however they are written."""
    points, findings, _ = clean(cell.format(word), Region("DE"))
    assert [(point.value, point.label) for point in points] == [("+49301234567", ""), ("+4915123456789", "")]
    assert [finding.rule for finding in findings] == ["phone-several"]


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("415-555-2671 o, 212-555-3456 c", ["office", "cell"]),
        ("c 415-555-2671 o 212-555-3456", ["cell", "office"]),
        ("415-555-2671 or cell 212-555-3456", ["", "cell"]),
        ("415-555-2671 and/or 212-555-3456", ["", ""]),
        ("415-555-2671 & or 212-555-3456", ["", ""]),
        ("415-555-2671 & and (212) 555-3456", ["", ""]),
        ("415-555-2671和212-555-3456", ["", ""]),
        ("415-555-2671 call between 9 and 5", [""]),
        ("Tel. 415-555-2671 u. Fax 212-555-3456", ["", "fax"]),
        ("Tel. 415-555-2671 o Fax 212-555-3456", ["", "fax"]),
        ("Tel/Fax 415-555-2671", [""]),
    ],
)
def test_a_word_between_numbers_takes_nothing_else_away(cell: str, labels: list[str]) -> None:
    """Labels stay with their numbers, also where their letter is a word elsewhere, and hours are no numbers."""
    assert [point.label for point in clean(cell, US).points] == labels


@pytest.mark.parametrize("cell", ["030/1234O567890", "+49 171 O2345678", "030/1234 567890o 12345", "089/1234i567890"])
def test_a_letter_that_touches_a_digit_parts_no_number(cell: str) -> None:
    """A letter typed for a digit is no word between two numbers, which might both be of strangers."""
    points, findings, _ = clean(cell, Region("DE"))
    assert points == ()
    assert {finding.rule for finding in findings} <= {"phone-unclear", "phone-letters"}


@pytest.mark.parametrize(
    "cell",
    [
        "415-555-2671 or 212-555-3456 do not call",
        "do not call / 415-555-2671 / 212-555-3456",
        "415-555-2671 / 212-555-3456 / do not call",
        "415-555-2671; do not call; 212-555-3456",
    ],
)
def test_a_note_about_both_numbers_forbids_both(cell: str) -> None:
    """Neither a word between two numbers nor a sign keeps "do not call" from one of them; both are handed on."""
    points, findings, withheld = clean(cell, US)
    assert points == ()
    assert [finding.rule for finding in findings] == ["phone-forbidden"]
    assert withheld == ("+14155552671", "+12125553456")
