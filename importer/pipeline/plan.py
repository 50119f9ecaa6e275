"""`plan`: what a run would do, found out with GET alone, shown and written to `plan.json`."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import Journal
from importer.disk import make_folder, replacing_text
from importer.model import Status
from importer.pipeline.job import Report
from importer.pipeline.outputs.folder import TABLES, Outputs, identity, previous_outputs
from importer.pipeline.outputs.page import PageContext, plan_page
from importer.pipeline.outputs.run_record import new_run
from importer.pipeline.preflight.decision import decide
from importer.pipeline.preflight.guards import check_age, stops
from importer.pipeline.preflight.summary import plan_summary
from importer.pipeline.reading.prepare import Ready
from importer.pipeline.reading.sheet import open_source
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.pipeline.telemetry.statistics import RunStatistics
from importer.pipeline.workspace.cancellation import unless_stopped
from importer.pipeline.workspace.connection import connect
from importer.plan.plan_file import PlannedRow, write_lines
from importer.report.summary import Summary
from importer.settings.command_line import repeated
from importer.settings.model import OPTIONS
from importer.version import PROGRAM, program_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.delivery.journal import PlanLine, RunRecord
    from importer.delivery.journal.deletions import OrphanContact
    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.preflight.decision import RunDecision
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.telemetry.lifecycle import CommandLifecycle
    from importer.pipeline.workspace.connection import Connection
    from importer.report.plan import PlanSummary

OUTPUTS = (*TABLES, "plan.json")


@dataclass(frozen=True, slots=True)
class PlanReport:
    """A plan as it was made: the figures of its sheet, what a run will do, and where it was written."""

    report: Report
    outlook: PlanSummary
    path: str


async def plan(job: Job) -> PlanReport:
    """Plan the import of the sheet of `job`: nothing is written to the workspace, and the journal stays as it is.

    Writes `plan.json`, `problems.csv`, the rejects and the page. The report's exit code is 1 where rows are rejected or
    in conflict, else 0. Raises CannotStart or Stopped.
    """
    with command_lifecycle(job, "plan") as attending:
        planned = await _planned(attending)
        report = planned.report
        facts = {**report.summary.as_dict(), **planned.outlook.facts()}
        attending.ended(facts, report.files, report.findings)
        return planned


async def _planned(attending: CommandLifecycle) -> PlanReport:
    started, job = time.monotonic(), attending.job
    table = open_source(job)
    check_age(job.settings, job.file)
    make_folder(job.out)
    async with connect(job) as service:
        path = job.out / "journal.sqlite"
        with Journal.copy(path, service.address, service.key.get_secret_value()) as journal:
            planning = _Planning(job, table, service, journal, started)
            attending.begun(planning.record.run_id)
            return await planning.go()


class _Planning:
    """One plan, from the copy of the journal to its files."""

    def __init__(self, job: Job, table: SourceTable, service: Connection, journal: Journal, started: float) -> None:
        self._job, self._table, self._service, self._journal = job, table, service, journal
        self._started = started
        self._scene: PageContext | None = None
        self.record: RunRecord = new_run("plan", job, table)
        self._outputs = Outputs(job.out, job.file, self.record.run_id, job.hooks.warn)

    async def go(self) -> PlanReport:
        """Decide about every row, and write it down."""
        former = previous_outputs(self._job.out, self._journal.runs())
        stop = self._job.hooks.stop
        ready = Ready(self._job, self._table, self._service, self._journal, self._begin)
        sheet = await unless_stopped(ready.rows(), stop)
        digest = self._journal.survey.sheet_digest()
        deciding = decide(self._job, self._service, self._journal, sheet, survey_all=True)
        decision = await unless_stopped(deciding, stop)
        found = replace(
            plan_summary(self._job, self._table, self._journal, decision),
            guards=stops(self._job.settings, decision.prospect),
        )
        self._outputs.make_room(former, OUTPUTS)
        findings = self._outputs.tables(self._table, self._journal)
        path = self._write(digest, decision, found)
        files = (*self._outputs.written, path.name, "report.html")
        report = Report(self._summary(), self._job.out, files, findings, checked=True)
        if self._scene is not None:
            self._outputs.page(plan_page(self._scene, report, found, str(path)), mask=self._job.settings.mask)
        return PlanReport(report, found, str(path))

    def _begin(self, sheet: PreparedSheet) -> RunStatistics:
        self._journal.begin(self.record)
        watch = RunStatistics()
        self._scene = PageContext(self._job, self.record, sheet, self._journal, watch)
        return watch

    def _write(self, digest: str, decision: RunDecision, found: PlanSummary) -> Any:
        header = {
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "program": f"{PROGRAM} {program_version()}",
            "file": identity(self._job.file),
            "sheet": self._table.sheet,
            "address": self._service.address,
            "out": str(self._job.out.resolve()),
            "command": repeated(self._job.command_line),
            "given": self._job.file,
            "settings": {name: value for name, value in self.record.settings.items() if OPTIONS[name].in_plan},
            "sheet_digest": digest,
            "rows_by_status": {str(status): number for status, number in self._journal.counts().items()},
            "create": found.create,
            "update": found.update,
            "look": found.look,
            "delete": found.delete,
            "requests": found.requests,
            "seconds": round(found.seconds, 1),
            "deletes": [_going(one) for one in decision.deletes],
        }
        path = self._outputs.path("plan.json")
        with replacing_text(path) as stream:
            stream.writelines(write_lines(header, self._rows()))
        return path

    def _rows(self) -> Iterator[PlannedRow]:
        return map(_row, self._journal.survey.planned())

    def _summary(self) -> Summary:
        counts, traffic = self._journal.counts(), self._service.api.traffic
        bad = counts[Status.REJECTED] + counts[Status.CONFLICT]
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
            exit_code=1 if bad else 0,
        )


def _row(planned: PlanLine) -> PlannedRow:
    one = planned.outcome
    return PlannedRow(
        one.row,
        one.external_id,
        planned.plan or "none",
        one.status.value,
        one.contact_id,
        one.detail,
        planned.link,
        planned.seen_as,
        planned.changes,
    )


def _going(one: OrphanContact) -> dict[str, str]:
    return {"external_id": one.external_id, "contact_id": one.contact_id, "seen_as": one.left_as}
