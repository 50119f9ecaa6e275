"""Contacts in SQLite, in a file or in memory.

Each contact is kept as the JSON text that the API shows. A write is committed before its function returns, so a contact
that was answered survives the end of the process. A store is safe in any thread; `with store.writing():` makes several
steps one.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# "QUOS": SQLite keeps this number in the header of the file, and so a store is known without reading a table.
_APPLICATION_ID: Final = 0x51554F53
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS contacts (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        external_id TEXT,
        source TEXT,
        body TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS by_external_id ON contacts (external_id)",
    "CREATE TABLE IF NOT EXISTS deleted (external_id TEXT NOT NULL, source TEXT) STRICT",
    "CREATE INDEX IF NOT EXISTS deleted_by_external_id ON deleted (external_id)",
    "CREATE TABLE IF NOT EXISTS conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT",
    f"PRAGMA application_id = {_APPLICATION_ID}",
)
_NO_ROOM: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


class ContactStore:
    """The contacts of one workspace, oldest first.

    `path` None keeps them in memory. The file and what SQLite puts beside it are readable by their owner alone.
    Raises ValueError if the file is not the store of a sandbox, OSError if it cannot be opened.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            # SQLite gives its own files the mode of this one.
            self._refuse_links(path)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600))
        self._lock = threading.RLock()
        # SQLite itself does not open a path that has more `..` than the current folder has folders above it.
        name = ":memory:" if path is None else os.path.realpath(path)
        self._connection = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
        try:
            # Another program's database must not be written to, not even its journal mode.
            mark = self._connection.execute("PRAGMA application_id").fetchone()[0]
            tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if tables and mark != _APPLICATION_ID:
                raise sqlite3.DatabaseError("it holds other data")
            self._connection.execute("PRAGMA journal_mode = WAL")
            # With WAL an answered contact survives the end of this process, which is all that a rehearsal promises.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            for statement in _TABLES:
                self._connection.execute(statement)
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in _NO_ROOM:
                raise OSError(errno.ENOSPC, str(error)) from error
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN:
                # The file itself was opened before, so one that SQLite puts beside it was not.
                parent = path.parent if path else Path()
                code = errno.EMFILE if os.access(parent, os.W_OK) else errno.EACCES
                raise OSError(code, os.strerror(code), str(parent)) from error
            if isinstance(error, sqlite3.DatabaseError):
                raise ValueError(
                    f"{path} is not a sandbox store ({error}). Choose another file with --store."
                ) from None
            raise

    @staticmethod
    def _refuse_links(path: Path) -> None:
        """Raise ValueError if the store, or a file that SQLite puts beside it, is a link into another file."""
        for file in (path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))):
            if file.is_symlink():
                raise ValueError(f"{file} is a link to another file, which is not written to")
            # A pipe would let the program wait without end.
            if file.exists() and not file.is_file():
                raise ValueError(f"{file} is a folder, a pipe or a device. Choose a file with --store.")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run a block as one transaction: other writers wait until it ends, and an error undoes all of it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def insert(self, contact: dict[str, Any]) -> str:
        """Store a new contact; returns its JSON text."""
        body = _as_text(contact)
        row = (contact["id"], contact["externalId"], contact["source"], body)
        self._run("INSERT INTO contacts (id, external_id, source, body) VALUES (?, ?, ?, ?)", row)
        return body

    def update(self, contact: dict[str, Any]) -> str:
        """Replace the contact with the same id; returns its JSON text."""
        body = _as_text(contact)
        row = (contact["externalId"], contact["source"], body, contact["id"])
        self._run("UPDATE contacts SET external_id = ?, source = ?, body = ? WHERE id = ?", row)
        return body

    def delete(self, contact_id: str) -> None:
        """Delete a contact and remember that its external id was in use."""
        pair_before = "SELECT external_id, source FROM contacts WHERE id = ? AND external_id NOTNULL"
        self._run(f"INSERT INTO deleted {pair_before}", (contact_id,))
        self._run("DELETE FROM contacts WHERE id = ?", (contact_id,))

    def contacts(self) -> list[dict[str, Any]]:
        """Return every contact, oldest first."""
        return [json.loads(body) for (body,) in self._run("SELECT body FROM contacts ORDER BY seq")]

    def body(self, contact_id: str) -> str | None:
        """Return the JSON text of a contact; None for an unknown id."""
        rows = self._run("SELECT body FROM contacts WHERE id = ?", (contact_id,))
        return rows[0][0] if rows else None

    def find(self, contact_id: str) -> dict[str, Any] | None:
        """Return a contact; None for an unknown id."""
        body = self.body(contact_id)
        return None if body is None else json.loads(body)

    def external_id(self, contact_id: str) -> str | None:
        """Return the external id of a contact; None if it has none, or for an unknown id."""
        rows = self._run("SELECT external_id FROM contacts WHERE id = ?", (contact_id,))
        return rows[0][0] if rows else None

    def holders(self, external_id: str, *, deleted: bool) -> list[tuple[str, str | None]]:
        """Return (contact id, source) of the contacts with this external id; `deleted`: of deleted ones too (id "")."""
        rows = self._run("SELECT id, source FROM contacts WHERE external_id = ?", (external_id,))
        if deleted:
            rows += self._run("SELECT '', source FROM deleted WHERE external_id = ?", (external_id,))
        return rows

    def page(
        self, after: int, limit: int, external_ids: Sequence[str] = (), sources: Sequence[str] = ()
    ) -> list[tuple[int, str]]:
        """Return (position, JSON text) of at most `limit` contacts after the position `after` that pass the filters."""
        conditions, values = ["seq > ?"], [after, *external_ids, *sources]
        for column, allowed in (("external_id", external_ids), ("source", sources)):
            if allowed:
                conditions.append(f"{column} IN ({','.join('?' * len(allowed))})")
        where = " AND ".join(conditions)
        return self._run(f"SELECT seq, body FROM contacts WHERE {where} ORDER BY seq LIMIT ?", (*values, limit))  # noqa: S608 - column names are ours, values are bound

    def add_conversation(self, conversation: dict[str, Any]) -> None:
        """Store a conversation."""
        self._run("INSERT INTO conversations (body) VALUES (?)", (_as_text(conversation),))

    def conversations(self, after: int, limit: int) -> list[tuple[int, str]]:
        """Return (position, JSON text) of at most `limit` conversations after the position `after`."""
        return self._run("SELECT seq, body FROM conversations WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))

    def clear(self) -> None:
        """Delete all contacts, what is known of deleted ones, and all conversations."""
        with self.writing():
            self._run("DELETE FROM conversations")
            self._run("DELETE FROM contacts")
            self._run("DELETE FROM deleted")

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    def _run(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _as_text(contact: dict[str, Any]) -> str:
    return json.dumps(contact, ensure_ascii=False, separators=(",", ":"))
