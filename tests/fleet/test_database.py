"""A fleet whose journals are in Postgres: the same commands, on any computer that has the address of the database."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from contextvars import Context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from importer.cli.app import main
from importer.cli.events import document
from importer.delivery.journal import Journal
from importer.delivery.journal_place import VARIABLE, DatabasePlace, LeaseTimes
from tests.fleet.memory_engine import MemoryEngine, MemoryQueue
from tests.fleet.workers import QUICK, WorkerHere

if TYPE_CHECKING:
    from tests.database import Server
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home")
SHEET = "Name,Phone\n" + "".join(f"Ann Lee {number},+1415555{number:04d}\n" for number in range(100, 106))
ENTRY = '[[workspace]]\nname = "{name}"\nsheet = "{name}.csv"\napi-key-file = "{name}.key"\nbase-url = "{url}"\n'


def write_fleet(fleet: str, database: str = f"env:{VARIABLE}", **urls: str) -> str:
    """A fleet of a name that no other test has, with a sheet and a key for each workspace."""
    for name in urls:
        Path(f"{name}.csv").write_text(SHEET, encoding="utf-8")
        Path(f"{name}.key").write_text(f"key-of-{name}-0123456789\n", encoding="utf-8")
    entries = "".join(ENTRY.format(name=name, url=url) for name, url in urls.items())
    Path(f"{fleet}.toml").write_text(
        f'database = "{database}"\nresults = "results"\n[defaults]\nregion = "US"\nrate = 100\n{entries}',
        encoding="utf-8",
    )
    return f"{fleet}.toml"


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a command."""
    capsys.readouterr()
    code = main(arguments)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def figures() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Path("results/fleet.json").read_text(encoding="utf-8"))
    return read


def test_every_command_works_on_the_journal_in_the_database(
    capsys: pytest.CaptureFixture[str], service: StartService, address: str
) -> None:
    """Made by init, filled by run; verify, plan, show, runs and undo go on from it, also where the folder is gone."""
    acme = service("key-of-acme-0123456789")
    file = write_fleet("walk", acme=acme.url)
    code, out, _ = call(capsys, "fleet", "init", file)
    assert (code, "Next:    openphone-import fleet run walk.toml" in out) == (0, True)
    assert call(capsys, "fleet", "check", file)[0] == 0
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    assert figures()["this_run"]["created"] == 6
    folder = Path("results/acme")
    assert not (folder / "journal.sqlite").exists()
    assert address not in (folder / "journal.toml").read_text(encoding="utf-8")

    # Another computer: nothing but the fleet's file, the sheet, the key and the address.
    shutil.rmtree("results")
    posts = sum(request.method == "POST" for request in acme.requests())
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    assert (figures()["created"], figures()["this_run"]["created"]) == (6, 0)
    assert sum(request.method == "POST" for request in acme.requests()) == posts == 6

    options = ("--fleet", file, "--workspace", "acme")
    assert "6 rows = 6 there" in call(capsys, "verify", "acme.csv", *options)[1]
    code, out, _ = call(capsys, "plan", "acme.csv", *options)
    assert (code, "Plan:    acme.csv: 6 " in out) == (0, True), out
    assert "acme  last run " in call(capsys, "fleet", "status", file)[1]
    assert "run  " in call(capsys, "runs", str(folder))[1]
    assert "6 rows = 6 created" in call(capsys, "show", str(folder))[1]
    shutil.rmtree(folder)
    assert "run  " in call(capsys, "runs", *options)[1]
    assert "6 rows = 6 created" in call(capsys, "show", *options)[1]
    assert "Ann Lee 100" in call(capsys, "show", "--row", "2", *options)[1]
    text = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(text.replace("rate = 100", "rate = 100\nyes = true"), encoding="utf-8")
    code, _, err = call(capsys, "undo", *options)
    # No `yes` of the fleet answers for an undo.
    assert (code, "there is no terminal to ask" in err) == (2, True), err
    code, _, err = call(capsys, "undo", str(folder), *options)
    assert (code, "Leave one of them out" in err) == (2, True), err
    code, _, err = call(capsys, "undo")
    assert (code, "give --fleet and --workspace" in err) == (2, True), err
    assert "+14155550100" not in call(capsys, "show", str(folder), "--row", "2")[2]
    code, out, _ = call(capsys, "undo", *options, "--yes", "--all")
    assert (code, "6 reversed" in out, acme.contacts()) == (0, True, []), out
    code, out, _ = call(capsys, "forget", "+14155550103", str(folder), "--yes")
    assert (code, "removed from the journal" in out) == (0, True), out


