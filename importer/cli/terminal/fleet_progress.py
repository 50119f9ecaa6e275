"""Progress of a fleet: a live table of the running lanes on a terminal, elsewhere calm lines; events under `--json`."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from importer.cli.terminal.console import YELLOW
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.cli.terminal.console import Console
    from importer.model import Event

LOG_LINE_SECONDS = 30.0
DRAW_SECONDS = 0.25


@dataclass(slots=True)
class _LaneState:
    """What a running lane is doing, and how many contacts of how many it has sent."""

    doing: str = "starting"
    done: int = 0
    total: int = 0


class FleetProgress:
    """Follows the events of all workspaces; used as a context, so that a table is taken away at the end."""

    def __init__(self, console: Console, workspaces: int | None) -> None:
        """Follow so many workspaces; None for a worker, which takes them as they come."""
        self._console, self._workspaces = console, workspaces
        self._running: dict[str, _LaneState] = {}
        self._ended = self._done = self._total = 0
        self._drawn = self._logged = time.monotonic()
        self._live: Any = None

    def __enter__(self) -> Self:
        if console_is_live(self._console):
            # rich is slow to load, and a scheduler needs no table.
            from rich.console import Console as RichConsole
            from rich.live import Live

            self._live = Live(console=RichConsole(file=sys.stderr, highlight=False), auto_refresh=False, transient=True)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        live, self._live = self._live, None
        if live is not None:
            try:
                live.stop()
            except OSError:
                return

    def __call__(self, name: str, event: Event) -> None:
        """Follow one event of a workspace, or of the fleet ("")."""
        if not name:
            self._say(lambda: self._console(event))
            return
        if event.name == "workspace-ended":
            facts = {key: value for key, value in event.facts.items() if key != "name"}
            self._console.event(event.name, {**facts, "workspace": name})
        elif event.name != "summary":
            # The last event of all is the summary of the fleet.
            self._console.event(event.name, {"workspace": name, **event.facts})
        self._count(name, event)
        self._tell(name, event)
        now = time.monotonic()
        if self._live is None and now - self._logged >= LOG_LINE_SECONDS:
            self._logged = now
            self._console.line(self._sum())
        elif self._live is not None and now - self._drawn >= DRAW_SECONDS:
            self._drawn = now
            self._draw()

    def _tell(self, name: str, event: Event) -> None:
        """Write the line of an event that has one."""
        facts = event.facts
        colour = YELLOW if facts.get("warning") else ""
        if event.name == "request" and self._console.is_verbose:
            self._say(lambda: self._console.request(facts, f"{name}: "))
        elif event.name in ("note", "pace-alone") and facts.get("warning"):
            self._say(lambda: self._console.line(f"{name}: {facts['text']}", colour))
        # On a terminal the last lines of the command are near enough; a log is read from its beginning.
        elif event.name == "workspace-ended" and (self._live is None or facts["warning"]):
            self._say(lambda: self._console.line(facts["text"], colour))

    def _count(self, name: str, event: Event) -> None:
        facts = event.facts
        lane = self._running.setdefault(name, _LaneState())
        if event.name == "workspace-ended":
            del self._running[name]
            self._ended += 1
        elif event.name == "reading":
            lane.doing = f"reading, {facts['rows']:,} rows so far"
        elif event.name == "staged":
            lane.doing, lane.total = "sending", int(facts["to_send"])
            self._total += lane.total
        elif event.name == "delivered":
            lane.done += 1
            self._done += 1
        elif event.name == "waiting":
            lane.doing = "waiting for the service"
        elif event.name == "resumed":
            lane.doing = "sending"

    def _sum(self) -> str:
        sent = f"; {self._done:,} of {counted(self._total, 'contact')} sent" if self._total else ""
        if self._workspaces is None:
            return f"{counted(self._ended, 'workspace')} ended, {len(self._running):,} under way{sent}"
        return f"{self._ended:,} of {counted(self._workspaces, 'workspace')} ended{sent}"

    def _say(self, write: Callable[[], None]) -> None:
        """Write lines that stay, above the table."""
        live = self._live
        if live is None:
            write()
            return
        try:
            live.update("", refresh=True)
            write()
        except OSError:
            self._live = None
        self._draw()

    def _draw(self) -> None:
        if self._live is None:
            return
        from rich.console import Group
        from rich.table import Table as RichTable
        from rich.text import Text

        table = RichTable(box=None, padding=(0, 2, 0, 0), show_header=False)
        shown = list(self._running.items())[: max(3, self._live.console.size.height - 4)]
        for name, lane in shown:
            table.add_row(name, lane.doing, f"{lane.done:,} of {lane.total:,}" if lane.total else "")
        if len(self._running) > len(shown):
            table.add_row(f"and {len(self._running) - len(shown):,} more", "", "")
        try:
            self._live.update(Group(table, Text(self._sum(), style="bold")), refresh=True)
        except OSError:
            # The terminal is gone; the import goes on without a table.
            self._live = None


def console_is_live(console: Console) -> bool:
    """Whether a table can be drawn and drawn again: on a terminal that can go back over its lines."""
    return console.is_shown and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
