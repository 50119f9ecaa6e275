"""Problems that the database counts, in either store."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal, RowStep, RunRecord
from importer.model import Problem, Severity, Status

if TYPE_CHECKING:
    from importer.delivery.journal_place import JournalPlace


Kind = tuple[Severity, str, str | None, int | None]


def kind_of(problem: Problem) -> Kind:
    return problem.severity, problem.rule, problem.column, problem.position


def problem(row: int | None, rule: str, column: str | None, position: int | None, value: str = "12") -> Problem:
    severity = Severity.ERROR if rule == "bad" else Severity.WARNING
    return Problem(row, column, value, rule, severity, f"Row {row}: say it again.", position)


@pytest.mark.both_stores
def test_counts_are_those_of_all_problems(journal_place: JournalPlace) -> None:
    """Each kind of problem is counted as often as it is stored, and comes with its first one, in their order."""
    problems = [
        *(problem(row, "bad", "Phone", 1) for row in (2, 3, 3, 5)),
        *(problem(row, "bad", "Phone", 2) for row in (2, 4)),
        problem(3, "odd", "Phone", 1, "13"),
        problem(3, "odd", None, None),
        problem(None, "sheet", "Name", 0),
        problem(None, "sheet", None, None),
    ]
    with Journal.open(journal_place, "sandbox", "key") as journal:
        journal.begin(RunRecord("r1", "run", "people.csv", None, "2026-01-01T00:00:00Z"))
        journal.stage([RowStep(row, f"id-{row}", Status.REJECTED) for row in (2, 3, 4, 5)], problems)
        counted = list(journal.problem_counts())
        listed = list(journal.problems())
        some = list(journal.problems_by_rule({"odd", "sheet", "none"}))

    assert {kind_of(each): count for each, count in counted} == Counter(map(kind_of, problems))
    firsts: dict[Kind, Problem] = {}
    for each in listed:
        firsts.setdefault(kind_of(each), each)
    assert [each for each, _ in counted] == list(firsts.values())
    assert some == [each for each in listed if each.rule in ("odd", "sheet")]
