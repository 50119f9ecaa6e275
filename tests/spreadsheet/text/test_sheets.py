"""CSV and its kin as people really send them: row numbers, delimiters, ragged rows, NULs, title lines."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from importer.errors import SourceError
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.spreadsheet.conftest import Reader, ReadTable

CELLS = ["NA", "None", "null", "1E5", "00123", "007", "1.50", "TRUE", "2024-01-02", " x ", "nan", "-", "1,000"]


def test_every_character_of_a_cell_is_kept(read: Reader) -> None:
    """No cell is taken for a number, a date or a missing value."""
    got = read("Name,Note\r\n" + "".join(f'"{cell}",x\r\n' for cell in CELLS))
    assert [row[0] for row in got.rows.values()] == CELLS
    assert not got.problems


def test_cells_are_text_indexed_by_row(read: Reader) -> None:
    """A chunk's frame is text in every column, labelled by position, indexed by the row a person sees."""
    got = read("Name,Phone\nAnn,1\n\nBob,2\n")
    frame = next(iter(got.table.chunks())).cells
    assert frame.index.tolist() == [2, 4]
    assert frame.columns.equals(pd.Index([0, 1]))
    assert {str(kind) for kind in frame.dtypes} == {"str"}


def test_row_numbers_are_those_of_a_spreadsheet_program(read: Reader) -> None:
    """Title, blank and `sep=` lines count, a quoted line break does not."""
    got = read('sep=;\nContacts 2024\n\nName;Phone\n"Ann\nLee";1\n;;\n\u00a0;\nBob;2\n')
    assert got.table.header_row == 4
    assert got.rows == {5: ["Ann\nLee", "1"], 8: ["Bob", "2"]}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings(read: Reader, ending: str) -> None:
    """LF, CRLF and the CR of old Macs all end a row, quoted ones do not."""
    got = read(ending.join(["Name,Note,Phone", f'"A{ending}B",x,1', "C,y,2", ""]))
    assert got.rows == {2: [f"A{ending}B", "x", "1"], 3: ["C", "y", "2"]}


