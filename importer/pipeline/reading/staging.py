"""Every row of a sheet becomes a step in the journal: to deliver, or already decided."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, repeat
from typing import TYPE_CHECKING

from importer.delivery.journal import RowStep
from importer.errors import Interrupted
from importer.mapping.contacts.chunk_columns import point_columns
from importer.mapping.contacts.draft import DraftOptions, drafts, drafts_without_bodies, external_ids
from importer.mapping.derived.apply import at_sources, emptied
from importer.model import Event, Problem, Severity, Status
from importer.pipeline.fitness import Fitness
from importer.pipeline.reading.match_rules import Clearing, policy_for
from importer.pipeline.reading.shared_numbers import SharedNumbers
from importer.pipeline.reading.user_schema import RawCheck
from importer.plan import decide_all
from importer.spreadsheet.rejects.rejects import keep
from importer.validate import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.model import ContactDraft, NormalisedChunk, SourceChunk, SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.telemetry.statistics import RunStatistics

Found = dict[int, list[Problem]]


class _Hasty(Exception):
    """Rows further down decide how a column is to be read: those before them were cleaned too early."""


def stage(
    job: Job,
    sheet: PreparedSheet,
    journal: Journal,
    begin: Callable[[PreparedSheet], RunStatistics],
    users: Mapping[str, str] | None = None,
    created_by: str = "",
    *,
    to_send: bool = True,
) -> PreparedSheet:
    """Take every row of the sheet through cleaning, validation and drafting into the journal, a chunk at a time.

    `begin` makes the journal forget rows of before, and gives what is to see every chunk and every good draft; where
    whole columns have to be looked at after all, it is called again. `to_send`: will anything be sent, so that its
    bodies are needed? Returns the sheet as its rows were read.

    Raises Interrupted where the person asked to stop meanwhile (nothing has been sent then), SchemaError, DiskFailed.
    """
    people = (users or {}, created_by)
    if not sheet.looked_over and sheet.decides_early():
        sheet = sheet.look_over()
    try:
        _Staging(job, sheet, journal, begin(sheet), people, to_send=to_send).run()
    except _Hasty:
        sheet = sheet.look_over()
        _Staging(job, sheet, journal, begin(sheet), people, to_send=to_send).run()
    return sheet


class _Staging:
    """One pass over the rows of a sheet."""

    def __init__(
        self,
        job: Job,
        sheet: PreparedSheet,
        journal: Journal,
        watch: RunStatistics,
        people: tuple[Mapping[str, str], str],
        *,
        to_send: bool,
    ) -> None:
        self._job, self._sheet, self._journal, self._watch, self._to_send = job, sheet, journal, watch, to_send
        self._options = _draft_options(job, sheet, *people)
        self._raw, self._clearing = RawCheck(sheet), Clearing(sheet, policy_for(job, sheet))
        self._fitness, self._shared = Fitness(sheet), SharedNumbers()
        self._profile = None if sheet.looked_over else sheet.profile()

    def run(self) -> None:
        """Stage all rows."""
        job, rows = self._job, 0
        self._journal.add_problems(self._sheet.problems)
        for chunk in self._sheet.table.chunks():
            if job.hooks.stop.is_set():
                raise Interrupted.before_sending()
            steps, problems = self._steps(chunk)
            self._watch.rows(chunk)
            self._journal.stage(steps, problems, to_send=self._to_send)
            rows += len(steps)
            job.hooks.notify(Event("reading", {"rows": rows}))
            # Else this chunk would still be held while the next one is made.
            del chunk, steps, problems
        if self._profile is not None:
            self._journal.add_problems(at_sources(self._sheet.values, self._profile.problems()))
        self._journal.add_problems(self._fitness.problems())
        self._journal.add_problems(self._shared.problems())
        if not rows:
            self._say_empty()

    def _say_empty(self) -> None:
        text = f"{self._sheet.table.file}: the sheet has a header and no rows."
        problem = Problem(None, None, "", "no-rows", Severity.WARNING, f"{text} Nothing to import.")
        self._journal.add_problems([problem])
        self._job.hooks.note(text, warning=True)

    def _steps(self, chunk: SourceChunk) -> tuple[list[RowStep], list[Problem]]:
        """The steps of a chunk in row order, and the problems of its rows."""
        sheet, applied = self._sheet, self._sheet.values.apply(chunk)
        chunk = applied.chunk
        self._look_at(chunk)
        normalised = sheet.clean(chunk)
        if applied.alone:
            normalised = emptied(normalised, applied, sheet.clean)
        made, drafting = self._drafts(normalised)
        found = self._found(chunk, normalised, drafting)
        rejected = {row for row, problems in found.items() if any(one.severity is Severity.ERROR for one in problems)}
        good = [draft for draft in made if draft.row not in rejected]
        steps = self._decided(good, found)
        self._look_at_phones(normalised, rejected, steps, found)
        steps += _rejections(chunk, normalised, self._options, rejected, found)
        _keep(sheet.table, chunk, steps)
        for problem in chunk.skipped:
            found[problem.row or 0].append(problem)
            steps.append(RowStep(problem.row or 0, "", Status.SKIPPED, detail=problem.message))
        steps.sort(key=lambda step: step.row)
        return steps, [problem for row in sorted(found) for problem in found[row]]

    def _look_at(self, chunk: SourceChunk) -> None:
        if self._profile is not None:
            self._profile.feed(chunk)
            if self._profile.decides:
                raise _Hasty

    def _drafts(self, chunk: NormalisedChunk) -> tuple[list[ContactDraft], list[Problem]]:
        """The contact of every row, and the problems of making them."""
        if not self._to_send and not self._clearing.needed:
            return drafts_without_bodies(chunk, self._options)
        made = list(drafts(chunk, self._options))
        return [draft for draft, _ in made], [problem for _, problems in made for problem in problems]

    def _look_at_phones(
        self, chunk: NormalisedChunk, rejected: Container[int], steps: Iterable[RowStep], found: Found
    ) -> None:
        """Take the numbers of good rows into account; rows that have none come to what was `found`."""
        columns = [values for values, _ in point_columns(chunk, "phone")]
        numbers = [
            (number, row)
            for values in columns
            for number, row in zip(values, chunk.rows, strict=True)
            if number and row not in rejected
        ]
        self._watch.numbers(number for number, _ in numbers)
        for problem in _invisible(chunk, columns, rejected):
            found[problem.row or 0].append(problem)
        repeats = {step.row for step in steps if step.status is Status.DUPLICATE}
        self._shared.feed([pair for pair in numbers if pair[1] not in repeats] if repeats else numbers)

    def _found(self, chunk: SourceChunk, normalised: NormalisedChunk, drafting: Iterable[Problem]) -> Found:
        """What there is to say of the rows of a chunk, by row."""
        sheet = self._sheet
        ours = validate(normalised, sheet.schema, sheet.mapping)
        cleaning, checked, drafted = (at_sources(sheet.values, one) for one in (normalised.problems, ours, drafting))
        fitness = self._fitness.feed(chunk, normalised)
        return _by_row(chunk.problems, cleaning, self._raw.problems(chunk), checked, drafted, fitness)

    def _decided(self, good: list[ContactDraft], found: Found) -> list[RowStep]:
        """The steps of good rows, of which so much was `found`."""
        journal, clearing = self._journal, self._clearing
        good, clears = clearing.apply(good, found)
        ids = [draft.external_id for draft in good]
        trusting = self._job.settings.trust_journal
        decided = decide_all(good, journal.seen(ids), journal.known(ids), clearing.policy, trusting=trusting)
        return [step._replace(clears=clears.get(step.row, ())) for step in decided] if clears else decided


def _draft_options(job: Job, sheet: PreparedSheet, users: Mapping[str, str], created_by: str) -> DraftOptions:
    return DraftOptions(
        source=job.settings.source,
        id_prefix=job.settings.id_prefix,
        region=job.settings.region,
        custom_fields=sheet.custom_fields,
        users=users,
        default_created_by=created_by,
        mapping=sheet.mapping,
        bad_cells=job.settings.bad_cells,
    )


def _keep(table: SourceTable, chunk: SourceChunk, steps: Iterable[RowStep]) -> None:
    """Keep the rows that will be handed back, so that they need not be looked for in the file."""
    back = {step.row for step in steps if step.status in (Status.REJECTED, Status.CONFLICT)}
    if back:
        rows = zip(chunk.rows, chunk.originals, strict=True)
        keep(table, {row: cells for row, cells in rows if row in back})


def _by_row(*stages: Iterable[Problem]) -> Found:
    """What the stages say of the rows of a chunk, by row, in the order of the stages."""
    found: Found = defaultdict(list)
    for problem in chain.from_iterable(stages):
        found[problem.row or 0].append(problem)
    return found


def _rejections(
    chunk: SourceChunk, normalised: NormalisedChunk, options: DraftOptions, rejected: set[int], found: Found
) -> list[RowStep]:
    """The rows with an error, under the identity they keep when they are fed in again."""
    if not rejected:
        return []
    originals = {row: cells for row, cells in zip(chunk.rows, chunk.originals, strict=True) if row in rejected}
    ids = external_ids(normalised.only(originals), options, originals)
    return [
        RowStep(row, external_id, Status.REJECTED, detail=_first_error(found[row]))
        for row, external_id in zip(originals, ids, strict=True)
    ]


def _first_error(problems: list[Problem]) -> str:
    return next(one.message for one in problems if one.severity is Severity.ERROR)


def _invisible(chunk: NormalisedChunk, phones: Sequence[Sequence[str]], rejected: Container[int]) -> Iterator[Problem]:
    """A contact made through the API shows in the app only beside a conversation with one of its numbers."""
    text = "The contact has no phone number, so nobody will see it in the app. Add a number if it should be seen."
    for row, numbers in zip(chunk.rows, zip(*phones, strict=True) if phones else repeat(()), strict=False):
        if not any(numbers) and row not in rejected:
            yield Problem(row, None, "", "no-phone", Severity.WARNING, text)
