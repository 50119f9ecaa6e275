"""The questions that the sheet of a job raises: asked where a person is there, and a job with the answers in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from importer.clean.cells.country import alpha_2
from importer.clean.phone.number import knows_region
from importer.errors import CannotStart, MappingError, SettingsError
from importer.mapping.chosen.overrides import parse_assignment
from importer.mapping.suggest.header_key import loose_key
from importer.model import Problem, QuestionKind, Severity
from importer.model.folder_names import MAPPING_FILE
from importer.model.question import ABOUT_COUNTRY
from importer.pipeline.reading.columns import map_columns
from importer.pipeline.reading.saved_answer import save_settings
from importer.pipeline.reading.source import samples_of
from importer.pipeline.reading.two_lists import refuse_two_lists
from importer.questions.asked_sheet import AskedSheet, ColumnReader
from importer.questions.raising import raised

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from importer.model import CustomField, Question, SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.columns import MappedColumns
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.settings.model import Settings

_NAMES = "full_name"


@dataclass(frozen=True, slots=True)
class AskedJob:
    """A job with the answers that a person gave, the questions that are still open, and the columns as mapped then."""

    job: Job
    questions: tuple[Question, ...]
    columns: MappedColumns


class SheetQuestions:
    """The questions about one table; what was counted in it is kept while one answer leads to the next question."""

    def __init__(self, table: SourceTable, custom_fields: Sequence[CustomField]) -> None:
        self._table, self._custom_fields = table, custom_fields
        self._samples: list[list[str]] | None = None
        self._reader: ColumnReader | None = None
        self._mapped: tuple[Settings, MappedColumns] | None = None
        self._raised: tuple[tuple[Settings, tuple[str, ...], bool], tuple[Question, ...]] | None = None

    @property
    def table(self) -> SourceTable:
        """The table that is asked about."""
        return self._table

    @property
    def column_names(self) -> tuple[str, ...]:
        """What the columns of the table are called, as `--map` takes them; empty columns are left out."""
        names = self._table.names
        return tuple(name for position, name in enumerate(names) if position not in self._table.nothing)

    @property
    def custom_fields(self) -> tuple[CustomField, ...]:
        """The workspace's own fields, as far as they are known."""
        return tuple(self._custom_fields)

    def raised(self, job: Job, own_numbers: Sequence[str] = (), *, whole: bool = False) -> tuple[Question, ...]:
        """Return what is to be decided with the settings of `job`. `own_numbers`: the workspace's, in E.164.

        `whole`: read whole columns, also where the first rows raise no question. Raises MappingError.
        """
        key = (job.settings, tuple(own_numbers), whole)
        # A command looks at the questions before it asks for the workspace's numbers, which it may not need.
        if self._raised is not None and self._raised[0] == key:
            return self._raised[1]
        columns = self._columns(job)
        if self._reader is None:
            # No answer changes [values], so that the computed columns stay the same.
            values, chunks = columns.values, self._table.chunks
            self._reader = ColumnReader(lambda: (values.apply(chunk).chunk for chunk in chunks()))
        width = len(self._table.headers)
        questions = raised(AskedSheet(columns.mapping, width, job.settings, self._reader, tuple(own_numbers), whole))
        self._raised = (key, questions)
        return questions

    def settled(self, job: Job, own_numbers: Sequence[str] = ()) -> AskedJob:
        """Ask the person, if there is one, question by question, and return the job with the answers.

        Each answer is saved before the next question: a later run must not decide it otherwise. Raises MappingError
        while a question is open that must not be, SettingsError, OutputError, DiskFailed.
        """
        ask = job.hooks.ask if not job.settings.yes else None
        left_open: set[str] = set()
        command_job = job
        while True:
            # A person can wait for the whole sheet, and cannot be asked once its rows are taken.
            questions = self.raised(job, own_numbers, whole=ask is not None)
            question = next((question for question in questions if question.id not in left_open), None)
            if ask is None or question is None:
                break
            job = self._asked(job, question, left_open)
        if job.settings is not command_job.settings:
            job.hooks.note(f"Your answers are in {job.out / MAPPING_FILE}: delete a line there to be asked again.")
        _require(self._table, questions)
        return AskedJob(job, questions, self._columns(job))

    def _columns(self, job: Job) -> MappedColumns:
        """The columns as the settings of `job` map them, kept until there are others. Raises MappingError."""
        if self._samples is None:
            self._samples = samples_of(self._table)
        if self._mapped is None or self._mapped[0] != job.settings:
            accept = job.settings.accept_changes
            columns = map_columns(job, self._table, self._custom_fields, self._samples, accept=accept)
            # Before any question: with two lists side by side, an answer about names would be about two people.
            refuse_two_lists(self._table, columns.named, self._samples)
            self._mapped = (job.settings, columns)
        return self._mapped[1]

    def _asked(self, job: Job, question: Question, left_open: set[str]) -> Job:
        """The job with an answer to one question, asked again as long as the answer cannot be used."""
        assert job.hooks.ask is not None  # noqa: S101 - the caller has looked
        while True:
            answer = job.hooks.ask(question)
            if not answer:
                left_open.add(question.id)
                return job
            try:
                answered = with_answer(job, question, answer, save=False)
                # A field that does not exist, or that another column has, shows when the columns are mapped.
                self.raised(answered)
            except CannotStart as error:
                job.hooks.warn(f"{error.message} {_what_to_type(question) or error.next_step}")
                continue
            if not answered_settings(question, answer):
                left_open.add(question.id)
                return job
            return with_answer(job, question, answer)


