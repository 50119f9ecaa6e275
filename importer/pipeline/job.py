"""The job of a command (a sheet and what to do with it), its hooks, and its report."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from platformdirs import user_cache_path, user_state_path

from importer.delivery.journal_place import journal_of
from importer.disk import real_path
from importer.errors import Interrupted
from importer.model import Event, Status
from importer.pipeline.records import SCHEME, as_csv, is_records
from importer.report.notebook import notebook_html
from importer.report.tables import ID_MAP_HEADER, PROBLEMS_HEADER
from importer.sheet_files import common_folder, is_several, joined
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from os import PathLike
    from typing import IO

    import pandas as pd
    from pydantic import SecretStr

    from importer.delivery.journal_place import JournalPlace
    from importer.errors import Stopped
    from importer.model import Outcome, Problem, Question
    from importer.pipeline.reading.asked_people import AskedRow, PeopleAnswer, PeopleAnswers
    from importer.pipeline.records import Records
    from importer.report.findings import Finding
    from importer.report.summary import Summary
    from importer.settings.model import Settings


class KeptRows(NamedTuple):
    """What became of each row, and every problem, for programs that ask for them."""

    outcomes: tuple[Outcome, ...] = ()
    problems: tuple[Problem, ...] = ()


NOTHING_KEPT = KeptRows()


@dataclass(frozen=True, slots=True)
class Places:
    """Folders outside the output: `cache` holds the last answer about custom fields, `state` the shared pace."""

    cache: Path = field(default_factory=lambda: user_cache_path(PROGRAM))
    state: Path = field(default_factory=lambda: user_state_path(PROGRAM))


@dataclass(frozen=True, slots=True)
class Hooks:
    """How the pipeline speaks to its caller; by default it is silent and asks nothing.

    `notify` takes events. `ask` gets a question about the sheet and returns the value of one of its choices, or a
    country or a field where the question says so, or "" to leave it open. `ask_people` gets the rows that may be people
    who are there already and what is proposed, and answers for all of them; `settle_people` gets these rows instead
    where the caller answers for each. `show` gets what is to be corrected and what is still to be decided, and then
    `confirm` the counts and the workspace's name ("" if it is not known), before the first write. `stop` is set to end
    early. `settle_seconds`: how long a request that may have been lost is given to arrive before it is looked for.
    """

    notify: Callable[[Event], None] = lambda _: None
    ask: Callable[[Question], str] | None = None
    confirm: Callable[[Mapping[Status, int], str], bool] | None = None
    show: Callable[[Sequence[Finding], Sequence[Question]], None] = lambda _, __: None
    ask_people: Callable[[Sequence[AskedRow], PeopleAnswer], PeopleAnswer] | None = None
    settle_people: Callable[[Sequence[AskedRow]], PeopleAnswers | None] | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    settle_seconds: float = 2.0

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


@dataclass(frozen=True, init=False)
class Job:
    """A sheet and what to do with it. `file` is as the person gave it; `command_line` is what they typed.

    `planned_by`: the command line that made the plan of this run, and the FILE in it. `stdin` is read if `file` is `-`.
    `records` are those of a program, as the bytes of a sheet.
    """

    file: str
    settings: Settings
    command_line: str = ""
    key: SecretStr | None = None
    hooks: Hooks = field(default_factory=Hooks)
    places: Places = field(default_factory=Places)
    stdin: IO[bytes] | None = None
    planned_by: tuple[str, str] | None = None
    records: bytes | None = None
    keep_rows: bool = False
    """Whether reports are to hold what became of each row, for `Report.rows()`."""

    def __init__(
        self,
        file: str | PathLike[str] | Sequence[str | PathLike[str]] | Records,
        settings: Settings | None = None,
        command_line: str = "",
        key: SecretStr | None = None,
        hooks: Hooks | None = None,
        places: Places | None = None,
        stdin: IO[bytes] | None = None,
        planned_by: tuple[str, str] | None = None,
        records: bytes | None = None,
        keep_rows: bool = False,
        *,
        name: str = "records",
    ) -> None:
        """Take a path, several of one shape, a folder, an address, a DataFrame or a list of dicts (the first is row 2).

        `name` says which sheet records are: its results are in `<name>.import`, and a later job of the same name goes
        on from them.
        """
        if isinstance(file, (list, tuple)) and file and all(isinstance(name, (str, os.PathLike)) for name in file):
            file = joined(os.fspath(name) for name in file)
        if not isinstance(file, str) and is_records(file):
            file, records = f"{SCHEME}{name}", as_csv(file)
        if settings is None:
            from importer.settings.model import Settings

            settings = Settings()
        values = {
            "file": os.fspath(file),  # type: ignore[arg-type]
            "settings": settings,
            "command_line": command_line,
            "key": key,
            "hooks": hooks or Hooks(),
            "places": places or Places(),
            "stdin": stdin,
            "planned_by": planned_by,
            "records": records,
            "keep_rows": keep_rows,
        }
        for attribute, value in values.items():
            object.__setattr__(self, attribute, value)

    @classmethod
    def from_env(
        cls,
        file: str | PathLike[str] | Sequence[str | PathLike[str]] | Records,
        *,
        environment: Mapping[str, str] | None = None,
        hooks: Hooks | None = None,
        name: str = "records",
        **options: Any,
    ) -> Job:
        """Return a job with the key and the address of the environment, as the commands have them.

        OPENPHONE_API_KEY (or the option `api_key_file`) gives the key; `options` are those of `Settings`. Raises
        SettingsError, or KeyMissing for a key that cannot be one.
        """
        from importer.settings.api_key import has_key, load_key
        from importer.settings.load import load
        from importer.settings.model import Settings

        variables = os.environ if environment is None else environment
        # Names are checked first: an unknown one would be left out.
        Settings(**options)
        settings = load(options, variables)
        key = load_key(settings, variables) if has_key(settings, variables) else None
        return cls(file, settings, key=key, hooks=hooks, name=name)

    @cached_property
    def out(self) -> Path:
        """The output folder."""
        return self.settings.out_folder(self.file)

    @cached_property
    def identity(self) -> str:
        """The `sheet_identity` of its file."""
        return sheet_identity(self.file)

    @property
    def journal(self) -> JournalPlace:
        """The place of its journal. Raises SettingsError as `journal_of`."""
        return journal_of(self.out)


@dataclass(frozen=True, slots=True)
class Report:
    """How a command ended: its figures, its files (names in `out`), its findings by rule, and what stopped it.

    `checked`: the command sends nothing, so `unfinished` rows are those that a run would send. `questions` are still to
    be decided. `kept` has what became of each row, where the library was asked. `guards` are the reasons that would
    stop the run of a sheet that was checked. `rest_of` is the sheet that has to be run next, where rejects of it were
    imported: its other rows are not done yet, or a row was joined with one of those.
    """

    summary: Summary
    out: Path
    files: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    stopped: Stopped | None = None
    checked: bool = False
    questions: tuple[Question, ...] = ()
    kept: KeptRows = NOTHING_KEPT
    guards: tuple[str, ...] = ()
    rest_of: str = ""

    @property
    def rejects(self) -> str | None:
        """The name of the rejects file to correct, a workbook if there is one; None if no row was rejected."""
        # The workbook marks the wrong cells, which a text file cannot; cards go back where they came from.
        names = [name for name in self.files if name.startswith("rejects.")]
        return max(names, key=lambda name: name.endswith((".xlsx", ".vcf")), default=None)

    def rows(self) -> pd.DataFrame:
        """Return what became of each row, as `id_map.csv` has it, with the rows' numbers as the index."""
        import pandas as pd

        lines = [(o.row, o.external_id, o.contact_id, o.status.value, o.detail) for o in self.kept.outcomes]
        return pd.DataFrame(lines, columns=list(ID_MAP_HEADER)).set_index("row")

    @property
    def problems(self) -> pd.DataFrame:
        """What `problems.csv` lists; the row of a problem of a whole column or sheet is missing (NA)."""
        import pandas as pd

        lines = [
            (problem.row, problem.column or "", problem.severity.value, problem.rule, problem.value, problem.message)
            for problem in self.kept.problems
        ]
        frame = pd.DataFrame(lines, columns=list(PROBLEMS_HEADER))
        return frame.astype({"row": "Int64"})

    def _repr_html_(self) -> str:
        """Return the figures and findings as a notebook shows them; no values of contacts."""
        return notebook_html(self.summary, self.findings, str(self.stopped or ""))


def sheet_identity(source: str) -> str:
    """Return the absolute path of a sheet, by which two runs know that they read the same one; URLs stay as given."""
    if is_several(source):
        # A file more in the folder is still the same sheet.
        return str(common_folder(source))
    return source if source == "-" or "://" in source else str(real_path(Path(source)))
