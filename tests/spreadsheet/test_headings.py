"""Sheets that are no plain list: headings, totals and second lists between the rows, and sheets on their side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.errors import ReadingUnclear, SourceError

if TYPE_CHECKING:
    from tests.spreadsheet.conftest import Reader

ANN, BOB, CY = "Ann Lee,415-555-0101\n", "Bob Ray,415-555-0102\n", "Cy Doe,415-555-0103\n"
SIX = "".join(f"{name} Lee,415-555-012{number}\n" for number, name in enumerate(("Al", "Bo", "Di", "Ed", "Flo", "Gus")))


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "GOLD CUSTOMERS,",
            "VIP",
            "Gold:,",
            "A",
            "--- Gold ---,",
            "*** gold",
            "[Gold]",
            "Gold customers,",
            "Our clients",
        ),
        *("Kunden A-K,", "Gold customers (3)", "Sales Department", "Mitarbeiter", "Clientes VIP", "Fournisseurs"),
    ],
)
def test_a_heading_between_the_rows_is_no_contact(read: Reader, heading: str) -> None:
    """A text alone that is written as a heading, in a sheet whose other rows have numbers, is skipped with a line."""
    got = read(f"Name,Phone\n{heading}\n{ANN}{BOB}{CY}")
    assert list(got.rows) == [3, 4, 5]
    assert [(problem.row, problem.rule) for problem in got.skipped] == [(2, "skipped-heading")]


def test_texts_alone_after_empty_rows_are_headings(read: Reader) -> None:
    """Whatever their words, texts that stand alone after each gap are headings of what follows."""
    got = read(f"Name,Phone\nOslo,\n{ANN}{BOB}\nBergen,\n{CY}")
    assert list(got.rows) == [3, 4, 7]
    assert [problem.row for problem in got.skipped] == [2, 6]


@pytest.mark.parametrize("lone", ["Jane Doe,", "Cher,"])
def test_a_name_without_a_number_stays_a_contact(read: Reader, lone: str) -> None:
    """A row with a name alone is a contact where nothing shows that it is a heading."""
    got = read(f"Name,Phone\n{ANN}{lone}\n{BOB}{CY}")
    assert list(got.rows) == [2, 3, 4, 5]
    assert got.skipped == got.problems == []


def test_capitals_are_no_heading_where_names_are_in_capitals(read: Reader) -> None:
    """In a sheet in capitals a name in capitals is a name."""
    got = read(f"Name,Phone\n{ANN.upper()}JANE DOE,\n{BOB.upper()}")
    assert list(got.rows) == [2, 3, 4]


def test_names_alone_are_contacts_in_a_sheet_without_numbers(read: Reader) -> None:
    """Nothing is taken for a heading where most rows have neither a phone nor an email."""
    got = read("Name,Phone\nGOLD,\nANN,\nBob Ray,\n")
    assert list(got.rows) == [2, 3, 4]


def test_one_word_among_whole_names_is_a_doubt(read: Reader) -> None:
    """One word alone among rows with whole names and numbers is handed back with the reason, not sent as a contact."""
    got = read(f"Name,Phone\n{SIX}Silver,\n{ANN}")
    assert got.rules() == {(8, "maybe-heading", "error")}
    assert "give it a phone" in got.problems[0].message
    # The step that the message names.
    assert read(f"Name,Phone\n{SIX}Silver,415-555-0109\n{ANN}").rules() == set()


WIDE = [f"{name} Lee,415-555-013{n},{n}@example.com,Oslo\n" for n, name in enumerate(("Al", "Bo", "Di", "Ed", "Flo"))]


@pytest.mark.parametrize(
    "lone",
    ["North region", "Région Sud", "2024", "1.", "** confidential **", "- Munich -", "End of list", "City: Oslo"],
)
@pytest.mark.parametrize("columns", ["Name,Phone,Email,City", "Name,Company,Department,City"])
def test_a_lone_cell_in_a_sheet_of_many_columns_is_no_contact(read: Reader, columns: str, lone: str) -> None:
    """Where nearly all rows fill several of many columns, a region, a year or a remark alone is skipped, and said."""
    rows = [row if "Phone" in columns else row.replace("415-555-", "Acme ").replace("@", " ") for row in WIDE]
    got = read(f"{columns}\n{rows[0]}{rows[1]}{lone},,,\n{''.join(rows[2:])}")
    assert list(got.rows) == [2, 3, 5, 6, 7]
    assert [problem.row for problem in got.skipped] == [4]


@pytest.mark.parametrize("lone", ["U10 Tigers", "Bldg 2B", "Class 4b"])
def test_a_code_alone_among_people_is_handed_back(read: Reader, lone: str) -> None:
    """A word of letters and digits is in no name of a person; companies are called so, such as 3M."""
    got = read(f"Name,Phone\n{ANN}{lone},\n{BOB}{CY}")
    assert got.rules() == {(3, "maybe-heading", "error")}
    assert read(f"Company,Phone\n{ANN}{lone},\n{BOB}{CY}").rules() == set()
    rows = "".join(row.replace(",", ",,") for row in (BOB, CY))
    assert read(f"Name,Company,Phone\nAnn Lee,,415-555-0101\n,{lone},\n{rows}").rules() == set()


@pytest.mark.parametrize("lone", ["Wholesale", "Key accounts", "to be called"])
def test_words_alone_in_a_sheet_of_many_columns_are_handed_back(read: Reader, lone: str) -> None:
    """It may be a person: the row is no contact, comes back with the reason, and is one with a phone."""
    got = read(f"Name,Phone,Email,City\n{''.join(WIDE)}{lone},,,\n")
    assert got.rules() == {(7, "maybe-heading", "error")}
    assert read(f"Name,Phone,Email,City\n{''.join(WIDE)}{lone},415-555-0144,,\n").rules() == set()


def test_a_whole_name_alone_is_a_contact(read: Reader) -> None:
    """A row with nothing but the name of a person is a contact of whom no more is known, however wide the sheet."""
    got = read(f"Name,Phone,Email,City\n{''.join(WIDE)}Jane Doe,,,\n")
    assert got.rules() == set()
    assert 7 in got.rows


def test_many_names_alone_are_contacts(read: Reader) -> None:
    """Where a good part of the rows holds a name alone, they are the sheet's contacts."""
    lone = "".join(f"{name} Doe,,,\n" for name in ("Gil", "Hal", "Ian", "Jon", "Kay"))
    assert read(f"Name,Phone,Email,City\n{''.join(WIDE)}{lone}").rules() == set()


