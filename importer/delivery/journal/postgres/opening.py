"""Opening a journal in Postgres: for one run alone, as a copy that is thrown away, or to look at."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from importer.delivery.journal.checksum import STORED_IDS, refuse_altered_ids
from importer.delivery.journal.conformity import refuse_unreadable_in_database
from importer.delivery.journal.postgres import lease as leases
from importer.delivery.journal.postgres.connection import (
    closed_on_failure,
    connect,
    major_version,
    newer_schema,
    one,
    without_rights,
)
from importer.delivery.journal.postgres.heartbeat import Heartbeat
from importer.delivery.journal.postgres.schema import VERSION, copies, scratch, views
from importer.delivery.journal.postgres.store import PostgresStore
from importer.errors import FolderBusy, JournalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importer.delivery.journal.postgres.connection import Session
    from importer.delivery.journal_place import DatabasePlace


@contextmanager
def _session(place: DatabasePlace) -> Iterator[Session]:
    """A session with a schema of this version; it is closed if what follows fails."""
    session = connect(place)
    with closed_on_failure(session, place):
        check_schema(session, place)
        yield session


def open_alone(
    place: DatabasePlace, address: str, secret: str, fault: Callable[[str], None] | None = None
) -> PostgresStore:
    """Open a journal for this process alone; make it if it is missing. Raises FolderBusy or JournalError."""
    with _session(place) as session:
        # Before the lock is taken: a holder whose heart does not beat is one that has died.
        heartbeat = Heartbeat(place)
        try:
            lease = leases.take(session, place, heartbeat.worker, address, secret)
            session.execute(views(place.schema, lease.journal))
            session.execute(scratch())
        except BaseException:
            heartbeat.stop()
            raise
        store = PostgresStore(session, place, fault, lease, heartbeat)
        try:
            _refuse_altered(store, session, place)
        except BaseException:
            store.close()
            raise
        return store


def open_copy(place: DatabasePlace) -> PostgresStore:
    """Open a copy of a journal, in which nothing that is written lasts. Raises FolderBusy while a run has it."""
    with _session(place) as session:
        journal = _number(session, place)
        number = leases.journal_lock(place)
        if not one(session, "SELECT pg_try_advisory_lock($1)", number)[0]:
            holder = leases.holder_words(session, place)
            step = "Wait until it has finished, or stop it, then run again."
            raise FolderBusy(
                f"The journal {place.name} is in use by another run{f' ({holder})' if holder else ''}.", step
            )
        session.execute(copies(place.schema, journal))
        session.execute("SELECT pg_advisory_unlock($1)", (number,))
        session.execute(scratch())
        store = PostgresStore(session, place)
        _refuse_altered(store, session, place)
        return store


def open_to_read(place: DatabasePlace) -> PostgresStore:
    """Open a journal as it is now, without changing it. Raises JournalError if there is none."""
    with _session(place) as session:
        if not _exists(session, place):
            step = "Name the workspace of a fleet that was run with this database."
            raise JournalError(f"There is no journal {place}.", step)
        session.execute(views(place.schema, _number(session, place)))
        # One transaction, so that all answers are of the same moment while a run writes.
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        store = PostgresStore(session, place)
        refuse_unreadable_in_database(store, place, major_version(session))
        return store


def _refuse_altered(store: PostgresStore, session: Session, place: DatabasePlace) -> None:
    """Raise JournalError if a journal says what no command could read, or has an id that was altered."""
    refuse_unreadable_in_database(store, place, major_version(session))
    refuse_altered_ids(store.lines(STORED_IDS), place)


def has_journal(place: DatabasePlace) -> bool:
    """Whether there is a journal of this name. Raises JournalError."""
    with _session(place) as session:
        exists = _exists(session, place)
        session.close()
        return exists


def holder(place: DatabasePlace) -> str | None:
    """Return who has a journal open just now, in words; None if it is free."""
    with _session(place) as session:
        words = leases.holder_words(session, place)
        session.close()
        return words


def _exists(session: Session, place: DatabasePlace) -> bool:
    query = f"SELECT EXISTS (SELECT 1 FROM {place.schema}.journals WHERE name = $1)"
    return bool(one(session, query, place.name)[0])


def _number(session: Session, place: DatabasePlace) -> int:
    """The number of a journal, 0 for none."""
    query = f"SELECT id FROM {place.schema}.journals WHERE name = $1"
    line = session.execute(query, (place.name,)).fetchone()
    return int(line[0]) if line else 0


def check_schema(session: Session, place: DatabasePlace) -> None:
    """Raise JournalError if there is no schema of this version."""
    try:
        (version,) = one(session, f"SELECT coalesce(max(number), 0) FROM {place.schema}.migrations")
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        version = 0
    except psycopg.errors.InsufficientPrivilege as error:
        raise without_rights(place, place.schema, error) from error
    if version < VERSION:
        raise JournalError(
            f"The database of {place.variable} has {'no' if not version else 'an older'} schema {place.schema}.",
            f"Run openphone-import fleet init {place.file}, which makes it, then run this command again.",
        )
    if version > VERSION:
        raise newer_schema(place)
