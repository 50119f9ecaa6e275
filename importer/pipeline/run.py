"""`run`: a sheet becomes contacts, each exactly once, and every row gets an outcome."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.delivery.engine.loop import deliver
from importer.delivery.mirror import Mirror
from importer.delivery.options import DeliveryOptions
from importer.errors import (
    FINISHED,
    AccessRefused,
    AddressWrong,
    CannotStart,
    Declined,
    DiskFailed,
    GuardStop,
    Stopped,
    StrictStop,
)
from importer.model import Event, Status
from importer.model.delivery import count_handed_back
from importer.pipeline.job import Report
from importer.pipeline.outputs.folder import TABLES
from importer.pipeline.outputs.page import page
from importer.pipeline.outputs.run_record import changes_since_last_run, end_facts
from importer.pipeline.preflight.decision import check_mirror, decide, planned_decision
from importer.pipeline.preflight.guards import check_newcomers, check_numbers
from importer.pipeline.preflight.saved_plan import apply
from importer.pipeline.preflight.summary import plan_summary
from importer.pipeline.prepare import prepare_rows
from importer.pipeline.reading.fingerprint import SheetFingerprint
from importer.pipeline.reading.hand_back import hand_back
from importer.pipeline.reading.memory import remember
from importer.pipeline.reading.recognition import is_rejects_file
from importer.pipeline.run_context import errors_and_questions, opened_run
from importer.pipeline.telemetry.statistics import RunStatistics
from importer.pipeline.workspace.cancellation import unless_stopped
from importer.pipeline.workspace.organization import check_workspace
from importer.report.plan import plan_summary_lines
from importer.report.summary import exit_code
from importer.settings.command_line import other_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.pipeline.job import Job
    from importer.pipeline.preflight.decision import RunDecision
    from importer.pipeline.preflight.saved_plan import SavedPlan
    from importer.pipeline.reading.recognised_people import RecognisedPeople
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.run_context import ConnectedRun
    from importer.report.findings import Finding

ACCEPTED = frozenset({Status.CREATED, Status.UPDATED})


async def run(job: Job, plan: SavedPlan | None = None) -> Report:
    """Import the sheet of `job`, or go on with it, and write its files.

    With a `plan`, do exactly what was planned: a row whose contact has changed since then is a conflict.
    A run that stops early still returns its report, with `stopped` set. Raises CannotStart if nothing was sent, and
    Stopped if the run ended before all rows were read.
    """
    statistics = RunStatistics()
    async with opened_run(job, "run", statistics, guard_age=True) as context:
        api = context.connection.api
        statistics.timeline.retried = lambda: api.traffic.retries
        stop, journal = context.job.hooks.stop, context.journal
        # Rows are bound to a plan while they wait, so with a plan they are always staged; it has its answers in it.
        fingerprint = SheetFingerprint(journal) if plan is None else None
        preparing = prepare_rows(context, fingerprint, ask=plan is None)
        context, sheet, people = await unless_stopped(preparing, stop)
        try:
            decision, to_send, workspace = await unless_stopped(_decide(context, sheet, people, plan), stop)
            _check_before_sending(context, sheet, decision, workspace)
        except (GuardStop, StrictStop) as reason:
            _write_unsent(context, sheet, reason)
            raise
        except CannotStart as reason:
            journal.finish(context.record.run_id, journal.counts(), reason.exit_code)
            raise
        journal.remember_corrections(context.corrections.unknown)
        if people is not None:
            journal.forget_unmade(people.given_up)
            is_whole = _is_whole(context, sheet)
            journal.remember_people(
                people.learned, people.asked, people.second_rows, left_out=people.left_out, whole=is_whole
            )
        # From here on the workspace may hold contacts of a sheet that was read like this, and a run can be killed.
        if to_send or journal.probe_ids(1):
            remember(context.job, journal, context.record.started_at[:10])
        code, stopped = await _send(context, sheet, decision, to_send)
        report = _write_files(context, sheet, fingerprint, code, stopped)
        context.lifecycle.end(report.summary.as_dict(), report.files, report.findings, report.stopped)
        return report


async def _decide(
    context: ConnectedRun, sheet: PreparedSheet, people: RecognisedPeople | None, plan: SavedPlan | None
) -> tuple[RunDecision, int, str]:
    """Decide what is to be done, or take it from the plan; return it, how many rows are to be sent, and to where.

    That is the name of the workspace, "" where nothing is to be done or the service says none. Raises CannotStart.
    """
    job, connection, journal = context.job, context.connection, context.journal
    if plan is None:
        decision = await decide(job, connection, journal, sheet)
    else:
        check_mirror(job, sheet)
        apply(plan, journal, connection.address, sheet.policy.mark)
        decision = await planned_decision(job, connection, journal, plan)
    _check_people(context, sheet, people)
    to_send, workspace = journal.to_send(), ""
    if to_send or decision.deletes:
        workspace = await check_workspace(job, journal, connection)
    return decision, to_send, workspace


def _is_whole(context: ConnectedRun, sheet: PreparedSheet) -> bool:
    """Whether the sheet has all rows, so that a contact without a row has lost it."""
    return context.job.settings.limit is None and not is_rejects_file(sheet.mapping)


def _check_people(context: ConnectedRun, sheet: PreparedSheet, people: RecognisedPeople | None) -> None:
    """Check that the rows that are new are not the contacts that have just lost their rows. Raises GuardStop."""
    job, journal = context.job, context.journal
    if people is None or job.settings.accept_new_rows or not _is_whole(context, sheet):
        return
    changes = changes_since_last_run(context.earlier_runs, context.record, sheet)
    asks = job.hooks.confirm is not None
    had_row = journal.count_contacts_with_row()
    if warning := check_newcomers(journal.count_new_rows(), len(people.lost), had_row, changes, asks=asks):
        job.hooks.warn(warning)


def _check_before_sending(context: ConnectedRun, sheet: PreparedSheet, decision: RunDecision, workspace: str) -> None:
    """Check the guards and `--strict`, and ask the person: the last moment before the first write.

    Raises GuardStop, StrictStop or Declined.
    """
    job, counts = context.job, decision.planned_counts.counts
    check_numbers(job.settings, decision.planned_counts)
    rejected = count_handed_back(counts)
    if job.settings.strict and rejected:
        raise StrictStop(
            f"{rejected:,} of {sum(counts.values()):,} rows would be rejected, so --strict sent nothing.",
            f"See {job.out / 'problems.csv'}, correct the rows and run again, or leave --strict out.",
        )

    # The person decides last, by the final figures.
    summary, confirm = plan_summary(job, context.table, context.journal, decision), job.hooks.confirm
    if decision.deletes or (confirm is not None and summary.writes):
        # Events are kept in logs, so only a person at a terminal is shown the values of contacts.
        shown = summary if confirm and not job.settings.json_events else summary.without_values()
        for line in plan_summary_lines(shown):
            job.hooks.note(line, name="outlook")
    if confirm is not None and summary.writes and not job.settings.json_events:
        job.hooks.show(*errors_and_questions(context, sheet))
    if confirm is not None and not confirm({**counts, Status.UNFINISHED: summary.writes}, workspace):
        raise Declined("Nothing was sent, as you said.", "Run again when you are ready.")


async def _send(
    context: ConnectedRun, sheet: PreparedSheet, decision: RunDecision, to_send: int
) -> tuple[int, Stopped | None]:
    """Write so many rows to the workspace; return the exit code, and what stopped the run early."""
    job, journal, connection, accepted = context.job, context.journal, context.connection, False

    def notify(event: Event) -> None:
        nonlocal accepted
        accepted |= event.name == "removed" or (event.name == "delivered" and event.facts.get("status") in ACCEPTED)
        job.hooks.notify(event)

    job.hooks.notify(Event("staged", {"to_send": to_send}))
    options = DeliveryOptions(
        on_match=sheet.policy,
        wait_for_service=job.settings.wait_for_service * 60,
        settle_seconds=job.hooks.settle_seconds,
        scouting=not decision.surveyed,
        undo=other_command(job.command_line, "undo", folder=job.out),
    )
    try:
        with connection.source_lock.sending():
            await deliver(journal, connection.api, options, stop=job.hooks.stop, notify=notify)
        mirror = Mirror(journal, connection.api, connection.retry, notify)
        await mirror.run(decision.deletes, decision.kept)
    except Stopped as stopped:
        # A key or an address that never worked is a mistake in the settings, not an import that was cut short.
        is_setting = isinstance(stopped, AccessRefused | AddressWrong) and not accepted
        return 2 if is_setting else 3, stopped
    return exit_code(journal.counts()), None


def _write_unsent(context: ConnectedRun, sheet: PreparedSheet, reason: CannotStart) -> None:
    """Write down why nothing was sent: the tables and the page, for the person to look at."""
    context.outputs.make_room(TABLES)
    findings = context.outputs.write_tables(context.table, context.journal)
    context.journal.missing.finish()
    summary = context.summary(reason.exit_code)
    questions = context.open_questions(sheet, findings)
    facts = end_facts(summary, findings, questions)
    context.journal.finish(summary.run_id, summary.counts, summary.exit_code, facts)
    files, kept = tuple(context.outputs.written), context.kept_rows()
    report = Report(summary, context.job.out, files, findings, checked=True, questions=questions, kept=kept)
    _with_page(context, sheet, report)
    context.lifecycle.end(summary.as_dict())


def _write_files(
    context: ConnectedRun,
    sheet: PreparedSheet,
    fingerprint: SheetFingerprint | None,
    code: int,
    stopped: Stopped | None,
) -> Report:
    """Write all files that can be written: one that cannot must not keep the others from the person."""
    outputs, journal = context.outputs, context.journal
    if context.record.is_part:
        journal.drop_repeated_additions()
    summary = context.summary(code)
    if summary.retirement:
        context.job.hooks.warn(
            f"The service announces the end of this part of its API ({summary.retirement}). "
            "Everything works until then; update openphone-import before that day."
        )
    failures: list[DiskFailed] = []
    failed = replace(summary, exit_code=DiskFailed.exit_code)
    rest_of = context.rest_of_sheet() if code not in FINISHED and stopped is None else ""
    findings = _write_rows(context, failures, is_done=code in FINISHED or bool(rest_of))
    if code in FINISHED and not failures:
        with _collecting(failures):
            journal.missing.finish(at_all=not context.job.settings.trust_journal)
            journal.keep_read_marks()
    if code in FINISHED and any(finding.rule == "joined-unsent" for finding in findings):
        rest_of = context.sheet_of_rejects()
    questions = context.open_questions(sheet, findings)
    # The journal learns the end of the run even if a file failed: the next run goes on from there.
    with _collecting(failures):
        ended = failed if failures else summary
        facts = end_facts(ended, findings, questions, rest_of, stopped.goes_on_with if stopped is not None else None)
        if fingerprint is not None and ended.exit_code in FINISHED:
            facts |= {"read": fingerprint.mark, **fingerprint.facts(context.statistics.phones)}
        journal.finish(ended.run_id, ended.counts, ended.exit_code, facts)
    # The summary comes last, so that its exit code tells of every failure before it.
    with _collecting(failures):
        outputs.write_summary(failed if failures else summary)
    if failures:
        summary, stopped = failed, stopped or failures[0]
    files, kept = tuple(outputs.written), context.kept_rows()
    report = Report(summary, context.job.out, files, findings, stopped, questions=questions, kept=kept, rest_of=rest_of)
    return _with_page(context, sheet, report)


def _write_rows(context: ConnectedRun, failures: list[DiskFailed], *, is_done: bool) -> tuple[Finding, ...]:
    """Write what became of each row, and the rows to correct; what cannot be written is added to `failures`."""
    outputs, journal = context.outputs, context.journal
    findings: list[Finding] = []
    with _collecting(failures):
        outputs.make_room()
    # Where files of another sheet could not be moved, they are not overwritten either.
    if failures:
        return ()
    with _collecting(failures):
        outputs.write_id_map(journal)
    with _collecting(failures):
        outputs.written += hand_back(
            context.table,
            journal,
            context.corrections,
            context.job.out,
            is_part=context.record.is_part,
            is_done=is_done,
        )
    with _collecting(failures):
        findings += outputs.write_tables(context.table, journal, is_done=is_done)
    return tuple(findings)


def _with_page(context: ConnectedRun, sheet: PreparedSheet, report: Report) -> Report:
    """Write the page and return the report that lists it; an import does not fail because of its page."""
    with_page = replace(report, files=(*report.files, "report.html"))
    try:
        context.outputs.write_page(page(context.page_context(sheet), with_page), mask=context.job.settings.mask)
    except DiskFailed as failed:
        context.job.hooks.warn(str(failed))
        return report
    return with_page


@contextmanager
def _collecting(failures: list[DiskFailed]) -> Iterator[None]:
    try:
        yield
    except DiskFailed as failed:
        failures.append(failed)
