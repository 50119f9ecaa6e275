"""Which databases are refused, and in which words; the schema is made once, however many make it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal
from importer.delivery.journal.postgres.connection import connect
from importer.delivery.journal.postgres.schema import VERSION
from importer.delivery.journal.postgres.setup import initialise
from importer.errors import JournalError, SettingsError
from tests.delivery.postgres.pooler import pooler

if TYPE_CHECKING:
    from pathlib import Path

    from importer.delivery.journal_place import DatabasePlace
    from tests.database import Server


def in_schema(database: Server, schema: str) -> DatabasePlace:
    database.drop(schema)
    return replace(database.place(), schema=schema)


def test_a_schema_is_made_once(database: Server) -> None:
    """Several workers that make it at the same moment wait for each other; made again, nothing changes."""
    place = in_schema(database, "made_once")
    with pytest.raises(JournalError, match="has no schema made_once") as caught:
        Journal.open(place, "sandbox", "key")
    assert "fleet init with the fleet's file" in caught.value.next_step
    with ThreadPoolExecutor(4) as threads:
        states = list(threads.map(initialise, [place] * 4))
    assert sorted(state.before for state in states) == [0, VERSION, VERSION, VERSION]
    assert all(state.ends_sessions for state in states)
    Journal.open(place, "sandbox", "key").close()
    assert initialise(place).before == VERSION
    database.rows("INSERT INTO made_once.migrations VALUES (%s, now())", VERSION + 1)
    for open_it in (initialise, lambda place: Journal.open(place, "sandbox", "key")):
        with pytest.raises(JournalError, match="newer version of this program"):
            open_it(place)
    # As the version finds it that is to be used.
    database.rows("DELETE FROM made_once.migrations WHERE number = %s", VERSION + 1)
    Journal.open(place, "sandbox", "key").close()
    database.drop("made_once")


def test_a_name_that_is_no_schema_is_refused(database: Server) -> None:
    """The name of the schema is a plain one, so that it can stand in a statement; one as the error says is made."""
    with pytest.raises(SettingsError, match=r"cannot be the name of a schema.* Use small letters, digits and _\."):
        initialise(replace(database.place(), schema='x"; DROP SCHEMA public'))
    initialise(replace(database.place(), schema="plain_1"))
    database.drop("plain_1")


def test_a_pooler_in_transaction_mode_is_refused(database: Server, tmp_path: Path) -> None:
    """Where two connections share a session of the server, no lock can be held; the server's own address will do."""
    if not database.is_own:
        pytest.skip("the stand-in speaks to a server of ours")
    with (
        pooler(database.folder, tmp_path) as url,
        pytest.raises(JournalError, match="pooler in transaction mode") as no,
    ):
        initialise(replace(database.place(), url=url))
    assert "Give the address of the server itself" in no.value.next_step
    assert initialise(database.place()).ends_sessions


def test_a_server_that_is_too_old_is_refused(database: Server, tmp_path: Path) -> None:
    """A server says its version when it is connected to, and nothing is asked of an old one; a newer one is used."""
    if not database.is_own:
        pytest.skip("the stand-in speaks to a server of ours")
    with pooler(database.folder, tmp_path, "11.22") as url, pytest.raises(JournalError, match="Postgres 11") as caught:
        Journal.open(replace(database.place(), url=url), "sandbox", "key")
    assert "Use Postgres 13 or newer" in caught.value.next_step
    Journal.open(database.place(), "sandbox", "key").close()


def test_a_server_for_reading_only_is_refused(database: Server) -> None:
    """Nothing could be written down before it is sent; the primary server is named in its place."""
    place = database.place()
    for url in (f"{place.url}&options=-cdefault_transaction_read_only%3Don",):
        for open_it in (initialise, lambda place: Journal.open(place, "sandbox", "key")):
            with pytest.raises(JournalError, match="is read-only, so nothing could be written down") as caught:
                open_it(replace(place, url=url))
            assert caught.value.next_step == "Name the primary server."
    assert initialise(place).ends_sessions
    Journal.open(place, "sandbox", "key").close()


def test_a_role_with_fewer_rights_is_told_which(database: Server) -> None:
    """One that may not make the schema is told what to ask for; with rights on the tables alone it can deliver."""
    schema = "of_others"
    place = in_schema(database, schema)
    database.rows("DROP ROLE IF EXISTS plain")
    database.rows("CREATE ROLE plain LOGIN")
    database.rows("REVOKE CREATE ON DATABASE postgres FROM PUBLIC")
    plain = replace(place, url=place.url.replace("postgres@", "plain@"))
    with pytest.raises(JournalError, match="may not make the schema of_others") as caught:
        initialise(plain)
    assert "fleet init --print" in caught.value.next_step
    initialise(place)
    with pytest.raises(JournalError, match="does not let this role use the schema") as caught:
        Journal.open(plain, "sandbox", "key")
    with pytest.raises(JournalError, match="does not let this role use the schema"):
        initialise(plain)
    # A role with the first of the rights is told the same of the others.
    statements = re.findall(r"GRANT [^;]+", caught.value.next_step)
    assert len(statements) == 3
    database.rows(statements[0])
    for _ in statements:
        with pytest.raises(JournalError, match="does not let this role use the schema") as again:
            Journal.open(plain, "sandbox", "key")
        assert again.value.next_step == caught.value.next_step
    for statement in statements[1:]:
        database.rows(statement)
    with Journal.open(plain, "sandbox", "key") as journal:
        journal.remember_reading("by a plain role")
    with Journal.open(place, "sandbox", "key") as journal:
        assert journal.reading == "by a plain role"
    # Of a later version of the program it can use the schema only once that was made by its owner.
    database.rows(f"DELETE FROM {schema}.migrations WHERE number = %s", VERSION)
    with pytest.raises(JournalError, match="may not bring the schema of_others in the database") as caught:
        initialise(replace(plain, file="fleet.toml"))
    assert "fleet init fleet.toml with the address of the role that made the schema" in caught.value.next_step
    database.drop(schema)
    database.rows("DROP ROLE plain")


def test_a_database_without_room_says_how_to_make_some(database: Server) -> None:
    """Where a role or the server has too many sessions, it helps to take fewer or to allow more, and no other thing."""
    database.rows("DROP ROLE IF EXISTS few")
    database.rows("CREATE ROLE few LOGIN CONNECTION LIMIT 0")
    few = replace(database.place(), url=database.url.replace("postgres@", "few@"))
    with pytest.raises(JournalError, match="too many connections for role") as caught:
        connect(few)
    assert "raise max_connections of the server or the CONNECTION LIMIT of the role" in caught.value.next_step
    database.rows("ALTER ROLE few CONNECTION LIMIT 5")
    connect(few).close()
    database.rows("DROP ROLE few")


def test_no_message_shows_the_password(database: Server) -> None:
    """An address with a password leads to a message without it, whatever the server says."""
    for url in ("postgresql://postgres:s3cret@/nowhere?host=/s3cret", "postgres:s3cret@host", "s3cret"):
        place = replace(database.place(), url=url)
        with pytest.raises(JournalError, match="cannot be used") as caught:
            initialise(place)
        assert "s3cret" not in str(caught.value)
        assert "s3cret" not in repr(place)
