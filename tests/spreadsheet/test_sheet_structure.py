"""Where the header is, and which rows are no contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.errors import SourceError

if TYPE_CHECKING:
    from tests.spreadsheet.conftest import MakeXlsx, Reader

LINKEDIN = (
    "Notes:\n"
    '"When exporting your connection data, you may notice that some of the email addresses are missing."\n'
    "\n"
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    "Ann,Lee,https://example.com/ann,ann@example.com,Acme,CEO,12 Mar 2025\n"
)


def test_linkedin_preamble(read: Reader) -> None:
    """The notes above LinkedIn's header are no header, and they are shown."""
    got = read(LINKEDIN)
    assert got.table.header_row == 4
    assert got.headers[0] == "First Name"
    assert got.rows[5][0] == "Ann"
    assert "1: Notes:" in got.decision("rows above the header left out")


def test_titles_above_the_header(read: Reader) -> None:
    """Titles and report lines above the header are left out and shown."""
    got = read("Contacts 2024,,\nReport generated 3 May 2024,,\n,,\nName,Company,Phone\nAnn,Acme,1\n")
    assert got.table.header_row == 4
    assert got.rows == {5: ["Ann", "Acme", "1"]}


def test_two_row_headers(read: Reader) -> None:
    """Of group titles and names below them, the names are the header."""
    got = read("Person,,Contact,\nFirst Name,Last Name,Mobile Phone,Email\nAnn,Lee,+1 415 555 0101,a@example.com\n")
    assert got.headers == ("First Name", "Last Name", "Mobile Phone", "Email")
    assert list(got.rows) == [3]


def test_the_header_can_be_named(read: Reader) -> None:
    """`--header-row` counts as a spreadsheet program does, and wins."""
    got = read("a,b\n\nName,Phone\nAnn,1\n", header_row=1)
    assert got.headers == ("a", "b")
    assert got.rows == {3: ["Name", "Phone"], 4: ["Ann", "1"]}


def test_a_named_header_that_is_not_there(read: Reader) -> None:
    """A header row beyond the file, or an empty one, is refused with what is there."""
    with pytest.raises(SourceError, match="has only 2 rows"):
        read("Name,Phone\nAnn,1\n", header_row=9)
    with pytest.raises(SourceError, match="nothing in row 2"):
        read("Name,Phone\n,\nAnn,1\n", header_row=2)


def test_no_header(read: Reader) -> None:
    """With `--header-row 0` every row is a contact and columns are numbered."""
    got = read("Ann,+1 415 555 0101\nBob,+1 415 555 0102\n", header_row=0)
    assert got.headers == ("#1", "#2")
    assert got.rows == {1: ["Ann", "+1 415 555 0101"], 2: ["Bob", "+1 415 555 0102"]}
    assert got.table.header_row == 0


def test_no_header_and_ragged_rows(read: Reader) -> None:
    """Without a header the table is as wide as most rows, and a wider one is rejected."""
    got = read("Ann,1,x\nBob,2,y\nCarl, Jr.,3,z\n", header_row=0)
    assert got.headers == ("#1", "#2", "#3")
    assert got.rules() == {(3, "extra-cells", "error")}


@pytest.mark.parametrize("first", ["Ann,+1 415 555 0101", "Ann,ann@example.com", "(415) 555-0101,Ann"])
def test_data_is_no_header(read: Reader, first: str) -> None:
    """A first row with a phone or an address in it is a contact: the person is asked, nothing is lost."""
    with pytest.raises(SourceError, match=r"no row of column names.*--header-row 0"):
        read(first + "\nBob,+1 415 555 0102\n")


def test_unknown_words_are_a_header(read: Reader) -> None:
    """A first row of words that are no data is the header, in whatever language."""
    got = read("Navn,Kontonummer\nAnn,+1 415 555 0101\n")
    assert got.headers == ("Navn", "Kontonummer")


def test_a_header_below_contacts_is_refused(read: Reader) -> None:
    """Contacts above the only header would be lost, so the person is asked."""
    with pytest.raises(SourceError, match="row 1 above it looks like a contact"):
        read("Ann,+1 415 555 0101\nBob,+1 415 555 0102\nName,Phone\nCarl,+1 415 555 0103\n")


def test_headers_keep_their_text(read: Reader) -> None:
    """The header is kept as it is written, spaces and line breaks too."""
    assert read('" Name ","Mobile\nPhone"\nAnn,1\n').headers == (" Name ", "Mobile\nPhone")


