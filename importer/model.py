"""The nouns that travel between the rooms, as frozen dataclasses.

    SourceTable -> SourceChunk -> NormalisedChunk -> ContactDraft -> Step -> Answer -> Outcome
                       ColumnMapping / Mapping            Problem at every stage

Nothing here imports another room, and pandas only where somebody asks for a DataFrame.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence
    from collections.abc import Mapping as MappingOf

    import pandas as pd

# --------------------------------------------------------------------------------------------- problems


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


# ---------------------------------------------------------------------------------------------- spreadsheet


@dataclass(frozen=True, slots=True)
class Decision:
    """Something the reader decided about a file and says aloud, such as ("encoding", "cp1252")."""

    what: str
    value: str


def _frame(columns: MappingOf[Any, Sequence[str]], rows: Sequence[int]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns, pd.Index(list(rows), dtype="int64", name="row"), dtype="str")


@dataclass(frozen=True)
class SourceChunk:
    """A bounded run of source rows.

    `rows`: their numbers in the sheet. `columns`: the text of their cells, column by column, as many as the header has;
    the empty string is the one empty value.
    `originals`: the untouched cells of the same rows in the same order, ragged as they were.
    `problems`: what reading itself found (error severity rejects the row).
    `skipped`: rows that are no contact (totals, footers, repeated headers); they are not in `rows`.
    """

    rows: Sequence[int]
    columns: Sequence[Sequence[str]]
    originals: Sequence[tuple[str, ...]]
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, cells: pd.DataFrame, originals: Sequence[tuple[str, ...]], problems: tuple[Problem, ...] = ()) -> Self:
        """A chunk with the cells of a DataFrame of text."""
        columns = [cells.iloc[:, position].tolist() for position in range(cells.shape[1])]
        return cls(cells.index.tolist(), columns, originals, problems)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The cells as a DataFrame of text: index = sheet row number, columns labelled 0..n-1 by position."""
        return _frame(dict(enumerate(self.columns)), self.rows)


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A sheet that has been opened: its header is known, its rows are read a chunk at a time.

    `chunks()` may be called any number of times; each call reads the same rows again from the first, even if the file
    has been changed since. `header_row` is 0 where the sheet has none (headers are then `#1`, `#2`, ...).
    `decisions` are printed and stored; `problems` are sheet-wide. `nothing` are the columns (from 0) that have neither
    a name nor a cell. `digest` is of the bytes that are read, "" where nobody knows them.
    """

    file: str
    sheet: str | None
    header_row: int
    headers: tuple[str, ...]
    chunks: Callable[[], Iterator[SourceChunk]]
    decisions: tuple[Decision, ...] = ()
    problems: tuple[Problem, ...] = ()
    nothing: frozenset[int] = frozenset()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row to hand back to the person: its problems and the identity it keeps when it is fed in again."""

    row: int
    external_id: str
    problems: tuple[Problem, ...]


# -------------------------------------------------------------------------------------------------- mapping


class FieldType(StrEnum):
    """The types of a workspace's custom fields (GET /v1/contact-custom-fields)."""

    ADDRESS = "address"
    BOOLEAN = "boolean"
    DATE = "date"
    MULTI_SELECT = "multi-select"
    NUMBER = "number"
    STRING = "string"
    URL = "url"


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field as the workspace defines it; `key` may be opaque, people know it by `name`."""

    key: str
    name: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column's values go.

    `field` is one of `first_name last_name full_name company role email phone external_id source_url created_by`,
    `custom` (with `custom` set), or `identity`: the `_external_id` column of a rejects file, taken as it is.
    `label` names a phone or email (`mobile`).
    """

    field: str
    label: str = ""
    custom: CustomField | None = None

    @property
    def name(self) -> str:
        """The name by which options and files speak of the target: `phone`, `custom:Lead Source`."""
        return f"custom:{self.custom.name}" if self.custom else self.field


