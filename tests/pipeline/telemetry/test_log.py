"""`log.jsonl`: what every command over a sheet leaves behind, masked and bounded."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from importer.disk import Rolling, rolled
from importer.pipeline.job import Hooks, Job
from importer.pipeline.telemetry.log import CommandLog
from importer.report.log import log_line, logged, masked_path
from importer.report.mask import masked
from importer.report.visible_text import without_password
from importer.sandbox import Fault
from importer.settings.model import Settings
from tests.paths import ROOT

if TYPE_CHECKING:
    from tests.pipeline.history.conftest import Call, ImportSheet


KEY = "sandbox-key-2b7f94d0c1"


def log_of(folder: str = "people.import") -> list[dict[str, Any]]:
    """The lines of a log."""
    return lines_of(Path(folder, "log.jsonl"))


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_is_logged_from_its_start_to_its_end(imported: ImportSheet) -> None:
    """The log begins with versions and settings, has each request with its row, each finding, and the end."""
    Path("people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\nBob,12\n", encoding="utf-8")
    assert imported("--region", "US").code == 1
    lines = log_of()
    assert [lines[0]["event"], lines[-1]["event"]] == ["started", "ended"]
    assert lines[0]["settings"]["region"] == "US"
    assert lines[0]["libraries"]["httpx"]
    assert lines[0]["python"] == sys.version.split()[0]
    (post,) = (one for one in lines if one.get("method") == "POST")
    assert (post["path"], post["status"], post["row"]) == ("/v1/contacts", 201, 2)
    assert any(one["event"] == "finding" and one["severity"] == "error" for one in lines)
    assert lines[-1]["exit_code"] == 1
    assert {one.get("run") for one in lines[2:]} == {lines[-1]["run_id"]}


def test_a_stop_stands_in_the_log(imported: ImportSheet) -> None:
    """What stopped a run is in its log, with its kind, before the end."""
    assert imported(faults=(Fault("401", method="POST"),)).code == 2
    stopped, ended = log_of()[-2:]
    assert (stopped["event"], stopped["kind"], ended["exit_code"]) == ("stopped", "AccessRefused", 2)


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        ("Zorblat Quince,17 Elm Street,asks for Una\nBob Marble,18 Oak Road,asks for Ivo\n", ()),
        ("Zorblat Quince,17 Elm Street,415 555 0123\nBob Marble,18 Oak Road,415 555 0124\n", ("--header-row", "1")),
        ("Zorblat Quince,17 Elm Street,415 555 0123\nBob Marble,18 Oak Road,415 555 0124\n", ()),
        ("Zorblat Quince,17 Elm Street,a\nBob Marble,18 Oak Road,b\n", ("--map", "Nosuch=phone")),
        ("Name,Phone\nAnn,+14155550101\n", ("second.csv",)),
    ],
)
def test_no_contact_of_a_sheet_without_column_names_is_logged(call: Call, rows: str, options: tuple[str, ...]) -> None:
    """Where a contact stands in place of the column names, the log of what stopped the command quotes none of it."""
    Path("people.import").mkdir()
    Path("people.csv").write_text(rows, encoding="utf-8")
    Path("second.csv").write_text("Zorblat Quince,17 Elm Street\nBob Marble,18 Oak Road\n", encoding="utf-8")
    assert call("check", "people.csv", "--region", "US", "--out", "people.import", *options).code == 2
    text = Path("people.import", "log.jsonl").read_text(encoding="utf-8")
    assert [word for word in ("Zorblat", "Elm", "Una") if word in text] == []
    (stopped,) = (line for line in log_of() if line["event"] == "stopped")
    assert stopped["place"].startswith("importer.")


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        (("check", "people.csv"), "people.import"),
        (("plan", "people.csv", "--sandbox"), "people.sandbox.import"),
        (("verify", "people.csv", "--sandbox"), "people.sandbox.import"),
        (("map", "people.csv", "--sandbox"), "people.sandbox.import"),
    ],
)
def test_every_command_over_a_sheet_logs(call: Call, command: tuple[str, ...], folder: str) -> None:
    """check, plan, verify and map write to the same log, each under its name, from start to end."""
    call(*command)
    lines = log_of(folder)
    assert {one["command"] for one in lines} == {command[0]}
    assert [lines[0]["event"], lines[-1]["event"]] == ["started", "ended"]


def test_an_undo_is_logged(call: Call) -> None:
    """An undo goes into the log of the run that it takes back."""
    call("run", "people.csv", "--sandbox", "--rate", "200")
    call("undo", "people.sandbox.import", "--sandbox", "--rate", "200")
    last = log_of("people.sandbox.import")[-1]
    assert (last["command"], last["reversed"], last["exit_code"]) == ("undo", 2, 0)


def test_a_command_that_finds_no_folder_makes_none(call: Call) -> None:
    """A log is no reason to make a folder for a sheet that is not there."""
    assert call("check", "nowhere.csv").code == 2
    assert not Path("nowhere.import").exists()


def test_the_log_masks_and_is_for_its_owner_alone(imported: ImportSheet) -> None:
    """No phone, address, name or key is in the log, whatever the service says back; its mode is 0600."""
    Path("people.csv").write_text(
        "Ann Lee,+14155550101,ann@example.com\nBob Ray,+14155550102,bob@example.com\n", encoding="utf-8"
    )
    imported("--header-row", "1", "--map", "#1=full_name", "--map", "#2=phone", "--map", "#3=email", "-v")
    text = Path("people.import/log.jsonl").read_text(encoding="utf-8")
    assert [one for one in ("5550101", "5550102", "ann@", "bob@", "Ann Lee", "Bob Ray", KEY) if one in text] == []
    assert Path("people.import/log.jsonl").stat().st_mode & 0o777 == 0o600


def test_the_key_is_cut_out_of_every_text(tmp_path: Path) -> None:
    """A message that should quote the key by mistake is logged without it."""
    log = CommandLog(Job("x.csv", Settings(out=tmp_path), key=SecretStr(KEY)), "run")
    log.note("note", {"text": f"the key {KEY} is odd"})
    log.close()
    assert KEY not in (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    assert "[key]" in (tmp_path / "log.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/v1/contacts", "/v1/contacts"),
        ("/v1/contacts/64fa01c2b3d4e5f60718293a", "/v1/contacts/64fa01c2b3d4e5f60718293a"),
        ("/v1/contacts?externalIds=ann@example.com&externalIds=+14155550101", "/v1/contacts?•••"),
        ("/v1/contacts/ann@example.com", "/v1/contacts/a•••@example.com"),
    ],
)
def test_what_a_path_asks_for_is_masked(path: str, shown: str) -> None:
    """External ids may be phones or addresses, so queries are cut off and odd segments masked."""
    assert masked_path(path) == shown


@given(st.from_regex(r"[A-Za-z _.,-]{0,20}([0-9][A-Za-z _.,-]{0,5}){0,6}", fullmatch=True))
def test_what_needs_no_mask_is_what_the_mask_leaves_alone(text: str) -> None:
    """Texts that the log takes as they are have nothing in them that would be masked, as values and as names."""
    assert masked(without_password(text)) == text
    assert logged("note", {"text": text, "counts": {text: text}})["counts"] == {text: text}


@given(
    st.dictionaries(st.text(max_size=8), st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=6))
)
def test_any_event_is_one_line_of_json(facts: dict[str, Any]) -> None:
    """Whatever is in an event, its line is one line that can be read back."""
    line = log_line("now", logged("note", facts))
    assert line.count("\n") == 1
    assert json.loads(line)["event"] == "note"


def test_the_log_is_bounded(tmp_path: Path) -> None:
    """A log of any length takes no more than its five files; each begins with the versions and settings."""
    log = CommandLog(Job("x.csv", Settings(out=tmp_path, region="US")), "run", most_bytes=20_000)
    for number in range(3_000):
        log.note("request", {"method": "POST", "path": "/v1/contacts", "status": 201, "ms": 1, "row": number})
    log.close()
    files = sorted(tmp_path.iterdir())
    assert [one.name for one in files] == [*(f"log.{number}.jsonl" for number in (1, 2, 3, 4)), "log.jsonl"]
    assert all(one.stat().st_size <= 21_000 for one in files)
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
    rows = [line.get("row") for one in reversed(rolled(tmp_path / "log.jsonl", 4)) for line in lines_of(one)]
    known = [row for row in rows if row is not None]
    assert known == list(range(known[0], 3_000))
    assert all(lines_of(one)[0]["settings"] == {"region": "US", "out": str(tmp_path)} for one in files)


def test_two_processes_may_write_one_log(tmp_path: Path) -> None:
    """A check beside a run: both write whole lines, and the one that finds the file moved on goes on in the new one."""
    first, second = (Rolling(tmp_path / "log.jsonl", 1_000, 2) for _ in range(2))
    for number in range(200):
        (first if number % 3 else second).write(json.dumps({"number": number}) + "\n")
    first.close()
    second.close()
    found = [line["number"] for path in tmp_path.iterdir() for line in lines_of(path)]
    assert max(found) == 199
    assert len(found) == len(set(found))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 4_500


def test_a_log_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    """A log that is a folder, or no room on the disk, is one warning; the command goes on."""
    (tmp_path / "log.jsonl").mkdir()
    heard: list[str] = []
    hooks = Hooks(notify=lambda event: heard.append(str(event.facts["text"])))
    log = CommandLog(replace(Job("x.csv", Settings(out=tmp_path)), hooks=hooks), "run")
    log.note("note", {"text": "one"})
    log.note("note", {"text": "two"})
    log.close()
    (said,) = heard
    assert "could not be written" in said
    assert "goes on" in said


def test_a_folder_that_vanishes_costs_the_log_alone(tmp_path: Path) -> None:
    """Where the folder is removed meanwhile, the log ends with one warning, and the command can end in good order."""
    heard: list[str] = []
    hooks = Hooks(notify=lambda event: heard.append(str(event.facts["text"])))
    out = tmp_path / "out"
    out.mkdir()
    log = CommandLog(replace(Job("x.csv", Settings(out=out)), hooks=hooks), "run", most_bytes=2_000)
    log.note("note", {"text": "one"})
    shutil.rmtree(out)
    for _ in range(50):
        log.note("note", {"text": "x" * 100})
    log.close()
    (said,) = heard
    assert "could not be written" in said


FULL = """
import resource, sys
from importer.cli.app import main
code = main(["check", "people.csv", "--json", "-q"])
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = __import__("os").stat("people.import/log.jsonl").st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, resource.RLIM_INFINITY))
from importer.pipeline.telemetry.log import CommandLog
from importer.pipeline.job import Job, Hooks
from importer.model import Event
from importer.settings.model import Settings
from pathlib import Path
heard = []
log = CommandLog(Job("people.csv", Settings(out=Path("people.import")), hooks=Hooks(notify=heard.append)), "run")
for _ in range(5):
    log.note("note", {"text": "x" * 100})
