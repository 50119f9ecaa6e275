"""The questions that the sheet of a job raises, and a job with an answer in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer.errors import SettingsError
from importer.pipeline.reading.columns import map_columns
from importer.pipeline.reading.saved_answer import save_settings
from importer.pipeline.reading.sheet import samples_of
from importer.questions.asked_sheet import AskedSheet
from importer.questions.raising import raised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.model import CustomField, Question, SourceTable
    from importer.pipeline.job import Job

SAVED = "mapping.toml"


def sheet_questions(job: Job, table: SourceTable, custom_fields: Sequence[CustomField]) -> tuple[Question, ...]:
    """Return what a person has to decide about the sheet of `job`, each with a proposal; asks nothing itself.

    Raises MappingError.
    """
    samples = samples_of(table)
    columns = map_columns(job, table, custom_fields, samples, accept=job.settings.accept_changes, ask=False)
    return raised(AskedSheet(columns.named, samples, job.settings))


def with_answer(job: Job, question: Question, answer: str, *, save: bool = True) -> Job:
    """Return the job with an answer to a question: the value of one of its choices, or what a person typed instead.

    `save`: keep it in `mapping.toml`, so that no later command asks the question or decides it otherwise. Raises
    SettingsError for an answer that is none, OutputError or DiskFailed if it cannot be kept.
    """
    choice = question.choice(answer)
    given: Mapping[str, Any]
    if choice is not None:
        given = choice.settings
    elif question.typed == "map" and answer:
        given = {"map": {question.column_name: answer}}
    elif question.typed and answer:
        given = {question.typed: answer}
    else:
        values = ", ".join(choice.value for choice in question.choices)
        raise SettingsError(f"{answer!r} is no answer to: {question.text}", f"Answer one of {values}.")
    file = job.out / SAVED
    settings = job.settings.answered(given, str(file))
    if save and given:
        save_settings(file, given)
    return replace(job, settings=settings)
