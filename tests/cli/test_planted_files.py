"""Files that somebody else put into the output folder: they can do nothing that the person did not say."""

from __future__ import annotations

import ast
import gc
import json
import os
import shlex
import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.settings.model import OPTIONS
from tests.paths import ROOT
from tests.settings.test_options import ONLY_BY_HAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.sandbox import Sandbox
    from tests.cli.conftest import Command, Environment


pytestmark = pytest.mark.usefixtures("home")
COMMANDS = ("check", "plan", "run", "verify", "map", "config")
SAVED = Path("people.sandbox.import/mapping.toml")
SCHEMA = "Path('ran').touch()"
SHEET = "Id,Name,Phone,Country\n1,Ann Lee,+14155550101,US\n2,Bob Ray,+14155550102,US\n"
# What each option could be in the file of a stranger.
PLANTED = {
    "sheet": '"people"',
    "header_row": "1",
    "encoding": '"utf-8"',
    "delimiter": '","',
    "hidden": '"out"',
    "limit": "1",
    "region": '"US"',
    "region_column": '"Country"',
    "date_order": '"dmy"',
    "decimal_comma": "true",
    "list_separator": '","',
    "phones": '"lenient"',
    "bad_cells": '"reject"',
    "map": '{"Country" = "ignore"}',
    "values": '{"company" = "Acme"}',
    "only": '["Name != Nobody"]',
    "lock": '{"columns" = ["Id", "Name", "Phone", "Country"]}',
    "accept_changes": "true",
    "accept_corrections": "true",
    "accept_new_rows": "true",
    "same_person": '"join"',
    "forget": '["region"]',
    "learn_options": "true",
    "fields": '"fields.json"',
    "schema": '"planted.py:Sheet"',
    "source": '"crm"',
    "id_prefix": '"a-"',
    "created_by": '"USsandbox1"',
    "base_url": '"http://127.0.0.1:9"',
    "api_key_file": '"secret.txt"',
    "api_key_env": '"SECRET_KEY"',
    "sandbox": "true",
    "rate": "100",
    "match": '["phone"]',
    "on_match": '"update"',
    "on_missing": '"create"',
    "trust_journal": "false",
    "max_new": "50",
    "max_changes": "50",
    "max_deletes": "50",
    "max_rejects": "50",
    "expect_rows": '"20%"',
    "newer_than": '"2d"',
    "mirror": "true",
    "strict": "true",
    "wait_for_service": "0.1",
    "out": '"elsewhere"',
    "mask": "true",
    "yes": "true",
    "json": "true",
    "on_finish": '"touch ran"',
    "notify_url": '"http://127.0.0.1:9/hook"',
    "notify_format": '"slack"',
    "summary_markdown": '"result.md"',
}


def plant(text: str) -> None:
    """Lay a mapping.toml into the folder of people.csv, with what it may refer to beside the sheet."""
    Path("people.csv").write_text(SHEET, encoding="utf-8")
    Path("planted.py").write_text(f"from pathlib import Path\n{SCHEMA}\n", encoding="utf-8")
    Path("fields.json").write_text('{"data": []}', encoding="utf-8")
    Path("secret.txt").write_text("sandbox-key\n", encoding="utf-8")
    SAVED.parent.mkdir(exist_ok=True)
    SAVED.write_text(text, encoding="utf-8")


def test_every_option_is_planted() -> None:
    """A new option cannot be forgotten here."""
    assert set(PLANTED) == set(OPTIONS)


