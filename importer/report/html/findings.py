"""Problems, counted by rule and by column while they pass: memory grows with the kinds of problems alone."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from importer.model import Severity
from importer.report.html.page import Bar, Bars, Cell, Section, cell
from importer.report.rule_texts import words_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from importer.model import Problem

_MOST = 40
_MOST_KINDS = 2000
_SENTENCES = re.compile(r"(.*[.!?][”\")]?)\s+(\S.*)", re.DOTALL)
_REJECTED = re.compile(r"(?:^|\s+)The row is rejected\.$")
REPAIR = "repaired-"
OTHERS = "(others)"


def parted(message: str) -> tuple[str, str]:
    """What a message says, and its last sentence, the next step ("" where it is a single sentence)."""
    match = _SENTENCES.fullmatch(message.strip())
    what, step = (match[1], match[2]) if match else (message.strip(), "")
    return _REJECTED.sub("", what) or what, step


class Findings:
    """Counts of the problems fed to it."""

    def __init__(self) -> None:
        self.errors_by_column: Counter[int | None] = Counter()
        self._by_column: Counter[str] = Counter()
        self._by_rule: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], Cell] = {}
        self._repairs: Counter[tuple[int | None, str]] = Counter()

    def feed(self, problem: Problem) -> None:
        """Count a problem."""
        rule = (str(problem.severity), problem.rule)
        if rule not in self._by_rule and len(self._by_rule) >= _MOST_KINDS:
            rule = (str(problem.severity), OTHERS)
        self._by_rule[rule] += 1
        self._examples.setdefault(rule, cell(_example(problem)))
        if problem.column is not None:
            self._by_column[problem.column] += 1
            self.errors_by_column[problem.position] += problem.severity is Severity.ERROR
            if problem.rule.startswith(REPAIR):
                self._repairs[problem.position, problem.rule] += 1

    def section(self) -> Section:
        """Problems by rule, errors first, and by column."""
        rules = sorted(self._by_rule.items(), key=lambda one: (one[0][0], -one[1], one[0][1]))
        by_rule = [
            Bar(words_of(rule).title, count, self._examples[severity, rule], f"{severity} {rule}")
            for (severity, rule), count in rules
        ]
        blocks = [
            _bars("By rule", "Rule, with an example", by_rule),
            _bars("By column", "Column", [Bar(column, count) for column, count in self._by_column.most_common()]),
        ]
        lead = "An error rejects its row, a warning does not. Each problem is a line in problems.csv."
        return Section("problems", "Problems", tuple(block for block in blocks if block.bars), lead)

    def repairs(self, columns: Collection[int]) -> Bars:
        """How values of some columns were repaired, by kind."""
        kinds: Counter[str] = Counter()
        for (column, rule), count in self._repairs.items():
            if column in columns:
                kinds[rule] += count
        bars = [
            Bar(words_of(rule).title, count, self._examples.get((str(Severity.WARNING), rule)), rule)
            for rule, count in kinds.most_common()
        ]
        return _bars("Repaired on the way in", "Kind of repair, with an example", bars)


def _bars(caption: str, what: str, bars: list[Bar]) -> Bars:
    return Bars(caption, what, tuple(bars[:_MOST]), max(0, len(bars) - _MOST))


def _example(problem: Problem) -> str:
    return problem.message if problem.row is None else f"Row {problem.row:,}: {problem.message}"
