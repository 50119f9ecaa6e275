"""The real command line in a process of its own, cold (a fresh interpreter) or warm (see `tests.warm`)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, ClassVar

from tests import warm
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

KEY = "sandbox-key"
LONGEST_SECONDS = 120.0
POLL_SECONDS = 0.005


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
        variables: Mapping[str, str] = MappingProxyType({}),
        module: str = "importer",
    ) -> None:
        """Start it; `prepare` is called in a warm process before the command, to take something from it.

        `variables` are of its environment beside those that all have. A cold one runs `module`.
        """
        self._out = tempfile.TemporaryFile("w+b")  # noqa: SIM115 - closed by `end`
        self._err = tempfile.TemporaryFile("w+b")  # noqa: SIM115
        environment = {**_environment(home, key), **variables}
        out = self._out.fileno() if stdout is None else stdout
        self._process: subprocess.Popen[bytes] | ForkServerProcess
        if cold:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=self._err,
            )
        else:
            streams = {1: out, 2: self._err.fileno()}
            self._process = warm.start(arguments, folder, environment, streams, prepare=prepare)
        assert self._process.pid is not None
        self.pid = self._process.pid
        Process.open.append(self)

    def signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self._ended() is None:
            os.kill(self.pid, number)

    def wait(self, seconds: float = LONGEST_SECONDS) -> bool:
        """Wait for its end for so long; whether it has ended."""
        if isinstance(self._process, subprocess.Popen):
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                return False
            return True
        self._process.join(seconds)
        return self._process.exitcode is not None

    def saw(self, words: str, count: int = 1) -> bool:
        """Wait until `words` stand in its output `count` times; False where it ended before that."""
        until = time.monotonic() + LONGEST_SECONDS
        read = -1
        while True:
            ended = self._ended() is not None
            # All of it is read again only when there is more.
            written = sum(os.fstat(stream.fileno()).st_size for stream in (self._out, self._err))
            if written != read and _read(self._out).count(words) + _read(self._err).count(words) >= count:
                return True
            read = written
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
