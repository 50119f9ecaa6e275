"""A problem as the journal stores it: the only place that knows the columns of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Problem, Severity
from importer.model.row_names import RowNames

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

# To be selected in this order, and handed to `to_problem`.
PROBLEM_COLUMNS = 'problems.row, "column", value, rule, severity, message, position'


def row_names(connection: sqlite3.Connection) -> RowNames:
    """Return what the rows of the sheet are called."""
    lines = connection.execute("SELECT start, file FROM sheet_files ORDER BY start").fetchall()
    return RowNames(tuple(start for start, _ in lines), tuple(file for _, file in lines))


def insert_problems(connection: sqlite3.Connection, problems: Iterable[Problem]) -> None:
    """Add problems within the caller's transaction."""
    names = row_names(connection)
    connection.executemany(
        'INSERT INTO problems (row, "column", value, rule, severity, message, position) VALUES (?, ?, ?, ?, ?, ?, ?)',
        (
            (
                problem.row,
                problem.column and storable(problem.column),
                storable(problem.value),
                problem.rule,
                str(problem.severity),
                storable(names.in_text(problem.message)),
                problem.position,
            )
            for problem in problems
        ),
    )


def to_problem(
    row: int | None, column: str | None, value: str, rule: str, severity: str, message: str, position: int | None
) -> Problem:
    """Return the problem that a line of `PROBLEM_COLUMNS` describes."""
    return Problem(row, column, value, rule, Severity(severity), message, position)


def storable(text: str) -> str:
    """Return text that UTF-8 can hold: half a surrogate pair, as damaged files have them, becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
