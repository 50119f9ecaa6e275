"""Rows that travel together come out as they would one by one."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.model import Severity, SourceChunk, SourceTable
from importer.spreadsheet import skip
from importer.spreadsheet.grid import CellFault, Record, RecordRun, blank, filled, sized
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions
from importer.spreadsheet.rows import Rows

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from importer.model import Problem

LINES = st.sampled_from(
    [
        "Ann,1,a",
        "Éva,2,b",
        ",3,c",
        "Name,Phone,Note",
        "Total,12,",
        '"Bob",4,"x\ny"',
        '"Cy "C" D",5,d',
        '"open,6,e',
        "Dan,7",
        "Eve,8,f,g",
        "lone",
        "",
        " , ,",
        "\u200b,,",
        "\u200bFay,9,h",
        "Gus\0,10,i",
        "#example,,",
    ]
)
CELLS = st.lists(st.sampled_from(["", " ", "\u200b", "\0", "a", "é", " b"]), max_size=3)


class Flat(NamedTuple):
    """All that is in chunks; a row is its number and its cells."""

    rows: list[tuple[int, tuple[str, ...]]]
    originals: list[tuple[str, ...]]
    problems: list[Problem]
    skipped: list[Problem]


def flat(chunks: list[SourceChunk]) -> Flat:
    """All that is in chunks, wherever one ends and the next begins."""
    rows = [row for chunk in chunks for row in zip(chunk.rows, zip(*chunk.columns, strict=True), strict=True)]
    originals = [cells for chunk in chunks for cells in chunk.originals]
    problems = [problem for chunk in chunks for problem in chunk.problems]
    return Flat(rows, originals, problems, [problem for chunk in chunks for problem in chunk.skipped])


def chunks_of(table: SourceTable) -> list[SourceChunk]:
    chunks = list(table.chunks())
    assert flat(list(table.chunks())) == flat(chunks)
    return chunks


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(LINES, max_size=130), size=st.integers(2, 70), limit=st.integers(0, 130))
@example(["Ann,1,a", "Total,12,"] * 60, 7, 58)
def test_rows_are_the_same_in_chunks_of_any_size(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], size: int, limit: int
) -> None:
    """Rows, problems and skipped rows are those of one row at a time, also read again, and with a limit their first."""
    path = tmp_path_factory.mktemp("runs") / "x.csv"
    path.write_text("\n".join(["Name,Phone,Note", *lines]), encoding="utf-8")
    singly, together = (
        flat(chunks_of(open_table(path, ReadOptions(chunk_rows=rows, header_row=1, encoding="utf-8"))))
        for rows in (1, size)
    )
    limited = flat(chunks_of(open_table(path, ReadOptions(limit=limit, header_row=1, encoding="utf-8"))))
    assert together == singly
    assert limited.rows == singly.rows[:limit]


@settings(max_examples=100, deadline=None)
@given(lines=st.lists(LINES, max_size=70))
def test_every_row_is_there_skipped_or_blank(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    """Each record of the file is looked at as if it were alone: a row, a skipped row, or blank and neither."""
    path = tmp_path_factory.mktemp("runs") / "x.csv"
    path.write_text("\n".join(["Name,Phone,Note", *lines]), encoding="utf-8")
    table = open_table(path, ReadOptions(header_row=1, encoding="utf-8"))
    rows, originals, problems, skipped = flat(chunks_of(table))
    assert isinstance(table.chunks, Rows)
    filled_records = [
        record
        for record in islice(table.chunks.grid.records(), 1, None)
        if record.faults or not all(map(blank, record.cells))
    ]
    kept = [record for record in filled_records if not skip.reason(record.cells, ("name", "phone", "note"))]
    assert [(row, cells) for (row, _), cells in zip(rows, originals, strict=True)] == [
        (record.row, tuple(record.cells)) for record in kept
    ]
    assert {problem.row for problem in problems} >= {record.row for record in kept if _certain(record)}
    assert [problem.row for problem in skipped] == [record.row for record in filled_records if record not in kept]
    assert [record for run in table.chunks.numbered_runs() for record in run.records()] == filled_records


def _certain(record: Record) -> bool:
    """Is there a fault that no width of the table makes good?"""
    return any(fault.rule in ("nul-removed", "unclosed-quote", "stray-quote") for fault in record.faults)


@given(rows=st.lists(CELLS, max_size=8))
def test_filled_rows_are_those_with_a_cell_that_is_not_blank(rows: list[list[str]]) -> None:
    """A row is filled exactly where one of its cells is not blank."""
    assert filled(rows) == [not all(map(blank, row)) for row in rows]


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=9), max_size=6), st.integers(1, 8), st.integers(1, 400))
@example([[False, True]] * 3, 4, 100)
def test_runs_are_cut_and_joined_to_one_size(runs: list[list[bool]], size: int, room: int) -> None:
    """Runs of one size hold the same records with their faults in order; only the last is shorter, and full ones."""
    given_runs, row = [], 1
    for run in runs:
        rows = range(row, row + len(run))
        fault = (CellFault(None, "", "rule", Severity.ERROR, "text"),)
        faults = {at: fault for at, wrong in zip(rows, run, strict=True) if wrong}
        given_runs.append(RecordRun(rows, [[str(at)] for at in rows], faults))
        row += 2 * len(run)  # blank rows between them
    roomy, cut = list(sized(given_runs, size, 10_000)), list(sized(given_runs, size, room))
    assert records(roomy) == records(cut) == records(given_runs)
    assert all(len(run.rows) == size for run in roomy[:-1])
    assert all(0 < len(run.rows) <= size for run in cut)
    assert all(set(run.faults) <= set(run.rows) for run in cut)


def test_long_rows_come_in_shorter_chunks(tmp_path: Path) -> None:
    """Rows are as many in a chunk as are let, or as many as there is room for."""
    path = tmp_path / "x.csv"
    path.write_text("Name,Note\n" + "".join(f"N{n},{'x' * 1000}\n" for n in range(1000)), encoding="utf-8")
    table = open_table(path, ReadOptions(chunk_bytes=200_000))
    sizes = [len(chunk.rows) for chunk in table.chunks()]
    assert len(sizes) > 4
    assert all(180 <= size <= 200 for size in sizes[:-1])


def records(runs: list[RecordRun]) -> list[Record]:
    return [record for run in runs for record in run.records()]
