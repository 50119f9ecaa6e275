"""Opening a journal: it must be ours, undamaged, of this version, on a local disk, and not in use by another run."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import network_drive
from importer.delivery.journal.checksum import STORED_IDS, fill_checksums, refuse_altered_ids
from importer.delivery.journal.schema import APPLICATION_ID, CHECKSUMS, MIGRATIONS, SCRATCH, VERSION
from importer.delivery.journal.sqlite import SqliteStore
from importer.delivery.journal_place import DatabasePlace
from importer.disk import real_path, refuse_link
from importer.errors import FolderBusy, JournalError, out_of_room
from importer.text import read_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from filelock import FileLock

    from importer.delivery.journal_place import JournalPlace

_SIDE_FILES = ("-wal", "-shm", "-journal")


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the journal at `path` and what SQLite puts beside it."""
    return (path, *(path.with_name(path.name + suffix) for suffix in _SIDE_FILES))


def lock_file(path: Path) -> Path:
    """Return the file that a run locks while it has the journal open."""
    return path.with_name(f".{path.name}.lock")


def _lock_of(path: Path) -> FileLock:
    # Once it is imported it is called for each file and module that Python opens, a tenth of the time to start.
    from filelock import FileLock

    return FileLock(lock_file(path), mode=0o600, timeout=0, thread_local=False)


def take_lock(path: Path, mount_table: str) -> FileLock:
    """Lock the journal for this process; raises JournalError where another run has it or the place cannot hold it."""
    drive = network_drive.network_type(mount_table, str(real_path(path)))
    if drive is not None:
        step = "Give a folder on this computer's own disk with --out; copy the results afterwards."
        message = f"The journal {path} would be on a network drive ({drive}), where it could be damaged."
        raise JournalError(message, step)
    refuse_link(lock_file(path), *files_of(path))
    lock = _lock_of(path)
    try:
        # Raises OSError: filelock would make a missing folder, but a journal belongs in the folder that was named.
        path.parent.stat()
        lock.acquire()
    except TimeoutError:
        step = "Wait until it has finished, or stop it, then run again; or give another folder with --out."
        raise FolderBusy(f"The journal {path} is in use by another run{_holder(path)}.", step) from None
    except OSError as error:
        if scarce := out_of_room(error):
            raise scarce from error
        step = "Give a folder on this computer that you may write to with --out."
        raise JournalError(f"The journal {path} cannot be opened here ({error.strerror or error}).", step) from error
    return lock


def holder(path: JournalPlace) -> str | None:
    """Return who has the journal at `path` open just now, in words ("" if it cannot be told); None if it is free."""
    if isinstance(path, DatabasePlace):
        from importer.delivery.journal.postgres import opening as postgres

        return postgres.holder(path)
    lock = _lock_of(path)
    # A link or a pipe from outside is not our lock file, and opening it would follow it.
    if lock_file(path).is_symlink() or not lock_file(path).is_file():
        return None
    try:
        lock.acquire()
    except TimeoutError:
        return _holder(path).strip(" ()")
    except OSError:
        return None
    lock.release()
    return None


# The primary codes of SQLite for what the system lacks.
_NO_ROOM = frozenset((sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY))
_MAKE_ROOM = (
    "Make room or make the folder writable for you, close other programs that have the journal open, or give another "
    "folder with --out, then run again."
)


def this_process() -> str:
    """Return this process as the message to a second run names it: its id, computer and start."""
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})


