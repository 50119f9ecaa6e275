"""`fleet start` queues and `fleet work` imports, once for each workspace; the queue knows no contact and no key."""

from __future__ import annotations

import base64
import binascii
import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from importer.cli.events import document
from importer.fleet.control import control
from importer.fleet.engine import DbosEngine
from importer.fleet.file import read_fleet
from importer.fleet.start import start_fleet
from tests.fleet.memory_engine import MemoryEngine, MemoryQueue
from tests.fleet.test_database import call, write_fleet
from tests.fleet.workers import WorkerHere

if TYPE_CHECKING:
    from importer.model import Event
    from tests.database import Server
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home", "address")


def write_shared(fleet: str, **urls: str) -> str:
    """A fleet whose sheets are in a folder that all workers have."""
    file = write_fleet(fleet, **urls)
    text = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(f'shared-folders = ["."]\n{text}', encoding="utf-8")
    return file


def states(database: Server, fleet: str) -> dict[str, tuple[str, int]]:
    """The state and the attempt of each workspace's occasion."""
    query = "SELECT workspace, state, attempt FROM openphone_import.occasions WHERE fleet = %s"
    return {name: (state, attempt) for name, state, attempt in database.rows(query, fleet)}


def texts_outside(database: Server, schema: str) -> list[str]:
    """Everything in the database but a schema of ours, also what is packed."""
    tables = database.rows(
        "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables "
        "WHERE table_schema NOT IN ('pg_catalog', 'information_schema', %s) AND table_type = 'BASE TABLE'",
        schema,
    )
    found = []
    for (table,) in tables:
        for line in database.rows(f"SELECT * FROM {table}"):
            for cell in filter(None, map(str, line)):
                found.append(cell)
                try:
                    found.append(base64.b64decode(cell, validate=True).decode("latin-1"))
                except (binascii.Error, ValueError):
                    continue
    return found


def test_what_is_started_is_done_once_and_the_queue_knows_no_contact(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server
) -> None:
    """Start queues each workspace once for an occasion, work imports it, and the queue's tables know its name alone."""
    services = {name: service(f"key-of-{name}-0123456789") for name in ("acme", "bolt")}
    file = write_shared("deal", **{name: sandbox.url for name, sandbox in services.items()})
    assert call(capsys, "fleet", "init", file)[0] == 0
    code, out, err = call(capsys, "fleet", "start", file, "--yes", "--occasion", "night-1", "--only", "ac*")
    assert (code, "1 workspace queued for night-1" in out) == (0, True), err
    code, out, err = call(capsys, "fleet", "start", file, "--yes", "--occasion", "night-1")
    assert (code, "1 workspace queued" in out, "already: 1 queued" in out) == (0, True, True), err
    code, out, err = call(capsys, "fleet", "start", file, "--yes", "--occasion", "night-1")
    assert (code, "0 workspaces queued" in out, "--occasion NAME" in out) == (0, True, True), err

    worker = WorkerHere(file, lambda place: DbosEngine(place, "deal"), until=2)
    assert worker.run()
    assert states(database, "deal") == {"acme": ("done", 1), "bolt": ("done", 1)}
    assert [len(sandbox.contacts()) for sandbox in services.values()] == [6, 6]
    code, out, err = call(capsys, "fleet", "start", file, "--yes", "--occasion", "night-1")
    assert "already: 2 done" in out, err

    known = texts_outside(database, "openphone_import")
    assert any("deal/acme/night-1" in text for text in known)
    for secret in ("key-of-acme", "Ann Lee", "+1415555", "acme.csv"):
        assert not [text for text in known if secret in text], secret


def test_a_sheet_on_a_disk_of_its_own_is_refused(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server
) -> None:
    """Start names the sheet, and what to write instead; where that is done nothing is in the way any more."""
    acme = service("key-of-acme-0123456789")
    file = write_fleet("own", acme=acme.url)
    assert call(capsys, "fleet", "init", file)[0] == 0
    code, _, err = call(capsys, "fleet", "start", file, "--yes")
    words = " ".join(err.split())
    assert (code, "own.toml, line 6: the sheet of 'acme', acme.csv" in words) == (2, True), err
    assert "shared-folders = [" in words
    assert states(database, "own") == {}
    file = write_shared("own", acme=acme.url)
    assert call(capsys, "fleet", "start", file, "--yes")[0] == 0
    assert states(database, "own") == {"acme": ("queued", 1)}
    for option, wrong in (("--only", "nobody"), ("--occasion", "a/b")):
        code, _, err = call(capsys, "fleet", "start", file, "--yes", option, wrong)
        assert (code, wrong in err) == (2, True), err


