"""Undoing a run of `dedupe`: whom it is about is shown and asked, then contacts are made again and restored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from importer.api import contacts as contacts_api
from importer.delivery.unjoin import BRING_BACK, Unjoin
from importer.errors import SettingsError, Stopped
from importer.model import Event
from importer.pipeline.outputs.undone import declined
from importer.pipeline.workspace.key_check import check_key
from importer.plan import UndoAction
from importer.plan.undo import UndoKind, UndoScope
from importer.report.card import contact_name
from importer.report.undo import MOST_NAMES, MOST_REASONS, UndoPreview, preview_lines
from importer.settings.command_line import undo_again

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.delivery.journal import Journal, RunRecord
    from importer.delivery.journal.undo_results import UndoTarget
    from importer.pipeline.job import Job
    from importer.pipeline.outputs.undone import UndoOutputs
    from importer.pipeline.workspace.connection import Connection


@dataclass(frozen=True, slots=True)
class UnjoinResult:
    """How it ended: `counts` as of every undo, `left` contacts still to undo, and what stopped it early."""

    counts: Mapping[str, int]
    reasons: tuple[str, ...] = ()
    left: int = 0
    stopped: Stopped | None = None
    nothing_left: bool = False


def dedupe_target(journal: Journal, scope: UndoScope, job: Job) -> UndoTarget | None:
    """Return the run of `dedupe` that is to be undone, None if only runs of imports are.

    Raises SettingsError if all runs are to be undone and they are of both kinds, since the order matters.
    """
    if scope.kind is UndoKind.LEFT_OUT:
        return None
    targets, imports = journal.joins.targets(), journal.undos.targets()
    if scope.kind is UndoKind.EVERY_RUN:
        whole = journal.joins.whole()
        if whole is not None and journal.undos.whole() is not None:
            first = undo_again(job.command_line, job.out, "--run", targets[-1].run_ids[0])
            raise SettingsError(
                "This folder has runs of dedupe and of imports, which --all does not undo together.",
                f"Undo the runs of dedupe first, the latest with: {first}",
            )
        return whole
    if scope.kind is UndoKind.NAMED_RUN:
        return next((target for target in targets if scope.run_id in target.run_ids), None)
    if targets and (not imports or targets[-1].numbers[-1] > imports[-1].numbers[-1]):
        return targets[-1]
    return None


async def undo_dedupe(
    job: Job,
    connection: Connection,
    journal: Journal,
    target: UndoTarget,
    record: RunRecord,
    outputs: UndoOutputs,
    agree: Callable[[UndoPreview], bool] | None,
) -> UnjoinResult:
    """Show what will be undone, ask, undo it, and write `undo.csv`. Raises CannotStart, or Stopped before that."""
    joins = journal.joins
    waiting = joins.contacts(target)
    if not waiting:
        return UnjoinResult(joins.results(target), nothing_left=True)
    # Into another workspace the deleted contacts of this one must not be made.
    await check_key(job, journal, connection)

    async def of_source(source: str) -> Sequence[dict[str, Any]]:
        pages = contacts_api.pages(connection.api, connection.retry, sources=[source] if source else [])
        return [contact async for page, *_ in pages for contact in page if (contact.get("source") or "") == source]

    unjoin = Unjoin(journal, connection.api, target, connection.retry, job.hooks.notify, of_source)
    remakes = sum(line.is_deletion for line in waiting)
    preview = UndoPreview(
        target.run_ids, "dedupe", target.started_at, 0, len(waiting) - remakes, {}, looked=False, remakes=remakes
    )
    if agree is not None:
        preview = await _looked_at(unjoin, preview)
    for line in preview_lines(preview):
        job.hooks.note(line, name="outlook")
    if agree is not None and preview.writes and not agree(preview):
        raise declined()
    journal.enter(record)
    job.hooks.notify(Event("staged", {"to_send": len(waiting)}))
    stop: Stopped | None = None
    try:
        await unjoin.run()
    except Stopped as stopped:
        stop = stopped
    counts = joins.results(target)
    code = stop.exit_code if stop is not None else int(bool(counts["kept"] or counts["failed"]))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    # The journal first: it knows how far the undo came even where the file cannot be written.
    journal.undos.finish(record.run_id, now, counts, code, {"requests": connection.api.traffic.requests})
    outputs.write_table(joins.lines(target))
    unlike = (line for line in joins.lines(target) if line.result != "reversed")
    reasons = tuple(f"{line.result}: {line.contact_id}: {line.reason}" for line in islice(unlike, MOST_REASONS))
    remaining = len(joins.contacts(target)) if stop is not None else 0
    return UnjoinResult(counts, reasons, remaining, stop)


async def _looked_at(unjoin: Unjoin, preview: UndoPreview) -> UndoPreview:
    """The preview with what the contacts are now, and the first names."""
    names: dict[str, list[str]] = {BRING_BACK: [], UndoAction.RESTORE.value: []}

    def note_name(action: str, contact: Mapping[str, Any]) -> None:
        if action in names and len(names[action]) < MOST_NAMES:
            names[action].append(contact_name(contact))

    verdicts = await unjoin.survey(note_name)
    actions: Counter[str] = Counter()
    for (action, _), number in verdicts.items():
        actions[action] += number
    return replace(
        preview,
        restores=actions[UndoAction.RESTORE.value],
        remakes=actions[BRING_BACK],
        kept={reason: number for (action, reason), number in verdicts.items() if action not in names},
        looked=True,
        names=names,
    )
