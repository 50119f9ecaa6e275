"""How one workspace of a fleet is: who has it, what is queued of it, and how its last run ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.postgres.occasions import OccasionState
from importer.delivery.journal.postgres.status import Holding
from importer.shell import shell_quote
from importer.text import counted, duration, to_minute
from importer.version import PROGRAM

if TYPE_CHECKING:
    from importer.delivery.journal.postgres.heartbeat import FleetWorkerStatus
    from importer.delivery.journal.postgres.occasions import Occasion
    from importer.delivery.journal.postgres.status import JournalStatus
    from importer.fleet.workspace import FleetWorkspace


class Standing(StrEnum):
    """How a workspace is, as one of the kinds that are counted, the most urgent first."""

    WORKING = "working"
    SILENT = "silent"
    DIED = "died"
    QUEUED = "queued"
    PERSON = "person"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    NEW = "new"
    UNFINISHED = "unfinished"
    INCORRECT = "incorrect"
    UNDONE = "undone"
    DONE = "done"

    def counted(self, number: int) -> str:
        """So many of this kind, in words."""
        words = {
            Standing.WORKING: "at work",
            Standing.SILENT: "not heard of",
            Standing.DIED: "left by a worker that died",
            Standing.PERSON: "needs a person" if number == 1 else "need a person",
            Standing.NEW: "not begun yet",
            Standing.UNFINISHED: "not done yet",
            Standing.INCORRECT: "with rows to correct",
        }
        return f"{number:,} {words.get(self, self.value)}"


_BY_STATE = {
    OccasionState.QUEUED: Standing.QUEUED,
    OccasionState.STOPPED: Standing.PERSON,
    OccasionState.PAUSED: Standing.PAUSED,
    OccasionState.CANCELLED: Standing.CANCELLED,
}
_BY_EXIT_CODE = {0: Standing.DONE, 1: Standing.INCORRECT}


@dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    """A workspace of a fleet: its journal (None if no run has opened that yet), its last occasion (None for none), and
    the worker that does it (None for none).
    """

    workspace: FleetWorkspace
    journal: JournalStatus | None
    occasion: Occasion | None = None
    worker: FleetWorkerStatus | None = None

    @property
    def name(self) -> str:
        """The name of the workspace."""
        return self.workspace.name

    @property
    def is_running(self) -> bool:
        """Whether its occasion is with a worker, be that alive or not."""
        return self.occasion is not None and self.occasion.state is OccasionState.RUNNING

    @property
    def _is_overtaken(self) -> bool:
        """Whether a run after its occasion was stopped, such as by `fleet run`, has done all the same."""
        occasion, journal = self.occasion, self.journal
        if occasion is None or journal is None or occasion.state is not OccasionState.STOPPED:
            return False
        return journal.exit_code in _BY_EXIT_CODE and to_minute(journal.started_at) > occasion.ended_at

    @property
    def standing(self) -> Standing:
        """How it is, as one of the kinds that are counted."""
        holding = self.journal.holding if self.journal is not None else Holding.FREE
        if self.is_running and not (self.worker is not None and self.worker.is_alive):
            return Standing.DIED
        if holding is not Holding.FREE:
            return Standing(holding.value)
        if self.is_running:
            return Standing.WORKING
        if self.occasion is not None and self.occasion.state in _BY_STATE and not self._is_overtaken:
            return _BY_STATE[self.occasion.state]
        if self.journal is None or not self.journal.started_at:
            return Standing.NEW
        if self.journal.undone_at:
            return Standing.UNDONE
        code = self.journal.exit_code
        return Standing.UNFINISHED if code is None else _BY_EXIT_CODE.get(code, Standing.UNFINISHED)

    @property
    def correct_step(self) -> str:
        """What to do about its rows to correct; "" where there are none."""
        if self.standing is not Standing.INCORRECT:
            return ""
        page, file = self.workspace.out / "report.html", shell_quote(str(self.workspace.file))
        if not page.is_file():
            # The worker that wrote its files, and named them, was on another computer.
            folder = shell_quote(f"{self.name}.results")
            again = f"retry {self.name} --fleet {file}" if self.occasion is not None else f"run {file}"
            return (
                f"see its rows to correct with {PROGRAM} fleet results {self.name} {folder} --fleet {file}, correct "
                f"them in its sheet, then: {PROGRAM} fleet {again}"
            )
        step = self.occasion.next_step if self.occasion is not None and self.occasion.exit_code == 1 else ""
        return step or f"correct the rows that {page} shows"

    def words(self) -> str:
        """How it is, in words."""
        occasion, journal = self.occasion, self.journal
        if occasion is not None and not self._is_overtaken and (text := _occasion_words(occasion, self)):
            return text
        if journal is None:
            return "not begun yet"
        if journal.holding is Holding.WORKING:
            return f"at work: {journal.holder}, since {journal.since} UTC"
        if journal.holding is Holding.SILENT:
            silence = duration(journal.silent_seconds, 0)
            return f"{journal.holder} has not been heard of for {silence}; the next run takes over"
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
                "undone_at": self.journal.undone_at,
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


def _occasion_words(occasion: Occasion, status: WorkspaceStatus) -> str:
    """How an occasion is that is open, or waits for a person; "" for others, of which the journal knows more."""
    if occasion.state is OccasionState.QUEUED:
        tried = f", tried {counted(occasion.failures, 'time')}: {occasion.problem}" if occasion.failures else ""
        return f"queued for {occasion.name}{tried}"
    if occasion.state is OccasionState.RUNNING:
        worker, rows = status.worker, counted(occasion.done_rows, "row")
        if worker is None or not worker.is_alive:
            return f"left at {rows} ({occasion.name}): its worker has died or is frozen; another goes on with it"
        if status.journal is not None and status.journal.holding is Holding.DIED:
            # For the moments until its worker counts as dead, or has noticed the end of its lane.
            return f"left at {rows} ({occasion.name}): {worker.words} has lost it; a worker goes on with it soon"
        return f"at work for {occasion.name}: {worker.words}, since {occasion.started_at} UTC, {rows} so far"
    if occasion.state is OccasionState.STOPPED:
        return f"needs a person ({occasion.name}): {occasion.problem}"
    if occasion.state in (OccasionState.PAUSED, OccasionState.CANCELLED):
        return f"{occasion.state.value} ({occasion.name})"
    return ""


def _last_run(journal: JournalStatus) -> str:
    """How the last run of a journal ended."""
    if not journal.started_at:
        return "not begun yet"
    if journal.undone_at:
        return f"undone {to_minute(journal.undone_at)} UTC, after the run of {to_minute(journal.started_at)}"
    if journal.exit_code is None:
        return f"the run of {to_minute(journal.started_at)} UTC did not come to its end"
    rows = " + ".join(f"{number:,} {status}" for status, number in journal.counts.items() if number) or "no rows"
    return f"last run {to_minute(journal.started_at)} UTC: exit {journal.exit_code}, {rows}"
