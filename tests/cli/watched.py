"""A command in a process of its own that notes what it does beyond its folder, told by the interpreter (PEP 578)."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cli.strangers import PLANTED_HOST

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_CPU_SECONDS = 10
MOST_KILOBYTES = 500_000
_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")
_CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "os.link", "os.symlink")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
# The last is where multiprocessing of this process keeps its sockets.
_NO_FILES = ("/dev/", "/proc/", f"{tempfile.gettempdir()}/pymp-")


@dataclass(frozen=True)
class Watch:
    """Limits the process that it is called in, and writes to `report` what it must not have done in `folder`."""

    folder: str
    report: str

    def __call__(self) -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
        # That of the process which this one comes from.
        tempfile.tempdir = None
        descriptor = os.open(self.report, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        asked: list[str] = []

        def note(event: str, arguments: tuple[Any, ...]) -> None:
            if asked:
                return
            asked.append(event)
            try:
                if self._is_forbidden(event, arguments):
                    os.write(descriptor, f"{event} {arguments}\n".encode("utf-8", "replace"))
            finally:
                asked.clear()

        def measure() -> None:
            kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if kilobytes > MOST_KILOBYTES:
                os.write(descriptor, f"{kilobytes} KB of memory\n".encode())

        sys.addaudithook(note)
        Finalize(None, measure, exitpriority=-1)

    def _is_forbidden(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event in _PROGRAMS:
            return bool(arguments[0] != "uname")
        if event in ("socket.connect", "socket.sendto"):
            return isinstance(arguments[1], tuple) and arguments[1][0] == PLANTED_HOST
        if event == "open":
            # A link that is not followed leads nowhere.
            writes = isinstance(arguments[2], int) and arguments[2] & _WRITES and not arguments[2] & os.O_NOFOLLOW
            return bool(writes) and self._is_outside(arguments[:1], follows=True)
        return event in _CHANGES and self._is_outside(arguments, follows=False)

    def _is_outside(self, paths: Iterable[object], *, follows: bool) -> bool:
        """Whether one of the paths is outside the folder; what renames a link does not follow it."""
        for path in paths:
            if isinstance(path, (str, bytes)):
                named = Path.cwd() / os.fsdecode(path)
                real = os.path.realpath(named if follows else named.parent)
                if not f"{real}/".startswith((f"{os.path.realpath(self.folder)}/", *_NO_FILES)):
                    return True
        return False
