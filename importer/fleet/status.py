"""`fleet status`: who works on what and how fast, which workers have died, and what needs a person."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.postgres.occasions import OccasionBook, OccasionState
from importer.delivery.journal.postgres.status import Holding, journal_statuses
from importer.fleet.database import SLOW_SECONDS, checked_place
from importer.shell import shell_quote
from importer.text import counted
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.journal.postgres.heartbeat import FleetWorkerStatus
    from importer.delivery.journal.postgres.occasions import Occasion
    from importer.delivery.journal.postgres.status import JournalStatus
    from importer.fleet.workspace import Fleet

_OPEN = (OccasionState.QUEUED, OccasionState.RUNNING)
_COUNTED = (
    ("working", "at work"),
    ("silent", "not heard of"),
    ("died", "left by a worker that died"),
    ("queued", "queued"),
    ("person", "need a person"),
    ("paused", "paused"),
    ("free", "not at work"),
)


@dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    """A workspace of a fleet: its journal (None if no run has opened that yet), its last occasion (None for none), and
    the worker that has it (None for none).
    """

    name: str
    journal: JournalStatus | None
    occasion: Occasion | None = None
    worker: FleetWorkerStatus | None = None

    @property
    def kind(self) -> str:
        """The state as one of the words that are counted."""
        holding = self.journal.holding if self.journal is not None else Holding.FREE
        if holding is not Holding.FREE:
            return holding.value
        state = self.occasion.state if self.occasion is not None else None
        if state is OccasionState.RUNNING:
            return "working"
        if self.needs_person:
            return "person"
        return state.value if state in (OccasionState.QUEUED, OccasionState.PAUSED) else "free"

    @property
    def needs_person(self) -> bool:
        """Whether it cannot go on until a person acts."""
        return self.occasion is not None and self.occasion.state is OccasionState.STOPPED

    def words(self) -> str:
        """The state in words, for people."""
        occasion, journal = self.occasion, self.journal
        if occasion is not None and (text := _occasion_words(occasion, self.worker)):
            return text
        if journal is None:
            return "not begun yet"
        if journal.holding is Holding.WORKING:
            return f"at work: {journal.holder}, since {journal.since} UTC"
        if journal.holding is Holding.SILENT:
            return f"{journal.holder} has not been heard of for {journal.silent_seconds:.0f} s; the next run takes over"
        if journal.holding is Holding.DIED:
            return f"{journal.holder} has died; the next run goes on"
        return _last_run(journal)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready facts."""
        facts: dict[str, Any] = {"workspace": self.name, "holding": "free"}
        if self.journal is not None:
            facts |= {
                "holding": self.journal.holding.value,
                "holder": self.journal.holder,
                "since": self.journal.since,
                "silent_seconds": self.journal.silent_seconds,
                "started_at": self.journal.started_at,
                "run_exit_code": self.journal.exit_code,
                "counts": dict(self.journal.counts),
            }
        if self.occasion is not None:
            facts |= {
                "occasion": self.occasion.name,
                "state": self.occasion.state.value,
                "attempt": self.occasion.attempt,
                "done_rows": self.occasion.done_rows,
                "problem": self.occasion.problem,
                "next_step": self.occasion.next_step,
            }
        return facts


def _occasion_words(occasion: Occasion, worker: FleetWorkerStatus | None) -> str:
    """How an occasion is that is open, or waits for a person; "" for others, of which the journal knows more."""
    if occasion.state is OccasionState.QUEUED:
        why = f", tried {occasion.failures} times: {occasion.problem}" if occasion.failures else ""
        return f"queued for {occasion.name}{why}"
    if occasion.state is OccasionState.RUNNING:
        rows = counted(occasion.done_rows, "row")
        if worker is not None and worker.is_alive:
            return f"at work for {occasion.name}: {worker.words}, since {occasion.started_at} UTC, {rows} so far"
        return f"at work for {occasion.name}, but its worker has died; another takes it up"
    if occasion.state is OccasionState.STOPPED:
        return f"needs a person ({occasion.name}): {occasion.problem}"
    if occasion.state in (OccasionState.PAUSED, OccasionState.CANCELLED):
        return f"{occasion.state.value} ({occasion.name})"
    return ""


