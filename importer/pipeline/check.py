"""`check`: a sheet is read, mapped, cleaned and validated; nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Event
from importer.pipeline.job import Report
from importer.pipeline.outputs.folder import TABLES
from importer.pipeline.outputs.page import page
from importer.pipeline.reading.match_rules import policy_for
from importer.pipeline.reading.questions import SheetQuestions, with_questions
from importer.pipeline.reading.recognition import has_id_column, recognise_people
from importer.pipeline.reading.sheet import describe, fit
from importer.pipeline.reading.staging import draft_options, stage_rows
from importer.pipeline.run_context import opened_offline
from importer.pipeline.workspace.custom_fields import known_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.run_context import RunContext


def check(job: Job, look: Callable[[RunContext, PreparedSheet], None] | None = None) -> Report:
    """Read the sheet of `job` and write `problems.csv`, the rejects and the report page.

    Rows that a run would send count as `unfinished` in the report's figures; its exit code is 0 if no row would be
    rejected, else 1. `look` is shown what was judged, while its journal is open. Raises CannotStart.
    """
    with opened_offline(job, "check") as context:
        if context.job.settings.learn_options:
            context.job.hooks.warn(
                "--learn-options: check does not ask the workspace, so it cannot learn them. "
                "Save them for it once with openphone-import map --learn-options."
            )
        custom_fields = known_fields(context.job)
        asked = SheetQuestions(context.table, custom_fields).settled(context.job)
        context = context.answered(asked.job, asked.questions)
        sheet = with_questions(fit(context.job, context.table, custom_fields, profile=False), context.questions)
        context.job.hooks.notify(Event("mapped", {"columns": describe(sheet.mapping, sheet.without_field)}))
        options = draft_options(context.job, sheet)
        sheet, stager = stage_rows(
            context.job, sheet, context.journal, context.record, context.statistics, options, to_send=False
        )
        recognise_people(
            context.journal,
            stager,
            policy_for(context.job, sheet),
            id_column=has_id_column(sheet.mapping),
            accept_new=job.settings.accept_new_rows,
            same_person=job.settings.same_person or "",
        )

        # id_map.csv and summary.json of the last run stay as they are, since this command sends nothing.
        context.outputs.make_room(TABLES)
        findings = context.outputs.tables(context.table, context.journal)
        files = (*context.outputs.written, "report.html")
        questions = context.open_questions(sheet, findings)
        report = Report(context.summary(), job.out, files, findings, checked=True, questions=questions)
        context.outputs.page(page(context.page_context(sheet), report), mask=job.settings.mask)
        if look is not None:
            look(context, sheet)
        context.lifecycle.end(report.summary.as_dict(), report.files, findings)
        return report
