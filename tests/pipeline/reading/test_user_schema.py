"""`--schema`: the person's own pandera schema over the sheet as it is."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from importer.cli.app import main

if TYPE_CHECKING:
    import pytest

UNIQUE = """
import pandera.pandas as pa
Sheet = pa.DataFrameSchema({"Ref": pa.Column(str, unique=True)})
"""
EACH = """
import pandera.pandas as pa
Sheet = pa.DataFrameSchema({"Ref": pa.Column(str, pa.Check.str_matches(r"^R\\d+$"))})
"""


def checked(folder: Path, monkeypatch: pytest.MonkeyPatch, schema: str, refs: list[str]) -> list[dict[str, str]]:
    monkeypatch.chdir(folder)
    rows = [f"Person,+1415555{number % 10000:04},{ref}" for number, ref in enumerate(refs, start=100)]
    Path("people.csv").write_text("Name,Phone,Ref\n" + "\n".join(rows) + "\n", encoding="utf-8")
    Path("mine.py").write_text(schema, encoding="utf-8")
    assert main(["check", "people.csv", "--sandbox", "--schema", "mine.py:Sheet", "--out", "out"]) == 1
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        return [line for line in csv.DictReader(stream) if line["column"] == "Ref" and line["row"]]


def test_a_rule_over_each_cell_names_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that the person's schema refuses rejects its row, under the person's column name."""
    found = checked(tmp_path, monkeypatch, EACH, ["R1", "x", "R3"])
    assert [(line["row"], line["severity"], line["value"]) for line in found] == [("3", "error", "x")]


def test_a_rule_over_the_whole_sheet_sees_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uniqueness holds over the whole sheet, also where its rows are read in several chunks."""
    refs = [f"R{number}" for number in range(6000)]
    refs[5999] = "R0"
    found = checked(tmp_path, monkeypatch, UNIQUE, refs)
    assert {line["row"] for line in found} == {"2", "6001"}
