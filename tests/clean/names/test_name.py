"""Name cells: kept, tidied with a word, split where that is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.clean.finding import Cleaned
from importer.clean.names import name
from importer.clean.names.full_name import split

if TYPE_CHECKING:
    from importer.clean.finding import ContactPoints


def rules(cleaned: Cleaned | ContactPoints) -> list[str]:
    return [finding.rule for finding in cleaned.findings]


@pytest.mark.parametrize(
    "cell",
    [
        "Null",
        "NA",
        "None",
        "Ada",
        "McDONALD",
        "O’Neil",
        "'t Hooft",
        "Dvořák",
        "王小明",
        "🧑\u200d💻",
        "می\u200cخواهم",
        "=SUM(A1)",
        "+Plus",
        "-son",
        "@home",
        "神",
    ],
)
def test_a_name_keeps_its_characters(cell: str) -> None:
    """Names are never recased, emptied or tidied beyond their spaces."""
    assert name.clean(f" {cell}\u00a0") == Cleaned(cell)


@pytest.mark.parametrize("cell", ["Ann Lee, Bob Ray", "Ann Marie Lee, Bob J. Ray", "Juan García, María López"])
def test_two_people_with_a_comma_between_them_are_not_swapped(cell: str) -> None:
    """Where each side of the comma begins with a first name, neither side is the other's: the cell stays whole."""
    split_name = split(cell)
    assert (split_name.first, split_name.last) == (cell, "")
    assert [finding.rule for finding in split_name.findings] == ["name-not-split"]


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("García López, Juan Carlos", "Juan Carlos", "García López"),
        ("Martín Pérez, María José", "María José", "Martín Pérez"),
        ("Jean Baptiste, Marie Claire", "Marie Claire", "Jean Baptiste"),
        ("James Lee, Mary A.", "Mary A.", "James Lee"),
        ("Van Dyke, John Paul", "John Paul", "Van Dyke"),
    ],
)
def test_a_double_surname_before_a_comma_is_one(cell: str, first: str, last: str) -> None:
    """A last name of two words stays one, whose given names come behind the comma, and nothing is said of it."""
    assert split(cell) == (first, last, (), "")


@pytest.mark.parametrize(
    ("cell", "value", "rule"),
    [
        ("Ann  Marie", "Ann Marie", "repaired-spaces"),
        ("Ann\u00a0Marie", "Ann Marie", "repaired-spaces"),
        ("Ann\nMarie", "Ann Marie", "repaired-spaces"),
        ("Ann\x00", "Ann", "repaired-control-characters"),
        ('="Ann"', "Ann", "repaired-guard"),
        ("'+Plus", "+Plus", "repaired-guard"),
        ("N/A", "N/A", "name-placeholder"),
        ("-", "-", "name-placeholder"),
        ("#REF!", "", "formula-error"),
    ],
)
def test_what_changes_in_a_name_is_said(cell: str, value: str, rule: str) -> None:
    """Inner spaces, control characters and guards are repaired with a line; marks for "nothing" are kept with one."""
    cleaned = name.clean(cell)
    assert cleaned.value == value
    assert rules(cleaned) == [rule]


def test_names_are_composed() -> None:
    """A name is sent in Unicode's form NFC, which is the same name; other ideographs are never put in its place."""
    assert name.clean("Jose\u0301").value == "José"
    assert name.clean("\ufa19").value == "\ufa19"


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("Ada Lovelace", "Ada", "Lovelace"),
        ("Lovelace, Ada", "Ada", "Lovelace"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Dr. John Q. Public Jr.", "Dr. John Q.", "Public Jr."),
        ("John Smith, Jr.", "John", "Smith, Jr."),
        ("José Ortega y Gasset", "José", "Ortega y Gasset"),
        ("Maria Sa", "Maria", "Sa"),
        ("Cher", "Cher", ""),
        ("王小明", "王小明", ""),
    ],
)
def test_a_full_name_is_split_where_that_is_safe(cell: str, first: str, last: str) -> None:
    """First and last name come out of a full name without a word; one word and Chinese names stay whole."""
    full = split(cell)
    assert (full.first, full.last, full.findings) == (first, last, ())


@pytest.mark.parametrize(
    "cell",
    [
        *("Smith, Jr., Ph.D.", "Иван Петров", "van der Berg", "Unit 5", "Ann/Bob Lee", "Ann Lee; Bob Ray"),
        *("Martinez, Walker and Burton", "Lee, Ann & Bob", "Ann & Bob", "Procter & Gamble", "Familie Müller"),
        *("Ann Lee (Acme Inc)", "Acme GmbH - Ann Lee", "Ann Lee, Acme Inc.", "First Baptist Church", "The Smiths"),
        *("Ann Lee, Bob Lee", "Ann Van Lee, Bob VAN LEE"),
    ],
)
def test_a_full_name_that_is_not_split_is_said(cell: str) -> None:
    """A name in other letters, with unclear commas or of an unclear kind stays whole as first name, with a warning."""
    full = split(cell)
    assert (full.first, full.last) == (cell, "")
    assert [finding.rule for finding in full.findings] == ["name-not-split"]


@pytest.mark.parametrize(
    ("cell", "what"),
    [("Ann Lee (415) 555-0101", "phone number"), ("Ann Lee 4155550101", "phone number"), ("Ann ann@a.org", "email")],
)
def test_a_number_within_a_name_is_to_have_a_column(cell: str, what: str) -> None:
    """A name with a phone number or an email address in it stays whole, and is told where that belongs."""
    full = split(cell)
    assert full.first == cell
    assert [(what in finding.what, "column of its own" in finding.next_step) for finding in full.findings] == [
        (True, True)
    ]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Ada", "Dr.", "van", "de", "Smith", "Jr.", "Müller", "O'Brien", "and", "Inc", "5", "Иван", "(Bob)", "III"]
        ),
        min_size=1,
        max_size=5,
    )
)
def test_splitting_loses_no_word(parts: list[str]) -> None:
    """First and last name together hold the words of the full name in their order."""
    full = split(" ".join(parts))
    assert f"{full.company}{full.first} {full.last}".split() == parts


@pytest.mark.parametrize(
    ("text", "first", "company"),
    [
        ("Lee, Ann:Kitchen remodel", "Lee, Ann:Kitchen remodel", ""),
        ("Acme Ltd:Roof:Tin", "", "Acme Ltd:Roof:Tin"),
    ],
)
def test_a_job_of_a_customer_is_kept_whole_and_said(text: str, first: str, company: str) -> None:
    """A customer and a job in one cell are not taken apart as a name, and the finding says whose job it is."""
    name = split(text)
    assert (name.first, name.last, name.company) == (first, "", company)
    assert [finding.rule for finding in name.findings] == ["customer-job"]
    assert text.partition(":")[0] in name.findings[0].what


@pytest.mark.parametrize("text", ["Attn: Ann Lee", "Ann Lee 10:30", "https://example.com", "Ann Lee:", ": Ann"])
def test_another_colon_makes_no_job(text: str) -> None:
    """A label before a name, a time and a link are no customer with a job."""
    assert "customer-job" not in {finding.rule for finding in split(text).findings}
