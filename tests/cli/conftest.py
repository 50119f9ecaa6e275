from __future__ import annotations

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from fcntl import ioctl
from typing import TYPE_CHECKING, Protocol, TypedDict

import pytest

from importer.sandbox import Sandbox
from tests import warm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

PEOPLE = "Name,Phone,Email\nAnn Lee,+14155550101,ann@example.com\nBob Ray,+14155550102,bob@example.com\n"
LONGEST_SECONDS = 200
CTRL_C = "\x03"


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it showed."""

    code: int
    out: str
    err: str = ""


class Environment(TypedDict, total=False):
    """The variables that lead to a service."""

    OPENPHONE_API_KEY: str
    OPENPHONE_BASE_URL: str


class Command(Protocol):
    """Runs the command without a terminal."""

    def __call__(self, *arguments: str, stdin: bytes = b"", **environment: str) -> Done: ...


class Terminal(Protocol):
    """Runs the command on a terminal; `answers` are (text to wait for, what to type)."""

    def __call__(
        self, *arguments: str, answers: tuple[tuple[str, str], ...] = (), columns: int = 80, **environment: str
    ) -> Done: ...


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(rate=0) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of our own to run in, with a sheet, and no state of the machine's user."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("OPENPHONE_API_KEY", "OPENPHONE_BASE_URL", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def command(home: Path) -> Command:
    """Runs the real command in a process of its own, without a terminal."""

    def call(*arguments: str, stdin: bytes = b"", **environment: str) -> Done:
        variables = {**os.environ, **environment}
        if any(name.startswith("PYTHON") for name in environment):  # read by Python itself when it starts
            done = subprocess.run(
                [sys.executable, "-m", "importer", *arguments],
                cwd=home,
                env=variables,
                input=stdin,
                capture_output=True,
                check=False,
                timeout=LONGEST_SECONDS,
            )
            return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        ended = warm.run(arguments, home, variables, stdin)
        return Done(ended.code, ended.out, ended.err)

    return call


@pytest.fixture
def terminal(home: Path) -> Terminal:
    """Runs the real command on a pseudo-terminal; `answers` are (text to wait for, what to type)."""

    def call(*arguments: str, answers: tuple[tuple[str, str], ...] = (), columns: int = 80, **environment: str) -> Done:
        ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        variables = {**os.environ, **environment}
        process = warm.start(arguments, home, variables, dict.fromkeys(range(3), theirs), session=True)
        os.close(theirs)
        try:
            shown = _talk(ours, process, list(answers))
            return Done(warm.exit_code(process), shown)
        finally:
            process.kill()
            os.close(ours)

    return call


def _talk(screen: int, process: ForkServerProcess, answers: list[tuple[str, str]]) -> str:
    shown, asked = b"", 0
    ends = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < ends:
        if not select.select([screen], [], [], 0.2)[0]:
            continue
        try:
            piece = os.read(screen, 65536)
        except OSError:
            # Linux says EIO where the last process has closed the terminal.
            break
        if not piece:
            break
        shown += piece
        if answers and answers[0][0].encode() in shown[asked:]:
            asked = len(shown)
            _, typed = answers.pop(0)
            if typed == CTRL_C:
                os.kill(process.pid or 0, signal.SIGINT)
            else:
                os.write(screen, typed.encode())
    return shown.decode().replace("\r\n", "\n")
