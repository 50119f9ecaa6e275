"""A plan as a person reads it: how many of what, the first differences, conflicts, effort, what to do next."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """What a run will do. `kept` and others by status; `changes` and `conflicts` are lines of the first rows.

    `requests` and `seconds` are what it will take at the given rate, `guards` what would stop it.
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
        """How many contacts are written to."""
        return self.create + self.update + self.look + self.delete

    def without_values(self) -> PlanSummary:
        """The figures alone."""
        return replace(self, changes=(), conflicts=())

    def facts(self) -> dict[str, object]:
        """The figures, JSON-ready."""
        return {"create": self.create, "update": self.update, "look": self.look, "delete": self.delete} | {
            "expected_requests": self.requests,
            "expected_seconds": round(self.seconds, 1),
        }


def plan_summary_lines(outlook: PlanSummary) -> tuple[str, ...]:
    """The lines of a plan but for the last two, which belong to the command."""
    return (
        f"Plan:    {outlook.where}: {_parts(outlook)}",
        *_some("Changes:", outlook.changes, outlook.update),
        *_some("Unclear:", outlook.conflicts, len(outlook.conflicts)),
        *(f"Guard:   {text}; the run would stop before the first write" for text in outlook.guards),
        f"Effort:  about {outlook.requests:,} requests, {duration(outlook.seconds)}",
    )


def next_line(outlook: PlanSummary, path: str) -> str:
    """The line that says how to go on from a plan at `path`."""
    command = f"openphone-import run --plan {shlex.quote(path)}"
    return f"Next:    {command}" if outlook.writes else "Next:    nothing to do"


def headline(outlook: PlanSummary) -> str:
    """A plan in a sentence."""
    return f"Planned: {', '.join(_todo(outlook)) or 'nothing to do'}"


def _parts(outlook: PlanSummary) -> str:
    done = [f"{number:,} {status}" for status, number in outlook.rows_by_status.items() if number]
    return ", ".join([*_todo(outlook), *done]) or "nothing to do"


def _todo(outlook: PlanSummary) -> list[str]:
    most = "up to " if outlook.at_most else ""
    todo = (
        (outlook.create, f"{most}{outlook.create:,} to create"),
        (outlook.update, f"{most}{outlook.update:,} to update"),
        (outlook.look, f"{outlook.look:,} to look at"),
        (outlook.delete, f"{outlook.delete:,} to delete"),
    )
    return [text for number, text in todo if number]


def _some(label: str, lines: Sequence[str], total: int) -> list[str]:
    shown = [f"{label if number == 0 else ' ' * len(label)} {line}" for number, line in enumerate(lines[:MOST_SHOWN])]
    rest = total - min(len(lines), MOST_SHOWN)
    return [*shown, f"{' ' * len(label)} and {rest:,} more"] if shown and rest > 0 else shown


def duration(seconds: float) -> str:
    """A time that nobody needs to the second."""
    if seconds < 90:
        return "a minute or less"
    minutes = round(seconds / 60)
    return f"about {minutes} minutes" if minutes < 120 else f"about {minutes / 60:.1f} hours"
