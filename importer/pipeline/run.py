"""`run`: a sheet becomes contacts, each exactly once, and every row an outcome."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from importer.delivery.engine.loop import deliver
from importer.delivery.journal import Journal
from importer.delivery.mirror import Mirror
from importer.delivery.options import DeliveryOptions
from importer.disk import make_folder
from importer.errors import AccessRefused, AddressWrong, Declined, DiskFailed, GuardStop, Stopped, StrictStop
from importer.model import Event, Status
from importer.pipeline.job import Report
from importer.pipeline.outputs.folder import TABLES, Outputs, PreviousOutputs, previous_outputs
from importer.pipeline.outputs.page import PageContext, page
from importer.pipeline.outputs.run_record import end_facts, new_run, with_sheet
from importer.pipeline.preflight.decision import RunDecision, check, check_mirror, decide, planned_decision
from importer.pipeline.preflight.guards import PlannedCounts, check_age
from importer.pipeline.preflight.saved_plan import apply
from importer.pipeline.preflight.summary import plan_summary
from importer.pipeline.reading.fingerprint import SheetFingerprint
from importer.pipeline.reading.match_rules import policy_for
from importer.pipeline.reading.prepare import Ready
from importer.pipeline.reading.sheet import open_source
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.pipeline.telemetry.statistics import RunStatistics
from importer.pipeline.workspace.cancellation import unless_stopped
from importer.pipeline.workspace.connection import connect
from importer.report.plan import plan_summary_lines
from importer.report.summary import Summary, exit_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from importer.errors import CannotStart
    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.preflight.saved_plan import SavedPlan
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.telemetry.lifecycle import CommandLifecycle
    from importer.pipeline.workspace.connection import Connection
    from importer.plan import Policy
    from importer.report.findings import Finding

ACCEPTED = frozenset({Status.CREATED, Status.UPDATED})
FINISHED = (0, 1)


async def run(job: Job, plan: SavedPlan | None = None) -> Report:
    """Import the sheet of `job`, or go on with it, and write its files.

    With a `plan`, exactly what was planned: a row whose contact has changed since is a conflict.
    A run that stops early still returns its report, with `stopped` set. Raises CannotStart where nothing was sent, and
    Stopped where the run ended before it knew its rows.
    """
    with command_lifecycle(job, "run") as attending:
        report = await _ran(attending, plan)
        attending.ended(report.summary.as_dict(), report.files, report.findings, report.stopped)
        return report


async def _ran(attending: CommandLifecycle, plan: SavedPlan | None) -> Report:
    started = time.monotonic()
    watch = RunStatistics()
    job = watch.over(attending.job)
    table = open_source(job)
    check_age(job.settings, job.file)
    make_folder(job.out)
    async with connect(job) as service:
        with Journal.open(job.out / "journal.sqlite", service.address, service.key.get_secret_value()) as journal:
            one = _Run(job, table, service, journal, started, watch, plan)
            attending.begun(one.record.run_id)
            try:
                return await one.go()
            finally:
                if one.left is not None:
                    attending.ended(one.left.as_dict())


class _Run:
    """One run, from the open journal to its files; `left`: its figures where it was stopped before the first write."""

    def __init__(
        self,
        job: Job,
        table: SourceTable,
        service: Connection,
        journal: Journal,
        started: float,
        watch: RunStatistics,
        plan: SavedPlan | None,
    ) -> None:
        self._job, self._table, self._service, self._journal = job, table, service, journal
        self._started, self._watch, self._plan = started, watch, plan
        watch.rhythm.retried = lambda: service.api.traffic.retries
        self._decision = RunDecision(PlannedCounts(0, 0, 0, {}), surveyed=False)
        self._scene: PageContext | None = None
        self._accepted = 0
        self.left: Summary | None = None
        self._former = PreviousOutputs("former", None)
        self.record = new_run("run", job, table)
        # A plan binds rows that wait, so they are to be staged.
        self._again = SheetFingerprint(job, journal) if plan is None else None
        self._outputs = Outputs(job.out, job.file, self.record.run_id, job.hooks.warn)

    async def go(self) -> Report:
        """Prepare, decide, send, and write down."""
        self._former = previous_outputs(self._job.out, self._journal.runs())
        halt = self._job.hooks.stop
        ready = Ready(self._job, self._table, self._service, self._journal, self._begin, self._again)
        sheet = await unless_stopped(ready.rows(), halt)
        try:
            self._decision = await unless_stopped(self._decide(sheet), halt)
            self._hold()
        except (GuardStop, StrictStop) as stop:
            self._leave(stop)
            raise
        except Declined:
            self._journal.finish(self.record.run_id, self._journal.counts(), Declined.exit_code)
            raise
        try:
            await self._send(policy_for(self._job, sheet))
        except Stopped as stopped:
            return self._finish(stopped)
        return self._finish(None)

    def _begin(self, sheet: PreparedSheet) -> RunStatistics:
        """Enter the run and forget the former state of the sheet, unless it still holds; rows may be read twice."""
        left = self._again.left if self._again is not None else None
        enter = self._journal.begin if left is None else self._journal.enter
        enter(with_sheet(self.record, sheet))
        self._watch = self._watch.afresh()
        if left is not None:
            self._watch.recall(self._table, left.phones)
        self._scene = PageContext(self._job, self.record, sheet, self._journal, self._watch)
        return self._watch

    async def _decide(self, sheet: PreparedSheet) -> RunDecision:
        """What is to be done: as the plan says, where there is one."""
        if self._plan is None:
            return await decide(self._job, self._service, self._journal, sheet)
        check_mirror(self._job, sheet)
        apply(self._plan, self._journal, self._service.address, policy_for(self._job, sheet).mark)
        return planned_decision(self._journal, self._plan.deletes)

    def _hold(self) -> None:
        """The last moment before the first write: guards, `--strict`, and the person's word.

        Raises GuardStop, StrictStop or Declined.
        """
        counts = self._journal.counts()
        job, out, decision = self._job, self._job.out, self._decision
        bad = counts[Status.REJECTED] + counts[Status.CONFLICT]
        check(job, decision)
        if job.settings.strict and bad:
            raise StrictStop(
                f"{bad:,} of {sum(counts.values()):,} rows would be rejected, so --strict sent nothing.",
                f"See {out / 'problems.csv'}, correct the rows and run again, or leave --strict out.",
            )
        found = plan_summary(job, self._table, self._journal, decision)
        if decision.deletes or (job.hooks.confirm is not None and found.writes):
            # Events are kept in logs, so the values of contacts are for a person at a terminal alone.
            shown = found if job.hooks.confirm and not job.settings.json_events else found.without_values()
            for line in plan_summary_lines(shown):
                job.hooks.note(line, name="outlook")
        if job.hooks.confirm is not None and not job.hooks.confirm({**counts, Status.UNFINISHED: found.writes}):
            raise Declined("Nothing was sent, as you said.", "Run again when you are ready.")

    def _leave(self, stop: CannotStart) -> None:
        """Write down why nothing was sent: the tables and the page, for the person to look at."""
        counts = self._journal.counts()
        self._outputs.make_room(self._former, TABLES)
        findings = self._outputs.tables(self._table, self._journal)
        self.left = summary = self._summary(counts, stop.exit_code)
        self._journal.finish(self.record.run_id, counts, stop.exit_code, end_facts(summary, findings))
        self._shown(Report(summary, self._job.out, tuple(self._outputs.written), findings, checked=True))

    async def _send(self, policy: Policy) -> None:
        job = self._job
        job.hooks.notify(Event("staged", {"to_send": self._journal.to_send()}))
        options = DeliveryOptions(
            on_match=policy,
            wait_for_service=job.settings.wait_for_service * 60,
            scouting=not self._decision.surveyed,
        )
        await deliver(self._journal, self._service.api, options, stop=job.hooks.stop, notify=self._heard)
        mirror = Mirror(self._journal, self._service.api, self._service.retry, self._heard)
        await mirror.run(self._decision.deletes, self._decision.kept)

    def _heard(self, event: Event) -> None:
        if event.name == "removed" or (event.name == "delivered" and event.facts.get("status") in ACCEPTED):
            self._accepted += 1
        self._job.hooks.notify(event)

    def _finish(self, stopped: Stopped | None) -> Report:
        counts = self._journal.counts()
        code = exit_code(counts) if stopped is None else self._stopped_code(stopped)
        return self._write(self._summary(counts, code), stopped)

    def _summary(self, counts: Mapping[Status, int], code: int) -> Summary:
        traffic = self._service.api.traffic
        return Summary(
            run_id=self.record.run_id,
            file=self._table.file,
            sheet=self._table.sheet,
            counts=counts,
            warnings=self._journal.warnings(),
            requests=traffic.requests,
            retries=traffic.retries,
            rate_limited=traffic.rate_limited,
            seconds=round(time.monotonic() - self._started, 3),
            exit_code=code,
        )

    def _write(self, summary: Summary, stopped: Stopped | None) -> Report:
        """Write all files that can be written: one that cannot must not keep the others from the person."""
        failures: list[DiskFailed] = []
        findings: tuple[Finding, ...] = ()
        with _keeping(failures):
            self._outputs.make_room(self._former)
        if not failures:
            with _keeping(failures):
                self._outputs.id_map(self._journal)
            with _keeping(failures):
                findings = self._outputs.tables(self._table, self._journal)
        for write in (partial(self._close_book, findings), self._outputs.summary):
            with _keeping(failures):
                write(_failed(summary) if failures else summary)
        if failures:
            summary, stopped = _failed(summary), stopped or failures[0]
        report = Report(summary, self._job.out, tuple(self._outputs.written), findings, stopped)
        return self._shown(report)

    def _shown(self, report: Report) -> Report:
        """The report with its page, where that can be written: the page is no reason to call an import failed."""
        whole = replace(report, files=(*report.files, "report.html"))
        try:
            self._page(whole)
        except DiskFailed as failed:
            self._job.hooks.note(str(failed), warning=True)
            return report
        return whole

    def _page(self, report: Report) -> None:
        if self._scene is not None:
            self._outputs.page(page(self._scene, report), mask=self._job.settings.mask)

    def _close_book(self, findings: tuple[Finding, ...], summary: Summary) -> None:
        facts = end_facts(summary, findings)
        if self._again is not None and summary.exit_code in FINISHED:
            facts |= self._again.facts(self._watch.phones)
        self._journal.finish(summary.run_id, summary.counts, summary.exit_code, facts)

    def _stopped_code(self, stopped: Stopped) -> int:
        refused = isinstance(stopped, AccessRefused | AddressWrong)
        return 2 if refused and not self._accepted else 3


@contextmanager
def _keeping(failures: list[DiskFailed]) -> Iterator[None]:
    try:
        yield
    except DiskFailed as failed:
        failures.append(failed)


def _failed(summary: Summary) -> Summary:
    return replace(summary, exit_code=DiskFailed.exit_code)
