"""A report as a notebook shows it: figures and findings, without values of contacts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from importer.model import Status
from importer.report.notice import public_address
from importer.report.rule_texts import rule_text
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importer.report.findings import Finding
    from importer.report.summary import Summary


def notebook_html(summary: Summary, findings: Sequence[Finding], stopped: str = "") -> str:
    """Return the HTML of a report: its counts as a table, and one line a rule that was broken."""
    counts = [(status.value, summary.count(status)) for status in Status if summary.count(status)]
    name, rows = escape(public_address(summary.file)), counted(summary.rows, "row")
    parts = [f"<p><b>{name}</b>: {rows}, exit code {summary.exit_code}</p>"]
    if stopped:
        parts.append(f"<p>{escape(stopped)}</p>")
    parts.append(_table(("status", "rows"), ((name, f"{count:,}") for name, count in counts)))
    if findings:
        lines = (
            (finding.rule, finding.severity.value, f"{finding.count:,}", rule_text(finding.rule).what)
            for finding in findings
        )
        parts.append(_table(("rule", "severity", "count", "what"), lines))
    return "".join(parts)


def _table(names: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
