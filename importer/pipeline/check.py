"""`check`: a sheet is read, mapped, cleaned and validated; nothing is sent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from importer.delivery.journal import Journal
from importer.disk import make_folder
from importer.model import Event, Status
from importer.pipeline.attending import attended
from importer.pipeline.job import Report
from importer.pipeline.outputs import TABLES, Outputs, former_outputs
from importer.pipeline.page import Scene, page
from importer.pipeline.record import new_run
from importer.pipeline.service import SANDBOX_ADDRESS, known_fields
from importer.pipeline.sheet import describe, fit, open_source
from importer.pipeline.staging import stage
from importer.pipeline.watch import Watch
from importer.report.summary import Summary

if TYPE_CHECKING:
    from importer.pipeline.attending import Attended
    from importer.pipeline.job import Job
    from importer.pipeline.sheet import Sheet


def check(job: Job) -> Report:
    """Read the sheet of `job` and write `problems.csv` and the rejects.

    Rows that a run would send count as `unfinished` in the report's figures; its exit code is 0 where no row would be
    rejected, else 1. Raises CannotStart.
    """
    with attended(job, "check") as attending:
        report = _checked(attending)
        attending.ended(report.summary.as_dict(), report.files, report.findings)
        return report


def _checked(attending: Attended) -> Report:
    started, job = time.monotonic(), attending.job
    table = open_source(job)
    make_folder(job.out)
    if job.settings.learn_options:
        job.hooks.warn(
            "--learn-options: check asks the workspace nothing, so it learns none. "
            "openphone-import map --learn-options saves them for it."
        )
    sheet = fit(job, table, known_fields(job), ahead=True)
    job.hooks.notify(Event("mapped", {"columns": describe(sheet.mapping, sheet.table.nothing)}))
    with Journal.open(None, SANDBOX_ADDRESS, "") as journal:
        record = new_run("check", job, table)
        attending.begun(record.run_id)
        watch = Watch()

        def begin(_: Sheet) -> Watch:
            nonlocal watch
            journal.begin(record)
            watch = watch.afresh()
            return watch

        sheet = stage(job, sheet, journal, begin, to_send=False)
        outputs = Outputs(job.out, job.file, record.run_id, job.hooks.warn)
        # The id map and the summary of a run stay as they are: nothing was sent that they would have to tell of.
        outputs.make_room(former_outputs(job.out), TABLES)
        findings = outputs.tables(table, journal)
        counts = journal.counts()
        rejected = counts.get(Status.REJECTED, 0) + counts.get(Status.CONFLICT, 0)
        summary = Summary(
            run_id=record.run_id,
            file=table.file,
            sheet=table.sheet,
            counts=counts,
            warnings=journal.warnings(),
            seconds=round(time.monotonic() - started, 3),
            exit_code=1 if rejected else 0,
        )
        report = Report(summary, job.out, (*outputs.written, "report.html"), findings, checked=True)
        outputs.page(page(Scene(job, record, sheet, journal, watch), report), mask=job.settings.mask)
        return report
