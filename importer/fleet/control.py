"""What a person can do about one workspace while workers run: pause it, cancel it, or try it again."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from importer.delivery.journal.postgres.occasions import OccasionBook, OccasionState
from importer.errors import SettingsError
from importer.fleet.database import checked_place, place_of, with_journals
from importer.shell import shell_quote
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from importer.delivery.journal.postgres.occasions import Occasion
    from importer.delivery.journal_place import DatabasePlace
    from importer.fleet.engine import Engine
    from importer.fleet.workspace import Fleet

ControlAction = Literal["pause", "cancel", "retry"]
_PAUSABLE = (OccasionState.QUEUED, OccasionState.RUNNING)
_CANCELLABLE = (*_PAUSABLE, OccasionState.PAUSED, OccasionState.STOPPED)
_DONE = {"pause": "paused", "cancel": "cancelled", "retry": "queued again"}


@dataclass(frozen=True, slots=True)
class ControlReport:
    """What was done about the occasions of a workspace; `was_running`: a worker has yet to finish rows on their way."""

    fleet: Fleet
    action: ControlAction
    occasions: tuple[Occasion, ...]
    was_running: bool = False

    def lines(self) -> tuple[str, ...]:
        """Return the last lines of the command."""
        name, file = self.occasions[0].workspace, shell_quote(str(self.fleet.file))
        names = ", ".join(occasion.name for occasion in self.occasions)
        running = "; the worker that is at it finishes the rows on their way" if self.was_running else ""
        step = f"fleet retry {name} --fleet {file}" if self.action == "pause" else f"fleet status {file}"
        return f"Result:  {name} ({names}) is {_DONE[self.action]}{running}", f"Next:    {PROGRAM} {step}"


def control(
    fleet: Fleet,
    environment: Mapping[str, str],
    engine: Callable[[DatabasePlace], Engine],
    workspace: str,
    action: ControlAction,
) -> ControlReport:
    """Pause or cancel the open occasions of a workspace, or queue again what is paused and its last occasion.

    Raises SettingsError if there is no such workspace or nothing to do about it, or JournalError.
    """
    name = fleet.workspace(workspace).name
    place = checked_place(fleet, environment)
    with closing(OccasionBook(place, fleet.name)) as book, closing(engine(place)) as queue:
        if action == "retry":
            again = book.start_again(name)
            if not again:
                raise _nothing(fleet, name, "has nothing to try again: it was never started, or is under way just now")
            for occasion in again:
                queue.enqueue(occasion.workflow, occasion.lane_key)
            return ControlReport(fleet, action, tuple(again))
        before = [each for each in book.of_workspace(name) if each.state is OccasionState.RUNNING]
        states = _PAUSABLE if action == "pause" else _CANCELLABLE
        to = OccasionState.PAUSED if action == "pause" else OccasionState.CANCELLED
        changed = book.change(name, states, to)
        if not changed:
            if any(each.state is to for each in book.of_workspace(name)):
                file = shell_quote(str(fleet.file))
                raise SettingsError(
                    f"{name} is {_DONE[action]} already.", f"To go on: {PROGRAM} fleet retry {name} --fleet {file}."
                )
            raise _nothing(fleet, name, f"has nothing to {action}: nothing of it is queued or under way")
        queue.cancel([occasion.workflow for occasion in changed])
        keys = {(each.name, each.attempt) for each in before}
        was_running = any((each.name, each.attempt) in keys for each in changed)
        return ControlReport(fleet, action, tuple(changed), was_running)


def _nothing(fleet: Fleet, name: str, words: str) -> SettingsError:
    file = shell_quote(str(fleet.file))
    return SettingsError(
        f"{name} {words}.", f"See {PROGRAM} fleet status {file}, or queue it: {PROGRAM} fleet start {file}."
    )


def journal_place(fleet: Fleet, environment: Mapping[str, str], workspace: str) -> DatabasePlace:
    """Return where the journal of a workspace is. Raises SettingsError."""
    fleet_known = with_journals(fleet, environment)
    return replace(place_of(fleet, environment), name=fleet_known.workspace(workspace).journal_name)
