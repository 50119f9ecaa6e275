"""What the commands of a fleet propose is done as it stands, in rehearsals and with real keys, and ends well."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal
from importer.delivery.journal_place import DatabasePlace, LeaseTimes
from importer.errors import JournalError
from importer.fleet.clock import check_schedules
from importer.fleet.engine import DbosEngine
from importer.fleet.file import read_fleet
from importer.shell import shell_split
from tests.fleet import test_database as with_database
from tests.fleet.memory_engine import MemoryEngine, MemoryQueue
from tests.fleet.test_walk import GOOD_SHEET, call, fleet_json, labelled, write_fleet
from tests.fleet.test_workers import write_shared
from tests.fleet.workers import WorkerHere

if TYPE_CHECKING:
    from tests.database import Server
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home")
FILE = Path("fleet.toml")
RUN = ("fleet", "run", "fleet.toml")
VARIABLE = "OPENPHONE_DATABASE_URL"


def step_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that cannot start says after `next:`."""
    code, _, err = call(capsys, *arguments)
    assert code == 2, err
    return " ".join(err.split()).partition(" next: ")[2]


def follow(capsys: pytest.CaptureFixture[str], lines: list[str]) -> int:
    """Type the last command of the line `Next:`; returns its exit code."""
    command = labelled(lines, "Next").rpartition("openphone-import ")[2]
    return call(capsys, *shell_split(command))[0]


def test_a_checked_fleet_is_imported(capsys: pytest.CaptureFixture[str]) -> None:
    """The command after a check that found nothing imports the rows of every workspace."""
    write_fleet(acme=GOOD_SHEET, beta=GOOD_SHEET.replace("03", "04"))
    code, lines, _ = call(capsys, "fleet", "check", "fleet.toml")
    assert (code, labelled(lines, "Next").startswith("import them: ")) == (0, True)
    assert follow(capsys, lines) == 0
    assert fleet_json()["created"] == 2


def test_a_mistaken_key_of_the_file_is_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake in the file stops the fleet, and once it is corrected all workspaces are imported."""
    write_fleet(acme=GOOD_SHEET)
    right = FILE.read_text(encoding="utf-8")
    FILE.write_text(right.replace("region", "regoin"), encoding="utf-8")
    assert step_of(capsys, *RUN).startswith("Correct fleet.toml (openphone-import guide fleet describes its keys)")
    FILE.write_text(right, encoding="utf-8")
    assert call(capsys, *RUN)[0] == 0
    assert fleet_json()["created"] == 1


def test_a_workspace_that_failed_is_put_right(capsys: pytest.CaptureFixture[str]) -> None:
    """What the first that failed says is done, then the same command imports it, and the others are as they were."""
    write_fleet(acme=GOOD_SHEET, gone=GOOD_SHEET.replace("03", "04"))
    sheet = Path("gone.csv").read_text(encoding="utf-8")
    Path("gone.csv").unlink()
    code, lines, _ = call(capsys, *RUN)
    assert (code, labelled(lines, "Next").startswith("gone: Check the name and the folder")) == (2, True)
    assert " Then: openphone-import fleet run" in labelled(lines, "Next")
    Path("gone.csv").write_text(sheet, encoding="utf-8")
    assert follow(capsys, lines) == 0
    assert (fleet_json()["created"], fleet_json()["this_run"]["created"]) == (2, 1)


def test_a_fleet_whose_service_was_away_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: StartService
) -> None:
    """The command after a stop finishes what was not done yet, and creates nobody twice."""
    monkeypatch.setenv("K", "key-of-acme-0123456789")
    acme = service("key-of-acme-0123456789")
    write_fleet(acme=GOOD_SHEET)
    text = FILE.read_text(encoding="utf-8").replace(
        "sandbox = true", 'api-key-env = "K"\nyes = true\nwait-for-service = 0.01'
    )
    FILE.write_text(f"{text}base-url = 'http://127.0.0.1:9'\n", encoding="utf-8")
    code, lines, _ = call(capsys, *RUN)
    assert (code, "not done yet; go on with: " in labelled(lines, "Next")) == (3, True), lines
    FILE.write_text(f"{text}base-url = '{acme.url}'\n", encoding="utf-8")
    assert follow(capsys, lines) == 0
    assert len(acme.contacts()) == 1


MISTAKES: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    "file": (("fleet", "run", "flet.toml"), "Name a file such as fleet.toml", RUN),
    "workspace": (
        ("show", "--fleet", "fleet.toml", "--workspace", "amce"),
        "Name one of these: acme, beta.",
        ("show", "--fleet", "fleet.toml", "--workspace", "acme"),
    ),
    "one of both": (
        ("show", "--fleet", "fleet.toml"),
        "Give both, as in --fleet fleet.toml --workspace acme.",
        ("show", "--fleet", "fleet.toml", "--workspace", "acme"),
    ),
    "one of both, of a sheet": (
        ("check", "acme.csv", "--workspace", "acme"),
        "Give both, as in --fleet fleet.toml --workspace acme.",
        ("check", "acme.csv", "--fleet", "fleet.toml", "--workspace", "acme"),
    ),
}


@pytest.mark.parametrize(("wrong", "said", "corrected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistaken_name_is_corrected(
    capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...], said: str, corrected: tuple[str, ...]
) -> None:
    """What is typed as the error says is about the workspace, after a run of all."""
    write_fleet(acme=GOOD_SHEET, beta=GOOD_SHEET.replace("03", "04"))
    assert call(capsys, *RUN)[0] == 0
    assert said in step_of(capsys, *wrong)
    assert call(capsys, *corrected)[0] == 0


def test_whose_a_folder_is_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A folder of a sheet that is nobody's, and one whose workspace has its own, are adopted by what the errors say."""
    write_fleet(acme=GOOD_SHEET, beta=GOOD_SHEET.replace("03", "04"))
    Path("other.csv").write_text(GOOD_SHEET, encoding="utf-8")
    assert call(capsys, "run", "other.csv", "--sandbox", "--rate", "100")[0] == 0
    assert call(capsys, *RUN)[0] == 0
    adopt = ("fleet", "adopt", "other.sandbox.import")
    assert "Name the workspace with --workspace NAME (one of acme, beta), or name" in step_of(capsys, *adopt)
    step = step_of(capsys, *adopt, "--workspace", "acme")
    moved = re.fullmatch(r"Keep one of the two: to have (\S+) adopted, move (\S+) away and run this again\.", step)
    assert moved is not None
    Path(moved[2]).rename("away")
    code, lines, _ = call(capsys, *adopt, "--workspace", "acme")
    assert code == 0
    assert follow(capsys, lines) == 0
    assert call(capsys, *RUN)[0] == 0
    assert (fleet_json()["created"], fleet_json()["this_run"]["created"]) == (2, 0)


