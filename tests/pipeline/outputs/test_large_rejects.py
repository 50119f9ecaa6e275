"""Rows to correct that are too many for a workbook."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from importer.delivery.journal import Journal, RowStep, RunRecord
from importer.model import Status
from importer.pipeline.outputs.folder import Outputs, PreviousOutputs
from importer.spreadsheet.opening import open_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("most", "has_workbook"), [(3, True), (2, False)])
def test_too_many_rejects_for_a_workbook_are_all_in_the_text_file(
    most: int, has_workbook: bool, tmp_path: Path
) -> None:
    """Of a workbook with more rejects than fit, rejects.csv has every row, and a line says why there is no workbook."""
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([("Name", "Phone"), ("Ann", "1"), ("Bob", "2"), ("Cy", "3")]):
            sheet.write_row(place, 0, row)
    said: list[str] = []
    outputs = Outputs(tmp_path, str(path), "r1", PreviousOutputs("former", None), said.append, workbook_rows=most)
    with Journal.open(None, "http://127.0.0.1", "") as journal:
        journal.begin(RunRecord("r1", "check", str(path), "Sheet1", "2026-01-01T00:00:00+00:00", {}))
        journal.stage([RowStep(row, f"id{row}", Status.REJECTED, detail="Wrong.") for row in (2, 3, 4)])
        outputs.write_tables(open_table(str(path)), journal)

    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [line["Name"] for line in csv.DictReader(stream)] == ["Ann", "Bob", "Cy"]
    assert (tmp_path / "rejects.xlsx").exists() == has_workbook
    expected = [] if has_workbook else [(True, True)]
    assert [("3 rows" in line, "rejects.csv" in line) for line in said] == expected
