"""The report of a command, put together from what was watched and what the journal holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.model import Status
from importer.pipeline.ending import closing
from importer.report.html import balance, columns, differences, duplicates, phones, rejects, settings
from importer.report.html.conflicts import Conflicts
from importer.report.html.findings import Findings
from importer.report.html.page import Page, Section, Tone
from importer.report.html.verdict import verdict
from importer.report.plan import headline, next_line, plan_summary_lines
from importer.report.summary_lines import five_lines
from importer.spreadsheet.rejects.rejects import layout_of, returned
from importer.version import program_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.delivery.journal import Journal, RunRecord
    from importer.pipeline.job import Job, Report
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.telemetry.statistics import RunStatistics
    from importer.report.plan import PlanSummary


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a page is about: a job, its run, its sheet, the journal, and what was watched meanwhile."""

    job: Job
    record: RunRecord
    sheet: PreparedSheet
    journal: Journal
    watch: RunStatistics


def page(scene: PageContext, report: Report) -> Page:
    """The page of a command that has ended. Raises DiskFailed where the journal cannot be read."""
    summary = report.summary
    tone, words = verdict(summary, checked=report.checked, stopped=report.stopped is not None)
    lines = five_lines(summary, report.findings, closing(scene.job, report))
    return Page(
        title=summary.file + (f" [{summary.sheet}]" if summary.sheet else ""),
        kind=scene.record.command,
        tone=tone,
        headline=words,
        lines=tuple(_labelled(line) for line in lines),
        sections=tuple(_sections(scene, report)),
        facts=facts(scene.record),
        stopped=str(report.stopped or ""),
    )


def plan_page(scene: PageContext, report: Report, outlook: PlanSummary, path: str) -> Page:
    """The page of a plan at `path`: as that of a check, but for what is to be done. Raises DiskFailed."""
    found = page(scene, report)
    files = f"Files:   {report.out}/  {' '.join(report.files)}"
    lines = (*plan_summary_lines(outlook.without_values()), next_line(outlook, path), files)
    tone = Tone.ATTENTION if outlook.guards else found.tone
    return replace(found, tone=tone, headline=headline(outlook), lines=tuple(map(_labelled, lines)))


def _labelled(line: str) -> tuple[str, str]:
    label, _, words = line.partition(":")
    return label, words.strip()


def facts(record: RunRecord) -> tuple[tuple[str, str], ...]:
    """Which run a page is of, and by which version."""
    return (("Run", record.run_id), ("begun", record.started_at), ("by version", program_version()))


def _sections(scene: PageContext, report: Report) -> list[Section]:
    findings, conflicts = Findings(), Conflicts()
    for problem in scene.journal.problems():
        findings.feed(problem)
        conflicts.feed(problem)
    names = scene.sheet.mapping.names
    mapped = scene.sheet.mapping.mapped
    of_phones = {one.position for one in mapped if one.target and one.target.field == "phone"}
    repeated = duplicates.section(scene.journal.outcomes(), report.summary.count(Status.DUPLICATE))
    return [
        balance.section(report.summary.counts, sent=not report.checked),
        *([_changes(scene)] if scene.record.command == "plan" else []),
        _rejects(scene, report, names, findings),
        conflicts.section(),
        findings.section(),
        columns.section(scene.sheet.mapping.columns, scene.watch.samples),
        phones.section(scene.watch.phones, findings.repairs(of_phones)),
        repeated,
        balance.over_time(scene.watch.rhythm.beats()),
        chosen(scene.job, scene.record, scene.sheet),
    ]


def _rejects(scene: PageContext, report: Report, names: Sequence[str], findings: Findings) -> Section:
    table = scene.sheet.table
    fields = {one.position: one.target.field for one in scene.sheet.mapping.mapped if one.target}
    kept = layout_of(table).kept
    known = [
        rejects.RejectColumn(place, names[position], fields.get(position, ""), position)
        for place, position in enumerate(kept)
        if position < len(names)
    ]
    rows = ((one.reject, one.cells) for one in returned(table, scene.journal.rejects()))
    total = report.summary.count(Status.REJECTED) + report.summary.count(Status.CONFLICT)
    return rejects.section(
        rows, rejects.candidates(known, findings.errors_by_column), total, report.rejects or "problems.csv"
    )


def chosen(job: Job, record: RunRecord, sheet: PreparedSheet) -> Section:
    """The settings of a run, and how its file was read."""
    return settings.section(job.settings.model_dump(mode="json", by_alias=True), record.settings, sheet.table.decisions)


def _changes(scene: PageContext) -> Section:
    """What the updates of a plan would change; the others have no rows that are planned and yet to be done."""
    updates = (one for one in scene.journal.survey.planned() if one.plan == "update")
    return differences.planned(
        (one.outcome.row, change.field, text(change.old), text(change.new)) for one in updates for change in one.changes
    )


def text(value: object) -> str:
    """A value of a contact as people read it."""
    if isinstance(value, list):
        return ", ".join(map(text, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