log.close()
assert len(heard) == 1, heard
assert "could not be written" in heard[0].facts["text"]
"""


def test_no_room_for_the_log_is_said_once(home: Path) -> None:
    """The system's own refusal to let the file grow is one warning."""
    done = subprocess.run([sys.executable, "-c", FULL], cwd=home, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert resource.RLIMIT_FSIZE >= 0


def test_what_was_logged_outlives_a_kill(home: Path) -> None:
    """Each line is with the system before the next thing happens, so a killed run leaves all of them, each whole."""
    with Path("people.csv").open("a", encoding="utf-8") as sheet:
        sheet.writelines(f"P{number},+1415555{number:04d},p{number}@example.com\n" for number in range(200, 400))
    process = subprocess.Popen(
        [sys.executable, "-m", "importer", "run", "people.csv", "--sandbox", "--rate", "20", "-q"],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    log = home / "people.sandbox.import" / "log.jsonl"
    until = time.monotonic() + 100
    while (not log.exists() or log.read_text().count('"POST"') < 3) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL
    lines = log_of("people.sandbox.import")
    assert lines[0]["event"] == "started"
    assert sum(one.get("method") == "POST" for one in lines) >= 3
    assert not any(one["event"] == "ended" for one in lines)


def test_a_name_that_no_file_can_have_is_not_looked_for(tmp_path: Path) -> None:
    """A FILE with a null character in its name is for the reader to refuse, not for the log to fail over."""
    CommandLog(Job("people\0.csv", Settings(out=tmp_path / "out")), "check").close()
    assert list(tmp_path.iterdir()) == []