def test_a_worker_that_is_stopped_hands_back_what_it_has(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server
) -> None:
    """A stop finishes the rows on their way; the next worker goes on with the rest, and no row is made twice."""
    acme = service("key-of-acme-0123456789", latency_ms=200)
    file = write_shared("hand", acme=acme.url)
    queue = MemoryQueue()
    assert call(capsys, "fleet", "init", file)[0] == 0
    people = "".join(f"Bob Ray {number},+1415666{number:04d}\n" for number in range(100, 160))
    Path("acme.csv").write_text(f"Name,Phone\n{people}", encoding="utf-8")
    start_fleet(read_fleet(Path(file)), os.environ, lambda _: MemoryEngine(queue), "night-1")
    first = WorkerHere(file, lambda _: MemoryEngine(queue))
    first.on_event = lambda _name, event: first.stop() if event.name == "delivered" and not first.stops else None
    assert first.run()
    assert states(database, "hand") == {"acme": ("queued", 2)}
    made = len(acme.contacts())
    assert 1 <= made < 60
    assert database.rows("SELECT count(*) FROM openphone_import.workers WHERE fleet = 'hand'") == [(0,)]
    # Meanwhile the sheet has become another one, which the second is told of.
    Path("acme.csv").write_text(f"Name,Phone\n{people}Cal Lee,+14156660999\n", encoding="utf-8")
    second = WorkerHere(file, lambda _: MemoryEngine(queue), until=1)
    assert second.run()
    assert states(database, "hand") == {"acme": ("done", 2)}
    assert len(acme.contacts()) == 61
    told = [
        [event for _, event in worker.events if "the sheet has changed" in event.facts.get("text", "")]
        for worker in (first, second)
    ]
    assert [len(notes) for notes in told] == [0, 1]


def test_a_person_is_told_what_to_do_and_that_does_it(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server
) -> None:
    """A wrong key stops one workspace alone; what status says to do about it has it done; pause and cancel hold it."""
    services = {name: service(f"key-of-{name}-0123456789") for name in ("acme", "bolt")}
    file = write_shared("person", **{name: sandbox.url for name, sandbox in services.items()})
    Path("acme.key").write_text("a-wrong-key-0123456789\n", encoding="utf-8")
    assert call(capsys, "fleet", "init", file)[0] == 0
    code, _, err = call(capsys, "fleet", "retry", "acme", "--fleet", file)
    assert (code, "fleet start person.toml" in " ".join(err.split())) == (2, True), err
    assert call(capsys, "fleet", "start", file, "--yes", "--occasion", "night")[0] == 0
    assert " fleet work person.toml" in call(capsys, "fleet", "status", file)[1]

    def work(ends: int) -> None:
        assert WorkerHere(file, lambda place: DbosEngine(place, "person"), until=ends).run()

    work(2)
    assert states(database, "person") == {"acme": ("stopped", 1), "bolt": ("done", 1)}
    code, out, _ = call(capsys, "fleet", "status", file)
    assert "needs a person (night): " in out
    advice = " ".join(out.split()).partition(" Then: openphone-import ")[2]
    assert advice == "fleet retry acme --fleet person.toml", out
    Path("acme.key").write_text("key-of-acme-0123456789\n", encoding="utf-8")
    code, out, err = call(capsys, *advice.split())
    assert (code, "acme (night) is queued again" in out) == (0, True), err

    code, out, err = call(capsys, "fleet", "pause", "acme", "--fleet", file)
    assert (code, "Next:    openphone-import fleet retry acme --fleet person.toml" in out) == (0, True), err
    assert states(database, "person")["acme"] == ("paused", 2)
    code, _, err = call(capsys, "fleet", "pause", "bolt", "--fleet", file)
    assert (code, "nothing to pause" in err) == (2, True), err
    code, _, err = call(capsys, "fleet", "pause", "acme", "--fleet", file)
    assert (code, "acme is paused already." in err) == (2, True), err
    assert "To go on: openphone-import fleet retry acme --fleet person.toml." in " ".join(err.split())
    assert call(capsys, "fleet", "cancel", "acme", "--fleet", file)[0] == 0
    assert states(database, "person")["acme"] == ("cancelled", 2)
    assert call(capsys, "fleet", "retry", "acme", "--fleet", file)[0] == 0
    assert len(services["acme"].contacts()) == 0
    work(1)
    assert states(database, "person")["acme"] == ("done", 3)
    assert len(services["acme"].contacts()) == 6
    _, events, _ = call(capsys, "fleet", "status", file, "--json", "-q", "--watch")
    event = json.loads(events.splitlines()[-1])
    assert [error.message for error in Draft202012Validator(document()).iter_errors(event)] == []
    assert [(each["workspace"], each["state"]) for each in event["workspaces"]] == [("acme", "done"), ("bolt", "done")]

    code, out, err = call(capsys, "fleet", "results", "acme", "again", "--fleet", file)
    assert (code, "acme: 6 rows = 6 created" in out) == (0, True), err
    for name in ("id_map.csv", "problems.csv"):
        assert (Path("again") / name).read_bytes() == (Path("results/acme") / name).read_bytes()
    for name in ("exit_code", "this_run", "requests"):
        written = [
            json.loads((Path(folder) / "summary.json").read_bytes())[name] for folder in ("again", "results/acme")
        ]
        assert written[0] == written[1], name
    code, _, err = call(capsys, "fleet", "results", "acme", "again", "--fleet", file)
    assert (code, "has results already" in err) == (2, True), err

    # After an undo its rows wait, and neither results nor status say that they are in.
    assert call(capsys, "undo", "--fleet", file, "--workspace", "acme", "--yes")[0] == 0
    code, out, err = call(capsys, "fleet", "results", "acme", "undone", "--fleet", file)
    assert (code, "6 rows not in the workspace; go on with: openphone-import fleet run" in " ".join(out.split())) == (
        0,
        True,
    )
    assert json.loads(Path("undone/summary.json").read_bytes())["exit_code"] == 3
    assert "acme  undone " in call(capsys, "fleet", "status", file)[1]


