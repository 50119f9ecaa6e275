"""What was found, counted by rule while it is written down: one line a rule for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importer.model import Problem

MOST_CHARACTERS = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was broken `count` times, and the first of them."""

    rule: str
    severity: Severity
    count: int
    first: Problem

    def facts(self) -> dict[str, object]:
        """JSON-ready, without the value: what a log may keep."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "count": self.count,
            "row": self.first.row,
            "column": self.first.column,
        }


class Tally:
    """Counts the problems that pass through it."""

    def __init__(self) -> None:
        self._counts: dict[tuple[Severity, str], int] = {}
        self._first: dict[tuple[Severity, str], Problem] = {}

    def counting(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Give the problems on, counted."""
        for problem in problems:
            key = (problem.severity, problem.rule)
            self._counts[key] = self._counts.get(key, 0) + 1
            self._first.setdefault(key, problem)
            yield problem

    def findings(self) -> tuple[Finding, ...]:
        """What was counted: errors first, then the most frequent."""
        found = [Finding(rule, grade, count, self._first[grade, rule]) for (grade, rule), count in self._counts.items()]
        return tuple(sorted(found, key=lambda one: (one.severity is not Severity.ERROR, -one.count, one.rule)))


def note_lines(findings: Sequence[Finding], *, names_values: bool) -> Iterator[str]:
    """One line a rule: how often, and where first. Cell values only where a person looks on: logs are kept."""
    if not findings:
        return
    yield "What was found (each has a line in problems.csv):"
    width = max(len(one.rule) for one in findings)
    for one in findings:
        yield f"  {one.count:>6,} {one.severity.value:<7} {one.rule:<{width}}  {_where(one, names_values)}".rstrip()


def _where(finding: Finding, names_values: bool) -> str:
    first = finding.first
    place = [f"row {first.row}"] if first.row is not None else []
    place += [first.column] if first.column else []
    value = f": {_short(first.value)}" if names_values and first.value else ""
    return f"{'first: ' if finding.count > 1 and place else ''}{', '.join(place)}{value}"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MOST_CHARACTERS else f"{flat[: MOST_CHARACTERS - 1]}…"
