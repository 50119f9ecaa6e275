"""What the last lines of a command need, on the terminal and on the page alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.report.again import repeated
from importer.report.closing import Closing

if TYPE_CHECKING:
    from importer.pipeline.job import Job, Report


def closing(job: Job, report: Report) -> Closing:
    """The files of a report, and the commands that go on from it."""
    return Closing(
        out=report.out,
        files=report.files,
        checked=report.checked,
        go_on=repeated(job.command_line, command="run" if report.checked else None),
        rejects_file=report.rejects,
        rejects=repeated(job.command_line, command="run", file=job.file, out=report.out, rejects=report.rejects),
    )