@pytest.mark.parametrize(("delimiter", "shown"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe")])
def test_the_delimiter_is_found(read: Reader, delimiter: str, shown: str) -> None:
    """Each of the four usual delimiters is found although the others stand in the cells."""
    rows = [["Full name", "Phone", "Notes"], ["Lee, Ann", "+1 415 555 0101", "a;b|c"], ["Roy, Bob", "x", "d, e; f"]]
    text = "\n".join(delimiter.join(f'"{c}"' if delimiter in c else c for c in row) for row in rows)
    got = read(text)
    assert got.rows == {2: rows[1], 3: rows[2]}
    assert got.decision("delimiter") == shown


def test_semicolons_with_decimal_commas(read: Reader) -> None:
    """A sheet with semicolons is not cut at the commas of its numbers or names."""
    got = read("Nachname;Betrag\nMüller, Jörg;1,50\nLee, Ann;2,75\n")
    assert got.rows[2] == ["Müller, Jörg", "1,50"]


def test_one_column(read: Reader) -> None:
    """A sheet of one column has no delimiter, and its spaces and dashes are not taken for one."""
    got = read("Phone\n+1 415-555-0101\n+1 415-555-0102\n")
    assert got.rows == {2: ["+1 415-555-0101"], 3: ["+1 415-555-0102"]}


def test_the_delimiter_can_be_given(read: Reader) -> None:
    """`--delimiter` wins over what would be found."""
    assert read("Name^Phone\nA^1\n", delimiter="^").rows == {2: ["A", "1"]}
    assert read("Name,x\tPhone\nA,y\t1\n", delimiter="\t").rows == {2: ["A,y", "1"]}


def test_short_rows_are_padded_and_extra_empties_dropped(read: Reader) -> None:
    """A row may leave out its last cells, or have empty ones too many."""
    got = read("Name,Phone,Email\nAnn,\nBob,1,,,,\n")
    assert got.rows == {2: ["Ann", "", ""], 3: ["Bob", "1", ""]}
    assert got.originals == {2: ("Ann", ""), 3: ("Bob", "1", "", "", "", "")}
    assert not got.problems


def test_a_line_without_any_delimiter_is_pointed_out(read: Reader) -> None:
    """In a table of three columns or more such a line is read, and said to be perhaps the rest of a broken one."""
    got = read("Name,Phone,Email\nAnn\n+14155550101,a@example.com\n")
    assert got.rows[2] == ["Ann", "", ""]
    assert got.rules() == {(2, "lone-cell", "warning")}
    assert not read("Name,Phone\nAnn\n").problems
    assert not read("Name\nAnn\n").problems


def test_extra_content_rejects_its_row_only(read: Reader) -> None:
    """A row with more content than the header has columns is an error, and nothing is shifted."""
    got = read("Name,Company,Phone\nAnn,Acme, Inc.,1\nBob,Co,2\n")
    assert got.rules() == {(2, "extra-cells", "error")}
    assert got.rows[2] == ["Ann", "Acme", " Inc."]
    assert got.problems[0].value == "1"
    assert got.rows[3] == ["Bob", "Co", "2"]


def test_extra_content_in_every_row_is_not_a_shift(read: Reader) -> None:
    """One cell too many in every row rejects every row, where pandas would move all columns."""
    got = read("Name,Phone\n1,Ann,2\n2,Bob,3\n")
    assert got.rules() == {(2, "extra-cells", "error"), (3, "extra-cells", "error")}


def test_nuls_are_left_out_and_said(read: Reader) -> None:
    """A NUL in a row is removed with a warning; rows around it are untouched."""
    got = read(b"Name,Phone\nA\x00nn,1\nBob,2\n")
    assert got.rows == {2: ["Ann", "1"], 3: ["Bob", "2"]}
    assert got.rules() == {(2, "nul-removed", "warning")}


def test_marks_inside_the_file_are_left_out_and_said(read: Reader) -> None:
    """A second byte order mark (files glued together) does not become part of a name."""
    got = read('\ufeffName,Phone\nAnn,1\n\ufeff"Bob",2\n')
    assert got.headers == ("Name", "Phone")
    assert got.rows[3] == ["Bob", "2"]
    assert got.rules() == {(3, "bom-removed", "warning")}


def test_a_huge_cell_is_read_whole(read: Reader) -> None:
    """A cell larger than the csv module's usual limit is no error."""
    big = "x" * 300_000
    assert read(f"Name,Note\nAnn,{big}\n").rows[2] == ["Ann", big]


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    """A file that is one endless line is refused instead of filling the memory."""
    path = tmp_path / "endless.csv"
    path.write_bytes(b"Name,Phone\n" + b"x" * 3_000_000)
    from importer.spreadsheet.options import Limits

    table = open_table(path, ReadOptions(limits=Limits(line_characters=4_000_000)))
    assert sum(len(chunk.cells) for chunk in table.chunks()) == 1
    with pytest.raises(SourceError, match=r"longer than 1,000,000"):
        list(open_table(path, ReadOptions(header_row=1, limits=Limits(line_characters=1_000_000))).chunks())


def test_chunks_are_bounded_and_can_be_read_again(read: Reader) -> None:
    """Chunks hold at most `chunk_rows` rows, and every call starts from the first row."""
    got = read("Name,Phone\n" + "".join(f"N{n},{n}\n" for n in range(23)), chunk_rows=10)
    assert [len(chunk.cells) for chunk in got.table.chunks()] == [10, 10, 3]
    assert [len(chunk.cells) for chunk in got.table.chunks()] == [10, 10, 3]


def test_limit_counts_source_rows(read: Reader) -> None:
    """`limit` counts contacts: blank and skipped rows do not use it up."""
    got = read("Name,Phone\n\nAnn,1\nName,Phone\n,,\nBob,2\nCarl,3\n", limit=2)
    assert list(got.rows) == [3, 6]
    assert read("Name,Phone\nAnn,1\n", limit=0).rows == {}


def test_header_only_is_a_table_without_rows(read: Reader) -> None:
    """A sheet with a header and nothing else is no error."""
    got = read("Name,Phone\n")
    assert got.headers == ("Name", "Phone")
    assert got.rows == {}


def test_standard_input(read_table: ReadTable) -> None:
    """`-` reads the stream it is given, whatever is in it."""
    table = open_table("-", stdin=io.BytesIO(b"Name;Phone\nAnn;1\n"))
    assert read_table(table).rows == {2: ["Ann", "1"]}
    with pytest.raises(SourceError, match="nothing on standard input"):
        open_table("-")


def test_gzip_and_zip_of_one_file(read: Reader, tmp_path: Path) -> None:
    """A packed sheet is read as the sheet inside; the litter that a Mac packs with it does not count."""
    text = b"Name,Phone\nAnn,1\n"
    assert read(gzip.compress(text), "a.csv.gz").rows == {2: ["Ann", "1"]}
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("folder/", b"")
        archive.writestr("folder/contacts.csv", text)
        archive.writestr("__MACOSX/._contacts.csv", b"x")
        archive.writestr(".DS_Store", b"x")
    assert read(path).rows == {2: ["Ann", "1"]}


def test_zip_of_several_files_says_which(tmp_path: Path) -> None:
    """Several sheets in a zip are named, so that the person can choose."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Connections.csv", b"a")
        archive.writestr("Messages.csv", b"b")
    with pytest.raises(SourceError, match=r'2 files: "Connections.csv", "Messages.csv"'):
        open_table(path)


def test_addresses_are_read_through_fsspec(read_table: ReadTable) -> None:
    """An address is opened by fsspec, and the secrets in it are not shown."""
    fsspec = pytest.importorskip("fsspec")
    with fsspec.open("memory://people/contacts.csv", "wb") as stream:
        stream.write(b"Name,Phone\nAnn,1\n")
    table = open_table("memory://people/contacts.csv")
    assert read_table(table).rows == {2: ["Ann", "1"]}
    with pytest.raises(SourceError) as caught:
        open_table("memory://me:secret@people/nothing.csv?token=hidden")
    assert "secret" not in str(caught.value)
    assert "hidden" not in str(caught.value)
    with pytest.raises(SourceError, match="unknown kind"):
        open_table("nosuch://x/y.csv")


def test_an_address_that_fails_as_soon_as_it_is_named_is_told_of() -> None:
    """File systems that connect on being named (ftp) or want more of the address are no bug of the program."""
    pytest.importorskip("fsspec")
    for address in ("ftp://127.0.0.1:9/contacts.csv", "github://x/contacts.csv"):
        with pytest.raises(SourceError, match=r"contacts\.csv cannot be read: "):
            open_table(address)


def test_trailing_delimiters_in_the_header(read: Reader) -> None:
    """A header's empty last cells are columns only where something stands under them."""
    assert read("Name,Phone,,\nAnn,1,,\n").headers == ("Name", "Phone")
    got = read("Name,Phone,,\nAnn,1,note,\n")
    assert got.headers == ("Name", "Phone", "")
    assert got.rows[2] == ["Ann", "1", "note"]
    assert not got.problems


def test_twin_headers_are_kept_by_position(read: Reader) -> None:
    """Columns of the same name stay apart and keep their names as written; problems call them by number."""
    got = read(b"Phone,Phone,Name\n1,2,A\nx,y,B,extra\n")
    assert got.headers == ("Phone", "Phone", "Name")
    assert got.rows[2] == ["1", "2", "A"]


def test_a_file_that_csv_writes_is_read_back(read: Reader) -> None:
    """Whatever Python's own csv module writes is read back cell by cell."""
    rows = [["Name", "Note"], ['a"b', "c,d"], ["e\r\nf", "g\nh"], ["'", '""'], ["", "x"], [" lead", "trail "]]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    got = read(stream.getvalue())
    assert list(got.rows.values()) == rows[1:]
    assert not got.problems


def test_quotes_behind_spaces(read: Reader) -> None:
    """Where quotes consistently stand behind a space, they are quotes, and it is said; a single one is text."""
    got = read('"Name", "Phone", "Note"\n"Ann", "1", "a, b"\n"Bob, Jr.", "2", "say "hi" x"\n')
    assert got.rows == {2: ["Ann", "1", "a, b"], 3: ["Bob, Jr.", "2", 'say "hi" x']}
    assert got.decision("spaces after the delimiter")
    assert read('Name,Note\nAnn, "x"\nBob,y\nCarl,z\n').rows[2] == ["Ann", ' "x"']
