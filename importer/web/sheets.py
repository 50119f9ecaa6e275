"""One import: a sheet, its folder, and the sheet as it was judged, for as long as neither changes.

Everything is in the folder: what is answered goes into mapping.toml, what is corrected into corrections.csv, what is
sent into the journal. So a command goes on where the page stopped, and the page where a command did.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.errors import FolderBusy, SourceError
from importer.model.folder_names import CORRECTIONS_FILE, MAPPING_FILE
from importer.pipeline.history.folder_state import folder_holder, folder_state
from importer.pipeline.job import Hooks, Job
from importer.pipeline.reading.folder_settings import folder_settings
from importer.settings.option import variable_of
from importer.shell import shell_join
from importer.version import PROGRAM
from importer.web.edits import EditHistory
from importer.web.people import PeopleChoices
from importer.web.service_access import no_key
from importer.web.tasks import READING

if TYPE_CHECKING:
    from importer.pipeline.history.folder_state import FolderState
    from importer.pipeline.map import Proposal
    from importer.pipeline.questions import OpenQuestions
    from importer.pipeline.worksheet import Worksheet
    from importer.web.service_access import ServiceAccess
    from importer.web.tasks import Task

_LEASE_SECONDS = 90.0
_SILENT_SECONDS = 5.0
"""For so long a tab that does not listen any more may come back before another one."""

Stamp = tuple[object, ...]


class SheetImport:
    """The import of one sheet, in one mode. `lock` is held while its state is read or changed."""

    def __init__(self, session: ServiceAccess, mode: str, name: str, file: str) -> None:
        self.session, self.mode, self.name, self.file = session, mode, name, file
        self.lock = threading.RLock()
        self.edits = EditHistory()
        self.people = PeopleChoices()
        # What the person has accepted with a click: options such as accept_corrections, for this server alone.
        self.accepted: dict[str, Any] = {}
        self.carried: dict[str, Any] | None = None
        # What the workspace was asked last, each with the state of the folder that it holds for.
        self.proposal: tuple[Stamp, Proposal] | None = None
        self.questions: tuple[Stamp, OpenQuestions] | None = None
        self.plan: tuple[Stamp, dict[str, Any]] | None = None
        self.is_edited = False
        # Which answer about the rows is the newer one: answers may overtake each other on their way.
        self.version = 0
        # Of the folder while work goes on that changes nothing in it, and which work that is.
        self._state_meanwhile: tuple[int, FolderState] | None = None
        self._worksheet: Worksheet | None = None
        self._stamp: Stamp = ()
        self._editor: tuple[str, float] = ("", 0.0)
        self._closed: set[str] = set()
        self._has_looked_for_rehearsal = False

    @property
    def task_name(self) -> str:
        """The name of its work among that of all imports."""
        return f"{self.mode}/{self.name}"

    @property
    def task(self) -> Task | None:
        """Its work: what runs, else what ran last."""
        return self.session.tasks.get(self.task_name)

    def state(self) -> FolderState | None:
        """How far it is, by its journal; None while that is written to. Raises JournalError."""
        task = self.task
        if task is None or task.is_done:
            return folder_state(self.out)
        if task.kind not in READING:
            return None
        # Asked for four times a second: the work should not have to wait for it.
        if self._state_meanwhile is None or self._state_meanwhile[0] != task.number:
            self._state_meanwhile = task.number, folder_state(self.out)
        return self._state_meanwhile[1]

    @property
    def is_rehearsal(self) -> bool:
        """Whether its contacts go into the sandbox."""
        return self.mode == "practice"

    # ------------------------------------------------------------------------------------------------ the job

    def job(self, hooks: Hooks | None = None, **options: Any) -> Job:
        """The job of a command over the sheet, with what its folder holds. Raises CannotStart."""
        if not Path(self.file).is_file():
            raise SourceError(
                f"{self.file} is not there any more.", "Put the sheet back where it was, or drop it on the first page."
            )
        chosen = {**self.session.options(self.mode), **self.accepted, **options}
        folder = folder_settings(self.file, chosen, os.environ)
        job = Job(
            self.file,
            folder.settings,
            command_line=self.command("run"),
            key=None if self.is_rehearsal else self.session.key,
            hooks=hooks or Hooks(),
            places=self.session.places,
        )
        self._carry_over(job)
        return job

    def connected_job(self, hooks: Hooks) -> Job:
        """The same for a command that cannot do without the service. Raises KeyMissing, or CannotStart."""
        if not self.is_rehearsal and self.session.key is None:
            raise no_key()
        return self.job(replace(hooks, settle_people=self.people.settle))

    def command(self, name: str, *options: str) -> str:
        """The command that does the same in a terminal."""
        words = [PROGRAM, name, self.file]
        if self.is_rehearsal:
            words.append("--sandbox")
        elif "base_url" in self.session.settings.model_fields_set and not os.environ.get(variable_of("base_url")):
            words += ["--base-url", self.session.settings.base_url]
        if "on_match" in self.accepted and name != "check":
            words += ["--on-match", self.accepted["on_match"]]
        return shell_join([*words, *options])

    @property
    def out(self) -> Path:
        """The folder of its results."""
        options = self.session.options(self.mode)
        return self.session.settings.model_copy(update=options).out_folder(self.file)

    def _carry_over(self, job: Job) -> None:
        """Once: take over what was answered and corrected in a rehearsal of the same sheet."""
        if self.is_rehearsal or self._has_looked_for_rehearsal or self.holder():
            return
        from importer.pipeline.carry_over import carry_over, rehearsal_of

        self._has_looked_for_rehearsal = True
        carried = carry_over(rehearsal_of(job), job)
        if carried:
            self.carried = {"answers": carried.answers, "corrections": carried.corrections}

    # ------------------------------------------------------------------------------------------------ who is at work

    def holder(self, *, wait: bool = False) -> str | None:
        """Who else has the folder just now, in words; None if it is free, or if this page is at work in it itself.

        `wait`: until this page has done what it is at.
        """
        task = self.task
        if task is not None and not task.is_done:
            return None
        if not self.lock.acquire(blocking=wait):
            return None
        try:
            return folder_holder(self.out)
        finally:
            self.lock.release()

    def lease(self, tab: str, *, take: bool = False) -> bool:
        """Let a tab change the import; False while another tab does, unless it is to `take` it over."""
        owner, until = self._editor
        now = time.monotonic()
        if owner not in ("", tab) and now < until and not take:
            return False
        # What a tab has sent before it was closed is still done, but nothing of it keeps other tabs away.
        if tab in self._closed:
            return True
        self._editor = (tab, now + _LEASE_SECONDS)
        return True

    def leave(self, tab: str) -> None:
        """Note that a tab is closed."""
        self._closed.add(tab)
        if self._editor[0] == tab:
            self._editor = ("", 0.0)

    def listen(self, tab: str) -> None:
        """Note that a tab follows the state of the import from now on, also one that was closed before."""
        self._closed.discard(tab)

    def hang_up(self, tab: str) -> None:
        """Note that a tab no longer follows the state of the import: it shows another page, or has crashed."""
        owner, until = self._editor
        if owner == tab:
            self._editor = (tab, min(until, time.monotonic() + _SILENT_SECONDS))

    def refuse_if_busy(self, tab: str) -> None:
        """Raise FolderBusy if anything else is at work in the folder."""
        if not self.lease(tab):
            raise FolderBusy("This import is open in another tab.", "Go on there, or choose to work here instead.")
        task = self.task
        if task is not None and not task.is_done and task.kind not in READING:
            raise FolderBusy("The import is running.", "Wait until it has finished, or stop it first.")
        if holder := self.holder(wait=True):
            raise FolderBusy(
                f"A command is at work in {self.out} ({holder}).", "Wait until the command has ended: the page goes on."
            )

    # ------------------------------------------------------------------------------------------------ the sheet

    def stamp(self) -> Stamp:
        """What tells that the sheet, its settings or its corrections have changed."""
        account = self.session.key.get_secret_value() if self.session.key and not self.is_rehearsal else ""
        return (
            *(_file_stamp(path) for path in (Path(self.file), self.out / MAPPING_FILE, self.out / CORRECTIONS_FILE)),
            tuple(sorted(self.accepted.items())),
            hash(account),
        )

    @property
    def judged(self) -> Worksheet | None:
        """The sheet as it was judged, None if it has changed since or was not judged yet."""
        return self._worksheet if self._worksheet is not None and self._stamp == self.stamp() else None

    def judge(self, hooks: Hooks | None = None, *, again: bool = False) -> Worksheet:
        """The sheet, judged as `check` does if it is not yet or has changed. Raises CannotStart."""
        from importer.pipeline.worksheet import open_worksheet

        with self.lock:
            if not again and (worksheet := self.judged) is not None:
                return worksheet
            # The job may carry answers over, so the stamp is taken after it.
            job = self.job(hooks)
            stamp = self.stamp()
            worksheet = open_worksheet(job)
            # The hooks of this command are over; edits tell nothing to it.
            worksheet.job = replace(job, hooks=Hooks())
            worksheet_before, self._worksheet, self._stamp, self.is_edited = self._worksheet, worksheet, stamp, False
            self.version += 1
            if worksheet_before is None or worksheet_before.sheet.table.digest != worksheet.sheet.table.digest:
                self.edits.forget()
            return worksheet

    def note_own_edit(self) -> None:
        """Note that corrections.csv was changed by this page, so that the sheet need not be judged again for it."""
        self._stamp, self.is_edited = self.stamp(), True
        self.version += 1

    def start(self, kind: str, work: Any) -> Task:
        """Begin a piece of work that takes long."""
        return self.session.tasks.start(self.task_name, kind, work)


def _file_stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
