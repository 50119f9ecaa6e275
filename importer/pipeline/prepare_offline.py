"""From an opened sheet to rows in a journal in memory: the first half of commands that send no request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Event
from importer.pipeline.reading.column_lines import describe
from importer.pipeline.reading.draft_options import draft_options
from importer.pipeline.reading.questions import SheetQuestions, with_questions
from importer.pipeline.reading.recognition import has_id_column, recognise_people
from importer.pipeline.reading.sheet import fit
from importer.pipeline.reading.staging import stage_rows
from importer.pipeline.workspace.custom_fields import known_fields

if TYPE_CHECKING:
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.run_context import RunContext


def stage_offline(context: RunContext, *, to_send: bool) -> tuple[RunContext, PreparedSheet]:
    """Take the person's answers, map the columns, and stage every row with what is known without the workspace.

    `to_send`: the bodies of the contacts are wanted. Raises CannotStart.
    """
    if context.job.settings.learn_options:
        context.job.hooks.warn(
            f"--learn-options: {context.record.command} does not ask the workspace, so it cannot learn them. "
            "Save them for it once with openphone-import map --learn-options."
        )
    custom_fields = known_fields(context.job)
    asked = SheetQuestions(context.table, custom_fields).settled(context.job)
    context = context.answered(asked.job, asked.questions)
    job = context.job
    sheet = with_questions(
        fit(job, context.table, custom_fields, columns=asked.columns, profile=False), context.questions
    )
    job.hooks.notify(Event("mapped", {"columns": describe(sheet.mapping, sheet.without_field)}))
    context.say_changed_columns(sheet)
    sheet, stager = stage_rows(
        job,
        context.as_whole_sheet(sheet),
        context.journal,
        context.record,
        context.statistics,
        draft_options(job, sheet),
        context.doubts,
        to_send=to_send,
    )
    recognise_people(
        context.journal,
        stager,
        sheet.policy,
        id_column=has_id_column(sheet.mapping),
        accept_new=job.settings.accept_new_rows,
        same_person=job.settings.same_person or "",
    )
    return context, sheet
