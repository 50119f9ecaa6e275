"""An event loop in invented time: it never waits, its clock jumps to the next moment at which something is due."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

Result = TypeVar("Result")


class _Jumping(selectors.SelectSelector):
    """A selector that waits for nothing, and notes how long it should have waited."""

    seconds = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Jump over the time that it would have been waited."""
        self.seconds += max(timeout or 0.0, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time begins at 1000 and passes only where all tasks wait for it."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """The time by the clock of the loop."""
        return self._jumping.seconds


def run_virtually(work: Coroutine[None, None, Result]) -> Result:
    """Run a coroutine in invented time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
