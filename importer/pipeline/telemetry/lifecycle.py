"""What goes with every command: its log while it goes on, and the notifications when it has ended."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from importer.errors import DiskFailed, ImporterError, Stopped, code_place
from importer.model import Event
from importer.pipeline.telemetry.log import CommandLog
from importer.pipeline.telemetry.notify import Notification, note_in_summary, notify_end
from importer.report.notice import markdown_summary, public_address
from importer.report.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from importer.pipeline.job import Job
    from importer.report.findings import Finding


class CommandLifecycle:
    """The log and the notifications of one command. `job` is the one to work with, since its events reach the log.

    `document` holds the figures of the command as far as they are known; a notification carries them. `listen` hears
    the events too.
    """

    def __init__(self, job: Job, command: str, listen: Callable[[Event], None] | None = None) -> None:
        self._command = command
        self._log = CommandLog(job, command)
        self.job = self._log.listening(job, listen)
        self.document: Mapping[str, Any] = Summary("", job.file, None).as_dict()
        self._files: tuple[str, ...] = ()
        self._stopped: BaseException | None = None

    def begin(self, run_id: str) -> None:
        """Give the id of the run, as soon as it has one."""
        self._log.run_id = run_id
        self.document = {**self.document, **({"run_id": run_id} if "run_id" in self.document else {})}

    def end(
        self,
        document: Mapping[str, Any],
        files: Iterable[str] = (),
        findings: Iterable[Finding] = (),
        stopped: BaseException | None = None,
    ) -> None:
        """Give the end of the command: the facts of its summary, its files, its findings, and what stopped it early."""
        self.document, self._files, self._stopped = document, tuple(files), stopped
        for finding in findings:
            self._log.note("finding", finding.facts())

    def fail(self, error: BaseException) -> None:
        """Give the exception that ends the command."""
        self._stopped = error
        # Whatever else is raised is a bug, or the end of the process.
        code = ImporterError.exit_code if isinstance(error, Exception) else Stopped.exit_code
        code = error.exit_code if isinstance(error, ImporterError) else code
        self.document = {**self.document, "exit_code": code}

    def close(self) -> None:
        """Write the last lines of the log, and notify."""
        error = self._stopped
        if error is not None:
            # The log holds no whole contact, so not the text of an error that may quote one.
            is_told = isinstance(error, ImporterError) and not error.quotes_sheet
            detail = {"text": str(error)} if is_told else {"place": code_place(error)}
            name = "stopped" if isinstance(error, ImporterError) else "failed"
            self._log.note(name, {"kind": type(error).__name__, **detail})
        self._log.note("ended", {**self.document, "files": list(self._files)})
        # Not where the process is torn down (a second Ctrl-C, an exit): nothing should delay that.
        if error is None or isinstance(error, Exception):
            stopped = type(error).__name__ if error is not None else None
            summary = next((name for name in self._files if name.startswith("summary")), None)
            document = {"command": self._command, **self.document, "stopped": stopped}
            if isinstance(document.get("file"), str):
                # The address of a sheet may hold a secret, which those who are notified must not see.
                document["file"] = public_address(document["file"])
            if (markdown := self.job.settings.summary_markdown) is not None:
                try:
                    with markdown.open("a", encoding="utf-8") as stream:
                        stream.write(markdown_summary(document))
                except OSError as failure:
                    cause = failure.strerror or failure
                    self.job.hooks.warn(f"--summary-markdown: {markdown} could not be written ({cause}).")
            file = self.job.out / summary if summary else None
            failures = notify_end(self.job.settings, Notification(document, file))
            for text in failures:
                self.job.hooks.notify(Event("notification-failed", {"text": text, "warning": True}))
            if failures and file is not None:
                with suppress(DiskFailed, OSError, ValueError):
                    note_in_summary(file, failures)
        self._log.close()


@contextmanager
def command_lifecycle(
    job: Job, command: str, listen: Callable[[Event], None] | None = None
) -> Iterator[CommandLifecycle]:
    """Log a command and notify of its end; an exception that ends it is noted and raised again."""
    lifecycle = CommandLifecycle(job, command, listen)
    try:
        yield lifecycle
    except BaseException as error:
        lifecycle.fail(error)
        raise
    finally:
        lifecycle.close()
