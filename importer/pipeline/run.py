"""`run`: a sheet becomes contacts, each exactly once, and every row an outcome."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.api.workspace import users
from importer.delivery.deliver import deliver
from importer.delivery.journal import Journal
from importer.delivery.options import DeliveryOptions
from importer.disk import make_folder
from importer.errors import AccessRefused, AddressWrong, Declined, DiskFailed, SettingsError, Stopped, StrictStop
from importer.model import Event, Status
from importer.pipeline.binding import bind
from importer.pipeline.job import Report
from importer.pipeline.options import options_of
from importer.pipeline.outputs import TABLES, Former, Outputs, former_outputs
from importer.pipeline.page import Scene, page
from importer.pipeline.record import new_run
from importer.pipeline.service import connect, fields_of
from importer.pipeline.sheet import describe, fit, open_source
from importer.pipeline.staging import stage
from importer.pipeline.strays import warn_of_changed_ids
from importer.pipeline.watch import Watch
from importer.plan import OnMatch
from importer.report.summary import Summary, exit_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.service import Service
    from importer.pipeline.sheet import Sheet
    from importer.report.notes import Finding

ACCEPTED = frozenset({Status.CREATED, Status.UPDATED})


async def run(job: Job) -> Report:
    """Import the sheet of `job`, or go on with it, and write its files.

    A run that stops early still returns its report, with `stopped` set. Raises CannotStart where nothing was sent, and
    Stopped where the run ended before it knew its rows.
    """
    started = time.monotonic()
    watch = Watch()
    job = watch.over(job)
    table = open_source(job)
    make_folder(job.out)
    async with connect(job) as service:
        with Journal.open(job.out / "journal.sqlite", service.address, service.key.get_secret_value()) as journal:
            return await _Run(job, table, service, journal, started, watch).go()


class _Run:
    """One run, from the open journal to its files."""

    def __init__(
        self, job: Job, table: SourceTable, service: Service, journal: Journal, started: float, watch: Watch
    ) -> None:
        self._job, self._table, self._service, self._journal = job, table, service, journal
        self._started, self._watch = started, watch
        self._scene: Scene | None = None
        self._accepted = 0
        self._former = Former("former", None)
        self._record = new_run("run", job, table)
        self._outputs = Outputs(job.out, job.file, self._record.run_id)

    async def go(self) -> Report:
        """Prepare, send, and write down."""
        sheet, people, creator = await self._prepare()
        self._former = former_outputs(self._job.out, self._journal.runs())
        self._journal.begin(self._record)
        self._scene = Scene(self._job, self._record, sheet, self._journal, self._watch)
        stage(self._job, sheet, self._journal, people, creator, self._watch)
        warn_of_changed_ids(self._job, sheet.mapping, self._journal)
        self._hold()
        try:
            await self._send()
        except Stopped as stopped:
            return self._finish(stopped)
        return self._finish(None)

    async def _prepare(self) -> tuple[Sheet, Mapping[str, str], str]:
        """Ask the workspace what must be known before the first row; the first question also proves the key."""
        custom_fields = await fields_of(self._job, self._service)
        await bind(self._job, self._journal, self._service)
        options = await options_of(self._job, self._service, custom_fields)
        sheet = fit(self._job, self._table, custom_fields, options)
        self._job.hooks.notify(Event("mapped", {"columns": describe(sheet.mapping)}))
        wanted = self._job.settings.created_by or ""
        asked = wanted or any(one.target and one.target.field == "created_by" for one in sheet.mapping.mapped)
        people = await users(self._service.api) if asked else {}
        return sheet, people, _creator(wanted, people)

    def _hold(self) -> None:
        """The last moment before the first write: `--strict`, and the person's word.

        Raises StrictStop or Declined; the files then say why, and the journal that nothing was sent.
        """
        counts = self._journal.counts()
        job, out = self._job, self._job.out
        bad = counts[Status.REJECTED] + counts[Status.CONFLICT]
        if job.settings.strict and bad:
            self._outputs.make_room(self._former, TABLES)
            findings = self._outputs.tables(self._table, self._journal)
            self._journal.finish(self._record.run_id, counts, StrictStop.exit_code)
            summary = self._summary(counts, StrictStop.exit_code)
            self._shown(Report(summary, out, tuple(self._outputs.written), findings, checked=True))
            raise StrictStop(
                f"{bad:,} of {sum(counts.values()):,} rows would be rejected, so --strict sent nothing.",
                f"See {out / 'problems.csv'}, correct the rows and run again, or leave --strict out.",
            )
        if job.hooks.confirm is not None and not job.hooks.confirm(counts):
            self._journal.finish(self._record.run_id, counts, Declined.exit_code)
            raise Declined("Nothing was sent, as you said.", "Run again when you are ready.")

    async def _send(self) -> None:
        settings = self._job.settings
        self._job.hooks.notify(Event("staged", {"to_send": self._journal.to_send()}))
        await deliver(
            self._journal,
            self._service.api,
            DeliveryOptions(on_match=OnMatch(settings.on_match), wait_for_service=settings.wait_for_service * 60),
            stop=self._job.hooks.stop,
            notify=self._heard,
        )

    def _heard(self, event: Event) -> None:
        if event.name == "delivered" and event.facts.get("status") in ACCEPTED:
            self._accepted += 1
        self._job.hooks.notify(event)

    def _finish(self, stopped: Stopped | None) -> Report:
        counts = self._journal.counts()
        code = exit_code(counts) if stopped is None else self._stopped_code(stopped)
        summary = self._summary(counts, code)
        self._journal.finish(self._record.run_id, counts, summary.exit_code)
        findings: tuple[Finding, ...] = ()
        try:
            findings = self._write(summary)
        except DiskFailed as failed:
            stopped = stopped or failed
            summary = replace(summary, exit_code=DiskFailed.exit_code)
        return self._shown(Report(summary, self._job.out, tuple(self._outputs.written), findings, stopped))

    def _summary(self, counts: Mapping[Status, int], code: int) -> Summary:
        traffic = self._service.api.traffic
        return Summary(
            run_id=self._record.run_id,
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

    def _write(self, summary: Summary) -> tuple[Finding, ...]:
        self._outputs.make_room(self._former)
        self._outputs.id_map(self._journal)
        findings = self._outputs.tables(self._table, self._journal)
        self._outputs.summary(summary)
        return findings

    def _stopped_code(self, stopped: Stopped) -> int:
        refused = isinstance(stopped, AccessRefused | AddressWrong)
        return 2 if refused and not self._accepted else 3


def _creator(wanted: str, people: Mapping[str, str]) -> str:
    """The user id of `--created-by`, which may be an email address.

    Raises SettingsError where it is no user of the workspace.
    """
    if not wanted or wanted in people.values():
        return wanted
    if found := people.get(wanted.casefold()):
        return found
    known = ", ".join(sorted(people)[:5]) or "none"
    message = f"--created-by: {wanted!r} is no user of this workspace (some that are: {known})."
    raise SettingsError(message, "Give the email address or id (US...) of one of its users.")
