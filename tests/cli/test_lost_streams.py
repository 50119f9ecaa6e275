"""Streams that are closed or full: every command ends in words, and no results are lost unsaid."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import warm
from tests.e2e.test_scarcity import Limit
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device here")  # noqa: PTH110
COMMANDS = {
    "first screen": "",
    "help": "run --help",
    "schema": "schema",
    "schedule": "schedule people.csv --sandbox",
    "run": "run people.csv --sandbox",
}
# What these print is all that they do.
PRINTED = ("first screen", "help", "schema", "schedule")


def ended(folder: Path, command: str, redirection: str) -> tuple[int, str]:
    """Run a command with a redirection of the shell; its exit code, and what came to stderr."""
    home = str(folder / "home")
    places = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"), home)
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} -m importer {command} {redirection}"],
        cwd=folder,
        env={**places, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, (command, redirection, done.stderr)
    assert "Exception ignored" not in done.stderr, (command, redirection, done.stderr)
    return done.returncode, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_a_stream_that_is_lost(name: str, home: Path) -> None:
    """Closed streams change no exit code; a full disk under what a command prints is told, and is not success."""
    assert ended(home, COMMANDS[name], ">&- 2>&- <&-")[0] == 0
    code, shown = ended(home, COMMANDS[name], ">/dev/full")
    assert "No space left on device" in shown
    assert code == (3 if name in PRINTED else 0)
    assert (" next: " in shown) == (name in PRINTED)
    # The step of the message.
    assert ended(home, COMMANDS[name], ">there.txt")[0] == 0
    assert (home / "there.txt").stat().st_size > 0


def test_no_output_lands_in_a_file(home: Path) -> None:
    """With its streams closed, nothing that a command writes to them gets into the files that it opens."""
    assert ended(home, "run people.csv --sandbox --verbose", "<&- >&- 2>&-")[0] == 0
    assert ended(home, "verify people.csv --sandbox", "")[0] == 0


@pytest.mark.parametrize("command", ["template t.xlsx --sandbox", "export people.csv --sandbox --as xlsx"])
def test_a_workbook_that_does_not_fit(command: str, home: Path) -> None:
    """On a disk without room a workbook ends in words, and nothing else is said."""
    home_folder = {"HOME": str(home / "home"), "PATH": os.environ["PATH"], "TMPDIR": str(home)}
    limit = Limit(resource.RLIMIT_FSIZE, 4096)
    done = warm.run(command.split(), home, home_folder, prepare=limit)
    assert done.code in (2, 3)
    assert "Exception ignored" not in done.err
    assert done.err.count(" next: ") == 1
