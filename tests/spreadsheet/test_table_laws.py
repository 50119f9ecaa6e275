"""Laws: what is written in a supported dialect and encoding reads back the same; nothing but SourceError escapes."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.errors import SourceError
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import Limits, ReadOptions

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    Quoting = Literal[0, 1, 2, 3]

CODECS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "cp1251", "cp932", "gb18030", "koi8-r", "latin-1"]
CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff"), max_size=10)
EDGY = st.text(st.sampled_from("a1 ,;|\t\"'=é\n"), max_size=10)


@given(
    rows=st.lists(st.lists(CELL | EDGY, min_size=3, max_size=3), min_size=1, max_size=10),
    delimiter=st.sampled_from(",;\t|^"),
    codec=st.sampled_from(CODECS),
    # (csv.writer of 3.11 leaves a line break that is not its own ending unquoted)
    style=st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\n", csv.QUOTE_ALL), ("\r", csv.QUOTE_ALL)]),
)
@settings(max_examples=80, deadline=None)
def test_any_table_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    codec: str,
    style: tuple[str, Quoting],
) -> None:
    """Any table in any dialect and encoding, named to the reader, comes back cell by cell."""
    written = [["key", *(cell.encode(codec, "replace").decode(codec) for cell in row)] for row in rows]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=style[0], quoting=style[1])
    writer.writerows([["Key", "Name", "Phone", "Note"], *written])
    path = tmp_path_factory.mktemp("law") / "t.csv"
    path.write_bytes(stream.getvalue().encode(codec))
    table = open_table(path, ReadOptions(delimiter=delimiter, encoding=codec, header_row=1))
    assert [row for chunk in table.chunks() for row in chunk.cells.values.tolist()] == written


@given(
    rows=st.lists(st.tuples(CELL, st.integers(10**9, 10**10).map(str), CELL), min_size=1, max_size=10),
    delimiter=st.sampled_from(",;\t|"),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@settings(max_examples=40, deadline=None)
def test_unicode_tables_need_no_options(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str, codec: str
) -> None:
    """With known column names, delimiter and encoding are found without being told."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([["First Name", "Phone", "Company"], *rows])
    path = tmp_path_factory.mktemp("law") / "t.csv"
    path.write_bytes(stream.getvalue().encode(codec))
    table = open_table(path)
    assert table.header_row == 1
    assert [tuple(row) for chunk in table.chunks() for row in chunk.cells.values.tolist()] == rows


def drain(path: Path) -> None:
    limits = Limits(file_bytes=2**22, unpacked_bytes=2**22, child_seconds=10.0)
    with suppress(SourceError):
        for chunk in open_table(path, ReadOptions(limits=limits)).chunks():
            assert chunk.cells.shape[0] == len(chunk.originals)


SNIPPETS = st.sampled_from(
    [
        b"Name,Phone\n",
        b'"',
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n",
        b";",
        b"sep=;\n",
        b"<table>",
        b"<tr><td rowspan=9>",
        b"<?xml version='1.0'?>",
        b"urn:schemas-microsoft-com:office:spreadsheet",
        b"+1415",
        b"\xe9",
        b"\x81",
        b"PK\x03\x04",
        b"\x1f\x8b\x08\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"Total",
        b"_row,_column,_problem,_external_id\n",
        b"a@b.co",
    ]
)


@given(st.lists(SNIPPETS | st.binary(max_size=20), max_size=25).map(b"".join))
@settings(max_examples=200, deadline=5000)
def test_no_bytes_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Any bytes at all are a table or a SourceError, in bounded time."""
    path = tmp_path_factory.mktemp("fuzz") / "x"
    path.write_bytes(data)
    drain(path)


def seed(kind: str) -> bytes:
    stream = io.BytesIO()
    if kind == "xlsx":
        workbook = openpyxl.Workbook()
        for row in (["Name", "Phone"], ["Ann", 1], ["=A1", 2.5]):
            workbook.worksheets[0].append(row)
        workbook.save(stream)
    else:
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.csv", "Name,Phone\nAnn,1\n")
    return gzip.compress(stream.getvalue()) if kind == "gz" else stream.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "zip", "gz"])
@given(changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6), cut=st.floats(0.3, 1))
@settings(max_examples=25, deadline=5000, suppress_health_check=list(HealthCheck))
def test_damaged_packages_do_not_crash_the_reader(
    tmp_path_factory: pytest.TempPathFactory, kind: str, changes: list[tuple[float, int]], cut: float
) -> None:
    """A workbook or archive with wrong bytes or a missing end is a table or a SourceError."""
    data = bytearray(seed(kind))
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    path = tmp_path_factory.mktemp("fuzz") / "x"
    path.write_bytes(bytes(data[: int(len(data) * cut)] if cut < 0.9 else data))
    drain(path)


@given(
    xml=st.lists(
        st.sampled_from(
            [
                "<row r='2'>",
                "<row>",
                "</row>",
                "<c r='A2'>",
                "<c r='ZZZZ9'>",
                "<c t='s'>",
                "<c t='e'>",
                "<c s='99'>",
                "</c>",
                "<v>1</v>",
                "<v>99</v>",
                "<v>x</v>",
                "<v/>",
                "<f>A1</f>",
                "<is><t>_xD83D_</t></is>",
                "<v>1e999</v>",
                "<row r='0'>",
            ]
        ),
        max_size=14,
    )
)
@settings(max_examples=60, deadline=5000, suppress_health_check=list(HealthCheck))
def test_odd_sheets_do_not_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, xml: list[str]) -> None:
    """A worksheet of any cells, well formed or not, is a table or a SourceError."""
    path = tmp_path_factory.mktemp("fuzz") / "x.xlsx"
    with zipfile.ZipFile(io.BytesIO(seed("xlsx"))) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                data = data.replace(b"<sheetData>", b"<sheetData>" + "".join(xml).encode(), 1)
            target.writestr(name, data)
    drain(path)


@pytest.mark.parametrize(
    "data",
    [
        b'"a' * 20_000,
        b'"a,' * 20_000,
        b'"\n' * 20_001,
        b'"""\n' * 20_000,
        (b'"' + b"x\n" * 6000) * 4,
        b"a" * 400_000,
        b"1" * 200_000 + b"\n" + b" " * 200_000,
        b"@." * 100_000,
        b"'" * 100_000,
        b"Total " + b"1" * 100_000,
        b"<table>" * 2000,
        b"<table><tr>" + b"<td colspan=999>" * 500,
    ],
    ids=range(12),
)
@pytest.mark.timeout(20)
def test_nothing_takes_quadratic_time(tmp_path: Path, data: bytes) -> None:
    """Bytes made to be slow (open quotes, endless words, nested tables) are read or refused without delay."""
    path = tmp_path / "slow"
    path.write_bytes(data)
    drain(path)