@pytest.mark.parametrize("corrects", ["source", "key"])
def test_workspaces_with_one_key_are_told_apart(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: StartService, corrects: str
) -> None:
    """Two workspaces with one key and two sources are given one source, or the second a key of its own."""
    for name in ("acme", "beta"):
        monkeypatch.setenv(name.upper(), f"key-of-{name}-0123456789")
    services = {name: service(f"key-of-{name}-0123456789") for name in ("acme", "beta")}
    write_fleet(acme=GOOD_SHEET, beta="Name,Phone\nDi Fox,+14155550104\n")
    text = FILE.read_text(encoding="utf-8").replace("sandbox = true", "yes = true")
    acme = f'base-url = "{services["acme"].url}"\napi-key-env = "ACME"\n'
    beta = f'base-url = "{services["beta"].url}"\napi-key-env = "BETA"\n'
    first, _, second = text.partition('[[workspace]]\nname = "beta"')
    head = f'{first}{acme}[[workspace]]\nname = "beta"{second}'
    FILE.write_text(f'{head}{acme}source = "crm"\n', encoding="utf-8")
    step = step_of(capsys, *RUN)
    assert "give workspaces with one key the same source and sheets of their own" in step
    assert "or correct the key of one of them" in step
    FILE.write_text(head + (acme if corrects == "source" else f'{beta}source = "crm"\n'), encoding="utf-8")
    assert call(capsys, *RUN)[0] == 0
    made = [len(each.contacts()) for each in services.values()]
    assert made == ([2, 0] if corrects == "source" else [1, 1])


@pytest.mark.parametrize("corrected", ["yes = true\n", "sandbox = true\n"])
def test_a_yes_is_added_to_the_file(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: StartService,
    corrected: str,
) -> None:
    """Without a terminal a fleet of real workspaces needs a yes, or to be a rehearsal: in its file, or on the line."""
    monkeypatch.setenv("K", "key-of-acme-0123456789")
    acme = service("key-of-acme-0123456789")
    write_fleet(acme=GOOD_SHEET)
    text = FILE.read_text(encoding="utf-8").replace("sandbox = true\n", "[yes]")
    real = f'{text}api-key-env = "K"\nbase-url = "{acme.url}"\n'
    FILE.write_text(real.replace("[yes]", ""), encoding="utf-8")
    step = step_of(capsys, *RUN)
    assert "Add --yes to go ahead without questions (or yes = true under [defaults]), or sandbox = true" in step
    is_rehearsal = corrected.startswith("sandbox")
    FILE.write_text((text if is_rehearsal else real).replace("[yes]", corrected), encoding="utf-8")
    assert call(capsys, *RUN)[0] == 0
    assert (fleet_json()["created"], len(acme.contacts())) == (1, 0 if is_rehearsal else 1)


