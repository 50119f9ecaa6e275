"""The log in the output folder, written while a command goes on; a command never fails because of its log."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from importer.disk import Rolling
from importer.report.log import log_line, logged, settings_facts
from importer.settings.model import OPTIONS
from importer.version import versions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from importer.model import Event
    from importer.pipeline.job import Job

LOG = "log.jsonl"
MOST_BYTES = 4_000_000
KEEP = 4
_MOST_WAITING = 200
_LOGGED = {name: option.log for name, option in OPTIONS.items()}


class CommandLog:
    """The log of one command. Lines from before the output folder exists are kept until it does.

    `most_bytes` is the size at which a new file begins; the last `KEEP` are kept.
    """

    def __init__(self, job: Job, command: str, most_bytes: int = MOST_BYTES) -> None:
        self.run_id = ""
        self._job, self._command, self._most_bytes = job, command, most_bytes
        self._path = job.out / LOG
        self._key = job.key.get_secret_value() if job.key else ""
        self._file: Rolling | None = None
        self._waiting: list[str] = []
        try:
            # A log that is itself the sheet to import must not grow while it is read.
            self._failed = self._path.samefile(job.file)
        except (OSError, ValueError):
            self._failed = False
        self._note_versions("started")

    def listening(self, job: Job, listen: Callable[[Event], None] | None = None) -> Job:
        """Return the job with its events written to the log, and then given to `listen`, before its caller has them."""
        notify = job.hooks.notify

        def log_event(event: Event) -> None:
            self.note(event.name, event.facts)
            if listen is not None:
                listen(event)
            notify(event)

        return replace(job, hooks=replace(job.hooks, notify=log_event))

    def note(self, name: str, facts: Mapping[str, object]) -> None:
        """Write one line; the API key is replaced wherever it stands in it."""
        if self._failed:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        head = {"run": self.run_id} if self.run_id else {}
        line = log_line(now, {**head, "command": self._command, **logged(name, facts)})
        self._waiting.append(line.replace(self._key, "[key]") if self._key else line)
        if self._file is not None or self._job.out.is_dir():
            try:
                if self._file is None:
                    self._file = Rolling(self._path, self._most_bytes, KEEP)
                # Taken before they are written, since a new file begins with a note of its own.
                lines, self._waiting = self._waiting, []
                if self._file.write("".join(lines)):
                    self._note_versions("going-on")
            except OSError as error:
                self._failed = True
                text = f"The log {self._path} could not be written ({error.strerror or error}); the command goes on."
                self._job.hooks.warn(text)
        # A command that never gets a folder must not collect lines without end.
        del self._waiting[:-_MOST_WAITING]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _note_versions(self, name: str) -> None:
        """Note the settings and versions behind all later lines; each file of the log begins with them."""
        settings = self._job.settings.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        facts = {"settings": settings_facts(settings, _LOGGED), **versions()}
        self.note(name, facts)
