"""`verify`: every contact of the sheet is read back and compared; only `verify.csv` and its page are written."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from importer.api import contacts as reading
from importer.api.conversations import NoConversations, participants
from importer.delivery.journal import Journal
from importer.disk import make_folder
from importer.errors import DiskFailed, Interrupted
from importer.model import MOST_IDS, Event, Status
from importer.pipeline.outputs.folder import Outputs, previous_outputs
from importer.pipeline.outputs.page import chosen, facts, text
from importer.pipeline.outputs.run_record import new_run
from importer.pipeline.reading.match_rules import policy_for
from importer.pipeline.reading.prepare import Ready
from importer.pipeline.reading.sheet import open_source
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.pipeline.telemetry.statistics import RunStatistics
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.prefetch import PAGE, survey
from importer.plan import VerifiedRow, VerifyResult, contact_points, verify_row
from importer.report.html.differences import DifferenceCounter
from importer.report.html.verify import page
from importer.report.verify import VerifyCounts, VerifyLine, Visibility, next_step, writing_verify
from importer.settings.command_line import repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from importer.delivery.journal import QueuedRow
    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.telemetry.lifecycle import CommandLifecycle
    from importer.pipeline.workspace.connection import Connection
    from importer.plan import Policy

FILE, PAGE_FILE = "verify.csv", "verify.html"
MOST_SHOWN = 10
_OTHERS = (Status.DUPLICATE, Status.SKIPPED, Status.REJECTED, Status.CONFLICT)

Contact = dict[str, Any]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was found: the balance of all rows, the first differences, who is seen in the app (None if not asked)."""

    balance: VerifyCounts
    some: tuple[VerifyLine, ...]
    visibility: Visibility | None
    out: Path
    files: tuple[str, ...]
    requests: int
    seconds: float
    next_step: str = ""

    @property
    def exit_code(self) -> int:
        """0 where every row is there, 1 where one is not or differs."""
        return 0 if self.balance.is_whole else 1

    def as_dict(self) -> dict[str, object]:
        """The report as JSON-ready facts."""
        kinds = {kind.replace("-", "_"): number for kind, number in self.balance.kinds.items()}
        seen = self.visibility
        told = {"seen_now": seen.now, "seen_later": seen.later, "seen_never": seen.never} if seen else {}
        return {
            "file": self.balance.file,
            "rows": self.balance.rows,
            **kinds,
            "unknown": self.balance.unknown,
            **(told if seen and not seen.refused else {}),
            "requests": self.requests,
            "seconds": self.seconds,
            "exit_code": self.exit_code,
        }


async def verify(job: Job, *, visibility: bool = False) -> VerifyReport:
    """Read every contact of the sheet of `job` back, compare it field by field, and write `verify.csv`.

    `visibility`: also ask with whom the workspace has conversations. The journal stays as it is. Raises CannotStart
    or Stopped.
    """
    with command_lifecycle(job, "verify") as attending:
        report = await _verified(attending, visibility=visibility)
        attending.ended(report.as_dict(), report.files)
        return report


async def _verified(attending: CommandLifecycle, *, visibility: bool) -> VerifyReport:
    started, job = time.monotonic(), attending.job
    # A row that the journal knows as done is to be looked at all the same.
    job = replace(job, settings=job.settings.model_copy(update={"trust_journal": False}))
    table = open_source(job)
    make_folder(job.out)
    async with connect(job) as service:
        path = job.out / "journal.sqlite"
        with Journal.copy(path, service.address, service.key.get_secret_value()) as journal:
            verifying = _Verifying(job, table, service, journal, started)
            attending.begun(verifying.record.run_id)
            return await verifying.go(visibility=visibility)


