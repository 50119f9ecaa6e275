"""`undo`: what the latest run wrote is taken back, except contacts that a person changed since."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import Journal, history
from importer.delivery.journal.presence import has_journal
from importer.delivery.undo import BY_HAND, Undo
from importer.errors import Declined, SettingsError, Stopped
from importer.model import Event
from importer.pipeline.outputs.run_record import undo_record
from importer.pipeline.outputs.undone import UNDO_FILE, UndoOutputs, UndoReport, declined
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.pipeline.unjoin import dedupe_target, undo_dedupe
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.joined_contacts import joined_contacts
from importer.pipeline.workspace.kept_contacts import follow_joins
from importer.pipeline.workspace.key_check import check_key
from importer.plan import UndoAction
from importer.plan.undo import JOINED, UndoKind, UndoScope
from importer.report.card import contact_name
from importer.report.tables import write_id_map
from importer.report.undo import MOST_NAMES, MOST_REASONS, UndoPreview, preview_lines
from importer.settings.command_line import other_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from importer.delivery.journal.undo_results import UndoTarget
    from importer.pipeline.job import Job
    from importer.pipeline.telemetry.lifecycle import CommandLifecycle
    from importer.pipeline.workspace.connection import Connection

LATEST_RUN = UndoScope()


async def undo(
    job: Job,
    scope: UndoScope = LATEST_RUN,
    agree: Callable[[UndoPreview], bool] | None = None,
) -> UndoReport:
    """Take back what runs of the journal in `job.out` wrote; `scope` says which.

    A run is undone together with those that went on with it.

    `agree` is asked before the first write. The exit code is 1 where a contact was kept or could not be taken back,
    else 0; 3 (2 before the first write) with `stopped` where it ended early. Raises CannotStart, or Stopped before it
    knew what to do.
    """
    with command_lifecycle(job, "undo") as lifecycle:
        report = await _undo(lifecycle, scope, agree)
        lifecycle.end(report.as_dict(), report.files, stopped=report.stopped)
        return report


async def _undo(
    lifecycle: CommandLifecycle, scope: UndoScope, agree: Callable[[UndoPreview], bool] | None
) -> UndoReport:
    started, job = time.monotonic(), lifecycle.job
    path = job.journal
    if not has_journal(path):
        step = "Name the folder of the results of an import, such as customers.import."
        raise SettingsError(f"{job.out} has no {path.name}, so there is nothing to undo there.", step)
    # The key of a real workspace would find none of the contacts of a rehearsal.
    has_sandbox = (job.out / "sandbox.sqlite").is_file() and not job.settings.sandbox
    if has_sandbox and any(record.settings.get("sandbox") for record in history(path)):
        raise SettingsError(f"The import in {job.out} was a rehearsal in the sandbox.", "Add --sandbox.")

    async with connect(job) as connection:
        with Journal.open(path, connection.address, connection.key.get_secret_value()) as journal:
            await connection.begin(journal)
            joined = dedupe_target(journal, scope, job)
            if joined is not None:
                return await _undo_dedupe(lifecycle, connection, journal, joined, agree, started)
            await follow_joins(job, connection, journal)
            target = _import_target(journal, scope)
            if target is None:
                nothing, of_left_out = {"reversed": 0, "kept": 0, "failed": 0}, scope.kind is UndoKind.LEFT_OUT
                return UndoReport((), nothing, job.out, nothing_left=True, of_left_out=of_left_out)
            run = _UndoRun(job, connection, journal, target, started)
            lifecycle.begin(run.record.run_id)
            return await run.go(agree)


async def _undo_dedupe(
    lifecycle: CommandLifecycle,
    connection: Connection,
    journal: Journal,
    target: UndoTarget,
    agree: Callable[[UndoPreview], bool] | None,
    started: float,
) -> UndoReport:
    record = undo_record(lifecycle.job, target)
    lifecycle.begin(record.run_id)
    outputs = UndoOutputs(lifecycle.job, journal, record)
    end = await undo_dedupe(lifecycle.job, connection, journal, target, record, outputs, agree)
    is_partial = bool(end.counts["kept"] or end.counts["failed"]) and not end.nothing_left
    report = UndoReport(
        target.run_ids,
        end.counts,
        lifecycle.job.out,
        files=() if end.nothing_left else (UNDO_FILE,),
        reasons=end.reasons,
        requests=connection.api.traffic.requests,
        seconds=round(time.monotonic() - started, 3),
        exit_code=end.stopped.exit_code if end.stopped is not None else int(is_partial),
        nothing_left=end.nothing_left,
        stopped=end.stopped,
        left=end.left,
        of_dedupe=True,
        earlier=next(_undoable(journal), "") if end.nothing_left else "",
    )
    return report if end.nothing_left else outputs.with_page(report)


def _import_target(journal: Journal, scope: UndoScope) -> UndoTarget | None:
    """The runs of imports to undo; None if they have written nothing. Raises SettingsError for an unknown id."""
    if scope.kind in (UndoKind.EVERY_RUN, UndoKind.LEFT_OUT):
        whole = journal.undos.whole()
        return replace(whole, of_left_out=scope.kind is UndoKind.LEFT_OUT) if whole is not None else None
    targets = journal.undos.targets()
    if scope.kind is UndoKind.LATEST_RUN:
        return targets[-1] if targets else None
    for target in targets:
        if scope.run_id in target.run_ids:
            return target
    if any(record.run_id == scope.run_id for record in journal.runs()):
        return None
    written = [*targets, *journal.joins.targets()]
    examples = ", ".join(target.run_ids[0] for target in written[-5:]) or "none"
    raise SettingsError(
        f"--run: {scope.run_id!r} is not a run of this journal (runs that wrote: {examples}).", "Name one of them."
    )


def _undoable(journal: Journal) -> Iterator[str]:
    """The runs that an undo could still take back, the latest first."""
    for target in reversed(journal.undos.targets()):
        if sum(journal.undos.gather(target)):
            yield target.run_ids[0]


class _UndoRun:
    """One undo, from the open journal to its files."""

    def __init__(
        self,
        job: Job,
        connection: Connection,
        journal: Journal,
        target: UndoTarget,
        started: float,
    ) -> None:
        self._job, self._connection, self._journal, self._target = job, connection, journal, target
        self._started = started
        self.record = undo_record(job, target)
        self._outputs = UndoOutputs(job, journal, self.record)
        self._joined = joined_contacts(job, connection.address)
        joined = frozenset(self._joined) | journal.kept.kept_ids()
        self._undo = Undo(journal, connection.api, target, connection.retry, job.hooks.notify, joined=joined)

    async def go(self, agree: Callable[[UndoPreview], bool] | None) -> UndoReport:
        """Show what will be undone, ask, undo it, and write `undo.csv` and its page."""
        undos = self._journal.undos
        deletes, restores = undos.gather(self._target)
        is_done = not deletes + restores and (self._target.is_whole or undos.is_finished(self._target))
        if is_done or undos.is_undone_with_all(self._target):
            report = self._report(0, nothing_left=True)
            return report if self._target.of_left_out else replace(report, earlier=next(_undoable(self._journal), ""))
        # With the key of another workspace every contact would look as if a person had deleted it.
        await check_key(self._job, self._journal, self._connection)
        # The file as a person would type it here.
        target, path, current_folder = self._target, Path(self._target.file), Path.cwd()
        file = str(path.relative_to(current_folder)) if path.is_relative_to(current_folder) else target.file
        preview = UndoPreview(
            target.run_ids,
            file,
            target.started_at,
            deletes,
            restores,
            {},
            looked=False,
            of_left_out=target.of_left_out,
        )
        if agree is not None:
            # A person who is asked should know how many contacts were changed since, which takes some requests.
            actions: Counter[UndoAction] = Counter()
            kept_by_reason: Counter[str] = Counter()
            names: dict[str, list[str]] = {"delete": [], "restore": []}

            def note_name(action: UndoAction, contact: Mapping[str, Any]) -> None:
                of_action = names.get(action.value)
                if of_action is not None and len(of_action) < MOST_NAMES:
                    of_action.append(contact_name(contact))

            for (action, reason), number in (await self._undo.survey(note_name)).items():
                actions[action] += number
                if action in (UndoAction.KEEP, UndoAction.NOTHING):
                    kept_by_reason[reason] += number
            deletes_now, restores_now = actions[UndoAction.DELETE], actions[UndoAction.RESTORE]
            preview = replace(
                preview, deletes=deletes_now, restores=restores_now, kept=dict(kept_by_reason), looked=True, names=names
            )
        for line in preview_lines(preview):
            self._job.hooks.note(line, name="outlook")
        if agree is not None and preview.writes and not agree(preview):
            raise declined()
        self._journal.enter(self.record)
        self._job.hooks.notify(Event("staged", {"to_send": deletes + restores}))
        try:
            await self._undo.run(self._outputs.note_name)
        except Stopped as stopped:
            return self._finish(stopped)
        return self._finish(None)

    def _finish(self, stopped: Stopped | None) -> UndoReport:
        undos = self._journal.undos
        counts = undos.results(self._target)
        code = 1 if counts["kept"] or counts["failed"] else 0
        if stopped is not None:
            code = stopped.exit_code
        undos.mark_rows()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        seconds = round(time.monotonic() - self._started, 3)
        facts = {"requests": self._connection.api.traffic.requests, "seconds": seconds}
        # The journal first: it knows how far the undo came even where a file cannot be written.
        undos.finish(self.record.run_id, now, counts, code, facts)

        self._outputs.write_table(undos.lines(self._target))
        files, id_map = [UNDO_FILE], self._job.out / "id_map.csv"
        runs = [record for record in self._journal.runs() if record.is_import]
        # Written again without the contacts that were deleted. After a run that was declined, the id map is that of the
        # run before it.
        if id_map.is_file() and runs and runs[-1].exit_code != Declined.exit_code:
            write_id_map(id_map, self._journal.outcomes(), self._journal.row_names())
            files.append("id_map.csv")
        remaining = sum(undos.gather(self._target)) if stopped is not None else 0
        report = replace(self._report(code, stopped=stopped), files=tuple(files), left=remaining)
        return self._outputs.with_page(report)

    def _report(self, code: int, *, nothing_left: bool = False, stopped: Stopped | None = None) -> UndoReport:
        undos = self._journal.undos
        # The runs that are left, once this one is undone: counted last, because it gathers them again.
        runs_left = undos.whole()
        # After an undo of all runs only contacts are left that it has kept, and it would keep them again.
        counts_others = runs_left is not None and stopped is None and not self._target.is_whole
        remaining = sum(undos.gather(runs_left)) if runs_left is not None and counts_others else 0
        reasons: list[str] = []
        by_hand = 0
        folders: set[str] = set()
        for line in undos.lines(self._target):
            if line.result != "reversed" and len(reasons) < MOST_REASONS:
                reasons.append(f"{line.result}: {line.contact_id or line.external_id}: {line.reason}")
            by_hand += line.reason in BY_HAND
            if line.reason == JOINED and line.contact_id in self._joined:
                folders.add(str(self._joined[line.contact_id]))
        first = other_command(self._job.command_line, "undo", folder=Path(min(folders))) if folders else ""
        return UndoReport(
            self._target.run_ids,
            undos.results(self._target),
            self._job.out,
            reasons=tuple(reasons),
            requests=self._connection.api.traffic.requests,
            seconds=round(time.monotonic() - self._started, 3),
            exit_code=code,
            nothing_left=nothing_left,
            stopped=stopped,
            remaining=remaining,
            first=first,
            by_hand=by_hand,
            of_left_out=self._target.of_left_out,
        )


__all__ = ["UndoReport", "undo"]
