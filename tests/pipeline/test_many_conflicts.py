"""What is planned after a run that has left very many rows to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer import Job, Settings, plan, run
from importer.model import Status

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 3_500


def test_a_plan_after_thousands_of_conflicts(tmp_path: Path) -> None:
    """The copy of a journal in which a plan is made stays readable, however much of it the plan replaces."""
    sheet = tmp_path / "people.csv"
    lines = "".join(f"Ann Lee,+14155550101,{row}\n" for row in range(ROWS))
    sheet.write_text(f"Name,Phone,Note\n{lines}")
    job = Job(sheet, Settings(sandbox=True, region="US", out=tmp_path / "out", yes=True))
    assert run(job).summary.counts[Status.CONFLICT] == ROWS - 1
    assert plan(job).outlook.rows_by_status[Status.CONFLICT] == ROWS - 1
