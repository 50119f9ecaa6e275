"""Rejects are a part of a sheet: what is absent from them is neither deleted nor told of another row."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

SHEET = "Id,Name,Phone\n1,Ann Lee,+14155550101\n2,Bob Ray,12\n3,Cy Fox,+14155550103\n4,Di Orr,13\n"
IDS = ("--map", "Id=external_id", "--source", "crm-2026")
MIRROR = ("--mirror", "--max-deletes", "9")


@pytest.mark.parametrize("has_added_columns", [True, False])
def test_the_mirror_deletes_nothing_for_rejects(office: Office, has_added_columns: bool) -> None:
    """A rejects file is refused under --mirror, also if the added columns were taken out of it."""
    assert office.run(SHEET, *IDS, *MIRROR) == 1
    office.answer(("Bob Ray,12", "Bob Ray,+14155550102"))
    if not has_added_columns:
        path = Path("out/rejects.csv")
        with path.open(encoding="utf-8", newline="") as stream:
            lines = [line[:3] for line in csv.reader(stream)]
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(lines)
    assert office.run("", *IDS, *MIRROR, file="out/rejects.csv") == 2
    assert office.names() == ["Ann Lee", "Cy Fox"]


def test_the_mirror_deletes_nothing_while_a_row_is_asked_about(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """The contact whose id a row has that may be another person is kept, and so is everybody else."""
    office.run(SHEET, *IDS, *MIRROR)
    later = SHEET.replace("1,Ann Lee,+14155550101", "1,Eve Kay,+14155550105").replace("3,Cy Fox,+14155550103\n", "")
    assert office.run(later, *IDS, *MIRROR) == 1
    assert office.names() == ["Ann Lee", "Cy Fox"]
    assert "wait for an answer" in Path("out/problems.csv").read_text(encoding="utf-8")


def test_a_run_of_rejects_shows_the_rows_of_the_sheet(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """`show --row` after a run of rejects tells of the row that has this number in the sheet, as it was corrected."""
    office.run(SHEET, *IDS)
    office.answer(("Di Orr,13", "Di Orr,+14155550104"))
    office.run("", *IDS, file="out/rejects.csv")
    shown = {}
    for row in (2, 5):
        capsys.readouterr()
        assert main(["show", "latest", "out", "--row", str(row)]) == 0
        shown[row] = capsys.readouterr().out
    assert "Ann Lee" in shown[2]
    assert "Di Orr" in shown[5]
    assert "+14155550104" in shown[5]
    assert "has changed" not in shown[2] + shown[5]
