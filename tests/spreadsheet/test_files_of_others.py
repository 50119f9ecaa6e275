"""Files as other programs write them, each with what a person sees who opens it in a spreadsheet program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.mapping.suggest.is_header import knows_header

if TYPE_CHECKING:
    from tests.spreadsheet.conftest import Reader

CASES = Path(__file__).parent / "cases"
# The file: its header row, its columns, its rows from the first below the header, and the rules of its warnings.
SEEN: dict[str, tuple[int, str, list[str], set[tuple[int | None, str]]]] = {
    "xls_codepage_1252.xls": (
        1,
        "First Name|Last Name|Company|Phone|Email",
        [
            "Ann|Lee|Example Inc|+1 415 555 0101|ann@example.com",
            "Bob|Kim|Example LLC|+1 415 555 0102|bob@example.com",
        ],
        set(),
    ),
    "xls_formula_record_0206.xls": (
        1,
        "First Name|Phone|Balance",
        ["Ann|+1 415 555 0101|10", "Bob|+1 415 555 0102|30"],
        set(),
    ),
    "xls_literal_format.xls": (
        1,
        "Customer No|First Name|Phone",
        ["C-00042|Ann|+1 415 555 0101", "C-00043|Bob|+1 415 555 0102"],
        set(),
    ),
    "xlsx_inline_and_value.xlsx": (
        1,
        "First Name|Last Name|Phone",
        ["Ann|Lee|+1 415 555 0101", "Bob|Kim|+1 415 555 0102"],
        set(),
    ),
    "xlsx_leading_zero_formats.xlsx": (
        1,
        "Customer No|First Name|Phone",
        ["00421|Ann0|+1 415 555 0101", "00422|Ann1|+1 415 555 0102", "00423|Ann2|+1 415 555 0103"],
        set(),
    ),
    "xlsx_float_noise.xlsx": (
        1,
        "First Name|Phone|Balance",
        ["Ann|+1 415 555 0101|0.3", "Bob|+1 415 555 0102|59.97"],
        set(),
    ),
    "xlsx_date_format_31.xlsx": (1, "First Name|Phone|Customer Since", ["Ann|+1 415 555 0101|2024-04-01"], set()),
    "xlsx_styles_elsewhere.xlsx": (
        1,
        "Customer No|First Name|Phone|Customer Since",
        ["00042|Ann|+1 415 555 0101|2024-04-01"],
        set(),
    ),
    "xlsx_filtered_rows.xlsx": (
        1,
        "First Name|Phone|Status",
        [
            "Ann|+1 415 555 0101|active",
            "Bob|+1 415 555 0102|left",
            "Cy|+1 415 555 0103|left",
            "Di|+1 415 555 0104|active",
        ],
        {(None, "hidden-rows")},
    ),
    "ods_error_as_zero.ods": (
        1,
        "First Name|Phone|Balance",
        ["Ann|+1 415 555 0101|", "Bob|+1 415 555 0102|25"],
        {(2, "error-value")},
    ),
    "ods_shown_code.ods": (1, "Customer No|First Name|Phone", ["C-421|Ann|+1 415 555 0101"], set()),
    "xlsb_error.xlsb": (
        1,
        "First Name|Phone|Email",
        ["Ann|+1 415 555 0101|", "Bob|+1 415 555 0102|bob@example.com"],
        {(2, "error-value")},
    ),
    "report_date_above.csv": (
        4,
        "First Name|Last Name|Phone",
        ["Ann|Lee|+1 415 555 0101", "Bob|Kim|+1 415 555 0102"],
        set(),
    ),
    "header_with_hint.csv": (
        1,
        "First Name|Last Name|Email (e.g. name@example.com)|Phone",
        ["Ann|Lee|ann@example.com|+1 415 555 0101"],
        set(),
    ),
    "flat_opendocument.fods": (1, "First Name|Phone", ["Ann|+1 415 555 0101"], set()),
    "tilde.csv": (1, "First Name|Last Name|Phone", ["Ann|Lee|+1 415 555 0101", "Bob|Kim|+1 415 555 0102"], set()),
    "filtered.xlsx": (
        1,
        "Name|Phone|Status",
        [
            "Ann Lee|415-555-0101|active",
            "Bob Ray|415-555-0102|closed",
            "Cy Doe|415-555-0103|active",
            "Di Fox|415-555-0104|closed",
        ],
        {(None, "hidden-rows")},
    ),
    "merged.xlsx": (
        1,
        "Company|Name|Phone",
        ["Acme|Ann Lee|415-555-0101", "|Bob Ray|415-555-0102", "Beta|Cy Doe|415-555-0103"],
        {(None, "merged-cells")},
    ),
}


def test_every_file_has_its_answer() -> None:
    """No file of the folder is left out."""
    assert {path.name for path in CASES.iterdir()} == set(SEEN)


@pytest.mark.parametrize("name", SEEN)
def test_a_file_is_read_as_it_is_seen(read: Reader, name: str) -> None:
    """Header, cells and warnings of a file are those that a person would name who looks at it."""
    header_row, headers, rows, rules = SEEN[name]
    got = read(CASES / name, knows_header=knows_header)
    assert (got.table.header_row, got.headers) == (header_row, tuple(headers.split("|")))
    assert list(got.rows.values()) == [row.split("|") for row in rows]
    assert list(got.rows) == list(range(header_row + 1, header_row + 1 + len(rows)))
    problems = [*got.problems, *got.table.problems]
    assert {(problem.row, problem.rule) for problem in problems} == rules


def test_the_lines_above_are_told(read: Reader) -> None:
    """What stands above the column names is left out with a word."""
    got = read(CASES / "report_date_above.csv", knows_header=knows_header)
    assert got.decision("rows above the header left out") == "1: Contact report; 2: Date:, 2024-03-01"


@pytest.mark.parametrize(
    "line",
    [
        "Date:,2024-03-01",
        "As of,01.03.2024",
        "Printed,03/01/2024 10:15",
        "Period,01.01.2024 - 31.03.2024",
        "Stamp,20240301",
        "Exported,2024-03-01T09:14:00",
        "Email:,office@example.com",
        "Phone,+1 415 555 0100",
    ],
)
def test_a_line_of_a_report_is_no_contact(read: Reader, line: str) -> None:
    """A date, or one value behind what it is, above the column names does not keep a sheet from being read."""
    text = f"Contact list,\n{line}\n\nFirst Name,Last Name,Phone,Email\nAnn,Lee,+14155550101,ann@example.com\n"
    got = read(text, knows_header=knows_header)
    assert got.table.header_row == 4
    assert list(got.rows) == [5]


def test_a_contact_above_the_names_is_shown(read: Reader) -> None:
    """A sheet that is refused for a contact above its column names shows that contact, and the step it names works."""
    from importer.errors import SourceError

    text = "Contacts\nBob,Ray,+14155550102,\nFirst Name,Last Name,Phone,Email\nAnn,Lee,+14155550101,ann@example.com\n"
    with pytest.raises(
        SourceError, match=r"row 2 above it looks like a contact \(Bob, Ray, \+14155550102\)"
    ) as refused:
        read(text, knows_header=knows_header)
    assert "--header-row 3" in refused.value.next_step
    assert list(read(text, knows_header=knows_header, header_row=3).rows) == [4]


@pytest.mark.parametrize(
    "header",
    [
        "Email (e.g. name@example.com)",
        "Email (name@example.com)",
        "E-Mail z.B. name@example.com",
        "Email [for example name@example.com]",
        "Phone (+1 415 555 0100)",
        "Phone such as +1 415 555 0100",
    ],
)
def test_a_header_with_an_example_is_a_header(read: Reader, header: str) -> None:
    """An address or a number as an example in a column name makes no contact of the header."""
    got = read(f'First Name,Last Name,"{header}"\nAnn,Lee,x\n', knows_header=knows_header)
    assert (got.table.header_row, got.headers[2]) == (1, header)


@pytest.mark.parametrize("delimiter", ["~", ":", "^", "\x1f"])
def test_rare_delimiters(read: Reader, delimiter: str) -> None:
    """A sign that separates known column names is the delimiter, though it is common in text."""
    text = "Vorname,Nachname,Telefon\nAnn,Lee,+1415\nBob,Kim,+1416\n".replace(",", delimiter)
    assert read(text, knows_header=knows_header).rows == {2: ["Ann", "Lee", "+1415"], 3: ["Bob", "Kim", "+1416"]}


@pytest.mark.parametrize("text", ["Name\nAnn Lee: boss\nBob Kim: clerk\n", "Name,Phone\nAnn~Lee,1\nBob~Kim,2\n"])
def test_rare_delimiters_in_text(read: Reader, text: str) -> None:
    """Such a sign in the cells of another table separates nothing."""
    assert read(text, knows_header=knows_header).headers == tuple(text.splitlines()[0].split(","))


def test_a_page_without_the_end_of_its_head(read: Reader) -> None:
    """A page whose head, title or style is left open has its tables."""
    page = "<html><head><title>Contacts<table><tr><th>Name<th>Phone<tr><td>Ann<td>1</table></html>"
    for head in (page, page.replace("<title>Contacts", "<meta charset=utf-8>")):
        assert read(head, "page.xls").rows == {2: ["Ann", "1"]}