def with_answer(job: Job, question: Question, answer: str, *, save: bool = True) -> Job:
    """Return the job with an answer to a question: the value of one of its choices, or what a person typed instead.

    `save`: keep it in `mapping.toml`, so that no later command asks the question or decides it otherwise. Raises
    SettingsError or MappingError for an answer that is none, OutputError or DiskFailed if it cannot be kept.
    """
    answered, file = answered_settings(question, answer), job.out / MAPPING_FILE
    settings = job.settings.answered(answered, str(file))
    if save and answered:
        save_settings(file, answered)
    return replace(job, settings=settings)


def answered_settings(question: Question, answer: str) -> Mapping[str, Any]:
    """Return the options that an answer means, none where it leaves things open.

    Raises SettingsError or MappingError for an answer that is none.
    """
    choice = question.choice(answer)
    if choice is not None:
        return choice.settings
    if question.typed == "map" and answer:
        if question.column_name:
            return {"map": {question.column_name: answer}}
        if "=" in answer:
            column, field = parse_assignment(answer)
            return {"map": {column: field}}
        # The name of a column is enough: what it would hold stands beside it, of others it is the whole name.
        # The first choice that names it: the last one leaves all of the columns out.
        by_name = (
            choice
            for choice in question.choices
            for column in choice.settings.get("map", ())
            if loose_key(column) == loose_key(answer)
        )
        choice = next(by_name, None)
        return choice.settings if choice is not None else {"map": {answer: _NAMES}}
    if question.typed == "region" and answer:
        code = alpha_2(answer) or answer.strip().upper()
        if not knows_region(code):
            raise SettingsError(
                f"{answer!r} is not a country.", "Give its name, or its code of two letters, such as US, GB or DE."
            )
        return {"region": code}
    values = ", ".join(choice.value for choice in question.choices)
    raise SettingsError(f"{answer!r} is not an answer to: {question.text}", f"Answer one of {values}.")


def _what_to_type(question: Question) -> str:
    """What a person can type at a question, in plain words; "" where the error says it better."""
    numbers = f"Type a number from 1 to {len(question.choices)}" if len(question.choices) > 1 else "Type 1"
    if question.typed == "region":
        return ""
    if question.typed != "map":
        return f"{numbers}."
    noun = "the name of a field, such as phone or company" if question.column_name else "the name of a column"
    return f"{numbers}, or {noun}."


def with_questions(sheet: PreparedSheet, questions: Sequence[Question]) -> PreparedSheet:
    """Return the sheet with a warning for each open question, in place of what else would be said of its column."""
    asked = {question.column for question in questions if question.kind is not QuestionKind.COLUMN}
    problems = [
        Problem(
            None,
            question.column_name or None,
            "",
            question.rule,
            Severity.WARNING,
            f"To decide: {question.text} {question.evidence} "
            + "; ".join(f"{choice.label}: {choice.option}" for choice in question.choices if choice.option)
            + ".",
            question.column,
        )
        for question in questions
        if question.rule.partition("-")[0] == "decide"
    ]
    other_questions = [
        problem for problem in sheet.problems if not (problem.rule == "column-unmapped" and problem.position in asked)
    ]
    return replace(sheet, problems=(*problems, *other_questions))


def all_questions(
    job: Job, sheet: PreparedSheet, questions: tuple[Question, ...], rules: Collection[str]
) -> tuple[Question, ...]:
    """Return the open questions, and the country's too if it showed only when all rows were read.

    `rules`: those of the problems that were found.
    """
    if "phone-no-country" not in rules or any(question.kind in ABOUT_COUNTRY for question in questions):
        return questions
    raised_now = SheetQuestions(sheet.table, sheet.custom_fields).raised(job, whole=True)
    return (*questions, *(question for question in raised_now if question.kind in ABOUT_COUNTRY))


def _require(table: SourceTable, questions: Sequence[Question]) -> None:
    """Raise MappingError if a question is open without which nothing may be read."""
    required = [question for question in questions if question.required]
    if not required:
        return
    other_questions = [
        question for question in questions if not question.required and question.kind is not QuestionKind.COLUMN
    ]
    options = [choice.option for choice in required[0].choices]
    named = " or ".join(options[:-1])
    also = "".join(
        f" Also to decide: {question.text} {' or '.join(filter(None, (choice.option for choice in question.choices)))}."
        for question in other_questions
    )
    raise MappingError(
        f"{table.file}: no column is sent as a name or a company, so the contacts would have no name. "
        f"{required[0].text}",
        f"Name it and run again: {named}. To import contacts without a name: {options[-1]}.{also}",
    )
