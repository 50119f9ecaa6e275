"""What was found, counted by rule while it is written down; each rule in words, with its first cases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from importer.model import Severity
from importer.report.rule_texts import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importer.model import Problem

MOST_CHARACTERS = 20
MOST_EXAMPLES = 3
MOST_WARNINGS = 6
"""Kinds of warnings that are shown, unless all are asked for; errors are all shown."""


class Shade(StrEnum):
    """How a line is meant."""

    ERROR = "error"
    WARNING = "warning"
    PLAIN = "plain"
    SOFT = "soft"


class TextLine(NamedTuple):
    """A line for the terminal."""

    text: str
    shade: Shade = Shade.PLAIN


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was broken `count` times, in `rows` rows (0: it is of columns or the sheet), and its first cases."""

    rule: str
    severity: Severity
    count: int
    first: Problem
    rows: int = 0
    others: tuple[Problem, ...] = ()

    @property
    def cases(self) -> str:
        """How often, in the unit that counts: `1,204 rows`, `2 columns`."""
        number, unit = _cases(self)
        return f"{number:,} {unit}"

    def facts(self) -> dict[str, object]:
        """JSON-ready, without the value: what a log may keep."""
        what, next_step = words_of(self.rule)
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "count": self.count,
            "rows": self.rows,
            "row": self.first.row,
            "column": self.first.column,
            "what": what,
            "next_step": next_step,
        }


class FindingCounter:
    """Counts the problems that pass through it, those of a row one after another."""

    def __init__(self) -> None:
        self._counts: dict[tuple[Severity, str], int] = {}
        self._rows: dict[tuple[Severity, str], int] = {}
        self._last: dict[tuple[Severity, str], int | None] = {}
        self._first: dict[tuple[Severity, str], list[Problem]] = {}

    def counting(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Give the problems on, counted."""
        for problem in problems:
            self._count((problem.severity, problem.rule), problem)
            yield problem

    def _count(self, key: tuple[Severity, str], problem: Problem) -> None:
        self._counts[key] = self._counts.get(key, 0) + 1
        if problem.row is None or self._last.get(key) != problem.row:
            self._rows[key] = self._rows.get(key, 0) + (problem.row is not None)
            self._last[key] = problem.row
            first = self._first.setdefault(key, [])
            if len(first) < MOST_EXAMPLES:
                first.append(problem)

    def findings(self) -> tuple[Finding, ...]:
        """What was counted: errors first, then the most frequent."""
        found = [self._finding(key) for key in self._counts]
        return tuple(sorted(found, key=lambda one: (one.severity is not Severity.ERROR, -one.count, one.rule)))

    def _finding(self, key: tuple[Severity, str]) -> Finding:
        first, *others = self._first[key]
        return Finding(key[1], key[0], self._counts[key], first, self._rows[key], tuple(others))


def note_lines(findings: Sequence[Finding], *, names_values: bool, every_kind: bool = False) -> Iterator[TextLine]:
    """Each rule in words: how often, what to do, and where first.

    Cell values are named only where a person looks on: logs are kept. Of the kinds of warnings the most frequent are
    shown, or `every_kind`.
    """
    errors = [one for one in findings if one.severity is Severity.ERROR]
    warnings = [one for one in findings if one.severity is not Severity.ERROR]
    shown = warnings if every_kind or len(warnings) <= MOST_WARNINGS + 1 else warnings[:MOST_WARNINGS]
    edge = max((len(f"{_cases(one)[1]}:") for one in (*errors, *shown)), default=0)
    if errors:
        yield TextLine("To correct (each is a line in problems.csv):", Shade.ERROR)
        yield from _told(errors, edge, names_values)
    if shown:
        yield TextLine("Worth a look:" if errors else "Worth a look (each is a line in problems.csv):", Shade.WARNING)
        yield from _told(shown, edge, names_values)
    if left := warnings[len(shown) :]:
        yield TextLine(f"{'':9}and {len(left)} other kinds of warnings: see problems.csv", Shade.SOFT)


def _told(findings: Sequence[Finding], edge: int, names_values: bool) -> Iterator[TextLine]:
    for one in findings:
        number, unit = _cases(one)
        what, next_step = words_of(one.rule)
        yield TextLine(f"{number:>8,} {f'{unit}:':<{edge}} {what} - {next_step}")
        yield TextLine(f"{'':{edge + 10}}{_examples(one, names_values)}[{one.rule}]", Shade.SOFT)


def _cases(finding: Finding) -> tuple[int, str]:
    number = finding.rows or finding.count
    return number, _unit(finding) if number != 1 else _unit(finding).removesuffix("s")


def _unit(finding: Finding) -> str:
    if finding.first.row is not None:
        return "rows"
    return "columns" if finding.first.column else "times"


def _examples(finding: Finding, names_values: bool) -> str:
    """The first cases; a column is named once while it stays the same."""
    named, before = [], None
    for one in (finding.first, *finding.others):
        place = [f"row {one.row}"] if one.row is not None else []
        place += [one.column] if one.column and (one.column != before or one.row is None) else []
        value = f": {_short(one.value)}" if names_values and one.value else ""
        before = one.column
        if place:
            named.append(f"{', '.join(place)}{value}")
    return f"{'; '.join(named)} " if named else ""


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MOST_CHARACTERS else f"{flat[: MOST_CHARACTERS - 1]}…"
