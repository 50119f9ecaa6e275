"""The five lines that end a command: the result, the effort, the findings, the next step, the files.

A line for each guard that would stop the run stands behind the result.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.model import Severity, Status
from importer.model.fields import NAME_HALVES
from importer.model.question import ABOUT_COUNTRY
from importer.report.earlier import earlier_apart
from importer.report.questions import then_as_proposed
from importer.report.rule_texts import rule_text
from importer.shell import shell_quote
from importer.text import counted, duration

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from importer.model import Question
    from importer.report.findings import Finding
    from importer.report.summary import Summary

# Warnings with which a row is done, although nothing was sent for it.
_LEFT_ALONE = ("contact-differs",)
_SHEET_NOT_READ, _JOINED_UNSENT = "sheet-not-read", "joined-unsent"
_ASKED, _NO_COUNTRY = "maybe-known", "phone-no-country"
_NAMES = ("full_name", *NAME_HALVES)
MISSING, KEPT_TAKEN, CHANGED_SINCE_PLAN = "contact-gone", "id-kept-taken", "changed-since-plan"
_NOT_OF_THE_SHEET = ("join-unproven", "contact-mixed-up")


@dataclass(frozen=True, slots=True)
class Closing:
    """What the last lines need besides the figures.

    `files` are names in `out`; `checked`: nothing was to be sent; `go_on` is the command for the unfinished rows (after
    a check: the run itself), `rejects` the command that imports `rejects_file` once it is corrected. `questions` are
    to be decided, `again` is the same command once more, `guards` are the reasons that would stop the run,
    `plan` makes a new plan of this run. `update` runs the sheet that rejects come from, and brings contacts in line
    with it.
    """

    out: Path
    files: Sequence[str] = ()
    checked: bool = False
    go_on: str = ""
    rejects_file: str | None = None
    rejects: str = ""
    questions: Sequence[Question] = ()
    again: str = ""
    guards: Sequence[str] = ()
    plan: str = ""
    update: str = ""


def five_lines(summary: Summary, findings: Sequence[Finding], closing: Closing) -> tuple[str, ...]:
    """The five lines, each with its label, and the guards."""
    return (
        _result(summary, closing),
        *guard_lines(closing.guards),
        _effort(summary, closing),
        _notes(findings),
        next_step(summary, findings, closing),
        f"Files:   {closing.out}/  {' '.join(closing.files)}",
    )


def guard_lines(guards: Sequence[str]) -> tuple[str, ...]:
    """A line for each guard that would stop the run."""
    return tuple(f"Guard:   {text}; the run would stop before the first write" for text in guards)


def _result(summary: Summary, closing: Closing) -> str:
    statuses = list(Status)
    words = {status: status.value for status in Status}
    if closing.checked:
        statuses.sort(key=lambda status: status is not Status.UNFINISHED)
        words[Status.UNFINISHED] = "ready to send"
    parts = [f"{summary.count(status):,} {words[status]}" for status in statuses if summary.count(status)]
    where = summary.file + (f" [{summary.sheet}]" if summary.sheet else "")
    rows = f"{counted(summary.rows, 'row')} = {' + '.join(parts) or 'the sheet has a header only'}"
    apart = "" if closing.checked else earlier_apart(summary.counts, summary.this_run)
    return f"Result:  {where}: {rows}{f'; {apart}' if apart else ''}"


def _effort(summary: Summary, closing: Closing) -> str:
    if closing.checked:
        return f"Effort:  checked in {duration(summary.seconds)}; nothing was sent"
    parts = [f"{counted(summary.requests, 'request')} in {duration(summary.seconds)}"]
    # A rate over less than a second says nothing about a longer run.
    if summary.seconds >= 1 and summary.requests:
        parts.append(f"{summary.requests / summary.seconds:.1f} a second")
    if summary.retries:
        parts.append(counted(summary.retries, "retry", "retries"))
    if summary.rate_limited:
        parts.append(f"told to slow down {counted(summary.rate_limited, 'time')}")
    return f"Effort:  {', '.join(parts)}"


def _notes(findings: Sequence[Finding]) -> str:
    if not findings:
        return "Notes:   none"
    totals = Counter[Severity]()
    for finding in findings:
        totals[finding.severity] += finding.count
    counts = [counted(totals[severity], severity.value) for severity in (Severity.ERROR, Severity.WARNING)]
    numbers = " and ".join(count for count in counts if not count.startswith("0 "))
    numbers = numbers or counted(totals[Severity.INFORMATION], "line")
    first = findings[0]
    most = "" if len(findings) == 1 else "above all "
    return f"Notes:   {numbers} in problems.csv; {most}{first.cases}: {rule_text(first.rule).what}"


def _decision(findings: Sequence[Finding], bad: int, questions: Sequence[Question]) -> str:
    """What to decide first; "" where no open question explains most of the rows that are handed back.

    Nothing else is offered beside it: the rest can wait.
    """
    lacking, asked = _errors_of(findings, _NO_COUNTRY), _errors_of(findings, _ASKED)
    if any(question.kind in ABOUT_COUNTRY for question in questions) and lacking * 2 > bad:
        return f"decide which country the phone numbers of {counted(lacking, 'row')} are from"
    # People of one company and number are told apart by the names that stand in that column.
    if any(question.proposal in _NAMES for question in questions) and asked * 2 > bad:
        return 'answer what is under "To decide", here or in report.html'
    return ""


def _errors_of(findings: Sequence[Finding], rule: str) -> int:
    return sum(finding.rows for finding in findings if (finding.rule, finding.severity) == (rule, Severity.ERROR))


def next_step(summary: Summary, findings: Sequence[Finding], closing: Closing) -> str:
    """The line that says what to do now, with its command."""
    unfinished = summary.count(Status.UNFINISHED)
    bad = summary.handed_back
    if decision := _decision(findings, bad, closing.questions):
        return f"Next:    {decision}{then_as_proposed(closing.questions, closing.again)}"
    if closing.questions and (closing.checked or not (unfinished or bad)):
        imports = closing.checked and not bad
        then, command = (", then import it", closing.go_on) if imports else ("", closing.again)
        proposed = then_as_proposed(closing.questions, command)
        return f'Next:    answer what is under "To decide", here or in report.html{then}{proposed}'
    if closing.checked and unfinished and not bad:
        return f"Next:    import it: {closing.go_on}"
    asked = _errors_of(findings, _ASKED)
    if closing.checked and not unfinished and 0 < bad == asked:
        rows = counted(asked, "row")
        return f"Next:    answer who {rows} may be, at a terminal or in the rejects of the run: {closing.go_on}"
    if closing.checked and bad and _rows_of(findings, (MISSING,)) != bad:
        or_import = " or import the others" if unfinished and not closing.guards else ", then"
        return f"Next:    correct {counted(bad, 'row')} (see problems.csv){or_import}: {closing.go_on}"
    # Before the bad rows: going on needs no decision, correcting does.
    if unfinished:
        return f"Next:    {counted(unfinished, 'row')} not done yet; go on with: {closing.go_on}"
    if bad:
        if _rows_of(findings, (MISSING,)) == bad:
            contacts = f"{counted(bad, 'contact was', 'contacts were')} deleted in the workspace"
            step = f"to create them again: {closing.go_on} --on-missing create"
            return f"Next:    {contacts}; if that was on purpose, there is nothing to do; {step}"
        if _rows_of(findings, (KEPT_TAKEN,)) == bad:
            # The command alone would end with the same conflicts.
            step, contacts = rule_text(KEPT_TAKEN).next_step, counted(bad, "deleted contact")
            return f"Next:    the ids of {contacts} are still taken: {step}; add that to: {closing.go_on}"
        if _rows_of(findings, _NOT_OF_THE_SHEET) == bad:
            # Nothing in the rows is wrong.
            return f"Next:    see in problems.csv what to do about {counted(bad, 'row')}, then: {closing.go_on}"
        if _rows_of(findings, (CHANGED_SINCE_PLAN,)) == bad and closing.plan:
            # The rows are right as they are; it is the plan that is too old.
            contacts = counted(bad, "contact has", "contacts have")
            return f"Next:    make a new plan, because {contacts} changed since this one was made: {closing.plan}"
        where = shell_quote(str(closing.out / (closing.rejects_file or "problems.csv")))
        return f"Next:    correct {counted(bad, 'row')} in {where}, then: {closing.rejects}"
    if unsent := sum(finding.rows for finding in findings if finding.rule == _JOINED_UNSENT):
        joined = counted(unsent, "row that was joined", "rows that were joined")
        return f"Next:    send what the sheet has of {joined} with an earlier row: {closing.update}"
    if left_alone := [finding for finding in findings if finding.rule in _LEFT_ALONE]:
        rows = counted(sum(finding.count for finding in left_alone), "row")
        rules = ", ".join(finding.rule for finding in left_alone)
        return f"Next:    see in problems.csv what to do about {rows} for which nothing was sent ({rules})"
    if any(finding.rule == _SHEET_NOT_READ for finding in findings):
        return f"Next:    see in problems.csv how to import the other sheet of the workbook ({_SHEET_NOT_READ})"
    if closing.checked:
        return "Next:    nothing to import"
    return "Next:    nothing to do; keep id_map.csv: later changes need its contact ids"


def _rows_of(findings: Sequence[Finding], rules: Sequence[str]) -> int:
    """How often rules were broken that a row breaks once at most."""
    return sum(finding.count for finding in findings if finding.rule in rules)
