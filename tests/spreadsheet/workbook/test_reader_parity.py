"""The two readers of xlsx give the same rows and the same text, and the slower stands in when the faster one dies."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions
from importer.spreadsheet.workbook import child, opening

if TYPE_CHECKING:
    from pathlib import Path

    from tests.spreadsheet.conftest import MakeXlsx, Reader

    Value = str | float | date | None

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n =+'0"), max_size=12)
VALUE = st.one_of(
    TEXT,
    st.integers(-(10**15), 10**15),
    st.floats(-1e12, 1e12, allow_nan=False).map(lambda number: float(f"{number:.15g}")),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2199, 1, 1)),
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
    st.none(),
)


def workbook_of(rows: list[list[Value]]) -> bytes:
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    day, moment = workbook.add_format({"num_format": 14}), workbook.add_format({"num_format": 22})
    sheet = workbook.add_worksheet("People")
    sheet.write_row(0, 0, ["Name", "Phone", "Born", "Note"])
    for index, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(index, column, value)
            elif isinstance(value, datetime):
                sheet.write_datetime(index, column, value, moment)
            elif isinstance(value, date):
                sheet.write_datetime(index, column, value, day)
            elif value is not None:
                sheet.write(index, column, value)
    workbook.close()
    return stream.getvalue()


@given(st.lists(st.lists(VALUE, max_size=5), min_size=30, max_size=60))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_readers_say_the_same(tmp_path_factory: pytest.TempPathFactory, rows: list[list[Value]]) -> None:
    """Rows, texts and problems of any workbook are the same with ours and with calamine."""
    path = tmp_path_factory.mktemp("parity") / "x.xlsx"
    path.write_bytes(workbook_of(rows))
    tables = [open_table(path, ReadOptions(reader=reader)) for reader in ("xml", "calamine")]
    careful, fast = (
        [(chunk.cells.values.tolist(), chunk.cells.index.tolist()) for chunk in t.chunks()] for t in tables
    )
    assert careful == fast
    assert tables[0].headers == tables[1].headers
    assert [{d.what: d.value for d in t.decisions}["reader"] for t in tables] == ["XML", "calamine"]


def test_a_stray_cell_kills_the_fast_reader_only(read: Reader, make_xlsx: MakeXlsx) -> None:
    """Where calamine dies of a stray far cell, the workbook is read by ours."""
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["Name", "Phone"])
    workbook.worksheets[0].append(["Ann", "1"])
    workbook.worksheets[0].cell(1_048_576, 16_384, " ")
    stream = io.BytesIO()
    workbook.save(stream)
    got = read(stream.getvalue(), "stray.xlsx", reader="calamine")
    assert got.rows == {2: ["Ann", "1"]}
    assert got.decision("reader") == "XML"


@pytest.mark.parametrize("special", [None, "formula", "format"])
def test_large_plain_workbooks_take_the_fast_reader(
    read: Reader, monkeypatch: pytest.MonkeyPatch, special: str | None
) -> None:
    """Left to itself the program takes calamine for a large workbook, unless it holds what calamine can't see."""
    monkeypatch.setattr(opening, "FAST_FROM_BYTES", 1000)
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Zip"])
    shown = workbook.add_format({"num_format": "00000"}) if special == "format" else None
    for row in range(1, 4000):  # full batches, and an empty one behind them
        sheet.write_string(row, 0, f"N{row}")
        sheet.write_number(row, 1, row, shown)
    if special == "formula":
        sheet.write_formula(4000, 1, "=1+1", None, 2)
    workbook.close()
    got = read(stream.getvalue(), "large.xlsx")
    assert got.decision("reader") == ("XML" if special else "calamine")
    assert got.rows[7] == ["N6", "00006" if special == "format" else "6"]
    assert got.rows[4000] == ["N3999", "03999" if special == "format" else "3999"]
    assert len(got.rows) == (4000 if special == "formula" else 3999)


def test_durations_and_times(read: Reader, tmp_path: Path) -> None:
    """Times and durations are spelled alike by both readers."""
    path = tmp_path / "times.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Phone"])
    sheet.write(1, 0, timedelta(hours=26, minutes=30), workbook.add_format({"num_format": 46}))
    sheet.write(1, 1, 0.385, workbook.add_format({"num_format": 20}))
    workbook.close()
    assert read(path, reader="xml").rows == read(path, reader="calamine").rows == {2: ["26:30:00", "09:14:24"]}


DAMAGED = (b"", b"\0\0", (99).to_bytes(8, "big"), (99).to_bytes(8, "big") + b"cut off")


@pytest.mark.parametrize("answer", DAMAGED)
def test_an_answer_cut_off_is_none(answer: bytes) -> None:
    """What a child that died had begun to say is not taken for an answer."""
    assert child.next_answer(io.BytesIO(answer)) is None
