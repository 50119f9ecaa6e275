"""Signals that come before the work listens for them itself (`signals`): each ends the command as Ctrl-C does."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Alarm:
    """Remembers that it rang: what it interrupts, such as an import, may answer with an error of its own."""

    def __init__(self) -> None:
        self.rang = False

    def listen(self) -> None:
        """Take the signals, but for one that our starter told us to ignore (nohup does so with SIGHUP)."""
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ring)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        self.rang = True
        raise KeyboardInterrupt


alarm = Alarm()
