"""Work that takes long, one piece at a time for each import: in a thread of the server, with its progress.

It belongs to the server and not to a tab: a reload, a closed tab or a second one changes nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from importer.pipeline.job import Hooks
from importer.web.failure import failure_facts
from importer.web.progress import TaskProgress

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.model import Event

_LONGEST_END_SECONDS = 60.0
READING = frozenset({"check", "verify", "plan", "look-back"})
"""Work that changes nothing: it gives way to whatever a person does next."""


@dataclass
class Task:
    """One piece of work: `kind` is what it does, `result` what it gave, `failure` why it ended otherwise."""

    kind: str
    progress: TaskProgress
    number: int = field(default_factory=itertools.count(1).__next__)
    """Later ones have higher numbers, so that the page can tell one from another of its kind."""
    started: float = field(default_factory=time.time)
    is_done: bool = False
    is_stopping: bool = False
    result: Any = None
    failure: dict[str, str] | None = None
    version: int = 0
    _thread: threading.Thread | None = None
    _stop: Callable[[], None] = lambda: None

    def facts(self) -> dict[str, Any]:
        """What the page shows of it, JSON-ready."""
        return {
            "number": self.number,
            "kind": self.kind,
            "done": self.is_done,
            "stopping": self.is_stopping and not self.is_done,
            "seconds": round(time.time() - self.started, 1),
            "progress": self.progress.facts(),
            "result": self.result if self.is_done else None,
            "failure": self.failure,
            "version": self.version,
        }

    def stop(self) -> None:
        """Ask it to end in good order."""
        if not self.is_done:
            self.is_stopping = True
            self.version += 1
            self._stop()


class Tasks:
    """The work of all imports, by the name of the import."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}
        self._lock = threading.Lock()

    def start(self, name: str, kind: str, work: Callable[[Hooks], Any]) -> Task:
        """Begin `work` for an import, in a thread with an event loop of its own.

        What is at the same already, or writes, is returned instead; what only reads is stopped first. `work` gets
        hooks that feed the progress, and returns JSON-ready facts or a coroutine of them.
        """
        with self._lock:
            task_before = self._tasks.get(name)
            if task_before is not None and not task_before.is_done:
                if task_before.kind == kind or task_before.kind not in READING:
                    return task_before
                task_before.stop()
                if task_before._thread is not None:
                    task_before._thread.join(_LONGEST_END_SECONDS)
            task = self._tasks[name] = Task(kind, TaskProgress())
            # Not a daemon: Python would end it in the middle of a request.
            task._thread = threading.Thread(target=_carry_out, args=(task, work), name=f"{kind} {name}")
            task._thread.start()
            return task

    def get(self, name: str) -> Task | None:
        """The work of an import: what runs, else what ran last."""
        return self._tasks.get(name)

    def forget(self, name: str) -> None:
        """Forget what ran last for an import."""
        with self._lock:
            if (task := self._tasks.get(name)) is not None and task.is_done:
                del self._tasks[name]

    @property
    def running(self) -> bool:
        """Whether anything is being done."""
        return any(not task.is_done for task in self._tasks.values())

    def stop(self) -> None:
        """Ask everything to end in good order."""
        for task in list(self._tasks.values()):
            task.stop()

    def wait(self) -> None:
        """Wait until everything has ended."""
        for task in list(self._tasks.values()):
            if task._thread is not None:
                task._thread.join(_LONGEST_END_SECONDS)


def _carry_out(task: Task, work: Callable[[Hooks], Any]) -> None:
    async def main() -> Any:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        task._stop = lambda: None if loop.is_closed() else _set_soon(loop, stop)

        def notify(event: Event) -> None:
            if task.progress.feed(event):
                task.version += 1

        if task.is_stopping:
            stop.set()
        result = work(Hooks(notify=notify, stop=stop))
        return await result if asyncio.iscoroutine(result) else result

    try:
        task.result = asyncio.run(main())
    except BaseException as error:  # noqa: BLE001 (whatever ends a thread is told to the person)
        task.failure = failure_facts(error)
    finally:
        task.is_done = True
        task.version += 1


def _set_soon(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    # Set at once, for code between two awaits, and through the loop, to wake what waits for it.
    stop.set()
    loop.call_soon_threadsafe(stop.set)
