"""The report page of a command, put together from its report, its sheet, its statistics and the journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.model import Status
from importer.report.card import contact_name
from importer.report.html import balance, columns, differences, duplicates, phones, questions, rejects, settings
from importer.report.html.conflicts import RULES, Conflicts
from importer.report.html.findings import Findings
from importer.report.html.page import Page, Section, Tone
from importer.report.html.verdict import verdict
from importer.report.plan import headline, plan_summary_lines
from importer.report.summary_lines import Closing, five_lines
from importer.settings.command_line import UPDATE, as_setting, over_sheet, repeated, with_option
from importer.spreadsheet.rejects.rejects import layout_of, returned
from importer.version import program_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.delivery.journal import Journal, RunRecord
    from importer.delivery.journal.records import PlanLine
    from importer.pipeline.job import Job, Report
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.telemetry.statistics import RunStatistics
    from importer.report.plan import PlanSummary


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a page is about: a job, its run, its sheet, the journal, and the statistics of the run."""

    job: Job
    record: RunRecord
    sheet: PreparedSheet
    journal: Journal
    statistics: RunStatistics


def closing(job: Job, report: Report) -> Closing:
    """Return what the last lines of a command name, here and on the terminal: its files, and the commands to go on."""
    # A plan is made for one sheet: its rejects are imported with the options that the plan was made with.
    line, file = job.planned_by or (job.command_line, job.file)
    go_on = repeated(job.command_line, command="run" if report.checked else None)
    rest = over_sheet(job.command_line, job.file, report.rest_of, report.out) if report.rest_of else go_on
    option = report.stopped.goes_on_with if report.stopped is not None else None
    typed = Closing(
        out=report.out,
        files=report.files,
        checked=report.checked,
        go_on=with_option(rest, *option) if option else rest,
        rejects_file=report.rejects,
        rejects=repeated(line, command="run", file=file, out=report.out, rejects=report.rejects),
        questions=report.questions,
        again=repeated(job.command_line),
        guards=report.guards,
        plan=repeated(line, command="plan"),
        update=with_option(rest, *UPDATE),
    )
    if job.command_line:
        return typed
    # A program that uses the library has typed nothing.
    rest = f"a job of {report.rest_of}, with the same out" if report.rest_of else "the same job"
    return replace(
        typed,
        go_on=f"importer.run of {rest}{f', with {as_setting(*option)}' if option else ''}",
        rejects="importer.run of a job of that file, with the same out",
        again="the same call once more",
        plan="importer.plan of the same job",
        update=f"importer.run of {rest}, and on_match='update'",
    )


def page(context: PageContext, report: Report) -> Page:
    """Return the page of a command that has ended. Raises DiskFailed if the journal cannot be read."""
    summary = report.summary
    tone, words = verdict(summary, checked=report.checked, stopped=report.stopped is not None)
    workspace = context.journal.workspace
    return Page(
        title=summary.file + (f" [{summary.sheet}]" if summary.sheet else ""),
        kind=context.record.command,
        tone=tone,
        headline=words,
        lines=_labelled(five_lines(summary, report.findings, closing(context.job, report))),
        sections=tuple(_sections(context, report)),
        facts=(*facts(context.record), *((("in the workspace", str(workspace)),) if workspace else ())),
        stopped=str(report.stopped or ""),
    )


def plan_page(context: PageContext, report: Report, summary: PlanSummary, next_step: str) -> Page:
    """Return the page of a plan: like that of a check, with what is to be done on top. Raises DiskFailed."""
    checked = page(context, report)
    files = f"Files:   {report.out}/  {' '.join(report.files)}"
    lines = (*plan_summary_lines(summary.without_values()), next_step, files)
    tone = Tone.ATTENTION if summary.guards else checked.tone
    return replace(checked, tone=tone, headline=headline(summary), lines=_labelled(lines))


def _labelled(lines: Iterable[str]) -> tuple[tuple[str, str], ...]:
    parts = (line.partition(":") for line in lines)
    return tuple((label, words.strip()) for label, _, words in parts)


def facts(record: RunRecord) -> tuple[tuple[str, str], ...]:
    """Return which run a page is about, and the version that made it."""
    return (("Run", record.run_id), ("begun", record.started_at), ("by version", program_version()))


def _sections(context: PageContext, report: Report) -> list[Section]:
    mapping, journal, statistics = context.sheet.mapping, context.journal, context.statistics

    # The database counts them: there may be millions.
    findings, conflicts = Findings(), Conflicts()
    for problem, count in journal.problem_counts():
        findings.feed(problem, count)
    for problem in journal.problems_by_rule(RULES):
        conflicts.feed(problem)

    fields = {column.position: column.target.field for column in mapping.mapped if column.target}
    phone_columns = {position for position, field in fields.items() if field == "phone"}

    # Rejected rows are shown with those of their columns that have errors or say who the row is about.
    table, names = context.sheet.table, mapping.names
    shown = [
        rejects.RejectColumn(index, names[position], fields.get(position, ""), position)
        for index, position in enumerate(layout_of(table).kept)
        if position < len(names)
    ]
    rejected = ((row.reject, row.cells) for row in returned(table, journal.rejects()))
    candidates = rejects.candidates(shown, findings.errors_by_column)
    total = report.summary.handed_back

    # Only a plan has rows with changes: other commands have no planned rows left when they end.
    updates = (
        (planned.row, name, change.field, contact_value(change.old), contact_value(change.new))
        for number, planned in enumerate(journal.survey.planned(updates=True))
        for name in [_name_in_workspace(journal, planned) if number < differences.MOST else ""]
        for change in planned.changes
    )
    return [
        balance.section(report.summary.counts, report.summary.this_run, sent=not report.checked),
        questions.section(report.questions),
        *([differences.planned(updates)] if context.record.command == "plan" else []),
        rejects.section(rejected, candidates, total, report.rejects or "problems.csv", journal.returned_before),
        conflicts.section(),
        findings.section(),
        columns.section(mapping.columns, statistics.samples),
        phones.section(statistics.phones, findings.repairs(phone_columns)),
        duplicates.section(journal.outcomes(), report.summary.count(Status.DUPLICATE)),
        balance.over_time(statistics.timeline.chart()),
        settings_section(context.job, context.record, context.sheet),
    ]


def _name_in_workspace(journal: Journal, planned: PlanLine) -> str:
    """What the contact of a row is called in the workspace; "" if it was not read."""
    contact_id = planned.link or planned.contact_id
    contact = journal.survey.contact(contact_id) if contact_id else None
    contacts = [contact] if contact else journal.survey.with_external_id(planned.external_id)
    return contact_name(contacts[0]) if contacts else ""


def settings_section(job: Job, record: RunRecord, sheet: PreparedSheet) -> Section:
    """Return the section with the settings of a run, and with how its file was read."""
    return settings.section(job.settings.model_dump(mode="json", by_alias=True), record.settings, sheet.table.decisions)


def contact_value(value: object) -> str:
    """Return a value of a contact as people read it."""
    if isinstance(value, list):
        return ", ".join(map(contact_value, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
