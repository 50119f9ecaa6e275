"""`verify`: every contact of the sheet is read back and compared; only `verify.csv` and its page are written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.api import contacts as contacts_api
from importer.api.conversations import NoConversations, participants
from importer.errors import DiskFailed, Interrupted
from importer.model import MOST_IDS, Event, Status
from importer.model.added_columns import OPEN_QUESTION
from importer.model.delivery import HANDED_BACK
from importer.model.folder_names import REJECTS_CSV, REJECTS_WORKBOOK
from importer.pipeline.outputs.page import contact_value, facts, settings_section
from importer.pipeline.prepare import prepare_rows
from importer.pipeline.reading.left_out_rows import left_out_contacts
from importer.pipeline.run_context import opened_run
from importer.pipeline.workspace.folder_doubles import read_folder_doubles
from importer.pipeline.workspace.prefetch import prefetch_contacts, waiting_rows
from importer.plan import VerifiedRow, VerifyResult, contact_points, verify_row
from importer.report.card import contact_name
from importer.report.html.differences import DifferenceCounter
from importer.report.html.verify import page
from importer.report.verify import VerifyCommands, VerifyCounts, VerifyLine, Visibility, next_step, writing_verify
from importer.settings.command_line import other_command, repeated, with_option
from importer.shell import shell_join, shell_quote
from importer.text import counted
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from importer.delivery.journal import QueuedRow
    from importer.model.contact_parts import ContactDict
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.pipeline.run_context import ConnectedRun
    from importer.plan import Policy

FILE, PAGE_FILE = "verify.csv", "verify.html"
MOST_SHOWN = 10
_NOT_SENT = (Status.DUPLICATE, Status.SKIPPED, *HANDED_BACK)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The counts of all rows, the first differences, and who is seen in the app (None if not asked)."""

    balance: VerifyCounts
    some: tuple[VerifyLine, ...]
    visibility: Visibility | None
    out: Path
    files: tuple[str, ...]
    requests: int
    seconds: float
    next_step: str = ""
    without_row: int = 0
    doubles: tuple[str, ...] = ()
    left_out: str = ""
    """What is said of contacts of earlier runs whose row is left out."""

    @property
    def exit_code(self) -> int:
        """0 if every row is there, 1 if one is missing or differs, or if a person is in the folder twice."""
        return 0 if self.balance.is_whole and not self.doubles else 1

    def as_dict(self) -> dict[str, object]:
        """The report as JSON-ready facts."""
        kinds = {kind.replace("-", "_"): number for kind, number in self.balance.kinds.items()}
        shown = self.visibility
        visibility = {"seen_now": shown.now, "seen_later": shown.later, "seen_never": shown.never} if shown else {}
        return {
            "file": self.balance.file,
            "rows": self.balance.rows,
            **kinds,
            "unknown": self.balance.unknown,
            "without_row": self.without_row,
            "doubles": len(self.doubles),
            **(visibility if shown and not shown.refused else {}),
            "requests": self.requests,
            "seconds": self.seconds,
            "exit_code": self.exit_code,
        }


async def verify(job: Job, *, visibility: bool = False) -> VerifyReport:
    """Read every contact of the sheet of `job` back, compare it field by field, and write `verify.csv`.

    `visibility`: also ask with whom the workspace has conversations. The journal stays as it is. Raises CannotStart
    or Stopped.
    """
    # Rows that the journal knows as done are read back all the same.
    job = replace(job, settings=job.settings.model_copy(update={"trust_journal": False}))
    async with opened_run(job, "verify", copy_journal=True) as context:
        # The sheet is read as it was imported: what is still open is for the next run.
        _, sheet, people = await prepare_rows(context, ask=False)
        # Listing many contacts costs less than asking for each, but can miss some; those are asked for then.
        await prefetch_contacts(context.job, context.connection, context.journal)
        unanswered = await _look_up_missing(context)
        talks, refused = await _conversations(context) if visibility else (None, "")
        doubles = await read_folder_doubles(context.job, context.connection, context.journal)

        context.outputs.make_room((FILE, PAGE_FILE))
        path = context.outputs.path(FILE)
        comparison = _Comparison(context, sheet.policy, unanswered, talks)
        with writing_verify(path, context.journal.row_names()) as write:
            comparison.write_lines(write)
        report = comparison.report(path.name, refused, doubles, visibility=visibility)
        report = replace(report, left_out=left_out_contacts(context.job, people))
        report = _with_page(context, sheet, comparison, report)
        context.lifecycle.end(report.as_dict(), report.files)
        return report


