"""The progress of a command, gathered from its events: how far it is, how fast, and what it waits for."""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importer.model import Event

_MOST_NOTES = 30
_PACE_SECONDS = 15.0
_WAITS = {"waiting": "Waiting for the service: {reason}", "rate_limited": "The service asked to slow down; it goes on."}


class TaskProgress:
    """What a command has reported so far."""

    def __init__(self) -> None:
        self.phase, self.wait = "starting", ""
        self.rows = self.to_send = self.sent = self.of = 0
        self.statuses: Counter[str] = Counter()
        self._notes: deque[dict[str, Any]] = deque(maxlen=_MOST_NOTES)
        self._moments: deque[float] = deque(maxlen=2_000)

    def feed(self, event: Event) -> bool:
        """Take an event; whether it changes what is shown."""
        facts, name = event.facts, event.name
        if name == "reading":
            self.phase, self.rows = "reading", facts["rows"]
        elif name == "surveying":
            self.phase = "looking"
            self.rows = facts.get("rows") or facts.get("contacts") or facts.get("conversations") or 0
            self.of = facts.get("of") or 0
        elif name == "staged":
            self.phase, self.to_send = "sending", facts["to_send"]
        elif name in ("delivered", "undone", "removed"):
            self.phase, self.wait = "sending", ""
            self.sent += 1
            self.statuses[str(facts.get("status") or facts.get("result") or "deleted")] += 1
            self._moments.append(time.monotonic())
        elif name == "corrected":
            self.statuses[str(facts["status"])] += 1
        elif name in _WAITS:
            self.wait = _WAITS[name].format(reason=facts.get("reason", ""))
        elif name == "resumed":
            self.wait = ""
        elif "text" in facts:
            # What is about to be done is shown in another place, and how a file is read too.
            if name not in ("outlook", "opened"):
                self._notes.append({"text": str(facts["text"]), "warning": bool(facts.get("warning"))})
        else:
            return False
        return True

    def pace(self) -> float | None:
        """Contacts a second, lately; None while too few have been sent to tell."""
        now = time.monotonic()
        recent = [moment for moment in self._moments if now - moment <= _PACE_SECONDS]
        if len(recent) < 2:
            return None
        return len(recent) / max(now - recent[0], 0.5)

    def facts(self) -> dict[str, Any]:
        """What was reported, JSON-ready."""
        pace = self.pace()
        remaining = max(self.to_send - self.sent, 0)
        return {
            "phase": self.phase,
            "rows": self.rows,
            "of": self.of,
            "to_send": self.to_send,
            "sent": self.sent,
            "statuses": dict(self.statuses),
            "pace": pace and round(pace, 1),
            "seconds_left": round(remaining / pace) if pace and remaining else None,
            "wait": self.wait,
            "notes": list(self._notes),
        }
