"""Making the schema, or bringing it up to date, and finding out whether a database can hold journals at all."""

from __future__ import annotations

import secrets
import time
from contextlib import closing, suppress
from dataclasses import dataclass

import psycopg

from importer.delivery.journal.postgres.connection import (
    Session,
    connect,
    newer_schema,
    one,
    reason,
    refused,
    unreachable,
)
from importer.delivery.journal.postgres.schema import BOOKKEEPING, MIGRATIONS, VERSION
from importer.delivery.journal_place import SCHEMA, DatabasePlace
from importer.errors import JournalError

_LOCK = 0x4F50494A  # as in the files of SQLite
_PROBE = "openphone_import.probe"


@dataclass(frozen=True, slots=True)
class SchemaState:
    """What was found, and done: `before` is the version that the schema had, 0 for none.

    `ends_sessions`: a dead worker's session can be ended; where that is forbidden, a take-over waits until it has gone.
    `seconds`: how long one small transaction took.
    """

    server: str
    version: int
    before: int
    ends_sessions: bool
    seconds: float


def schema_sql(schema: str = SCHEMA, after: int = 0) -> str:
    """Return the SQL that makes a schema, or brings it on from the version `after`."""
    parts = [BOOKKEEPING] if not after else []
    for number, migration in enumerate(MIGRATIONS[after:], start=after + 1):
        parts.append(f"{migration}INSERT INTO {{schema}}.migrations VALUES ({number}, now());\n")
    return "".join(parts).replace("{schema}", schema)


def initialise(place: DatabasePlace) -> SchemaState:
    """Make the schema or bring it up to date; several at once wait for each other. Raises JournalError."""
    with closing(connect(place)) as session:
        try:
            _refuse_pooler(session, place)
            before = _migrate(session, place)
            _refuse_without_temporary_tables(session, place)
            started = time.monotonic()
            session.execute(f"UPDATE {place.schema}.migrations SET applied_at = applied_at WHERE number = 1")
            seconds = time.monotonic() - started
            server = session.info.parameter_status("server_version") or ""
            return SchemaState(server.split(" ")[0], VERSION, int(before), _can_end_sessions(session, place), seconds)
        except psycopg.Error as error:
            raise unreachable(place, error) from error


def _migrate(session: Session, place: DatabasePlace) -> int:
    schema, before = place.schema, 0
    try:
        with session.transaction():
            session.execute("SELECT pg_advisory_xact_lock($1)", (_LOCK,))
            (has_table,) = one(session, "SELECT to_regclass($1) IS NOT NULL", f"{schema}.migrations")
            if has_table:
                (before,) = one(session, f"SELECT coalesce(max(number), 0) FROM {schema}.migrations")
            if before > VERSION:
                raise newer_schema(place)
            if before < VERSION:
                session.execute(schema_sql(schema, int(before)))
    except psycopg.errors.InsufficientPrivilege as error:
        if before:
            raise JournalError(
                f"This role may not bring the schema {schema} in the database of {place.variable} up to date "
                f"({reason(error)}).",
                f"Run openphone-import fleet init {place.file} with the address of the role that made the schema.",
            ) from error
        raise refused(place, schema, error) from error
    return int(before)


def _refuse_pooler(session: Session, place: DatabasePlace) -> None:
    """Raise JournalError where statements of one connection go to whatever session of the server is free."""
    word = secrets.token_hex(8)
    session.execute("SELECT set_config($1, $2, false)", (_PROBE, word))
    with closing(connect(place)) as second:
        second.execute("SELECT set_config($1, $2, false)", (_PROBE, "second"))
        (second_pid,) = one(second, "SELECT pg_backend_pid()")
        (probed,) = one(session, "SELECT coalesce(current_setting($1, true), '')", _PROBE)
        (first_pid,) = one(session, "SELECT pg_backend_pid()")
    if probed != word or first_pid == second_pid:
        raise JournalError(
            f"{place.variable} leads to a connection pooler in transaction mode: the lock that keeps a journal for one "
            "worker would be lost between two statements.",
            "Give the address of the server itself, or of the pooler in session mode.",
        )


def _refuse_without_temporary_tables(session: Session, place: DatabasePlace) -> None:
    try:
        session.execute("CREATE TEMP TABLE probe (number integer)")
        session.execute("DROP TABLE pg_temp.probe")
    except psycopg.errors.InsufficientPrivilege as error:
        raise JournalError(
            f"This role may not make temporary tables in the database of {place.variable}.",
            "GRANT TEMPORARY ON DATABASE to the role, then run this again.",
        ) from error


def _can_end_sessions(session: Session, place: DatabasePlace) -> bool:
    with closing(connect(place)) as second:
        (backend,) = one(second, "SELECT pg_backend_pid()")
        with suppress(psycopg.Error):
            return bool(one(session, "SELECT pg_terminate_backend($1::integer)", backend)[0])
    return False
