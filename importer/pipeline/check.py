"""`check`: a sheet is read, mapped, cleaned and validated; nothing is sent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from importer.delivery.journal import Journal
from importer.disk import make_folder
from importer.model import Event, Status
from importer.pipeline.job import Report
from importer.pipeline.outputs.folder import TABLES, Outputs, previous_outputs
from importer.pipeline.outputs.page import PageContext, page
from importer.pipeline.outputs.run_record import new_run
from importer.pipeline.reading.sheet import describe, fit, open_source
from importer.pipeline.reading.staging import stage
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.pipeline.telemetry.statistics import RunStatistics
from importer.pipeline.workspace.connection import SANDBOX_ADDRESS, known_fields
from importer.report.summary import Summary

if TYPE_CHECKING:
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.telemetry.lifecycle import CommandLifecycle


def check(job: Job) -> Report:
    """Read the sheet of `job` and write `problems.csv` and the rejects.

    Rows that a run would send count as `unfinished` in the report's figures; its exit code is 0 where no row would be
    rejected, else 1. Raises CannotStart.
    """
    with command_lifecycle(job, "check") as attending:
        report = _checked(attending)
        attending.ended(report.summary.as_dict(), report.files, report.findings)
        return report


def _checked(attending: CommandLifecycle) -> Report:
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
        watch = RunStatistics()

        def begin(_: PreparedSheet) -> RunStatistics:
            nonlocal watch
            journal.begin(record)
            watch = watch.afresh()
            return watch

        sheet = stage(job, sheet, journal, begin, to_send=False)
        outputs = Outputs(job.out, job.file, record.run_id, job.hooks.warn)
        # The id map and the summary of a run stay as they are: nothing was sent that they would have to tell of.
        outputs.make_room(previous_outputs(job.out), TABLES)
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
        outputs.page(page(PageContext(job, record, sheet, journal, watch), report), mask=job.settings.mask)
        return report
