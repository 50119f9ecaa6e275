"""`--json`: what a script sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importer.cli.app import main
from importer.sandbox import Fault, Sandbox

if TYPE_CHECKING:
    from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("home")
CELLS = ("Ann", "Bob", "555010", "ann@example.com", "bob@example.com")


def events(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    """The exit code, the events, and what stood on stderr."""
    code = main([*arguments, "--json"])
    shown = capsys.readouterr()
    return code, [json.loads(line) for line in shown.out.splitlines()], shown.err


def test_stdout_holds_events_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Under --json every line of stdout is one JSON object with its name, and the last one is the summary."""
    code, found, err = events(capsys, "run", "people.csv", "--sandbox", "--rate", "100")
    assert code == 0
    assert {"opened", "mapped", "staged", "delivered", "request", "summary"} <= {one["event"] for one in found}
    assert [one["event"] for one in found].index("summary") == len(found) - 1
    assert found[-1]["created"] == 2
    assert found[-1]["exit_code"] == 0
    assert "Result:" in err


@pytest.mark.parametrize("command", ["run", "check"])
def test_no_event_holds_a_cell(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """Events can be kept in a log: names, numbers and addresses of people are in none of them."""
    with Path("people.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("Ann Bad,12,not an address\n")
    main([command, "people.csv", "--sandbox", "--rate", "100", "--json", "-v"])
    shown = capsys.readouterr().out
    assert [cell for cell in (*CELLS, "not an address") if cell in shown] == []
    assert '"rule"' in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "nowhere.csv", "--sandbox"],
        ["check", "nowhere.csv"],
        ["run", "people.csv"],
        ["run", "people.csv", "--sandbox", "--rate", "fast"],
        ["run", "people.csv", "--sandbox", "--rate", "-1"],
        ["run", "people.csv", "--sandbox", "--map", "Nmae=phone"],
        ["run"],
        ["rnu", "people.csv"],
        ["fields"],
        ["demo", "--out", "people.csv"],
    ],
)
def test_a_command_that_cannot_start_says_so_as_events(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """A refused command ends with an `error` event and then a summary without rows, both with its exit code."""
    code, found, err = events(capsys, *arguments)
    assert code == 2
    error, summary = found[-2:]
    assert (error["event"], summary["event"]) == ("error", "summary")
    assert error["exit_code"] == summary["exit_code"] == 2
    assert error["message"]
    assert error["next_step"]
    assert summary["rows"] == 0
    assert "error: " in err


def test_a_run_that_stops_early_says_so_as_events(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that a revoked key stops tells of it before its summary, which has the rows that are not done."""
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")
    with Sandbox.start(rate=0, faults=[Fault("401", method="POST", start=2)]) as sandbox:
        code, found, _ = events(capsys, "run", "people.csv", "--yes", "--base-url", sandbox.url, "--rate", "100")
    assert code == 3
    assert [one["event"] for one in found[-2:]] == ["error", "summary"]
    assert found[-1]["created"] + found[-1]["unfinished"] == 2
    assert found[-1]["exit_code"] == found[-2]["exit_code"] == 3


def test_quiet_events_leave_stderr_empty(capsys: pytest.CaptureFixture[str]) -> None:
    """--quiet and --json together: events on stdout, nothing on stderr."""
    code, found, err = events(capsys, "check", "people.csv", "--quiet")
    assert (code, err) == (0, "")
    assert found[-1]["event"] == "summary"


def test_a_settings_file_may_ask_for_events(capsys: pytest.CaptureFixture[str]) -> None:
    """`json = true` in the TOML file is the same as --json."""
    Path("nightly.toml").write_text("json = true\nsandbox = true\nrate = 100\n", encoding="utf-8")
    assert main(["run", "people.csv", "--config", "nightly.toml"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert json.loads(lines[-1])["created"] == 2


def test_events_are_ascii(command: Command) -> None:
    """Events arrive whole whatever the encoding of the pipe: other characters are escaped as JSON allows."""
    Path("zoë.csv").write_text("Näme,Phone\nZoë,+14155550101\n", encoding="utf-8")
    done = command("check", "zoë.csv", "--json", PYTHONIOENCODING="ascii")
    assert done.code == 0
    assert done.out.isascii()
    assert json.loads(done.out.splitlines()[-1])["file"] == "zoë.csv"
