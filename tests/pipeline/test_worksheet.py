"""A sheet whose cells a person corrects: judged as `check` does, kept beside the sheet, which is never touched."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.errors import SettingsError
from importer.model import Status
from importer.model.repair import CellEdit
from importer.pipeline.carry_over import carry_over, rehearsal_of
from importer.pipeline.check import check
from importer.pipeline.job import Job, Places
from importer.pipeline.reading.corrections import read_corrections
from importer.pipeline.reading.saved_answer import save_settings
from importer.pipeline.worksheet import Worksheet, open_worksheet
from importer.settings.load import load

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = ("Name", "Company", "Phone", "Email")
ROWS = (
    ("Ann Lee", "", "+14155550101", "ann@example.com"),
    ("Bob Ray", "", "12", "bob@example.com"),
    ("Acme Plumbing LLC", "", "+14155550103", "office@acme.example"),
    ("Cy Fox", "Foxes", "+14155550104", "cy@@example"),
)
TEXTS = st.sampled_from(["", "12", "+14155550199", "dee@example.com", "dee@@x", "Dee Day", "Total", " ", "=1+1", "NA"])


def job_in(folder: Path, rows: Sequence[Sequence[str]] = ROWS, *, sandbox: bool = True) -> Job:
    """A job over a sheet with these rows, in a folder of its own."""
    sheet = folder / "people.csv"
    if not sheet.exists():
        with sheet.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([HEADER, *rows])
    out = folder / ("practice" if sandbox else "out")
    options = load({"out": out, "sandbox": sandbox}, {}, saved=out / "mapping.toml" if out.is_dir() else None)
    return Job(str(sheet), options, places=Places(folder / "cache", folder / "state"))


def judged(worksheet: Worksheet) -> dict[int, tuple[Status, list[tuple[str, str]]]]:
    """How each row ends, and what is said of it beside that it was corrected."""
    return {
        row: (
            status,
            sorted(
                (problem.rule, problem.message)
                for problem in worksheet.problems.get(row, ())
                if problem.rule != "corrected-by-person"
            ),
        )
        for row, status in worksheet.statuses.items()
    }


def test_a_bad_cell_turns_good(tmp_path: Path) -> None:
    """An edit is judged at once, is a line of corrections.csv, and counts for `check`; the sheet stays as it is."""
    job = job_in(tmp_path)
    before = Path(job.file).read_bytes()
    worksheet = open_worksheet(job)
    assert worksheet.counts()[Status.REJECTED] == 1
    (change,) = worksheet.edit([CellEdit(3, 2, "+14155550102")])
    assert (change.before, change.after) == ("12", "+14155550102")
    assert worksheet.counts()[Status.REJECTED] == 0
    assert [(line.row, line.column, line.was, line.now) for line in read_corrections(job.out / "corrections.csv")] == [
        ("3", "Phone", "12", "+14155550102")
    ]
    assert check(job).summary.count(Status.REJECTED) == 0
    assert Path(job.file).read_bytes() == before


def test_an_edit_that_is_undone_leaves_no_line(tmp_path: Path) -> None:
    """A cell that has its text of the sheet again is not corrected: its line goes, and the last one takes the file."""
    job = job_in(tmp_path)
    worksheet = open_worksheet(job)
    worksheet.edit([CellEdit(3, 2, "+14155550102"), CellEdit(3, 3, "rob@example.com")])
    worksheet.edit([CellEdit(3, 2, "12")])
    assert [line.column for line in read_corrections(job.out / "corrections.csv")] == ["Email"]
    worksheet.edit([CellEdit(3, 3, "bob@example.com")])
    assert not (job.out / "corrections.csv").exists()
    assert judged(worksheet) == judged(open_worksheet(job))


@given(st.lists(st.tuples(st.integers(2, 5), st.integers(0, 3), TEXTS), min_size=1, max_size=6))
@example([(3, 0, ""), (3, 3, "")])
@settings(max_examples=25, deadline=None)
def test_an_edited_row_is_judged_as_check_would(edits: list[tuple[int, int, str]]) -> None:
    """Whatever is edited, the verdict that is shown at once is that of the whole sheet read again."""
    with TemporaryDirectory() as folder:
        job = job_in(Path(folder))
        worksheet = open_worksheet(job)
        for edit in edits:
            worksheet.edit([CellEdit(*edit)])
        again = open_worksheet(job)
        # A verdict on one row says nothing about others that it repeats or resembles now.
        alone = {row for row, status in again.statuses.items() if status not in (Status.DUPLICATE, Status.CONFLICT)}
        rules = {"phone-shared", "joined-rows", "maybe-known", "row-continues"}
        first, second = judged(worksheet), judged(again)
        for row in alone:
            if not rules & {rule for rule, _ in second[row][1]}:
                assert first[row] == second[row], (row, worksheet.cells[row])


def test_a_row_that_is_left_out_comes_back(tmp_path: Path) -> None:
    """A row whose cells a person has emptied is no contact: it is skipped with a line until that line is deleted."""
    job = job_in(tmp_path)
    worksheet = open_worksheet(job)
    (repair,) = (each for each in worksheet.repairs() if each.id.startswith("leave-out"))
    worksheet.edit(repair.edits)
    assert worksheet.statuses[3] is Status.SKIPPED
    report = check(job)
    assert (report.summary.count(Status.SKIPPED), report.summary.count(Status.REJECTED)) == (1, 0)
    problems = (job.out / "problems.csv").read_text(encoding="utf-8")
    assert "left-out-by-person" in problems
    assert report.summary.rows == len(ROWS)
    # Without its lines the row is read as it stands.
    (job.out / "corrections.csv").write_text("row,column,was,now,_cells\n", encoding="utf-8")
    report = check(job)
    assert (report.summary.count(Status.SKIPPED), report.summary.count(Status.REJECTED)) == (0, 1)
    assert "left-out-by-person" not in (job.out / "problems.csv").read_text(encoding="utf-8")


def test_a_bulk_repair_is_named_as_the_persons(tmp_path: Path) -> None:
    """Names that may be companies' move to their column; problems.csv names each cell as changed by the person."""
    rows = [(f"First Union Bank {number}", "", f"+1415555{number:04d}", "") for number in range(271)]
    job = job_in(tmp_path, rows)
    worksheet = open_worksheet(job)
    repair = next(each for each in worksheet.repairs() if each.id.startswith("companies"))
    assert (repair.title, repair.rows) == ("Make 271 names companies", 271)
    worksheet.edit(repair.edits)
    assert worksheet.cells[2][:2] == ["", "First Union Bank 0"]
    check(job)
    with (job.out / "problems.csv").open(encoding="utf-8", newline="") as stream:
        corrected = [line for line in csv.DictReader(stream) if line["rule"] == "corrected-by-person"]
    assert len(corrected) == 2 * 271
    assert {line["column"] for line in corrected} == {"Name", "Company"}


