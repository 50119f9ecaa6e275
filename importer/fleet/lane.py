"""A lane: the process in which the plain command imports the sheet of one workspace.

Its events go through a pipe to the process of the fleet. It stops in good order when it is told to through a second
pipe, and at once when that pipe closes, since then the fleet is gone and would not hear of its end.
"""

from __future__ import annotations

import ctypes
import gc
import io
import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.delivery.journal.sqlite import limit_cache_memory
from importer.delivery.journal_place import USUAL_TIMES, LeaseTimes, lease_times
from importer.fleet.file import handed_over
from importer.spreadsheet.options import usual_chunk_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    from importer.fleet.workspace import FleetWorkspace

ORPHANED = 3
CHUNK_ROWS = 250
CACHE_BYTES = 500_000
"""A lane delivers for far longer than it reads, so it reads a little slower and then takes less memory."""
_PR_SET_PDEATHSIG = 1
_STAGED = '{"event": "staged"'


@dataclass(frozen=True, slots=True)
class LaneCommand:
    """The command line that a lane runs, and how it is asked to stop; both are called in the lane's own process.

    `run` takes the arguments, and those that its advice repeats. `modules` are loaded once for all lanes.
    """

    run: Callable[[Sequence[str], Sequence[str]], int]
    stop: Callable[[], None]
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LaneTask:
    """What one lane does: `arguments` of the command, `shown` as advice repeats them, and its surroundings.

    Tasks of one `key` are not done at the same time.
    """

    workspace: FleetWorkspace
    key: str
    arguments: tuple[str, ...]
    shown: tuple[str, ...]
    environment: dict[str, str]
    folder: str
    times: LeaseTimes = USUAL_TIMES

    @property
    def name(self) -> str:
        """The name of the workspace."""
        return self.workspace.name


class _EventStream(io.TextIOBase):
    """A stdout whose lines arrive at the other end of a pipe one by one."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._line = pipe, ""

    def write(self, text: str) -> int:
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._pipe.send_bytes(line.encode())
            if line.startswith(_STAGED):
                _give_memory_back()
        return len(text)


def work(command: LaneCommand, task: LaneTask, events: Connection, control: Connection) -> None:
    """Run a task to its end; the process ends with the exit code of the command."""
    # What was loaded before the fork stays shared: a collection would touch, and so copy, every object.
    gc.freeze()
    _leave_terminal()
    _end_with_parent()
    os.chdir(task.folder)
    os.environ.clear()
    os.environ.update(task.environment)
    with open(os.devnull, "r+b", buffering=0) as nowhere:  # noqa: PTH123
        for descriptor in (0, 1, 2):
            os.dup2(nowhere.fileno(), descriptor)
    sys.stdin, sys.stderr = (open(os.devnull, mode, encoding="utf-8") for mode in ("r", "w"))  # noqa: PTH123, SIM115
    sys.stdout = _EventStream(events)
    threading.Thread(target=_stop_when_told, args=(control, command.stop), daemon=True).start()
    handed_over.set(task.workspace)
    lease_times.set(task.times)
    usual_chunk_rows.set(CHUNK_ROWS)
    limit_cache_memory(CACHE_BYTES)
    code = command.run(task.arguments, task.shown)
    events.close()
    sys.exit(code)


def _leave_terminal() -> None:
    """Ctrl-C and a terminal that hangs up are for the process of the fleet, which tells the lanes."""
    for name, handler in (
        ("SIGINT", signal.default_int_handler),
        ("SIGTERM", signal.SIG_DFL),
        ("SIGHUP", signal.SIG_DFL),
    ):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), handler)
    if hasattr(os, "setsid"):
        # A process that leads a session already cannot begin one.
        with suppress(OSError):
            os.setsid()


def _give_memory_back() -> None:
    """Return what reading the sheet has used to the system; the C library (glibc) would keep it until the end."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def _end_with_parent() -> None:
    """Have Linux end this process with the one that it was forked from; elsewhere the closing pipe does that alone."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _stop_when_told(control: Connection, stop: Callable[[], None]) -> None:
    try:
        while True:
            control.recv_bytes()
            stop()
    except (EOFError, OSError):
        # Not `sys.exit`: nothing may be sent any more, and what was sent is in the journal.
        os._exit(ORPHANED)
