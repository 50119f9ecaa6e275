"""Reading a journal later, for `runs`, `show` and bug reports: without changing it, even while a run has it open."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from importer.delivery.journal.checksum import STORED_IDS, altered_ids
from importer.delivery.journal.conditions import IS_GONE
from importer.delivery.journal.exchanges import ALL_EXCHANGES
from importer.delivery.journal.kept_contacts import KEPT_OF
from importer.delivery.journal.opening import copied, damaged, files_of, refuse_foreign, refuse_unreadable, unusable
from importer.delivery.journal.reading import JournalReader
from importer.delivery.journal.records import RequestRecord, StoredExchange
from importer.delivery.journal.returned import ReturnedRows
from importer.delivery.journal.schema import VERSION
from importer.delivery.journal.sqlite import SqliteStore
from importer.delivery.journal_place import DatabasePlace
from importer.disk import real_path, refuse_link
from importer.errors import DiskFailed, JournalError
from importer.model import Outcome, Status
from importer.plan import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from importer.delivery.journal.records import RunRecord
    from importer.delivery.journal_place import JournalPlace

_TABLES = ("runs", "contacts", "rows", "problems", "images", "former", "undone", "exchanges", "joins")


@dataclass(frozen=True, slots=True)
class JournalContact:
    """What is known of a contact: `made_by` and `last_by` are ids of runs, `sent_at` is seconds since 1970."""

    contact_id: str
    state: str
    sent_at: int | None
    attempts: int
    was_unsure: bool
    made_by: str | None
    last_by: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Reversal:
    """What an undo did with a contact: `run_id` is the run that was undone."""

    run_id: str
    action: str
    result: str
    reason: str


class JoinedInto(NamedTuple):
    """A contact that `dedupe` deleted for the sake of `kept_id`; `remade_id` is what undoing that made in its place."""

    contact_id: str
    kept_id: str
    is_certain: bool
    is_undone: bool
    remade_id: str


class ReadOnlyJournal(ReturnedRows, JournalReader):
    """What a journal knows of runs, rows and contacts. Open it with `open_read_only`."""

    @property
    def address(self) -> str:
        """The base URL of the service that the journal belongs to, or `sandbox`; "" if it belongs to none yet."""
        return next((str(value) for (value,) in self._store.rows("SELECT value FROM meta WHERE name = 'address'")), "")

    def row(self, row: int) -> tuple[Outcome, int | None] | None:
        """Return how a row of the latest sheet ended, and the row that it repeats."""
        query = "SELECT external_id, contact_id, status, detail, repeats FROM rows WHERE row = ?"
        for external_id, contact_id, status, detail, repeats in self._store.rows(query, (row,)):
            return Outcome(row, external_id, contact_id, Status(status), detail), repeats
        return None

    def recognised_by(self, row: int) -> str:
        """Return how a row of the latest sheet was recognised (`RecognisedBy`), "" if it was not."""
        return next((str(way) for (way,) in self._store.rows("SELECT way FROM rows WHERE row = ?", (row,))), "")

    def external_id(self, run_id: str, row: int) -> str | None:
        """Return the id under which a row was sent or looked up in a run."""
        query = (
            f"SELECT external_id FROM ({ALL_EXCHANGES}) AS exchange JOIN runs ON runs.number = run "  # noqa: S608 - constants
            "WHERE run_id = ? AND row = ?"
        )
        return next((str(external_id) for (external_id,) in self._store.rows(query, (run_id, row))), None)

    def exchanges(self, external_id: str) -> list[StoredExchange]:
        """Return all requests and answers about an external id, oldest first."""
        query = (
            "SELECT run_id, row, asked, asked_at, seconds, answer "  # noqa: S608 - constants
            f"FROM ({ALL_EXCHANGES}) AS exchange JOIN runs ON runs.number = run "
            "WHERE external_id = ? ORDER BY run, exchange.number"
        )
        return [
            StoredExchange(run_id, row, RequestRecord(asked), asked_at, seconds, answer)
            for run_id, row, asked, asked_at, seconds, answer in self._store.rows(query, (external_id,))
        ]

    def contact(self, external_id: str) -> JournalContact | None:
        """Return what is known of the contact of an external id."""
        query = (
            "SELECT contact_id, state, sent_at, attempts, unsure > 0, "
            "(SELECT run_id FROM runs WHERE number = created_run), (SELECT run_id FROM runs WHERE number = run), "
            "detail FROM contacts WHERE external_id = ?"
        )
        for contact_id, state, sent_at, attempts, unsure, *facts in self._store.rows(query, (external_id,)):
            return JournalContact(contact_id, state, sent_at, attempts, bool(unsure), *facts)
        return None

    def changed_by(self, external_id: str) -> list[str]:
        """Return the runs that changed or deleted the contact of an external id, oldest first."""
        query = "SELECT run_id FROM images JOIN runs ON runs.number = run WHERE external_id = ? ORDER BY run"
        return [str(run_id) for (run_id,) in self._store.rows(query, (external_id,))]

    def reversals(self, external_id: str) -> list[Reversal]:
        """Return what undos did with the contact of an external id."""
        query = (
            "SELECT run_id, action, result, reason FROM undone JOIN runs ON runs.number = run "
            "WHERE external_id = ? ORDER BY run"
        )
        return [Reversal(*facts) for facts in self._store.rows(query, (external_id,))]

    def left_contacts(self) -> Iterator[tuple[str, str, bool]]:
        """Give the contacts of the folder: id, fingerprint after our last change ("" if not known), has a row."""
        query = (
            "SELECT contact_id, left_as, had_row FROM contacts "  # noqa: S608 - constants
            f"WHERE contact_id <> '' AND NOT {IS_GONE} AND state <> '{State.DELETED}'"
        )
        for contact_id, left_as, had_row in self._store.lines(query):
            yield str(contact_id), str(left_as), bool(had_row)

    def joined_contacts(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give the contacts that were deleted, or may have been, for the sake of another, and not brought back.

        Of each: the id of the other one, and how it was.
        """
        query = "SELECT kept_id, before FROM joins WHERE state IN ('deleting', 'deleted') AND result <> 'reversed'"
        for kept_id, before in self._store.rows(query):
            yield str(kept_id), json.loads(before)

    def joined_contact(self, external_id: str) -> str:
        """Return the contact that was made for an external id, if `dedupe` joined it into the present one; else ""."""
        query = f"SELECT former.contact_id {KEPT_OF} AND external_id = ?"
        return next((str(contact_id) for (contact_id,) in self._store.rows(query, (external_id,))), "")

    def joins(self) -> Iterator[JoinedInto]:
        """Give all contacts that were deleted, or may have been, for the sake of another, oldest first."""
        query = (
            "SELECT contact_id, kept_id, state = 'deleted', result = 'reversed', remade_id FROM joins "
            "WHERE state IN ('deleting', 'deleted') ORDER BY run"
        )
        for contact_id, kept_id, is_certain, is_undone, remade_id in self._store.rows(query):
            yield JoinedInto(contact_id, kept_id, bool(is_certain), bool(is_undone), remade_id)

    # ------------------------------------------------------------------------------------------ for a bug report

    def counted(self) -> dict[str, Any]:
        """Return only numbers: lines in each table, rows by status, contacts by state."""
        number = self._store.number
        return {
            "tables": {table: number(f"SELECT count(*) FROM {table}") for table in _TABLES},  # noqa: S608
            "statuses": dict(self._store.rows("SELECT status, count(*) FROM rows GROUP BY status")),
            "states": dict(self._store.rows("SELECT state, count(*) FROM contacts GROUP BY state")),
            "unsure": number("SELECT count(*) FROM contacts WHERE unsure > 0"),
            "unanswered": number("SELECT count(*) FROM exchanges WHERE answer IS NULL"),
        }

    def is_whole(self) -> bool:
        """Return whether the database finds the journal undamaged, and no id of a contact was altered."""
        return self._store.is_sound() and altered_ids(self._store.lines(STORED_IDS)) is None


