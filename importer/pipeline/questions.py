"""What a person has to decide about a sheet, for faces that ask by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.pipeline.reading.questions import sheet_questions
from importer.pipeline.reading.sheet import open_source
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.custom_fields import fields_of, known_fields

if TYPE_CHECKING:
    from importer.model import Question
    from importer.pipeline.job import Job


async def questions(job: Job) -> tuple[Question, ...]:
    """Return the questions that the sheet of `job` raises; with a key the workspace is read for its custom fields.

    Raises CannotStart or Stopped.
    """
    table = open_source(job)
    if job.key is None and not job.settings.sandbox:
        return sheet_questions(job, table, known_fields(job))
    async with connect(job) as connection:
        custom_fields = await fields_of(job, connection)
    return sheet_questions(job, table, custom_fields)
