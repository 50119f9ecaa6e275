"""The job of a command (a sheet and what to do with it), its hooks, and its report."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path, user_state_path

from importer.errors import Interrupted
from importer.model import Event, Status
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import IO

    from pydantic import SecretStr

    from importer.errors import Stopped
    from importer.model import Question
    from importer.pipeline.reading.asked_people import AskedRow, PeopleAnswer
    from importer.report.findings import Finding
    from importer.report.summary import Summary
    from importer.settings.model import Settings


JOURNAL = "journal.sqlite"


def journal_of(folder: Path) -> Path:
    """Return the place of the journal that belongs to a folder of results."""
    return folder / JOURNAL


@dataclass(frozen=True, slots=True)
class Places:
    """Folders outside the output: `cache` holds the last answer about custom fields, `state` the shared pace."""

    cache: Path = field(default_factory=lambda: user_cache_path(PROGRAM))
    state: Path = field(default_factory=lambda: user_state_path(PROGRAM))


@dataclass(frozen=True, slots=True)
class Hooks:
    """How the pipeline speaks to its caller; by default it is silent and asks nothing.

    `notify` takes events; `ask` gets a question about the sheet and returns the value of one of its choices, or a
    country or a field where the question says so, or "" to leave it open; `confirm` gets the counts and the workspace's
    name ("" if it is not known) before the first write; `ask_people` gets the rows that may be people who are there
    already and what is proposed, and answers for all of them; `stop` is set to end early.
    """

    notify: Callable[[Event], None] = lambda _: None
    ask: Callable[[Question], str] | None = None
    confirm: Callable[[Mapping[Status, int], str], bool] | None = None
    ask_people: Callable[[Sequence[AskedRow], PeopleAnswer], PeopleAnswer] | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, text: str, *, warning: bool = False, name: str = "note", **facts: object) -> None:
        """Tell the person one line, as an event called `name`."""
        self.notify(Event(name, {"text": text, "warning": warning, **facts}))

    def warn(self, text: str) -> None:
        """Tell the person one line that they should not overlook."""
        self.note(text, warning=True)

    def stop_before_sending(self) -> None:
        """Raise Interrupted if the command is to stop; for the time in which nothing has been sent yet."""
        if self.stop.is_set():
            raise Interrupted.before_sending()


@dataclass(frozen=True, slots=True)
class Job:
    """A sheet and what to do with it. `file` is as the person gave it; `command_line` is what they typed.

    `planned_by`: the command line that made the plan of this run, and the FILE in it. `stdin` is read if `file` is `-`.
    """

    file: str
    settings: Settings
    command_line: str = ""
    key: SecretStr | None = None
    hooks: Hooks = field(default_factory=Hooks)
    places: Places = field(default_factory=Places)
    stdin: IO[bytes] | None = None
    planned_by: tuple[str, str] | None = None

    @property
    def out(self) -> Path:
        """The output folder."""
        return self.settings.out_folder(self.file)

    @property
    def journal(self) -> Path:
        """The place of its journal."""
        return journal_of(self.out)


@dataclass(frozen=True, slots=True)
class Report:
    """How a command ended: its figures, its files (names in `out`), its findings by rule, and what stopped it.

    `checked`: the command sends nothing, so `unfinished` rows are those that a run would send. `questions` are still to
    be decided.
    """

    summary: Summary
    out: Path
    files: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    stopped: Stopped | None = None
    checked: bool = False
    questions: tuple[Question, ...] = ()

    @property
    def rejects(self) -> str | None:
        """The name of the rejects file to correct, a workbook if there is one; None if no row was rejected."""
        # The workbook marks the wrong cells, which a text file cannot.
        names = [name for name in self.files if name.startswith("rejects.")]
        return max(names, key=lambda name: name.endswith(".xlsx"), default=None)


def identity(source: str) -> str:
    """Return the absolute path of a sheet, by which two runs know that they read the same one; URLs stay as given."""
    return source if source == "-" or "://" in source else str(Path(source).resolve())
