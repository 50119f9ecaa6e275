"""What lives as long as the server: the key (in memory alone), the imports, and what is being done."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from importer.errors import CannotStart, SourceError
from importer.pipeline.job import Hooks, Job, Places
from importer.settings.api_key import has_key, load_key, without_quotes
from importer.web.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.settings.model import Settings
    from importer.web.sheets import SheetImport

PRACTICE, REAL = "practice", "real"
# What reads sheets and speaks to the service; it takes seconds to import.
_HEAVY = ("importer.library", "importer.pipeline.worksheet", "importer.pipeline.map", "importer.api.client", "pandas")
# A person is waiting in front of the page, so a service that is away is reported soon.
_PATIENCE_MINUTES = 0.1


class Session:
    """One server in one folder. `settings` are those that were typed; `places` are where other things are kept."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.places, self.tasks = Places(), Tasks()
        self.last_used = time.monotonic()
        self.on_opened: Callable[[], None] = lambda: None
        self.first: str | None = None
        self.key: SecretStr | None = None
        self.key_trouble = ""
        # What the service said of the workspace, by mode: asked once for each key.
        self.accounts: dict[str, dict[str, Any]] = {}
        self._files: dict[str, str] = {}
        self._imports: dict[tuple[str, str], SheetImport] = {}
        if has_key(settings, os.environ) and not settings.sandbox:
            try:
                self.key = load_key(settings, os.environ)
            except CannotStart as error:
                self.key_trouble = str(error)

    @property
    def start_mode(self) -> str:
        """The mode to begin in: a rehearsal, unless a key was given."""
        return REAL if self.key is not None else PRACTICE

    def start_with(self, file: str) -> None:
        """Begin with a sheet instead of the list of imports."""
        self.first = self.add(file)

    def warm_up(self) -> None:
        """Load what is slow to load, while the first screen is looked at."""
        for name in _HEAVY:
            import_module(name)

    def use(self) -> None:
        """Note that a person has used the page just now."""
        self.last_used = time.monotonic()

    # ------------------------------------------------------------------------------------------------ the sheets

    def add(self, file: str) -> str:
        """Take a sheet in, and return the name that its addresses have."""
        path = Path(file)
        if path.parent.resolve() == self.folder.resolve():
            file = path.name
        name = number = Path(file).name
        count = 2
        while self._files.get(number, file) != file:
            number, count = f"{name}~{count}", count + 1
        self._files[number] = file
        return number

    def sheet(self, mode: str, name: str) -> SheetImport:
        """Return the import of a sheet. Raises SourceError if there is no such sheet."""
        # Imported here since it opens journals, which the first screen does not need.
        from importer.web.sheets import SheetImport

        if (mode, name) not in self._imports:
            file = self._files.get(name) or self._known_file(name)
            if file is None:
                raise SourceError(f"There is no sheet {name} in {self.folder}.", "Drop it onto the first page again.")
            self._imports[mode, name] = SheetImport(self, mode, name, file)
        return self._imports[mode, name]

    def _known_file(self, name: str) -> str | None:
        """The path of a sheet of that name: in this folder, or where an earlier import of this folder read it."""
        from importer.pipeline.history.runs import past_runs

        if Path(name).name == name and (self.folder / name).is_file():
            return name
        files = [past.file for past in past_runs().runs if Path(past.file).name == name]
        return files[-1] if files else None

    # ------------------------------------------------------------------------------------------------ the key

    def take_key(self, text: str) -> None:
        """Keep a key in memory, until the server ends or another one is given."""
        key = without_quotes(text.strip())
        self.key, self.key_trouble = SecretStr(key) if key else None, ""

    def options(self, mode: str) -> dict[str, Any]:
        """The options that were typed, for a job in a mode."""
        given = {name: getattr(self.settings, name) for name in self.settings.model_fields_set - {"sandbox"}}
        return {**given, "sandbox": True} if mode == PRACTICE else given

    def account_job(self) -> Job:
        """The job of asking which workspace the key opens."""
        settings = self.settings.model_copy(update={"sandbox": False, "wait_for_service": _PATIENCE_MINUTES})
        return Job("-", settings, key=self.key, places=self.places)


def patient(job: Job, hooks: Hooks) -> Job:
    """Return a job whose requests are given up soon, since a person waits for the answer."""
    settings = job.settings.model_copy(
        update={"wait_for_service": min(_PATIENCE_MINUTES, job.settings.wait_for_service)}
    )
    return replace(job, settings=settings, hooks=hooks)
