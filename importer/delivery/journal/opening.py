"""Opening a journal: it must be ours, whole, of this version, on a local disk, and in nobody else's hands now."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from importer.delivery.journal import network_drive
from importer.delivery.journal.schema import APPLICATION_ID, MIGRATIONS, SCRATCH, VERSION
from importer.delivery.journal.store import JournalStore, no_fault
from importer.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SIDE_FILES = ("-wal", "-shm", "-journal")


def lock_file(path: Path) -> Path:
    """Return the file whose lock says that a run has the journal open."""
    return path.with_name(f".{path.name}.lock")


def take_lock(path: Path, mount_table: str) -> FileLock:
    """Lock the journal for this process; raises JournalError where another run has it or the place cannot hold it."""
    _refuse_network(path, mount_table)
    lock = FileLock(lock_file(path), mode=0o600, timeout=0, thread_local=False)
    try:
        # Raises OSError: filelock would make a missing folder, but a journal belongs into the folder that was named.
        path.parent.stat()
        lock.acquire()
    except Timeout:
        step = "Wait until it has finished, or stop it, then run again; or give another folder with --out."
        raise JournalError(f"The journal {path} is in use by another run{_holder(path)}.", step) from None
    except OSError as error:
        step = "Give a folder on this computer that you may write to with --out."
        raise JournalError(f"The journal {path} cannot be opened here ({error.strerror or error}).", step) from error
    return lock


def _refuse_network(path: Path, mount_table: str) -> None:
    kind = network_drive.network_type(mount_table, str(path.resolve()))
    if kind is not None:
        message = f"The journal {path} would lie on a network drive ({kind}), where it could be damaged."
        raise JournalError(
            message, "Give a folder on this computer's own disk with --out; copy the results afterwards."
        )


def _holder(path: Path) -> str:
    """Return who has the journal open, as far as it can be read beside a running run."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
            found = connection.execute("SELECT value FROM meta WHERE name = 'holder'").fetchone()
        holder = json.loads(found[0])
        return f" (process {holder['pid']} on {holder['host']}, since {holder['since']})"
    except (sqlite3.Error, TypeError, ValueError, KeyError):
        return ""


def connect(path: Path | None, fault: Callable[[str], None] = no_fault) -> JournalStore:
    """Return a store over the journal at `path`, made or brought up to this version; over a temporary one for None.

    Raises JournalError for a file that is no journal, is damaged, newer, or cannot be written.
    """
    if path is not None:
        _make_private(path)
    connection = sqlite3.connect("" if path is None else path, isolation_level=None, timeout=5.0)
    try:
        if path is not None:
            refuse_foreign(connection, path, whole=True)
        _prepare(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _unusable(path, error) from error
    except BaseException:
        connection.close()
        raise
    return JournalStore(connection, str(path or "(temporary)"), fault, lock_file(path) if path else None)


def copied(path: Path) -> JournalStore:
    """Return a temporary store that holds what the journal at `path` holds now; that one stays as it is.

    Raises JournalError as `connect` does.
    """
    connection = sqlite3.connect("", isolation_level=None)
    try:
        # Not read-only: after a crash the log beside the file must be read too, which takes the right to write.
        with closing(sqlite3.connect(path, timeout=5.0)) as source:
            refuse_foreign(source, path, whole=True)
            source.backup(connection)
        _prepare(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise damaged(path, str(error)) from error
    except BaseException:
        connection.close()
        raise
    return JournalStore(connection, f"(copy of {path})")


def _make_private(path: Path) -> None:
    """Make the file with mode 0600, which SQLite gives to its side files too; take rights back where it had more."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.close(descriptor)
        for name in (path, *(path.with_name(path.name + side) for side in _SIDE_FILES)):
            with suppress(FileNotFoundError):
                name.chmod(0o600)
    except OSError as error:
        step = "Make it writable for you, or give another folder with --out."
        raise JournalError(f"The journal {path} cannot be opened ({error.strerror or error}).", step) from error


def refuse_foreign(connection: sqlite3.Connection, path: Path, *, whole: bool = False) -> int:
    """Return the version of a journal; raises JournalError where it is another program's, newer, or damaged.

    `whole`: all of it is looked through, which takes a while with a large one.
    """
    tables = _single(connection, "SELECT count(*) FROM sqlite_master")
    if tables and _single(connection, "PRAGMA application_id") != APPLICATION_ID:
        step = "Move the file away, or give another folder with --out."
        raise JournalError(f"{path} is a database of another program.", step)
    version = _single(connection, "PRAGMA user_version")
    if version > VERSION:
        step = "Use that version, or give another folder with --out."
        raise JournalError(f"The journal {path} was written by a newer version of this program.", step)
    verdict = _single(connection, "PRAGMA quick_check(1)") if whole else "ok"
    if verdict != "ok":
        raise damaged(path, str(verdict))
    return int(version)


def _single(connection: sqlite3.Connection, query: str) -> Any:
    found = connection.execute(query).fetchone()
    return found[0] if found else None


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    version = _single(connection, "PRAGMA user_version")
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE; {script} PRAGMA application_id = {APPLICATION_ID}; "
            f"PRAGMA user_version = {number}; COMMIT;"
        )
    # The scratch database dies with the connection, so it needs no durability.
    connection.execute("ATTACH DATABASE '' AS scratch")
    connection.execute("PRAGMA scratch.synchronous = OFF")
    connection.execute("PRAGMA scratch.journal_mode = MEMORY")
    connection.executescript(SCRATCH)


def damaged(path: Path | None, reason: str) -> JournalError:
    """Return what is said of a file that is no whole journal."""
    step = (
        f"Move {path} and the files {getattr(path, 'name', '')}-* beside it away and run again: "
        "contacts are found again by their external ids, and none is made twice."
    )
    return JournalError(f"The journal {path} is damaged or not a journal ({reason}).", step)


def _unusable(path: Path | None, error: sqlite3.DatabaseError) -> JournalError:
    """Tell a disk that will not take the journal from a journal that is not whole."""
    if not isinstance(error, sqlite3.OperationalError):
        return damaged(path, str(error))
    step = "Make room or make the folder writable for you, or give another folder with --out, then run again."
    return JournalError(f"The journal {path} cannot be written ({error}).", step)


def note_holder(store: JournalStore) -> None:
    """Write down who has the journal open, for the message to a second run."""
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    holder = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    with store.writing("holder") as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('holder', ?)", (holder,))
