"""What a person has to decide about a sheet, for faces that ask by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.pipeline.reading.questions import SheetQuestions
from importer.pipeline.reading.source import open_source
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.custom_fields import fields_of, known_fields
from importer.pipeline.workspace.own_numbers import numbers_for
from importer.settings.model import READING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import Question
    from importer.pipeline.job import Job


@dataclass(slots=True)
class OpenQuestions:
    """The questions of one table: what was counted in it is kept while one answer leads to the next question."""

    sheet: SheetQuestions
    own_numbers: Sequence[str] = ()
    _raised: dict[str, tuple[Question, ...]] = field(default_factory=dict)

    def raised(self, job: Job) -> tuple[Question, ...]:
        """Return what is to be decided with the settings of `job`. Raises MappingError."""
        # Which country numbers are from is looked at under every country, which takes a second for a thousand.
        settings = job.settings.model_dump_json(include=set(READING))
        if settings not in self._raised:
            self._raised[settings] = self.sheet.raised(job, self.own_numbers, whole=True)
        return self._raised[settings]


async def open_questions(job: Job) -> OpenQuestions:
    """Open the sheet of `job` for its questions; with a key the workspace is read for what speaks for which answer.

    Raises CannotStart or Stopped.
    """
    table = open_source(job)
    if job.key is None and not job.settings.sandbox:
        return OpenQuestions(SheetQuestions(table, known_fields(job)))
    async with connect(job) as connection:
        asking = SheetQuestions(table, await fields_of(job, connection))
        opened = OpenQuestions(asking)
        if numbers := await numbers_for(opened.raised(job), connection):
            return OpenQuestions(asking, numbers)
        return opened


async def questions(job: Job) -> tuple[Question, ...]:
    """Return the questions that the sheet of `job` raises.

    Raises CannotStart or Stopped.
    """
    return (await open_questions(job)).raised(job)
