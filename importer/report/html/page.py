"""The contents of a page, whatever it looks like: the commands build it from these classes.

A Page has sections, a section has blocks; a block is a Balance, CountBars, BucketChart, Table, RejectsTable or Note.
Texts may hold anything that is in a sheet: `render` masks, cuts and escapes them in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

KEPT_CHARACTERS = 400
SENTENCE_CHARACTERS = 240
SHOWN_CHARACTERS = 80


class Tone(StrEnum):
    """How a run went, as a colour; the words beside it always say the same."""

    GOOD = "good"
    ATTENTION = "attention"
    STOPPED = "stopped"


class CellMark(StrEnum):
    """How a cell is marked; the values are the classes of the style sheet."""

    NONE = ""
    ERROR = "x"
    WARNING = "w"
    MUTED = "m"
    WHOLE = "whole"
    """An id or the number of a row, which never breaks over two lines."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text to show: its first characters, its whole length, and how much of it is shown. Make it with `cell`."""

    text: str
    characters: int
    mark: CellMark = CellMark.NONE
    limit: int = SENTENCE_CHARACTERS


def cell(value: object, mark: CellMark = CellMark.NONE, limit: int = SENTENCE_CHARACTERS) -> Cell:
    """A value as a cell; only the beginning of a long one is kept in memory."""
    text = str(value)
    return Cell(text[:KEPT_CHARACTERS], len(text), mark, limit)


@dataclass(frozen=True, slots=True)
class BalancePart:
    """A part of the balance: `name` is the status that gives its colour, `words` its name for people."""

    name: str
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Balance:
    """The whole = the sum of the parts, as a bar and as text: so many `things`, in words for the sum `total_words`."""

    kind: ClassVar[str] = "balance"
    parts: tuple[BalancePart, ...]
    things: str = "rows"
    total_words: str = "rows in"

    @property
    def total(self) -> int:
        """The rows that were read, or other things."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class CountBar:
    """A count with its label; `note` explains it in a sentence, `tag` is its name in files."""

    label: str
    count: int
    note: Cell | None = None
    tag: str = ""


@dataclass(frozen=True, slots=True)
class CountBars:
    """Counts as bars, the most frequent first; `left_out` says how many more there are."""

    kind: ClassVar[str] = "bars"
    caption: str
    what: str
    bars: tuple[CountBar, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Bucket:
    """A span of time: requests answered, rows done, answers with status 429, and requests sent again."""

    requests: int = 0
    rows: int = 0
    limited: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class BucketChart:
    """A run over time, in buckets of `width_seconds`."""

    kind: ClassVar[str] = "buckets"
    width_seconds: float
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers; the first cell of a row is its header. A cell may hold several texts.

    `left_out` more rows are in the file `rest_in`; `folded`: the table is shown only when it is opened.
    """

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell | tuple[Cell, ...], ...], ...]
    left_out: int = 0
    rest_in: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class ProblemNote:
    """A problem of a row: its column, what is wrong, and the next step ("" if its group says it)."""

    column: str
    what: Cell
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row: its number, some of the person's cells, its problems; `is_new`: the run before had none such."""

    row: int
    cells: tuple[Cell, ...]
    problems: tuple[ProblemNote, ...]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """The rejected rows of one rule, with the rule in words (`what`) and the next step that most rows share."""

    rule: str
    next_step: str
    lines: tuple[RejectedRow, ...]
    what: str = ""

    @property
    def new(self) -> int:
        """How many of the rows are new."""
        return sum(line.is_new for line in self.lines)


@dataclass(frozen=True, slots=True)
class RejectsTable:
    """Rows to correct, with a filter; `total` includes rows not shown."""

    kind: ClassVar[str] = "rejects"
    columns: tuple[str, ...]
    groups: tuple[RejectGroup, ...]
    total: int
    file: str

    @property
    def shown(self) -> int:
        """How many rows are on the page."""
        return sum(len(group.lines) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence."""

    kind: ClassVar[str] = "note"
    text: str


Block = Balance | CountBars | BucketChart | Table | RejectsTable | Note


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: `name` is its anchor (a fixed word), `lead` the sentence under its title."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report.

    `title` is the sheet, `kind` the command, `lines` the last lines of the terminal as (label, words); sections without
    blocks are left out.
    """

    title: str
    kind: str
    tone: Tone
    headline: str
    lines: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...] = ()
    stopped: str = ""
    holds_contacts: bool = True