def test_a_schedule_of_a_workspace_is_corrected() -> None:
    """A schedule that is no line of cron is written as the error says, and is one then."""
    write_fleet(acme=GOOD_SHEET)
    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(f'shared-folders = ["."]\n{text}schedule = "0 25 * * *"\n', encoding="utf-8")
    with pytest.raises(Exception, match=r"Write minute, hour, day, month and weekday in fleet\.toml") as error:
        check_schedules(read_fleet(FILE))
    (line,) = re.findall(r'such as "([^"]+)"', str(error.value))
    FILE.write_text(f'shared-folders = ["."]\n{text}schedule = "{line}"\n', encoding="utf-8")
    check_schedules(read_fleet(FILE))


@pytest.mark.parametrize("named", ['api-key-env = "KEY_OF_ACME"', 'api-key-file = "acme.key"'])
@pytest.mark.parametrize("is_set", [True, False])
def test_a_key_that_a_fleet_names_is_put_there(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: StartService,
    named: str,
    *,
    is_set: bool,
) -> None:
    """A key that is not where the file says is put there, or the file is corrected; no option is proposed."""
    acme = service("key-of-acme-0123456789")
    write_fleet(acme=GOOD_SHEET)
    text = FILE.read_text(encoding="utf-8").replace("sandbox = true", f'{named}\nbase-url = "{acme.url}"')
    FILE.write_text(text, encoding="utf-8")
    code, lines, _ = call(capsys, *RUN, "--yes")
    said = " ".join(lines)
    assert (code, "--api-key-file" in said, "--sandbox" in said) == (2, False, False), said
    line = 1 + text[: text.index(named)].count("\n")
    assert f"fleet.toml, line {line}: " in said
    if named.startswith("api-key-env"):
        assert "Set KEY_OF_ACME where the command runs" in said
        assert "or correct api-key-env there, or write sandbox = true in its place" in said
    else:
        assert "Correct api-key-file there, or put the key on the first line of that file" in said
    if not is_set:
        FILE.write_text(text.replace("acme.key", "other.key").replace("KEY_OF_ACME", "OTHER"), encoding="utf-8")
    monkeypatch.setenv("KEY_OF_ACME" if is_set else "OTHER", "key-of-acme-0123456789")
    Path("acme.key" if is_set else "other.key").write_text("key-of-acme-0123456789\n", encoding="utf-8")
    assert call(capsys, *RUN, "--yes")[0] == 0
    assert len(acme.contacts()) == 1


