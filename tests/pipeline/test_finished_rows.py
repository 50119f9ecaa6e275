"""A run over rows that are done costs time in proportion to their number."""

from __future__ import annotations

import asyncio
import time
from cProfile import Profile
from pathlib import Path

from importer import Job, Settings, run
from importer.model import Status
from importer.spreadsheet.rows import Rows
from tests.benchmarks.delivery import fill
from tests.benchmarks.sheets import people, write_csv

FEW, MANY = 3_000, 12_000
LARGEST_RATIO, TRIES = 7.5, 4


def finished(folder: Path, rows: int) -> Job:
    """The job of a sheet whose rows are all in the workspace, as its folder says."""
    folder.mkdir()
    sheet = folder / "people.csv"
    write_csv(sheet, people(rows, 0.0))
    asyncio.run(fill(sheet))
    return Job(str(sheet), Settings(sandbox=True, region="US", out=folder / "out", yes=True))


def seconds(job: Job) -> float:
    """The time of the processor that one more run takes, with a new row, so that all rows are looked at again."""
    with Path(str(job.file)).open("a", encoding="utf-8") as stream:
        stream.write(f"N-{time.monotonic_ns()},Zoe,Zimmer,,,,,zoe{time.monotonic_ns()}@example.com,,,\n")
    start = time.process_time()
    report = run(job)
    assert report.stopped is None
    assert report.summary.requests < 10
    return time.process_time() - start


def test_four_times_the_finished_rows_take_about_four_times_the_time(tmp_path: Path) -> None:
    """Neither the people nor their contacts are compared each with each, nor a table read once for each of them."""
    jobs = [finished(tmp_path / str(rows), rows) for rows in (FEW, MANY)]
    few, many = map(seconds, jobs)
    # On a busy machine a single measure says little: the least of a few is what the work itself takes.
    for _ in range(TRIES):
        if many <= LARGEST_RATIO * few:
            break
        few, many = min(few, seconds(jobs[0])), min(many, seconds(jobs[1]))
    assert many <= LARGEST_RATIO * few


def test_rows_that_are_asked_about_among_finished_rows_are_not_searched_for_in_the_file(tmp_path: Path) -> None:
    """A row that proves a second row of a person when all rows are compared is handed back from memory."""
    job = finished(tmp_path / "asked", FEW)
    sheet = Path(str(job.file))
    first = sheet.read_text(encoding="utf-8").splitlines()[1].split(",")
    with sheet.open("a", encoding="utf-8") as stream:
        stream.write(",".join(["N-1", *first[1:7], "another@example.com", *first[8:]]) + "\n")

    profile = Profile()
    report = profile.runcall(run, job)

    assert report.summary.counts[Status.CONFLICT] == 1
    assert "another@example.com" in (job.out / "rejects.csv").read_text(encoding="utf-8")
    assert Rows.numbered_runs.__code__ not in [entry.code for entry in profile.getstats()]
