"""One SQLite connection: transactions are whole or not at all, and SQLite's errors are translated in one place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from importer.errors import DiskFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from importer.errors import ImporterError

BATCH = 500


def no_fault(moment: str) -> None:
    """Let everything succeed: what the seam for tests does by default."""


class JournalStore:
    """A connection to the journal at `name` (for messages), which is ours while the file `lock` is the one we locked.

    `fault` is the seam for crashes: it is called as `before:<what>` and `after:<what>` around each commit, and whatever
    it raises happens there.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        name: str,
        fault: Callable[[str], None] = no_fault,
        lock: Path | None = None,
    ) -> None:
        self.connection = connection
        self.name = name
        self._fault = fault
        self._lock = lock
        self._identity = _identity(name)
        self._lock_identity = _identity(lock)

    def must_be_in_place(self) -> None:
        """Raise DiskFailed where the file is not at its path any more: what is written would not be found again.

        Without the lock file that we hold, another run may have begun upon the journal.
        """
        if _identity(self.name) != self._identity:
            step = "Put it back if it was moved, then run the same command again: nothing is sent twice."
            raise DiskFailed(f"The journal {self.name} was removed or replaced during the run.", step)
        if _identity(self._lock) != self._lock_identity:
            step = "Wait until no other run uses this folder, then run the same command again: nothing is sent twice."
            raise DiskFailed(f"The lock file of the journal, {self._lock}, was removed during the run.", step)

    @contextmanager
    def writing(self, what: str) -> Iterator[sqlite3.Connection]:
        """Give a transaction, committed at the end or undone. Raises DiskFailed where it cannot be committed."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self._fault(f"before:{what}")
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._failed("written", error) from error
        self._fault(f"after:{what}")

    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a query, a batch at a time. Raises DiskFailed where they cannot be read."""
        try:
            cursor = self.connection.execute(query, values)
            while batch := cursor.fetchmany(BATCH):
                yield from batch
        except sqlite3.Error as error:
            raise self._failed("read", error) from error

    def matching(self, query: str, keys: Sequence[str | int]) -> Iterator[tuple[Any, ...]]:
        """Give the rows of `query`, which has one `(?)` for any number of keys."""
        for start in range(0, len(keys), BATCH):
            some = keys[start : start + BATCH]
            yield from self.rows(query.replace("(?)", f"({','.join('?' * len(some))})"), some)

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        with suppress(sqlite3.Error):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()

    def _failed(self, done: str, error: sqlite3.Error) -> ImporterError:
        step = "Make room or restore the folder, then run the same command again: nothing is sent twice."
        return DiskFailed(f"The journal {self.name} could not be {done} ({error}).", step)


def _identity(file: str | Path | None) -> tuple[int, int] | None:
    """What tells one file from another, whatever their names; None where there is no file."""
    try:
        found = os.stat(file or "")  # noqa: PTH116 - asked for before each sending, and three times quicker
    except OSError:
        return None
    return found.st_dev, found.st_ino
