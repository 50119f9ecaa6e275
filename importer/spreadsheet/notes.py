"""Rows below the contacts that may be notes: what stands around a row decides, though it may be read alone."""

from __future__ import annotations

from contextlib import closing
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

from importer.model import MAYBE_HEADING
from importer.spreadsheet.headings import MAYBE_END, MAYBE_NOTE, MAYBE_REMARK, heading_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from importer.spreadsheet.grid import RecordRun
    from importer.spreadsheet.row_habits import RowHabits

NOTES = frozenset({MAYBE_NOTE, MAYBE_END})
_BELOW = NOTES | {MAYBE_REMARK}
_REMEMBERED = 10_000


class Notes:
    """Tells which of a sheet's rows may be notes; `runs` reads the sheet."""

    def __init__(self, runs: Callable[[], Generator[RecordRun]], habits: RowHabits) -> None:
        self._runs, self._habits = runs, habits
        # Sentences with a contact right above them.
        self._between_contacts: set[int] = set()
        self._last_note: int | None = None

    def doubtful(self, run: RecordRun, above: int | None, headings: Mapping[int, tuple[str, str]]) -> set[int]:
        """The rows of a run that may be a heading or a note; `above`, `headings` as in `Rows.doubtful`."""
        rows = {run.rows[index] for index, (rule, _) in headings.items() if rule == MAYBE_HEADING}
        for index in sorted(index for index, why in headings.items() if why in NOTES):
            row = run.rows[index]
            row_above = run.rows[index - 1] if index else above
            if not self._follows_gap(row, row_above, headings[index]) and row < self._end:
                rows.remove(row)
        return rows

    def _follows_gap(self, row: int, row_above: int | None, why: tuple[str, str]) -> bool:
        """Whether a row follows a blank row, or a note that does; of the other kind that alone is no sign."""
        if why != MAYBE_NOTE:
            return False
        if row_above is None:
            return row not in self._between_contacts
        is_between = row == row_above + 1 and row_above != self._last_note
        if not is_between:
            self._last_note = row
        elif len(self._between_contacts) < _REMEMBERED:
            self._between_contacts.add(row)
        return not is_between

    @cached_property
    def _end(self) -> float:
        """The first of the rows below all contacts that may be notes, infinite if the last row is a contact.

        The sheet is read once more for it, only where a row may be a note.
        """
        end = inf
        with closing(self._runs()) as runs:
            for run in runs:
                headings = heading_rows(run.cells, self._habits)
                if _BELOW.isdisjoint(headings.values()):
                    end = inf
                    continue
                for index, row in enumerate(run.rows):
                    end = min(end, row) if headings.get(index) in _BELOW else inf
        return end