@pytest.mark.parametrize("name", [name for name, option in OPTIONS.items() if not option.in_folder])
def test_what_a_folder_may_not_say_stops_every_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 2, names file and line, does nothing, and prints the command line that says the same."""
    key = name.replace("_", "-")
    for command in COMMANDS:
        plant(f'region = "US"\n{key} = {PLANTED[name]}\n')
        assert main(["-q", command, "people.csv", "--sandbox"]) == 2
        shown = capsys.readouterr()
        assert f"{SAVED}, line 2: {key} is not taken" in shown.err
        assert not Path("ran").exists()
        assert [path.name for path in SAVED.parent.iterdir()] == ["mapping.toml"]
        # What was typed is said already: without that line the command is right.
        typed = name == "sandbox" or (name == "trust_journal" and command == "config")
        assert typed or f" --{'no-' * (name == 'trust_journal')}{key}" in shown.err.replace("\n", " ")


@pytest.mark.parametrize("name", [name for name, option in OPTIONS.items() if not option.in_folder])
def test_the_command_that_says_the_same_does_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the line deleted, the command that was printed works."""
    # Deleting needs a limit, which is planted with it.
    limit = "max-deletes = 50\n" if name == "mirror" else ""
    plant(f"{name.replace('_', '-')} = {PLANTED[name]}\n{limit}")
    Path("planted.py").write_text("import pandera.pandas as pa\nSheet = pa.DataFrameSchema()\n", encoding="utf-8")
    line = ["check", "people.csv", "--sandbox", "--map", "Id=external_id", "--source", "crm"]
    line += ["--json"] * (name != "json")
    assert main(line) == 2
    shown = capsys.readouterr()
    events = [json.loads(text) for text in shown.out.splitlines()]
    step = next((event["next_step"] for event in events if event["event"] == "error"), shown.err.replace("\n", " "))
    SAVED.unlink()
    # The command line as the person typed it is that of the process, which a test has not.
    _, _, command = step.partition("give them yourself: openphone-import ")
    assert main(shlex.split(command) if command else line) == 0


