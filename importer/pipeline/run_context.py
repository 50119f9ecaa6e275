"""A command over one sheet, opened: what `run`, `plan`, `verify` and `check` have in common."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from importer.api.request import Traffic
from importer.delivery.journal import Journal
from importer.delivery.journal.presence import has_journal
from importer.delivery.journal.read_only import open_read_only
from importer.delivery.journal_place import SANDBOX_ADDRESS, DatabasePlace, offline_place
from importer.disk import make_folder
from importer.errors import JournalError
from importer.model import Severity
from importer.model.delivery import count_handed_back
from importer.pipeline.job import NOTHING_KEPT, KeptRows
from importer.pipeline.outputs.edited_files import columns_of_rejects_file, doubts_of_rejects_file
from importer.pipeline.outputs.folder import Outputs, previous_outputs
from importer.pipeline.outputs.page import PageContext
from importer.pipeline.outputs.run_record import kept_settings, new_run, sheet_of
from importer.pipeline.preflight.guards import check_age
from importer.pipeline.reading.changed_columns import changed_columns_note
from importer.pipeline.reading.column_evidence import read_as_before
from importer.pipeline.reading.corrections import NO_CORRECTIONS
from importer.pipeline.reading.doubts_of_rejects import NO_DOUBTS, DoubtsOfRejects
from importer.pipeline.reading.opened_sheet import open_sheet
from importer.pipeline.reading.questions import all_questions
from importer.pipeline.reading.recognition import is_rejects_file
from importer.pipeline.reading.source import open_source
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.pipeline.telemetry.statistics import RunStatistics
from importer.pipeline.workspace.connection import Connection, connect
from importer.report.findings import FindingCounter
from importer.report.summary import Summary

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from importer.delivery.journal import RunRecord
    from importer.delivery.journal_place import JournalPlace
    from importer.model import Question, SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.outputs.folder import PreviousOutputs
    from importer.pipeline.reading.corrections import Corrections
    from importer.pipeline.reading.doubts_of_rejects import HandedBackDoubt
    from importer.pipeline.reading.opened_sheet import OpenedSheet
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.telemetry.lifecycle import CommandLifecycle
    from importer.report.findings import Finding


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """One command over one sheet: the opened sheet, the journal, the output folder and what is recorded of it.

    `job` is the one to work with, since its events reach the log. `started` is a time of `time.monotonic`.
    """

    job: Job
    table: SourceTable
    journal: Journal
    record: RunRecord
    outputs: Outputs
    statistics: RunStatistics
    lifecycle: CommandLifecycle
    started: float
    corrections: Corrections = NO_CORRECTIONS
    questions: tuple[Question, ...] = ()
    """What is left for a person to decide about the sheet."""
    earlier_runs: tuple[RunRecord, ...] = ()
    """The runs of the folder before this command, oldest first."""
    doubts: DoubtsOfRejects = NO_DOUBTS
    """What was said of the rows of rejects when they were handed back."""
    holds_rejects: bool = False
    """Whether the sheet holds rejects of this folder."""

    def as_whole_sheet(self, sheet: PreparedSheet) -> PreparedSheet:
        """Return rejects as the whole sheet they come from was read, any other sheet as it is."""
        if self.holds_rejects:
            return read_as_before(sheet, self.earlier_runs)
        if is_rejects_file(sheet.mapping):
            return read_as_before(sheet, (), map(columns_of_rejects_file, _folders_of_rejects(self.job)))
        return sheet

    def answered(self, job: Job, questions: tuple[Question, ...]) -> Self:
        """Return the command with what a person answered, which its record keeps, and with the open questions."""
        return replace(self, job=job, record=replace(self.record, settings=kept_settings(job)), questions=questions)

    def say_changed_columns(self, sheet: PreparedSheet) -> None:
        """Say which columns are sent otherwise than by the last run of the folder."""
        if note := changed_columns_note(self.earlier_runs, sheet, self.job.settings):
            self.job.hooks.note(note)

    def open_questions(self, sheet: PreparedSheet, findings: Iterable[Finding]) -> tuple[Question, ...]:
        """Return what is left to decide, now that all rows were read."""
        return all_questions(self.job, sheet, self.questions, {finding.rule for finding in findings})

    def kept_rows(self) -> KeptRows:
        """Return what became of each row, if the job is that of a program which may ask."""
        if not self.job.keep_rows:
            return NOTHING_KEPT
        return KeptRows(tuple(self.journal.outcomes()), tuple(self.journal.problems()))

    def rest_of_sheet(self) -> str:
        """Return the sheet, as it was typed, whose other rows are not done yet, where all rejects of a run are done."""
        return self.sheet_of_rejects() if self.journal.part_is_done() else ""

    def sheet_of_rejects(self) -> str:
        """Return the sheet, as it was typed, that the rejects of a run come from; "" for a run of a sheet itself."""
        return sheet_of(self.record).typed if self.record.is_part else ""

    @property
    def traffic(self) -> Traffic:
        """The requests of this command so far."""
        return Traffic()

    @property
    def seconds(self) -> float:
        """How long this command has taken so far."""
        return round(time.monotonic() - self.started, 3)

    def summary(self, exit_code: int | None = None) -> Summary:
        """Return the command in figures, as the journal stands now.

        Without an `exit_code` it is 1 if rows are rejected or in conflict, else 0.
        """
        counts, traffic = self.journal.counts(), self.traffic
        if exit_code is None:
            exit_code = 1 if count_handed_back(counts) else 0
        return Summary(
            run_id=self.record.run_id,
            # Of rejects the figures are those of the sheet that they come from.
            file=sheet_of(self.record).shown if self.record.is_part else self.table.file,
            sheet=self.table.sheet,
            counts=counts,
            this_run={**self.journal.this_run(), "retried": traffic.retries},
            warnings=self.journal.warnings(),
            requests=traffic.requests,
            retries=traffic.retries,
            rate_limited=traffic.rate_limited,
            seconds=self.seconds,
            retirement=traffic.retirement,
            exit_code=exit_code,
            workspace=workspace.facts() if (workspace := self.journal.workspace) else None,
        )

    def page_context(self, sheet: PreparedSheet) -> PageContext:
        """Return what the page of this command is made of."""
        return PageContext(self.job, self.record, sheet, self.journal, self.statistics)


@dataclass(frozen=True, kw_only=True)
class ConnectedRun(RunContext):
    """A command that reads the workspace, or writes to it."""

    connection: Connection

    @property
    def traffic(self) -> Traffic:
        """The requests of this command so far."""
        return self.connection.api.traffic


@contextmanager
def opened_offline(job: Job, command: str) -> Iterator[RunContext]:
    """Open the sheet of `job` for a command that sends no request; its journal is in memory. Raises CannotStart."""
    with command_lifecycle(job, command) as lifecycle:
        job, started = lifecycle.job, time.monotonic()
        table = open_source(job)
        make_folder(job.out)
        with Journal.open(None, SANDBOX_ADDRESS, "") as journal:
            # What an earlier run knows of its sheet and rejects is read from its journal, which stays as it is.
            place = _readable_place(job)
            with open_read_only(place) if place is not None else nullcontext(journal) as memory:
                sheet = open_sheet(job, table, memory, partial(_doubts_handed_back, job))
                runs = memory.runs() if place is not None else None
                previous = previous_outputs(job.out, runs)
            context = _context(lifecycle, command, sheet, journal, previous, started)
            yield replace(context, earlier_runs=runs or ())


def _doubts_handed_back(job: Job) -> list[HandedBackDoubt]:
    """What was doubted of the latest rejects of the folder, and of the one that the file itself lies in."""
    return [doubt for folder in _folders_of_rejects(job) for doubt in doubts_of_rejects_file(folder)]


def _folders_of_rejects(job: Job) -> tuple[Path, ...]:
    return tuple(dict.fromkeys((Path(job.file).parent, job.out)))


def _readable_place(job: Job) -> JournalPlace | None:
    """The journal of earlier runs, if there is one; a database that cannot be used has none.

    The person has been told of that already: the settings that the journal remembers were looked for first.
    """
    place = offline_place(job.out)
    try:
        return place if place is not None and has_journal(place) else None
    except JournalError:
        if isinstance(place, DatabasePlace):
            return None
        raise


@asynccontextmanager
async def opened_run(
    job: Job,
    command: str,
    statistics: RunStatistics | None = None,
    *,
    copy_journal: bool = False,
    guard_age: bool = False,
) -> AsyncIterator[ConnectedRun]:
    """Open the sheet of `job`, its output folder, its workspace and its journal.

    `statistics`: those that hear of the requests too. `copy_journal`: work on a copy, so that the journal stays as it
    is. `guard_age`: `--newer-than` applies. Raises CannotStart.
    """
    with command_lifecycle(job, command, statistics.timeline if statistics else None) as lifecycle:
        job, started = lifecycle.job, time.monotonic()
        table = open_source(job)
        # Before the folder is made, so that an old file leaves nothing behind.
        if guard_age:
            check_age(job.settings, job.file)
        make_folder(job.out)
        async with connect(job) as connection:
            open_journal = Journal.copy if copy_journal else Journal.open
            with open_journal(job.journal, connection.address, connection.key.get_secret_value()) as journal:
                await connection.begin(journal)
                # Before this run is entered: after that it would itself be the latest run of the journal.
                runs = journal.runs()
                previous = previous_outputs(job.out, runs)
                sheet = open_sheet(job, table, journal, partial(_doubts_handed_back, job))
                run = _context(lifecycle, command, sheet, journal, previous, started, statistics)
                yield ConnectedRun(**vars(replace(run, earlier_runs=runs)), connection=connection)


def _context(
    lifecycle: CommandLifecycle,
    command: str,
    sheet: OpenedSheet,
    journal: Journal,
    previous: PreviousOutputs,
    started: float,
    statistics: RunStatistics | None = None,
) -> RunContext:
    # Only a run has a place for the rows that it does not read: the journal itself.
    part_of = sheet.part_of if command == "run" else None
    job, table = lifecycle.job, sheet.table
    record = new_run(command, job, table, part_of)
    lifecycle.begin(record.run_id)
    return RunContext(
        job=job,
        table=table,
        journal=journal,
        record=record,
        outputs=Outputs(
            job.out,
            job.file,
            record.run_id,
            previous,
            job.hooks.warn,
            worksheet=table.sheet,
            is_part=sheet.part_of is not None,
        ),
        statistics=statistics or RunStatistics(),
        lifecycle=lifecycle,
        started=started,
        corrections=sheet.corrections,
        doubts=sheet.doubts,
        holds_rejects=sheet.part_of is not None,
    )


def errors_and_questions(
    context: ConnectedRun, sheet: PreparedSheet
) -> tuple[tuple[Finding, ...], tuple[Question, ...]]:
    """Return what is to be corrected in a sheet, by rule, and what is still to be decided about it."""
    counter = FindingCounter(context.journal.row_names())
    for _ in counter.counting(context.journal.problems()):
        pass
    findings = counter.findings()
    errors = tuple(finding for finding in findings if finding.severity is Severity.ERROR)
    return errors, context.open_questions(sheet, findings)
