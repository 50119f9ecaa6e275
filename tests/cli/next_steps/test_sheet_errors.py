"""What is said of a sheet whose columns or rows are not clear is done as it stands, and then everybody is there."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from importer.text import DELIMITERS
from tests.cli.next_steps.mended import (
    ALL,
    GOOD,
    GOOD_WORKBOOK,
    ROWS,
    Case,
    Words,
    file,
    follow,
    text,
    typed,
    workbook,
)
from tests.cli.next_steps.screen import DORA, HEADER, OUT, PEOPLE
from tests.spreadsheet.hostile_files import packed

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen

NAMES, *PERSONS = ROWS
NO_NAMES = ("--map", "#1=first_name", "--map", "#2=last_name", "--map", "#3=phone", "--map", "#4=email")
IN_TWO_ROWS = [
    ["Contact", "", "", "Email", "Company"],
    ["First", "Last", "Phone", "", ""],
    *([first, last, phone, email, "Acme"] for first, last, phone, email in PERSONS),
]
COMPANIES = [["Company", "Job Title", "Phone"], ["Acme", "Owner", "+14155550109"], ["Bolt", "Owner", "+14155550110"]]


def charts_alone() -> bytes:
    """A workbook whose only sheet is a chart."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.create_chartsheet("Chart")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def hidden_sheets() -> bytes:
    """A workbook whose sheets are all hidden."""
    with zipfile.ZipFile(io.BytesIO(workbook({"Notes": [["Hello"]], "People": ROWS}))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = re.sub(rb'state="visible"', b'state="hidden"', parts["xl/workbook.xml"])
    return packed(parts)


def several(*files: tuple[str, str], typed_words: Words) -> Words:
    for name, content in files:
        file(name, content)()
    return typed_words


FIRST, SECOND = text(ROWS[:2]), text([NAMES, *ROWS[2:]])
CASES: dict[str, Case] = {
    "no text in a workbook": (file("people.xlsx", charts_alone()), "Check that it is the right file.", GOOD_WORKBOOK),
    "hidden sheets": (
        file("people.xlsx", hidden_sheets()),
        "Name the one to read with --sheet.",
        typed("people.xlsx", "--sheet", "People"),
    ),
    "no such sheet": (
        file("people.xlsx", workbook({"People": ROWS}), "--sheet", "Poeple"),
        "Give --sheet one of these names.",
        typed("people.xlsx", "--sheet", "People"),
    ),
    "an empty sheet": (
        file("people.xlsx", workbook({"Empty": [], "People": ROWS}), "--sheet", "Empty"),
        "Name the one with the contacts with --sheet.",
        typed("people.xlsx", "--sheet", "People"),
    ),
    "nothing in it": (file("people.csv", ",,,\n,,,\n"), "Check that it is the right file or sheet.", GOOD),
    "too many columns": (
        file("people.csv", text([[*row, *(f"c{number}" for number in range(1000))] for row in ROWS])),
        "Copy the columns to import to a new sheet, save it, and import that",
        GOOD,
    ),
    "too many columns of a workbook": (
        file("people.xlsx", workbook({"All": [[*row, *(f"c{n}" for n in range(1000))] for row in ROWS]})),
        "in a workbook name it with --sheet.",
        file(
            "people.xlsx",
            workbook({"All": [[*row, *(f"c{n}" for n in range(1000))] for row in ROWS], "New": ROWS}),
            "--sheet",
            "New",
        ),
    ),
    "a row beyond the sheet": (
        file("people.csv", PEOPLE, "--header-row", "9"),
        "Give --header-row the row of the column names, not 9.",
        typed("people.csv", "--header-row", "1"),
    ),
    "an empty row of names": (
        file("people.csv", f"Customers\n\n{PEOPLE}", "--header-row", "2"),
        "Give --header-row the row of the column names, not 2.",
        typed("people.csv", "--header-row", "3"),
    ),
    "on its side": (
        file("people.xlsx", workbook({"People": list(map(list, zip(*ROWS, strict=True)))})),
        "paste it into a new sheet with Paste Special > Transpose",
        GOOD_WORKBOOK,
    ),
    "no names": (
        file("people.csv", text(PERSONS)),
        "If the sheet has no column names run again with --header-row 0",
        typed("people.csv", "--header-row", "0", *NO_NAMES),
    ),
    "names further down": (
        file("people.csv", text([*PERSONS[:1], *[["Customers of", "the north", "+14155550199", ""]], NAMES, *PERSONS])),
        "run again with --header-row 3",
        typed("people.csv", "--header-row", "3"),
    ),
    "a quote": (
        file("people.csv", PEOPLE.replace("Email", '"Email', 1).replace("Cy,", 'Cy",')),
        "Put quotes around all of the name or none of it, and run again.",
        GOOD,
    ),
    "names in two rows": (
        file("people.csv", text(IN_TWO_ROWS)),
        "Write them into row 1 alone (First, Last, Phone, Email, Company), delete row 2",
        file("people.csv", text([["First", "Last", "Phone", "Email", "Company"], *IN_TWO_ROWS[2:]])),
    ),
    "an unknown encoding": (
        file("people.csv", PEOPLE, "--encoding", "rot13"),
        "Give --encoding one of utf-8",
        typed("people.csv", "--encoding", "utf-8"),
    ),
    "another encoding": (
        file("people.csv", PEOPLE.replace("Lee", "Léa").encode("cp1252"), "--encoding", "utf-8"),
        "Or name another encoding.",
        typed("people.csv", "--encoding", "cp1252"),
    ),
    "an encoding that is left out": (
        file("people.csv", PEOPLE.replace("Lee", "Léa").encode("cp1252"), "--encoding", "utf-8"),
        "Leave --encoding out, or give --forget encoding if the folder remembers it; then the program finds out.",
        typed("people.csv", "--forget", "encoding"),
    ),
    "a sheet of a text": (file("people.csv", PEOPLE, "--sheet", "People"), "Leave --sheet out", typed("people.csv")),
    "a delimiter of a workbook": (
        file("people.xlsx", workbook({"People": ROWS}), "--delimiter", ","),
        "Leave --delimiter out",
        typed("people.xlsx"),
    ),
    "one endless line": (
        file("people.csv", HEADER + "x" * 17_000_000),
        "Check that it is a sheet of contacts, with one contact a line.",
        GOOD,
    ),
    "other columns": (
        lambda: several(
            ("a.csv", FIRST), ("b.csv", SECOND.replace("Phone", "Mobile", 1)), typed_words=("a.csv", "b.csv")
        ),
        "Give the columns the same names in all files",
        lambda: several(("b.csv", SECOND), typed_words=("a.csv", "b.csv")),
    ),
    "a folder without a sheet": (
        lambda: several(("exports/read me.pdf", "%PDF"), typed_words=("exports",)),
        "Name the folder or the file with the contacts, and run again.",
        GOOD,
    ),
    "a stream beside a file": (
        lambda: several(("a.csv", FIRST), typed_words=("-", "a.csv")),
        "Save it to a file, and name that.",
        lambda: several(("b.csv", SECOND), typed_words=("a.csv", "b.csv")),
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_a_sheet_that_is_not_clear_is_put_right(screen: Screen, what: str) -> None:
    """Nothing is sent of a sheet that may be read otherwise; as the error says it, everybody goes in once."""
    follow(screen, CASES[what])


def test_two_lists_are_put_into_files_of_their_own(screen: Screen) -> None:
    """A second list below the first is not read as contacts; each goes in from a file of its own, and once."""
    screen.sheet(PEOPLE + text(COMPANIES))
    assert screen.run() == 2
    assert "Put each list into a file or a sheet of its own, and import them one after the other." in screen.text
    assert screen.names() == []
    screen.sheet(PEOPLE)
    file("companies.csv", text(COMPANIES))()
    for _ in range(2):
        assert screen.run() == 0
        assert screen.type("run", "companies.csv", *screen.service, "--yes") == 0
    fields = [contact["defaultFields"] for contact in screen.sandbox.contacts()]
    assert sorted(each["firstName"] or each["company"] for each in fields) == ["Acme", *ALL[:2], "Bolt", ALL[2]]
    assert screen.type("verify", "companies.csv", *screen.service) == 0


def test_a_contact_that_reads_like_names_of_columns_is_kept(screen: Screen) -> None:
    """With the row of the column names, as the error gives it, what looked like a second list is a contact."""
    screen.sheet("First Name,Last Name,Company,Phone\nAnn,Lee,Acme,+14155550101\nMobile,Home,Company,\n")
    assert screen.run() == 2
    assert "name the row of the column names: --header-row 1." in screen.text
    assert screen.run("--header-row", "1") == 0
    assert screen.is_whole("Ann", "Mobile")


def test_a_delimiter_is_given_by_its_name(screen: Screen) -> None:
    """The names by which the program shows a delimiter are taken back; what is no delimiter is corrected."""
    for name, character in DELIMITERS.items():
        screen.sheet("\n".join(character.join(f'"{cell}"' for cell in row) for row in ROWS) + "\n")
        assert screen.run("--delimiter", f"{character}{character}") == 2
        assert "one character such as ; or the word tab" in screen.text
        assert screen.run("--delimiter", name) == 0, name
        assert screen.is_whole(*ALL)


def test_a_rejects_file_beside_others_is_imported_by_itself(screen: Screen) -> None:
    """Rejects that are named with a sheet are refused, and by themselves bring in the row that was corrected."""
    screen.sheet(PEOPLE + DORA.replace("+14155550109", "12"))
    assert screen.run("--bad-cells", "reject") == 1
    rejects = OUT / "rejects.csv"
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550109,"), encoding="utf-8")
    assert screen.type("run", "people.csv", str(rejects), *screen.service, "--yes") == 2
    assert "Import it by itself, not with other files." in screen.text
    assert screen.type("run", str(rejects), *screen.service, "--yes", "--out", str(OUT)) == 0
    assert screen.names() == [*ALL, "Dora"]
    assert screen.verify() == 0


@pytest.mark.parametrize("name", ["id_map.csv", "problems.csv"])
def test_a_table_of_results_is_left_for_the_sheet(screen: Screen, name: str) -> None:
    """A table of results makes no contacts; the sheet itself and its rejects do."""
    screen.sheet(PEOPLE + DORA.replace("+14155550109", "12"))
    assert screen.run("--bad-cells", "reject") == 1
    assert screen.type("run", str(OUT / name), *screen.service, "--yes") == 2
    assert "Import the sheet itself; rows that are to be corrected are in rejects.csv" in screen.text
    assert screen.names() == ALL
    screen.sheet(PEOPLE + DORA)
    assert screen.run() == 0
    assert screen.is_whole(*ALL, "Dora")


@pytest.mark.parametrize("is_in_sheet", [True, False])
def test_old_rejects_give_way_to_the_newest(screen: Screen, *, is_in_sheet: bool) -> None:
    """A copy of rejects of rows that are others now is refused; the newest rejects, or the sheet, bring all in."""
    ids = ("--map", "Email=external_id", "--bad-cells", "reject")
    dora, eve = (f"{name},Fox,{{}},{name.lower()}@example.com\n" for name in ("Dora", "Eve"))
    screen.sheet(PEOPLE + dora.format(12))
    assert screen.run(*ids) == 1
    rejects = OUT / "rejects.csv"
    old = rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550109,")
    screen.sheet(PEOPLE + eve.format(13))
    assert screen.run(*ids) == 1
    line = (*screen.service, "--yes", "--out", str(OUT), *ids)
    newest = rejects.read_text(encoding="utf-8")
    rejects.write_text(old, encoding="utf-8")
    assert screen.type("run", str(rejects), *line) == 2, screen.text
    assert f"Correct the newest rejects in {OUT} instead, or the sheet itself." in screen.text
    assert screen.names() == ALL
    if is_in_sheet:
        screen.sheet(PEOPLE + eve.format("+14155550108") + dora.format("+14155550109"))
        assert screen.run(*ids) == 0
    else:
        rejects.write_text(newest.replace(",13,", ",+14155550108,"), encoding="utf-8")
        assert screen.type("run", str(rejects), *line) == 0
    assert screen.is_whole(*ALL, *(("Dora", "Eve") if is_in_sheet else ("Eve",)))