@pytest.mark.parametrize(
    "total",
    [
        *("Total,3 contacts", "Total,3", "TOTAL,(3 contacts)", "Total contacts,3", "Gold Total,3", "Berlin Count,3"),
        *(
            "Number of contacts: 3",
            "Contacts: 3",
            "3 customers",
            "Summe,3 Kontakte",
            "Total,3 clientes",
            "Anzahl Kunden: 3",
        ),
        *("Totaal,3 klanten", "Grand Total,12", "Subtotal:,3 records", ",Total 3 contacts"),
    ],
)
def test_a_line_of_totals_is_no_contact(read: Reader, total: str) -> None:
    """However the sum is written, and in whichever cell, it is skipped with a line."""
    got = read(f"Name,Phone\n{ANN}{BOB}{CY}{total}\n")
    assert list(got.rows) == [2, 3, 4]
    assert [problem.rule for problem in got.skipped] in (["skipped-total"], ["skipped-footer"])


@pytest.mark.parametrize(
    "person", ["Basie Count,415-555-0104", "Total,415-555-0104", "Sum Lee,", "Ann Total,x@example.com"]
)
def test_a_person_is_no_total(read: Reader, person: str) -> None:
    """A name that is also a word for a sum is a contact where anything speaks for it."""
    assert 5 in read(f"Name,Phone\n{ANN}{BOB}{CY}{person}\n").rows


def test_a_header_repeated_in_other_spelling_is_skipped(read: Reader) -> None:
    """Case and signs do not make another header."""
    got = read("Name,E-Mail\nAnn,ann@example.com\nNAME,Email\n\nBob,bob@example.com\n")
    assert list(got.rows) == [2, 5]


