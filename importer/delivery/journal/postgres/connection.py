"""A session with the database, set up as the journal needs it, and the errors of connecting."""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper

from importer.errors import JournalError, SettingsError
from importer.regex import regex
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.delivery.journal_place import DatabasePlace

OLDEST_VERSION = 13
_SCHEMA_NAME = regex(r"[a-z_][a-z0-9_]{0,62}")
NUL_SHOWN = "\u2400"
# With these settings a cut cable is noticed within some 20 seconds, on both sides of a wait.
_NETWORK: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
_SESSION = {
    "search_path": "pg_catalog",
    "TimeZone": "UTC",
    "client_encoding": "UTF8",
    "statement_timeout": "300s",
    "lock_timeout": "30s",
    # An intent that is committed must be on the disk before its request leaves.
    "synchronous_commit": "on",
    # No transaction is left open between two facts; the lease must last while the service is slow.
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "work_mem": "64MB",
}
# So that the server, too, notices within 20 seconds that the other end has gone; some systems have no such thing.
_SERVER_NETWORK = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
_FULL = ("too many clients", "too many connections", "remaining connection slots")
_SINCE_14 = ("idle_session_timeout",)
logging.getLogger("psycopg").addHandler(logging.NullHandler())

Session = psycopg.Connection[tuple[Any, ...]]


class _StorableText(StrDumper):
    """Text as Postgres can hold it: a NUL, which damaged files have, becomes a visible sign."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", NUL_SHOWN) if "\0" in obj else obj)


def major_version(session: Session) -> int:
    """Return the version of Postgres, such as 16."""
    return session.info.server_version // 10_000


def connect(place: DatabasePlace) -> Session:
    """Open a session of our own. Raises JournalError if the database cannot be reached or is not for writing."""
    if not _SCHEMA_NAME.fullmatch(place.schema):
        raise SettingsError(f"{place.schema!r} cannot be the name of a schema.", "Use small letters, digits and _.")
    try:
        session: Session = psycopg.connect(
            place.url,
            autocommit=True,
            cursor_factory=psycopg.RawCursor,
            application_name=PROGRAM,
            **_NETWORK,
        )
    except psycopg.Error as error:
        raise unreachable(place, error) from error
    with closed_on_failure(session, place):
        version = major_version(session)
        if version < OLDEST_VERSION:
            raise JournalError(
                f"The database of {place.variable} is Postgres {version}, which is too old.",
                f"Use Postgres {OLDEST_VERSION} or newer.",
            )
        settings = {name: value for name, value in _SESSION.items() if version >= 14 or name not in _SINCE_14}
        calls = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in settings.items())
        session.execute(f"SELECT {calls}")
        for name, value in _SERVER_NETWORK.items() if session.info.host[:1] not in ("", "/") else ():
            with suppress(psycopg.Error):
                session.execute("SELECT set_config($1, $2, false)", (name, value))
        is_read_only, in_recovery = one(session, "SELECT current_setting('transaction_read_only'), pg_is_in_recovery()")
        if is_read_only == "on" or in_recovery:
            raise JournalError(
                f"The database of {place.variable} is read-only{' (a standby)' if in_recovery else ''}, so nothing "
                "could be written down before it is sent.",
                "Name the primary server.",
            )
    session.adapters.register_dumper(str, _StorableText)
    # One type for all numbers: with one for each size a statement would be prepared again and again.
    session.adapters.register_dumper(int, Int8Dumper)
    return session


@contextmanager
def closed_on_failure(session: Session, place: DatabasePlace) -> Iterator[None]:
    """Close a session if what is done with it fails. Raises JournalError for what the database refuses."""
    try:
        yield
    except psycopg.Error as error:
        session.close()
        raise unreachable(place, error) from error
    except BaseException:
        session.close()
        raise


def plain_session(place: DatabasePlace) -> psycopg.Connection[Any]:
    """Open a session for other uses than the journal, without settings. Raises psycopg.Error."""
    return psycopg.connect(place.url, application_name="openphone-import-queue", **_NETWORK)


def one(session: Session, query: str, *values: Any) -> tuple[Any, ...]:
    """Return the only line of a query."""
    line = session.execute(query, values).fetchone()
    assert line is not None  # noqa: S101 - queries for one line
    return line


def reason(error: psycopg.Error, url: str = "") -> str:
    """Return in a few words why the database refused, without the password."""
    password = _part(url, "password")
    if password is None:
        return "its address is not one of Postgres"
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return text.replace(password, "***") if password else text


@lru_cache(maxsize=8)
def _part(url: str, name: str) -> str | None:
    """A part of an address, "" for none; None where it is no address, whose error would repeat its password."""
    try:
        return str(conninfo_to_dict(url).get(name) or "")
    except psycopg.Error:
        return None


_CHECK = (
    "Check that it is running and that its address, name and password are right, then run the command again: "
    "nothing is sent twice."
)


def unreachable(place: DatabasePlace, error: psycopg.Error) -> JournalError:
    """Return the error for a database with which no session can be begun, or in which a statement failed."""
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return without_rights(place, place.schema, error)
    why = reason(error, place.url)
    step = _CHECK
    # A refused session has no code that says so.
    if any(words in why for words in _FULL):
        step = (
            "Give --lanes a smaller number (a lane has two or three sessions, a worker some ten more), or raise "
            "max_connections of the server or the CONNECTION LIMIT of the role, then run the command again."
        )
    return JournalError(f"The database of {place.variable} cannot be used ({why}).", step)


def without_rights(place: DatabasePlace, schema: str, error: psycopg.Error) -> JournalError:
    """Return the error for a role that may not use a schema or what is in it."""
    role = _part(place.url, "user") or "ROLE"
    return JournalError(
        f"The database of {place.variable} does not let this role use the schema {schema} ({reason(error)}).",
        f'Have an administrator run these, then run the command again: GRANT USAGE ON SCHEMA {schema} TO "{role}"; '
        f'GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO "{role}"; '
        f'GRANT ALL ON ALL SEQUENCES IN SCHEMA {schema} TO "{role}";',
    )


def refused(place: DatabasePlace, schema: str, error: object) -> JournalError:
    """Return the error for what another library, which keeps its tables in a schema, was refused."""
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        if "permission denied for database" not in str(error):
            return without_rights(place, schema, error)
        return JournalError(
            f"This role may not make the schema {schema} in the database of {place.variable} ({reason(error)}).",
            "Have an administrator run what openphone-import fleet init --print shows, or GRANT CREATE ON DATABASE to "
            "the role.",
        )
    if isinstance(error, psycopg.Error):
        return unreachable(place, error)
    return JournalError(
        f"The queue in the database of {place.variable} cannot be used ({type(error).__name__}).",
        _CHECK,
    )


def newer_schema(place: DatabasePlace) -> JournalError:
    """Return the error for a schema that a later version of the program has made."""
    return JournalError(
        f"The schema {place.schema} in the database of {place.variable} is of a newer version of this program.",
        'Install that version here, too (pip install --upgrade "openphone-import[fleet]"), then run the command again.',
    )
