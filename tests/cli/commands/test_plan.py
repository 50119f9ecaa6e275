"""`plan` and `run --plan` as a person types them, and the guards as a scheduler meets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.cli.conftest import Command, Environment, Terminal


@pytest.fixture
def place(sandbox: Sandbox) -> Environment:
    """The environment that leads to the sandbox."""
    return {"OPENPHONE_API_KEY": "sandbox-key", "OPENPHONE_BASE_URL": sandbox.url}


def test_plan_then_run_the_plan(command: Command, sandbox: Sandbox, place: Environment, home: Path) -> None:
    """`plan` prints what will be and the command that does it; that command needs no FILE and no options."""
    planned = command("plan", "people.csv", **place)
    assert planned.code == 0, planned.err
    assert "Plan:    people.csv: 2 to create" in planned.out
    assert "openphone-import run --plan people.import/plan.json" in planned.out
    assert sandbox.contacts() == []
    assert not (home / "people.import" / "id_map.csv").exists()
    done = command("run", "--plan", "people.import/plan.json", "--yes", **place)
    assert done.code == 0, done.err
    assert "2 rows = 2 created" in done.out
    assert len(sandbox.contacts()) == 2
    assert "sandbox-key" not in (home / "people.import" / "plan.json").read_text(encoding="utf-8")


def test_what_a_planned_run_rejects_goes_in_by_the_options_of_the_plan(
    command: Command, sandbox: Sandbox, place: Environment, home: Path
) -> None:
    """The command for the rejects names the file, the options that the plan was made with, and no plan."""
    (home / "people.csv").write_text("Name,Phone\nCy Fox,+442079460000\nDi Gil,12\n", encoding="utf-8")
    command("plan", "people.csv", "--region", "GB", **place)
    done = command("run", "--plan", "people.import/plan.json", "--yes", **place)
    assert done.code == 1, done.err
    assert f"openphone-import run {home / 'people.import' / 'rejects.csv'} --region GB --out" in done.out


def test_a_plan_brings_its_own_options(
    place: Environment, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What would change the plan cannot be given beside it, nor another FILE, nor nothing at all."""
    for name, value in place.items():
        monkeypatch.setenv(name, str(value))
    assert main(["plan", "people.csv"]) == 0
    plan = ["run", "--plan", "people.import/plan.json", "--yes"]
    (home / "people.csv").write_text("Name,Phone\nCy Fox,+14155550109\n", encoding="utf-8")
    capsys.readouterr()
    for arguments, words in (
        ([*plan, "--on-match", "update"], "cannot be combined with --on-match"),
        ([*plan, "other.csv"], "not for other.csv"),
        (plan, "has changed since"),
        (["run", "--yes"], "No FILE was given"),
    ):
        assert main(arguments) == 2
        assert words in capsys.readouterr().err


def test_a_guard_speaks_to_a_scheduler(command: Command, sandbox: Sandbox, place: Environment, home: Path) -> None:
    """Exit 2 with the guard and its numbers as an event, problems.csv written, and nothing sent."""
    stopped = command("run", "people.csv", "--yes", "--json", "--max-new", "1", **place)
    assert stopped.code == 2
    events = [json.loads(line) for line in stopped.out.splitlines()]
    error = next(event for event in events if event["event"] == "error")
    assert "--max-new 1: 2 contacts would be created" in error["message"]
    assert events[-1]["exit_code"] == 2
    assert sandbox.contacts() == []
    assert (home / "people.import" / "problems.csv").exists()


@pytest.mark.parametrize("told", ["option", "mapping.toml", "--config"])
def test_a_check_says_what_rejects_would_stop(command: Command, home: Path, told: str) -> None:
    """Wherever the limit comes from, the lines and the page name it, and no command is offered that would stop."""
    (home / "people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\nDi Gil,12\n", encoding="utf-8")
    out = home / "people.sandbox.import"
    out.mkdir()
    options = {"option": ("--max-rejects", "20%"), "--config": ("--config", "own.toml")}.get(told, ())
    if told != "option":
        (out / told if told == "mapping.toml" else home / "own.toml").write_text('max-rejects = "20%"\n')
    done = command("check", "people.csv", "--sandbox", *options)
    assert done.code == 1, done.err
    guard = "--max-rejects 20%: 1 of 2 rows would be rejected or are in conflict"
    assert f"Guard:   {guard}; the run would stop before the first write\n" in done.out
    assert "or import the others" not in done.out
    assert guard in (out / "report.html").read_text(encoding="utf-8")


def test_a_person_sees_the_plan_before_the_question(terminal: Terminal, sandbox: Sandbox, place: Environment) -> None:
    """`run` on a terminal says what it will do and asks; no means that nothing is sent."""
    done = terminal("run", "people.csv", answers=(("[y/N] ", "n\n"),), **place)
    assert "Plan:    people.csv: 2 to create" in done.out
    assert done.out.index("Plan:") < done.out.index("[y/N]")
    assert done.code == 2
    assert sandbox.contacts() == []


def test_rules_of_fields_come_from_the_file(command: Command, sandbox: Sandbox, place: Environment, home: Path) -> None:
    """The table [on-match] of a TOML file, whose default an option may change."""
    head = "ID,Name,Phone,Role\n"
    (home / "people.csv").write_text(f"{head}1,Ann Lee,+14155550101,Boss\n", encoding="utf-8")
    (home / "sync.toml").write_text(
        '[map]\nID = "external_id"\n[on-match]\ndefault = "update"\nrole = "never"\n', encoding="utf-8"
    )
    run = ("run", "people.csv", "--yes", "--config", "sync.toml")
    assert command(*run, **place).code == 0
    (home / "people.csv").write_text(f"{head}1,Ann King,+14155550101,Lead\n", encoding="utf-8")
    assert command(*run, **place).code == 0
    fields = sandbox.contacts()[0]["defaultFields"]
    assert (fields["lastName"], fields["role"]) == ("King", "Boss")
