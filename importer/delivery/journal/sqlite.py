"""One SQLite connection: transactions happen whole or not at all, and SQLite's errors are translated in one place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.store import BATCH
from importer.errors import DiskFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from importer.errors import ImporterError

_USUAL_PAGES_KB, _MANY_PAGES_KB = 2_000, 24_000
"""How many pages SQLite keeps of a database: as many as it does by itself, and for a sheet as a whole."""


class SqliteStore:
    """A connection to the journal at `name` (for messages), which is ours while the file `lock` is the one we locked.

    `fault`: see `Store`.
    """

    holds_key = False

    def __init__(
        self,
        connection: sqlite3.Connection,
        name: str,
        fault: Callable[[str], None] | None = None,
        lock: Path | None = None,
    ) -> None:
        self.connection = connection
        self.name = name
        self._touching = _touching(connection)
        self._fault = fault
        self._lock = lock
        self._identity = _identity(name)
        self._lock_identity = _identity(lock)

    def must_be_in_place(self) -> None:
        """Raise DiskFailed if the file is no longer at its path, where the next run would look for it.

        The same if the lock file is gone: another run may be using the journal by now.
        """
        if _identity(self.name) != self._identity:
            step = "Put it back if it was moved, then run the same command again: nothing is sent twice."
            raise DiskFailed(f"The journal {self.name} was removed or replaced during the run.", step)
        if _identity(self._lock) != self._lock_identity:
            step = "Wait until no other run uses this folder, then run the same command again: nothing is sent twice."
            raise DiskFailed(f"The lock file of the journal, {self._lock}, was removed during the run.", step)

    @contextmanager
    def writing(self, moment: str) -> Iterator[sqlite3.Connection]:
        """Open a transaction, committed at the end or rolled back. Raises DiskFailed if it cannot be committed."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                # In each database without a file something is changed by every transaction: see `_touching`.
                for statement in self._touching:
                    self.connection.execute(statement)
                yield self.connection
                if self._fault is not None:
                    self._fault(f"before:{moment}")
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._failed("written", error) from error
        if self._fault is not None:
            self._fault(f"after:{moment}")

    @contextmanager
    def erasing(self, moment: str) -> Iterator[sqlite3.Connection]:
        """Do as `writing`; the file is rewritten without what was deleted."""
        self.connection.execute("PRAGMA secure_delete = ON")
        # This needs room on the disk; without it nothing is deleted, so that the same command finds all of it again.
        self._rewrite()
        with self.writing(moment) as connection:
            yield connection
        self._rewrite()

    def _rewrite(self) -> None:
        """Rewrite the file without what was deleted. Raises DiskFailed."""
        try:
            # What was deleted is still in the write-ahead log, and its pages may be in the file.
            for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                self.connection.execute(statement)
        except sqlite3.Error as error:
            raise self._failed("written", error) from error

    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query, of which there are not very many. Raises DiskFailed if they cannot be read."""
        try:
            return self.connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._failed("read", error) from error

    def lines(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, of which there may be millions. Raises DiskFailed if they cannot be read."""
        return chain.from_iterable(self._batches(query, values))

    def _batches(self, query: str, values: Sequence[Any] | Mapping[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
        try:
            cursor = self.connection.execute(query, values)
            while batch := cursor.fetchmany(BATCH):
                yield batch
        except sqlite3.Error as error:
            raise self._failed("read", error) from error

    def matching(self, query: str, keys: Sequence[str | int]) -> list[tuple[Any, ...]]:
        """Return the rows of `query`, which has one `(?)` for any number of keys."""
        rows: list[tuple[Any, ...]] = []
        # In batches, since SQLite limits the number of parameters of one query.
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            rows += self.rows(query.replace("(?)", f"({','.join('?' * len(batch))})"), batch)
        return rows

    def number(self, query: str, values: Sequence[Any] = ()) -> int:
        """Return the single number that a query gives, such as a count."""
        return next(int(number) for (number,) in self.rows(query, values))

    @contextmanager
    def keeping_pages(self) -> Iterator[None]:
        """Keep more pages of the file and of the scratch database in memory, and give the memory back at the end.

        External ids that are made of values have no order, so of a large sheet each row is at another page; without
        these, nearly all pages would be read, and those of the scratch database written, once for each row.
        """
        self._limit_pages(_MANY_PAGES_KB)
        try:
            yield
        finally:
            self._limit_pages(_USUAL_PAGES_KB)
            with suppress(sqlite3.Error):
                self.connection.execute("PRAGMA shrink_memory")

    def _limit_pages(self, most_kb: int) -> None:
        # Without a limit of its own SQLite takes the usual one, so a failure costs time alone.
        with suppress(sqlite3.Error):
            for database in ("main", "scratch"):
                self.connection.execute(f"PRAGMA {database}.cache_size = -{most_kb}")

    def is_sound(self) -> bool:
        """Whether SQLite finds the file undamaged."""
        return ("ok",) in self.rows("PRAGMA quick_check(1)")

    def send_deadline(self) -> None:
        """Return None: what is locked on this computer is not taken over while its process is there."""

    def still_ours(self) -> None:
        """Return None, for the same reason."""

    def quiet_seconds(self) -> float:
        """Return 0: the requests of all runs of this computer are counted together."""
        return 0.0

    def unsettled_seconds(self, settle_seconds: float) -> float:
        """Return 0: runs of this computer leave a note in the lock of their source."""
        return 0.0

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        with suppress(sqlite3.Error):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()

    def _failed(self, participle: str, error: sqlite3.Error) -> ImporterError:
        step = "Make room or restore the folder, then run the same command again: nothing is sent twice."
        return DiskFailed(f"The journal {self.name} could not be {participle} ({error}).", step)


def _touching(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what changes something, and nothing that matters, in each database of a connection that has no file.

    At the end of a transaction that has changed nothing in it SQLite (3.40 at least) takes all changed pages of such a
    database for written if they are a quarter of those that it keeps, and has written none: what they hold is lost.
    """
    names = [name for _, name, file in connection.execute("PRAGMA database_list") if not file]
    versions = {name: connection.execute(f"PRAGMA {name}.user_version").fetchone()[0] for name in names}
    return tuple(f"PRAGMA {name}.user_version = {version}" for name, version in versions.items())


def limit_cache_memory(most_bytes: int) -> None:
    """Have the caches of all connections of this process stay below so many bytes, as far as SQLite can.

    Each would keep 2 MB of pages for as long as it is open (SQLite documentation, "PRAGMA soft_heap_limit").
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"PRAGMA soft_heap_limit = {most_bytes}")


def _identity(file: str | Path | None) -> tuple[int, int] | None:
    """Return what tells a file from another of the same name (device and inode), None if there is no file."""
    try:
        status = os.stat(file or "")  # noqa: PTH116 - called before each request, and three times faster
    except OSError:
        return None
    return status.st_dev, status.st_ino