def test_rows_that_cannot_be_told_apart_are_not_corrected(tmp_path: Path) -> None:
    """Of two rows with the same cells neither can be corrected: that is said, and nothing is written."""
    job = job_in(tmp_path, [ROWS[0], ROWS[1], ROWS[1]])
    worksheet = open_worksheet(job)
    with pytest.raises(SettingsError, match="Row 3 has the same cells as another row") as refused:
        worksheet.edit([CellEdit(3, 2, "+14155550102")])
    assert refused.value.next_step
    assert worksheet.cells[3][2] == "12"
    assert not (job.out / "corrections.csv").exists()


def test_a_rehearsal_is_taken_over(tmp_path: Path) -> None:
    """Answers and corrections of a rehearsal hold for the real import of the sheet, without the sandbox's fields."""
    rehearsal = job_in(tmp_path)
    worksheet = open_worksheet(rehearsal)
    worksheet.edit([CellEdit(3, 2, "555 0102")])
    save_settings(
        rehearsal.out / "mapping.toml", {"region": "US", "map": {"Company": "custom:Website", "Name": "full_name"}}
    )
    job = job_in(tmp_path, sandbox=False)
    assert rehearsal_of(job).settings.sandbox
    carried = carry_over(rehearsal, job)
    assert (carried.answers, carried.corrections) == (True, 1)
    real = job_in(tmp_path, sandbox=False)
    assert (real.settings.region, real.settings.map) == ("US", (("Name", "full_name"),))
    # The real journal knows the line as its own, so no person is asked to accept it.
    assert open_worksheet(real).cells[3][2] == "555 0102"
    assert not carry_over(rehearsal, real)


def test_lines_that_another_wrote_are_not_taken_over(tmp_path: Path) -> None:
    """What a rehearsal did not write itself stays behind: a person has to look at it first."""
    rehearsal = job_in(tmp_path)
    worksheet = open_worksheet(rehearsal)
    worksheet.edit([CellEdit(3, 2, "+14155550102")])
    file = rehearsal.out / "corrections.csv"
    file.write_text(file.read_text("utf-8").replace("5550102", "5559999"), "utf-8")
    job = job_in(tmp_path, sandbox=False)
    assert carry_over(rehearsal, job).corrections == 0
    assert not (job.out / "corrections.csv").exists()