def _last_run(journal: JournalStatus) -> str:
    """How the last run of a journal ended."""
    if not journal.started_at:
        return "not begun yet"
    if journal.exit_code is None:
        return f"the run of {journal.started_at[:16]} did not finish"
    rows = " + ".join(f"{number:,} {status}" for status, number in journal.counts.items() if number) or "no rows"
    return f"last run {journal.started_at[:16].replace('T', ' ')} UTC: exit {journal.exit_code}, {rows}"


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """How the workspaces of a fleet are, in the order of its file, and its workers in the order of their starts."""

    fleet: Fleet
    workspaces: tuple[WorkspaceStatus, ...]
    workers: tuple[FleetWorkerStatus, ...]

    @property
    def is_open(self) -> bool:
        """Whether anything is queued or under way."""
        return any(each.occasion is not None and each.occasion.state in _OPEN for each in self.workspaces)

    def lines(self) -> tuple[str, ...]:
        """Return the lines of the command."""
        width = max(len(workspace.name) for workspace in self.workspaces)
        kinds = [workspace.kind for workspace in self.workspaces]
        counts = ", ".join(f"{kinds.count(kind)} {words}" for kind, words in _COUNTED if kind in kinds)
        return (
            *(f"  {workspace.name:<{width}}  {workspace.words()}" for workspace in self.workspaces),
            *(f"Worker:  {_worker_words(worker, self.workspaces)}" for worker in self.workers),
            f"Result:  {self.fleet.file}: {counted(len(self.workspaces), 'workspace')}, {counts}",
            f"Next:    {self._next_step(kinds)}",
        )

    def _next_step(self, kinds: Sequence[str]) -> str:
        file = shell_quote(str(self.fleet.file))
        stopped = next((each for each in self.workspaces if each.needs_person), None)
        if stopped is not None and stopped.occasion is not None:
            step = stopped.occasion.next_step.rstrip(".")
            return f"{stopped.name}: {step}. Then: {PROGRAM} fleet retry {stopped.name} --fleet {file}"
        if self.is_open and not any(worker.is_alive for worker in self.workers):
            return f"{PROGRAM} fleet work {file}"
        if not self.is_open and any(kind in kinds for kind in ("silent", "died")):
            return f"{PROGRAM} fleet run {file}"
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


def _worker_words(worker: FleetWorkerStatus, workspaces: Sequence[WorkspaceStatus]) -> str:
    if not worker.is_alive:
        silence = f"{worker.silent_seconds:.0f} s"
        return f"{worker.words} has died or is frozen: not heard of for {silence}; the others take up its work"
    busy = sum(workspace.worker is worker for workspace in workspaces)
    far = " (slow: fewer than 10 rows a second for each workspace)" if worker.commit_seconds > SLOW_SECONDS else ""
    return (
        f"{worker.words}: {busy} of {worker.lanes} lanes at work, {worker.rows_per_second:.0f} rows a second, "
        f"429 {counted(worker.rate_limited, 'time')}, {worker.commit_seconds * 1000:.0f} ms a commit{far}"
    )


def fleet_status(fleet: Fleet, environment: Mapping[str, str]) -> FleetStatus:
    """Return how a fleet is whose journals are in a database. Raises SettingsError or JournalError."""
    place = checked_place(fleet, environment)
    statuses = journal_statuses(place, [workspace.journal_name for workspace in fleet.workspaces])
    with closing(OccasionBook(place, fleet.name)) as book:
        workers = tuple(book.workers())
        occasions = {occasion.workspace: occasion for occasion in book.latest()}
    by_id = {worker.id: worker for worker in workers}
    workspaces = []
    for workspace in fleet.workspaces:
        occasion = occasions.get(workspace.name)
        worker = by_id.get(occasion.worker) if occasion is not None else None
        workspaces.append(WorkspaceStatus(workspace.name, statuses.get(workspace.journal_name), occasion, worker))
    return FleetStatus(fleet, tuple(workspaces), workers)
