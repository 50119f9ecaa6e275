"""All readers give the same text of one sheet, whichever format it comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.spreadsheet.workbook.every_kind import ERROR, HEADERS, SEEN, WRITERS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.spreadsheet.conftest import Reader


@pytest.mark.parametrize("ending", WRITERS)
def test_every_kind_of_cell(read: Reader, tmp_path: Path, ending: str) -> None:
    """Texts, codes, dates, times, durations, booleans, errors and results are the same text in every format."""
    path = tmp_path / f"contacts.{ending}"
    WRITERS[ending](path)
    got = read(path)
    assert got.headers == HEADERS
    assert dict(zip(HEADERS, got.rows[2], strict=True)) == dict(zip(HEADERS, SEEN, strict=True))
    errors = [(problem.row, problem.column, problem.value, problem.rule) for problem in got.problems]
    # In a text file an error is text, and there is none here.
    assert errors == ([] if ending == "csv" else [(2, "Error", ERROR, "error-value")])
    assert not got.table.problems
