"""How the rows of a sheet look, as its first ones show: what stands alone in a row is judged by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.languages.words import words
from importer.regex import regex
from importer.spreadsheet.grid import blank, count_filled
from importer.spreadsheet.header import like_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.spreadsheet.grid import Record

_NEARLY_ALL = 0.8
_FEWEST_ROWS = 2
_FEWEST_TO_DOUBT = 5
_MANY_COLUMNS, _SEVERAL_CELLS = 4, 3
_FEWEST_WIDE, _WIDE, _MOST_ALONE = 3, 0.95, 4
_COMPANIES = words("headers.fields", "company")
NO_NAME = regex(r"[\d@]")
"""What numbers and addresses have, and names have not."""


@dataclass(frozen=True, slots=True)
class RowHabits:
    """How the rows of a sheet look, as its first ones show.

    `numbered`: nearly all hold a phone or an email; `capitals`: nearly all begin with text in capitals; `headed`: texts
    that stand alone follow an empty row or the header, and full rows do not; `doubts`: the first column has names of
    several words, so that one word alone is odd; `wide`: of many columns nearly all rows fill several, so that a text
    alone is odd; `short`: too few rows to tell headings by, but all of them hold a phone or an email; `whole`: all of
    them do, and all have two words or more beside it; `mixed`: more hold one than not, so that only what looks like
    no name at all is odd. `companies` are the positions of columns of companies.
    """

    numbered: bool = False
    capitals: bool = False
    headed: bool = False
    doubts: bool = False
    wide: bool = False
    short: bool = False
    whole: bool = False
    mixed: bool = False
    companies: frozenset[int] = frozenset()

    @classmethod
    def of(cls, sample: Sequence[Record], header_row: int) -> RowHabits:
        """Look at the first rows of a sheet, those above the header aside."""
        counts = [(record, count_filled(record.cells)) for record in sample if record.row >= header_row]
        rows = [(record, filled) for record, filled in counts if record.row > header_row]
        full = [record for record, filled in rows if filled != 1]
        wide = _are_wide([filled for _, filled in rows], max((filled for _, filled in counts), default=0))
        numbered = sum(any(map(like_data, record.cells)) for record in full)
        firsts = [first_text(record.cells) for record in full]
        capitals = sum(first.isupper() for first in firsts) >= _NEARLY_ALL * len(full) / 2
        if numbered < max(_FEWEST_ROWS, len(full) - max(1, (1 - _NEARLY_ALL) * len(full))):
            mixed = numbered >= _FEWEST_ROWS and 2 * numbered > len(full)
            return cls(wide=wide, short=0 < numbered == len(full), mixed=mixed, capitals=capitals and mixed)
        several = sum(len(first.split()) > 1 for first in firsts)
        after_gap = {"alone": [0, 0], "full": [0, 0]}
        before = header_row
        for record, filled in rows:
            of_kind = after_gap["alone" if filled == 1 else "full"]
            of_kind[0] += 1
            of_kind[1] += record.row > before + 1 or before == header_row
            before = record.row
        alone, gaps = after_gap["alone"]
        return cls(
            numbered=True,
            capitals=capitals,
            headed=alone >= _FEWEST_ROWS and alone == gaps and 2 * after_gap["full"][1] <= len(full),
            doubts=len(full) >= _FEWEST_TO_DOUBT and several >= _NEARLY_ALL * len(full),
            wide=wide,
            # Beside its numbers and addresses each has two words or more.
            whole=numbered == len(full)
            and all(sum(len(cell.split()) for cell in record.cells if not NO_NAME.search(cell)) > 1 for record in full),
            companies=frozenset(
                place
                for record in sample
                if record.row == header_row
                for place, name in enumerate(record.cells)
                if name.strip().casefold() in _COMPANIES
            ),
        )


NO_HABITS = RowHabits()


def first_text(cells: Sequence[str]) -> str:
    """Return the first text of a row, "" if it is blank."""
    return next((cell.strip() for cell in cells if not blank(cell)), "")


def _are_wide(filled: Sequence[int], columns: int) -> bool:
    """Whether nearly all rows of a sheet of many columns fill several of them, by how many each row has `filled`."""
    several = sum(count >= _SEVERAL_CELLS for count in filled)
    return (
        columns >= _MANY_COLUMNS
        and several >= _FEWEST_WIDE
        and several + filled.count(1) >= _WIDE * len(filled)
        and filled.count(1) <= max(_MOST_ALONE, (1 - _NEARLY_ALL) * len(filled))
    )
