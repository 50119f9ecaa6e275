"""Notes below a table: a sentence alone behind a blank row is never sent as a contact, and no person is lost for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.spreadsheet.rejects.rejects import chunk_of

if TYPE_CHECKING:
    from tests.spreadsheet.conftest import Reader

PEOPLE = "Name,Phone,Email\nAnn Lee,415-555-0101,a@example.com\nBob,415-555-0102,b@example.com\nCy,415-555-0103,\n"


@pytest.mark.parametrize(
    "note",
    [
        "Updated by Sue on 3 March 2024",
        "Please call before noon",
        "Last checked by Sue",
        "Stand vom 3. März 2024",
        "All numbers were checked last week.",
        "Record count: 3",
        "Filter: Status = Active",
        "Report run by: Jane Doe",
        "Legend: VIP = red",
        "Quelle: Outlook",
        "Última actualización: 01/11/2023",
        "Sue 3/4/24",
        "3 results",
        "Thank you!",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n,,\n"])
def test_a_sentence_behind_a_blank_row_is_handed_back(read: Reader, note: str, gap: str) -> None:
    """It comes back with the reason, and is a contact with a phone."""
    got = read(f"{PEOPLE}{gap}{note},,\n")
    (row,) = [row for row in got.rows if row > 4]
    assert got.rules() == {(row, "maybe-heading", "error")}
    assert "or a note" in got.problems[0].message
    assert read(f"{PEOPLE}{gap}{note},415-555-0109,\n").rules() == set()


@pytest.mark.parametrize("people", ["Ann Lee,415-555-0101,\n", "Ann Lee,,a@example.com\nBob,415-555-0102,\n"])
def test_a_note_below_one_contact_is_handed_back(read: Reader, people: str) -> None:
    """A sheet of one or two contacts shows little, but what no name says is no contact there either; a name is one."""
    got = read(f"Name,Phone,Email\n{people}\nSource: HubSpot,,\n")
    assert {rule for _, rule, _ in got.rules()} == {"maybe-heading"}
    for name in ("Jane Doe", "ACME", "Gold customers"):
        got = read(f"Name,Phone,Email\nAnn Lee,415-555-0101,\n\n{name},,\n")
        assert (list(got.rows), got.rules(), got.skipped) == ([2, 4], set(), [])


@pytest.mark.parametrize(
    "name",
    [
        "Jane Doe",
        "Cher",
        "juan de la cruz y vega",
        "María de la Cruz y Vega",
        "Ludwig van der Rohe",
        "Ahmed bin Ali al Said",
        "Dr. Jane A. Doe",
        "The Bob Ray Company",
        "Studio 54",
        "24 Hour Fitness",
        "99 Restaurants",
        "O'Neil-Ray, Pat",
    ],
)
def test_a_name_behind_a_blank_row_is_a_contact(read: Reader, name: str) -> None:
    """A row with nothing but the name of a person or a company is one, also in small letters."""
    got = read(f"{PEOPLE}\n{name},,\n")
    assert 6 in got.rows
    assert "maybe-heading" not in {rule for _, rule, _ in got.rules()}


def test_each_line_of_a_note_is_handed_back(read: Reader) -> None:
    """A note of several lines has a blank row above its first line alone."""
    got = read(f"{PEOPLE}\nRecord count: 3,,\nSource: HubSpot,,\nLegend: VIP = red,,\n")
    assert {row for row, _, _ in got.rules()} == {6, 7, 8}


def test_a_sentence_between_contacts_is_left_alone(read: Reader) -> None:
    """Without a blank row above it a text is a cell of the list like any other: a company may have such a name."""
    got = read(f"{PEOPLE}Sons of the western plains,,\nDi,415-555-0104,\n")
    assert 5 in got.rows
    assert got.rules() == set()


def test_notes_of_a_sheet_without_numbers_are_left_alone(read: Reader) -> None:
    """Where most rows are a text alone, nothing shows that one of them is no contact."""
    got = read("Name,Phone,Email\nAnn Lee,,\nBob Ray,,\n\nUpdated by Sue on 3 March 2024,,\n")
    assert got.rules() == set()


SENTENCE = "Sons of the western plains"


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 4])
@pytest.mark.parametrize("gap", ["", "\n"])
def test_a_blank_row_is_seen_at_the_border_of_a_chunk(read: Reader, chunk_rows: int, gap: str) -> None:
    """A blank row above a sentence counts, and none does not, wherever a chunk ends."""
    got = read(f"{PEOPLE}{gap}{SENTENCE},,\nDi,415-555-0104,\n", chunk_rows=chunk_rows)
    assert {rule for _, rule, _ in got.rules()} == ({"maybe-heading"} if gap else set())


def test_a_row_that_is_no_contact_is_no_blank_row(read: Reader) -> None:
    """A total right above a sentence, which is left out, leaves no gap that a note would stand behind."""
    got = read(f"{PEOPLE}Total: 3,,\n{SENTENCE},,\nDi,415-555-0104,\n")
    assert [problem.rule for problem in got.skipped] == ["skipped-total"]
    assert got.rules() == set()


def test_a_row_that_is_read_alone_is_what_it_was_in_the_sheet(read: Reader) -> None:
    """A page in which a row is edited says of it what the whole sheet says."""
    for gap, rules in (("", []), ("\n", ["maybe-heading"])):
        table = read(f"{PEOPLE}{gap}{SENTENCE},,\nDi,415-555-0104,\n").table
        row = 6 if gap else 5
        chunk = chunk_of(table, {row: (SENTENCE, "", "")})
        assert [problem.rule for problem in chunk.problems] == rules


WHOLE = "Name,Phone\nAnn Lee,415-555-0101\nBob Ray,415-555-0102\nCy Doe,415-555-0103\n"


@pytest.mark.parametrize("note", ["Jobber", "Nothing more here", "Checked by Sue on 3 March 2024", "Source: HubSpot"])
@pytest.mark.parametrize("chunk_rows", [1, 3, 100])
def test_a_last_line_without_a_number_is_handed_back(read: Reader, note: str, chunk_rows: int) -> None:
    """Right below contacts that all have a number, what is no full name comes back; with one it is a contact."""
    got = read(f"{WHOLE}{note},\n", chunk_rows=chunk_rows)
    assert got.rules() == {(5, "maybe-heading", "error")}
    got = read(f"{WHOLE}{note},\nSee the other tab for more\n", chunk_rows=chunk_rows)
    assert {row for row, _, _ in got.rules()} == {5, 6}
    assert read(f"{WHOLE}{note},\nDi Fox,415-555-0104\n", chunk_rows=chunk_rows).rules() == set()
    assert read(f"{WHOLE}{note},415-555-0109\n", chunk_rows=chunk_rows).rules() == set()


@pytest.mark.parametrize(
    "name",
    [
        *("Jane Doe", "juan de la cruz", "María de la Cruz y Vega", "The Bob Ray Company", "J. Doe"),
        *("Omar el-Sayed", "Gabriele d'Annunzio", "Brian o’Brien", "Olivia dell'Acqua", "Ann Lee (mother)"),
    ],
)
def test_a_last_person_without_a_number_is_a_contact(read: Reader, name: str) -> None:
    """A full name alone in the last line is a person, and so is one word where others have one word too."""
    assert read(f"{WHOLE}{name},\n").rules() == set()
    assert read(f"{PEOPLE}Cher,,\n").rules() == set()
