"""What a page shows, before anyone knows how it looks: `run`, `check`, `plan` and `verify` all speak in these nouns.

A Page has sections, a section has blocks; a block is one of Balance, Bars, Beats, Table, Rejects and Note. Texts are
the person's own and may hold anything: escaping, masking and cutting happen in `render`, at the only way out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

KEPT_CHARACTERS = 400
SHOWN_CHARACTERS = 80


class Tone(StrEnum):
    """How a page or a part of a bar is meant; the words beside it always say the same."""

    GOOD = "good"
    ATTENTION = "attention"
    STOPPED = "stopped"


class Mark(StrEnum):
    """What is wrong with a cell."""

    NONE = ""
    ERROR = "x"
    WARNING = "w"
    MUTED = "m"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text to show: its first characters, and how many it has. Make it with `cell`."""

    text: str
    characters: int
    mark: Mark = Mark.NONE


def cell(value: object, mark: Mark = Mark.NONE) -> Cell:
    """A value as a cell; of a long one only the beginning is kept in memory."""
    text = str(value)
    return Cell(text[:KEPT_CHARACTERS], len(text), mark)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: `name` is the status it stands for, `words` what people are told."""

    name: str
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Balance:
    """Rows in = the sum of the parts, as a bar and as text."""

    kind: ClassVar[str] = "balance"
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """The rows that were read."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class Bar:
    """A counted thing; `note` explains it in a sentence, `tag` is what files call it."""

    label: str
    count: int
    note: Cell | None = None
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Counted things, the most frequent first; `left_out` says how many more there are."""

    kind: ClassVar[str] = "bars"
    caption: str
    what: str
    bars: tuple[Bar, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Bucket:
    """What happened in one bucket of time: requests answered, rows done, answers of 429, and requests sent again."""

    requests: int = 0
    rows: int = 0
    limited: int = 0
    retries: int = 0

    def __add__(self, other: Bucket) -> Bucket:
        return Bucket(
            self.requests + other.requests,
            self.rows + other.rows,
            self.limited + other.limited,
            self.retries + other.retries,
        )


@dataclass(frozen=True, slots=True)
class BucketChart:
    """A run over time, in buckets of `width_seconds`."""

    kind: ClassVar[str] = "beats"
    width_seconds: float
    beats: tuple[Bucket, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers; the first cell of a row is its header. A cell may be several.

    `left_out` more rows are in the file `rest_in`; `folded`: shown when it is asked for.
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
    """A problem of a row: where, what, and the next step ("" where its group says it)."""

    column: str
    what: Cell
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row: its number, some of the person's cells, its problems."""

    row: int
    cells: tuple[Cell, ...]
    problems: tuple[ProblemNote, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The rejected rows of one rule, which is `what` in words, under the next step that most of them share."""

    rule: str
    next_step: str
    lines: tuple[RejectedRow, ...]
    what: str = ""


@dataclass(frozen=True, slots=True)
class Rejects:
    """Rows to correct, filterable; `total` counts also those not shown, cells are cut to `limit` characters."""

    kind: ClassVar[str] = "rejects"
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    total: int
    file: str
    limit: int = SHOWN_CHARACTERS

    @property
    def shown(self) -> int:
        """How many rows are on the page."""
        return sum(len(group.lines) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence."""

    kind: ClassVar[str] = "note"
    text: str


Block = Balance | Bars | BucketChart | Table | Rejects | Note


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: `name` is its anchor (a word of ours), `lead` the sentence under its title."""

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
