"""A plan as a person reads it: the counts, the first differences and conflicts, the effort, the next step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.report.summary_lines import guard_lines
from importer.shell import shell_join
from importer.text import counted
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The summary should fit on a screen; plan.json and the page have the rest.
MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """What a run will do. `changes` and `conflicts` are lines about the first rows.

    `requests` and `seconds` are the effort at the given rate, `guards` the reasons that would stop the run. With
    `at_most` nothing was looked up, so `create` and `update` are upper limits.
    """

    where: str
    create: int
    update: int
    look: int
    delete: int
    rows_by_status: Mapping[str, int]
    requests: int
    seconds: float
    changes: Sequence[str] = ()
    conflicts: Sequence[str] = ()
    guards: Sequence[str] = ()
    at_most: bool = False

    @property
    def writes(self) -> int:
        """How many contacts are written."""
        return self.create + self.update + self.look + self.delete

    def without_values(self) -> PlanSummary:
        """Only the figures: no value of a contact."""
        return replace(self, changes=(), conflicts=())

    def facts(self) -> dict[str, object]:
        """The figures, JSON-ready."""
        return {"create": self.create, "update": self.update, "look": self.look, "delete": self.delete} | {
            "expected_requests": self.requests,
            "expected_seconds": round(self.seconds, 1),
        }


def plan_summary_lines(outlook: PlanSummary) -> tuple[str, ...]:
    """The lines of a plan, without the last two, which the command adds."""
    rows = [f"{number:,} {status}" for status, number in outlook.rows_by_status.items() if number]
    parts = ", ".join([*_actions(outlook), *rows]) or "nothing to do"
    return (
        f"Plan:    {outlook.where}: {parts}",
        *_first_lines("Changes:", outlook.changes, outlook.update),
        *_first_lines("Unclear:", outlook.conflicts, len(outlook.conflicts)),
        *guard_lines(outlook.guards),
        f"Effort:  about {counted(outlook.requests, 'request')}, {rough_duration(outlook.seconds)}",
    )


def next_line(outlook: PlanSummary, path: str, beside: Sequence[str] = (), otherwise: str = "") -> str:
    """The line that says how to carry out a plan at `path`, with the options to give `beside` it.

    `otherwise`: the line where the plan does nothing, which may be so because of rows that are wrong.
    """
    command = shell_join([PROGRAM, "run", "--plan", path, *beside])
    return f"Next:    {command}" if outlook.writes else otherwise or "Next:    nothing to do"


def headline(outlook: PlanSummary) -> str:
    """A plan in a sentence."""
    return f"Planned: {', '.join(_actions(outlook)) or 'nothing to do'}"


def _actions(outlook: PlanSummary) -> list[str]:
    up_to = "up to " if outlook.at_most else ""
    actions = (
        (outlook.create, f"{up_to}{outlook.create:,} to create"),
        (outlook.update, f"{up_to}{outlook.update:,} to update"),
        (outlook.look, f"{outlook.look:,} to look up"),
        (outlook.delete, f"{outlook.delete:,} to delete"),
    )
    return [text for number, text in actions if number]


def _first_lines(label: str, lines: Sequence[str], total: int) -> list[str]:
    """The first lines, with the label before the first and how many of `total` are left out after the last."""
    shown = list(lines[:MOST_SHOWN])
    if shown and total > len(shown):
        shown.append(f"and {total - len(shown):,} more")
    return [f"{label if number == 0 else ' ' * len(label)} {line}" for number, line in enumerate(shown)]


def rough_duration(seconds: float) -> str:
    """An estimated time, in minutes or hours: it is not known to the second."""
    if seconds < 90:
        return "a minute or less"
    minutes = round(seconds / 60)
    return f"about {minutes} minutes" if minutes < 120 else f"about {minutes / 60:.1f} hours"
