"""What a person has to decide about a sheet, for faces that ask by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.pipeline.reading.questions import SheetQuestions
from importer.pipeline.reading.sheet import open_source
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.custom_fields import fields_of, known_fields
from importer.pipeline.workspace.own_numbers import numbers_for

if TYPE_CHECKING:
    from importer.model import Question
    from importer.pipeline.job import Job


async def questions(job: Job) -> tuple[Question, ...]:
    """Return the questions that the sheet of `job` raises; with a key the workspace is read for what speaks for which.

    Raises CannotStart or Stopped.
    """
    table = open_source(job)
    if job.key is None and not job.settings.sandbox:
        return SheetQuestions(table, known_fields(job)).raised(job, whole=True)
    async with connect(job) as connection:
        asking = SheetQuestions(table, await fields_of(job, connection))
        return asking.raised(job, await numbers_for(asking.raised(job, whole=True), connection), whole=True)
