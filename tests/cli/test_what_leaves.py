"""What the security guide says of what leaves the computer and what runs: told by the interpreter itself (PEP 578)."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests import warm
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Sandbox

COLD = "from tests.cli.test_what_leaves import watch; watch(); from importer.__main__ import main; main()"


def watch() -> None:
    """Have each connection and each program of this process told on stderr."""

    def tell(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            print("WATCHED", event, arguments[1], file=sys.stderr)
        # The standard library asks `uname` for the name of the system.
        elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn") and arguments[0] != "uname":
            print("WATCHED", event, arguments[0], file=sys.stderr)

    sys.addaudithook(tell)


OFFLINE = (
    ("check", "people.csv"),
    ("export", "people.csv"),
    ("runs",),
    ("show", "people.import"),
    ("config", "people.csv"),
    ("bug-report", "people.import"),
    ("guide", "security"),
)
ONLINE = (
    ("run", "people.csv", "--yes"),
    ("plan", "people.csv"),
    ("verify", "people.csv"),
    ("undo", "people.import", "--yes"),
    ("dedupe", "--yes"),
    ("whoami",),
    ("fields",),
    ("doctor", "--yes"),
)


def watched(home: Path, *arguments: str, **environment: str) -> tuple[int, list[str]]:
    """Run a command; its exit code, and the connections and programs that it asked the system for."""
    done = warm.run(arguments, home, {**os.environ, **environment}, prepare=watch)
    assert "Traceback" not in done.err
    return done.code, [line for line in done.err.splitlines() if line.startswith("WATCHED")]


def watched_from_cold(home: Path, *arguments: str, **environment: str) -> tuple[int, list[str]]:
    """The same for a start of the interpreter, with all that is loaded on the way."""
    done = subprocess.run(
        [sys.executable, "-c", COLD, *arguments],
        cwd=home,
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, [line for line in done.stderr.splitlines() if line.startswith("WATCHED")]


@pytest.fixture
def imported(home: Path, sandbox: Sandbox) -> Path:
    """A folder with a finished import."""
    key = {"OPENPHONE_API_KEY": "sandbox-key", "OPENPHONE_BASE_URL": sandbox.url}
    assert watched(home, "run", "people.csv", "--yes", **key)[0] == 0
    return home


def test_offline_commands_reach_nobody(imported: Path) -> None:
    """A command that is said to work offline opens no connection and starts no program, with or without a key."""
    assert watched_from_cold(imported, *OFFLINE[0], OPENPHONE_API_KEY="sandbox-key") == (0, [])
    for command in OFFLINE:
        code, lines = watched(imported, *command, OPENPHONE_API_KEY="sandbox-key")
        assert (code, lines) == (0, []), command


def test_the_others_reach_the_address_of_the_api_alone(imported: Path, sandbox: Sandbox) -> None:
    """Every connection goes to the address that was given, and no program is started."""
    parts = urlsplit(sandbox.url)
    for command in ONLINE:
        code, lines = watched(imported, *command, "--base-url", sandbox.url, OPENPHONE_API_KEY="sandbox-key")
        assert code == 0, command
        # A second run of the same sheet has nothing to ask.
        assert set(lines) <= {f"WATCHED socket.connect {(parts.hostname, parts.port)}"}, command
        assert lines or command[0] == "run"


def test_what_the_person_names_is_all_that_is_added(imported: Path, sandbox: Sandbox) -> None:
    """A notice goes to the address that was named, and the program that was named is started without the key."""
    (imported / "heard.py").write_text("import os; print('OPENPHONE_API_KEY' in os.environ, file=open('key', 'w'))\n")
    program = f"{sys.executable} heard.py"
    options = ("--on-finish", program, "--notify-url", f"{sandbox.url}/hook", "--base-url", sandbox.url)
    _, lines = watched_from_cold(imported, "run", "people.csv", "--yes", *options, OPENPHONE_API_KEY="sandbox-key")
    assert [line for line in lines if "connect" not in line] == [f"WATCHED subprocess.Popen {sys.executable}"]
    assert (imported / "key").read_text().strip() == "False"
    # The sandbox does not take it, so it is sent again.
    hook, *_ = [exchange for exchange in sandbox.requests() if exchange.path == "/hook"]
    assert b"sandbox-key" not in hook.body
    assert b"+1415" not in hook.body
    assert b"Ann" not in hook.body
