"""The five lines that end a command: what happened, the effort, what was found, what to do next, the files."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.model import Severity, Status
from importer.report.rule_texts import words_of
from importer.text import counted, duration

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from importer.report.findings import Finding
    from importer.report.summary import Summary

_LEFT_ALONE = ("contact-differs", "id-taken")


@dataclass(frozen=True, slots=True)
class Closing:
    """What the last lines need beside the figures.

    `files` are names in `out`; `checked`: nothing was to be sent; `go_on` is the command for the rows that are left
    (after a check: the run itself), `rejects` the one that imports `rejects_file` once it is corrected.
    """

    out: Path
    files: Sequence[str] = ()
    checked: bool = False
    go_on: str = ""
    rejects_file: str | None = None
    rejects: str = ""


def five_lines(summary: Summary, findings: Sequence[Finding], closing: Closing) -> tuple[str, ...]:
    """The five lines, each with its label."""
    return (
        _happened(summary, closing),
        _went(summary, closing),
        _look(findings),
        _next(summary, findings, closing),
        f"Files:   {closing.out}/  {' '.join(closing.files)}",
    )


def _happened(summary: Summary, closing: Closing) -> str:
    words = {Status.UNFINISHED: "ready to send"} if closing.checked else {}
    order = [*((Status.UNFINISHED,) if closing.checked else ()), *Status]
    parts = [
        f"{summary.count(status):,} {words.get(status, status.value)}"
        for status in dict.fromkeys(order)
        if summary.count(status)
    ]
    where = summary.file + (f" [{summary.sheet}]" if summary.sheet else "")
    return f"Result:  {where}: {counted(summary.rows, 'row')} = {' + '.join(parts) or 'the sheet has a header only'}"


def _went(summary: Summary, closing: Closing) -> str:
    if closing.checked:
        return f"Effort:  checked in {duration(summary.seconds)}; nothing was sent"
    pace = f", {summary.requests / summary.seconds:.1f} a second" if summary.seconds >= 1 and summary.requests else ""
    extra = "".join(
        f", {text}"
        for number, text in (
            (summary.retries, counted(summary.retries, "retry", "retries")),
            (summary.rate_limited, f"told to slow down {counted(summary.rate_limited, 'time')}"),
        )
        if number
    )
    return f"Effort:  {counted(summary.requests, 'request')} in {duration(summary.seconds)}{pace}{extra}"


def _look(findings: Sequence[Finding]) -> str:
    if not findings:
        return "Notes:   none"
    grades = [
        counted(sum(one.count for one in findings if one.severity is grade), grade.value)
        for grade in Severity
        if any(one.severity is grade for one in findings)
    ]
    first = findings[0]
    most = "" if len(findings) == 1 else "above all "
    return f"Notes:   {' and '.join(grades)} in problems.csv; {most}{first.cases}: {words_of(first.rule).what}"


def _next(summary: Summary, findings: Sequence[Finding], closing: Closing) -> str:
    left, bad = summary.count(Status.UNFINISHED), summary.count(Status.REJECTED) + summary.count(Status.CONFLICT)
    if closing.checked:
        others = " or import the others" if left else ", then"
        mend = f"correct {counted(bad, 'row')} (see problems.csv){others}" if bad else "import it"
        return f"Next:    {mend}: {closing.go_on}" if left or bad else "Next:    nothing to import"
    if left:
        return f"Next:    {counted(left, 'row')} not done yet; go on with: {closing.go_on}"
    if bad:
        where = shlex.quote(str(closing.out / (closing.rejects_file or "problems.csv")))
        return f"Next:    correct {counted(bad, 'row')} in {where}, then: {closing.rejects}"
    if alone := [one for one in findings if one.rule in _LEFT_ALONE]:
        rows, rules = counted(sum(one.count for one in alone), "row"), ", ".join(one.rule for one in alone)
        return f"Next:    read in problems.csv what to do for {rows} that nothing was sent for ({rules})"
    return "Next:    nothing; keep id_map.csv, its contact ids are the only handle for later changes"
