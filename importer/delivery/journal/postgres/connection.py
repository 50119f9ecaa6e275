"""A session with the database, set up as the journal needs it, and the errors of connecting."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper

from importer.errors import JournalError, SettingsError

if TYPE_CHECKING:
    from importer.delivery.journal_place import DatabasePlace

OLDEST_VERSION = 13
_SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
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
            application_name="openphone-import",
            **_NETWORK,
        )
    except psycopg.Error as error:
        raise unreachable(place, error) from error
    try:
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
    except psycopg.Error as error:
        session.close()
        raise unreachable(place, error) from error
    except BaseException:
        session.close()
        raise
    session.adapters.register_dumper(str, _StorableText)
    # One type for all numbers: with one for each size a statement would be prepared again and again.
    session.adapters.register_dumper(int, Int8Dumper)
    return session


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
    if _password(url) is None:
        return "its address is not one of Postgres"
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    password = _password(url)
    return text.replace(password, "***") if password else text


@lru_cache(maxsize=4)
def _password(url: str) -> str | None:
    """The password in an address, "" for none; None where it is no address, whose error would repeat it."""
    try:
        return str(conninfo_to_dict(url).get("password") or "")
    except psycopg.Error:
        return None


def unreachable(place: DatabasePlace, error: psycopg.Error) -> JournalError:
    """Return the error for a database with which no session can be begun."""
    return JournalError(
        f"The database of {place.variable} cannot be used ({reason(error, place.url)}).",
        "Check that it is running and that its address, name and password are right, then run the command again: "
        "nothing is sent twice.",
    )
