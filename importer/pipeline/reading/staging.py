"""Every row of a sheet becomes a step in the journal: to deliver, or already decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from itertools import chain, compress, repeat
from operator import attrgetter
from typing import TYPE_CHECKING

from importer.delivery.journal import RowStep
from importer.errors import Interrupted
from importer.mapping.contacts.draft import draft_problems, drafts, drafts_without_bodies, external_ids
from importer.mapping.contacts.type_check import OptionChecks, TypeChecks
from importer.mapping.derived.apply import at_sources
from importer.model import MAYBE_HEADING, Event, Problem, Severity, Status
from importer.model.delivery import HANDED_BACK
from importer.model.made_ids import is_digest_id
from importer.pipeline.reading.column_evidence import decisions_as_facts
from importer.pipeline.reading.doubts_of_rejects import NO_DOUBTS, DoubtsOfRejects, same_notes
from importer.pipeline.reading.draft_options import draft_options
from importer.pipeline.reading.first_rows import FirstRows
from importer.pipeline.reading.incomplete_rows import incomplete_rows
from importer.pipeline.reading.left_out_jobs import LeftOutJobs
from importer.pipeline.reading.left_out_rows import note_left_out_rows
from importer.pipeline.reading.match_rules import Clearing
from importer.pipeline.reading.people_stager import PeopleStager
from importer.pipeline.reading.phone_problems import PhoneProblems
from importer.pipeline.reading.sheet import record_with_sheet
from importer.pipeline.reading.unchanged_rows import UnchangedRowStager
from importer.pipeline.reading.user_schema import RawCheck
from importer.plan import decide_all
from importer.spreadsheet.rejects.rejects import keep
from importer.validate.contacts import ContactValidation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from importer.delivery.journal import Journal, RunRecord
    from importer.mapping.contacts.draft import DraftOptions
    from importer.mapping.derived.apply import DerivedChunk
    from importer.model import ContactDraft, NormalisedChunk, SourceChunk
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.telemetry.statistics import RunStatistics

ProblemsByRow = dict[int, list[Problem]]


def stage_rows(
    job: Job,
    sheet: PreparedSheet,
    journal: Journal,
    record: RunRecord,
    statistics: RunStatistics,
    options: DraftOptions,
    doubts: DoubtsOfRejects = NO_DOUBTS,
    *,
    to_send: bool = True,
) -> tuple[PreparedSheet, PeopleStager]:
    """Take every row through cleaning, validation and drafting into the journal, a chunk at a time.

    The journal forgets the rows of earlier runs and enters `record`. `to_send`: will contacts be sent, so that their
    bodies are needed? Returns the sheet as its rows were read, and by what the rows are known.
    Raises Interrupted if the person asked to stop (nothing has been sent then), SchemaError, DiskFailed.
    """
    if not sheet.columns_profiled:
        sheet = sheet.profile_first_rows()
    with ContactValidation(sheet.custom_fields) as validation:
        while True:
            journal.begin(record_with_sheet(record, sheet, **decisions_as_facts(sheet)))
            stager = _Stager(job, sheet, journal, statistics, options, doubts, validation, to_send=to_send)
            # In a folder that knows no contact no row is as it was, and only a run keeps what the next one asks.
            if not record.is_part and (stager.people.knows_people or record.command != "plan"):
                stager.look_for_unchanged_rows()
            if _stage_chunks(job, sheet, journal, statistics, stager, to_send=to_send):
                return sheet, stager.people
            # A chunk decides otherwise how the cells of a column are read, and the chunks before it were read without
            # knowing that. So the whole columns are read first, then all rows again with what was learned.
            sheet = sheet.profile_columns()


def _stage_chunks(
    job: Job, sheet: PreparedSheet, journal: Journal, statistics: RunStatistics, stager: _Stager, *, to_send: bool
) -> bool:
    """Stage all rows; False as soon as a chunk decides otherwise how the cells of a column are read."""
    journal.name_rows(sheet.table.row_names)
    journal.add_problems(sheet.problems)
    statistics.forget_rows()
    profile = None if sheet.columns_profiled else sheet.profile()
    rows = 0
    for chunk in sheet.table.chunks():
        if job.hooks.stop.is_set():
            raise Interrupted.before_sending()
        derived = sheet.values.apply(chunk)
        if profile is not None:
            profile.feed(derived.chunk)
            if profile.decisions() != sheet.decisions:
                return False
        steps, problems = stager.steps(derived)
        rows += len(steps) + len(stager.unchanged)
        statistics.add_rows(chunk)
        journal.enter_part(step.row for step in steps)
        journal.stage(steps, problems, to_send=to_send, with_first=stager.asks_journal)
        job.hooks.notify(Event("reading", {"rows": rows}))
        # Or else this chunk would still be in memory while the next one is made.
        del chunk, derived, steps, problems
    journal.close_questions()
    if profile is not None:
        journal.add_problems(at_sources(sheet.values, profile.problems()))
    journal.add_problems(stager.problems_of_columns())
    if not rows:
        text = f"{sheet.table.file}: the sheet has a header and no rows."
        journal.add_problems([Problem(None, None, "", "no-rows", Severity.WARNING, f"{text} Nothing to import.")])
        job.hooks.warn(text)
    return True


def judge_rows(
    job: Job, sheet: PreparedSheet, chunk: SourceChunk, journal: Journal, statistics: RunStatistics
) -> tuple[list[RowStep], list[Problem]]:
    """Take the rows of `chunk` through the same steps, each by itself, and return what becomes of them.

    `journal` is a temporary one: nothing is kept of them, and whether they repeat other rows is not known.
    """
    options = draft_options(job, sheet)
    with ContactValidation(sheet.custom_fields) as validation:
        stager = _Stager(job, sheet, journal, statistics, options, NO_DOUBTS, validation, to_send=False)
        return stager.steps(sheet.values.apply(chunk))


class _Stager:
    """Makes the steps of the rows of one sheet, and gathers what shows only in whole columns."""

    def __init__(
        self,
        job: Job,
        sheet: PreparedSheet,
        journal: Journal,
        statistics: RunStatistics,
        options: DraftOptions,
        doubts: DoubtsOfRejects,
        validation: ContactValidation,
        *,
        to_send: bool,
    ) -> None:
        self._sheet, self._journal, self._options = sheet, journal, options
        self._clearing = Clearing(sheet)
        self._doubts, self._validation = doubts, validation
        self._trusting = job.settings.trust_journal
        # Only a body shows which fields an empty cell clears.
        self._needs_bodies = to_send or self._clearing.needed
        # The digests of drafts without bodies are marks; the first rows of these are found without the journal.
        self._first_rows = None if self._needs_bodies else FirstRows()
        joins = job.settings.same_person == "join"
        self.people = PeopleStager(sheet.table, journal, options.source, to_send=to_send, joins=joins)
        self._user_schema, self._phones = RawCheck(sheet), PhoneProblems(statistics, sheet.mapping)
        self._types, self._field_options = TypeChecks(sheet.mapping), OptionChecks(sheet.mapping, sheet.options)
        self._jobs = LeftOutJobs(sheet, is_whole=job.settings.limit is None)
        self._unchanged: UnchangedRowStager | None = None
        self._counts = Counter[str]()
        self.unchanged: set[int] = set()
        """The rows of the last chunk that the journal has as they are: they need no steps."""

    def look_for_unchanged_rows(self) -> None:
        """From now on store rows that are as the journal knows them without making their contacts.

        Not where something else may be wanted of these: which fields they clear, or a look at their contacts.
        """
        joined = self.people.may_be_joined
        if self._needs_bodies and self._trusting and not self._clearing.needed and joined is not None:
            headers, policy = self._sheet.table.headers, self._clearing.policy
            self._unchanged = UnchangedRowStager(self._journal, headers, self._options, policy, joined)

    @property
    def asks_journal(self) -> bool:
        """Whether the first row of an id is looked up in the journal."""
        return self._first_rows is None

    def steps(self, derived: DerivedChunk) -> tuple[list[RowStep], list[Problem]]:
        """Return the steps of a chunk, and the problems of its rows, in row order."""
        sheet, chunk = self._sheet, derived.chunk
        normalised = sheet.clean(derived)
        # The problems of each row, in the order of the stages; files list them so.
        problems: ProblemsByRow = defaultdict(list)
        # Good rows are decided by what the journal knows of their contacts.
        errors: dict[int, str] = {}
        self._types.feed(chunk, normalised)
        for problem in chain(
            self.people.without_doubt_of_contacts(chunk),
            same_notes(chunk, normalised, self.people.own_cells, self._doubts.notes),
            at_sources(sheet.values, normalised.problems),
            self._user_schema.problems(chunk),
            incomplete_rows(chunk, normalised, sheet.mapping, self._doubts.went_on),
            at_sources(sheet.values, self._validation.problems(normalised, sheet.mapping)),
            at_sources(sheet.values, chain(*draft_problems(normalised, self._options).values())),
            at_sources(sheet.values, self._field_options.near_misses(normalised)),
        ):
            listed = problems[problem.row or 0]
            # A note is handed back, so that its text became no name.
            if problem.rule != "name-not-split" or all(other.rule != MAYBE_HEADING for other in listed):
                listed.append(problem)
            if problem.severity is Severity.ERROR:
                errors.setdefault(problem.row or 0, problem.message)
        rejected = errors.keys()
        good, hashes = self._good_drafts(chunk, normalised, rejected)
        good, clears = self._clearing.apply(good, problems)
        ids, journal = [draft.external_id for draft in good], self._journal
        seen = journal.seen(ids) if self._first_rows is None else self._first_rows.seen(ids)
        steps = decide_all(good, seen, journal.known(ids), self._clearing.policy, hashes, trusting=self._trusting)
        if self._first_rows is not None:
            self._first_rows.feed(steps)
        if clears:
            steps = [step._replace(clears=clears.get(step.row, ())) for step in steps]

        self._phones.add_problems(normalised, rejected, steps, problems)
        steps += _rejections(chunk, normalised, self._options, self.people.own_cells, errors)
        self.people.feed(chunk, normalised, good, steps, self.unchanged)
        self._jobs.feed(chunk)
        note_left_out_rows(sheet, self._options, self.people, chunk.left_out)

        # The cells of rows that will be handed back are kept, so that the file is not searched for them. Among rows
        # that are unchanged, any other may be: whether it is asked about shows only when all rows are compared.
        self._counts.update(changed=len(steps), unchanged=len(self.unchanged))
        is_rare = self._counts["changed"] * 10 < self._counts["unchanged"]
        if kept := {step.row for step in steps if is_rare or step.status in HANDED_BACK}:
            originals = zip(chunk.rows, chunk.originals, strict=True)
            keep(self._sheet.table, {row: cells for row, cells in originals if row in kept})
        # Rows that the reading left out.
        for problem in chunk.skipped:
            problems[problem.row or 0].append(problem)
            steps.append(RowStep(problem.row or 0, "", Status.SKIPPED, detail=problem.message))
        steps.sort(key=attrgetter("row"))
        return steps, [problem for row in sorted(problems) for problem in problems[row]]

    def _good_drafts(
        self, chunk: SourceChunk, normalised: NormalisedChunk, rejected: Collection[int]
    ) -> tuple[list[ContactDraft], Mapping[int, int]]:
        """Return the contacts of good rows that are not unchanged, and hashes of the raw cells of all rows."""
        # `check` needs no bodies, which take time to make.
        if not self._needs_bodies:
            contacts = drafts_without_bodies(normalised, self._options)
            good = [draft for draft in contacts if draft.row not in rejected] if rejected else contacts
            ids = [draft.external_id for draft in good]
            return good, self._hashes(chunk, ids)
        ids, rows = external_ids(normalised, self._options), normalised.rows
        hashes = self._hashes(chunk, ids)
        if self._unchanged is not None:
            self.unchanged = self._unchanged.stage(chunk, normalised, ids, rejected, hashes)
        if rejected or self.unchanged:
            is_made = [row not in rejected and row not in self.unchanged for row in rows]
            normalised = normalised.only(set(compress(rows, is_made)))
            ids = list(compress(ids, is_made))
        return [draft for draft, _ in drafts(normalised, self._options, ids)], hashes

    def _hashes(self, chunk: SourceChunk, external_ids: Iterable[str]) -> Mapping[int, int]:
        # Cells tell only repeats of people apart who are known by their names and numbers alone.
        return self.people.cell_hashes(chunk) if any(map(is_digest_id, external_ids)) else {}

    def problems_of_columns(self) -> Iterator[Problem]:
        """Give the problems that show only when all rows were seen; there may be one in every row."""
        yield from at_sources(self._sheet.values, (*self._types.problems(), *self._field_options.problems()))
        yield from chain(self._phones.shared_numbers(), self._jobs.problems())


def _rejections(
    chunk: SourceChunk,
    normalised: NormalisedChunk,
    options: DraftOptions,
    own_cells: Callable[[Sequence[str]], Sequence[str]],
    errors: Mapping[int, str],
) -> list[RowStep]:
    """The rows with an error (the first of each is given), with the id that a row keeps when it is corrected."""
    if not errors:
        return []
    originals = {row: own_cells(cells) for row, cells in zip(chunk.rows, chunk.originals, strict=True) if row in errors}
    ids = external_ids(normalised.only(originals), options, originals)
    details = [errors[row] for row in originals]
    _, _, status, action, _, *rest = RowStep(0, "", Status.REJECTED)
    # Calling the class takes three times as long, and every row of a sheet may be rejected.
    new = partial(tuple.__new__, RowStep)
    same = map(repeat, (status, action)), map(repeat, rest)
    return list(map(new, zip(originals, ids, *same[0], details, *same[1], strict=False)))
