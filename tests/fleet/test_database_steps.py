"""What errors of a fleet with a database, and of the folders of its results, propose is done, and ends well."""

from __future__ import annotations

import re
from contextvars import Context
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from importer.delivery.journal import Journal
from importer.delivery.journal.postgres.setup import initialise
from importer.errors import JournalError
from importer.fleet.engine import DbosEngine
from importer.fleet.run import SUMMARY
from tests.fleet.test_database import call, figures, write_fleet
from tests.fleet.test_workers import write_shared
from tests.fleet.workers import WorkerHere

if TYPE_CHECKING:
    from tests.database import Server
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home")
KEY = "key-of-acme-0123456789"


def step_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that cannot do its work says."""
    code, out, err = call(capsys, *arguments)
    assert code == 2, err
    return " ".join(f"{out} {err}".split())


@pytest.mark.usefixtures("address")
def test_the_journal_of_a_workspace_is_there_after_its_first_run(
    capsys: pytest.CaptureFixture[str], service: StartService
) -> None:
    """A workspace that was not imported yet has nothing to show; one that was run with this database has."""
    file = write_fleet("first", acme=service(KEY).url)
    show = ("show", "--fleet", file, "--workspace", "acme")
    assert call(capsys, "fleet", "init", file)[0] == 0
    assert "Name the workspace of a fleet that was run with this database" in step_of(capsys, *show)
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    assert "6 rows = 6 created" in call(capsys, *show)[1]


@pytest.mark.usefixtures("address")
@pytest.mark.parametrize("is_renamed", [True, False])
def test_a_workspace_of_another_address_is_set_right(
    capsys: pytest.CaptureFixture[str], service: StartService, *, is_renamed: bool
) -> None:
    """A base-url that was changed is set back, or the workspace gets another name, and then is one of its own."""
    acme, other = service(KEY), service(KEY)
    name = f"moved-{is_renamed}".lower()
    file = write_fleet(name, acme=acme.url, bolt=service("key-of-bolt-0123456789").url)
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    right = Path(file).read_text(encoding="utf-8")
    wrong = right.replace(acme.url, other.url)
    Path(file).write_text(wrong, encoding="utf-8")
    assert f"Set base-url of the workspace to {acme.url} again" in step_of(capsys, "fleet", "run", file, "--yes")
    new = wrong.replace('name = "acme"', 'name = "acme2"') if is_renamed else right
    Path(file).write_text(new, encoding="utf-8")
    code, _, err = call(capsys, "fleet", "run", file, "--yes")
    assert code == 0, err
    assert (len(acme.contacts()), len(other.contacts())) == (6, 6 if is_renamed else 0)


@pytest.mark.usefixtures("address")
def test_results_are_written_where_they_can_be(capsys: pytest.CaptureFixture[str], service: StartService) -> None:
    """Where a file stands in place of the folder, another folder is named."""
    file = write_fleet("again", acme=service(KEY).url)
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    Path("here").write_text("a file", encoding="utf-8")
    results = ("fleet", "results", "acme", "--fleet", file)
    assert step_of(capsys, *results, "here").endswith("next: Name another folder, or make this one writable.")
    assert call(capsys, *results, "there")[0] == 0
    assert Path("there/id_map.csv").is_file()


@pytest.mark.usefixtures("address")
def test_a_damaged_pointer_is_moved_away(capsys: pytest.CaptureFixture[str], service: StartService) -> None:
    """A file that does not say where the journal is makes room for the one that a command with --fleet writes."""
    acme = service(KEY)
    file = write_fleet("pointer", acme=acme.url)
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    pointer = Path("results/acme/journal.toml")
    pointer.write_text("nothing", encoding="utf-8")
    told = Context().run(step_of, capsys, "show", "results/acme")
    assert "Move it away and run the command again with --fleet and --workspace" in told
    pointer.rename("old.toml")
    run = ("run", "acme.csv", "--fleet", file, "--workspace", "acme", "--yes")
    assert call(capsys, *run)[0] == 0
    # One that is no text at all stops that command too, and says how it goes on.
    pointer.write_bytes(b"\xff\xfe\x00")
    assert f"Move {pointer} away, then run the same command again" in step_of(capsys, *run)
    pointer.rename("old.toml")
    assert call(capsys, *run)[0] == 0
    assert pointer.is_file()
    assert len(acme.contacts()) == 6


@pytest.mark.parametrize("is_named", [True, False])
def test_a_folder_of_another_service_is_adopted_where_it_belongs(
    capsys: pytest.CaptureFixture[str], service: StartService, *, is_named: bool
) -> None:
    """A folder of another service is adopted by the workspace that is corrected, or by another one that is named."""
    acme, other = service(KEY), service(KEY)
    text = Path(write_fleet("adopt", acme=acme.url, bolt=other.url)).read_text(encoding="utf-8")
    text = text.partition("\n")[2]
    Path("adopt.toml").write_text(text, encoding="utf-8")
    run = ("run", "acme.csv", "--base-url", other.url, "--api-key-file", "acme.key", "--region", "US", "--yes")
    assert call(capsys, *run)[0] == 0
    adopt = ("fleet", "adopt", "acme.import", "--fleet", "adopt.toml")
    told = step_of(capsys, *adopt)
    assert "Correct sandbox or base-url of the workspace, or name another one with --workspace" in told
    if not is_named:
        Path("adopt.toml").write_text(text.replace(acme.url, other.url), encoding="utf-8")
    code, _, err = call(capsys, *adopt, *(("--workspace", "bolt") if is_named else ()))
    assert code == 0, err
    assert len(other.contacts()) == 6


@pytest.mark.parametrize("is_named", [True, False])
def test_the_folder_of_the_results_is_put_right(
    capsys: pytest.CaptureFixture[str], service: StartService, *, is_named: bool
) -> None:
    """Where the results cannot be written, another folder is named, or what stands there is moved away."""
    acme = service(KEY)
    file = Path(write_fleet("place", acme=acme.url))
    file.write_text(file.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    Path("results").write_text("no folder", encoding="utf-8")
    run = ("fleet", "run", str(file), "--yes")
    assert "Name another folder with results = in place.toml, or make this one writable" in step_of(capsys, *run)
    if is_named:
        file.write_text(file.read_text(encoding="utf-8").replace('"results"', '"second"'), encoding="utf-8")
    else:
        Path("results").unlink()
    assert call(capsys, *run)[0] == 0
    assert len(acme.contacts()) == 6


def test_a_fleet_waits_for_its_other_run(capsys: pytest.CaptureFixture[str], service: StartService) -> None:
    """While a run of a fleet holds the results, another does nothing; afterwards it does."""
    acme = service(KEY)
    file = Path(write_fleet("twice", acme=acme.url))
    file.write_text(file.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    Path("results").mkdir()
    run = ("fleet", "run", str(file), "--yes")
    with FileLock(f"results/.{SUMMARY}.lock"):
        assert "Wait until it has ended, or stop it" in step_of(capsys, *run)
    assert call(capsys, *run)[0] == 0
    assert (figures()["created"], len(acme.contacts())) == (6, 6)


def test_a_role_without_rights_is_granted_them(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What each message has an administrator run is run as it stands, until the role can queue and do the work."""
    database.rows("DROP ROLE IF EXISTS granted")
    database.rows("CREATE ROLE granted LOGIN")
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", database.url)
    acme = service(KEY)
    file = write_shared("granted", acme=acme.url)
    assert call(capsys, "fleet", "init", file)[0] == 0
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", database.url.replace("postgres@", "granted@"))
    start = ("fleet", "start", file, "--yes")
    for schema in ("openphone_import", "openphone_import_queue"):
        step = step_of(capsys, *start)
        for statement in re.findall(r"GRANT [^;]+", step):
            assert f"SCHEMA {schema} TO" in statement
            database.rows(statement)
    assert call(capsys, *start)[0] == 0
    assert WorkerHere(file, lambda place: DbosEngine(place, "granted"), until=1).run()
    assert len(acme.contacts()) == 6
    database.rows("DROP OWNED BY granted")
    database.rows("DROP ROLE granted")