def test_a_second_list_with_other_columns_is_refused(read: Reader) -> None:
    """Rows below other column names are never read by the first ones; the file, the row and the way on are named."""
    text = f"Name,Phone\n{ANN}{BOB}\nCompany,Contact,Phone\nAcme,Cy Doe,415-555-0103\n"
    with pytest.raises(SourceError) as caught:
        read(text)
    assert "sheet.csv: row 5 names columns again (Company, Contact, Phone)" in caught.value.message
    # Both steps that the message names.
    assert list(read(text, header_row=1).rows) == [2, 3, 5, 6]
    assert list(read(text.partition("\n\n")[0]).rows) == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "Name,Ann Lee,Bob Ray\nPhone,415-555-0101,415-555-0102\nEmail,ann@example.com,bob@example.com\n",
        "First Name,Ann,Bob,Cy\nLast Name,Lee,Ray,Doe\nMobile,415-555-0101,415-555-0102,415-555-0103\nNotes,a,b,c\n",
        "Vorname;Anna;Bernd\nNachname;Lee;Ray\nTelefon;030 23125 001;030 23125 002\n",
        "Name,Ann Lee\nPhone,415-555-0101\n\nName,Bob Ray\nPhone,415-555-0102\n",
        ",Name,Ann Lee,Bob Ray\n,Phone,415-555-0101,415-555-0102\n",
        "Contacts 2026\nName,Ann Lee,Bob Ray\nPhone,415-555-0101,415-555-0102\nEmail,ann@example.com,bob@example.com\n",
    ],
)
def test_a_sheet_on_its_side_is_refused(read: Reader, text: str) -> None:
    """Column names below each other are told as such, and the way to turn the sheet; no contact is called "Phone"."""
    with pytest.raises(SourceError) as caught:
        read(text)
    assert "on its side" in caught.value.message
    assert "Transpose" in caught.value.next_step


def test_the_turned_sheet_is_read(read: Reader) -> None:
    """After the step that the refusal names, the sheet is a list; a header row that is named is believed."""
    assert read("Name,Phone\nAnn Lee,415-555-0101\nBob Ray,415-555-0102\n").rows
    assert read("Name,Ann Lee\nPhone,415-555-0101\nEmail,ann@example.com\n", header_row=1).rows


@pytest.mark.parametrize(
    "text",
    ["Name,Type,Value\nAnn,Phone,415-555-0101\nAnn,Email,ann@example.com\n", f"Name\n{ANN}{BOB}", f"Name,Phone\n{ANN}"],
)
def test_a_list_is_not_on_its_side(read: Reader, text: str) -> None:
    """A list with few rows, or with kinds of numbers in a column, is read as a list."""
    assert read(text).rows


@pytest.mark.parametrize(
    ("upper", "lower", "names"),
    [
        ("Contact,,,Company,Role,Phone", "First,Last,Title,,,", "First, Last, Title, Company, Role, Phone"),
        (
            "First Name,Last Name,Company,Home,,Work,,Role",
            ",,,Phone,Email,Phone,Email,",
            "First Name, Last Name, Company, Home Phone, Home Email, Work Phone, Work Email, Role",
        ),
    ],
)
def test_names_of_columns_in_two_rows_are_no_second_list(read: Reader, upper: str, lower: str, names: str) -> None:
    """Names below a group are named as what they are, and the one row to write is shown; that row is then read."""
    with pytest.raises(ReadingUnclear) as caught:
        read(f"{upper}\n{lower}\nAnn,Lee,Acme,415-555-0101\n")
    assert "two rows, 1 and 2" in caught.value.message
    assert names in caught.value.next_step
    assert read(f"{names}\nAnn,Lee,Acme,,,415-555-0101\n").rows


def test_a_second_list_may_begin_below_the_first_row(read: Reader) -> None:
    """Other names of columns, under names that leave none out, are a second list, also directly below them."""
    with pytest.raises(ReadingUnclear, match="a second list"):
        read(f"Name,Phone,Email\n{ANN}Company,Job Title,Phone\nAcme,Boss,415-555-0104\n")
