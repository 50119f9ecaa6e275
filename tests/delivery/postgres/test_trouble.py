"""What is said of a database in trouble is done as it stands, and every contact is there once."""

from __future__ import annotations

import signal
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal
from importer.delivery.journal_place import DatabasePlace
from importer.errors import DiskFailed, JournalError
from importer.fleet.engine import DbosEngine, make_tables
from tests.database import Server, quick
from tests.delivery.postgres.worker import drafts

if TYPE_CHECKING:
    from tests.delivery.conftest import Bench


def test_the_same_command_goes_on_once_the_database_runs(bench: Bench, own_server: Server) -> None:
    """A run whose database goes away ends; the same run, once it is back, makes what is left."""
    bench.journal = own_server.place()
    calls: list[str] = []

    def fault(moment: str) -> None:
        calls.append(moment)
        if moment == "before:settle" and calls.count(moment) == 2:
            own_server.stop(signal.SIGQUIT)

    bench.is_read = False
    error = bench.run(drafts(), fault=fault).error
    assert isinstance(error, DiskFailed)
    assert "Check that the database runs and has room, then run the same command again" in error.next_step
    own_server.run()
    bench.is_read = True
    assert bench.run(drafts()).error is None
    assert sorted(each["externalId"] for each in bench.sandbox.contacts()) == [draft.external_id for draft in drafts()]


def test_a_queue_goes_on_once_the_database_runs(own_server: Server) -> None:
    """What was put into the queue before its database went away is there when it is back, and more can be put there."""
    place = DatabasePlace(own_server.url, "queue")
    make_tables(place)
    with closing(DbosEngine(place, "trouble")) as engine:
        engine.enqueue("trouble/acme/1", "key")
        own_server.stop(signal.SIGQUIT)
        with pytest.raises(JournalError) as caught:
            engine.enqueue("trouble/bolt/1", "other")
        assert caught.value.next_step.startswith("Check that it is running and that its address")
    own_server.run()
    with closing(DbosEngine(place, "trouble")) as engine:
        engine.enqueue("trouble/bolt/1", "other")
        assert engine.listing() == {"trouble/acme/1", "trouble/bolt/1"}


def test_the_session_of_a_dead_worker_is_ended(database: Server) -> None:
    """A role that may not end the session of another waits in vain, until the session that it names is ended."""
    place = database.place()
    schema = place.schema
    database.rows("DROP ROLE IF EXISTS modest")
    database.rows("CREATE ROLE modest LOGIN")
    # It sees whose session it is, and may still not end it.
    database.rows("GRANT pg_read_all_stats TO modest")
    database.rows(f"GRANT USAGE ON SCHEMA {schema} TO modest")
    database.rows(f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO modest")
    database.rows(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA {schema} TO modest")
    modest = quick(replace(place, url=place.url.replace("postgres@", "modest@")), stale=0.0, ending=0.3)
    with Journal.open(place, "sandbox", "key") as journal:
        journal.remember_reading("before it slept")
        with pytest.raises(JournalError, match="which is dead, but its session could not be ended") as caught:
            Journal.open(modest, "sandbox", "key")
        said = caught.value.next_step
        assert said.startswith("End the session ")
        assert database.rows("SELECT pg_terminate_backend(%s)", int(said.split()[3])) == [(True,)]
        with Journal.open(modest, "sandbox", "key") as followed:
            assert followed.reading == "before it slept"
    database.rows(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM modest")
    database.rows(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM modest")
    database.rows(f"REVOKE USAGE ON SCHEMA {schema} FROM modest")
    database.rows("DROP ROLE modest")
