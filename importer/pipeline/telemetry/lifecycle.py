"""What goes with every command over a sheet: its log while it goes, and whoever wants to know when it has ended."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer.errors import ImporterError, Stopped
from importer.pipeline.telemetry.log import CommandLog
from importer.pipeline.telemetry.notify import Notification, tell
from importer.report.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from importer.model import Event
    from importer.pipeline.job import Job
    from importer.report.findings import Finding

_BUG = 70


class CommandLifecycle:
    """A command that is attended to: `job` is the one to work with, since its events pass here first.

    `run_id` is set when it is known, and `document` as soon as there are figures; they are what is told of at the end.
    """

    def __init__(self, job: Job, command: str) -> None:
        self._given, self._command = job, command
        self._log = CommandLog(job, command)
        self.job = replace(job, hooks=replace(job.hooks, notify=self._heard))
        self.document: Mapping[str, Any] = Summary("", job.file, None).as_dict()
        self._files: tuple[str, ...] = ()
        self._stopped: BaseException | None = None

    def begun(self, run_id: str) -> None:
        """Say under which id the command goes on."""
        self._log.run_id = run_id
        self.document = {**self.document, **({"run_id": run_id} if "run_id" in self.document else {})}

    def ended(
        self,
        document: Mapping[str, Any],
        files: Iterable[str] = (),
        findings: Iterable[Finding] = (),
        stopped: BaseException | None = None,
    ) -> None:
        """Say how it ended: the facts of its summary, its files, what was found, and what stopped it early."""
        self.document, self._files, self._stopped = document, tuple(files), stopped
        for finding in findings:
            self._log.note("finding", finding.facts())

    def _heard(self, event: Event) -> None:
        self._log(event)
        self._given.hooks.notify(event)

    def fail(self, error: BaseException) -> None:
        """Say that an exception ends the command."""
        self._stopped = error
        code = _BUG if isinstance(error, Exception) else Stopped.exit_code
        code = error.exit_code if isinstance(error, ImporterError) else code
        self.document = {**self.document, "exit_code": code}

    def close(self) -> None:
        """Write the last lines of the log, then tell."""
        error = self._stopped
        if isinstance(error, ImporterError):
            self._log.note("stopped", {"kind": type(error).__name__, "text": str(error)})
        elif error is not None:
            # Its text may quote a cell.
            self._log.note("failed", {"kind": type(error).__name__, "place": _place(error)})
        self._log.note("ended", {**self.document, "files": list(self._files)})
        if error is None or isinstance(error, Exception):
            tell(self.job.settings, self._notice(), self.job.hooks.warn)
        self._log.close()

    def _notice(self) -> Notification:
        stopped = type(self._stopped).__name__ if self._stopped is not None else None
        name = next((one for one in self._files if one.startswith("summary")), None)
        document = {"command": self._command, **self.document, "stopped": stopped}
        return Notification(document, self.job.out / name if name else None)


@contextmanager
def command_lifecycle(job: Job, command: str) -> Iterator[CommandLifecycle]:
    """Attend to a command; an exception that ends it is noted and told of, and goes on."""
    one = CommandLifecycle(job, command)
    try:
        yield one
    except BaseException as error:
        one.fail(error)
        raise
    finally:
        one.close()


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else "?"