def test_status_says_who_is_at_work_and_who_has_died(
    capsys: pytest.CaptureFixture[str], database: Server, address: str
) -> None:
    """Each workspace in the order of the file: not begun, at work, silent, left by a worker that died, or done."""
    assert address
    names = ("idle", "working", "silent", "dead")
    file = write_fleet("states", **dict.fromkeys(names, "http://127.0.0.1:1"))

    def shown() -> tuple[list[str], dict[str, Any]]:
        code, out, err = call(capsys, "fleet", "status", file)
        assert code == 0, err
        _, events, _ = call(capsys, "fleet", "status", file, "--json", "-q")
        event = json.loads(events.splitlines()[-1])
        assert [error.message for error in Draft202012Validator(document()).iter_errors(event)] == []
        return out.splitlines(), {each["workspace"]: each for each in event["workspaces"]}

    lines, _ = shown()
    assert [line.split("  ")[-1].strip() for line in lines[:4]] == ["not begun yet"] * 4
    step = "Next:    idle and 3 other workspaces are not begun yet; import: openphone-import fleet run states.toml"
    assert lines[4:] == ["Result:  states.toml: 4 workspaces, 4 not begun yet", step]

    def open_journal(name: str) -> Journal:
        # Its heart does not beat again while the test lasts.
        place = DatabasePlace(database.url, f"states/{name}", times=LeaseTimes(beat=600.0))
        return Journal.open(place, "sandbox", "key")

    with open_journal("working"), open_journal("silent") as silent:
        dead = open_journal("dead")
        # Its process is gone, and with it the session; the other one has a session, and says nothing more.
        database.rows("SELECT pg_terminate_backend(backend) FROM openphone_import.journals WHERE name = 'states/dead'")
        database.rows(
            "UPDATE openphone_import.workers SET seen_at = seen_at - interval '90 s' WHERE id = "
            "(SELECT worker FROM openphone_import.journals WHERE name = 'states/silent')"
        )
        lines, facts = shown()
        assert [facts[name]["holding"] for name in names] == ["free", "working", "silent", "died"]
        assert f"at work: process {os.getpid()} on " in lines[1]
        assert "has not been heard of for 1 min 3" in lines[2]
        assert "has died; the next run goes on" in lines[3]
        assert "1 at work, 1 not heard of, 1 left by a worker that died, 1 not begun yet" in lines[4]
        step = "silent and 1 other workspace are not done yet; go on with: openphone-import fleet run states.toml"
        assert lines[5] == f"Next:    {step}"
        assert silent.runs() == ()
        dead.close()


