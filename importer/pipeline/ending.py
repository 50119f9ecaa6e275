"""What the last lines of a command need, on the terminal and on the page alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.report.summary_lines import Closing
from importer.settings.command_line import repeated

if TYPE_CHECKING:
    from importer.pipeline.job import Job, Report


def closing(job: Job, report: Report) -> Closing:
    """The files of a report, and the commands that go on from it."""
    # A plan is of one sheet: what was rejected goes in by the options that the plan was made with.
    line, file = job.planned_by or (job.command_line, job.file)
    return Closing(
        out=report.out,
        files=report.files,
        checked=report.checked,
        go_on=repeated(job.command_line, command="run" if report.checked else None),
        rejects_file=report.rejects,
        rejects=repeated(line, command="run", file=file, out=report.out, rejects=report.rejects),
    )
