"""The rows that were handed back to the person to correct, and what is known of their corrections."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from importer.delivery.journal.store import SET_META, JournalPart, upsert
from importer.model import Status
from importer.plan import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_IS_IMPORTED = f"status IN ('{Status.CREATED}', '{Status.UPDATED}', '{Status.UNCHANGED}')"
_IN_PART = "(NOT EXISTS (SELECT 1 FROM scratch.part) OR row IN (SELECT row FROM scratch.part))"


class ReturnedCells(NamedTuple):
    """A row as it was handed back, and the mark of its cells in the sheet (see `identity.marks.cells_mark`).

    `is_torn`: it was rejected for how the file is written.
    """

    mark: int
    cells: tuple[str, ...]
    is_torn: bool = False


class ReturnedRows(JournalPart):
    """The part of a journal that knows which rows were handed back, and which corrections are its own.

    `returned_before`: the rows that this run hands back as the run before it did; None where there was none before.
    """

    returned_before: frozenset[int] | None = None

    def ids_of_rows(self, rows: Sequence[int]) -> dict[int, str]:
        """Return the external ids of rows of the latest sheet; a row that it does not have is left out."""
        return dict(self._store.matching("SELECT row, external_id FROM rows WHERE row IN (?)", rows))

    def rows_of_ids(self, external_ids: Sequence[str]) -> dict[str, int]:
        """Return the first row of the latest sheet for each of the external ids that it has."""
        query = "SELECT external_id, row FROM rows WHERE external_id IN (?)"
        lines = sorted(self._store.matching(query, external_ids), key=lambda line: int(line[1]), reverse=True)
        return {str(external_id): int(row) for external_id, row in lines}

    def known_ids(self, external_ids: Sequence[str]) -> set[str]:
        """Return those of the external ids under which the journal knows a contact."""
        query = "SELECT external_id, 1 FROM contacts WHERE external_id IN (?)"
        return {external_id for external_id, _ in self._store.matching(query, external_ids)}

    def last_row(self) -> int:
        """Return the highest row of the latest sheet."""
        return self._store.number("SELECT coalesce(max(row), 0) FROM rows")

    def returned_rows(self, rows: Sequence[int]) -> dict[int, ReturnedCells]:
        """Return rows as they were handed back by the last run of the whole sheet."""
        query = "SELECT row, mark, cells, torn FROM returned WHERE row IN (?)"
        return {
            row: ReturnedCells(mark, tuple(json.loads(cells)), bool(torn))
            for row, mark, cells, torn in self._store.matching(query, rows)
        }

    def returned_headers(self) -> tuple[str, ...]:
        """Return the person's column names above the rows that were handed back."""
        query = "SELECT value FROM meta WHERE name = 'returned_headers'"
        return next((tuple(json.loads(headers)) for (headers,) in self._store.rows(query)), ())

    def remember_returned(self, headers: Sequence[str], rows: Iterable[tuple[int, ReturnedCells]]) -> None:
        """Keep the rows that a run of the whole sheet hands back, in place of those of the run before."""
        marks = {int(mark) for (mark,) in self._store.lines("SELECT mark FROM returned")}
        again: set[int] = set()

        def lines() -> Iterator[tuple[int, int, str, int]]:
            for row, returned in rows:
                if returned.mark in marks:
                    again.add(row)
                yield row, returned.mark, json.dumps(returned.cells), int(returned.is_torn)

        is_first = not self.returned_headers()
        with self._store.writing("returned") as transaction:
            transaction.execute("DELETE FROM returned")
            transaction.executemany(upsert("returned", "row", "mark", "cells", "torn"), lines())
            transaction.execute(SET_META, ("returned_headers", json.dumps(headers)))
            transaction.execute(
                "INSERT INTO meta (name, value) SELECT 'sheet_last_row', CAST(coalesce(max(row), 0) AS TEXT) FROM rows "
                "WHERE true ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            )
        self.returned_before = None if is_first else frozenset(again)

    def drop_repeated_additions(self) -> None:
        """Drop rows that a person had added to the rejects before, if this run has read the same ones again."""
        with self._store.writing("additions") as transaction:
            transaction.execute(
                "DELETE FROM rows WHERE row NOT IN (SELECT row FROM scratch.part) AND external_id <> '' "
                "AND row > (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'sheet_last_row') "
                "AND external_id IN (SELECT external_id FROM rows JOIN scratch.part USING (row))"
            )

    def imported_rows(self) -> set[int]:
        """Return the rows of this run's part that are imported now, or repeat one that is."""
        query = f"SELECT row FROM rows JOIN scratch.part USING (row) WHERE {_IS_IMPORTED} OR status = ?"  # noqa: S608
        return {row for (row,) in self._store.lines(query, (str(Status.DUPLICATE),))}

    def part_is_done(self) -> bool:
        """Whether no row of this run's part is left to send."""
        query = "SELECT count(*) FROM rows JOIN scratch.part USING (row) WHERE status = ?"
        return not self._store.number(query, (str(Status.UNFINISHED),))

    def known_corrections(self) -> frozenset[int]:
        """Return the marks of the lines of corrections.csv that this journal wrote, or that a person accepted."""
        return frozenset(mark for (mark,) in self._store.lines("SELECT mark FROM corrections"))

    def remember_corrections(self, marks: Iterable[int]) -> None:
        """Remember lines of corrections.csv as written here, or accepted."""
        if lines := [(mark,) for mark in marks]:
            with self._store.writing("corrections") as transaction:
                transaction.executemany("INSERT INTO corrections (mark) VALUES (?) ON CONFLICT DO NOTHING", lines)

    def this_run(self) -> dict[str, int]:
        """Return how many contacts this run created, updated, deleted and found as they should be."""
        changed = (
            "SELECT count(*) FROM contacts JOIN images ON images.run = contacts.run "
            "AND images.external_id = contacts.external_id WHERE contacts.run = ? AND contacts.state IN "
        )
        updated = self._store.number(f"{changed} (?, ?)", (self._run, str(State.UPDATED), str(State.FILLED)))
        deleted = self._store.number(
            "SELECT count(*) FROM contacts WHERE run = ? AND state = ?", (self._run, "deleted")
        )
        created = self._store.number("SELECT count(*) FROM contacts WHERE created_run = ?", (self._run,))
        imported = self._store.number(f"SELECT count(*) FROM rows WHERE {_IS_IMPORTED} AND {_IN_PART}")  # noqa: S608
        unchanged = max(0, imported - created - updated)
        return {"created": created, "updated": updated, "deleted": deleted, "unchanged": unchanged}
