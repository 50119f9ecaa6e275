"""Every option that a command takes does something there, or is given on by the step that the command names next."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from importer.cli.app import COMMANDS, main
from importer.settings.model import OPTIONS

PAGES = frozenset({"run", "plan", "check", "verify"})
"""The commands over a sheet that write a page."""
CONNECTED = frozenset({"run", "plan", "verify", "undo", "dedupe", "fields", "template", "whoami", "doctor", "ui"})
"""The commands that send requests."""
HANDED_ON = frozenset({"check", "map", "repair"})
"""The commands whose next step has the options of their own line."""
ABOUT_RUNS = frozenset({"schedule", "config"})
"""The commands that write down the options of a run, or show them: each option has its place there."""


def options_of(command: str) -> list[str]:
    """The settings that a command takes as options."""
    name = command.replace("-", "_")
    module = importlib.import_module(f"importer.cli.commands.{name}")
    hints = [parameter.annotation for parameter in inspect.signature(getattr(module, name)).parameters.values()]
    groups = [group for hint in hints for group in get_args(hint) if hasattr(group, "__dataclass_fields__")]
    return [field.name for group in groups for field in fields(group) if field.name in OPTIONS]


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (command, option)
        for commands in COMMANDS.values()
        for command in commands
        if command not in ("fleet", *ABOUT_RUNS)
        for option in options_of(command)
    ],
)
def test_every_option_of_a_command_does_something(command: str, option: str) -> None:
    """By its traits: it acts in every command, on a page, or towards the workspace, or the next step has it again."""
    traits = OPTIONS[option]
    acts = traits.acts == "always" or command in {"page": PAGES, "workspace": CONNECTED}[traits.acts]
    is_handed_on = command in HANDED_ON and traits.repeat != "never"
    assert acts or is_handed_on


def test_an_option_without_use_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An export sends nothing, waits for nothing and writes no page, so it knows none of the options about these."""
    Path("people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\n")
    for option in ("--strict", "--mask", "--rate=5", "--wait-for-service=1", "--on-match=update", "--match=phone"):
        assert main(["export", "people.csv", option]) == 2
        refusal = capsys.readouterr().err
        assert f"Unknown option: {option.partition('=')[0]}" in refusal
        assert "openphone-import export --help" in refusal
    assert not Path("people.import").exists()


def test_what_a_folder_may_not_decide_is_given_to_the_run(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A saved mapping with options that `export` does not know: its next step is a run that knows them."""
    Path("people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\n")
    Path("people.import").mkdir()
    Path("people.import", "mapping.toml").write_text('on-match = "update"\nmask = true\n')
    assert main(["export", "people.csv", "--as", "xlsx"]) == 2
    step = " ".join(capsys.readouterr().err.split())
    assert "openphone-import run people.csv --on-match update --mask" in step