async def _look_up_missing(context: ConnectedRun) -> set[str]:
    """Ask for each contact that was not found, by its id: a listing may miss contacts made while it is read.

    Returns the ids that the service could not look up.
    """
    journal = context.journal
    missing = [task.id_at_service for task in waiting_rows(journal) if not _contacts_of(context, task)]
    unanswered: set[str] = set()
    for start in range(0, len(missing), MOST_IDS):
        if context.job.hooks.stop.is_set():
            raise Interrupted
        ids = missing[start : start + MOST_IDS]
        answered = await contacts_api.by_external_ids(context.connection.api, ids, context.connection.retry)
        unanswered |= set(ids) - set(answered)
        journal.survey.add(contact for contacts in answered.values() for contact in contacts)
    return unanswered


async def _conversations(context: ConnectedRun) -> tuple[set[str] | None, str]:
    """The numbers that the workspace has conversations with, or None and why they cannot be read."""
    numbers: set[str] = set()
    try:
        async for page_numbers in participants(context.connection.api, context.connection.retry):
            if context.job.hooks.stop.is_set():
                raise Interrupted
            numbers.update(page_numbers)
            context.job.hooks.notify(Event("surveying", {"conversations": len(numbers)}))
    except NoConversations as refusal:
        return None, str(refusal)
    return numbers, ""


def _contacts_of(context: ConnectedRun, task: QueuedRow) -> list[ContactDict]:
    """The contacts that a row may be about: by its external id, as the journal knows it, or as `--match` finds it."""
    snapshot = context.journal.survey
    contacts = snapshot.with_external_id(task.id_at_service)
    linked = snapshot.contact(task.known.contact_id) if task.known.contact_id else None
    if linked is not None and linked not in contacts:
        contacts = [linked, *contacts]
    if contacts:
        return contacts
    points = contact_points(task.body)
    candidates = (snapshot.with_points(points[kind]) for kind in context.job.settings.match if kind in points)
    # As in a run, a number that several contacts have matches none of them.
    return next((matches for matches in candidates if len(matches) == 1), [])


class _Comparison:
    """The rows of a sheet beside their contacts: counted, and listed where they differ.

    `unanswered` are the external ids that could not be looked up, `talks` the numbers with conversations (None: not
    asked).
    """

    def __init__(self, context: ConnectedRun, policy: Policy, unanswered: set[str], talks: set[str] | None) -> None:
        self._context, self._policy, self._unanswered, self._talks = context, policy, unanswered, talks
        self._kinds: Counter[str] = Counter(dict.fromkeys(map(str, VerifyResult), 0))
        self._visible: Counter[str] = Counter()
        self._first_lines: list[VerifyLine] = []
        self._missing: set[str] = set()
        self.differences = DifferenceCounter()

    def write_lines(self, write: Callable[[VerifyLine], None]) -> None:
        """Compare all rows, and `write` each difference."""
        for task in waiting_rows(self._context.journal):
            contacts = _contacts_of(self._context, task)
            # Not missing but unknown: the service could not say.
            if not contacts and task.id_at_service in self._unanswered:
                continue
            if not contacts:
                self._missing.add(task.external_id)
            verified = verify_row(task.body, task.digest, task.known, contacts, self._policy)
            self._kinds[str(verified.finding)] += 1
            for line in _lines(task, verified):
                write(line)
                name = contact_name(task.body) if self.differences.has_room else ""
                self.differences.feed(line.row, name, line.field, line.sheet, line.workspace, line.reason)
                if len(self._first_lines) < MOST_SHOWN:
                    self._first_lines.append(line)
            # The app shows a contact in its list once there is a conversation with one of its numbers.
            if self._talks is not None and verified.contact is not None:
                numbers = contact_points(verified.contact)["phone"]
                when_seen = "now" if self._talks.intersection(numbers) else "later"
                self._visible[when_seen if numbers else "never"] += 1

    def report(self, file: str, refused: str, doubles: Sequence[tuple[str, str]], *, visibility: bool) -> VerifyReport:
        """Return the report; `refused`: why conversations could not be read; `doubles`: contacts of one person."""
        context, counts = self._context, self._context.journal.counts()
        kinds = {**self._kinds, **{str(status): counts[status] for status in _NOT_SENT}}
        balance = VerifyCounts(context.table.file, sum(counts.values()), kinds)
        journal = context.journal
        # A contact that was not found is not there twice: a person may have just deleted it for that.
        pairs = (pair for pair in doubles if self._missing.isdisjoint(pair))
        in_words = tuple(" and ".join(journal.contact_words(external_id) for external_id in pair) for pair in pairs)
        visible = Visibility(self._visible["now"], self._visible["later"], self._visible["never"], refused)
        return VerifyReport(
            balance=balance,
            some=tuple(self._first_lines),
            visibility=visible if visibility else None,
            out=context.job.out,
            files=(file,),
            requests=context.traffic.requests,
            seconds=context.seconds,
            next_step=next_step(balance, _commands(context.job, _file_of_questions(context)), len(in_words)),
            without_row=context.journal.count_contacts_without_row(),
            doubles=in_words,
        )


