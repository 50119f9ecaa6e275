"""Files that are no readable sheet: refused in plain words, with the file's name and a next step."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from importer.errors import SourceError
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import Limits, ReadOptions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.spreadsheet.conftest import MakeShared, MakeXlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


REFUSED = {
    "empty.csv": (b"", "is empty"),
    "blank.csv": (b" \r\n\r\n", "is empty"),
    "delimiters.csv": (b",,,\n,,,\n", "is empty"),
    "photo.csv": (b"\x89PNG\r\n\x1a\n" + bytes(99), "a picture"),
    "photo.jpg": (b"\xff\xd8\xff\xe0" + bytes(99), "a picture"),
    "list.pdf": (b"%PDF-1.7\n", "a PDF document"),
    "tool.exe": (b"MZ\x90\x00" + bytes(300), "a program"),
    "tool": (b"\x7fELF" + bytes(99), "a program"),
    "people.vcf": (b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n", "no card with anything in it"),
    "meetings.ics": (b"BEGIN:VCALENDAR\n", "a calendar"),
    "people.json": (b'[{"name": "Ann"}]', "a JSON file"),
    "one.json": (b'{"name": "Ann"}', "a JSON file"),
    "data.xml": (b'<?xml version="1.0"?><people><p/></people>', "an XML file"),
    "page.mht": (b"From: <Saved>\nSubject: x\nMIME-Version: 1.0\n", "MHTML"),
    "people.ldif": (b"dn: cn=Ann,o=x\ncn: Ann\n", "LDIF"),
    "old.slk": (b"ID;PWXL;N;E\n", "SYLK"),
    "noise.csv": (bytes(range(1, 32)) * 50, "binary data"),
    "data.parquet": (b"PAR1" + bytes(20), "Parquet"),
    "store.sqlite": (b"SQLite format 3\x00" + bytes(99), "SQLite"),
    "letter.docx": (zipped(**{"[Content_Types].xml": b"x", "word__document.xml": b"x"}), "a Word document"),
    "talk.pptx": (zipped(**{"[Content_Types].xml": b"x", "ppt__presentation.xml": b"x"}), "a PowerPoint"),
    "people.numbers": (zipped(**{"Index__Document.iwa": b"x"}), "Numbers"),
    "empty.zip": (zipped(), "nothing in it"),
    "cut.xlsx": (b"PK\x03\x04" + bytes(50), "damaged"),
    "locked.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "password-protected"),
    "letter.doc": (OLE + "WordDocument".encode("utf-16-le"), "a Word document"),
    "what.xls": (OLE, "another kind"),
    "broken.xls": (OLE + "Workbook".encode("utf-16-le"), "damaged xls"),
    "cut.csv.gz": (gzip.compress(b"Name,Phone\n" * 999)[:40], "damaged"),
    "nested.gz": (gzip.compress(gzip.compress(gzip.compress(b"a,b"))), "packed more than"),
    "broken.xlsx": (zipped(**{"[Content_Types].xml": b"<a", "xl__workbook.xml": b"x"}), "damaged xlsx"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_sheet_is_refused_in_plain_words(tmp_path: Path, name: str) -> None:
    """Each kind of wrong file is called what it is, by name and with a next step, and nothing else escapes."""
    content, words = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=words) as caught:
        open_table(path)
    assert name in caught.value.message
    assert caught.value.next_step.endswith(".")
    assert caught.value.exit_code == 2


def test_missing_folder_and_near_names(tmp_path: Path) -> None:
    """A file that is not there is answered with a near name, a folder with what to do."""
    (tmp_path / "contacts.csv").write_text("a")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=r"Did you mean .*contacts\.csv\?"):
        open_table(tmp_path / "contact.csv")
    with pytest.raises(SourceError, match="holds no sheet"):
        open_table(str(tmp_path / "empty"))
    with pytest.raises(SourceError, match="not there either"):
        open_table(tmp_path / "nowhere" / "x.csv")
    with pytest.raises(SourceError, match="There is no file"):
        open_table("a\x00b.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """A file without the right to read it is said to be so."""
    path = tmp_path / "x.csv"
    path.write_text("a,b\n")
    path.chmod(0)
    with pytest.raises(SourceError, match="cannot be read"):
        open_table(path)


@pytest.mark.parametrize("depth", [0, 30])
def test_a_file_with_too_long_a_name(tmp_path: Path, depth: int) -> None:
    """A name that is too long for the computer is not shown whole, and a shorter one is asked for."""
    with pytest.raises(SourceError, match="too long") as refused:
        open_table(str(tmp_path.joinpath(*["a" * 200] * depth, "a" * 300)), ReadOptions())
    assert len(refused.value.message) < 200
    assert "shorter name" in refused.value.next_step


def test_workbooks_with_a_missing_or_broken_part(tmp_path: Path, make_shared_xlsx: MakeShared) -> None:
    """A workbook that lost its texts, or whose checksum is wrong, is damaged; it is never read as empty cells."""
    data = make_shared_xlsx([["Name", "Phone"], ["Ann", "Lee"]])
    path = tmp_path / "a.xlsx"
    path.write_bytes(without(data, "xl/sharedStrings.xml"))
    with pytest.raises(SourceError, match="sharedStrings"):
        open_table(path)
    flipped = bytearray(data)
    at = data.index(b"xl/worksheets/sheet1.xml") + 60
    flipped[at] ^= 0xFF
    path.write_bytes(bytes(flipped))
    with pytest.raises(SourceError, match="damaged"):
        open_table(path)
    for cut in range(1, 10):
        path.write_bytes(data[: len(data) * cut // 10])
        with pytest.raises(SourceError, match="damaged"):
            open_table(path)


def without(data: bytes, part: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
    return stream.getvalue()


def test_zip_bombs_are_refused_before_unpacking(tmp_path: Path, make_xlsx: MakeXlsx) -> None:
    """A small file that would unpack to hundreds of megabytes is refused from the sizes in its directory."""
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(make_xlsx([["Name", "Phone"]]))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", bytes(150 * 1024**2))
    assert path.stat().st_size < 1024**2
    with pytest.raises(SourceError, match="would unpack to 150 MB"):
        open_table(path)


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path) -> None:
    """A stream that unpacks to more than the limit is stopped there."""
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(bytes(3 * 1024**2)))
    with pytest.raises(SourceError, match="larger than 2 MB"):
        open_table(path, ReadOptions(limits=Limits(file_bytes=2 * 1024**2)))


LAUGHS = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("trick", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_xml_entities_are_refused(tmp_path: Path, make_shared_xlsx: MakeShared, trick: str, part: str) -> None:
    """No part of a workbook may declare entities: neither a billion laughs nor a file of the machine gets in."""
    data, stream = make_shared_xlsx([["Name", "Phone"], ["Ann", "1"]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                start = content.index(b"?>") + 2 if content.startswith(b"<?") else 0
                content = content[:start] + trick.encode() + content[start:].replace(b"Ann", b"&c;")
            target.writestr(name, content)
    path = tmp_path / "laughs.xlsx"
    path.write_bytes(stream.getvalue())
    with pytest.raises(SourceError, match="entities"):
        open_table(path)


def test_entities_in_spreadsheetml(tmp_path: Path) -> None:
    """The XML of 2003 may not declare entities either."""
    path = tmp_path / "x.xls"
    path.write_text(f'<?xml version="1.0"?>{LAUGHS}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>')
    with pytest.raises(SourceError, match="entities"):
        open_table(path)


def test_rows_out_of_order_are_damage(tmp_path: Path, make_xlsx: MakeXlsx) -> None:
    """A sheet that numbers two rows alike is refused, for its rows could not be told apart."""
    data, stream = make_xlsx([["Name", "Phone"], ["Ann", "1"], ["Bob", "2"]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'<row r="3"', b'<row r="2"'))
    path = tmp_path / "twice.xlsx"
    path.write_bytes(stream.getvalue())
    with pytest.raises(SourceError, match="damaged"):
        open_table(path)


def test_an_empty_workbook(tmp_path: Path) -> None:
    """A workbook whose sheets are empty says which sheet."""
    path = tmp_path / "new.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(SourceError, match=r'Sheet "Sheet" of .* is empty'):
        open_table(path)
