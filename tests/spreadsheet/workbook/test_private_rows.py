"""The private copy of a workbook's rows gives back what was put in, however its batches fall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from importer.model import Severity
from importer.spreadsheet.grid import CellFault, Record
from importer.spreadsheet.options import Limits
from importer.spreadsheet.workbook import spool

if TYPE_CHECKING:
    import pytest

TEXT = st.text(st.characters(), max_size=8)
FAULT = st.builds(CellFault, st.none() | st.integers(0, 9), TEXT, st.just("rule"), st.sampled_from(Severity), TEXT)
ROW = st.tuples(st.integers(1, 40), st.lists(TEXT, max_size=5).map(lambda cells: ["x", *cells]), st.lists(FAULT))


@given(st.lists(ROW, max_size=30), st.integers(0, 900))
@settings(max_examples=40, deadline=None)
def test_what_was_kept_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, list[str], list[CellFault]]], wide: int
) -> None:
    """Numbers, cells of any text and faults of every record come back, rows of no cells but faults among them."""
    records: list[Record] = []
    last = 0
    for step, cells, faults in rows:
        last += step
        records += [
            Record(last, cells + ["y"] * wide, tuple(faults)),
            Record(last + 1, [], (CellFault(None, "", "rule", Severity.ERROR, "text"),)),
        ]
        last += 1
    path = tmp_path_factory.mktemp("spool") / "rows"
    path.write_bytes(b"".join(spool.batches(records, Limits(), 0)))
    assert [record for run in spool.read(path) for record in run.records()] == records
