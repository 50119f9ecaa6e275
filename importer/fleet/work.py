"""A worker of a fleet: takes what `fleet start` has queued and imports it, several workspaces at a time, for as long
as it is let.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from importer.delivery.journal.postgres.heartbeat import Heartbeat, WorkerFigures
from importer.delivery.journal.postgres.occasions import Occasion, OccasionBook, OccasionEnd, OccasionState
from importer.errors import CannotStart, ImporterError, Interrupted, JournalError, SettingsError
from importer.fleet.attempt import attempt_end
from importer.fleet.clock import check_schedules, queue_scheduled
from importer.fleet.crew import Crew
from importer.fleet.database import place_of, with_journals
from importer.fleet.file import read_fleet
from importer.fleet.lane_result import lane_task, workspace_result
from importer.fleet.publish import check_publishing, published
from importer.fleet.rescue import forget_old, rescue
from importer.model import Event
from importer.text import counted
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from importer.delivery.journal_place import DatabasePlace
    from importer.fleet.engine import Engine
    from importer.fleet.run import FleetOrder
    from importer.fleet.workspace import Fleet

RESCUE_SECONDS = 5.0
FORGET_SECONDS = 3600.0
LEAVE_SECONDS = 90
WAIT_SECONDS = 60.0
_NAP_SECONDS = 0.1
_MOST_LANES = 500


@dataclass(slots=True)
class _Attempt:
    """An occasion that this worker is doing. `is_withdrawn`: a person has paused it, or another worker has it."""

    occasion: Occasion
    rows: int = 0
    is_withdrawn: bool = False


@dataclass(slots=True)
class _Chore:
    """What a worker does every so many `seconds` beside its lanes; `trouble` is why it could not, "" if it could."""

    do: Callable[[], None]
    seconds: float
    begun: float = field(default_factory=time.monotonic)
    trouble: str = ""


class FleetWorker:
    """Does what the queue gives it until it is asked to stop; see `run`."""

    def __init__(
        self, fleet: Fleet, order: FleetOrder, environment: Mapping[str, str], engine: Callable[[DatabasePlace], Engine]
    ) -> None:
        self._order, self._environment = order, environment
        self._stamp = _stamp(fleet.file)
        self._fleet = fleet = with_journals(fleet, environment)
        place = place_of(fleet, environment)
        check_schedules(fleet)
        check_publishing(fleet.workspaces[0].published_to)
        self._rescue_seconds = min(RESCUE_SECONDS, fleet.times.stale)
        self._lanes = order.lanes_for(_MOST_LANES)
        self._guard = threading.Lock()
        self._attempts: dict[str, _Attempt] = {}
        self._rows = self._rate_limited = 0
        self._counted = (time.monotonic(), 0)
        self._book = OccasionBook(place, fleet.name, WAIT_SECONDS)
        self._engine = engine(place)
        self._heartbeat = Heartbeat(place, fleet.name, self._lanes, self._figures)

    def run(self) -> bool:
        """Work until a stop is asked for; False if rows were on their way when it was asked for again.

        Raises JournalError if the database is away when it begins; later it waits for it.
        """
        try:
            self._engine.listen(str(self._heartbeat.worker), self._lanes, self._deliver)
            self._note(f"Working for {self._fleet.file} with {counted(self._lanes, 'lane')}. Press Ctrl-C to stop.")
            chores = (
                _Chore(self._count_rows, self._fleet.times.beat),
                _Chore(self._take_up, self._rescue_seconds),
                _Chore(self._follow_schedules, self._rescue_seconds),
                _Chore(lambda: forget_old(self._engine, self._book), FORGET_SECONDS),
            )
            while not self._order.stop_requests():
                time.sleep(_NAP_SECONDS)
                for chore in chores:
                    if time.monotonic() - chore.begun >= chore.seconds:
                        self._attend(chore, {other_chore.trouble for other_chore in chores if other_chore is not chore})
            if self._attempts:
                self._note("Stopping: waiting for requests already sent. Press Ctrl-C again to stop at once.")
            self._engine.leave(LEAVE_SECONDS)
            return self._order.stop_requests() < 2 and not self._attempts
        finally:
            # Before the queue is closed, so that the next worker to take up the work sees that this one has gone.
            self._heartbeat.stop()
            self._engine.close()
            self._book.close()

    def _attend(self, chore: _Chore, others: Collection[str]) -> None:
        """Do a chore. Trouble is told once, and its end: a night without the database must not make a long log.

        `others` is the trouble of the other chores, which usually have the same.
        """
        chore.begun, before, trouble = time.monotonic(), chore.trouble, ""
        try:
            chore.do()
        except (JournalError, SettingsError) as error:
            trouble = error.message
        chore.trouble = trouble
        if before and before != trouble and before not in others:
            self._note(f"That is over: {before}")
        if trouble and trouble != before and trouble not in others:
            self._note(f"{trouble} Trying again until that is over.", warning=True)

    def _figures(self) -> WorkerFigures:
        now, (then, before) = time.monotonic(), self._counted
        rows, self._counted = self._rows - before, (now, self._rows)
        return WorkerFigures(rows / max(now - then, 0.001), self._rate_limited)

    def _count_rows(self) -> None:
        """Note how far each attempt is, and stop those that another worker or a person has taken away."""
        with self._guard:
            attempts = list(self._attempts.values())
        if attempts:
            rows = {attempt.occasion.workspace: attempt.rows for attempt in attempts}
            ours = self._book.count_rows(self._heartbeat.worker, rows)
            for attempt in attempts:
                # One that has ended meanwhile is no longer among the attempts.
                is_open = attempt.occasion.workflow in self._attempts
                if is_open and attempt.occasion.workspace not in ours and not attempt.is_withdrawn:
                    attempt.is_withdrawn = True
                    text = "it was paused or cancelled, or another worker has it; the rows on their way are finished"
                    self._note(f"{attempt.occasion.workspace}: {text}", warning=True)

    def _take_up(self) -> None:
        taken_up = rescue(self._engine, self._book, str(self._heartbeat.worker))
        if taken_up:
            names = ", ".join(sorted({workflow.split("/")[1] for workflow in taken_up}))
            self._note(f"Queued again, since no worker was at work on it: {names}")

    def _follow_schedules(self) -> None:
        """Queue what is due. Raises SettingsError, as for a file that is wrong just now, or JournalError."""
        fleet = self._current_fleet()
        queued = queue_scheduled(fleet, self._environment, self._book, self._engine)
        if queued:
            self._note(f"Queued by schedule: {', '.join(queued)}")

    def _deliver(self, workflow: str) -> None:
        """Do one attempt. Nothing is raised: an error may quote a cell, and the queue would keep that."""
        try:
            occasion = self._book.begin(workflow, self._heartbeat.worker)
            if occasion is None:
                return
            end = self._attempt(occasion)
            is_ours = self._book.end(occasion, self._heartbeat.worker, end)
            if is_ours and end.state is OccasionState.QUEUED and not end.delay_seconds:
                # Handed back at once, for the other workers.
                again = self._book.give_out_again(replace(occasion, state=OccasionState.QUEUED))
                if again is not None:
                    self._engine.enqueue(again.workflow, again.lane_key)
        except ImporterError as error:
            # The database is away: the occasion has no workflow then, and is given out again when it is back.
            self._note(f"{workflow}: {error.message}", warning=True)

    def _attempt(self, occasion: Occasion) -> OccasionEnd:
        """Import the sheet of a workspace; return what becomes of its occasion."""
        if self._order.stop_requests():
            return OccasionEnd(OccasionState.QUEUED)
        try:
            fleet = self._current_fleet()
            if occasion.workspace not in {workspace.name for workspace in fleet.workspaces}:
                step = f"Write the workspace into {fleet.file} again, on every computer that works for the fleet."
                raise SettingsError(f"{fleet.file} on {socket.gethostname()} has no such workspace.", step)
            workspace = fleet.workspace(occasion.workspace)
        except SettingsError as error:
            return OccasionEnd(OccasionState.STOPPED, CannotStart.exit_code, {}, error.message, error.next_step)
        attempt = _Attempt(occasion)
        with self._guard:
            self._attempts[occasion.workflow] = attempt

        def notify(name: str, event: Event) -> None:
            if name:
                self._count_event(attempt, event)
            if event.name == "opened":
                self._compare_sheet(occasion, str(event.facts["digest"]))

        def stop_requests() -> int:
            return max(self._order.stop_requests(), int(attempt.is_withdrawn))

        try:
            task = lane_task(fleet, workspace, occasion.workspace, self._environment, "run")
            (lane_end,) = Crew(self._order.command, 1, notify, stop_requests).run([task])
        finally:
            with self._guard:
                del self._attempts[occasion.workflow]
        again = f"{PROGRAM} fleet retry {occasion.workspace}"
        result = published(workspace, workspace_result(workspace, lane_end, again, "run"))
        # A lane that was killed because it had to stop at once counts as interrupted, too.
        kind = Interrupted.__name__ if stop_requests() else str(lane_end.error.get("kind", ""))
        facts = {"text": f"{result.name}: {result.result()}", "warning": result.exit_code != 0, **result.as_dict()}
        with self._guard:
            self._order.notify(result.name, Event("workspace-ended", facts))
        return attempt_end(result, kind, occasion.failures, fleet.times)

    def _current_fleet(self) -> Fleet:
        """The fleet as its file says now. Raises SettingsError."""
        with self._guard:
            stamp = _stamp(self._fleet.file)
            if stamp != self._stamp:
                changed = replace(read_fleet(self._fleet.file), times=self._fleet.times)
                self._fleet = with_journals(changed, self._environment)
                self._stamp = stamp
            return self._fleet

    def _count_event(self, attempt: _Attempt, event: Event) -> None:
        with self._guard:
            if event.name == "delivered":
                attempt.rows += 1
                self._rows += 1
            elif event.name == "rate_limited":
                self._rate_limited += 1
            self._order.notify(attempt.occasion.workspace, event)

    def _compare_sheet(self, occasion: Occasion, digest: str) -> None:
        """Warn if an attempt reads another sheet than the attempt before, whose worker may have died over it."""
        before = occasion.sheet_digest
        if digest == before:
            return
        if before:
            text = f"{occasion.workspace}: the sheet has changed since its import began for {occasion.name}."
            self._note(f"{text} Going on with the sheet as it is now; no row is sent twice.", warning=True)
        # This is only for the warning, so an import does not stop for it if the database is away.
        with suppress(JournalError):
            self._book.note_sheet(occasion, self._heartbeat.worker, digest)

    def _note(self, text: str, *, warning: bool = False) -> None:
        with self._guard:
            self._order.notify("", Event("note", {"text": text, "warning": warning}))


def _stamp(file: Path) -> tuple[int, int]:
    """When a file was last changed, and its size; (0, 0) for one that is gone."""
    try:
        facts = file.stat()
    except OSError:
        return 0, 0
    return facts.st_mtime_ns, facts.st_size
