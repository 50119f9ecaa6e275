"""`fleet start`: what is to be done is queued for the workers, once for each workspace and occasion."""

from __future__ import annotations

import re
import shlex
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from importer.delivery.journal.postgres.occasions import Occasion, OccasionBook, OccasionState
from importer.errors import SettingsError
from importer.fleet.database import place_of
from importer.fleet.keys import shared_keys
from importer.text import counted, listed
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.delivery.journal_place import DatabasePlace
    from importer.fleet.engine import Engine
    from importer.fleet.workspace import Fleet, FleetWorkspace

_OCCASION = re.compile(r"\w[\w.:+-]{0,63}")


@dataclass(frozen=True, slots=True)
class StartReport:
    """What was queued: `added` are the names of workspaces, `known` what the others have of this occasion already."""

    fleet: Fleet
    occasion: str
    added: tuple[str, ...]
    known: tuple[Occasion, ...]

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
        command = "status" if self.known and not self.added else "work"
        lines.append(f"Next:    {PROGRAM} fleet {command} {shlex.quote(str(self.fleet.file))}")
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
    chosen = [each for each in fleet.workspaces if not only or any(fnmatchcase(each.name, text) for text in only)]
    if not chosen:
        names = listed([workspace.name for workspace in fleet.workspaces])
        wanted = " or ".join(only)
        raise SettingsError(f"{fleet.file} has no workspace called {wanted}.", f"Name one of these: {names}.")
    place = place_of(fleet, environment)
    refuse_own_disk(fleet, chosen)
    keys = shared_keys(fleet, environment)
    with closing(OccasionBook(place, fleet.file.stem)) as book, closing(engine(place)) as queue:
        added = []
        for workspace in chosen:
            # One by one, so that a worker which looks in between finds nothing without its workflow for long.
            for new in book.add([Occasion(fleet.file.stem, workspace.name, name, keys[workspace.name])]):
                queue.enqueue(new.workflow, new.lane_key)
                added.append(new.workspace)
        others = {workspace.name for workspace in chosen} - set(added)
        known = tuple(each for each in book.named(name) if each.workspace in others)
    return StartReport(fleet, name, tuple(added), known)


def refuse_own_disk(fleet: Fleet, workspaces: Sequence[FleetWorkspace]) -> None:
    """Raise SettingsError for sheets that another computer may not have under the same path."""
    shared = [folder.resolve() for folder in fleet.shared_folders]
    own = [each for each in workspaces if "://" not in each.sheet and not _is_below(Path(each.sheet), shared)]
    if own:
        texts = " ".join(
            f"{each.place}: the sheet of {each.name!r}, {each.sheet}, is on this computer's own disk, where other "
            "workers may not find it."
            for each in own[:5]
        )
        more = f" So it is with {len(own) - 5:,} more." if len(own) > 5 else ""
        raise SettingsError(
            f"{texts}{more}",
            f"List a folder that all workers have under the same path in {fleet.file}, above [defaults]: "
            'shared-folders = ["/mnt/exports"]. Or give the address of the sheet (s3://, gs://, az://, https://).',
        )


def _is_below(path: Path, folders: Sequence[Path]) -> bool:
    resolved = path.resolve()
    return any(resolved.is_relative_to(folder) for folder in folders)