class Fit(StrEnum):
    """How a column came to its target."""

    MAPPED = "mapped"
    UNSURE = "unsure"
    UNMAPPED = "unmapped"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column of the sheet and what becomes of it; `position` counts from 0, `reason` is for the person.

    `target` is set when `fit` is mapped (and holds the guess when it is unsure). `label_position` is the column that
    holds the label of this column's phone or email (Google's "Phone 1 - Label").
    """

    position: int
    header: str
    fit: Fit
    target: Target | None = None
    reason: str = ""
    confidence: float = 0.0
    label_position: int | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """Every column of a sheet, in order, each with its target or the reason why it has none."""

    columns: tuple[ColumnMapping, ...]

    @property
    def mapped(self) -> tuple[ColumnMapping, ...]:
        """The columns that are sent."""
        return tuple(column for column in self.columns if column.fit is Fit.MAPPED)


# --------------------------------------------------------------------------------------- the normalised sheet


@dataclass(frozen=True)
class NormalisedChunk:
    """The cells of a chunk after cleaning, ready for the schema.

    `rows`: their numbers in the sheet. `columns`: their text by name, "" where empty:
    `identity external_id first_name last_name company role source_url created_by`, then `phone_1 phone_1_label
    phone_2 ...`, `email_1 email_1_label ...` (as many as the widest row of the chunk needs) and `custom:<key>` for each
    mapped custom field. Values are as sent: E.164, RFC 3339; boolean, number and multi-select as JSON text.
    """

    rows: Sequence[int]
    columns: MappingOf[str, Sequence[str]]
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, frame: pd.DataFrame, problems: tuple[Problem, ...]) -> Self:
        """A chunk with the columns of a DataFrame of text."""
        columns = {str(name): frame[name].tolist() for name in frame.columns}
        return cls(frame.index.tolist(), columns, problems)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The columns as a DataFrame of text: index = sheet row number."""
        return _frame(self.columns, self.rows)

    def only(self, rows: Container[int]) -> NormalisedChunk:
        """The chunk with some of its rows alone, without the problems."""
        at = [place for place, row in enumerate(self.rows) if row in rows]
        columns = {name: [texts[place] for place in at] for name, texts in self.columns.items()}
        return NormalisedChunk([self.rows[place] for place in at], columns, ())

    def texts(self, name: str) -> Sequence[str]:
        """The text of a column; empty in every row where the chunk has no such column."""
        return self.columns[name] if name in self.columns else [""] * len(self.rows)


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A contact as it would be sent.

    `body` is JSON-ready (`defaultFields`, `customFields`, `source`, `externalId`, ...); `digest` is of its fields
    alone, so that two rows with the same digest say the same of a person.
    """

    row: int
    external_id: str
    body: dict[str, Any]
    digest: str


# -------------------------------------------------------------------------------------------------- delivery


class Status(StrEnum):
    """The eight ways a source row can end; `unfinished` means: run again."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The service did it; `contact` is its representation (empty for a deletion)."""

    contact: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """The service will not do it; `code` is the HTTP status, `reasons` its own words."""

    code: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotSent:
    """The service certainly did nothing; try again, after `wait_seconds` where it said so."""

    reason: str
    wait_seconds: float | None = None
    rate_limited: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """The service may or may not have done it: look before sending again.

    `conflict`: it says that the external id is taken. `contact_id`: it did something, but not for the id that was sent.
    """

    reason: str
    conflict: bool = False
    wait_seconds: float | None = None
    contact_id: str = ""


@dataclass(frozen=True, slots=True)
class Halt:
    """No request of this key can succeed: stop the run. `kind` is `access` or `address`."""

    kind: str
    code: int
    message: str
    next_step: str


Answer = Accepted | Refused | NotSent | Unsure | Halt


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one source row ended: a line of `id_map.csv`."""

    row: int
    external_id: str
    contact_id: str
    status: Status
    detail: str


@dataclass(frozen=True, slots=True)
class Event:
    """Progress, given to a callback that by default does nothing: JSON-ready facts, never a whole contact."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)
