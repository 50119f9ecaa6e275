"""`undo`: what the latest run wrote is taken back, but for what somebody changed since."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from importer.delivery.journal import Journal, RunRecord, history
from importer.delivery.undo import Undo
from importer.errors import Declined, SettingsError, Stopped
from importer.model import Event
from importer.pipeline.outputs.run_record import new_id
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.key_check import bind
from importer.plan import UndoAction
from importer.report.tables import write_id_map
from importer.report.undo import UndoPreview, prospect_lines, write_undo
from importer.settings.command_line import repeated
from importer.version import program_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from importer.delivery.journal.undo import UndoTarget
    from importer.pipeline.job import Job
    from importer.pipeline.telemetry.lifecycle import CommandLifecycle
    from importer.pipeline.workspace.connection import Connection

JOURNAL = "journal.sqlite"
_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class UndoReport:
    """How an undo ended: the runs that were taken back, and how many contacts were `reversed kept failed`.

    `counts` are of all undos of these runs, `nothing_left` says that an earlier one had done all of it. `reasons` tells
    of some that were not reversed. `stopped` is what ended it early, with `left` contacts still to undo; doing it again
    goes on.
    """

    run_ids: tuple[str, ...]
    counts: Mapping[str, int]
    out: Path
    files: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    requests: int = 0
    seconds: float = 0.0
    exit_code: int = 0
    nothing_left: bool = False
    stopped: Stopped | None = None
    left: int = 0

    def as_dict(self) -> dict[str, object]:
        """The report as JSON-ready facts."""
        return {
            "undone_runs": list(self.run_ids),
            **self.counts,
            "requests": self.requests,
            "seconds": self.seconds,
            "exit_code": self.exit_code,
        }


async def undo(job: Job, run_id: str | None = None, agree: Callable[[UndoPreview], bool] | None = None) -> UndoReport:
    """Take back what the latest writing run of the journal in `job.out` wrote, its resumes included; or run `run_id`.

    `agree` is asked before the first write. The exit code is 1 where a contact was kept or could not be taken back,
    else 0; 3 (2 before the first write) with `stopped` where it ended early. Raises CannotStart, or Stopped before it
    knew what to do.
    """
    with command_lifecycle(job, "undo") as attending:
        report = await _undone(attending, run_id, agree)
        attending.ended(report.as_dict(), report.files, stopped=report.stopped)
        return report


async def _undone(
    attending: CommandLifecycle, run_id: str | None, agree: Callable[[UndoPreview], bool] | None
) -> UndoReport:
    started, job = time.monotonic(), attending.job
    _must_hold_a_journal(job)
    async with connect(job) as service:
        with Journal.open(job.out / JOURNAL, service.address, service.key.get_secret_value()) as journal:
            writing = _chosen(journal, run_id)
            if writing is None:
                return UndoReport((), _none(), job.out, nothing_left=True)
            undoing = _Undoing(job, service, journal, writing, started)
            attending.begun(undoing.record.run_id)
            return await undoing.go(agree)


def _must_hold_a_journal(job: Job) -> None:
    """Raise SettingsError where the folder has no journal, or that of a rehearsal."""
    path = job.out / JOURNAL
    if not path.is_file():
        step = "Name the folder of the results of an import, such as customers.import."
        raise SettingsError(f"{job.out} has no {JOURNAL}, so there is nothing to undo there.", step)
    if (job.out / "sandbox.sqlite").is_file() and not job.settings.sandbox and not _is_real(path):
        raise SettingsError(f"The import in {job.out} was a rehearsal in the sandbox.", "Add --sandbox.")


def _is_real(path: Path) -> bool:
    return not any(record.settings.get("sandbox") for record in history(path))


def _chosen(journal: Journal, run_id: str | None) -> UndoTarget | None:
    """The run to undo; None where no run has written anything. Raises SettingsError for an unknown `run_id`."""
    writings = journal.undos.targets()
    if run_id is None:
        return writings[-1] if writings else None
    for one in writings:
        if run_id in one.run_ids:
            return one
    if any(record.run_id == run_id for record in journal.runs()):
        return None
    known = ", ".join(one.run_ids[0] for one in writings[-5:]) or "none"
    raise SettingsError(f"--run: {run_id!r} is no run of this journal (runs that wrote: {known}).", "Name one of them.")


def _near(file: str) -> str:
    """A path as a person would type it here."""
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file


def _none() -> dict[str, int]:
    return {"reversed": 0, "kept": 0, "failed": 0}


class _Undoing:
    """One undo, from the open journal to its list."""

    def __init__(self, job: Job, service: Connection, journal: Journal, writing: UndoTarget, started: float) -> None:
        self._job, self._service, self._journal, self._writing = job, service, journal, writing
        self._started = started
        now = datetime.now(UTC)
        self.record = RunRecord(
            run_id=new_id(now),
            command="undo",
            file=writing.file,
            sheet=None,
            started_at=now.isoformat(timespec="seconds"),
            settings={"undoes": writing.run_ids[0]},
            facts={"program": program_version(), "line": repeated(job.command_line)},
        )
        self._undo = Undo(journal, service.api, writing, service.retry, job.hooks.notify)

    async def go(self, agree: Callable[[UndoPreview], bool] | None) -> UndoReport:
        """Show, ask, do, and write the list."""
        undos = self._journal.undos
        deletes, restores = undos.gather(self._writing)
        if not deletes + restores and undos.is_finished(self._writing):
            return self._report(0, nothing_left=True)
        await bind(self._job, self._journal, self._service)
        prospect = self._prospect(deletes, restores)
        if agree is not None:
            prospect = await self._looked(prospect)
        for line in prospect_lines(prospect):
            self._job.hooks.note(line, name="outlook")
        if agree is not None and prospect.writes and not agree(prospect):
            raise Declined("Nothing was undone, as you said.", "Run undo again when you are ready.")
        self._journal.enter(self.record)
        self._job.hooks.notify(Event("staged", {"to_send": deletes + restores}))
        try:
            await self._undo.run()
        except Stopped as stopped:
            return self._finish(stopped)
        return self._finish(None)

    def _prospect(self, deletes: int, restores: int) -> UndoPreview:
        one = self._writing
        return UndoPreview(one.run_ids, _near(one.file), one.started_at, deletes, restores, {}, looked=False)

    async def _looked(self, prospect: UndoPreview) -> UndoPreview:
        """The prospect as the contacts look now."""
        found = await self._undo.survey()
        sums: Counter[UndoAction] = Counter()
        kept: Counter[str] = Counter()
        for (undoing, reason), number in found.items():
            sums[undoing] += number
            if undoing in (UndoAction.KEEP, UndoAction.NOTHING):
                kept[reason] += number
        deletes, restores = sums[UndoAction.DELETE], sums[UndoAction.RESTORE]
        return replace(prospect, deletes=deletes, restores=restores, kept=dict(kept), looked=True)

    def _finish(self, stopped: Stopped | None) -> UndoReport:
        undos = self._journal.undos
        counts = undos.results(self._writing)
        code = 1 if counts["kept"] or counts["failed"] else 0
        if stopped is not None:
            code = stopped.exit_code
        undos.mark_rows()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        facts = {"requests": self._service.api.traffic.requests, "seconds": self._seconds()}
        undos.finish(self.record.run_id, now, counts, code, facts)
        files = self._write()
        left = sum(undos.gather(self._writing)) if stopped is not None else 0
        return replace(self._report(code, stopped=stopped), files=files, left=left)

    def _write(self) -> tuple[str, ...]:
        """Write `undo.csv`, and `id_map.csv` anew: contacts that are gone stand in it no more."""
        lines = self._journal.undos.lines(self._writing)
        write_undo(
            self._job.out / "undo.csv", ((u.external_id, u.contact_id, u.action, u.result, u.reason) for u in lines)
        )
        id_map = self._job.out / "id_map.csv"
        runs = [record for record in self._journal.runs() if record.command == "run"]
        # A run that could not start has left the id map of the run before.
        if not id_map.is_file() or not runs or runs[-1].exit_code == Declined.exit_code:
            return ("undo.csv",)
        write_id_map(id_map, self._journal.outcomes())
        return ("undo.csv", "id_map.csv")

    def _seconds(self) -> float:
        return round(time.monotonic() - self._started, 3)

    def _report(self, code: int, *, nothing_left: bool = False, stopped: Stopped | None = None) -> UndoReport:
        undos = self._journal.undos
        reasons = [
            f"{one.result}: {one.contact_id or one.external_id}: {one.reason}"
            for one, _ in zip(
                (one for one in undos.lines(self._writing) if one.result != "reversed"),
                range(_MOST_SHOWN),
                strict=False,
            )
        ]
        return UndoReport(
            self._writing.run_ids,
            undos.results(self._writing),
            self._job.out,
            reasons=tuple(reasons),
            requests=self._service.api.traffic.requests,
            seconds=self._seconds(),
            exit_code=code,
            nothing_left=nothing_left,
            stopped=stopped,
        )
