"""What lives as long as the server: how the service is reached, the imports, and what is being done."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from importer.disk import real_path
from importer.errors import SourceError
from importer.web.service_access import PATIENCE_MINUTES, PRACTICE, REAL, ServiceAccess

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.pipeline.job import Hooks, Job
    from importer.settings.model import Settings
    from importer.web.sheets import SheetImport

# What reads sheets and speaks to the service; it takes seconds to import.
_HEAVY = ("importer.library", "importer.pipeline.worksheet", "importer.pipeline.map", "importer.api.client", "pandas")


class Session(ServiceAccess):
    """One server in one folder. `first` is the sheet that it was started with."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        super().__init__(settings)
        self.folder = folder
        self.last_used = time.monotonic()
        self.on_opened: Callable[[], None] = lambda: None
        self.first: str | None = None
        self._files: dict[str, str] = {}
        self._imports: dict[tuple[str, str], SheetImport] = {}

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

    def add(self, file: str) -> str:
        """Take a sheet in, and return the name that its addresses have."""
        path = Path(file)
        if real_path(path.parent) == real_path(self.folder):
            file = path.name
        name = number = Path(file).name
        count = 2
        while self._files.setdefault(number, file) != file:
            number, count = f"{name}~{count}", count + 1
        return number

    def forget(self, name: str) -> None:
        """Forget a sheet that has another name now."""
        self._files.pop(name, None)
        self._imports = {key: sheet for key, sheet in self._imports.items() if key[1] != name}

    def sheet(self, mode: str, name: str) -> SheetImport:
        """Return the import of a sheet. Raises SourceError if there is no such sheet."""
        # Imported here since it opens journals, which the first screen does not need.
        from importer.web.sheets import SheetImport

        if (mode, name) not in self._imports:
            # Any other mode would be a second import of the same folder, which this one knows nothing of.
            is_mode = mode in (PRACTICE, REAL)
            file = (self._files.get(name) or self._known_file(name)) if is_mode else None
            if file is None:
                raise self.no_sheet(name)
            # Several questions of a page are answered at once, and the first of them must not each have an import of
            # their own: what one knows, such as what was planned, the other would not.
            self._imports.setdefault((mode, name), SheetImport(self, mode, name, file))
        return self._imports[mode, name]

    def no_sheet(self, name: str) -> SourceError:
        """Return the error for a sheet that is not in the folder."""
        return SourceError(f"There is no sheet {name} in {self.folder}.", "Drop the sheet onto the first page again.")

    def has_file(self, name: str) -> bool:
        """Whether a file of that name is in this folder; the page may send any text as a name."""
        # Raises OSError for a name that is longer than the system takes.
        with suppress(OSError):
            return Path(name).name == name and (self.folder / name).is_file()
        return False

    def _known_file(self, name: str) -> str | None:
        """The path of a sheet of that name: in this folder, or where an earlier import of this folder read it."""
        from importer.pipeline.history.runs import past_runs

        if self.has_file(name):
            return name
        files = [past.file for past in past_runs().runs if Path(past.file).name == name]
        return files[-1] if files else None


def impatient(job: Job, hooks: Hooks) -> Job:
    """Return a job whose requests are given up soon, since a person waits for the answer."""
    settings = job.settings.model_copy(
        update={"wait_for_service": min(PATIENCE_MINUTES, job.settings.wait_for_service)}
    )
    return replace(job, settings=settings, hooks=hooks)
