"""`--on-finish` and `--notify-url`: whoever waits is told, once all files are written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from importer.model.choices import NoticeFormat
from importer.pipeline.telemetry.notify import ALERT_POLICY, TRIES, Notification, notify_end
from importer.report.notice import notice_message
from importer.sandbox import Fault
from importer.settings.load import load
from importer.settings.model import Settings

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
    assert found["stdin"] == {key: value for key, value in body.items() if key != "text"}
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


def test_an_alert_that_fails_is_heard(imported: ImportSheet, listener: Listener) -> None:
    """It is tried again, said on stderr also under --quiet and in summary.json; the exit code is the run's own.

    The address, which may hold a secret, is not repeated.
    """
    listener.status = 500
    with Path("people.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("Cy,12,\n")
    refused = imported("--notify-url", listener.url, "--quiet")
    assert refused.code == 1
    assert f"--notify-url: no notification was sent, after {TRIES} tries (it answered 500)" in flat(refused.err)
    assert len(listener.bodies) == TRIES
    summary = json.loads(Path("people.import/summary.json").read_text(encoding="utf-8"))
    assert (summary["exit_code"], summary["rejected"]) == (1, 1)
    (failed,) = summary["failed_notifications"]
    assert "it answered 500" in failed
    assert "very-secret-token" not in refused.err + refused.out + json.dumps(summary)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_dead_address_is_tried_again(home: Path) -> None:
    """Without any answer too, with a growing pause before each try, and the address is not repeated."""
    pauses: list[float] = []
    settings = Settings(notify_url="http://127.0.0.1:9/hook/very-secret-token")  # type: ignore[arg-type]
    (failure,) = notify_end(settings, Notification({"exit_code": 0}), sleep=pauses.append)
    assert "no connection" in failure
    assert "very-secret-token" not in failure
    assert len(pauses) == TRIES - 1
    policy = ALERT_POLICY.backoff_seconds
    assert all(policy / 2 <= pause <= policy * 2 ** (number + 1) for number, pause in enumerate(pauses))


def test_an_address_that_recovers_has_taken_it(imported: ImportSheet, listener: Listener) -> None:
    """One answer of 2xx is enough: nothing is said, and nothing is noted in summary.json."""
    listener.refusals = 2
    done = imported("--notify-url", listener.url)
    assert done.code == 0
    assert "--notify-url" not in done.err
    assert len(listener.bodies) == 3
    assert "failed_notifications" not in json.loads(Path("people.import/summary.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_notice_goes_to_the_named_address_alone(listener: Listener, status: int) -> None:
    """An address that sends on elsewhere is an address that failed: no fact goes to a host that was not named."""
    settings = Settings(notify_url=listener.url)  # type: ignore[arg-type]
    listener.status, listener.answer_headers = status, {"Location": listener.url}
    (failure,) = notify_end(settings, Notification({"exit_code": 0}), sleep=lambda _: None)
    assert f"it answered {status}" in failure
    assert len(listener.bodies) == TRIES


def test_a_pause_that_is_asked_for_is_kept(listener: Listener) -> None:
    """`Retry-After` of a refusal is heeded as far as the longest pause."""
    pauses: list[float] = []
    settings = Settings(notify_url=listener.url)  # type: ignore[arg-type]
    for asked, most in (("7", 7.0), ("3000", ALERT_POLICY.longest_backoff_seconds)):
        listener.status, listener.answer_headers = 429, {"Retry-After": asked}
        assert notify_end(settings, Notification({"exit_code": 0}), sleep=pauses.append)
        assert pauses == [most] * (TRIES - 1)
        pauses.clear()


DOCUMENT = {
    "command": "run",
    "file": "https://ann:pw-secret@example.com/a<b>&c.csv?sig=very-secret",
    "rows": 3,
    "created": 2,
    "rejected": 1,
    "exit_code": 1,
    "stopped": None,
}


@pytest.mark.parametrize("form", get_args(NoticeFormat))
@pytest.mark.parametrize(("code", "stopped"), [(0, None), (1, None), (2, "GuardStop"), (3, "Interrupted"), (70, "X")])
def test_each_service_gets_a_sentence_in_its_shape(form: str, code: int, stopped: str | None) -> None:
    """Each format has the text where its service reads it; no secret of a sheet's address is in any of them."""
    message = notice_message({**DOCUMENT, "exit_code": code, "stopped": stopped}, form, "https://h.example/x?key=1")
    body = message.body.decode()
    assert f"exit code {code}" in body
    assert "2 created, 1 rejected" in body
    assert form == "json" or "secret" not in body
    if form == "healthchecks":
        assert message.url == ("https://h.example/x?key=1" if code in (0, 1) else "https://h.example/x/fail?key=1")
        assert message.content_type.startswith("text/plain")
        return
    assert (message.url, message.content_type) == ("https://h.example/x?key=1", "application/json")
    shaped = json.loads(body)
    text = shaped["content"] if form == "discord" else shaped["text"]
    assert text.startswith("openphone-import run of https://example.com/a")
    if form == "slack":
        assert set(shaped) == {"text"}
        assert "a&lt;b&gt;&amp;c.csv" in text
    elif form == "discord":
        assert shaped["allowed_mentions"] == {"parse": []}
    elif form == "teams":
        (attachment,) = shaped["attachments"]
        assert attachment["content"]["body"][0]["text"] == text
    else:
        assert shaped.items() >= {"rejected": 1, "exit_code": code, "stopped": stopped}.items()


def test_no_secret_of_a_sheet_is_sent(call: Call, listener: Listener) -> None:
    """Where a sheet is an address with a password or a signature, the notification has the address without them."""
    done = call("check", "https://ann:pw-secret@127.0.0.1:9/a.csv?sig=very-secret", "--notify-url", listener.url)
    assert done.code == 2
    (body,) = listener.bodies
    assert body["file"] == "https://127.0.0.1:9/a.csv"
    assert "secret" not in json.dumps(body)


def test_a_test_is_sent_and_nothing_else_is_done(imported: ImportSheet, call: Call, listener: Listener) -> None:
    """`--notify-test` says whether each of those who would be notified takes it, and does no work."""
    done = imported("--notify-url", listener.url, "--notify-format", "slack", "--on-finish", "true", "--notify-test")
    assert (done.code, "taken by --notify-url and --on-finish" in flat(done.out)) == (0, True)
    assert [list(body) for body in listener.bodies] == [["text"]]
    assert not Path("people.import").exists()
    # The next step is taken: the same without --notify-test.
    assert imported("--notify-url", listener.url, "--notify-format", "slack", "--on-finish", "true").code == 0
    listener.status = 404
    wrong = call("check", "people.csv", "--notify-url", listener.url, "--on-finish", "false", "--notify-test")
    assert wrong.code == 2
    assert "it answered 404" in flat(wrong.err)
    assert "--on-finish: the command ended with exit code 1" in flat(wrong.err)
    assert "import itself" not in wrong.err
    nothing = call("check", "people.csv", "--notify-test")
    assert (nothing.code, "Add --notify-url URL" in nothing.err) == (2, True)


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
    heard += notify_end(Settings(on_finish=f"{sys.executable} {script}"), Notification({"exit_code": 0}), seconds=2)
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
