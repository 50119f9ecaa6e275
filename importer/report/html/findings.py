"""Problems counted by rule and by column, as bars."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from importer.model import Severity
from importer.regex import regex
from importer.report.html.page import Cell, CountBar, CountBars, Section, cell
from importer.report.rule_texts import rule_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from importer.model import Problem

_MOST = 40
_MOST_KINDS = 2000
# The first part takes as much as it can, which leaves the last sentence: in our messages, the next step.
_SENTENCES = regex(r"(.*[.!?][”\")]?)\s+(\S.*)", re.DOTALL)
_REJECTED = regex(r"(?:^|\s+)The row is rejected\.$")
REPAIR = "repaired-"
OTHERS = "(others)"


def parted(message: str) -> tuple[str, str]:
    """Split a message into what is wrong and its last sentence, the next step ("" if there is only one sentence)."""
    match = _SENTENCES.fullmatch(message.strip())
    statement, next_step = (match[1], match[2]) if match else (message.strip(), "")
    # On the page all these rows are under "Rows to correct".
    return _REJECTED.sub("", statement) or statement, next_step


class Findings:
    """Counts problems by rule and by column; memory grows only with the kinds of problems."""

    def __init__(self) -> None:
        self.errors_by_column: Counter[int | None] = Counter()
        self._by_column: Counter[str] = Counter()
        self._by_rule: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], Cell] = {}
        self._repairs: Counter[tuple[int | None, str]] = Counter()

    def feed(self, problem: Problem, count: int = 1) -> None:
        """Count a problem, or `count` problems of which this is the first; they share severity, rule and column."""
        rule = (problem.severity.value, problem.rule)
        # A schema of the person's own may make up a rule for every row.
        if rule not in self._by_rule and len(self._by_rule) >= _MOST_KINDS:
            rule = (problem.severity.value, OTHERS)
        self._by_rule[rule] += count
        if rule not in self._examples:
            place = "" if problem.row is None else f"Row {problem.row:,}: "
            self._examples[rule] = cell(f"{place}{problem.message}")
        if problem.column is not None:
            self._by_column[problem.column] += count
            self.errors_by_column[problem.position] += count * (problem.severity is Severity.ERROR)
            if problem.rule.startswith(REPAIR):
                self._repairs[problem.position, problem.rule] += count

    def section(self) -> Section:
        """Problems by rule, errors first, and by column."""
        by_rule = [
            CountBar(rule_text(rule).title, count, self._examples[severity, rule], f"{severity} {rule}")
            for (severity, rule), count in sorted(
                self._by_rule.items(),
                key=lambda item: (list(Severity).index(Severity(item[0][0])), -item[1], item[0][1]),
            )
        ]
        by_column = [CountBar(column, count) for column, count in self._by_column.most_common()]
        blocks = (_bars("By rule", "Rule, with an example", by_rule), _bars("By column", "Column", by_column))
        lead = "An error rejects its row, a warning does not. Each problem is a line in problems.csv."
        return Section("problems", "Problems", tuple(block for block in blocks if block.bars), lead)

    def repairs(self, columns: Collection[int]) -> CountBars:
        """How values of some columns (by position) were repaired, by kind."""
        kinds: Counter[str] = Counter()
        for (column, rule), count in self._repairs.items():
            if column in columns:
                kinds[rule] += count
        bars = [
            CountBar(rule_text(rule).title, count, self._examples.get((str(Severity.WARNING), rule)), rule)
            for rule, count in kinds.most_common()
        ]
        return _bars("Repaired on the way in", "Kind of repair, with an example", bars)


def _bars(caption: str, noun: str, bars: list[CountBar]) -> CountBars:
    return CountBars(caption, noun, tuple(bars[:_MOST]), max(0, len(bars) - _MOST))
