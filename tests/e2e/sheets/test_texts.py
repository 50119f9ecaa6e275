"""Text files in every dialect and state of repair: the same people, the row numbers a spreadsheet program shows."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.sheets.conftest import Deliver

PEOPLE = "Name,Phone,Company\nAnn Núñez,+14155550101,Café\nBob Ray,+14155550102,Acme\n"
ANN = {"first": "Ann", "last": "Núñez", "phones": ["+14155550101"], "company": "Café"}
BOB = {"first": "Bob", "last": "Ray", "phones": ["+14155550102"], "company": "Acme"}
PLAIN = "Name,Phone,Company\nAnn Lee,+14155550101,A\nBob Ray,+14155550102,B\nCy Ray,+14155550103,C\n"


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


DIALECTS = {
    "utf-8": (PEOPLE.encode(), 2, 3, set()),
    "utf-8 with a mark": (b"\xef\xbb\xbf" + PEOPLE.encode(), 2, 3, set()),
    "semicolons with a mark": (b"\xef\xbb\xbf" + PEOPLE.replace(",", ";").encode(), 2, 3, set()),
    "cp1252": (PEOPLE.encode("cp1252"), 2, 3, {"encoding-guessed"}),
    "cp1252 with semicolons": (PEOPLE.replace(",", ";").encode("cp1252"), 2, 3, {"encoding-guessed"}),
    "utf-16": (PEOPLE.encode("utf-16"), 2, 3, set()),
    "utf-16 with tabs": (PEOPLE.replace(",", "\t").encode("utf-16"), 2, 3, set()),
    "utf-16 without a mark": (PEOPLE.encode("utf-16-be"), 2, 3, set()),
    "tabs": (PEOPLE.replace(",", "\t").encode(), 2, 3, set()),
    "pipes": (PEOPLE.replace(",", "|").encode(), 2, 3, set()),
    "sep line": (("sep=;\r\n" + PEOPLE.replace(",", ";")).encode(), 3, 4, set()),
    "carriage returns": (PEOPLE.replace("\n", "\r").encode(), 2, 3, set()),
    "windows lines": (PEOPLE.replace("\n", "\r\n").encode(), 2, 3, set()),
    "no line end": (PEOPLE.rstrip().encode(), 2, 3, set()),
    "blank lines": (PEOPLE.replace("\nBob", "\n\n\nBob").encode(), 2, 5, set()),
    "rows of commas": (PEOPLE.replace("\nBob", "\n,,\n , ,\nBob").encode(), 2, 5, set()),
    "a title": (("Contact list\nprinted 3 May\n\n" + PEOPLE).encode(), 5, 6, set()),
    "all quoted": (re.sub(r"(?m)[^,\n]+", r'"\g<0>"', PEOPLE).encode(), 2, 3, set()),
    "end of file of DOS": (PEOPLE.encode() + b"\x1a", 2, 3, set()),
    "spaces around names": (PEOPLE.replace("Name,Phone", " Name ,\u00a0Phone\u200b").encode(), 2, 3, set()),
    "empty columns at the end": (PEOPLE.replace("\n", ",,\n").encode(), 2, 3, None),
    "gzip": (gzip.compress(PEOPLE.encode()), 2, 3, set()),
    "zip": (zipped({"a": PEOPLE.encode()}), 2, 3, set()),
    "zip of a mac": (zipped({"a.csv": PEOPLE.encode(), "__MACOSX/._a.csv": b"\0\5\x16\7"}), 2, 3, set()),
}  # fmt: skip


@pytest.mark.parametrize("what", DIALECTS)
def test_a_dialect_changes_nothing(deliver: Deliver, what: str) -> None:
    """The same two people arrive from every dialect, under the rows that a spreadsheet program shows."""
    content, first, second, rules = DIALECTS[what]
    got = deliver(content)
    assert got.people == {first: ANN, second: BOB}
    assert rules is None or got.rules(None) == rules
    assert {line["rule"] for line in got.problems if line["row"]} == set()


@pytest.mark.parametrize("name", ["people.xls", "people.xlsx", "people.pdf", "people"])
def test_the_name_of_a_file_decides_nothing(deliver: Deliver, name: str) -> None:
    """A text with tabs is read as one, whatever its name."""
    assert deliver(PEOPLE.replace(",", "\t"), name=name).people == {2: ANN, 3: BOB}


@pytest.mark.parametrize("codec", ["mac-roman", "cp850", "latin-1", "utf-8"])
def test_an_encoding_can_be_named(deliver: Deliver, codec: str) -> None:
    """--encoding is taken at its word."""
    assert deliver(PEOPLE.encode(codec), "--encoding", codec).people == {2: ANN, 3: BOB}


def test_a_guessed_encoding_is_shown(deliver: Deliver) -> None:
    """A guess is said aloud with words that it made, so that a person can see whether it is right."""
    got = deliver(PEOPLE.encode("cp1252"))
    assert "Núñez" in got.said
    assert "--encoding" in got.message(None, "encoding-guessed")


def test_quoted_line_breaks_do_not_move_row_numbers(deliver: Deliver) -> None:
    """A record with a line break in a cell is one row; later rows keep the numbers a spreadsheet program shows."""
    got = deliver('Name,Phone,Company\nAnn Lee,+14155550101,"12 Main St\nSuite 5"\nBob Ray,+14155550102,B\n')
    assert got.people[2]["company"] == "12 Main St Suite 5"
    assert got.people[3]["first"] == "Bob"
    assert "12 Main St¶Suite 5" in got.message(2, "repaired-spaces")


def test_ragged_rows_never_shift(deliver: Deliver) -> None:
    """Short rows are padded, empty cells too many are dropped, and content too many rejects its row untouched."""
    text = "Name,Phone,Company\nAnn,+14155550101\nBob,+14155550102,B,,,\nCy,+14155550103,C,extra\nDy,+14155550104,D\n"
    got = deliver(text)
    assert got.statuses == {2: "created", 3: "created", 4: "rejected", 5: "created"}
    assert got.people[3] == {"first": "Bob", "phones": ["+14155550102"], "company": "B"}
    assert "extra" in got.message(4, "extra-cells")
    assert "Cy,'+14155550103,C,4,," in (got.out / "rejects.csv").read_text(encoding="utf-8")


def test_a_line_break_that_nobody_quoted_is_pointed_out(deliver: Deliver) -> None:
    """The parts of a broken row arrive as they stand, and the one without a delimiter is named."""
    got = deliver("Name,Phone,Company\nAnn\n+14155550101,Acme\nBob,+14155550102,B\n")
    assert "lone-cell" in got.rules(2)
    assert "comma" in got.message(2, "lone-cell")
    assert "lone-cell" not in got.rules(4)


def test_one_cell_too_many_in_every_row(deliver: Deliver) -> None:
    """A comma that nobody quoted in every row shifts no column (pandas would shift all of them)."""
    got = deliver("Name,Phone,Company\nAnn,+14155550101,A,x\nBob,+14155550102,B,y\n")
    assert set(got.statuses.values()) == {"rejected"}
    assert got.stored == []


def test_nul_characters_are_left_out_and_said(deliver: Deliver) -> None:
    """NULs do not end the file; the rows that held one say so."""
    got = deliver("Name,Phone\nAnn\0 Lee,+14155550101\nBob,+14155550102\n\0Cy,+1415\x005550103\n")
    assert [people["first"] for people in got.people.values()] == ["Ann", "Bob", "Cy"]
    assert got.people[4]["phones"] == ["+14155550103"]
    assert [got.rules(row) for row in (2, 3, 4)] == [{"nul-removed"}, set(), {"nul-removed"}]


def test_an_unclosed_quote_swallows_nothing(deliver: Deliver) -> None:
    """Every line after an open quote is accounted for: the bad row is rejected, the others arrive."""
    got = deliver(PLAIN.replace(",A\n", ',"A\n'))
    assert got.statuses == {2: "rejected", 3: "created", 4: "created"}
    assert got.rules(2) == {"unclosed-quote"}


def test_an_unclosed_quote_in_a_phone_cell(deliver: Deliver) -> None:
    """An open quote in the middle of a row rejects that row alone."""
    got = deliver(PLAIN.replace("Bob Ray,+1", 'Bob Ray,"+1'))
    assert got.statuses[3] == "rejected"
    assert [got.people[row]["first"] for row in got.people] == ["Ann", "Cy"]


def test_quotes_inside_a_cell_are_text(deliver: Deliver) -> None:
    """A nickname in quotes is part of the name."""
    got = deliver(PLAIN.replace("Bob Ray", 'Bob "Bobby" Ray').replace(",C\n", ',C "the" C\n'))
    assert got.people[4]["company"] == 'C "the" C'
    assert got.people[3]["first"] == 'Bob "Bobby"'


def test_lines_around_the_table_are_no_contacts(deliver: Deliver) -> None:
    """Repeated headers, totals and the footer of a report are listed as skipped, blank rows are no rows."""
    text = (
        "Contacts\n\n" + PLAIN + "Name,Phone,Company\nDy Ray,+14155550104,D\n\nTotal,4,\nGrand Totals (4 records),,\n"
        '"Confidential Information - Do Not Distribute",,\n'
        '"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved.",,\n'
    )
    got = deliver(text)
    assert [people["first"] for people in got.people.values()] == ["Ann", "Bob", "Cy", "Dy"]
    assert [row for row, status in got.statuses.items() if status == "skipped"] == [7, 10, 11, 12, 13]
    assert got.rules(7) == {"skipped-repeated-header"}
    assert got.rules(10) == {"skipped-total"}


@pytest.mark.parametrize(
    "name", ["Total Wine", "Page One Ltd", "Grand Hotel", "Sum Ting", "Copyright Clearance Center"]
)
def test_a_contact_that_sounds_like_a_total_is_one(deliver: Deliver, name: str) -> None:
    """A row with a phone of its own is a contact, whatever its name."""
    got = deliver(f"Company,Phone\n{name},+14155550101\nAcme,+14155550102\n")
    assert got.people[2] == {"company": name, "phones": ["+14155550101"]}


def test_a_two_row_header_uses_the_lower_row(deliver: Deliver) -> None:
    """Of two header rows the lower one names the columns."""
    got = deliver(",Contact,,\nFirst Name,Last Name,Phone,Company\nAnn,Lee,+14155550101,Acme\n")
    assert got.people == {3: {"first": "Ann", "last": "Lee", "phones": ["+14155550101"], "company": "Acme"}}


def test_twin_headers_are_columns_of_their_own(deliver: Deliver) -> None:
    """Several columns named Phone are several phones; the same number twice is sent once and said."""
    got = deliver("Name,Phone,Phone,Phone\nAnn,+14155550101,+14155550102,+1 415-555-0101\nBob,,,+14155550103\n")
    assert got.people[2]["phones"] == ["+14155550101", "+14155550102"]
    assert got.people[3]["phones"] == ["+14155550103"]
    assert got.rules(2) == {"repeated-in-row"}


def test_a_sheet_without_a_header(deliver: Deliver) -> None:
    """A sheet whose first row is a contact is not begun; --header-row 0 and positions read all of it."""
    text = "Ann Lee,+14155550101,ann@example.com\nBob Ray,+14155550102,bob@example.com\n"
    refused = deliver(text)
    assert refused.code == 2
    assert "--header-row 0" in refused.said
    assert refused.stored == []
    got = deliver(text, "--header-row", "0", "--map", "#1=full_name", "--map", "#2=phone", "--map", "#3=email")
    assert [(row, people["first"], people["emails"]) for row, people in got.people.items()] == [
        (1, "Ann", ["ann@example.com"]),
        (2, "Bob", ["bob@example.com"]),
    ]


def test_headers_in_other_rows_can_be_named(deliver: Deliver) -> None:
    """--header-row counts rows as a spreadsheet program does, blank ones included."""
    got = deliver("junk,junk\n\nx,y,z\nName,Phone\nAnn,+14155550101\n", "--header-row", "4")
    assert got.people == {5: {"first": "Ann", "phones": ["+14155550101"]}}


REFUSED = {
    "nothing": (b"", "empty"),
    "only a mark": (b"\xef\xbb\xbf", "empty"),
    "only blank rows": (b"\n\n,,\n", "empty"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "people.csv"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "people.csv"),
    "PDF behind an empty line": (b"\r\n%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a PDF document"),
    "tar": (b"people.csv".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 248 + PEOPLE.encode(), "an archive (tar)"),
    "zip of two files": (zipped({"a": PEOPLE.encode(), "b": PEOPLE.encode()}), "2 files"),
    "empty zip": (zipped({}), "people.csv"),
    "cut off gzip": (gzip.compress(PEOPLE.encode())[:40], "people.csv"),
    "vCard without a card": (b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n", "people.csv"),
    "JSON": (b'{"contacts": [{"name": "Ann"}]}', "people.csv"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_sheet_is_refused(deliver: Deliver, what: str) -> None:
    """An empty, foreign or damaged file is refused by name, with what to do, and nothing is sent."""
    content, words = REFUSED[what]
    got = deliver(content)
    assert got.code == 2
    assert words in got.said
    assert got.stored == []


def test_a_link_to_nothing_is_named_as_one(deliver: Deliver, tmp_path: Path) -> None:
    """A link whose file is gone says where it leads; the name of the link itself is no suggestion."""
    (tmp_path / "people.csv").symlink_to("moved.csv")
    got = deliver(None, folder=tmp_path)
    assert got.code == 2
    assert "a link to moved.csv, which is not there" in got.said


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("first", "last"), [("Ольга", "Сидорова"), ("王", "芳"), ("Ζωή", "Ανδρέου")])
def test_utf_16_without_a_mark_is_read_in_every_script(deliver: Deliver, codec: str, first: str, last: str) -> None:
    """Where hardly any letter is Latin, line ends and commas still tell the encoding."""
    text = f"Имя,Фамилия,Телефон\n{first},{last},+14155550101\n"
    got = deliver(text.encode(codec), "--map", "#1=first_name", "--map", "#2=last_name", "--map", "#3=phone")
    assert got.people == {2: {"first": first, "last": last, "phones": ["+14155550101"]}}


REPORT_LINES = [
    "Gesamt: 5 Mitglieder;;",
    "Total de contactos: 12",
    "Anzahl: 12;;",
    "Stand: 12.03.2024",
    "Printed: 3/4/2024;;",
    "Ende der Liste;;",
    "Seite 1 von 2",
    "Copyright (c) 2000-2024 salesforce.com; inc. All rights reserved.",
]
PEOPLE_LIKE_THEM = ["Stand Up", "Total Wine", "Ende", "Anzahl Müller", "Copyright (c) 2020 Ltd;+14155550109"]


def test_lines_of_a_report_are_skipped_in_other_languages_too(deliver: Deliver) -> None:
    """What a report says under its table is no contact, also where its comma was not quoted; in doubt it is one."""
    got = deliver("\n".join(["Name;Phone;Company", *REPORT_LINES, *PEOPLE_LIKE_THEM]))
    statuses = list(got.statuses.values())
    assert statuses == ["skipped"] * len(REPORT_LINES) + ["created"] * len(PEOPLE_LIKE_THEM)
