"""Removing a person from a journal, so that no byte about them is left in its file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.store import JournalPart
from importer.identity.marks import Facts, who
from importer.plan import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BY_ID = ("contacts", "known_by", "images", "former", "undone", "exchanges", "rows")
_BY_ROW = ("problems", "returned", "rows")


@dataclass(frozen=True, slots=True)
class PersonTraces:
    """What a journal holds of one person.

    `rows`: those of the latest sheet. `cells`: marks of their raw cells. `texts`: the phones and emails, and cells that
    hold one, by which other files are searched.
    """

    external_ids: tuple[str, ...] = ()
    contact_ids: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    cells: frozenset[int] = frozenset()
    texts: frozenset[str] = frozenset()


class ForgettingJournal(JournalPart):
    """The part of a journal that finds and removes all that it holds of a person."""

    def external_ids_with(self, kind: str, value: str) -> tuple[str, ...]:
        """Return the contacts that were ever known by a phone (E.164) or an email; `kind` is `phone` or `email`."""
        mark = self.marker()(f"{kind} {value.casefold()}")
        facts = [*self._store.rows("SELECT external_id, hex(facts) FROM contacts WHERE facts IS NOT NULL")]
        facts += self._store.rows("SELECT external_id, mark FROM known_by WHERE kind = 'facts'")
        found = []
        for external_id, packed in facts:
            known = Facts.unpacked(bytes.fromhex(packed))
            if mark in (known.phones if kind == "phone" else known.emails):
                found.append(str(external_id))
        return tuple(dict.fromkeys(found))

    def external_id_at(self, row: int) -> str | None:
        """Return the id of a row of the latest sheet, "" if it has none; None if there is no such row."""
        ids = self._store.rows("SELECT external_id FROM rows WHERE row = ?", (row,))
        return next((str(external_id) for (external_id,) in ids), None)

    def joined_with(self, text: str) -> tuple[str, ...]:
        """Return the contacts that `dedupe` joined and whose image holds a phone (E.164) or an email."""
        query = "SELECT contact_id FROM joins WHERE instr(lower(before), lower(?))"
        return tuple(dict.fromkeys(str(contact_id) for (contact_id,) in self._store.rows(query, (text,))))

    def handed_back(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Give the rows that were handed back to the person, with their cells."""
        for row, cells in self._store.rows("SELECT row, cells FROM returned ORDER BY row"):
            yield row, tuple(json.loads(cells))

    def traces(self, external_ids: Sequence[str], rows: Sequence[int]) -> PersonTraces:
        """Return all that is held of contacts and rows, with the rows that repeat one of them."""
        # A row that is asked about has the id of the contact that it may be, behind the mark of an open question.
        ids = [*external_ids, *(f"{OPEN}{external_id}" for external_id in external_ids if external_id)]
        own_rows = self._matching("SELECT row FROM rows WHERE external_id IN (?)", ids)
        every_row = {*rows, *(row for (row,) in own_rows)}
        every_row |= {row for (row,) in self._matching("SELECT row FROM rows WHERE repeats IN (?)", sorted(every_row))}
        contact_ids: dict[str, None] = {}
        cells: set[int] = set()
        for contact_id, mark in self._matching(
            "SELECT contact_id, cells FROM contacts WHERE external_id IN (?)", external_ids
        ):
            contact_ids |= {str(contact_id): None} if contact_id else {}
            cells.add(int(mark))
        for (mark,) in self._matching(
            "SELECT mark FROM known_by WHERE kind IN ('cells', 'twin', 'joined') AND external_id IN (?)", external_ids
        ):
            cells.add(int(mark))
        texts: set[str] = set()
        for (image,) in self._matching("SELECT contact FROM images WHERE external_id IN (?)", external_ids):
            _, phones, emails = who(json.loads(image))
            texts.update((*phones, *emails))
        for mark, handed_back in self._matching("SELECT mark, cells FROM returned WHERE row IN (?)", sorted(every_row)):
            cells.add(int(mark))
            # A cell with a number or an address is the person's own; a short one such as a city is not.
            texts.update(
                cell.strip() for cell in json.loads(handed_back) if "@" in cell or _digits(cell) >= _PHONE_DIGITS
            )
        return PersonTraces(
            tuple(external_ids), tuple(contact_ids), tuple(sorted(every_row)), frozenset(cells - {0}), frozenset(texts)
        )

    def forget(self, traces: PersonTraces, texts: Sequence[str]) -> int:
        """Remove it all, and every problem that quotes one of `texts`; give how many entries there were.

        The file is rewritten without what was deleted. Raises DiskFailed.
        """
        connection = self._store.connection
        connection.execute("PRAGMA secure_delete = ON")
        before = connection.total_changes
        with self._store.writing("forget"):
            for tables, column, keys in (
                (_BY_ID, "external_id", [each for each in traces.external_ids if each]),
                (_BY_ROW, "row", list(traces.rows)),
            ):
                for table in tables:
                    connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(key,) for key in keys])  # noqa: S608
            # A question about another row shows the contacts that it may be.
            quoted = [(text,) for text in (*texts, *traces.contact_ids)]
            connection.executemany("DELETE FROM problems WHERE instr(value, ?1) OR instr(message, ?1)", quoted)
            connection.executemany("UPDATE rows SET detail = '' WHERE instr(detail, ?1)", quoted)
            connection.executemany(
                "DELETE FROM joins WHERE ?1 IN (contact_id, kept_id, remade_id) OR instr(lower(before), lower(?1))",
                quoted,
            )
        entries = connection.total_changes - before
        # What was deleted is still in the write-ahead log, and its pages may be in the file.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return entries

    def _matching(self, query: str, keys: Sequence[str | int]) -> Iterator[tuple[Any, ...]]:
        return self._store.matching(query, [key for key in keys if key != ""])


_PHONE_DIGITS = 7


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
