"""Copy a journal from its file into a database, line by line."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from importer.delivery.journal import network_drive
from importer.delivery.journal.opening import connect, take_lock
from importer.delivery.journal.postgres.opening import open_alone
from importer.delivery.journal.postgres.schema import DURABLE
from importer.delivery.journal_place import SANDBOX_ADDRESS
from importer.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from importer.delivery.journal.store import Store
    from importer.delivery.journal_place import DatabasePlace


def copy_into_database(path: Path, place: DatabasePlace, fault: Callable[[str], None] | None = None) -> None:
    """Put all of the journal at `path` into a database, in one transaction; the file stays as it is.

    Does nothing if the database has all of it already. Raises JournalError if it has another journal of this name, or
    if one of the two is in use or cannot be read; DiskFailed if it cannot be written.
    """
    lock = take_lock(path, network_drive.mounts())
    # Nothing is sent meanwhile, so no key is needed, nor held.
    try:
        with closing(connect(path)) as source, closing(open_alone(place, SANDBOX_ADDRESS, "", fault)) as target:
            if not _has_all(source, target, path, place):
                _copy(source, target)
    finally:
        lock.release()


def _has_all(source: Store, target: Store, path: Path, place: DatabasePlace) -> bool:
    """Whether the database has this journal, as after an adoption that was cut off. Raises JournalError for another."""
    if not target.number("SELECT (SELECT count(*) FROM runs) + (SELECT count(*) FROM contacts)"):
        return False
    salts, runs = (
        [{str(value) for (value,) in store.rows(query)} for store in (source, target)]
        for query in ("SELECT value FROM meta WHERE name = 'salt'", "SELECT run_id FROM runs")
    )
    if salts[0] == salts[1] and runs[0] <= runs[1]:
        return True
    raise JournalError(
        f"There is a journal {place} already, which knows other contacts or runs than {path}.",
        "Keep one of the two: leave the folder as it is, or give the workspace of the fleet another name.",
    )


def _copy(source: Store, target: Store) -> None:
    with target.writing("adopt") as transaction:
        # What was written there when the empty journal was opened.
        transaction.execute("DELETE FROM meta")
        for table, (columns, key) in DURABLE.items():
            # The database gives problems their numbers, so that later ones go on behind them.
            chosen = [f'"{column}"' for column, declared in columns.items() if "IDENTITY" not in declared]
            order = ", ".join(f'"{column}"' for column in key)
            lines = source.lines(f"SELECT {', '.join(chosen)} FROM {table} ORDER BY {order}")
            marks = ", ".join("?" * len(chosen))
            transaction.executemany(f"INSERT INTO {table} ({', '.join(chosen)}) VALUES ({marks})", lines)