def _file_of_questions(context: ConnectedRun) -> str:
    """The name of the rejects file that holds all rows in conflict, each with the question who it is; "" for none."""
    conflicts = [outcome for outcome in context.journal.outcomes() if outcome.status is Status.CONFLICT]
    rows = [outcome.row for outcome in conflicts if outcome.external_id.startswith(OPEN_QUESTION)]
    if not rows or len(rows) != len(conflicts) or len(context.journal.returned_rows(rows)) != len(rows):
        return ""
    names = (REJECTS_WORKBOOK, REJECTS_CSV)
    return next((name for name in names if (context.job.out / name).exists()), "")


def _commands(job: Job, rejects: str) -> VerifyCommands:
    """The commands that the line on what to do next may name."""
    # A program that uses the library has typed nothing.
    line = job.command_line or shell_join([PROGRAM, "verify", str(job.file), "--out", str(job.out)])
    again = repeated(line, command="run")
    update = with_option(again, "--on-match", "update")
    # Rows that the journal knows as done are not compared with contacts, but for this.
    restore = f"{update} --no-trust-journal"
    dedupe = other_command(line, "dedupe", "--plan")
    if not rejects:
        return VerifyCommands(again, update, restore, dedupe)
    of_rejects = repeated(line, command="run", file=job.file, out=job.out, rejects=rejects)
    return VerifyCommands(again, update, restore, dedupe, of_rejects, shell_quote(str(job.out / rejects)))


def _lines(task: QueuedRow, verified: VerifiedRow) -> Iterator[VerifyLine]:
    """A line for each field that differs, or one without a field if the contact as a whole is the problem."""
    if verified.finding in (VerifyResult.THERE, VerifyResult.LEFT_OUT):
        return
    contact_id = str(verified.contact["id"]) if verified.contact else task.known.contact_id
    line = VerifyLine(task.row, task.external_id, contact_id, str(verified.finding), "", "", "", verified.reason)
    if not verified.differences:
        yield line
    for change in verified.differences:
        values = contact_value(change.row_value), contact_value(change.contact_value)
        yield replace(line, field=change.field, sheet=values[0], workspace=values[1])


def _with_page(
    context: ConnectedRun, sheet: PreparedSheet, comparison: _Comparison, report: VerifyReport
) -> VerifyReport:
    """Write the page and return the report that lists it; `verify` does not fail because of its page."""
    effort = f"Effort:  {counted(report.requests, 'request')} in {report.seconds:.1f} s"
    settings = settings_section(context.job, context.record, sheet)
    try:
        shown = page(
            report.balance,
            comparison.differences,
            report.visibility,
            report.doubles,
            (*filter(None, (report.left_out,)), effort, report.next_step),
            facts(context.record),
            settings,
        )
        context.outputs.write_page(shown, mask=context.job.settings.mask, name=PAGE_FILE)
    except DiskFailed as failed:
        context.job.hooks.warn(str(failed))
        return report
    return replace(report, files=(*report.files, *context.outputs.written))