def test_a_file_says_only_where_the_address_is(capsys: pytest.CaptureFixture[str]) -> None:
    """An address in the file is refused and not repeated; without a database there is nothing to make."""
    file = write_fleet("wrong", "postgresql://me:s3cret@host/x", acme="http://127.0.0.1:1")
    code, _, err = call(capsys, "fleet", "run", file, "--yes")
    assert (code, 'wrong.toml, line 1: must be "env:NAME"' in err, "s3cret" in err) == (2, True, False), err
    file = write_fleet("unset", "env:NO_SUCH_VARIABLE", acme="http://127.0.0.1:1")
    code, _, err = call(capsys, "fleet", "run", file, "--yes")
    assert (code, "NO_SUCH_VARIABLE" in err, " next: Set NO_SUCH_VARIABLE" in err) == (2, True, True), err
    Path("plain.toml").write_text(Path(file).read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    code, _, err = call(capsys, "fleet", "init", "plain.toml")
    assert (code, 'Add a line database = "env:NAME"' in err) == (2, True), err
    code, out, err = call(capsys, "fleet", "init", file, "--print")
    assert (code, "CREATE TABLE openphone_import.contacts" in out) == (0, True), err


@pytest.mark.usefixtures("address")
def test_a_folder_with_a_journal_of_its_own_is_not_given_another(
    capsys: pytest.CaptureFixture[str], service: StartService
) -> None:
    """Where a file in the folder knows the contacts, a fleet with a database says so, and sends nothing."""
    acme = service("key-of-acme-0123456789")
    file = write_fleet("moved", acme=acme.url)
    text = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(text.partition("\n")[2], encoding="utf-8")
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    Path(file).write_text(text, encoding="utf-8")
    sent = len(acme.requests())
    code, out, _ = call(capsys, "fleet", "run", file, "--yes")
    assert (code, "has a journal of its own" in figures()["workspaces"][0]["problem"]) == (2, True), out
    assert len(acme.requests()) == sent
    assert "fleet adopt" in figures()["workspaces"][0]["next_step"]


@pytest.mark.usefixtures("address")
@pytest.mark.parametrize("folder", ["results/acme", "single.import"])
def test_a_journal_that_was_a_file_is_adopted_by_a_database(
    capsys: pytest.CaptureFixture[str], service: StartService, folder: str
) -> None:
    """Its folder may be in its place or elsewhere; the next run finds all in the journal and makes nobody twice."""
    acme = service("key-of-acme-0123456789")
    file = write_fleet(f"adopts-{Path(folder).name}", acme=acme.url)
    text = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(text.partition("\n")[2], encoding="utf-8")
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    Path(file).write_text(text, encoding="utf-8")
    if not Path(folder).exists():
        Path("results/acme").rename(folder)
    code, out, err = call(capsys, "fleet", "adopt", folder, "--fleet", file)
    assert (code, "has the journal of acme: 1 run, 6 rows" in " ".join(out.split())) == (0, True), err
    assert "journal.adopted.sqlite" in err
    assert sorted(path.name for path in Path("results/acme").glob("journal*")) == [
        "journal.adopted.sqlite",
        "journal.toml",
    ]
    posts = [exchange for exchange in acme.requests() if exchange.method == "POST"]
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    assert (figures()["created"], figures()["this_run"]["created"], len(acme.contacts())) == (6, 0, 6)
    assert len([exchange for exchange in acme.requests() if exchange.method == "POST"]) == len(posts)
    # As another workspace's it would be parted from its journal.
    again = Path(file).read_text(encoding="utf-8") + ENTRY.format(name="bolt", url=acme.url)
    Path("bolt.csv").write_text("Name,Phone\n", encoding="utf-8")
    Path(file).write_text(again, encoding="utf-8")
    for place in ("results/acme", "moved"):
        if place == "moved":
            Path("results/acme").rename(place)
        code, _, err = call(capsys, "fleet", "adopt", place, "--fleet", file, "--workspace", "bolt")
        assert (code, "so it belongs to a fleet already" in " ".join(err.split())) == (2, True), err
    Path("moved").rename("results/acme")
    # A second time there is nothing left to do.
    code, _, err = call(capsys, "fleet", "adopt", "results/acme", "--fleet", file)
    assert (code, "is the folder of acme already" in " ".join(err.split())) == (0, True), err


def test_a_database_that_is_away_is_an_error_in_plain_words(
    capsys: pytest.CaptureFixture[str], service: StartService, own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is down no command sends anything, each says what to do, and when it is back nothing is done twice."""
    monkeypatch.setenv(VARIABLE, own_server.url)
    acme = service("key-of-acme-0123456789")
    file = write_fleet("away", acme=acme.url)
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    own_server.stop()
    sent = len(acme.requests())
    for command in (
        ("fleet", "run", file, "--yes"),
        ("fleet", "init", file),
        ("run", "acme.csv", "--fleet", file, "--workspace", "acme", "--yes"),
        ("show", "results/acme"),
        ("runs", "results/acme"),
    ):
        code, _, err = call(capsys, *command)
        assert (code, f"The database of {VARIABLE} cannot be used" in err) == (2, True), (command, err)
        assert " next: Check that it is running" in err, command
        assert "Traceback" not in err, command
    assert len(acme.requests()) == sent
    own_server.run()
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    assert (figures()["created"], len(acme.contacts())) == (6, 6)


def test_nothing_is_queued_where_no_queue_is(
    capsys: pytest.CaptureFixture[str], service: StartService, own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the tables of the queue are missing, start says so and queues no workspace; after init it queues all."""
    monkeypatch.setenv(VARIABLE, own_server.url)
    names = ("acme", "bolt")
    file = write_fleet("unmade", **{name: service(f"key-of-{name}-0123456789").url for name in names})
    text = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(f'shared-folders = ["."]\n{text}', encoding="utf-8")
    start = ("fleet", "start", file, "--yes")
    code, _, err = call(capsys, *start)
    assert (code, "Run openphone-import fleet init" in err) == (2, True), err
    assert own_server.rows("SELECT count(*) FROM openphone_import.occasions") == [(0,)]
    assert call(capsys, "fleet", "init", file)[0] == 0
    code, out, err = call(capsys, *start)
    assert (code, "2 workspaces queued" in out) == (0, True), err


def test_a_worker_tells_once_that_the_database_is_away(
    capsys: pytest.CaptureFixture[str], service: StartService, own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it is away there is one line when that is noticed, and one when it is over."""
    monkeypatch.setenv(VARIABLE, own_server.url)
    file = write_fleet("once", acme=service("key-of-acme-0123456789").url)
    assert call(capsys, "fleet", "init", file)[0] == 0
    queue = MemoryQueue()
    worker = WorkerHere(file, lambda _: MemoryEngine(queue))
    thread = threading.Thread(target=worker.run)
    thread.start()

    def told(words: str) -> list[str]:
        texts = (str(event.facts.get("text", "")) for _, event in worker.events)
        return [text for text in texts if words in text]

    def wait_for(words: str) -> None:
        until = time.monotonic() + 30
        while not told(words) and time.monotonic() < until:
            time.sleep(0.05)

    wait_for("Working for")
    own_server.stop()
    wait_for("cannot be used")
    # Longer than both its beat and the time between two looks for what dead workers have left.
    time.sleep(2.5 * QUICK.stale)
    own_server.run()
    wait_for("That is over")
    worker.stop()
    thread.join()
    assert [len(told(words)) for words in ("Trying again", "That is over")] == [1, 1], told("")


def test_a_folder_alone_does_not_name_a_database(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that points to a variable is believed once a person names the database; till then no command asks it."""
    monkeypatch.setenv("SOME_URL", database.url)
    acme = service("key-of-acme-0123456789")
    file = write_fleet("planted", "env:SOME_URL", acme=acme.url)
    assert call(capsys, "fleet", "init", file)[0] == 0
    assert call(capsys, "fleet", "run", file, "--yes")[0] == 0
    assert call(capsys, "run", "acme.csv", "--fleet", file, "--workspace", "acme", "--yes")[0] == 0
    sent = len(acme.requests())
    shutil.copytree("results/acme", "acme.import")
    for command in (("show", "acme.import"), ("undo", "acme.import", "--yes"), ("run", "acme.csv", "--yes")):
        code, _, err = call(
            capsys, *command, *(("--base-url", acme.url, "--api-key-file", "acme.key") if command[0] != "show" else ())
        )
        assert (code, "acme.import/journal.toml says" in err, f"set {VARIABLE} to" in err) == (2, True, True), err
    assert len(acme.requests()) == sent
    # It neither hides the runs of other folders nor is passed over.
    code, _, err = call(capsys, "runs")
    assert (code, "SOME_URL" in err) == (2, True)

    monkeypatch.setenv(VARIABLE, database.url)
    assert "6 rows = " in call(capsys, "show", "acme.import")[1]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("url", [None, "postgresql://user@127.0.0.1:9/none", "nonsense"])
def test_check_needs_no_database(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str | None
) -> None:
    """A check is offline: without the database it judges each sheet, and says what it leaves out."""
    monkeypatch.delenv("OPENPHONE_DATABASE_URL", raising=False)
    if url is not None:
        monkeypatch.setenv("OPENPHONE_DATABASE_URL", url)
    file = write_fleet("away", acme="http://127.0.0.1:9")
    single = ("check", "acme.csv", "--fleet", file, "--workspace", "acme")
    for command in (("fleet", "check", file), single):
        code, out, err = Context().run(call, capsys, *command)
        assert (code, "6 rows = 6 ready to send" in out) == (0, True), err
        assert "What this folder remembers is not used. The " in err
    # What sends needs it.
    assert Context().run(call, capsys, "fleet", "run", file, "--yes")[0] == 2