def test_a_run_that_cannot_read_its_own_journal_sends_nothing(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no session left for what the journal knows of contacts, no contact is made until there is one."""
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", database.url)
    acme = service(KEY)
    file = write_fleet("few", acme=acme.url)
    assert call(capsys, "fleet", "init", file)[0] == 0
    database.rows("DROP ROLE IF EXISTS with_two")
    # One session holds the journal, one says that its holder is alive.
    database.rows("CREATE ROLE with_two LOGIN CONNECTION LIMIT 2")
    for what in ("USAGE ON SCHEMA", "ALL ON ALL TABLES IN SCHEMA", "ALL ON ALL SEQUENCES IN SCHEMA"):
        database.rows(f"GRANT {what} openphone_import TO with_two")
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", database.url.replace("postgres@", "with_two@"))
    run = ("run", "acme.csv", "--fleet", file, "--workspace", "acme", "--yes")
    assert "or the CONNECTION LIMIT of the role" in step_of(capsys, *run)
    assert acme.contacts() == []
    database.rows("ALTER ROLE with_two CONNECTION LIMIT 5")
    assert call(capsys, *run)[0] == 0
    assert len(acme.contacts()) == 6
    database.rows("DROP OWNED BY with_two")
    database.rows("DROP ROLE with_two")


def test_a_role_without_temporary_tables_is_granted_them(database: Server) -> None:
    """A role that may not make temporary tables is told the right, and can deliver with it."""
    place = replace(database.place(), schema="temporary_right")
    database.drop("temporary_right")
    database.rows("DROP ROLE IF EXISTS without_temporary")
    database.rows("CREATE ROLE without_temporary LOGIN")
    database.rows("REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC")
    database.rows("GRANT CREATE ON DATABASE postgres TO without_temporary")
    plain = replace(place, url=place.url.replace("postgres@", "without_temporary@"))
    try:
        with pytest.raises(JournalError) as caught:
            initialise(plain)
        assert caught.value.next_step.startswith("GRANT TEMPORARY ON DATABASE to the role")
        database.rows("GRANT TEMPORARY ON DATABASE postgres TO without_temporary")
        initialise(plain)
        Journal.open(plain, "sandbox", "key").close()
    finally:
        database.rows("GRANT TEMPORARY ON DATABASE postgres TO PUBLIC")
        database.drop("temporary_right")
        database.rows("DROP OWNED BY without_temporary")
        database.rows("DROP ROLE without_temporary")
