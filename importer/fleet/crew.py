"""The crew of a fleet: so many lanes at a time, each a process of its own, until every task has ended."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import threading
import time
from collections import deque
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from importer.errors import out_of_room
from importer.fleet import lane
from importer.fleet.progress import LaneProgress
from importer.model import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from importer.fleet.lane import LaneCommand, LaneTask

WAIT_SECONDS = 0.2
ENDING_SECONDS = 60.0
"""Seconds that a lane may take to exit after its work is done."""
SPARE_FILES = 16
"""More files than these are not opened to start a lane, nor by the process that lanes are forked from."""
STOPPING = "Stopping all workspaces: waiting for requests already sent. Press Ctrl-C again to stop at once."


@dataclass(frozen=True, slots=True)
class LaneEnd:
    """How a task ended: `code` is negative for the number of a signal, None if it was never begun.

    `summary` and `error` are the facts of the last such event; they are empty if there was none.
    """

    name: str
    code: int | None
    seconds: float = 0.0
    summary: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] = field(default_factory=dict)


_SAFE_PATH = "PYTHONSAFEPATH"
_ENVIRONMENT = threading.Lock()


@contextmanager
def _without_current_folder() -> Iterator[None]:
    """Let a Python that is started meanwhile look for no module in the current folder, which may be a stranger's.

    That is where it would look first: a `pickle.py` beside a fleet.toml would be run. Lanes have an environment of
    their own.
    """
    # One lane after the other, or the last one would put back what the first one has set.
    with _ENVIRONMENT:
        before = os.environ.get(_SAFE_PATH)
        os.environ[_SAFE_PATH] = "1"
        try:
            yield
        finally:
            if before is None:
                del os.environ[_SAFE_PATH]
            else:
                os.environ[_SAFE_PATH] = before


def _may_open(count: int) -> bool:
    """Whether so many more files may be open in this process."""
    with ExitStack() as stack:
        try:
            for _ in range(count):
                stack.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        except OSError as error:
            if out_of_room(error) is None:
                raise
            return False
    return True


class _Lane:
    """A running task, as its starter sees it."""

    def __init__(self, context: Any, command: LaneCommand, task: LaneTask, clock: Callable[[], float]) -> None:
        self.task, self._clock, self.started = task, clock, clock()
        self._progress = LaneProgress(self.started, task.workspace.seconds_a_request)
        self.summary: dict[str, Any] = {}
        self.error: dict[str, Any] = {}
        self.events: Connection
        self.events, theirs = context.Pipe(duplex=False)
        control, self._control = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(target=lane.work, args=(command, task, theirs, control))
        with _without_current_folder():
            self.process.start()
        theirs.close()
        control.close()
        self.is_heard = True
        self._ending_since = 0.0
        self._is_told = False

    def stop(self) -> None:
        """Tell the lane to stop in good order; a second call does nothing."""
        if not self._is_told:
            self._is_told = True
            with suppress(OSError):
                self._control.send_bytes(b"stop")

    def arrived_events(self) -> Iterator[Event]:
        """Yield the events that have arrived."""
        try:
            while self.is_heard and self.events.poll():
                document = json.loads(self.events.recv_bytes())
                event = Event(document.pop("event"), document)
                self._progress.hear(event, self._clock())
                if event.name == "summary":
                    self.summary = event.facts
                elif event.name == "error":
                    self.error = event.facts
                yield event
        except (EOFError, OSError):
            self.is_heard, self._ending_since = False, self._clock()

    def kill_if_hung(self) -> None:
        """Kill the lane if it has sent no event for too long; the next lane looks up what this one had sent."""
        now = self._clock()
        if self.is_heard and self._progress.is_hung(now):
            minutes = (now - self._progress.heard_at) / 60
            self.error = {"message": f"its process did nothing for {minutes:.0f} minutes, so it was ended"}
            self.is_heard, self._ending_since = False, now
            self.process.kill()
        elif not self.is_heard and now - self._ending_since >= ENDING_SECONDS:
            self.error = self.error or {"message": "its process had done its work but did not exit, so it was ended"}
            self.process.kill()

    def end(self) -> LaneEnd:
        """Wait for the process, which is ending, and return how it ended."""
        self.process.join()
        self.events.close()
        self._control.close()
        seconds = round(self._clock() - self.started, 3)
        return LaneEnd(self.task.name, self.process.exitcode, seconds, self.summary, self.error)


class Crew:
    """Runs tasks in `lanes` processes at a time. `notify` gets the events of each by its name.

    `stop_requests` is asked now and then how often the person or the system wanted an end: after the first all lanes
    stop in good order and no other begins, after the second they are killed. A lane that hangs is killed, and ends with
    an error that says so.
    """

    def __init__(
        self,
        command: LaneCommand,
        lanes: int,
        notify: Callable[[str, Event], None],
        stop_requests: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command, self._lanes, self._notify, self._stop_requests = command, lanes, notify, stop_requests
        self._clock = clock
        self._running: list[_Lane] = []
        self._is_stopping = False
        # A lane that is forked from a process with everything loaded starts in a fraction of the time and shares its
        # memory; Windows cannot fork.
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        self._context: Any = multiprocessing.get_context(method)
        if method == "forkserver":
            self._context.set_forkserver_preload(["importer.fleet.lane_server", lane.__name__, *command.modules])

    def run(self, tasks: Sequence[LaneTask]) -> Iterator[LaneEnd]:
        """Yield the end of each task, in the order of their ends."""
        waiting = deque(tasks)
        try:
            while waiting or self._running:
                if requests := self._stop_requests():
                    if not self._is_stopping:
                        self._is_stopping = True
                        self._notify("", Event("note", {"text": STOPPING, "warning": True}))
                    yield from (LaneEnd(task.name, None) for task in waiting)
                    waiting.clear()
                    for running in self._running:
                        if requests == 1:
                            running.stop()
                        else:
                            running.process.kill()
                self._start(waiting)
                sentinels = [running.process.sentinel for running in self._running]
                wait([*sentinels, *(running.events for running in self._running if running.is_heard)], WAIT_SECONDS)
                yield from self._ended()
        finally:
            for running in self._running:
                running.process.kill()
                running.end()

    def _start(self, waiting: deque[LaneTask]) -> None:
        """Begin tasks whose key no other lane uses, as long as there are lanes: it is one pace for all of a key."""
        keys = {running.task.key for running in self._running}
        for task in list(waiting):
            if len(self._running) >= self._lanes:
                return
            if task.key not in keys:
                # With too few, the process that lanes are forked from would die; another lane's end makes room.
                if not _may_open(SPARE_FILES):
                    if self._running:
                        return
                    raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
                waiting.remove(task)
                keys.add(task.key)
                self._notify(task.name, Event("workspace-started", {}))
                self._running.append(_Lane(self._context, self._command, task, self._clock))

    def _ended(self) -> Iterator[LaneEnd]:
        for running in list(self._running):
            # Asked before the pipe is emptied, so that nothing is left in it that the lane had still written.
            has_ended = running.process.exitcode is not None
            for event in running.arrived_events():
                self._notify(running.task.name, event)
            if has_ended:
                self._running.remove(running)
                yield running.end()
            else:
                running.kill_if_hung()
