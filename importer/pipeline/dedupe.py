"""`dedupe`: contacts of a workspace that are one person several times become one, and `undo` brings all back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

from importer.delivery.dedupe import Dedupe, JoinResult
from importer.delivery.journal import Journal, RunRecord
from importer.delivery.journal.joins import COMMAND
from importer.disk import make_folder
from importer.errors import Declined, GuardStop, Stopped
from importer.model import Event
from importer.pipeline.outputs.run_record import kept_settings, new_id
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.key_check import check_key
from importer.pipeline.workspace.twin_contacts import TwinContacts, read_twin_contacts
from importer.report.dedupe import DEDUPE_FILE, contact_cells, found_line, write_dedupe
from importer.settings.command_line import other_command, repeated
from importer.version import program_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from importer.pipeline.job import Job
    from importer.pipeline.telemetry.lifecycle import CommandLifecycle
    from importer.pipeline.workspace.connection import Connection
    from importer.plan.join import Join


@dataclass(frozen=True, slots=True)
class DedupeReport:
    """How it ended: people `found` more than once among `contacts`, of whom `joined` are one now and `left` are not.

    `changed` and `deleted` count contacts; of a plan they are those that would be. `with_row` of the deleted ones
    belong to rows of sheets imported here. `stopped` is what ended it early; the same command goes on.
    """

    out: Path
    contacts: int
    found: int
    joined: int
    changed: int
    deleted: int
    left: int
    with_row: int
    groups: tuple[Join, ...]
    run_id: str = ""
    is_plan: bool = False
    files: tuple[str, ...] = ()
    requests: int = 0
    seconds: float = 0.0
    stopped: Stopped | None = None

    @property
    def exit_code(self) -> int:
        """0, 1 where a person must decide about contacts that were left, else that of what stopped it."""
        return self.stopped.exit_code if self.stopped is not None else int(self.left > 0)

    def as_dict(self) -> dict[str, object]:
        """The report as JSON-ready facts."""
        names = ("contacts", "found", "joined", "changed", "deleted", "left", "requests", "seconds", "exit_code")
        return {"run_id": self.run_id, "plan": self.is_plan, **{name: getattr(self, name) for name in names}}


async def dedupe(
    job: Job, agree: Callable[[Sequence[Join]], bool] | None = None, *, plan_only: bool = False
) -> DedupeReport:
    """Join the contacts of the workspace that are one person, or only say what would be done.

    `agree` is asked before the first write, with all groups. `dedupe.csv` in `job.out` lists every contact. Raises
    CannotStart, or Stopped before the first write.
    """
    with command_lifecycle(job, COMMAND) as lifecycle:
        make_folder(job.out)
        async with connect(lifecycle.job) as connection:
            opener = Journal.copy if plan_only else Journal.open
            with opener(lifecycle.job.journal, connection.address, connection.key.get_secret_value()) as journal:
                await connection.begin(journal)
                run = _DedupeRun(lifecycle, connection, journal, plan_only=plan_only)
                report = await run.go(agree)
        lifecycle.end(report.as_dict(), report.files, stopped=report.stopped)
        return report


class _DedupeRun:
    """One run, from the open journal to its file."""

    def __init__(
        self, lifecycle: CommandLifecycle, connection: Connection, journal: Journal, *, plan_only: bool
    ) -> None:
        self._lifecycle, self._connection, self._journal = lifecycle, connection, journal
        self._job, self._plan_only, self._started = lifecycle.job, plan_only, time.monotonic()
        now = datetime.now(UTC)
        self._record = RunRecord(
            run_id=new_id(now),
            command=COMMAND,
            file=COMMAND,
            sheet=None,
            started_at=now.isoformat(timespec="seconds"),
            settings=kept_settings(self._job),
            facts={"program": program_version(), "line": repeated(self._job.command_line)},
        )

    async def go(self, agree: Callable[[Sequence[Join]], bool] | None) -> DedupeReport:
        """Read, show, ask, join, and write the file."""
        await check_key(self._job, self._journal, self._connection)
        undo = other_command(self._job.command_line, "undo", folder=self._job.out)
        api, retry, notify = self._connection.api, self._connection.retry, self._job.hooks.notify
        dedupe_run = Dedupe(self._journal, api, retry, notify, undo=undo)
        await dedupe_run.check_former()
        twins = await read_twin_contacts(self._job, self._connection, self._journal)
        ready = [group for group in twins.groups if not group.left]
        deletes = sum(len(group.others) for group in ready)
        changes = sum(bool(group.patch) for group in ready)
        line = found_line(twins.contacts, len(twins.groups), deletes, changes, len(twins.groups) - len(ready))
        self._job.hooks.note(line, name="outlook")
        if self._plan_only or not ready:
            results = [JoinResult(group) for group in ready]
            return self._report(twins, results, None)
        most = self._job.settings.max_deletes
        if most is not None and deletes > most:
            raise GuardStop(
                f"{deletes:,} contacts would be deleted; --max-deletes allows {most:,}. Nothing was changed.",
                "Look at the list with --plan, and give a higher number if it is right.",
            )
        if agree is not None and not agree(twins.groups):
            raise Declined("Nothing was changed, as you said.", "Run dedupe again when you are ready.")
        self._journal.enter(self._record)
        self._lifecycle.begin(self._record.run_id)
        notify(Event("staged", {"to_send": len(ready)}))
        results, stop = [], None
        try:
            await dedupe_run.run(ready, results)
        except Stopped as stopped:
            stop = stopped
        return self._report(twins, results, stop)

    def _report(self, twins: TwinContacts, results: Sequence[JoinResult], stop: Stopped | None) -> DedupeReport:
        is_plan, by_kept = self._plan_only, {str(result.group.kept["id"]): result for result in results}
        deleted = [contact_id for result in results for contact_id in result.deleted]
        if is_plan:
            deleted = [str(contact["id"]) for result in results for contact in result.group.others]
        joined = sum(not result.left for result in results)
        counts = {
            "contacts": twins.contacts,
            "found": len(twins.groups),
            "joined": joined,
            "changed": sum(bool(result.group.patch) and not result.left for result in results),
            "deleted": len(deleted),
            "left": len(twins.groups) - joined,
        }
        contacts = [twins.known[contact_id] for contact_id in deleted if contact_id in twins.known]
        report = DedupeReport(
            self._job.out,
            **counts,
            with_row=sum(contact.has_row for contact in contacts),
            groups=twins.groups,
            run_id="" if is_plan else self._record.run_id,
            is_plan=is_plan,
            files=(DEDUPE_FILE,),
            requests=self._connection.api.traffic.requests,
            seconds=round(time.monotonic() - self._started, 3),
            stopped=stop,
        )
        if not is_plan and results:
            # The journal first: it knows how far the run came even where the file cannot be written.
            now = datetime.now(UTC).isoformat(timespec="seconds")
            facts = {"requests": report.requests, "seconds": report.seconds}
            self._journal.undos.finish(self._record.run_id, now, counts, report.exit_code, facts)
        lines = chain(_lines(twins.groups, by_kept, is_plan=is_plan), self._earlier_lines(twins.groups))
        write_dedupe(self._job.out / DEDUPE_FILE, lines)
        return report

    def _earlier_lines(self, groups: Sequence[Join]) -> Iterator[tuple[object, ...]]:
        """Of what earlier runs deleted: no other file tells which external ids are gone."""
        present = {str(contact["id"]) for group in groups for contact in group.contacts}
        for run_id, kept_id, contact, is_certain in self._journal.joins.deleted_before(self._record.run_id):
            if str(contact["id"]) not in present:
                result = "deleted" if is_certain else "not certain"
                reason = f"by the run {run_id}, which kept {kept_id}"
                yield ("", "delete", *contact_cells(contact), "", result, reason)


def _lines(groups: Sequence[Join], results: dict[str, JoinResult], *, is_plan: bool) -> Iterator[tuple[object, ...]]:
    for number, group in enumerate(groups, start=1):
        result = results.get(str(group.kept["id"]))
        why_left = group.left or ("" if is_plan else (result.left if result else "not reached; run dedupe again"))
        for contact in group.contacts:
            is_kept = contact is group.kept
            action = "leave" if group.left else "keep" if is_kept else "delete"
            if group.left or is_plan:
                end = "left" if group.left else "planned"
            elif is_kept:
                end = "left" if why_left else ("changed" if group.patch else "unchanged")
            else:
                end = "deleted" if result and contact["id"] in result.deleted else "left"
            adds = "; ".join(group.adds) if is_kept and not group.left else ""
            reason = why_left if end == "left" else "; ".join(group.notes) if is_kept else ""
            yield (number, action, *contact_cells(contact), adds, end, reason)
