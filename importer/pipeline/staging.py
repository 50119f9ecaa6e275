"""Every row of a sheet becomes a step in the journal: to deliver, or already decided."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from importer.delivery.journal import Staged
from importer.errors import Interrupted
from importer.mapping.draft import DraftOptions, drafts, external_ids
from importer.mapping.values import emptied, spoken_all
from importer.model import Event, Problem, Severity, Status
from importer.pipeline.fitness import Fitness
from importer.pipeline.raw import RawCheck
from importer.pipeline.rules import Clearing, policy_for
from importer.plan import decide_all
from importer.validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from importer.delivery.journal import Journal
    from importer.model import ContactDraft, NormalisedChunk, SourceChunk
    from importer.pipeline.job import Job
    from importer.pipeline.sheet import Sheet
    from importer.pipeline.watch import Watch

Found = dict[int, list[Problem]]


def stage(
    job: Job,
    sheet: Sheet,
    journal: Journal,
    users: Mapping[str, str],
    created_by: str = "",
    watch: Watch | None = None,
    *,
    to_send: bool = True,
) -> None:
    """Take every row of the sheet through cleaning, validation and drafting into the journal, a chunk at a time.

    `watch` sees every chunk and every good draft. `to_send`: will anything be sent, so that its bodies are needed?

    Raises Interrupted where the person asked to stop meanwhile (nothing has been sent then), SchemaError, DiskFailed.
    """
    settings = job.settings
    options = DraftOptions(
        source=settings.source,
        id_prefix=settings.id_prefix,
        region=settings.region,
        custom_fields=sheet.custom_fields,
        users=users,
        default_created_by=created_by,
        mapping=sheet.mapping,
        bad_cells=settings.bad_cells,
    )
    journal.add_problems(sheet.problems)
    raw, clearing, rows = RawCheck(sheet), Clearing(sheet, policy_for(job, sheet)), 0
    fitness = Fitness(sheet)
    for chunk in sheet.table.chunks():
        if job.hooks.stop.is_set():
            raise Interrupted("Stopped before anything was sent.", "Run the same command again.")
        steps, problems = _steps(job, sheet, journal, chunk, options, raw, clearing, fitness, watch)
        if watch is not None:
            watch.rows(chunk)
        journal.stage(steps, problems, to_send=to_send)
        rows += len(steps)
        job.hooks.notify(Event("reading", {"rows": rows}))
        # Else this chunk would still be held while the next one is made.
        del chunk, steps, problems
    journal.add_problems(fitness.problems())
    if not rows:
        text = f"{sheet.table.file}: the sheet has a header and no rows."
        journal.add_problems([Problem(None, None, "", "no-rows", Severity.WARNING, f"{text} Nothing to import.")])
        job.hooks.note(text, warning=True)


def _steps(
    job: Job,
    sheet: Sheet,
    journal: Journal,
    chunk: SourceChunk,
    options: DraftOptions,
    raw: RawCheck,
    clearing: Clearing,
    fitness: Fitness,
    watch: Watch | None,
) -> tuple[list[Staged], list[Problem]]:
    """The steps of a chunk in row order, and the problems of its rows."""
    applied = sheet.values.apply(chunk)
    chunk = applied.chunk
    normalised = sheet.clean(chunk)
    if applied.alone:
        normalised = emptied(normalised, applied, sheet.clean)
    made = list(drafts(normalised, options))
    drafting = [problem for _, problems in made for problem in problems]
    ours = validate(normalised, sheet.schema, sheet.mapping)
    cleaning, checked, drafted = (spoken_all(sheet.values, one) for one in (normalised.problems, ours, drafting))
    found = _by_row(chunk.problems, cleaning, raw.problems(chunk), checked, drafted, fitness.feed(chunk, normalised))
    rejected = {row for row, problems in found.items() if any(one.severity is Severity.ERROR for one in problems)}
    good = [draft for draft, _ in made if draft.row not in rejected]
    if watch is not None:
        watch.drafts(good)
    good, clears = clearing.apply(good, found)
    ids = [draft.external_id for draft in good]
    decided = decide_all(
        good, journal.seen(ids), journal.known(ids), clearing.policy, trusting=job.settings.trust_journal
    )
    steps = [replace(step, clears=clears.get(step.row, ())) for step in decided] if clears else decided
    for problem in (*_invisible(good), *_shared_phones(journal, good, steps)):
        found[problem.row or 0].append(problem)
    steps += _rejections(chunk, normalised, options, rejected, found)
    for problem in chunk.skipped:
        found[problem.row or 0].append(problem)
        steps.append(Staged(problem.row or 0, "", Status.SKIPPED, detail=problem.message))
    steps.sort(key=lambda step: step.row)
    return steps, [problem for row in sorted(found) for problem in found[row]]


def _by_row(*stages: Iterable[Problem]) -> Found:
    """What the stages say of the rows of a chunk, by row, in the order of the stages."""
    found: Found = defaultdict(list)
    for problem in chain.from_iterable(stages):
        found[problem.row or 0].append(problem)
    return found


def _rejections(
    chunk: SourceChunk, normalised: NormalisedChunk, options: DraftOptions, rejected: set[int], found: Found
) -> list[Staged]:
    """The rows with an error, under the identity they keep when they are fed in again."""
    if not rejected:
        return []
    rows = chunk.cells.index.tolist()
    originals = {row: cells for row, cells in zip(rows, chunk.originals, strict=True) if row in rejected}
    theirs = replace(normalised, frame=normalised.frame.loc[list(originals)])
    ids = external_ids(theirs, options, originals)
    return [
        Staged(row, external_id, Status.REJECTED, detail=_first_error(found[row]))
        for row, external_id in zip(originals, ids, strict=True)
    ]


def _first_error(problems: list[Problem]) -> str:
    return next(one.message for one in problems if one.severity is Severity.ERROR)


def _invisible(good: Iterable[ContactDraft]) -> Iterator[Problem]:
    """A contact made through the API shows in the app only beside a conversation with one of its numbers."""
    for draft in good:
        if not draft.body["defaultFields"].get("phoneNumbers"):
            yield Problem(
                draft.row,
                None,
                "",
                "no-phone",
                Severity.WARNING,
                "The contact has no phone number, so nobody will see it in the app. Add a number if it should be seen.",
            )


def _shared_phones(journal: Journal, good: Iterable[ContactDraft], steps: Iterable[Staged]) -> Iterator[Problem]:
    """A number that an earlier row has for somebody else: meant or not, the person should know."""
    sent = {step.row for step in steps if step.status is not Status.DUPLICATE}
    numbers = {
        draft.row: list(dict.fromkeys(item["value"] for item in draft.body["defaultFields"].get("phoneNumbers", ())))
        for draft in good
        if draft.row in sent
    }
    first = journal.first_rows([(number, row) for row, values in numbers.items() for number in values])
    for row, values in numbers.items():
        for number in values:
            if first[number] != row:
                message = f"Row {first[number]} has this number too, for another contact. Check that both are meant."
                yield Problem(row, None, number, "phone-shared", Severity.WARNING, message)
