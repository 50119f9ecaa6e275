"""Columns that say only far down how their cells are to be read."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.delivery.journal import Journal
from importer.spreadsheet.options import ReadOptions

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = ReadOptions().chunk_rows
FIELDS = {
    "data": [{"name": "Since", "key": "since", "type": "date"}, {"name": "Worth", "key": "worth", "type": "number"}]
}


def checked(folder: Path, rows: list[tuple[str, str]]) -> list[dict[str, str]]:
    """The problems of a sheet with these dates and numbers."""
    lines = [f'N{at},+1415555{at % 9000 + 1000},{since},"{worth}"' for at, (since, worth) in enumerate(rows)]
    (folder / "people.csv").write_text("\n".join(["Name,Phone,Since,Worth", *lines, ""]), encoding="utf-8")
    (folder / "fields.json").write_text(json.dumps(FIELDS), encoding="utf-8")
    places = [str(folder / name) for name in ("people.csv", "fields.json", "out")]
    assert main(["check", places[0], "--fields", places[1], "--region", "US", "--out", places[2], "--yes"]) == 0
    with (folder / "out" / "problems.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def of_cells(found: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    """Row, column and rule of what was said of single cells of the two columns."""
    return [
        (one["row"], one["column"], one["rule"]) for one in found if one["row"] and one["column"] in ("Since", "Worth")
    ]


@pytest.mark.parametrize("late", [1, CHUNK - 1, CHUNK, CHUNK + 1])
def test_the_last_cell_decides_for_the_first(tmp_path: Path, late: int) -> None:
    """A date or number that can be read in two ways is read as a later cell shows, however far down that stands."""
    rows = [("03/04/2024", "1,234")] + [("2024-01-02", "5")] * (late - 1) + [("31/12/2024", "1.234,5")]
    found = checked(tmp_path, rows)
    assert of_cells(found) == []
    assert [one["rule"] for one in found if one["column"] == "Worth"] == ["number-style-unclear"]


def test_columns_that_contradict_themselves_far_down_decide_nothing(tmp_path: Path) -> None:
    """Where both orders of day and month occur, a date that could be either is left out, wherever the others stand."""
    rows = [("03/04/2024", "5"), *[("2024-01-02", "5")] * CHUNK, ("31/12/2024", "5"), ("12/31/2024", "5")]
    found = checked(tmp_path, rows)
    assert [(row, column) for row, column, _ in of_cells(found)] == [("2", "Since")]
    assert "date-order-unknown" in {one["rule"] for one in found if not one["row"]}


def test_nothing_is_told_twice(tmp_path: Path) -> None:
    """What is said of the sheet and of its rows is said once, also where the rows were begun anew."""
    rows = [("03/04/2024", "x")] + [("2024-01-02", "5")] * CHUNK + [("31/12/2024", "5")]
    found = checked(tmp_path, rows)
    assert len({tuple(one.values()) for one in found}) == len(found)
    assert of_cells(found) == [("2", "Worth", "number-not-valid")]


def test_a_run_that_begins_its_rows_anew_is_one_run(tmp_path: Path) -> None:
    """A run that finds far down how a column is read has each row once, and is once in the history."""
    since = ["03/04/2024", *["2024-01-02"] * CHUNK, "31/12/2024"]
    lines = [f"{at},N{at},{'+1415555' if at else 'no '}{at % 9000 + 1000},{day}" for at, day in enumerate(since)]
    sheet, out = tmp_path / "people.csv", tmp_path / "out"
    sheet.write_text("\n".join(["Id,Name,Phone,Since", *lines, ""]), encoding="utf-8")
    options = ["--map", "Id=external_id", "--map", "Since=custom:Customer Since", "--out", str(out), "--yes"]
    assert main(["run", str(sheet), "--sandbox", "--strict", *options]) == 2
    with (out / "problems.csv").open(encoding="utf-8", newline="") as stream:
        assert {one["rule"] for one in csv.DictReader(stream) if one["column"] == "Since"} == set()
    with Journal.open(out / "journal.sqlite", "sandbox", "sandbox-key") as journal:
        (run,) = journal.runs()
        assert run.counts is not None
        assert (run.counts["rejected"], sum(run.counts.values())) == (1, len(since))
