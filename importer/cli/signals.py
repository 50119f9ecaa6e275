"""Ctrl-C, SIGTERM and a terminal that hangs up: the first asks the run to stop in good order, the second stops hard."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from importer.cli.alarm import SIGNALS, alarm

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from types import FrameType

    from importer.pipeline.job import Hooks


def run_until_stopped(work: Callable[[], Coroutine[Any, Any, Any]], hooks: Hooks) -> Any:
    """Run `work` to its end; a first signal sets `hooks.stop`, a second cancels the work (KeyboardInterrupt)."""

    async def main() -> Any:
        if alarm.rang:
            raise KeyboardInterrupt  # which something on the way here has swallowed
        task = asyncio.ensure_future(work())
        with _listening(hooks, task):
            return await task

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


@contextmanager
def interruptible() -> Iterator[None]:
    """While a person is asked something, a signal ends the question (KeyboardInterrupt)."""
    with _handled(signal.default_int_handler):
        yield


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

    with _handled(heard):
        yield


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], Any]) -> Iterator[None]:
    """Give the signals to `handler`, but for one that our starter told us to ignore (nohup does so with SIGHUP)."""
    former = {number: signal.getsignal(number) for number in SIGNALS}
    ours = [number for number, before in former.items() if before is not signal.SIG_IGN]
    for number in ours:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, former[number])
