"""Removing a person from a journal, so that no byte about them is left in its file."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.records import HiddenContact
from importer.delivery.journal.store import JournalPart
from importer.identity.marks import Facts, names_and_points
from importer.model.added_columns import OPEN_QUESTION
from importer.text import may_hold_phone

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
        mark = self.marker(f"{kind} {value.casefold()}")
        known_marks = self._store.rows("SELECT external_id, mark FROM known_by WHERE kind = 'facts'")
        facts = [*self._store.lines("SELECT external_id, facts FROM contacts WHERE facts IS NOT NULL")]
        facts += ((external_id, bytes.fromhex(mark)) for external_id, mark in known_marks)
        external_ids = []
        for external_id, packed in facts:
            contact_facts = Facts.unpacked(packed)
            if mark in (contact_facts.phones if kind == "phone" else contact_facts.emails):
                external_ids.append(str(external_id))
        return tuple(dict.fromkeys(external_ids))

    def external_id_of(self, contact_id: str) -> str | None:
        """Return the external id that a contact was made with; None if this folder has no contact of that id."""
        ids = self._store.rows("SELECT external_id FROM contacts WHERE contact_id = ? LIMIT 1", (contact_id or " ",))
        return next((str(external_id) for (external_id,) in ids), None)

    def external_id_at(self, row: int) -> str | None:
        """Return the id of a row of the latest sheet, "" if it has none; None if there is no such row."""
        ids = self._store.rows("SELECT external_id FROM rows WHERE row = ?", (row,))
        return next((str(external_id) for (external_id,) in ids), None)

    def joined_with(self, text: str) -> tuple[str, ...]:
        """Return the contacts that `dedupe` joined and whose image holds a phone (E.164) or an email."""
        query = "SELECT contact_id FROM joins WHERE replace(lower(before), lower(?1), '') <> lower(before)"
        return tuple(dict.fromkeys(str(contact_id) for (contact_id,) in self._store.rows(query, (text,))))

    def handed_back(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Give the rows that were handed back to the person, with their cells."""
        for row, cells in self._store.lines("SELECT row, cells FROM returned ORDER BY row"):
            yield row, tuple(json.loads(cells))

    def traces(self, external_ids: Sequence[str], rows: Sequence[int]) -> PersonTraces:
        """Return all that is held of contacts and rows, with the rows that repeat one of them."""
        # A row that is asked about has the id of the contact that it may be, behind the mark of an open question.
        ids = [*external_ids, *(f"{OPEN_QUESTION}{external_id}" for external_id in external_ids if external_id)]
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
            "SELECT mark FROM known_by WHERE kind IN ('cells', 'twin', 'joined', 'first') AND external_id IN (?)",
            external_ids,
        ):
            cells.add(int(mark))
        texts: set[str] = set()
        for (image,) in self._matching("SELECT contact FROM images WHERE external_id IN (?)", external_ids):
            _, phones, emails = names_and_points(json.loads(image))
            texts.update((*phones, *emails))
        for mark, handed_back in self._matching("SELECT mark, cells FROM returned WHERE row IN (?)", sorted(every_row)):
            cells.add(int(mark))
            # A cell with a number or an address is the person's own; a short one such as a city is not.
            texts.update(cell.strip() for cell in json.loads(handed_back) if "@" in cell or may_hold_phone(cell))
        return PersonTraces(
            tuple(external_ids), tuple(contact_ids), tuple(sorted(every_row)), frozenset(cells - {0}), frozenset(texts)
        )

    @contextmanager
    def forget(self, traces: PersonTraces, texts: Sequence[str]) -> Iterator[int]:
        """Remove it all, and every problem that quotes one of `texts`; give how many entries these are.

        It is committed when the block has ended; if that raises an error, nothing is removed. The file is rewritten
        without what was deleted. Raises DiskFailed.
        """
        entries = 0
        hidden = [
            HiddenContact.read(text)
            for (text,) in self._store.rows("SELECT value FROM meta WHERE name = 'hidden_contact'")
        ]
        with self._store.erasing("forget") as transaction:
            for tables, column, keys in (
                (_BY_ID, "external_id", [external_id for external_id in traces.external_ids if external_id]),
                (_BY_ROW, "row", list(traces.rows)),
            ):
                for table in tables:
                    delete = f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608 - constants
                    entries += transaction.executemany(delete, [(key,) for key in keys]).rowcount if keys else 0
            entries += transaction.executemany(
                "DELETE FROM known_by WHERE kind = 'apart' AND mark = ?",
                [(external_id,) for external_id in traces.external_ids if external_id],
            ).rowcount
            # That of another person stays: as long as it is hidden, no run creates a contact.
            if any(contact is None or contact.external_id in traces.external_ids for contact in hidden):
                transaction.execute("DELETE FROM meta WHERE name = 'hidden_contact'")
            # A question about another row shows the contacts that it may be.
            if quoted := [(text,) for text in (*texts, *traces.contact_ids) if text]:
                for query in (
                    "DELETE FROM problems WHERE replace(value, ?1, '') <> value OR replace(message, ?1, '') <> message",
                    "UPDATE rows SET detail = '' WHERE replace(detail, ?1, '') <> detail",
                    (
                        "DELETE FROM joins WHERE ?1 IN (contact_id, kept_id, remade_id) "
                        "OR replace(lower(before), lower(?1), '') <> lower(before)"
                    ),
                ):
                    entries += transaction.executemany(query, quoted).rowcount
            yield entries

    def _matching(self, query: str, keys: Sequence[str | int]) -> list[tuple[Any, ...]]:
        return self._store.matching(query, [key for key in keys if key != ""])
