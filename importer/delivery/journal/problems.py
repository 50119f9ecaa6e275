"""A problem as the journal stores it: the only place that knows the columns of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Problem, Severity
from importer.model.problem import DELIVERY_RULES
from importer.model.sheet import NO_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.delivery.journal.store import Transaction
    from importer.model.row_names import RowNames

_new = tuple.__new__
_SEVERITIES = {str(severity): severity for severity in Severity}
# To be selected in this order, and handed to `to_problem`.
PROBLEM_COLUMNS = 'problems.row, "column", value, rule, severity, message, position'


def insert_problems(transaction: Transaction, problems: Iterable[Problem], names: RowNames) -> None:
    """Add problems within the caller's transaction; `names` are those of the rows that messages name."""
    # Of millions of problems many say the same.
    texts, messages = StorableTexts(), StorableTexts(names)
    transaction.executemany(
        'INSERT INTO problems (row, "column", value, rule, severity, message, position) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [
            (
                row,
                column if column is None else texts[column],
                texts[value],
                rule,
                str(severity),
                messages[message],
                position,
            )
            for row, column, value, rule, severity, message, position in problems
        ],
    )


def forget_delivery_problems(transaction: Transaction, row: int) -> None:
    """Remove what the delivery of a row has reported of it; what was found while reading stays."""
    transaction.execute(f"DELETE FROM problems WHERE row = ? AND rule IN {DELIVERY_RULES}", (row,))  # noqa: S608 - constants


class StorableTexts(dict[str, str]):
    """What `storable` makes of each text, found out once; with the rows that it names as people know them."""

    def __init__(self, names: RowNames = NO_NAMES) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, text: str) -> str:
        self[text] = stored = storable(self._names.in_text(text))
        return stored


def to_problem(
    row: int | None, column: str | None, value: str, rule: str, severity: str, message: str, position: int | None
) -> Problem:
    """Return the problem that a line of `PROBLEM_COLUMNS` describes."""
    # Calling the classes takes three times as long, and there may be millions of problems.
    level = _SEVERITIES.get(severity) or Severity(severity)
    return _new(Problem, (row, column, value, rule, level, message, position))


def storable(text: str) -> str:
    """Return text that UTF-8 can hold: half a surrogate pair, as damaged files have them, becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
