"""`check`: a sheet is read, mapped, cleaned and validated; nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.pipeline.job import Report
from importer.pipeline.outputs.folder import TABLES
from importer.pipeline.outputs.page import page
from importer.pipeline.preflight.guards import PlannedCounts, exceeded_limits
from importer.pipeline.prepare_offline import stage_offline
from importer.pipeline.run_context import opened_offline

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.run_context import RunContext


def check(job: Job, look: Callable[[RunContext, PreparedSheet], None] | None = None) -> Report:
    """Read the sheet of `job` and write `problems.csv`, the rejects and the report page.

    Rows that a run would send count as `unfinished` in the report's figures; its exit code is 0 if no row would be
    rejected, else 1; its `guards` say whether `--max-rejects` would stop that run. `look` is shown what was judged,
    while its journal is open. Raises CannotStart.
    """
    with opened_offline(job, "check") as context:
        context, sheet = stage_offline(context, to_send=False)

        # id_map.csv and summary.json of the last run stay as they are, since this command sends nothing.
        context.outputs.make_room(TABLES)
        findings = context.outputs.write_tables(context.table, context.journal, questions={})
        files = (*context.outputs.written, "report.html")
        questions = context.open_questions(sheet, findings)
        # Without the workspace it is not known what would be created, changed or deleted: only rejects can be too many.
        summary = context.summary()
        guards = exceeded_limits(context.job.settings, PlannedCounts(0, 0, 0, summary.counts))
        report = Report(
            summary,
            job.out,
            files,
            findings,
            checked=True,
            questions=questions,
            kept=context.kept_rows(),
            guards=guards,
        )
        context.outputs.write_page(page(context.page_context(sheet), report), mask=job.settings.mask)
        if look is not None:
            look(context, sheet)
        context.lifecycle.end(report.summary.as_dict(), report.files, findings)
        return report
