"""`fleet start`: what is to be done is queued for the workers, once for each workspace and occasion."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from importer.delivery.journal.postgres.occasions import OccasionBook, OccasionState
from importer.errors import SettingsError
from importer.fleet.database import checked_place
from importer.fleet.queueing import queue_occasions, refuse_own_disk
from importer.regex import regex
from importer.shell import shell_quote
from importer.text import counted, listed
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.delivery.journal.postgres.occasions import Occasion
    from importer.delivery.journal_place import DatabasePlace
    from importer.fleet.engine import Engine
    from importer.fleet.workspace import Fleet

_OCCASION = regex(r"\w[\w.:+-]{0,63}")


@dataclass(frozen=True, slots=True)
class StartReport:
    """What was queued: `added` are the names of workspaces, `known` what the others have of this occasion already."""

    fleet: Fleet
    occasion: str
    added: tuple[str, ...]
    known: tuple[Occasion, ...]
    has_workers: bool = False

    def lines(self) -> tuple[str, ...]:
        """Return the last lines of the command."""
        number = counted(len(self.added), "workspace")
        lines = [f"Result:  {self.fleet.file}: {number} queued for {self.occasion}"]
        if self.known:
            states = [occasion.state for occasion in self.known]
            parts = ", ".join(f"{states.count(state)} {state.value}" for state in OccasionState if state in states)
            lines.append(f"Note:    not queued again, since they have this occasion already: {parts}")
            if not self.added:
                lines.append("         (another import needs another name: --occasion NAME)")
        command = "status" if self.has_workers or not self.added else "work"
        lines.append(f"Next:    {PROGRAM} fleet {command} {shell_quote(str(self.fleet.file))}")
        return tuple(lines)


def start_fleet(
    fleet: Fleet,
    environment: Mapping[str, str],
    engine: Callable[[DatabasePlace], Engine],
    occasion: str | None = None,
    only: Sequence[str] = (),
) -> StartReport:
    """Queue an occasion (default: the day) for the workspaces whose names match one of `only` (default: all).

    What has the occasion already is left alone. Raises SettingsError, above all for a sheet that the workers may not
    have, or JournalError.
    """
    name = date.today().isoformat() if occasion is None else occasion  # noqa: DTZ011 (the day of the person)
    if not _OCCASION.fullmatch(name):
        raise SettingsError(
            f"{name!r} cannot be the name of an occasion.", "Use letters, digits, - _ . and : such as 2026-11-28."
        )
    chosen = [
        workspace_chosen
        for workspace_chosen in fleet.workspaces
        if not only or any(fnmatchcase(workspace_chosen.name, text) for text in only)
    ]
    if not chosen:
        names = listed([workspace.name for workspace in fleet.workspaces])
        patterns = " or ".join(only)
        raise SettingsError(f"{fleet.file} has no workspace called {patterns}.", f"Name one of these: {names}.")
    place = checked_place(fleet, environment)
    refuse_own_disk(fleet, chosen)
    with closing(OccasionBook(place, fleet.name)) as book, closing(engine(place)) as queue:
        added = queue_occasions(fleet, environment, book, queue, name, chosen)
        known_before = {workspace.name for workspace in chosen} - set(added)
        occasions = tuple(
            workspace_chosen for workspace_chosen in book.named(name) if workspace_chosen.workspace in known_before
        )
        has_workers = any(worker.is_alive for worker in book.workers())
    return StartReport(fleet, name, tuple(added), occasions, has_workers)
