"""Rows of the grid as the page gets them: short, since there may be many thousands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from importer.errors import SettingsError
from importer.model import Severity
from importer.model.repair import CellEdit
from importer.pipeline.reading.source import open_source
from importer.report.rule_texts import rule_text
from importer.web.words import page_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.pipeline.job import Job
    from importer.pipeline.worksheet import CellChange, Worksheet

EMPTY_CHANGES: dict[str, Any] = {"rows": [], "cells": 0}
_PARTS = 3
_SHOWN_ELSEWHERE = frozenset({"column-unmapped", "column-unsure", "column-unfillable"})
_LONGEST_CELL = 100_000


@dataclass(frozen=True, slots=True)
class GridFilter:
    """Which rows are shown: `all`, those with `problems`, those with `errors`, those that were `changed`; by `rule`."""

    which: str
    rule: str = ""

    def rows(self, worksheet: Worksheet) -> list[int]:
        """The numbers of the rows, in order."""
        rows: Iterable[int] = worksheet.cells
        if self.which == "problems":
            rows = (row for row in rows if worksheet.severity(row) is not None)
        elif self.which == "errors":
            rows = (row for row in rows if worksheet.severity(row) is Severity.ERROR)
        elif self.which == "changed":
            rows = (row for row in rows if worksheet.is_corrected(row))
        if self.rule:
            problems = worksheet.problems
            rows = (row for row in rows if any(problem.rule == self.rule for problem in problems.get(row, ())))
        return list(rows)


def row_facts(worksheet: Worksheet, row: int) -> dict[str, Any]:
    """A row: its number, how it would end, its cells, and its problems (position, severity, message)."""
    severity = worksheet.severity(row)
    problems = worksheet.problems.get(row, ())
    facts: dict[str, Any] = {
        "r": row,
        "s": worksheet.statuses[row].value if row in worksheet.statuses else "",
        "c": worksheet.cells[row],
    }
    if worksheet.is_corrected(row):
        facts["e"] = 1
    if severity is not None:
        facts["v"] = severity.value
    if shown := [
        [-1 if problem.position is None else problem.position, problem.severity.value, page_text(problem.message)]
        for problem in problems
    ]:
        facts["p"] = shown
    elif severity is not None and worksheet.details.get(row):
        facts["p"] = [[-1, severity.value, page_text(worksheet.details[row])]]
    return facts


def sheet_facts(worksheet: Worksheet) -> list[dict[str, str]]:
    """What is said of columns and of the whole sheet, but for what the steps Sheet and Columns ask and show."""
    shown = (problem for problem in worksheet.problems.get(0, ()) if problem.rule not in _SHOWN_ELSEWHERE)
    return [
        {"column": problem.column or "", "text": page_text(problem.message)}
        for problem in shown
        if not problem.rule.startswith("decide-")
    ]


def changes_facts(worksheet: Worksheet, changes: Iterable[CellChange]) -> dict[str, Any]:
    """The rows that were changed, and how many cells."""
    listed = list(changes)
    rows = dict.fromkeys(change.row for change in listed)
    return {"rows": [row_facts(worksheet, row) for row in rows], "cells": len(listed)}


def rule_facts(worksheet: Worksheet) -> list[dict[str, Any]]:
    """What was found by rule, in words: errors first, then the most frequent."""
    counts: Counter[tuple[Severity, str]] = Counter()
    for row, problems in worksheet.problems.items():
        if row in worksheet.cells:
            counts.update({(problem.severity, problem.rule) for problem in problems})
    order = list(Severity)
    rules = sorted(counts.items(), key=lambda item: (order.index(item[0][0]), -item[1]))
    return [
        {"rule": rule, "severity": severity.value, "rows": number, "what": rule_text(rule).title}
        for (severity, rule), number in rules
        if severity is not Severity.INFORMATION
    ]


def provisional_rows(job: Job, count: int) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """The names of the columns and the first rows, before the sheet has been judged."""
    table = open_source(job)
    rows = []
    for chunk in islice(table.chunks(), 1):
        pairs = islice(zip(chunk.rows, chunk.originals, strict=True), count)
        rows = [{"r": row, "s": "", "c": list(cells)} for row, cells in pairs]
    return table.names, rows


def cells_of(cells: object) -> list[CellEdit]:
    """The edits that the page has sent: lists of row, position and text. Raises SettingsError."""
    edits = []
    for edit in cells if isinstance(cells, list) else ():
        is_right = isinstance(edit, list) and len(edit) == _PARTS and isinstance(edit[2], str)
        if not is_right or not all(isinstance(number, int) for number in edit[:2]) or len(edit[2]) > _LONGEST_CELL:
            raise SettingsError("The page sent a cell that is not understood.", "Load the page again.")
        edits.append(CellEdit(*edit))
    return edits
