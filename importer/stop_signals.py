"""The signals that ask a program to end: Ctrl-C, SIGTERM, and a terminal that is closed."""

from __future__ import annotations

import signal
from contextlib import contextmanager

# Not from `typing`, which takes as long to load as Python itself: the command listens before anything else is loaded.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

# Windows has no SIGHUP; there SIGBREAK comes when the window is closed.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
STOP_SIGNALS = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))


def stop_signals() -> list[signal.Signals]:
    """Return those that this process heeds."""
    # The process that started us may have told us to ignore one: nohup does so with SIGHUP.
    return [number for number in STOP_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]


@contextmanager
def handled_by(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Have another handler for them inside the `with`."""
    handlers_before = {number: signal.getsignal(number) for number in stop_signals()}
    for number in handlers_before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler_before in handlers_before.items():
            signal.signal(number, handler_before)
