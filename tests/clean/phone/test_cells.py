"""Phone cells with more in them than one number; laws of all phone cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.clean.phone import cell, numbering_plan
from importer.clean.phone.cell import clean
from importer.clean.phone.number import E164
from importer.clean.phone.region import Region
from importer.clean.phone.words import Segment

if TYPE_CHECKING:
    from importer.clean.finding import ContactPoints

US, GB, DE, NOWHERE = Region("US"), Region("GB"), Region("DE"), Region()
ONE, TWO = "+14155550101", "+14155550102"
LONDON, BERLIN = "+442079460018", "+493023125123"


def values(points: ContactPoints) -> list[str]:
    return [point.value for point in points.points]


def rules(points: ContactPoints) -> set[str]:
    return {finding.rule for finding in points.findings}


@pytest.mark.parametrize(
    "between",
    [
        " ::: ",
        ";",
        "; ",
        ",",
        ", ",
        "/",
        " / ",
        " or ",
        " and ",
        " & ",
        "|",
        "\n",
        "\r\n",
        " ",
        "  ",
        " - ",
        " und ",
        " ou ",
        "\t",
    ],
)
def test_several_numbers_in_a_cell_are_told_apart(between: str) -> None:
    """Each number of a cell comes out by itself, whatever stands between them, and the split is said."""
    read = clean(f"(415) 555-0101{between}415-555-0102", US)
    assert values(read) == [ONE, TWO]
    assert "phone-several" in rules(read)
    assert not any(finding.bad for finding in read.findings)


@pytest.mark.parametrize("between", [" u. ", "/", " / ", ", ", "; ", " & ", " oder ", "\n"])
@pytest.mark.parametrize(
    ("whole", "region", "local"),
    [
        ("030/1234567", DE, "7654321"),
        ("(030) 1234567", DE, "765 43 21"),
        ("0171 2345678", DE, "7654321"),
        ("+49 30 1234567", DE, "7654321"),
        ("+41 44 668 18 00", DE, "7654321"),
        ("01 5123456", Region("AT"), "4277123"),
        ("08-123 456 78", Region("SE"), "8765432"),
    ],
)
def test_a_number_without_area_code_beside_a_whole_one_is_not_guessed(
    whole: str, region: Region, local: str, between: str
) -> None:
    """Digits that are a number by themselves may lack the area code beside them: they are named, and never sent."""
    alone, together = values(clean(whole, region)), clean(f"{whole}{between}{local}", region)
    assert alone
    assert set(values(together)) <= set(alone)
    assert {finding.rule for finding in together.findings if finding.bad} <= {"phone-no-area-code", "phone-unclear"}
    assert any(finding.bad for finding in together.findings)


@pytest.mark.parametrize(
    ("text", "region", "numbers"),
    [
        ("030/1234567 u. 030/7654321", DE, ["+49301234567", "+49307654321"]),
        ("030 1234567 / 0171 2345678", DE, ["+49301234567", "+491712345678"]),
        ("01 99 00 12 34 / 199001235", Region("FR"), ["+33199001234", "+33199001235"]),
        ("2222 3333 / 4444 5555", Region("DK"), ["+4522223333", "+4544445555"]),
        ("1-415-555-0101, 415-555-0102", US, [ONE, TWO]),
        ("+44 20 7946 0018, 415 555 0101", US, [LONDON, ONE]),
        ("020 7946 0018 / 7400123456", GB, [LONDON, "+447400123456"]),
    ],
)
def test_whole_numbers_in_a_cell_are_all_sent(text: str, region: Region, numbers: list[str]) -> None:
    """A number that cannot be dialled without its area code is whole, with or without the 0 before it."""
    assert values(clean(text, region)) == numbers


@pytest.mark.parametrize("text", ["030 1234567 / -8", "+49 30 1234567 / -8", "030/1234567-11/-12", "089 123456-78/79"])
def test_a_list_of_endings_is_one_finding(text: str) -> None:
    """Endings behind a number are never made numbers by a guess, and never dropped without a line."""
    read = clean(text, DE)
    assert values(read) == []
    assert [finding.rule for finding in read.findings] == ["phone-unclear"]


@pytest.mark.parametrize(
    ("text", "region"), [("0301234O567890", DE), ("4155550101O4155550102", US), ("0301234m567890", DE)]
)
def test_a_letter_among_the_digits_is_one_finding(text: str, region: Region) -> None:
    """A letter right between two digits is a slip in one number, also where each half is a number in use."""
    read = clean(text, region)
    assert values(read) == []
    assert [finding.rule for finding in read.findings] == ["phone-letters"]


def test_numbers_run_together_are_cut_at_the_plus() -> None:
    """A plus after a digit begins the next number."""
    assert values(clean("+14155550101+442079460018", NOWHERE)) == [ONE, LONDON]


def test_a_bad_part_does_not_spoil_a_good_one() -> None:
    """Of parts that are surely separate, the good number is kept and the other one is a bad finding."""
    read = clean("415 555 0101; 123", US)
    assert values(read) == [ONE]
    assert [finding.rule for finding in read.findings if finding.bad] == ["phone-short-code"]


def test_a_number_given_twice_in_a_cell_is_one() -> None:
    """The same number in two spellings is one number, and that is said."""
    read = clean("+33199001234; +33 1 99 00 12 34", NOWHERE)
    assert values(read) == ["+33199001234"]
    assert rules(read) == {"phone-repeated"}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("(415) 555-0101 (home)", "home"),
        ("Cell: 415 555 0101", "cell"),
        ("415 555 0101 Fax", "fax"),
        ("m 415-555-0101", "mobile"),
        ("whatsapp: +1 415 555 0101", "whatsapp"),
        ("Handy 415 555 0101", "handy"),
        ("Tel. 415 555 0101", ""),
    ],
)
def test_words_beside_a_number_become_its_label(text: str, label: str) -> None:
    """A word that names a kind of phone is cut, said, and offered as label; letters never become digits."""
    read = clean(text, US)
    assert [(point.value, point.label) for point in read.points] == [(ONE, label)]
    assert rules(read) == {"repaired-words"}


def test_each_number_keeps_its_own_words() -> None:
    """With several labelled numbers in a cell, each label stays with its number."""
    before = clean("Home 415 555 0101 Cell 415 555 0102", US)
    after = clean("415 555 0101 (home) / 415 555 0102 (work)", US)
    assert [(point.value, point.label) for point in before.points] == [(ONE, "home"), (TWO, "cell")]
    assert [(point.value, point.label) for point in after.points] == [(ONE, "home"), (TWO, "work")]


@pytest.mark.parametrize(
    "text",
    [
        "415 555 0101 x12",
        "415 555 0101x12",
        "415-555-0101 ext. 12",
        "(415) 555-0101 (ext 12)",
        "415 555 0101, ext 12",
        "415 555 0101 #12",
        "tel:+1-415-555-0101;ext=12",
        "415 555 0101 extension 12",
        "+1 415 555 0101 доб. 12",
    ],
)
def test_an_extension_is_kept_and_said(text: str) -> None:
    """E.164 has no place for an extension, so it is handed on beside the number with a line."""
    read = clean(text, US)
    assert [(point.value, point.extension) for point in read.points] == [(ONE, "12")]
    assert "phone-extension" in rules(read)


NUMBERS = st.sampled_from([ONE, TWO, LONDON, BERLIN, "+33199001234", "+61491570156", "+390612345678"])
NOISE = st.text(alphabet="0123456789+()-./ ,;:xXeE'=\"extAB\u00a0\u200b０٤#*&|\n", max_size=24)


@settings(max_examples=150, deadline=None)
@given(NOISE | st.text(max_size=12), st.sampled_from([US, GB, DE, NOWHERE]), st.sampled_from(["strict", "lenient"]))
def test_cleaning_a_phone_twice_is_cleaning_it_once(text: str, region: Region, policy: str) -> None:
    """Whatever comes out is E.164, and cleaning it again gives itself with no repair."""
    for point in clean(text, region, "strict" if policy == "strict" else "lenient").points:
        assert E164.fullmatch(point.value)
        again = clean(point.value, region, "strict" if policy == "strict" else "lenient")
        assert values(again) == [point.value]
        assert not any(rule.startswith("repaired") for rule in rules(again))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (f"{ONE} (wife: {TWO})", [ONE, TWO]),
        ("tel. 415-555-0101 [Bob 415 555 0102]", [ONE, TWO]),
        ("(cell 415-555-0101) 415-555-0102", [ONE, TWO]),
        ("415-555-0101 (old: 415-555-0102)", [ONE]),
        ("415-555-0101 (was 415-555-0102)", [ONE]),
        ("415-555-0101 (as of 03/04/2024)", [ONE]),
        ("(home) (415) 555-0101", [ONE]),
    ],
)
def test_a_whole_number_in_brackets_is_one_of_the_cell(text: str, numbers: list[str]) -> None:
    """A number that stands in brackets with a word is read like one behind a comma, and never cut as a remark."""
    assert values(clean(text, US)) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "030 / 23125123 (Zentrale)",
        "Tel. 030/23125123",
        "030/23125123 privat",
        "(privat) 030 / 23125-123",
        "030/23125123 Durchwahl 5",
    ],
)
def test_words_around_a_number_with_a_slash_do_not_make_it_two(text: str) -> None:
    """A slash behind the area code stands within one number, whatever words or extension are around it."""
    assert values(clean(text, DE)) == [BERLIN]
    assert rules(clean("030 23125123 / 24 (Zentrale)", DE)) == {"phone-unclear"}


@settings(max_examples=100, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=4), st.sampled_from([" ::: ", ";", " / ", " or ", "\n", " | "]))
def test_numbers_are_never_glued(numbers: list[str], between: str) -> None:
    """A cell of numbers gives those numbers, each once, in order, and no other."""
    assert values(clean(between.join(numbers), NOWHERE)) == list(dict.fromkeys(numbers))


@settings(max_examples=100, deadline=None)
@given(NUMBERS, st.text(alphabet=st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=9))
def test_letters_never_become_digits(number: str, word: str) -> None:
    """A word beside a number is cut or costs the number, but never changes it."""
    assert values(clean(f"{number} {word}", NOWHERE)) in ([number], [])


@settings(max_examples=150, deadline=None)
@given(NOISE, st.sampled_from([US, GB, DE, NOWHERE]))
def test_every_phone_cell_gives_a_number_or_a_line(text: str, region: Region) -> None:
    """A cell with something visible in it is never dropped without a word, and every message ends its sentence."""
    read = clean(text, region)
    if re.search(r"[^\W_]", text):
        assert read.points or read.findings
    assert all(finding.what.endswith(".") and finding.next_step.endswith(".") for finding in read.findings)


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=20), st.sampled_from(["US", "DE", "IT", None]))
def test_bare_digits_need_not_be_split(digits: str, region: str | None) -> None:
    """A cell of nothing but digits is read as the one number that splitting and looking for words would leave."""
    reader = cell._NumberReader(Region(region), "strict", numbering_plan.read)
    assert cell._read_segment(Segment(digits), reader, guess=True) == cell._read_part(digits, reader)
