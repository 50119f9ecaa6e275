"""Ctrl-C, SIGTERM and a terminal that hangs up: the first asks the run to stop in good order, the second stops hard."""

from __future__ import annotations

import _thread
import signal
from contextlib import contextmanager

from importer.stop_signals import handled_by, stop_signals

# Not from `typing`, which takes as long to load as Python itself.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from types import FrameType
    from typing import Any

    from importer.pipeline.job import Hooks


class EarlySignals:
    """Signals that arrive while the program still loads: each ends the command as Ctrl-C does.

    `received` remembers it, because what was interrupted, such as an import, may turn it into an error of its own.
    """

    def __init__(self) -> None:
        self.received = False

    def listen(self) -> None:
        """Take over the signals, until `run_until_stopped` does."""

        def interrupt(_number: int, _frame: FrameType | None) -> None:
            self.received = True
            raise KeyboardInterrupt

        for number in stop_signals():
            signal.signal(number, interrupt)


early_signals = EarlySignals()


class StopRequest:
    """Asks the command of this process to stop in good order, from another thread; a second time does nothing."""

    def __init__(self) -> None:
        self.ask: Callable[[], None] | None = None
        self._is_asked = False

    def __call__(self) -> None:
        """Ask."""
        if self._is_asked:
            return
        self._is_asked = True
        if self.ask is not None:
            self.ask()
        else:
            # Nothing is sent yet: as if the signal had arrived while the program still loads.
            _thread.interrupt_main(signal.SIGTERM)


stop_request = StopRequest()


def stop_running() -> None:
    """Ask the command that runs in this process to stop in good order; safe in any thread."""
    stop_request()


def run_until_stopped(work: Callable[[], Coroutine[Any, Any, Any]], hooks: Hooks) -> Any:
    """Run `work` to its end; a first signal sets `hooks.stop`, a second cancels the work (KeyboardInterrupt)."""
    # Imported here: the program listens to early signals before anything else is loaded.
    import asyncio

    async def main() -> Any:
        if early_signals.received:
            raise KeyboardInterrupt  # which something on the way here has swallowed
        task = asyncio.ensure_future(work())
        loop = task.get_loop()

        def stop(number: int, _frame: FrameType | None) -> None:
            if hooks.stop.is_set():
                loop.call_soon_threadsafe(task.cancel)
                return
            # Set at once, for code between two awaits, and through the loop, to wake what waits for it.
            hooks.stop.set()
            again = " Press Ctrl-C again to stop at once." if number else ""
            text = f"Stopping: waiting for requests already sent.{again}"
            loop.call_soon_threadsafe(lambda: hooks.note(text, warning=True))

        # A signal may have asked already; a request of another thread must not count as the second. No key ends that.
        stop_request.ask = lambda: None if hooks.stop.is_set() else stop(0, None)
        try:
            with handled_by(stop):
                return await task
        finally:
            stop_request.ask = None

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


@contextmanager
def interruptible() -> Iterator[None]:
    """While a person is asked something, a signal ends the question (KeyboardInterrupt)."""
    with handled_by(signal.default_int_handler):
        yield


@contextmanager
def counted_stops() -> Iterator[Callable[[], int]]:
    """Count the signals that ask for an end, for a command that has others stop."""
    count = 0

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal count
        count += 1

    with handled_by(stop):
        yield lambda: count