def test_known_headers_come_from_the_caller(read: Reader) -> None:
    """What counts as a column name is decided by `knows_header`."""
    got = read("Liste 3,Namen\nVorname,Rufnummer\nAnn,1\n", knows_header=lambda text: text in {"Vorname", "Rufnummer"})
    assert got.headers == ("Vorname", "Rufnummer")


SALESFORCE = (
    "First Name,Last Name,Phone,Account\nAnn,Lee,1,Acme\nFirst Name,Last Name,Phone,Account\nBob,Roy,2,Co\n"
    '"Grand Totals (2 records)",,,\n,,,\n"Confidential Information - Do Not Distribute",,,\n'
    '"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved.",,,\n'
)


def test_totals_footers_and_repeated_headers(read: Reader) -> None:
    """Salesforce's report lines are no contacts, and each is listed as skipped with its row."""
    got = read(SALESFORCE)
    assert list(got.rows) == [2, 4]
    assert [(problem.row, problem.rule) for problem in got.skipped] == [
        (3, "skipped-repeated-header"),
        (5, "skipped-footer"),
        (7, "skipped-footer"),
        (8, "skipped-footer"),
    ]
    assert {str(problem.severity) for problem in got.skipped} == {"warning"}


@pytest.mark.parametrize(
    "row",
    [
        "Total,+1 415 555 0101,",
        "Total,,total@example.com",
        "Total,4155550101,",
        "Total Wine,,",
        "Page,,",
        "Sum,Yung,",
        "Copyright Office,,",
        "-,,",
        "Count,Dracula,",
        "Total Fitness 24,,",
        "Confidential Couriers,,",
        "Powered by Sun,415-555-0101,",
        "Last Chance 24,,",
        "Phone,Ann,",
        "Name,,",
        '"Dec 1, 2026",,',
        "Ann May 12 2026,,",
        '"Tuesday, Dec 01, 2026 12:00:00 PM GMT-8",415-555-0101,',
    ],
)
def test_people_are_not_skipped(read: Reader, row: str) -> None:
    """When in doubt a row is a contact: names like Total, placeholders, or a phone beside it."""
    got = read(f"Name,Phone,Email\n{row}\n")
    assert list(got.rows) == [2]
    assert not got.skipped


@pytest.mark.parametrize(
    "row",
    [
        "Total,,",
        "TOTAL:,12,",
        'Grand Total,"1,234,567",',
        "Summe,$12.50,",
        "-----,-----,-----",
        "Page 3 of 7,,",
        "120 contacts,,",
        "Total 12,,",
        "Powered by Jobber,,",
        "Confidential - do not share,,",
        "Created with Airtable,,",
        "Last updated 3 Nov 2026,,",
        "All rights reserved.,,",
        "Sent from my iPhone,,",
        '"Tuesday, Dec 01, 2026 12:00:00 PM GMT-8",,',
        '"Accrual Basis Tuesday, December 1, 2026 12:00 PM GMT-08:00",,',
        '"Dienstag, 1. Dezember 2026 14:05",,',
    ],
)
def test_lines_of_reports_are_skipped(read: Reader, row: str) -> None:
    """Totals with nothing but amounts beside them, page numbers and drawn lines are no contacts."""
    got = read(f"Name,Phone,Email\nAnn,1,\n{row}\n")
    assert list(got.rows) == [2]
    assert [problem.row for problem in got.skipped] == [3]


def test_blank_rows_are_no_rows(read: Reader) -> None:
    """Rows of nothing but spaces, no-break spaces, zero-width signs or delimiters do not exist."""
    got = read("Name,Phone\n , \n\u00a0,\u200b\n,,,,\n\nAnn,1\n")
    assert got.rows == {6: ["Ann", "1"]}
    assert not got.skipped
    assert not got.problems


def test_an_error_in_an_otherwise_empty_row_is_seen(read: Reader, make_xlsx: MakeXlsx) -> None:
    """A row that holds nothing but an error cell is a row, so that its loss is said."""
    got = read([["Name", "Phone"], ["=1/0", None], ["Ann", "1"]], "x.xlsx")
    assert list(got.rows) == [2, 3]


def test_problem_columns_are_named(read: Reader) -> None:
    """A problem in a column without a name, or with a twin, says its number."""
    got = read([["Phone", "Phone", None], ["=A1", "1", "=B1"]], "x.xlsx")
    assert [problem.column for problem in got.problems] == ["#1", "#3"]
