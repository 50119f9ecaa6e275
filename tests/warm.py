"""The command line in a warm process: forked from one that has done what each command does once (see `tests.warm_up`).

Most of a start is the import of pandas and pandera, which hundreds of tests would each pay for. What runs is a real
process all the same, with streams, signals, a session and an environment of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import pty
import struct
import sys
import termios
import time
from contextlib import chdir
from dataclasses import dataclass
from fcntl import ioctl
from functools import cache
from multiprocessing.forkserver import ensure_running
from multiprocessing.reduction import DupFd
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Protocol

from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
LONGEST_SECONDS = 240
ROWS = 40


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


def run(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    stdin: bytes = b"",
    *,
    prepare: Callable[[], None] | None = None,
) -> Ended:
    """Run the command to its end, without a terminal; `prepare` as for `start`."""
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        streams = {0: given.fileno(), 1: out.fileno(), 2: err.fileno()}
        code = exit_code(start(arguments, folder, environment, streams, prepare=prepare))
        for stream in (out, err):
            stream.seek(0)
        return Ended(code, out.read().decode(), err.read().decode())


def on_terminal(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], columns: int) -> str:
    """What the command writes to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    process = start(arguments, folder, environment, dict.fromkeys(range(3), theirs), session=True)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        # Linux says EIO where the last process has closed the terminal.
        pass
    os.close(ours)
    exit_code(process)
    return shown.decode()


def exit_code(process: ForkServerProcess) -> int:
    """Wait for the end of a process, and return its exit code; one that does not end is killed and an error."""
    process.join(LONGEST_SECONDS)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError("the command did not end")
    return process.exitcode


def start(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    streams: Mapping[int, int],
    *,
    session: bool = False,
    prepare: Callable[[], None] | None = None,
    main: Callable[[], object] | None = None,
) -> ForkServerProcess:
    """Start the command in `folder`, or what `main` does with its arguments.

    `streams` are the open files of this process, by the number that they get there (0 to 2); without one for 0 there is
    nothing to read. `session`: it leads a session of its own, as a shell's window does. `prepare` is called before the
    command, to take something from the process.
    """
    sent = {number: _Descriptor(ours) for number, ours in streams.items()}
    begin_server()
    process = _FORKS.Process(
        target=_command, args=(list(arguments), str(folder), dict(environment), sent, session, prepare, main)
    )
    process.start()
    return process


@cache
def begin_server() -> None:
    """Begin the process that commands are forked from, and lanes of this process too, unless it is there."""
    # In the folder where it finds the tests: a test may have gone elsewhere.
    _FORKS.set_forkserver_preload(["pytest", "tests.warm", "tests.warm_up"])
    with chdir(ROOT):
        ensure_running()


class _SentDescriptor(Protocol):
    """What `DupFd` makes of a descriptor."""

    def detach(self) -> int: ...


class _Descriptor:
    """An open file on its way into a warm process."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _Descriptor._arrived, (DupFd(self.number),)

    @staticmethod
    def _arrived(sent: _SentDescriptor) -> _Descriptor:
        return _Descriptor(sent.detach())


def _command(
    arguments: list[str],
    folder: str,
    environment: dict[str, str],
    streams: dict[int, _Descriptor],
    session: bool,
    prepare: Callable[[], None] | None,
    main: Callable[[], object] | None,
) -> None:
    """What a warm process does: become the command line, then what `python -m importer` does."""
    if session:
        os.setsid()
    for target, stream in streams.items():
        os.dup2(stream.number, target)
        os.close(stream.number)
    # The streams of the process we came from know the files that it had there.
    if 0 in streams:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", 1, "utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["openphone-import", *arguments]
    from importer.__main__ import main as command_line

    if prepare is not None:
        prepare()
    (main or command_line)()
