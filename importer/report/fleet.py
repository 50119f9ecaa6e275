"""A fleet in figures: each workspace's summary, their sum, and the last lines of the command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.errors import FINISHED, CannotStart, Stopped
from importer.model import Status
from importer.model.folder_names import REJECTS
from importer.report.earlier import earlier_apart
from importer.report.summary import THIS_RUN, Summary
from importer.shell import shell_join, shell_quote
from importer.text import counted, duration
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class WorkspaceResult:
    """How one workspace of a fleet ended: its figures, and what to do next about it ("" for nothing).

    `problem` is why it could not do all its work. `out` is the folder of its results.
    """

    name: str
    out: Path
    summary: Summary
    problem: str = ""
    next_step: str = ""

    @property
    def exit_code(self) -> int:
        """The exit code of its run."""
        return self.summary.exit_code

    def as_dict(self) -> dict[str, object]:
        """JSON-ready: `summary.json` with what only the fleet knows."""
        place = {"name": self.name, "out": str(self.out)}
        return {**place, **self.summary.as_dict(), "problem": self.problem, "next_step": self.next_step}

    def result(self, *, checked: bool = False) -> str:
        """How it ended, in words."""
        rows = rows_in_words(self.summary, checked=checked)
        if self.exit_code in FINISHED:
            return rows
        return f"exit {self.exit_code}: {self.problem}" + (f" ({rows})" if self.summary.rows else "")


def rows_in_words(summary: Summary, *, checked: bool = False) -> str:
    """The rows that were read and how they ended; `checked`: nothing was to be sent."""
    words = {status: status.value for status in Status}
    if checked:
        words[Status.UNFINISHED] = "ready to send"
    parts = [f"{summary.count(status):,} {words[status]}" for status in Status if summary.count(status)]
    return f"{counted(summary.rows, 'row')} = {' + '.join(parts)}" if parts else "no rows"


@dataclass(frozen=True, slots=True)
class FleetSummary:
    """All workspaces of a fleet; the keys of `fleet.json`. The rows of each, and of all, add up."""

    run_id: str
    file: str
    started_at: str
    seconds: float
    workspaces: Sequence[WorkspaceResult] = field(default_factory=tuple)
    checked: bool = False
    """Nothing was to be sent, so unfinished rows are those that a run would send."""
    mistakes: tuple[str, ...] = ()
    """What is wrong with the file and is of none of its workspaces."""

    @property
    def exit_code(self) -> int:
        """The worst of all: 70 a bug, 3 stopped, 2 not begun, 1 rows to correct, 0 all in."""
        least = CannotStart.exit_code if self.mistakes else 0
        return max((least, *(result.exit_code for result in self.workspaces)))

    @property
    def total(self) -> Summary:
        """The sum of all workspaces."""
        summaries = [result.summary for result in self.workspaces]

        def added(name: str) -> int:
            return sum(getattr(summary, name) for summary in summaries)

        return Summary(
            run_id=self.run_id,
            file=self.file,
            sheet=None,
            counts={status: sum(summary.count(status) for summary in summaries) for status in Status},
            this_run={name: sum(summary.this_run.get(name, 0) for summary in summaries) for name in THIS_RUN},
            warnings=added("warnings"),
            requests=added("requests"),
            retries=added("retries"),
            rate_limited=added("rate_limited"),
            seconds=self.seconds,
            exit_code=self.exit_code,
        )

    def as_dict(self) -> dict[str, object]:
        """JSON-ready, in the documented order."""
        total = self.total.as_dict()
        head = {"run_id": self.run_id, "file": self.file, "started_at": self.started_at}
        figures = {name: value for name, value in total.items() if name not in ("run_id", "file", "sheet", "workspace")}
        return {**head, **figures, "workspaces": [result.as_dict() for result in self.workspaces]}


@dataclass(frozen=True, slots=True)
class FleetClosing:
    """What the last lines need besides the figures: the folder, its files, the command again, and the one to import."""

    out: Path
    files: Sequence[str]
    again: str
    imports: str


def fleet_lines(summary: FleetSummary, closing: FleetClosing) -> tuple[str, ...]:
    """The last lines of the command: a line for each workspace, the sum, and the next step."""
    shown = summary.workspaces
    if len(shown) > MOST_LINES:
        # Of many, those that a person has to look at; `fleet.html` has them all.
        shown = [result for result in shown if result.exit_code][:MOST_LINES]
    width = max((len(result.name) for result in shown), default=0)
    left_out = len(summary.workspaces) - len(shown)
    number = counted(len(summary.workspaces), "workspace")
    total = summary.total
    rows = [rows_in_words(total, checked=summary.checked)]
    if not summary.checked and (apart := earlier_apart(total.counts, total.this_run)):
        rows.append(apart)
    return (
        *(f"  {result.name:<{width}}  {result.result(checked=summary.checked)}" for result in shown),
        *((f"  {counted(left_out, 'workspace')} not listed here",) if left_out else ()),
        f"Result:  {summary.file}: {number}, {'; '.join(rows)}",
        f"Effort:  {_effort(summary)}",
        f"Next:    {next_step(summary, closing)}",
        f"Files:   {closing.out}/  {' '.join(closing.files)}".rstrip(),
    )


def _effort(summary: FleetSummary) -> str:
    if summary.checked:
        return f"checked in {duration(summary.seconds)}; nothing was sent"
    total = summary.total
    parts = [f"{counted(total.requests, 'request')} in {duration(total.seconds)}"]
    if total.retries:
        parts.append(counted(total.retries, "retry", "retries"))
    if total.rate_limited:
        parts.append(f"told to slow down {counted(total.rate_limited, 'time')}")
    return ", ".join(parts)


def next_step(summary: FleetSummary, closing: FleetClosing) -> str:
    """What to do now, the most urgent first."""
    failed = [result for result in summary.workspaces if result.exit_code not in (*FINISHED, Stopped.exit_code)]
    unfinished = [result for result in summary.workspaces if result.exit_code == Stopped.exit_code]
    bad = [result for result in summary.workspaces if result.exit_code == 1]
    ready = summary.total.count(Status.UNFINISHED)
    if summary.mistakes:
        return f"correct {summary.file}, then: {closing.again}"
    if failed:
        more_failed = f" ({counted(len(failed) - 1, 'other workspace')} failed, too.)" if len(failed) > 1 else ""
        return f"{failed[0].name}: {failed[0].next_step}{more_failed} Then: {closing.again}"
    if unfinished:
        rows = f" ({counted(ready, 'row')} left)" if ready else ""
        return f"{_named(unfinished)} not done yet{rows}; go on with: {closing.again}"
    if bad:
        number = sum(result.summary.handed_back for result in bad)
        if summary.checked:
            where = shell_quote(str(bad[0].out / "problems.csv"))
            or_import = " or import the others" if ready else ", then"
            return f"correct {counted(number, 'row')} (for {bad[0].name} see {where}){or_import}: {closing.imports}"
        # The command comes last, so that nothing is copied with it.
        more = f"{counted(number, 'row')} of {counted(len(bad), 'workspace')} to correct; " if len(bad) > 1 else ""
        return f"{more}{bad[0].name}: {bad[0].next_step}"
    if summary.checked:
        return f"import them: {closing.imports}" if ready else "nothing to import"
    return "nothing to do; keep the id_map.csv of each workspace: later changes need its contact ids"


def results_step(summary: Summary, file: Path) -> str:
    """What to do about the rows of results that were written once more: first those that are not in the workspace."""
    if summary.exit_code not in FINISHED:
        ready = summary.count(Status.UNFINISHED)
        rows = f"{counted(ready, 'row')} not in the workspace" if ready else "the last run did not come to its end"
        return f"{rows}; go on with: {PROGRAM} fleet run {shell_quote(str(file))}"
    if summary.exit_code == 1:
        return "correct the rows that problems.csv names; rejects and the page are written by the next run"
    return "nothing to do; the page is written by the next run over the sheet"


def _named(results: Sequence[WorkspaceResult]) -> str:
    names = ", ".join(result.name for result in results[:3])
    if len(results) > 3:
        return f"{names} and {counted(len(results) - 3, 'other workspace')} are"
    return f"{names} {'is' if len(results) == 1 else 'are'}"


def rejects_step(summary: Summary, out: Path, command: Sequence[str]) -> str:
    """What to do about the rows of a workspace to be corrected.

    `command` imports its sheet, which is the third word of it.
    """
    bad = summary.handed_back
    names = [name for name in REJECTS if (out / name).is_file()]
    if not bad or not names:
        return ""
    file = str(out / names[0])
    again = shell_join([*command[:2], file, *command[3:]])
    return f"correct {counted(bad, 'row')} in {shell_quote(file)}, then: {again}"
