"""Sheets written by code, and what was read from them in a shape that is easy to compare."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import openpyxl
import pytest
import xlsxwriter

from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, time, timedelta

    from importer.model import Problem, SourceTable

    Row = Sequence[str | float | date | time | timedelta | None]
    Rows = Sequence[Row]
    Sheets = Rows | Mapping[str, Rows]
    """Rows of one sheet, or rows by the names of sheets."""
    MakeShared = Callable[[Sequence[Sequence[object]]], bytes]


@dataclass(frozen=True)
class Read:
    """A table read to its end: cells by sheet row number, problems, skipped rows."""

    table: SourceTable
    rows: dict[int, list[str]]
    originals: dict[int, tuple[str, ...]]
    problems: list[Problem]
    skipped: list[Problem]

    @property
    def headers(self) -> tuple[str, ...]:
        return self.table.headers

    def rules(self) -> set[tuple[int | None, str, str]]:
        """Row, rule and severity of every problem."""
        return {(problem.row, problem.rule, str(problem.severity)) for problem in self.problems}

    def decision(self, what: str) -> str:
        return next(decision.value for decision in self.table.decisions if decision.what == what)


class Reader(Protocol):
    """Reads text, bytes, rows of an xlsx or a file that is there; options as `ReadOptions` takes them."""

    def __call__(self, content: str | bytes | Path | Sheets, name: str = "sheet.csv", **options: Any) -> Read: ...


class ReadTable(Protocol):
    """`read_all` as a fixture."""

    def __call__(self, table: SourceTable) -> Read: ...


class MakeXlsx(Protocol):
    """`xlsx` as a fixture."""

    def __call__(self, content: Sheets, hidden: tuple[str, ...] = ()) -> bytes: ...


def read_all(table: SourceTable) -> Read:
    rows: dict[int, list[str]] = {}
    originals: dict[int, tuple[str, ...]] = {}
    problems: list[Problem] = []
    skipped: list[Problem] = []
    for chunk in table.chunks():
        numbers = chunk.cells.index.tolist()
        rows.update(zip(numbers, chunk.cells.values.tolist(), strict=True))
        originals.update(zip(numbers, chunk.originals, strict=True))
        problems += chunk.problems
        skipped += chunk.skipped
    return Read(table, rows, originals, problems, skipped)


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Read text, bytes or rows of an xlsx with any options."""

    def reader(content: str | bytes | Path | Sheets, name: str = "sheet.csv", **options: Any) -> Read:
        path = tmp_path / name
        if isinstance(content, Path):
            path = content
        elif isinstance(content, str):
            path.write_bytes(content.encode())
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_bytes(xlsx(content))
        return read_all(open_table(path, ReadOptions(**options)))

    return reader


@pytest.fixture
def make_xlsx() -> MakeXlsx:
    """Make the bytes of an xlsx from rows, or from sheets of rows by name."""
    return xlsx


@pytest.fixture
def make_shared_xlsx() -> MakeShared:
    """Make the bytes of an xlsx whose texts are in a table of their own, as Excel writes them."""

    def make(rows: Sequence[Sequence[object]]) -> bytes:
        stream = io.BytesIO()
        workbook = xlsxwriter.Workbook(stream)
        sheet = workbook.add_worksheet()
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
        workbook.close()
        return stream.getvalue()

    return make


@pytest.fixture
def read_table() -> ReadTable:
    """Read a table that is already open."""
    return read_all


def xlsx(content: Sheets, hidden: tuple[str, ...] = ()) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    sheets = content if isinstance(content, Mapping) else {"Contacts": content}
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if title in hidden:
            sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()