def test_a_workspace_that_is_paused_stops_in_good_order_and_goes_on(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server
) -> None:
    """The worker finishes the rows on their way and takes other work; after retry the rest is done, each row once."""
    acme = service("key-of-acme-0123456789", latency_ms=200)
    file = write_shared("held", acme=acme.url)
    people = "".join(f"Bob Ray {number},+1415666{number:04d}\n" for number in range(100, 160))
    Path("acme.csv").write_text(f"Name,Phone\n{people}", encoding="utf-8")
    assert call(capsys, "fleet", "init", file)[0] == 0
    fleet, queue, actions = read_fleet(Path(file)), MemoryQueue(), ["pause", "retry"]
    start_fleet(fleet, os.environ, lambda _: MemoryEngine(queue), "night")
    made: list[int] = []

    def act(_name: str, event: Event) -> None:
        if event.name == ("delivered", "workspace-ended", "")[2 - len(actions)]:
            made.append(len(acme.contacts()))
            action: Any = actions.pop(0)
            report = control(fleet, os.environ, lambda _: MemoryEngine(queue), "acme", action)
            assert report.was_running == (action == "pause")

    worker = WorkerHere(file, lambda _: MemoryEngine(queue), until=2, on_event=act)
    assert worker.run()
    assert states(database, "held") == {"acme": ("done", 2)}
    assert made[0] <= made[1] < 60
    told = " ".join(event.facts.get("text", "") for _, event in worker.events)
    assert "acme: it was paused or cancelled" in told
    # The worker itself goes on, and Ctrl-C would end it.
    assert "Press Ctrl-C again" not in told
    assert len(acme.contacts()) == 60


def test_the_printed_sql_makes_all_that_a_fleet_needs(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once psql was given what `fleet init --print` shows, a fleet can start, and `fleet init` changes nothing more."""
    psql = shutil.which("psql", path=f"{getattr(database, 'programs', '')}{os.pathsep}{os.environ['PATH']}")
    if psql is None or "/postgres?" not in database.url:
        pytest.skip("no psql, or no database that may have another one beside it")
    database.rows("CREATE DATABASE printed")
    url = database.url.replace("/postgres?", "/printed?")
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", url)
    file = write_shared("printed", acme=service("key-of-acme-0123456789").url)
    code, sql, err = call(capsys, "fleet", "init", file, "--print")
    assert code == 0, err
    subprocess.run([psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", url], input=sql, text=True, check=True)
    code, out, err = call(capsys, "fleet", "start", file, "--yes")
    assert (code, "1 workspace queued" in out) == (0, True), err
    version = "SELECT version FROM openphone_import_queue.dbos_migrations"
    printed = replace(database, url=url)
    before = printed.rows(version)
    code, out, err = call(capsys, "fleet", "init", file)
    assert (code, "is up to date" in out, printed.rows(version)) == (0, True, before), err
