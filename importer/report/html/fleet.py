"""The page over all workspaces of a fleet: the sum, a line for each, and what is to be done about which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.errors import FINISHED
from importer.report.fleet import fleet_lines, rows_in_words
from importer.report.html import balance
from importer.report.html.page import CellMark, Page, Section, Table, Tone, cell
from importer.text import counted, duration

if TYPE_CHECKING:
    from importer.report.fleet import FleetClosing, FleetSummary, WorkspaceResult

_HEAD = ("Workspace", "Sheet", "Ended", "Rows", "Requests", "Time", "Results in")
_ENDS = {0: "every row is in", 1: "rows to correct", 2: "not begun", 3: "not done yet"}


def page(summary: FleetSummary, closing: FleetClosing, version: str) -> Page:
    """The page of a fleet that has ended."""
    attention = [result for result in summary.workspaces if result.exit_code]
    lines = [line for line in fleet_lines(summary, closing) if not line.startswith(" ")]
    rows = tuple(
        (cell(result.name), cell(_end(result), _mark(result)), cell(result.problem), cell(result.next_step))
        for result in attention
    )
    to_do = (Table("What to do", ("Workspace", "Ended", "Why", "Next"), rows),)
    return Page(
        title=summary.file,
        kind="fleet",
        tone=Tone.GOOD if not attention else Tone.STOPPED if summary.exit_code not in FINISHED else Tone.ATTENTION,
        headline=_headline(summary, len(attention)),
        lines=tuple((label, words.strip()) for label, _, words in (line.partition(":") for line in lines)),
        sections=(
            balance.section(summary.total.counts, summary.total.this_run),
            Section(
                "attention", "To do", to_do if attention else (), "These workspaces need a person, or another run."
            ),
            Section("workspaces", "Workspaces", (_table(summary),), "Each has a report.html of its own in its folder."),
        ),
        facts=(("Run", summary.run_id), ("begun", summary.started_at), ("by version", version)),
        holds_contacts=False,
    )


def _headline(summary: FleetSummary, attention: int) -> str:
    number = len(summary.workspaces)
    if not attention:
        return f"Finished: every row of {counted(number, 'workspace')} is in"
    verb = "needs" if attention == 1 else "need"
    return f"{number - attention:,} of {counted(number, 'workspace')} done; {attention:,} {verb} attention"


def _table(summary: FleetSummary) -> Table:
    return Table(
        "All workspaces",
        _HEAD,
        tuple(
            (
                cell(result.name),
                cell(result.summary.file),
                cell(_end(result), _mark(result)),
                cell(rows_in_words(result.summary)),
                cell(f"{result.summary.requests:,}"),
                cell(duration(result.summary.seconds)),
                cell(result.out),
            )
            for result in summary.workspaces
        ),
    )


def _end(result: WorkspaceResult) -> str:
    return _ENDS.get(result.exit_code, f"exit {result.exit_code}")


def _mark(result: WorkspaceResult) -> CellMark:
    if result.exit_code in FINISHED:
        return CellMark.WARNING if result.summary.handed_back else CellMark.NONE
    return CellMark.ERROR
