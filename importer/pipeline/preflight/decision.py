"""Between reading and writing: what the rows mean in the workspace, what will be done, and whether a guard stops it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.api import contacts as reading
from importer.delivery.matching import Matching
from importer.errors import SettingsError
from importer.model import MOST_IDS, Problem, Severity
from importer.pipeline.outputs.folder import identity
from importer.pipeline.preflight.guards import PlannedCounts, check_numbers, check_rows, stops
from importer.pipeline.reading.match_rules import policy_for
from importer.pipeline.workspace.prefetch import survey
from importer.plan import contact_fingerprint
from importer.settings.model import Settings
from importer.spreadsheet.text.records import MULTILINE, SHADOW, STRAY

if TYPE_CHECKING:
    from importer.delivery.journal import Journal
    from importer.delivery.journal.deletions import OrphanContact
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.workspace.connection import Connection

DEFAULT_SOURCE = Settings().source
# What reading says of a row whose cells may belong elsewhere, its id too.
UNREAD = ("extra-cells", "bad-bytes", "unclosed-quote", STRAY, SHADOW, MULTILINE)


@dataclass(frozen=True, slots=True)
class RunDecision:
    """What is going to be done. `surveyed`: every waiting row was looked up; without, the numbers are at most so."""

    prospect: PlannedCounts
    surveyed: bool
    deletes: tuple[OrphanContact, ...] = ()
    kept: tuple[OrphanContact, ...] = ()


async def decide(
    job: Job, service: Connection, journal: Journal, sheet: PreparedSheet, *, survey_all: bool = False
) -> RunDecision:
    """Look around where that is needed, and return what is to be done; nothing is written.

    Raises SettingsError where `--mirror` may not be used, GuardStop, Stopped.
    """
    check_mirror(job, sheet)
    policy = policy_for(job, sheet)
    surveyed = False
    if survey_all or _must_survey(job, journal):
        await _match(job, service, journal, sheet)
        surveyed = True
    deletes, kept = await _vanished(job, service, journal)
    prospect = _prospect(journal, len(deletes), writes=policy.writes, surveyed=surveyed)
    check_rows(job.settings, prospect.rows, identity(job.file), journal.runs())
    if not surveyed and stops(job.settings, prospect):
        # Without looking, every row that is new to the journal may be new to the workspace, or there and different.
        await _match(job, service, journal, sheet)
        surveyed = True
        prospect = _prospect(journal, len(deletes), writes=policy.writes, surveyed=True)
    return RunDecision(prospect, surveyed, deletes, kept)


def planned_decision(journal: Journal, deletes: tuple[OrphanContact, ...]) -> RunDecision:
    """Return the decision that a plan has taken: its waiting rows are bound to it already."""
    new, known = journal.survey.prospect()
    return RunDecision(PlannedCounts(new, known, len(deletes), journal.counts()), surveyed=True, deletes=deletes)


def check(job: Job, decision: RunDecision) -> None:
    """Stop where a guard says so. Raises GuardStop."""
    check_numbers(job.settings, decision.prospect)


def _must_survey(job: Job, journal: Journal) -> bool:
    new, known = journal.survey.prospect()
    by_point = bool({"phone", "email"} & set(job.settings.match))
    return bool(new and by_point) or bool(known and not job.settings.trust_journal)


async def _match(job: Job, service: Connection, journal: Journal, sheet: PreparedSheet) -> None:
    await survey(job, service, journal)
    Matching(journal, policy_for(job, sheet), job.settings.match).run()


def _prospect(journal: Journal, deletes: int, *, writes: bool, surveyed: bool) -> PlannedCounts:
    new, known = journal.survey.prospect()
    if surveyed:
        plans = journal.survey.plans()
        new, known = plans.get("create", 0), plans.get("update", 0) + plans.get("look", 0)
        return PlannedCounts(new, known, deletes, journal.counts())
    return PlannedCounts(new, known + new if writes else 0, deletes, journal.counts())


# ---------------------------------------------------------------------------------------------------- mirror


def check_mirror(job: Job, sheet: PreparedSheet) -> None:
    """Refuse `--mirror` where it could delete what was not meant.

    Raises SettingsError.
    """
    settings = job.settings
    if not settings.mirror:
        return
    fields = {one.target.field for one in sheet.mapping.mapped if one.target}
    wrong = [
        (
            settings.source == DEFAULT_SOURCE,
            "it needs a --source of its own, so that contacts of other sheets are not taken for vanished",
            "Give --source NAME, the same in every run of this sheet.",
        ),
        (
            "external_id" not in fields,
            "it needs an id column: without one a corrected row looks like one that vanished and one that is new",
            "Name it with --map 'COLUMN=external_id'.",
        ),
        ("identity" in fields, "a rejects file is only a part of its sheet", "Import it without --mirror."),
        (
            bool(settings.only),
            "rows that `only` leaves out would look as if they had vanished",
            "Leave `only` out, or delete in the app.",
        ),
        (settings.limit is not None, "--limit reads only a part of the sheet", "Leave --limit out."),
        (
            settings.max_deletes is None,
            "it needs a limit, for an export that was cut short looks like contacts that vanished",
            "Give --max-deletes N, the most contacts that may be deleted in one run.",
        ),
    ]
    for is_so, why, step in wrong:
        if is_so:
            raise SettingsError(f"--mirror cannot be used here: {why}.", step)


async def _vanished(
    job: Job, service: Connection, journal: Journal
) -> tuple[tuple[OrphanContact, ...], tuple[OrphanContact, ...]]:
    """Return the contacts to delete, and those to keep because somebody changed them since."""
    if not job.settings.mirror:
        return (), ()
    if why := _held(journal):
        text = f"--mirror deletes nobody in this run: {why}"
        journal.add_problems([Problem(None, None, "", "mirror-held", Severity.WARNING, text)])
        job.hooks.note(text, warning=True)
        return (), ()
    candidates = journal.removals.vanished(job.settings.source, job.settings.id_prefix)
    deletes: list[OrphanContact] = []
    kept: list[OrphanContact] = []
    for start in range(0, len(candidates), MOST_IDS):
        some = candidates[start : start + MOST_IDS]
        found = await reading.by_external_ids(service.api, [one.external_id for one in some], service.retry)
        there = {str(contact["id"]): contact for contacts in found.values() for contact in contacts}
        for one in some:
            # One that is not found under its external id any more may have got another id.
            contact = there.get(one.contact_id) or await reading.by_id(service.api, one.contact_id, service.retry)
            if contact is None:
                journal.removals.finish(one)
            elif (
                one.left_as
                and contact.get("externalId") == one.external_id
                and contact_fingerprint(contact) == one.left_as
            ):
                deletes.append(one)
            else:
                kept.append(one)
    return tuple(deletes), tuple(kept)


def _held(journal: Journal) -> str:
    """Why nobody can say whose contacts are still wanted, "" where that is certain."""
    if not sum(journal.counts().values()):
        return "the sheet has no rows, as an export has that failed. If it is meant so, delete the contacts in the app."
    if nameless := journal.removals.nameless(UNREAD):
        return (
            f"{nameless:,} rows have no id, or could not be read whole, so nobody can say whose contacts are still "
            "wanted. Correct them (see problems.csv) and run again."
        )
    return ""
