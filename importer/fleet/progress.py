"""Whether a lane hangs: that would keep its workspace, and all others with its key, from being imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importer.model import Event

SILENT_SECONDS = 600.0
READING_SECONDS = 1800.0
"""A sheet may come from far away, and opening a large workbook alone may take 15 minutes (`spreadsheet.Limits`)."""


@dataclass(slots=True)
class LaneProgress:
    """The last event of a lane; `heard_at` and `now` are times of one clock, in seconds.

    `pause_seconds`: how long its rate has each request wait.
    """

    heard_at: float
    pause_seconds: float = 0.0
    _is_reading: bool = True
    _is_waiting: bool = False

    def hear(self, event: Event, now: float) -> None:
        """Note an event. Every request is one, and every part of a sheet that was read."""
        self.heard_at = now
        if event.name == "staged":
            self._is_reading = False
        elif event.name in ("waiting", "resumed"):
            self._is_waiting = event.name == "waiting"

    def is_hung(self, now: float) -> bool:
        """Whether no event has come for so long that none will.

        A lane that waits for the service, or for its limit to be lifted, gives up by itself (`--wait-for-service`).
        """
        longest = READING_SECONDS if self._is_reading else SILENT_SECONDS
        return not self._is_waiting and now - self.heard_at >= longest + 2 * self.pause_seconds
