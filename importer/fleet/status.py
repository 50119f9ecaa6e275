"""`fleet status`: who works on what and how fast, which workers have died, and what needs a person."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.postgres.occasions import OccasionBook, OccasionState
from importer.delivery.journal.postgres.status import journal_statuses
from importer.fleet.database import SLOW_SECONDS, place_of, with_journals
from importer.fleet.workspace_status import Standing, WorkspaceStatus
from importer.shell import shell_quote
from importer.text import counted, duration
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.journal.postgres.heartbeat import FleetWorkerStatus
    from importer.fleet.workspace import Fleet

_OPEN = (OccasionState.QUEUED, OccasionState.RUNNING)
_LATE_BEATS = 2.5
"""A worker that has been silent for so many beats may have died a moment ago."""


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """How the workspaces of a fleet are, in the order of its file, and its workers in the order of their starts."""

    fleet: Fleet
    workspaces: tuple[WorkspaceStatus, ...]
    workers: tuple[FleetWorkerStatus, ...]

    @property
    def is_open(self) -> bool:
        """Whether anything is queued or under way."""
        return any(
            workspace.occasion is not None and workspace.occasion.state in _OPEN for workspace in self.workspaces
        )

    def lines(self) -> tuple[str, ...]:
        """Return the lines of the command."""
        width = max(len(workspace.name) for workspace in self.workspaces)
        standings = [workspace.standing for workspace in self.workspaces]
        counts = ", ".join(kind.counted(standings.count(kind)) for kind in Standing if kind in standings)
        return (
            *(f"  {workspace.name:<{width}}  {workspace.words()}" for workspace in self.workspaces),
            *(f"Worker:  {self._worker_words(worker)}" for worker in self.workers),
            f"Result:  {self.fleet.file}: {counted(len(self.workspaces), 'workspace')}, {counts}",
            f"Next:    {self._next_step()}",
        )

    def _worker_words(self, worker: FleetWorkerStatus) -> str:
        busy = [workspace for workspace in self.workspaces if workspace.is_running and workspace.worker is worker]
        silence = duration(worker.silent_seconds, 0)
        if not worker.is_alive:
            work = "the others take up its work" if busy else "no work is left with it"
            return f"{worker.words} has died or is frozen: not heard of for {silence}; {work}"
        at_work = sum(workspace.standing is Standing.WORKING for workspace in busy)
        late = f", not heard of for {silence}" if worker.silent_seconds > _LATE_BEATS * self.fleet.times.beat else ""
        far = " (slow: fewer than 10 rows a second for each workspace)" if worker.commit_seconds > SLOW_SECONDS else ""
        return (
            f"{worker.words}: {at_work} of {worker.lanes} lanes at work, {worker.rows_per_second:.0f} rows a second, "
            f"429 {counted(worker.rate_limited, 'time')}, {worker.commit_seconds * 1000:.0f} ms a commit{far}{late}"
        )

    def _of(self, *kinds: Standing) -> list[WorkspaceStatus]:
        return [workspace for workspace in self.workspaces if workspace.standing in kinds]

    def _next_step(self) -> str:
        """What to do now, the most urgent first."""
        file = shell_quote(str(self.fleet.file))
        has_workers = any(worker.is_alive for worker in self.workers)
        if stopped := self._of(Standing.PERSON):
            first = stopped[0]
            step = first.occasion.next_step.rstrip(".") if first.occasion is not None else ""
            more_stopped = f" ({counted(len(stopped) - 1, 'other')} after it.)" if len(stopped) > 1 else ""
            return f"{first.name}: {step}.{more_stopped} Then: {PROGRAM} fleet retry {first.name} --fleet {file}"
        if self.is_open:
            if not has_workers:
                return f"{PROGRAM} fleet work {file}"
            return f"wait for the workers; to see them go on: {PROGRAM} fleet status {file} --watch"
        if left := self._of(Standing.SILENT, Standing.DIED, Standing.UNFINISHED):
            return f"{_named(left)} not done yet; go on with: {PROGRAM} fleet run {file}"
        if incorrect := self._of(Standing.INCORRECT):
            more = f"{counted(len(incorrect), 'workspace')} with rows to correct; " if len(incorrect) > 1 else ""
            return f"{more}{incorrect[0].name}: {incorrect[0].correct_step}"
        if self._of(Standing.WORKING):
            return f"wait for the end of what is at work: {PROGRAM} fleet status {file}"
        # Workers queue by themselves what has a schedule.
        if new := [
            workspace for workspace in self._of(Standing.NEW) if not (has_workers and workspace.workspace.schedule)
        ]:
            return f"{_named(new)} not begun yet; import: {PROGRAM} fleet {'start' if has_workers else 'run'} {file}"
        if paused := self._of(Standing.PAUSED):
            return f"{_named(paused)} paused; to go on: {PROGRAM} fleet retry {paused[0].name} --fleet {file}"
        return "nothing to do"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready facts."""
        workers = [
            {
                "worker": worker.words,
                "lanes": worker.lanes,
                "alive": worker.is_alive,
                "silent_seconds": round(worker.silent_seconds, 1),
                "rows_per_second": round(worker.rows_per_second, 1),
                "rate_limited": worker.rate_limited,
                "commit_ms": round(worker.commit_seconds * 1000, 1),
            }
            for worker in self.workers
        ]
        return {"workspaces": [line.as_dict() for line in self.workspaces], "workers": workers, "exit_code": 0}


def _named(workspaces: Sequence[WorkspaceStatus]) -> str:
    if len(workspaces) == 1:
        return f"{workspaces[0].name} is"
    return f"{workspaces[0].name} and {counted(len(workspaces) - 1, 'other workspace')} are"


def fleet_status(fleet: Fleet, environment: Mapping[str, str]) -> FleetStatus:
    """Return how a fleet is whose journals are in a database. Raises SettingsError or JournalError."""
    fleet, place = with_journals(fleet, environment), place_of(fleet, environment)
    statuses = journal_statuses(place, [workspace.journal_name for workspace in fleet.workspaces])
    with closing(OccasionBook(place, fleet.name)) as book:
        workers = tuple(book.workers())
        occasions = {occasion.workspace: occasion for occasion in book.latest()}
    by_id = {worker.id: worker for worker in workers}
    workspaces = []
    for workspace in fleet.workspaces:
        occasion = occasions.get(workspace.name)
        worker = by_id.get(occasion.worker) if occasion is not None else None
        workspaces.append(WorkspaceStatus(workspace, statuses.get(workspace.journal_name), occasion, worker))
    return FleetStatus(fleet, tuple(workspaces), workers)
