"""The decision of a run: what will be done in the workspace, found out before the first write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from importer.api import contacts as contacts_api
from importer.delivery.matching import Matching
from importer.delivery.mirror import deleted_problem
from importer.disk import real_path
from importer.errors import ContactMixedUp, SettingsError
from importer.model import MOST_IDS, Problem, Severity
from importer.model.folder_names import REJECTS
from importer.pipeline.preflight.guards import PlannedCounts, check_rows, exceeded_limits
from importer.pipeline.preflight.saved_plan import planned_orphans
from importer.pipeline.workspace.joined_contacts import joined_contacts
from importer.pipeline.workspace.prefetch import prefetch_contacts
from importer.plan import State, contact_fingerprint
from importer.plan.undo import JOINED
from importer.settings.model import Settings
from importer.spreadsheet.several import FILE_LEFT_OUT
from importer.spreadsheet.text.records import MULTILINE, SHADOW, STRAY
from importer.text import without_option

if TYPE_CHECKING:
    from importer.delivery.journal import Journal
    from importer.delivery.journal.deletions import OrphanContact
    from importer.pipeline.job import Job
    from importer.pipeline.preflight.saved_plan import SavedPlan
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.workspace.connection import Connection

DEFAULT_SOURCE = Settings().source
# In rows with these problems cells may be in the wrong column, also the id.
UNREAD = ("extra-cells", "bad-bytes", "unclosed-quote", STRAY, SHADOW, MULTILINE)


@dataclass(frozen=True, slots=True)
class RunDecision:
    """What will be done. `surveyed`: every waiting row was looked up; if not, the counts are upper limits.

    `deletes` are the contacts that `--mirror` deletes; `kept` those it does not, because a person changed them or
    dedupe joined others into them.
    """

    planned_counts: PlannedCounts
    surveyed: bool
    deletes: tuple[OrphanContact, ...] = ()
    kept: tuple[OrphanContact, ...] = ()


async def decide(
    job: Job, connection: Connection, journal: Journal, sheet: PreparedSheet, *, survey_all: bool = False
) -> RunDecision:
    """Read contacts of the workspace where that is needed, and return what will be done; nothing is written.

    Raises SettingsError if `--mirror` cannot be used, GuardStop, Stopped.
    """
    check_mirror(job, sheet)
    policy = sheet.policy

    async def match_contacts() -> None:
        await prefetch_contacts(job, connection, journal)
        Matching(journal, policy, job.settings.match).run()

    # Contacts that are matched by phone or email, and contacts that the journal is not trusted about, are read first.
    new, existing = journal.survey.count_by_contact()
    matches_points = bool({"phone", "email"} & set(job.settings.match))
    surveyed = survey_all or bool(new and matches_points) or bool(existing and not job.settings.trust_journal)
    if surveyed:
        await match_contacts()

    deletes, held_back = await _find_orphans(job, connection, journal)
    if surveyed:
        counts = _surveyed_counts(journal, len(deletes))
    else:
        # A row that is new to the journal may be in the workspace, and then it is a change and not a new contact.
        changes = existing + new if policy.writes else 0
        counts = PlannedCounts(new, changes, len(deletes), journal.counts())
    check_rows(job.settings, counts.rows, job.identity, journal.runs)
    if not surveyed and exceeded_limits(job.settings, counts):
        # The counts are only upper limits so far: a row that is new to the journal may be in the workspace already.
        await match_contacts()
        surveyed = True
        counts = _surveyed_counts(journal, len(deletes))
    return RunDecision(counts, surveyed, deletes, held_back)


async def planned_decision(job: Job, connection: Connection, journal: Journal, plan: SavedPlan) -> RunDecision:
    """Return the decision of a saved plan, to which the waiting rows of the journal are bound already.

    A plan only says which of the contacts that this run itself would delete are to be deleted: another person may have
    made the file. Raises SettingsError if it names any other, Stopped.
    """
    new, existing = journal.survey.count_by_contact()
    deletes: list[OrphanContact] = []
    held_back: list[OrphanContact] = []
    if plan.header.deletes:
        own = journal.removals.orphans(job.settings.source, job.settings.id_prefix) if job.settings.mirror else []
        planned = list(planned_orphans(plan, journal, own))
        may_go, kept = await _find_orphans(job, connection, journal)
        for orphan, seen_as in planned:
            if orphan in may_go:
                is_as_planned = orphan.left_as == seen_as
                (deletes if is_as_planned else held_back).append(orphan)
        planned_ids = {orphan.contact_id for orphan, _ in planned}
        held_back += [orphan for orphan in kept if orphan.contact_id in planned_ids]
    counts = PlannedCounts(new, existing, len(deletes), journal.counts())
    return RunDecision(counts, surveyed=True, deletes=tuple(deletes), kept=tuple(held_back))


def _surveyed_counts(journal: Journal, deletes: int) -> PlannedCounts:
    plans = journal.survey.plans()
    changes = plans.get("update", 0) + plans.get("look", 0)
    return PlannedCounts(plans.get("create", 0), changes, deletes, journal.counts())


# ---------------------------------------------------------------------------------------------------- mirror


def check_mirror(job: Job, sheet: PreparedSheet) -> None:
    """Refuse `--mirror` if it could delete contacts that are still wanted. Raises SettingsError."""
    settings = job.settings
    if not settings.mirror:
        return
    fields = {column.target.field for column in sheet.mapping.mapped if column.target}
    # Rejects of its own folder are known by their name, too: their added columns may have been removed.
    path = Path(job.file)
    is_handed_back = path.name in REJECTS and real_path(path).parent == real_path(job.out)
    refusals = [
        (
            settings.source == DEFAULT_SOURCE,
            "it needs a --source of its own, so that it does not delete contacts of other sheets",
            "Give --source NAME, the same in every run of this sheet.",
        ),
        (
            "external_id" not in fields,
            "it needs an id column: without one, a corrected row looks like a deleted row and a new one",
            'Name it with --map "COLUMN=external_id".',
        ),
        (
            "identity" in fields or is_handed_back,
            "a rejects file is only a part of its sheet",
            "Import it without --mirror.",
        ),
        (
            bool(settings.only),
            "rows that `only` leaves out would look as if they had been deleted from the sheet",
            f"{without_option('only')}. Or delete in the app.",
        ),
        (settings.limit is not None, "--limit reads only a part of the sheet", "Leave --limit out."),
        (
            settings.max_deletes is None,
            "it needs a limit, since an export that was cut short looks like a sheet with deleted rows",
            "Give --max-deletes N, the most contacts that may be deleted in one run.",
        ),
    ]
    for applies, why, step in refusals:
        if applies:
            raise SettingsError(f"--mirror cannot be used here: {why}.", step)


async def _find_orphans(
    job: Job, connection: Connection, journal: Journal
) -> tuple[tuple[OrphanContact, ...], tuple[OrphanContact, ...]]:
    """The contacts to delete, and those to keep because a person has changed them since."""
    if not job.settings.mirror:
        return (), ()
    if reason := _why_nothing_is_deleted(journal):
        text = f"--mirror deletes no contacts in this run: {reason}"
        journal.add_problems([Problem(None, None, "", "mirror-held", Severity.WARNING, text)])
        job.hooks.warn(text)
        return (), ()
    joined = {*joined_contacts(job, connection.address), *journal.kept.kept_ids()}
    orphans = journal.removals.orphans(job.settings.source, job.settings.id_prefix)
    deletes: list[OrphanContact] = []
    held_back: list[OrphanContact] = []
    for start in range(0, len(orphans), MOST_IDS):
        batch = orphans[start : start + MOST_IDS]
        answered = await contacts_api.by_external_ids(
            connection.api, [orphan.id_at_service for orphan in batch], connection.retry
        )
        by_id = {str(contact["id"]): contact for contacts in answered.values() for contact in contacts}
        for orphan in batch:
            # A contact that is not found under its external id may have got another one.
            try:
                contact = by_id.get(orphan.contact_id) or await contacts_api.by_id(
                    connection.api, orphan.contact_id, connection.retry
                )
            except ContactMixedUp as error:
                held_back.append(replace(orphan, why_kept=error.fact))
                continue
            # Gone already, so the journal has nothing to delete here any more.
            if contact is None:
                journal.removals.finish(orphan)
                # A run that was killed while it deleted the contact has not reported it.
                if orphan.state is State.DELETING:
                    journal.add_problems([deleted_problem(orphan)])
                continue
            is_ours = bool(orphan.left_as) and contact.get("externalId") == orphan.id_at_service
            is_unchanged = is_ours and contact_fingerprint(contact) == orphan.left_as
            is_unchanged = is_unchanged and not journal.removals.was_edited(orphan)
            if orphan.contact_id in joined:
                held_back.append(replace(orphan, why_kept=JOINED))
                continue
            (deletes if is_unchanged else held_back).append(orphan)
    return tuple(deletes), tuple(held_back)


def _why_nothing_is_deleted(journal: Journal) -> str:
    """Why it is not certain which contacts are still wanted; "" where it is."""
    if not sum(journal.counts().values()):
        return (
            "the sheet has no rows, which is what a failed export looks like. If you mean to delete all of its "
            "contacts, delete them in the app."
        )
    if unclear := journal.removals.count_unclear_rows(UNREAD):
        return (
            f"{unclear:,} rows have no id, wait for an answer or could not be read completely, so it is not known "
            "which contacts are still wanted. Correct these rows (see problems.csv) and run again."
        )
    if journal.removals.has_sheet_problem(FILE_LEFT_OUT):
        return (
            "a file was left out, so it is not known which of its contacts are still wanted. Export it again, or move "
            "it away if it is not a sheet of contacts, and run again."
        )
    return ""
