"""What flows from the readers to the chunks: records, the faults found in them, and the grid they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from importer.model import Decision, Severity


NOT_READ = "sheets not read"


class Fault(NamedTuple):
    """Something wrong with a cell (`position` from 0) or a whole row; `text` ends with the next step.

    It becomes a Problem when the header is known, which gives the column its name.
    """

    position: int | None
    value: str
    rule: str
    severity: Severity
    text: str


class Record(NamedTuple):
    """One row of a sheet: its number as a spreadsheet program shows it, and its cells as text, ragged as they were."""

    row: int
    cells: list[str]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written.

    `bom`: it began with a byte order mark. `spaced`: quotes stand behind a space (`"a", "b, c"`), against RFC 4180 but
    consistently, so that spaces in front of a cell are no part of it.
    """

    encoding: str
    delimiter: str
    errors: str = "strict"
    bom: bool = False
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet that can be read again and again, before anything is known of its header.

    `ragged` rows are those of text files, where the length of a row means something. `package` is the private copy of
    an xlsx, whose formatting a rejects workbook takes over.
    """

    records: Callable[[], Generator[Record]]
    kind: str
    sheet: str | None = None
    dialect: Dialect | None = None
    package: Path | None = None
    decisions: tuple[Decision, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def ragged(self) -> bool:
        return self.dialect is not None


INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\x00\x1a"  # the last ends a file of DOS


def blank(text: str) -> bool:
    """Is there nothing in this cell that a person could see?"""
    if "!" <= text[:1] <= "~":  # nearly every cell, and this is asked of every cell
        return False
    return not text or not text.strip().strip(INVISIBLE).strip()


def extent(cells: list[str]) -> int:
    """How many cells a row has up to the last one with content."""
    for position in range(len(cells), 0, -1):
        if not blank(cells[position - 1]):
            return position
    return 0