def _holder(path: Path) -> str:
    """Return who has the journal open, as far as it can be read while a run is using it."""
    try:
        with closing(sqlite3.connect(f"{real_path(path).as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
            line = connection.execute("SELECT value FROM meta WHERE name = 'holder'").fetchone()
        holder = read_json(line[0])
        return f" (process {holder['pid']} on {holder['host']}, since {holder['since']})"
    except (sqlite3.Error, TypeError, ValueError, KeyError):
        return ""


def connect(path: Path | None, fault: Callable[[str], None] | None = None) -> SqliteStore:
    """Return a store for the journal at `path`, created or migrated to this version; for a temporary one if None.

    Raises JournalError if the file is not a journal, is damaged, newer, or cannot be written.
    """
    if path is not None:
        _make_private(path)
    # By its real path: SQLite itself does not open one that has more `..` than the current folder has folders above it.
    connection = sqlite3.connect("" if path is None else real_path(path), isolation_level=None, timeout=5.0)
    try:
        if path is not None:
            refuse_foreign(connection, path, whole=True)
        _prepare(connection)
        if path is not None:
            refuse_unreadable(connection, path)
            refuse_altered_ids(connection.execute(STORED_IDS), path)
    except sqlite3.OperationalError as error:
        # A full or read-only disk, not a damaged journal.
        connection.close()
        raise JournalError(f"The journal {path} cannot be written ({error}).", _MAKE_ROOM) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise damaged(path, str(error)) from error
    except BaseException:
        connection.close()
        raise
    return SqliteStore(connection, str(path or "(temporary)"), fault, lock_file(path) if path else None)


def copied(path: Path) -> SqliteStore:
    """Return a temporary copy of the journal at `path`, which is not changed.

    Raises JournalError as `connect` does.
    """
    refuse_link(*files_of(path))
    connection = sqlite3.connect("", isolation_level=None)
    try:
        # Not opened read-only: after a crash the log beside the file must be read too, and that needs write access.
        with closing(sqlite3.connect(real_path(path), timeout=5.0)) as source:
            refuse_foreign(source, path, whole=True)
            source.backup(connection)
        _prepare(connection)
        refuse_unreadable(connection, path)
        refuse_altered_ids(connection.execute(STORED_IDS), path)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise unusable(path, error) from error
    except BaseException:
        connection.close()
        raise
    return SqliteStore(connection, f"(copy of {path})")


def _make_private(path: Path) -> None:
    """Create the file with mode 0600, which SQLite copies to its side files; tighten a file that had more rights."""
    try:
        # On the open file: a link that is planted after the check in `take_lock` must not be followed either.
        no_follow = getattr(os, "O_NOFOLLOW", 0)
        for file in files_of(path):
            created = os.O_CREAT if file == path else 0
            with suppress(FileNotFoundError):
                descriptor = os.open(file, os.O_RDWR | created | no_follow, 0o600)
                try:
                    if hasattr(os, "fchmod"):
                        os.fchmod(descriptor, 0o600)
                finally:
                    os.close(descriptor)
    except OSError as error:
        if scarce := out_of_room(error):
            raise scarce from error
        step = "Make it writable for you, or give another folder with --out."
        raise JournalError(f"The journal {path} cannot be opened ({error.strerror or error}).", step) from error


def refuse_foreign(connection: sqlite3.Connection, path: Path, *, whole: bool = False) -> int:
    """Return the version of a journal; raises JournalError if it is another program's, newer, or damaged.

    With `whole` the entire file is checked, which takes a while if it is large.
    """
    # Nothing but our own statements is to run, whatever the file brings along.
    connection.execute("PRAGMA trusted_schema = OFF")
    tables = _single(connection, "SELECT count(*) FROM sqlite_master")
    if tables and _single(connection, "PRAGMA application_id") != APPLICATION_ID:
        step = "Move the file away, or give another folder with --out."
        raise JournalError(f"{path} is a database of another program.", step)
    version = _single(connection, "PRAGMA user_version")
    if version > VERSION:
        step = "Use that version, or give another folder with --out."
        raise JournalError(f"The journal {path} was written by a newer version of this program.", step)
    # Imported here, since a journal that is new has nothing to be held against.
    from importer.delivery.journal.conformity import altered_schema

    if reason := altered_schema(connection, version):
        raise damaged(path, reason)
    verdict = _single(connection, "PRAGMA quick_check(1)") if whole else "ok"
    if verdict != "ok":
        raise damaged(path, str(verdict))
    return int(version)


def refuse_unreadable(connection: sqlite3.Connection, path: Path) -> None:
    """Raise JournalError if a journal of this version holds a value that no command could read."""
    from importer.delivery.journal.conformity import unreadable_in_file

    if reason := unreadable_in_file(connection):
        raise damaged(path, reason)


def _single(connection: sqlite3.Connection, query: str) -> Any:
    line = connection.execute(query).fetchone()
    return line[0] if line else None


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    version = _single(connection, "PRAGMA user_version")
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script}")
        if number == CHECKSUMS:
            fill_checksums(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    # The scratch database dies with the connection, so it needs no durability.
    connection.execute("ATTACH DATABASE '' AS scratch")
    connection.execute("PRAGMA scratch.synchronous = OFF")
    connection.execute("PRAGMA scratch.journal_mode = MEMORY")
    connection.executescript(SCRATCH)


def unusable(path: Path | None, error: sqlite3.Error) -> JournalError:
    """Return the error for a journal that cannot be read: it may be the disk that is full, and not the file damaged."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NO_ROOM:
        return JournalError(f"The journal {path} cannot be read ({error}).", _MAKE_ROOM)
    return damaged(path, str(error))


def damaged(path: Path | None, reason: str) -> JournalError:
    """Return the error for a file that is damaged or not a journal."""
    step = (
        f"Move {path} and the files {getattr(path, 'name', '')}-* beside it away and run again: "
        "contacts are found again by their external ids, and none is created twice."
    )
    return JournalError(f"The journal {path} is damaged or not a journal ({reason}).", step)