class _Verifying:
    """One verification, from the copy of the journal to `verify.csv` and its page."""

    def __init__(self, job: Job, table: SourceTable, service: Connection, journal: Journal, started: float) -> None:
        self._job, self._table, self._service, self._journal = job, table, service, journal
        self._started = started
        self.record = new_run("verify", job, table)
        self._unsearchable: set[str] = set()
        self._some: list[VerifyLine] = []
        self._kinds: Counter[str] = Counter(dict.fromkeys(map(str, VerifyResult), 0))
        self._visible: Counter[str] = Counter()
        self._differences = DifferenceCounter()

    async def go(self, *, visibility: bool) -> VerifyReport:
        """Read all that is to be read, then compare."""
        former = previous_outputs(self._job.out, self._journal.runs())
        sheet = await Ready(self._job, self._table, self._service, self._journal, self._begin).rows()
        await survey(self._job, self._service, self._journal)
        await self._look_again()
        talked, refused = await self._conversations() if visibility else (None, "")
        outputs = Outputs(self._job.out, self._job.file, self.record.run_id)
        outputs.make_room(former, (FILE, PAGE_FILE))
        path = outputs.path(FILE)
        with writing_verify(path) as write:
            self._compare(policy_for(self._job, sheet), talked, write)
        report = self._report(path.name, self._visibility(refused) if visibility else None)
        return self._shown(outputs, report, sheet)

    def _visibility(self, refused: str) -> Visibility:
        return Visibility(self._visible["now"], self._visible["later"], self._visible["never"], refused)

    def _begin(self, _sheet: object) -> RunStatistics:
        self._journal.begin(self.record)
        return RunStatistics()

    def _report(self, file: str, seen: Visibility | None) -> VerifyReport:
        counts = self._journal.counts()
        kinds = {**self._kinds, **{str(status): counts[status] for status in _OTHERS}}
        balance = VerifyCounts(self._table.file, sum(counts.values()), kinds)
        return VerifyReport(
            balance,
            tuple(self._some),
            seen,
            self._job.out,
            (file,),
            self._service.api.traffic.requests,
            round(time.monotonic() - self._started, 3),
            next_step(balance, repeated(self._job.command_line, command="run")),
        )

    def _shown(self, outputs: Outputs, report: VerifyReport, sheet: PreparedSheet) -> VerifyReport:
        """The report with its page, where that can be written."""
        again = repeated(self._job.command_line, command="run")
        effort = f"Effort:  {report.requests:,} requests in {report.seconds:.1f} s"
        settings = chosen(self._job, self.record, sheet)
        seen, of = report.visibility, facts(self.record)
        try:
            found = page(report.balance, self._differences, seen, effort, again, of, settings)
            outputs.page(found, mask=self._job.settings.mask, name=PAGE_FILE)
        except DiskFailed as failed:
            self._job.hooks.note(str(failed), warning=True)
            return report
        return replace(report, files=(*report.files, *outputs.written))

    # ------------------------------------------------------------------------------------------------- reading

    def _tasks(self) -> Iterator[QueuedRow]:
        after = 0
        while tasks := self._journal.tasks(after, PAGE):
            after = tasks[-1].row
            yield from tasks

    async def _look_again(self) -> None:
        """Ask for each contact that was not found, by its id: a listing may miss what comes while it is read."""
        missing = [task.external_id for task in self._tasks() if not self._contacts(task)]
        for start in range(0, len(missing), MOST_IDS):
            self._go_on()
            some = missing[start : start + MOST_IDS]
            found = await reading.by_external_ids(self._service.api, some, self._service.retry)
            self._unsearchable |= set(some) - set(found)
            self._journal.survey.add(contact for contacts in found.values() for contact in contacts)

    async def _conversations(self) -> tuple[set[str] | None, str]:
        """The numbers that the workspace has conversations with, or why nobody can tell."""
        numbers: set[str] = set()
        try:
            async for page in participants(self._service.api, self._service.retry):
                self._go_on()
                numbers.update(page)
                self._job.hooks.notify(Event("surveying", {"conversations": len(numbers)}))
        except NoConversations as refusal:
            return None, str(refusal)
        return numbers, ""

    def _go_on(self) -> None:
        if self._job.hooks.stop.is_set():
            raise Interrupted

    # ----------------------------------------------------------------------------------------------- comparing

    def _contacts(self, task: QueuedRow) -> list[Contact]:
        """The contacts that a row may mean: by its external id, as the journal knows it, or as `--match` finds it."""
        found = self._journal.survey
        contacts = found.with_external_id(task.external_id)
        own = found.contact(task.known.contact_id) if task.known.contact_id else None
        if own is not None and own not in contacts:
            contacts = [own, *contacts]
        if contacts:
            return contacts
        numbers = contact_points(task.body)
        some = (found.with_points(numbers[by]) for by in self._job.settings.match if by in numbers)
        return next((one for one in some if len(one) == 1), [])

    def _compare(self, policy: Policy, talked: set[str] | None, write: Callable[[VerifyLine], None]) -> None:
        for task in self._tasks():
            contacts = self._contacts(task)
            if not contacts and task.external_id in self._unsearchable:
                continue
            proof = verify_row(task.body, task.digest, task.known, contacts, policy)
            self._kinds[str(proof.finding)] += 1
            for line in _lines(task, proof):
                write(line)
                self._differences.feed(line.row, line.field, line.sheet, line.workspace, line.reason)
                if len(self._some) < MOST_SHOWN:
                    self._some.append(line)
            if talked is not None and proof.contact is not None:
                self._visible[_seen(proof.contact, talked)] += 1


def _seen(contact: Any, talked: set[str]) -> str:
    numbers = contact_points(contact)["phone"]
    if not numbers:
        return "never"
    return "now" if talked.intersection(numbers) else "later"


def _lines(task: QueuedRow, proof: VerifiedRow) -> Iterator[VerifyLine]:
    """One line a field that differs; one without a field where the contact as a whole is the trouble."""
    if proof.finding is VerifyResult.THERE:
        return
    contact_id = str(proof.contact["id"]) if proof.contact else task.known.contact_id
    line = VerifyLine(task.row, task.external_id, contact_id, str(proof.finding), "", "", "", proof.reason)
    if not proof.differences:
        yield line
    for one in proof.differences:
        yield replace(line, field=one.field, sheet=text(one.row_value), workspace=text(one.contact_value))
