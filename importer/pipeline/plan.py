"""`plan`: what a run would do, found out with GET requests alone, shown and written to `plan.json`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import starmap
from typing import TYPE_CHECKING, Any

from importer.disk import real_path, replacing_text
from importer.pipeline.job import Report
from importer.pipeline.outputs.folder import TABLES
from importer.pipeline.outputs.page import closing, plan_page
from importer.pipeline.preflight.decision import decide
from importer.pipeline.preflight.guards import exceeded_limits
from importer.pipeline.preflight.summary import plan_summary
from importer.pipeline.prepare import prepare_rows
from importer.pipeline.run_context import opened_run
from importer.pipeline.workspace.cancellation import unless_stopped
from importer.plan.plan_file import PlannedRow, write_lines
from importer.report.plan import next_line
from importer.report.summary_lines import next_step
from importer.settings.command_line import repeated
from importer.settings.model import OPTIONS
from importer.settings.option import variable_of
from importer.version import PROGRAM, program_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.pipeline.job import Job
    from importer.pipeline.preflight.decision import RunDecision
    from importer.pipeline.run_context import ConnectedRun
    from importer.report.plan import PlanSummary
    from importer.settings.model import Settings

PLAN_FILE = "plan.json"


@dataclass(frozen=True, slots=True)
class PlanReport:
    """A plan as it was made: the figures of its sheet, what a run will do, and where it was written."""

    report: Report
    outlook: PlanSummary
    path: str
    beside: tuple[str, ...] = ()
    """The options that have to be given again with it."""
    next_line: str = ""


async def plan(job: Job) -> PlanReport:
    """Plan the import of the sheet of `job`: nothing is written to the workspace, and the journal stays as it is.

    Writes `plan.json`, `problems.csv`, the rejects and the page. The report's exit code is 1 if rows are rejected or in
    conflict, else 0. Raises CannotStart or Stopped.
    """
    async with opened_run(job, "plan", copy_journal=True, guard_age=True) as context:
        context, sheet, people = await unless_stopped(prepare_rows(context), context.job.hooks.stop)
        job, journal, outputs = context.job, context.journal, context.outputs
        # Before the decision, which gives rows their contacts: the run compares what the sheet itself says.
        digest = journal.survey.sheet_digest()
        deciding = decide(job, context.connection, journal, sheet, survey_all=True)
        decision = await unless_stopped(deciding, job.hooks.stop)
        # A plan says what the guards would stop, and does not stop itself: the person wants to see why.
        limits = exceeded_limits(job.settings, decision.planned_counts)
        summary = replace(plan_summary(job, context.table, journal, decision), guards=limits)

        outputs.make_room((*TABLES, PLAN_FILE))
        # The journal stays as it is, so the run of these rejects learns from them what was asked.
        questions = people.questions if people is not None else {}
        findings = outputs.write_tables(context.table, journal, questions=questions)
        path = outputs.path(PLAN_FILE)
        with replacing_text(path) as stream:
            rows = starmap(PlannedRow, journal.survey.planned())
            stream.writelines(write_lines(_header(context, digest, decision, summary), rows))
        files = (*outputs.written, path.name, "report.html")
        report = Report(
            context.summary(), job.out, files, findings, checked=True, questions=context.open_questions(sheet, findings)
        )
        beside = tuple(_beside(job.settings))
        otherwise = next_step(report.summary, findings, closing(job, report))
        line = next_line(summary, str(path), beside, otherwise)
        shown = plan_page(context.page_context(sheet), report, summary, line)
        outputs.write_page(shown, mask=job.settings.mask)
        context.lifecycle.end({**report.summary.as_dict(), **summary.facts()}, files, findings)
        return PlanReport(report, summary, str(path), beside, line)


def _beside(settings: Settings) -> Iterator[str]:
    """The options that the plan does not hold, since a plan may come from outside: the address, and code."""
    address = settings.origin("base_url")
    if not settings.sandbox and address is not None and address.what != variable_of("base_url"):
        yield from ("--base-url", settings.base_url)
    if settings.user_schema is not None:
        yield from ("--schema", settings.user_schema)


def _header(context: ConnectedRun, digest: str, decision: RunDecision, summary: PlanSummary) -> dict[str, Any]:
    """Everything in `plan.json` before its rows; `importer.plan.plan_file` says what it means."""
    job = context.job
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "program": f"{PROGRAM} {program_version()}",
        "file": job.identity,
        "sheet": context.table.sheet,
        "address": context.connection.address,
        "out": str(real_path(job.out)),
        "command": repeated(job.command_line),
        "given": job.file,
        "schema": job.settings.user_schema,
        "settings": {
            name: value for name, value in context.record.settings.items() if name in OPTIONS and OPTIONS[name].in_plan
        },
        "sheet_digest": digest,
        "rows_by_status": {str(status): number for status, number in context.journal.counts().items()},
        "create": summary.create,
        "update": summary.update,
        "look": summary.look,
        "delete": summary.delete,
        "requests": summary.requests,
        "seconds": round(summary.seconds, 1),
        "deletes": [
            {"external_id": orphan.external_id, "contact_id": orphan.contact_id, "seen_as": orphan.left_as}
            for orphan in decision.deletes
        ],
    }
