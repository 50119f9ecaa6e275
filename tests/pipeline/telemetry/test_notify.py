"""`--on-finish` and `--notify-url`: whoever waits is told, once all files are written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importer.pipeline.telemetry.notify import Notification, notify_end
from importer.sandbox import Fault
from importer.settings.model import Settings, load

if TYPE_CHECKING:
    from tests.pipeline.history.conftest import Call, ImportSheet, Listener


KEY = "sandbox-key-2b7f94d0c1"
SCRIPT = """
import json, os, sys
found = {"stdin": json.load(sys.stdin), "file": None, "env": dict(os.environ), "there": os.listdir("people.import")}
if "OPENPHONE_IMPORT_SUMMARY" in os.environ:
    found["file"] = json.load(open(os.environ["OPENPHONE_IMPORT_SUMMARY"]))
json.dump(found, open("told.json", "w"))
"""


@pytest.fixture
def command(home: Path) -> str:
    """A command that writes down what it was told."""
    (home / "tell me.py").write_text(SCRIPT, encoding="utf-8")
    return f"{sys.executable} '{home / 'tell me.py'}'"


def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("told.json").read_text(encoding="utf-8"))
    return found


def test_a_command_is_told_of_a_run(imported: ImportSheet, command: str) -> None:
    """It gets summary.json by its path and on its standard input, after all files are there; it never gets the key."""
    assert imported("--on-finish", command).code == 0
    found = told()
    assert found["file"] == json.loads(Path("people.import/summary.json").read_text(encoding="utf-8"))
    assert found["stdin"] == {"command": "run", **found["file"], "stopped": None}
    assert {"id_map.csv", "report.html", "summary.json"} <= set(found["there"])
    assert found["env"]["OPENPHONE_IMPORT_EXIT_CODE"] == "0"
    assert KEY not in json.dumps(found)


def test_a_command_may_have_threads(home: Path, command: str) -> None:
    """That the program itself does with one thread is no setting of the command that is told."""
    given = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    line = [sys.executable, "-m", "importer", "check", "people.csv", "--yes", "--on-finish", command]
    subprocess.run(line, env=given, cwd=home, check=True, capture_output=True)
    assert "OPENBLAS_NUM_THREADS" not in told()["env"]


def test_an_address_is_told_of_a_run(imported: ImportSheet, listener: Listener) -> None:
    """It gets the same by POST, without the key of the service."""
    assert imported("--notify-url", listener.url).code == 0
    (body,) = listener.bodies
    assert (body["command"], body["created"], body["exit_code"]) == ("run", 2, 0)
    assert body["run_id"]
    assert KEY not in json.dumps(listener.headers)
    assert "Authorization" not in listener.headers[0]


@pytest.mark.parametrize(
    ("fault", "options", "code", "stopped"),
    [
        (Fault("401", method="POST", start=2), (), 3, "AccessRefused"),
        (Fault("401", method="POST"), (), 2, "AccessRefused"),
        (None, ("--max-new", "1"), 2, "GuardStop"),
        (None, ("--map", "Nmae=phone"), 2, "MappingError"),
        (None, ("--api-key-file", "nowhere.key"), 2, "KeyMissing"),
    ],
)
def test_whoever_waits_is_told_of_a_stop(
    imported: ImportSheet,
    listener: Listener,
    command: str,
    fault: Fault | None,
    options: tuple[str, ...],
    code: int,
    stopped: str,
) -> None:
    """A stop, a guard, and what kept a run from starting are told too, with the kind and the exit code."""
    Path("people.import").mkdir()
    faults = (fault,) if fault else ()
    done = imported("--notify-url", listener.url, "--on-finish", command, *options, faults=faults)
    assert done.code == code
    (body,) = listener.bodies
    assert (body["exit_code"], body["stopped"]) == (code, stopped)
    found = told()
    assert found["stdin"] == body
    assert (found["file"] is None) is (stopped != "AccessRefused")
    if stopped == "GuardStop":
        assert body["rows"] == body["unfinished"] == 2


@pytest.mark.parametrize("line", [("check",), ("plan", "--sandbox"), ("verify", "--sandbox")])
def test_other_commands_tell_too(call: Call, listener: Listener, line: tuple[str, ...]) -> None:
    """check, plan and verify tell of their figures, under their names."""
    name, *options = line
    done = call(name, "people.csv", *options, "--notify-url", listener.url)
    (body,) = listener.bodies
    assert (body["command"], body["rows"], body["exit_code"]) == (name, 2, done.code)


def test_an_undo_tells_too(call: Call, listener: Listener) -> None:
    """An undo tells how many contacts it took back."""
    call("run", "people.csv", "--sandbox", "--rate", "200")
    call("undo", "people.sandbox.import", "--sandbox", "--rate", "200", "--notify-url", listener.url)
    (body,) = listener.bodies
    assert (body["command"], body["reversed"], body["exit_code"]) == ("undo", 2, 0)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-program-anywhere", "could not be started"),
        (f"{sys.executable} -c 'import sys; print(\"disk on fire\"); sys.exit(5)'", "exit code 5 (disk on fire)"),
        (f"{sys.executable} -c 'import os; os.kill(os.getpid(), 9)'", "exit code -9"),
    ],
)
def test_a_command_that_fails_is_a_warning(imported: ImportSheet, command: str, words: str) -> None:
    """What fails after the import changes nothing about it: a warning, and the exit code of the run."""
    done = imported("--on-finish", command)
    assert done.code == 0
    assert words in done.err
    assert "disk on fire" not in done.out


def test_an_address_that_fails_is_a_warning_without_it(imported: ImportSheet, listener: Listener) -> None:
    """A refusal and a dead address are warnings; the address, which may hold a secret, is not repeated."""
    listener.status = 500
    refused = imported("--notify-url", listener.url)
    assert refused.code == 0
    assert "it answered 500" in refused.err
    dead = imported("--notify-url", "http://127.0.0.1:9/hook/very-secret-token")
    assert dead.code == 0
    assert "no connection" in dead.err
    assert "very-secret-token" not in refused.err + dead.err


def test_a_command_that_hangs_is_stopped(home: Path) -> None:
    """A command that does not end is stopped after its time, with all that it has started."""
    heard: list[str] = []
    script = home / "hang.py"
    script.write_text(
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('child', 'w').write(str(child.pid))\n"
        "time.sleep(60)\n",
        encoding="utf-8",
    )
    begun = time.monotonic()
    notify_end(
        Settings(on_finish=f"{sys.executable} {script}"), Notification({"exit_code": 0}), heard.append, seconds=2
    )
    assert time.monotonic() - begun < 30
    assert "did not end within 2 seconds" in heard[0]
    child = Path("/proc", (home / "child").read_text(encoding="utf-8"))
    until = time.monotonic() + 10
    while _lives(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(child)


def _lives(process: Path) -> bool:
    try:
        return ") Z" not in (process / "stat").read_text(encoding="utf-8")
    except OSError:
        return False


def test_the_summary_stays_the_last_event(imported: ImportSheet, listener: Listener) -> None:
    """A warning about a notice comes before the summary, which ends the events as ever."""
    listener.status = 503
    events = imported("--notify-url", listener.url, "--json").events
    assert events[-1]["event"] == "summary"
    assert any("--notify-url" in str(one.get("text")) for one in events[:-1])


def test_where_the_notice_may_be_asked_for(tmp_path: Path) -> None:
    """Both are keys of a settings file and variables of the environment; a wrong value is refused unrepeated."""
    file = tmp_path / "nightly.toml"
    file.write_text('on-finish = "true"\nnotify-url = "https://example.com/hook/token"\n', encoding="utf-8")
    settings = load({}, {}, file)
    assert settings.on_finish == "true"
    assert settings.notify_url is not None
    assert settings.notify_url.get_secret_value() == "https://example.com/hook/token"
    assert "token" not in settings.model_dump_json() + repr(settings)
    environment = {"OPENPHONE_NOTIFY_URL": "https://example.com/x", "OPENPHONE_ON_FINISH": "true"}
    assert load({}, environment).notify_url is not None
    for options, words in (
        ({"notify_url": "secret-token"}, "must be an address"),
        ({"on_finish": "'"}, "as a command"),
    ):
        with pytest.raises(Exception, match=words) as caught:
            load(options, {})
        assert "secret-token" not in str(caught.value)


def test_the_next_command_does_without(imported: ImportSheet, listener: Listener) -> None:
    """The command that goes on is for a person: it tells nobody, and holds no secret of a hook."""
    with Path("people.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("Cy,12,\n")
    done = imported("--notify-url", listener.url, "--on-finish=true")
    (step,) = (line for line in done.out.splitlines() if line.startswith("Next:"))
    assert "--base-url" in step
    assert "notify" not in step
    assert "on-finish" not in step