@contextmanager
def open_read_only(path: JournalPlace) -> Iterator[ReadOnlyJournal]:
    """Open the journal at `path` for reading, as it is now; it is neither locked nor changed.

    One of an earlier version is read from a copy. Raises JournalError if it is missing, newer, damaged,
    or not a journal.
    """
    if isinstance(path, DatabasePlace):
        from importer.delivery.journal.postgres.opening import open_to_read

        with closing(open_to_read(path)) as opened:
            yield ReadOnlyJournal(opened)
        return
    store = _opened(path)
    try:
        yield ReadOnlyJournal(store)
    except DiskFailed as error:
        raise damaged(path, error.message) from error
    finally:
        store.connection.close()


def _no_results(path: Path) -> JournalError:
    """What is wrong with a folder that has no journal."""
    folder = path.parent
    if folder.is_dir():
        message = f"{folder} holds no results of an import (it has no {path.name})."
    elif folder.exists():
        message = f"{folder} is a file, not a folder with the results of an import."
    else:
        message = f"There is no folder {folder}."
    return JournalError(message, "Name the folder of the results of an import, such as customers.import.")


def _opened(path: Path) -> SqliteStore:
    if not path.is_file():
        raise _no_results(path)
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(f"{real_path(path).as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=5)
        if refuse_foreign(connection, path) == VERSION:
            # One transaction, so that all answers are of the same moment while a run writes.
            connection.execute("BEGIN")
            refuse_unreadable(connection, path)
            return SqliteStore(connection, str(path))
    except sqlite3.OperationalError as error:
        # If a killed run has left its log beside the file, reading may need write access, which a copy has.
        with suppress(JournalError):
            return copied(path)
        raise unusable(path, error) from error
    except sqlite3.DatabaseError as error:
        raise damaged(path, str(error)) from error
    except JournalError:
        if connection is not None:
            connection.close()
        raise
    connection.close()
    return copied(path)


def history(path: JournalPlace) -> tuple[RunRecord, ...]:
    """Return the runs of the journal at `path`, oldest first, without locking or changing it.

    Raises JournalError if it is not a journal.
    """
    with open_read_only(path) as journal:
        return journal.runs()


def stored_reading(path: JournalPlace) -> str:
    """Return what the journal at `path` remembers of how its sheet is read, "" for nothing.

    Nothing is locked, copied or changed. Raises JournalError if it is not a journal.
    """
    query = "SELECT value FROM meta WHERE name = 'reading'"
    if isinstance(path, DatabasePlace):
        from importer.delivery.journal.postgres.opening import open_to_read

        with closing(open_to_read(path)) as opened:
            return next((str(text) for (text,) in opened.rows(query)), "")
    refuse_link(*files_of(path))
    try:
        with closing(sqlite3.connect(f"{real_path(path).as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            # A run that was stopped at its first step may have left an empty file.
            lines = connection.execute(query).fetchall() if refuse_foreign(connection, path) else []
    except sqlite3.OperationalError:
        # If a killed run has left its log beside the file, reading may need write access, which a copy has.
        with closing(copied(path).connection) as connection:
            lines = connection.execute(query).fetchall()
    except sqlite3.DatabaseError as error:
        raise damaged(path, str(error)) from error
    return next((str(text) for (text,) in lines), "")


def version_of(path: JournalPlace) -> int | None:
    """Return the version of the journal at `path`, None if it is not a file of SQLite."""
    if isinstance(path, DatabasePlace) or not path.is_file():
        return None
    try:
        connection = sqlite3.connect(f"{real_path(path).as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
        finally:
            connection.close()
    except (sqlite3.Error, TypeError):
        return None


__all__ = ["JournalContact", "ReadOnlyJournal", "Reversal", "history", "open_read_only", "stored_reading", "version_of"]
