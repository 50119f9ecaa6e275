"""What cannot be scheduled is corrected as the error says, and then the schedule is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.errors import SettingsError
from importer.schedule.install import scheduler_here

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen

SHEET = ("people.csv",)
NIGHTLY = "nightly.toml"
# What is typed after the sheet and the key, what the error says, and what is typed then.
OFTEN, MONTHLY = ("--every", "30 6 * * 1-5"), ("--every", "0 0 1 * *")
WINDOWS = ("--as", "windows")
LINES = [
    (("--every", "sometimes"), SHEET, "Give night, hour, or a cron line in quotes", OFTEN),
    ((*MONTHLY, *WINDOWS), SHEET, "or another scheduler with --as", (*MONTHLY, "--as", "cron")),
    ((*MONTHLY, *WINDOWS), SHEET, "Give such times with --every", (*OFTEN, *WINDOWS)),
    (("--notify-url", "https://h.example/t0ken"), SHEET, "give --config FILE", ("--config", NIGHTLY)),
    ((), ("-",), "Give the path of the sheet.", ()),
    ((), ("https://h.example/a.csv?sig=t0ken",), "Have the file downloaded before the run", ()),
    (("--out", "a\nb"), SHEET, "Rename it, and run it again.", ("--out", "ab")),
    (("--install", "--as", "github"), SHEET, "Leave --install out and copy what is printed.", ("--as", "github")),
]


@pytest.mark.parametrize(("options", "sheet", "said", "corrected"), LINES)
def test_a_schedule_is_corrected(
    screen: Screen, options: tuple[str, ...], sheet: tuple[str, ...], said: str, corrected: tuple[str, ...]
) -> None:
    """Each is refused without a word of a secret; corrected as it says, the line for the scheduler is printed."""
    Path("key").write_text("sandbox-key\n", encoding="utf-8")
    Path("key").chmod(0o600)
    Path(NIGHTLY).write_text("notify-url = 'https://h.example/t0ken'\n", encoding="utf-8")
    key = ("--api-key-file", "key", *screen.service)
    assert screen.type("schedule", *sheet, *key, *options) == 2
    assert said in screen.text
    assert "t0ken" not in screen.text
    assert screen.type("schedule", *SHEET, *key, *corrected) == 0
    assert "people.csv" in screen.text
    assert "t0ken" not in screen.text


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("#!/bin/sh\nexit 1\n", "Leave --install out and copy what is printed to where you want it."),
        ("", "or name another scheduler with --as."),
    ],
    ids=["refuses", "missing"],
)
def test_a_scheduler_that_refuses_is_left_out(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    """Where cron takes no line, or is not there, the same command without --install prints it for the person."""
    Path("key").write_text("sandbox-key\n", encoding="utf-8")
    Path("key").chmod(0o600)
    Path("bin").mkdir()
    if program:
        Path("bin/crontab").write_text(program, encoding="utf-8")
        Path("bin/crontab").chmod(0o700)
    monkeypatch.setenv("PATH", str(Path("bin").absolute()))
    assert screen.run("--api-key-file", "key") == 0
    line = ("schedule", "people.csv", "--api-key-file", "key", *screen.service, "--as", "cron")
    assert screen.type(*line, "--install") == 2
    assert said in screen.text
    assert screen.type(*line) == 0
    assert "17 2 * * *" in screen.text
    assert screen.type(*line[:-1], "systemd") == 0
    assert "OnCalendar=" in screen.text


def test_on_windows_the_task_is_printed_and_created(screen: Screen) -> None:
    """Where --install cannot work, the two steps that it names are those that are printed above the task itself."""
    key = ("--api-key-file", "key", *screen.service)
    Path("key").write_text("sandbox-key\n", encoding="utf-8")
    Path("key").chmod(0o600)
    assert screen.type("schedule", "people.csv", *key, "--json") == 0
    name = json.loads(screen.text.splitlines()[-2])["name"]
    with pytest.raises(SettingsError, match=r"Save what --as windows prints as task\.xml") as error:
        scheduler_here(name, "nt")
    assert screen.type("schedule", "people.csv", *key) == 0
    assert error.value.next_step.partition("schtasks")[2] in screen.text
    assert screen.type("schedule", "people.csv", *key, "--as", "windows") == 0
    assert screen.text.startswith("<Task ")
