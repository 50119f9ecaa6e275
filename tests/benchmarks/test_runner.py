"""The runner of the benchmarks goes through each of them; what the figures are is no matter of a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.table import HEADINGS, Row, markdown, row_of

RUNNER = Path(__file__).with_name("all.py")
# What each has a row of, and how many rows there are.
EXPECTED = {
    "check": ("`check` of 400 CSV rows", 7),
    "matrix": ("numbers, csv: memory", 3),
    "reading": ("reading 200 xlsx rows part by part", 7),
    "rejects": ("reject workbook of 100 rows", 2),
    "hostile": ("3 hostile files, the slowest", 2),
    "fleet_pace": ("`fleet` with 2 keys at 10 requests/s: slowest key", 3),
    "night": ("a night with 100 of 500 rows changed", 2),
    "start": ("first request of `run` with 50 rows, after start", 9),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_benchmark_gives_all_its_rows(name: str, tmp_path: Path) -> None:
    """Run with the smallest sizes, a benchmark prints its whole table and writes it as JSON with the machine."""
    file = tmp_path / "rows.json"
    command = [sys.executable, str(RUNNER), "--quick", "--repeats", "1", "--only", name, "--json", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    document = json.loads(file.read_text(encoding="utf-8"))
    rows = [row_of(one) for one in document["rows"]]
    what, count = EXPECTED[name]
    assert any(row.what.startswith(what) for row in rows)
    assert len(rows) == count
    assert markdown(rows) in done.stdout
    assert sorted(document["machine"]) == ["cores", "cpu", "python", "system"]


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row("a", 2.0, "s", at_most=2.0), True),
        (Row("a", 2.1, "s", at_most=2.0), False),
        (Row("a", 3.0, "s", 10.0, at_most=0.35, of_plain=True), True),
        (Row("a", 4.0, "s", 10.0, at_most=0.35, of_plain=True), False),
        (Row("a", 0.95, "", at_least=0.9), True),
        (Row("a", 0.85, "", at_least=0.9), False),
        (Row("a", 4.0, "s", at_most=0.35, of_plain=True), None),
        (Row("a", 4.0, "s"), None),
    ],
)
def test_a_row_knows_whether_its_target_is_met(row: Row, met: bool | None) -> None:
    """A bound is of our figure, or of its ratio to the plain script's; without either nothing is judged."""
    assert row.met is met
    assert len(row.cells()) == len(HEADINGS)
