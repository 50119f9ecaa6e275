"""Problems with cells, rows, columns or the whole sheet, and the rows that are handed back to be corrected."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """An error rejects its row; a warning does not, and information needs no look at all."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


MAYBE_HEADING = "maybe-heading"
"""The rule of a row that may be a heading or a note in place of a contact."""


CONTACT_RULES = (
    "contact-differs",
    "contact-gone",
    "contact-mixed-up",
    "contact-unreachable",
    "id-elsewhere",
    "id-kept-taken",
    "id-not-found",
    "id-not-searchable",
    "id-of-another",
    "id-several",
    "id-taken",
    "match-name",
)
"""Rules of a row whose contact in the workspace is not as the row needs it."""
DELIVERY_RULES = (
    *CONTACT_RULES,
    "changed-since-plan",
    "contact-left-out",
    "edited-meanwhile",
    "match-several",
    "match-taken",
    "server-refused",
    "stored-otherwise",
    "unfinished",
)
"""All rules that a delivery reports; the others are found while the sheet is read."""


class Problem(NamedTuple):
    """One thing a person should know about a cell, a row, a column or the sheet.

    `row` is the number a spreadsheet program shows, None for a column-wide or sheet-wide problem. `column` is the
    column's name for people (`SourceTable.names`); `position` (from 0) is the column itself, None where the problem is
    about no single column of the sheet. Compare columns by `position`, never by name. `rule` is a slug such as
    `phone-no-country`; `message` says what is wrong and ends with the next step.
    """

    # A tuple, since a sheet may have several in every row, and it is made in a third of the time of a dataclass.
    row: int | None
    column: str | None
    value: str
    rule: str
    severity: Severity
    message: str
    position: int | None = None


class Reject(NamedTuple):
    """A row to hand back for correction: its problems, and the external id it keeps when it is imported again."""

    row: int
    external_id: str
    problems: tuple[Problem, ...]
