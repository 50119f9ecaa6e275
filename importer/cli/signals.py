"""Ctrl-C and SIGTERM: the first asks the run to stop in good order, the second stops it hard."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from types import FrameType

    from importer.pipeline.job import Hooks

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_until_stopped(work: Callable[[], Coroutine[Any, Any, Any]], hooks: Hooks) -> Any:
    """Run `work` to its end; a first signal sets `hooks.stop`, a second cancels the work (KeyboardInterrupt)."""

    async def main() -> Any:
        task = asyncio.ensure_future(work())
        with _listening(hooks, task):
            return await task

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


@contextmanager
def _listening(hooks: Hooks, task: asyncio.Future[Any]) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def heard(_number: int, _frame: FrameType | None) -> None:
        if hooks.stop.is_set():
            loop.call_soon_threadsafe(task.cancel)
        else:
            # Set at once, for code between two awaits, and through the loop, to wake whoever waits for it.
            hooks.stop.set()
            loop.call_soon_threadsafe(
                lambda: hooks.note(
                    "Stopping: requests in flight are finished first. Once more stops hard.", warning=True
                )
            )

    former = {number: signal.signal(number, heard) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