@pytest.mark.parametrize("name", [name for name, option in OPTIONS.items() if option.in_folder])
def test_what_a_folder_may_say_is_taken(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The mapping, how the sheet is read, and guards are used, and said."""
    plant(f"{name.replace('_', '-')} = {PLANTED[name]}\n")
    for command in ("check", "config", "plan"):
        main([command, "people.csv", "--sandbox"])
        shown = capsys.readouterr().err
        assert f"Using settings from {SAVED}" in shown
        assert "is not taken" not in shown
        assert "unknown key" not in shown


def test_what_was_typed_needs_no_second_word(capsys: pytest.CaptureFixture[str]) -> None:
    """A table has no form on the command line, so a file of the person's own takes it over."""
    plant('[on-match]\ndefault = "update"\n')
    assert main(["check", "people.csv", "--sandbox"]) == 2
    assert "--config" in capsys.readouterr().err
    assert main(["check", "people.csv", "--sandbox", "--config", str(SAVED)]) == 0
    SAVED.rename("mine.toml")
    assert main(["check", "people.csv", "--sandbox", "--config", "mine.toml"]) == 0


def test_an_unknown_key_stops(capsys: pytest.CaptureFixture[str]) -> None:
    """A key that no option has is a mistake, with its line."""
    plant('regoin = "US"\n')
    assert main(["check", "people.csv", "--sandbox"]) == 2
    assert f"{SAVED}, line 1: unknown key 'regoin', did you mean 'region'?" in capsys.readouterr().err


def test_the_list_by_hand_is_the_list_of_traits() -> None:
    """Whatever the design forbids a folder is forbidden by its trait."""
    assert all(not OPTIONS[name].in_folder for name in ONLY_BY_HAND.split())


def test_a_plan_sends_no_key_to_an_address_of_its_own(
    command: Command, sandbox: Sandbox, home: Path, tmp_path: Path
) -> None:
    """The address and the schema of a plan are said again by the person, in the command that is printed."""
    (tmp_path / "own.py").write_text("import pandera.pandas as pa\nSheet = pa.DataFrameSchema()\n", encoding="utf-8")
    place: Environment = {"OPENPHONE_API_KEY": "sandbox-key", "OPENPHONE_BASE_URL": "http://127.0.0.1:9"}
    planned = command("plan", "people.csv", "--base-url", sandbox.url, "--schema", "own.py:Sheet", **place)
    assert planned.code == 0, planned.err
    line = f"openphone-import run --plan people.import/plan.json --base-url {sandbox.url} --schema own.py:Sheet"
    assert line in planned.out
    requests = len(sandbox.requests())
    refused = command("run", "--plan", "people.import/plan.json", "--yes", **place)
    assert refused.code == 2
    assert f"--base-url {sandbox.url}" in refused.err.replace("\n", " ")
    refused = command("run", "--plan", "people.import/plan.json", "--yes", "--base-url", sandbox.url, **place)
    assert refused.code == 2
    assert "--schema own.py:Sheet" in refused.err.replace("\n", " ")
    assert len(sandbox.requests()) == requests
    done = command(*shlex.split(line)[1:], "--yes", **place)
    assert done.code == 0, done.err
    assert len(sandbox.contacts()) == 2
    # `show` reads the row again, and runs nothing for it.
    (home / "own.py").write_text(f"from pathlib import Path\n{SCHEMA}\nSheet = None\n", encoding="utf-8")
    assert "Ann Lee" in command("show", "people.import", "--row", "2").out
    assert not (home / "ran").exists()


@pytest.mark.parametrize(
    "planted",
    [
        "curl http://127.0.0.9/x --region GB",
        "openphone-import run people.csv --on-finish 'touch ran' --region GB --config c.toml",
        "openphone-import plan other.csv --base-url http://127.0.0.9 --api-key-file=key.txt --region GB",
        "it's",
    ],
)
def test_a_plan_puts_no_command_of_its_own_into_the_next_step(
    planted: str, command: Command, sandbox: Sandbox, home: Path
) -> None:
    """The command that a planned run prints has nothing of the plan but what a plan may hold."""
    (home / "people.csv").write_text("Name,Phone\nCy Fox,+442079460000\nDi Gil,12\n", encoding="utf-8")
    place: Environment = {"OPENPHONE_API_KEY": "sandbox-key"}
    here = ("--base-url", sandbox.url)
    command("plan", "people.csv", "--region", "GB", *here, **place)
    plan = home / "people.import" / "plan.json"
    document = plan.read_text(encoding="utf-8")
    line = json.dumps(json.loads(document)["command"])
    plan.write_text(document.replace(line, json.dumps(planted)), encoding="utf-8")
    done = command("run", "--plan", str(plan), "--yes", *here, **place)
    assert done.code == 1, done.err
    region = "--region GB " if "GB" in planted else ""
    rejects, out = plan.with_name("rejects.csv"), plan.parent
    expected = f"openphone-import run {rejects} {region}--base-url {sandbox.url} --out {out}"
    assert expected in " ".join(done.out.split())
    assert not any(word in done.out for word in ("curl", "127.0.0.9", "touch", "key.txt", "c.toml"))


LINKS = (
    "journal.sqlite",
    "journal.sqlite-wal",
    "journal.sqlite-shm",
    "journal.sqlite-journal",
    ".journal.sqlite.lock",
    "sandbox.sqlite",
    "sandbox.sqlite-wal",
    "log.jsonl",
    "id_map.csv",
    "problems.csv",
    "rejects.csv",
    "summary.json",
    "report.html",
    "plan.json",
    "mapping.toml",
)


@pytest.mark.parametrize("dangling", [False, True])
@pytest.mark.parametrize("name", LINKS)
def test_a_planted_link_leads_nowhere(name: str, dangling: bool) -> None:
    """A file of the person's that a link in the folder points to is neither written, made, nor given other rights."""
    Path("people.csv").write_text(SHEET.replace("+14155550102", "12"), encoding="utf-8")
    SAVED.parent.mkdir()
    target = Path("mine.txt")
    if not dangling:
        target.write_bytes(b"")
        target.chmod(0o644)
    link = SAVED.parent / name
    link.symlink_to(target.resolve())
    codes = {command: main(["-q", command, "people.csv", "--sandbox"]) for command in ("run", "check", "plan", "map")}
    assert set(codes.values()) <= {0, 1, 2}
    assert target.exists() is not dangling
    assert dangling or (target.read_bytes(), target.stat().st_mode & 0o777) == (b"", 0o644)
    # The next step of the message: delete the link.
    if codes["run"] == 2:
        link.unlink()
    assert main(["-q", "run", "people.csv", "--sandbox"]) == 1


DAMAGED = {
    "mapping.toml, nested": ("mapping.toml", "x = " + "[" * 100_000),
    "mapping.toml, long": ("mapping.toml", "# " + "x" * 6_000_000),
    "mapping.toml, a long list": ("mapping.toml", "only = [\n" + '"]",\n' * 20_000 + "]"),
    "journal.toml, nested": ("journal.toml", "x = " + "[" * 100_000),
    "mapping.toml, a key of many parts": ("mapping.toml", ".".join(["a"] * 50_000) + " = 1"),
    "mapping.toml, a table of many parts": ("mapping.toml", "[" + ".".join(['"a b"'] * 50_000) + "]"),
    "journal.toml, a key of many parts": ("journal.toml", ".".join(["a"] * 50_000) + " = 1"),
    "journal.toml, no text": ("journal.toml", "\udcff"),
    "summary.json, nested": ("summary.json", "[" * 100_000),
    ".rejects.json, nested": (".rejects.json", "[" * 100_000),
    "plan.json, nested": ("plan.json", '{"version": ' + "[" * 100_000 + '\n"rows": [\n'),
    "plan.json, no text": ("plan.json", "\udcff\udcfe{"),
    "log.jsonl, nested": ("log.jsonl", "[" * 100_000),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_planted_file_of_any_content_is_no_bug(case: str) -> None:
    """What cannot be read is refused or left aside in words, within seconds."""
    # What other tests have left must not be finalised where a nested text has used up the stack.
    gc.collect()
    name, text = DAMAGED[case]
    Path("people.csv").write_text(SHEET, encoding="utf-8")
    SAVED.parent.mkdir()
    (SAVED.parent / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with at_most(30):
        assert main(["-q", "check", "people.csv", "--sandbox"]) in (0, 2)
        assert main(["-q", "run", "--plan", str(SAVED.parent / "plan.json"), "--sandbox"]) == 2
        assert main(["bug-report", str(SAVED.parent)]) in (0, 2)


@pytest.mark.skipif(os.name == "nt", reason="a file with holes takes all of its size there")
@pytest.mark.parametrize("start", ["", '{"version": 1,\n "rows": [\n'], ids=["all of it", "a row"])
def test_a_plan_that_fits_into_no_memory_is_refused(start: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan of 100 GB without a line end, as a small archive may hold it, is refused within seconds, in words."""
    plan = Path("plan.json")
    plan.write_text(start, encoding="utf-8")
    os.truncate(plan, 100_000_000_000)
    with at_most(30):
        assert main(["-q", "run", "--plan", str(plan), "--sandbox"]) == 2
    assert "Make a new plan" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["rejects.csv", "mapping.toml", "summary.json", "journal.sqlite", "log.jsonl"])
def test_a_link_in_a_circle_is_no_bug(name: str) -> None:
    """A link that leads to itself is refused in words, or written over, also where it is the sheet or the folder."""
    Path("people.csv").write_text(SHEET, encoding="utf-8")
    SAVED.parent.mkdir()
    planted = SAVED.parent / name
    planted.symlink_to(name)
    codes = {command: main(["-q", command, "people.csv", "--sandbox"]) for command in (*COMMANDS, "export", "repair")}
    codes |= {command: main(["-q", command, str(SAVED.parent)]) for command in ("runs", "show", "bug-report", "undo")}
    assert set(codes.values()) <= {0, 1, 2}, codes
    planted.unlink(missing_ok=True)
    planted.symlink_to(name)
    assert main(["-q", "run", str(planted), "--sandbox", "--yes", "--out", str(SAVED.parent)]) == 2
    Path("circle").symlink_to("circle")
    assert main(["-q", "check", "people.csv", "--out", "circle"]) == 2


# Those that some command opens; others are only written over.
PIPES = (
    *("journal.sqlite", ".journal.sqlite.lock", "sandbox.sqlite", "mapping.toml", "corrections.csv", "log.jsonl"),
    *("rejects.csv", ".rejects.json", "summary.json", "report.html"),
)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on Windows")
@pytest.mark.parametrize("name", PIPES)
def test_a_planted_pipe_keeps_nobody_waiting(name: str) -> None:
    """Nothing in a folder is waited for: a pipe is refused, or written over, and no command stands still or breaks."""
    Path("people.csv").write_text(SHEET.replace("+14155550102", "12"), encoding="utf-8")
    SAVED.parent.mkdir()
    os.mkfifo(SAVED.parent / name)
    lines = [["-q", command, "people.csv", "--sandbox"] for command in ("run", "check", "map")]
    lines.append(["bug-report", str(SAVED.parent)])
    with at_most(30):
        codes = {main(line) for line in lines}
    assert codes <= {0, 1, 2}


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Let a block that takes longer fail."""

    def fail(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_no_path_is_followed_by_a_call_that_a_circle_breaks() -> None:
    """Paths are made absolute by `real_path`, since `Path.resolve` raises for a link in a circle before Python 3.13."""
    calls = {
        f"{path.name}: {ast.unparse(node.func.value)}"
        for path in (ROOT / "importer").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "resolve"
    }
    # Those of our own files, which are where the program was started from.
    ours = {"Path(sys.argv[0])", "Path(__file__)", "Path(spec.origin)"}
    assert {call for call in calls if call.partition(": ")[2] not in ours} == set()
    assert len(calls) == len(ours)
