"""What a person should know about a cell, a row, a column or the sheet, and the rows that are handed back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error rejects its row; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a person should know about a cell, a row, a column or the sheet.

    `row` is the number a spreadsheet program shows, None for a column-wide or sheet-wide problem; `column` is the
    header as the person wrote it (`#N` where it is empty or occurs twice); `rule` is a slug such as
    `phone-no-country`; `message` says what is wrong and ends with the next step.
    """

    row: int | None
    column: str | None
    value: str
    rule: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A row to hand back to the person: its problems and the identity it keeps when it is fed in again."""

    row: int
    external_id: str
    problems: tuple[Problem, ...]
