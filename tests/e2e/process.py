"""The real command line in a process of its own, cold (a fresh interpreter) or warm.

Most of a start is the import of pandas and pandera. A warm process is forked from one that has imported everything and
done nothing else, so that dozens of runs can be killed within a test; what is killed is a real process all the same.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.reduction import DupFd
from typing import IO, TYPE_CHECKING, Any, ClassVar, Protocol

from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

KEY = "sandbox-key"
LONGEST_SECONDS = 120.0
POLL_SECONDS = 0.005

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "pytest",
        "pandas",
        "pandera.pandas",
        "tests.e2e.process",
        "importer.cli.app",
        "importer.cli.jobs",
        "importer.cli.commands.run",
        "importer.cli.commands.sandbox",
        "importer.cli.commands.ui",
        "importer.cli.signals",
        "importer.pipeline.run",
        "importer.sandbox.service",
        "importer.web.server",
    ]
)


@dataclass(frozen=True)
class Done:
    """How a process ended; `code` is negative for a signal."""

    code: int
    out: str
    err: str


class Process:
    """A command under way. What it writes goes to files, so that nobody has to read along for it to go on."""

    open: ClassVar[list[Process]] = []

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        home: Path,
        *,
        key: str = KEY,
        cold: bool = False,
        stdout: int | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """Start it; `prepare` is called in a warm process before the command, to take something from it."""
        self._out = tempfile.TemporaryFile("w+b")  # noqa: SIM115 - closed by `end`
        self._err = tempfile.TemporaryFile("w+b")  # noqa: SIM115
        environment = _environment(home, key)
        out = self._out.fileno() if stdout is None else stdout
        self._process: subprocess.Popen[bytes] | ForkServerProcess
        if cold:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "importer", *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=self._err,
            )
        else:
            streams = (_Descriptor(out), _Descriptor(self._err.fileno()))
            self._process = _FORKS.Process(
                target=_command, args=(arguments, str(folder), environment, streams, prepare)
            )
            self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid
        Process.open.append(self)

    def signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self._ended() is None:
            os.kill(self.pid, number)

    def wait(self, seconds: float = LONGEST_SECONDS) -> bool:
        """Wait for its end for so long; whether it has ended."""
        until = time.monotonic() + seconds
        while self._ended() is None:
            if time.monotonic() >= until:
                return False
            time.sleep(min(POLL_SECONDS, max(until - time.monotonic(), 0.0)))
        return True

    def saw(self, words: str, count: int = 1) -> bool:
        """Wait until `words` stand in its output `count` times; False where it ended before that."""
        until = time.monotonic() + LONGEST_SECONDS
        while True:
            ended = self._ended() is not None
            if _read(self._out).count(words) + _read(self._err).count(words) >= count:
                return True
            if ended or time.monotonic() > until:
                return False
            time.sleep(POLL_SECONDS)

    def saw_event(self, name: str, count: int = 1) -> bool:
        """Wait for the `count`-th event of a name (`--json`); False where it ended before that."""
        return self.saw(f'{{"event": "{name}"', count)

    def output(self) -> str:
        """What it has written to stdout so far."""
        return _read(self._out)

    def errors(self) -> str:
        """What it has written to stderr so far."""
        return _read(self._err)

    def end(self) -> Done:
        """Wait for its end and return what became of it; a process that does not end is killed and an error."""
        ended = self.wait()
        if not ended:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        code = self._ended()
        done = Done(99 if code is None else code, _read(self._out), _read(self._err))
        self._out.close()
        self._err.close()
        Process.open.remove(self)
        assert ended, f"it did not end: {done}"
        return done

    def kill(self) -> Done:
        """SIGKILL, and how it ended."""
        self.signal(signal.SIGKILL)
        return self.end()

    def _ended(self) -> int | None:
        if isinstance(self._process, subprocess.Popen):
            return self._process.poll()
        return self._process.exitcode


def _environment(home: Path, key: str) -> dict[str, str]:
    """A home of its own, and nothing else of this machine's user."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
        "OPENPHONE_API_KEY": key,
    }


def _read(stream: IO[bytes]) -> str:
    # pread leaves the offset alone, which a process that writes shares with us.
    descriptor = stream.fileno()
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode("utf-8", "replace")


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
    arguments: Sequence[str],
    folder: str,
    environment: dict[str, str],
    streams: tuple[_Descriptor, _Descriptor],
    prepare: Callable[[], None] | None,
) -> None:
    """What a warm process does: become the command line, then what `python -m importer` does."""
    for target, stream in zip((1, 2), streams, strict=True):
        os.dup2(stream.number, target)
        os.close(stream.number)
    # The streams of the process we came from know the files that it had there.
    sys.stdout, sys.stderr = (open(target, "w", 1, "utf-8", closefd=False) for target in (1, 2))  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["openphone-import", *arguments]
    from importer.__main__ import main

    if prepare is not None:
        prepare()
    main()
