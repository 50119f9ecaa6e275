"""Problems counted by rule while they are written down, and each rule in words with its first cases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from importer.model import Severity
from importer.model.sheet import NO_NAMES
from importer.report.rule_texts import rule_text
from importer.text import shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from importer.model import Problem
    from importer.model.row_names import RowNames

MOST_CHARACTERS = 20
MOST_EXAMPLES = 3
MOST_WARNINGS = 6
"""Kinds of warnings that are shown, unless all are asked for; errors are all shown."""


_ORDER = tuple(Severity)


class Shade(StrEnum):
    """How a line is to be coloured."""

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
    """A rule that was broken `count` times in `rows` rows, and its first cases.

    `rows` is 0 for a rule about columns or the whole sheet.
    """

    rule: str
    severity: Severity
    count: int
    first: Problem
    rows: int = 0
    others: tuple[Problem, ...] = ()
    row_names: RowNames = NO_NAMES

    @property
    def cases(self) -> str:
        """How often, in the unit that counts: `1,204 rows`, `2 columns`."""
        return f"{self.number:,} {self.unit}"

    @property
    def number(self) -> int:
        """How many rows, columns or times."""
        return self.rows or self.count

    @property
    def unit(self) -> str:
        """What `number` counts: `rows`, `columns` or `times`, in the singular for 1."""
        unit = "times"
        if self.first.row is not None:
            unit = "rows"
        elif self.first.column:
            unit = "columns"
        return unit if self.number != 1 else unit.removesuffix("s")

    def facts(self) -> dict[str, object]:
        """JSON-ready, without the value: what a log may keep."""
        meaning, next_step = rule_text(self.rule)
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "count": self.count,
            "rows": self.rows,
            "row": self.first.row,
            "column": self.first.column,
            "what": meaning,
            "next_step": next_step,
        }


class _RuleTally:
    """How often a rule was broken, in how many rows, and its first cases."""

    __slots__ = ("count", "examples", "last_row", "rows")

    def __init__(self) -> None:
        self.count, self.rows = 0, 0
        self.last_row: int | None = None
        self.examples: list[Problem] = []


class FindingCounter:
    """Counts the problems that pass through it; those of one row must come one after another."""

    def __init__(self, row_names: RowNames = NO_NAMES) -> None:
        self._names = row_names
        # Counts and a few examples a rule: the problems of a large sheet would not fit into memory.
        self._tallies: dict[tuple[Severity, str], _RuleTally] = {}

    def counting(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Count the problems and yield them unchanged."""
        for problem in problems:
            # By place, since there may be millions, and a field by its name takes twice as long.
            row, _, _, rule, severity, _, _ = problem
            tally = self._tallies.get((severity, rule))
            if tally is None:
                tally = self._tallies[severity, rule] = _RuleTally()
            tally.count += 1
            # A second problem of the same rule in one row is neither another row nor another example.
            if row is None or tally.last_row != row:
                tally.rows += row is not None
                tally.last_row = row
                if len(tally.examples) < MOST_EXAMPLES:
                    tally.examples.append(problem)
            yield problem

    def findings(self) -> tuple[Finding, ...]:
        """What was counted: errors first, information last, then the most frequent."""
        findings = []
        for (severity, rule), tally in self._tallies.items():
            first, *later_examples = tally.examples
            findings.append(Finding(rule, severity, tally.count, first, tally.rows, tuple(later_examples), self._names))
        findings.sort(key=lambda finding: (_ORDER.index(finding.severity), -finding.count, finding.rule))
        return tuple(findings)


def note_lines(
    findings: Sequence[Finding], *, names_values: bool, every_kind: bool = False, asked: Collection[str] = ()
) -> Iterator[TextLine]:
    """Each rule in words: how often, what to do, and the first cases.

    Cell values are shown only with `names_values`, to a person at a terminal: logs are kept. Only the most frequent
    kinds of warnings are shown, unless `every_kind` is set. `asked`: rules that are shown as questions already.
    """
    findings = [finding for finding in findings if finding.rule not in asked]
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    warnings = [finding for finding in findings if finding.severity is Severity.WARNING]
    # One more than the limit is shown, since "and 1 other kind" would take as much room.
    shown = warnings if every_kind or len(warnings) <= MOST_WARNINGS + 1 else warnings[:MOST_WARNINGS]
    width = max((len(f"{finding.unit}:") for finding in (*errors, *shown)), default=0)
    if errors:
        yield TextLine("To correct (each is a line in problems.csv):", Shade.ERROR)
        yield from _finding_lines(errors, width, names_values)
    if shown:
        yield TextLine("Worth a look:" if errors else "Worth a look (each is a line in problems.csv):", Shade.WARNING)
        yield from _finding_lines(shown, width, names_values)
    if len(shown) < len(warnings):
        more = len(warnings) - len(shown)
        yield TextLine(f"{'':9}and {more} other kinds of warnings: see problems.csv", Shade.SOFT)


def _finding_lines(findings: Sequence[Finding], width: int, names_values: bool) -> Iterator[TextLine]:
    for finding in findings:
        meaning, next_step = rule_text(finding.rule)
        yield TextLine(f"{finding.number:>8,} {f'{finding.unit}:':<{width}} {meaning} - {next_step}")
        yield TextLine(f"{'':{width + 10}}{_example_cases(finding, names_values)}[{finding.rule}]", Shade.SOFT)


def _example_cases(finding: Finding, names_values: bool) -> str:
    """The first cases; a column is named once, until it changes."""
    cases, previous_column = [], None
    for problem in (finding.first, *finding.others):
        place = [finding.row_names.name(problem.row)] if problem.row is not None else []
        if problem.column and (problem.column != previous_column or problem.row is None):
            place.append(shorten(problem.column))  # a header may hold line breaks
        previous_column = problem.column
        value = f": {shorten(problem.value, MOST_CHARACTERS)}" if names_values and problem.value else ""
        if place:
            cases.append(f"{', '.join(place)}{value}")
    return f"{'; '.join(cases)} " if cases else ""