@pytest.mark.skipif(find_spec("gcsfs") is not None, reason="this installation can write to the address")
def test_results_go_to_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no program can write to the address of the results, a folder in its place has them."""
    write_fleet(acme=GOOD_SHEET)
    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(f'results = "gs://bucket/{{workspace}}/"\n{text}', encoding="utf-8")
    code, lines, err = call(capsys, *RUN)
    assert (code, "or give a folder in place of the address" in " ".join((*lines, *err.split()))) == (2, True), lines
    FILE.write_text(f'results = "results"\n{text}', encoding="utf-8")
    assert call(capsys, *RUN)[0] == 0
    assert Path("results/acme.sandbox/id_map.csv").is_file()


def test_a_queue_is_worked_through_as_it_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: StartService, database: Server
) -> None:
    """From a fleet without a database, step by step as each command says, to a workspace that is retried and done."""
    acme = service("key-of-acme-0123456789")
    file = write_shared("steps", acme=acme.url)
    whole = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(re.sub(r"database = .*\n", "", whole), encoding="utf-8")
    start = ("fleet", "start", file, "--yes")
    assert 'Add a line database = "env:NAME" above [defaults]' in step_of(capsys, *start)
    Path(file).write_text(whole, encoding="utf-8")
    step = step_of(capsys, *start)
    assert f"Set {VARIABLE} to an address such as postgresql://" in step
    monkeypatch.setenv(VARIABLE, database.url)
    assert call(capsys, "fleet", "init", file)[0] == 0

    assert 'Name one of these: "acme".' in step_of(capsys, *start, "--only", "beta")
    assert "Use letters, digits, - _ . and : such as" in step_of(capsys, *start, "--occasion", "a/b")
    step = step_of(capsys, "fleet", "retry", "acme", "--fleet", file)
    see, queue = (shell_split(words.rstrip(".,")) for words in re.findall(r"openphone-import ([^,]*)", step))
    assert call(capsys, *see)[0] == 0
    code, lines, err = call(capsys, *queue, "--yes", "--occasion", "2026-11-28", "--only", "acme")
    assert code == 0, err
    assert labelled(lines, "Next") == f"openphone-import fleet work {file}"

    # The sheet is not there when the worker comes, so a person has to put it back.
    Path("acme.csv").rename("elsewhere.csv")
    assert WorkerHere(file, lambda place: DbosEngine(place, "steps"), until=1).run()
    code, lines, err = call(capsys, *see)
    retry = labelled(lines, "Next")
    assert (code, " Then: openphone-import fleet retry acme" in retry) == (0, True), retry
    Path("elsewhere.csv").rename("acme.csv")
    assert call(capsys, *shell_split(retry.partition("Then: openphone-import ")[2]))[0] == 0
    code, lines, err = call(capsys, *see)
    assert labelled(lines, "Next") == f"openphone-import fleet work {file}"
    assert WorkerHere(file, lambda place: DbosEngine(place, "steps"), until=1).run()
    assert labelled(call(capsys, *see)[1], "Next") == "nothing to do"
    assert len(acme.contacts()) == 6


def test_a_workspace_that_left_the_file_is_put_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: StartService, database: Server
) -> None:
    """One that was queued and is in the file no more needs a person; written there again, it is retried and done."""
    monkeypatch.setenv(VARIABLE, database.url)
    services = {name: service(f"key-of-{name}-0123456789") for name in ("acme", "bolt")}
    file = write_shared("left", **{name: each.url for name, each in services.items()})
    assert call(capsys, "fleet", "init", file)[0] == 0
    assert call(capsys, "fleet", "start", file, "--yes", "--occasion", "night")[0] == 0
    whole = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(whole[: whole.rindex("[[workspace]]")], encoding="utf-8")
    engine = MemoryEngine(MemoryQueue())
    engine.enqueue("left/bolt/night/1", "bolt")
    worker = WorkerHere(file, lambda _: engine)
    stopped = "SELECT count(*) FROM openphone_import.occasions WHERE fleet = 'left' AND state = 'stopped'"
    thread = threading.Thread(target=worker.run)
    thread.start()
    until = time.monotonic() + 60
    while database.rows(stopped) != [(1,)] and time.monotonic() < until:
        time.sleep(0.05)
    worker.stop()
    thread.join()
    Path(file).write_text(whole, encoding="utf-8")
    next_step = labelled(call(capsys, "fleet", "status", file)[1], "Next")
    assert next_step.startswith(f"bolt: Write the workspace into {file} again, on every computer"), next_step
    assert call(capsys, *shell_split(next_step.partition("Then: openphone-import ")[2]))[0] == 0
    ((left,),) = database.rows(
        "SELECT count(*) FROM openphone_import.occasions WHERE fleet = 'left' AND state <> 'done'"
    )
    assert WorkerHere(file, lambda place: DbosEngine(place, "left"), until=left).run()
    assert [len(each.contacts()) for each in services.values()] == [6, 6]


def test_the_work_of_a_worker_that_died_is_taken_up(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: StartService, database: Server
) -> None:
    """Where a process has died that held a journal, the command that status names goes on, and then none is named."""
    monkeypatch.setenv(VARIABLE, database.url)
    acme = service("key-of-acme-0123456789")
    file = with_database.write_fleet("died", acme=acme.url)
    text = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(text.replace("rate = 100", "rate = 100\nyes = true"), encoding="utf-8")
    place = DatabasePlace(database.url, "died/acme", times=LeaseTimes(beat=600.0))
    with suppress(JournalError), Journal.open(place, acme.url, "key-of-acme-0123456789"):
        database.rows("SELECT pg_terminate_backend(backend) FROM openphone_import.journals WHERE name = 'died/acme'")
    status = ("fleet", "status", file)
    code, lines, _ = call(capsys, *status)
    step = f"acme is not done yet; go on with: openphone-import fleet run {file}"
    assert (code, " ".join(labelled(lines, "Next").split())) == (0, step)
    assert follow(capsys, lines) == 0
    assert len(acme.contacts()) == 6
    assert labelled(call(capsys, *status)[1], "Next") == "nothing to do"


@pytest.mark.parametrize(("library", "command"), [("psycopg", "status"), ("dbos", "start")])
def test_a_part_that_is_missing_is_installed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, database: Server, library: str, command: str
) -> None:
    """Without a library of the workers the command names an extra that has it; with that the same command works."""
    monkeypatch.setenv(VARIABLE, database.url)
    file = write_shared("part", acme="http://127.0.0.1:9")
    assert call(capsys, "fleet", "init", file)[0] == 0
    line = ["fleet", command, file, *(["--yes"] if command == "start" else [])]
    program = (
        f"import sys; sys.modules[{library!r}] = None; from importer.cli.app import main; sys.exit(main({line!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    named = re.search(
        r'pip install "openphone-import\[(\w+)\]" and run the command again', " ".join(done.stderr.split())
    )
    assert named is not None, done.stderr
    extra = [text for text in requires("openphone-import") or () if f'extra == "{named[1]}"' in text.replace("'", '"')]
    assert any(text.startswith(library) for text in extra)
    assert call(capsys, *line)[0] == 0
