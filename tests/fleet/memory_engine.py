"""The engine of a fleet in the memory of this process, for tests: one queue, any number of engines at it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence


@dataclass
class _Flow:
    lane_key: str
    state: str = "waiting"
    worker: str = ""
    turn: int = 0


@dataclass
class MemoryQueue:
    """What all engines share: workflows by id, in the order in which they were queued."""

    flows: dict[str, _Flow] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)


class MemoryEngine:
    """See `importer.fleet.engine.Engine`."""

    def __init__(self, queue: MemoryQueue) -> None:
        self._queue, self._is_over = queue, threading.Event()
        self._threads: list[threading.Thread] = []

    def enqueue(self, workflow: str, lane_key: str) -> None:
        with self._queue.guard:
            self._queue.flows.setdefault(workflow, _Flow(lane_key))

    def listen(self, worker: str, lanes: int, work: Callable[[str], None]) -> None:
        def loop() -> None:
            while not self._is_over.is_set():
                taken = self.take(worker)
                if taken is None:
                    time.sleep(0.01)
                    continue
                work(taken[0])
                self.finish(*taken)

        self._threads = [threading.Thread(target=loop, daemon=True) for _ in range(lanes)]
        for thread in self._threads:
            thread.start()

    def take(self, worker: str) -> tuple[str, int] | None:
        """Give out the next workflow, and how often it was given out; None if nothing waits."""
        with self._queue.guard:
            busy = {flow.lane_key for flow in self._queue.flows.values() if flow.state == "running"}
            for workflow, flow in self._queue.flows.items():
                if flow.state == "waiting" and flow.lane_key not in busy:
                    flow.state, flow.worker, flow.turn = "running", worker, flow.turn + 1
                    return workflow, flow.turn
        return None

    def finish(self, workflow: str, turn: int) -> None:
        """Note that a workflow has ended, unless it was given out again meanwhile."""
        with self._queue.guard:
            flow = self._queue.flows[workflow]
            if (flow.turn, flow.state) == (turn, "running"):
                flow.state = "ended"

    def leave(self, seconds: int) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(timeout=seconds)

    def lost(self, living: Collection[str]) -> list[str]:
        with self._queue.guard:
            flows = self._queue.flows.items()
            return [workflow for workflow, flow in flows if flow.state == "running" and flow.worker not in living]

    def resume(self, workflows: Sequence[str]) -> None:
        with self._queue.guard:
            for workflow in workflows:
                if self._queue.flows[workflow].state != "ended":
                    self._queue.flows[workflow].state = "waiting"

    def cancel(self, workflows: Sequence[str]) -> None:
        with self._queue.guard:
            for workflow in workflows:
                if self._queue.flows[workflow].state == "waiting":
                    self._queue.flows[workflow].state = "ended"

    def listing(self) -> set[str]:
        with self._queue.guard:
            return {workflow for workflow, flow in self._queue.flows.items() if flow.state != "ended"}

    def forget(self, days: int) -> None:
        with self._queue.guard:
            for workflow in [workflow for workflow, flow in self._queue.flows.items() if flow.state == "ended"]:
                del self._queue.flows[workflow]

    def close(self) -> None:
        self.leave(0)
