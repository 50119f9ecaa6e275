"""Remarks between the contacts come back to the person, and no name is taken for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.spreadsheet.conftest import Reader

NAMES = ("Ann Lee", "Bob Ray", "Cy Doe", "Di Fox", "Ed Kay", "Flo May", "Gus Orr", "Hal Poe", "Ian Roe")
PHONES = tuple(f"415-555-01{number:02}" for number in range(len(NAMES)))
DIRTY = tuple("n/a" if number in (1, 5, 8) else phone for number, phone in enumerate(PHONES))
AT = 6  # the row of the file in which the text alone stands


def sheet(text: str, phones: tuple[str, ...] = PHONES, header: str = "Name,Phone", *, capitals: bool = False) -> str:
    rows = [f"{name.upper() if capitals else name},{phone}" for name, phone in zip(NAMES, phones, strict=True)]
    return "\n".join((header, *rows[: AT - 2], f'"{text}",', *rows[AT - 2 :], ""))


REMARKS = (
    "call after 5 pm please",
    "Call after 5 pm please",
    "moved to Oakland in June",
    "ask for the manager",
    "Left message with his wife",
    "left message, no answer",
    "bitte nicht vor 9 anrufen",
    "Rappeler après 18 heures svp",
    "Llamar después de las 5, por favor",
    "graag bellen na 5 uur",
    "gate code 4471",
    "Gate code #4471",
    "ext? ask Ann",
    "wohnt jetzt im Haus 12",
    "código do portão 4471",
    "¿llamar a su hija?",
    "Ann Lee?",
    "kod do bramy 4471",
    "code 12B",
    "see notes",
)


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize("phones", [PHONES, DIRTY], ids=["numbered", "mixed"])
@pytest.mark.parametrize("capitals", [False, True])
def test_a_remark_between_contacts_comes_back(
    read: Reader, remark: str, phones: tuple[str, ...], *, capitals: bool
) -> None:
    """What is said of a person is handed back with its line, also where some contacts have no number."""
    got = read(sheet(remark, phones, capitals=capitals))
    assert {(row, rule) for row, rule, _ in got.rules()} == {(AT, "maybe-heading")}
    assert read(sheet(remark, phones).replace(f'"{remark}",', f'"{remark}",415-555-0199')).rules() == set()


@pytest.mark.parametrize("text", ["NORTH ROUTE", "*** moved to Oakland ***", "Tuesday:", "--- east ---"])
def test_a_heading_among_contacts_without_numbers_comes_back(read: Reader, text: str) -> None:
    """Where only most contacts have a number, a text that is written as a heading is asked about, not sent."""
    assert read(sheet(text, DIRTY)).rules() == {(AT, "maybe-heading", "error")}
    skipped = read(sheet(text)).skipped
    assert [(problem.row, problem.rule) for problem in skipped] == [(AT, "skipped-heading")]


@pytest.mark.parametrize("text", ["Record count: 3", "Contacts exported = 1,204", "Ausgewertet: 17"])
@pytest.mark.parametrize("behind", [False, True])
def test_a_count_among_contacts_without_numbers_comes_back(read: Reader, text: str, *, behind: bool) -> None:
    """A word with its number alone in a row is asked about, however few contacts have a phone; no name is lost."""
    names = [
        "Ann,Lee,",
        "Count,Basie,",
        "Total Wine,,",
        "Count Basie,,",
        "Studio 54,,",
        "Cy,Fox,",
        "Di,Kay,415-555-0104",
    ]
    lines = [*names, f"{text},,"] if behind else [*names[:3], f'"{text}",,', *names[3:]]
    lines = [line if line.startswith('"') or not line.startswith(text) else f'"{text}",,' for line in lines]
    got = read("\n".join(["First Name,Last Name,Phone", *lines]))
    row = len(lines) + 1 if behind else 5
    assert (got.rules(), got.skipped) == ({(row, "maybe-heading", "error")}, [])


def test_where_most_rows_count_none_is_a_note(read: Reader) -> None:
    """Things that are called by a word and a number in many rows are what the sheet is about."""
    got = read("\n".join(["Name,City", *(f"Store: {number}," for number in range(6))]))
    assert (got.rules(), got.skipped) == (set(), [])


def test_a_company_in_capitals_stays_a_contact(read: Reader) -> None:
    """In a column of companies behind the names capitals are no heading; in the first one they are asked about."""
    rows = [f"{name},Acme,{phone}" for name, phone in zip(NAMES, PHONES, strict=True)]
    company = "THE NORTH ROUTE BAR & GRILL"
    got = read("\n".join(("Name,Company,Phone", *rows[:4], f",{company},", *rows[4:])))
    assert (got.rules(), got.skipped) == (set(), [])
    assert AT in got.rows
    assert read(sheet(company, header="Company,Phone")).rules() == {(AT, "maybe-heading", "error")}


GIVEN = (
    *("Mary", "María José", "Jean-Luc", "Jo", "Ask", "Will", "Bär", "Đỗ", "Ngọc Ánh", "Anne Marie", "Ömer", "Łukasz"),
    *("Dr. Jane A.", "Nguyễn Thị", "Art", "Mark", "Call", "Pat", "Sean", "April May", "Abdul Rahman", "Sunny", "Don"),
)
FAMILY = (
    *("Smith", "de la Cruz Fernández", "van der Pas", "el-Sayed", "O'Brien", "Moved", "Ring", "bin Ali al Said", "Not"),
    *("Fernández y Vega", "von und zu Stein", "dos Santos e Silva", "d'Annunzio", "Solo", "St. John", "Favor", "Left"),
    *(
        "Smith (mother)",
        "Lee Jr.",
        "Doe III",
        "Hernández-López",
        "Call",
        "Sick",
        "Paid",
        "Was",
        "Has",
        "Nach",
        "Absent",
    ),
)


@given(
    first=st.sampled_from(GIVEN),
    last=st.sampled_from(FAMILY),
    form=st.sampled_from(["{0} {1}", "{1}, {0}", "{0} {0} {1}"]),
    dirty=st.booleans(),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_no_name_is_a_remark(read: Reader, first: str, last: str, form: str, *, dirty: bool) -> None:
    """A full name alone stays a contact, in capitals among capitals too, whatever its words mean."""
    name = form.format(first, last)
    phones = DIRTY if dirty else PHONES
    for text, capitals in ((name, False), (name.upper(), True)):
        got = read(sheet(text, phones, capitals=capitals))
        assert (got.rules(), got.skipped) == (set(), []), text
        assert AT in got.rows


@pytest.mark.parametrize("name", ["John Paul 2", "Nu?ez Garc?a", "24 Hour Fitness", "Ann van 2"])
def test_a_number_or_a_lost_letter_alone_makes_no_remark(read: Reader, name: str) -> None:
    """A number beside words with capitals may be of a name; a question mark within a word is a letter that was lost."""
    assert read(sheet(name)).rules() == set()


@pytest.mark.parametrize("name", ["ann maria de la cruz", "jo van der pas", "call smith", "Sons of the western plains"])
def test_a_name_in_small_letters_is_no_remark(read: Reader, name: str) -> None:
    """Small letters alone do not make a remark, nor does one word that could be one."""
    assert read(sheet(name)).rules() == set()
