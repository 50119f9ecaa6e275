"""What a person or a scheduler sees: notes and progress on stderr, results or JSON events on stdout."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, TextIO

from importer.cli.terminal.columns import column_lines
from importer.cli.terminal.progress import Progress
from importer.cli.terminal.text import plain, wrapped
from importer.errors import Interrupted
from importer.model import Event
from importer.report.findings import Shade, note_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.cli.options import ConsoleOptions
    from importer.report.findings import Finding

YELLOW, RED, BOLD, BOLD_RED, DIM = "33", "31", "1", "1;31", "2"
SHADES = {Shade.ERROR: BOLD_RED, Shade.WARNING: YELLOW, Shade.SOFT: DIM}
SILENT = frozenset({"delivered", "corrected", "reading", "staged", "retry", "rate_limited"})


class Screen:
    """Where the events of a command go; `stdout` and `stderr` are the two streams of the process.

    A stream that nobody reads any more (a closed pipe, a terminal that is gone) is no reason to stop an import: what
    would be written to it is left out from then on.
    """

    def __init__(self, console: ConsoleOptions, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
        self._out = stdout or sys.stdout
        self._err = stderr or sys.stderr
        self._quiet, self._verbose = console.quiet, console.verbose
        self.json = bool(console.json)
        self._progress = None if console.quiet else Progress(self._err)
        self._gone: set[int] = set()

    @property
    def person_is_there(self) -> bool:
        """Whether a question can be asked: both ends are a terminal."""
        return sys.stdin is not None and sys.stdin.isatty() and self._err.isatty()

    def __call__(self, event: Event) -> None:
        """Show one event of the pipeline."""
        self.event(event.name, event.facts)
        if self._quiet:
            return
        if self._progress is not None:
            self._progress(event)
        if event.name == "mapped":
            for line in column_lines(event.facts["columns"], self._verbose):
                self.say(line)
        elif event.name == "request":
            if self._verbose:
                self.say(_request(event.facts))
        elif event.name not in SILENT and "text" in event.facts:
            self.say(str(event.facts["text"]), warning=bool(event.facts.get("warning")))

    def note(self, text: str, *, warning: bool = False, **facts: object) -> None:
        """One note of the command line's own."""
        self(Event("note", {"text": text, "warning": warning, **facts}))

    def found(self, findings: Sequence[Finding]) -> None:
        """What was found, each rule in words; an event each under `--json`."""
        self.close()
        for line in note_lines(findings, names_values=self.person_is_there, every_kind=self._verbose):
            self._say(line.text, SHADES.get(line.shade, ""))
        for finding in findings:
            self.event("finding", finding.facts())

    def say(self, text: str, warning: bool = False) -> None:
        """One line on stderr, above the progress bar; nothing under `--quiet`."""
        self._say(text, YELLOW if warning else "")

    def _say(self, text: str, colour: str) -> None:
        if self._quiet:
            return
        if self._progress is not None:
            self._progress.pause()
        for line in wrapped(plain(text), self._err):
            self._line(self._err, self._colour(line, colour, self._err))
        if self._progress is not None:
            self._progress.resume()

    def ask(self, question: str) -> str:
        """The person's answer, stripped ("" at the end of input); only ever called where `person_is_there`.

        Raises Interrupted on Ctrl-C: whoever waits for an answer cannot wait for requests in flight.
        """
        from importer.cli.signals import interruptible

        if self._progress is not None:
            self._progress.pause()
        *lines, last = wrapped(plain(question), self._err)
        try:
            # From the first word on: whoever sees the question may answer it so.
            with interruptible():
                for line in lines:
                    self._line(self._err, line)
                self._err.write(f"{last} " if not last.endswith(" ") else last)
                self._err.flush()
                return sys.stdin.readline().strip()
        except KeyboardInterrupt:
            self._line(self._err, "")
            raise Interrupted("Stopped at the question; nothing was sent.", "Run the same command again.") from None

    def result(self, lines: Iterable[str]) -> None:
        """The last lines of a command: on stdout, or beside the events on stderr under `--json`."""
        self.close()
        if self.json and self._quiet:
            return
        stream = self._err if self.json else self._out
        for line in lines:
            shade = BOLD if line.startswith("Next:") else ""
            for part in wrapped(plain(line), stream):
                self._line(stream, self._colour(part, shade, stream))

    def summary(self, facts: Mapping[str, object]) -> None:
        """The last event under `--json`."""
        self.close()
        self.event("summary", facts)

    def error(self, message: str, next_step: str, exit_code: int) -> None:
        """Why a command ended early, and the next step."""
        self.close()
        self.event("error", {"message": message, "next_step": next_step, "exit_code": exit_code})
        first, *others = wrapped(f"error: {plain(message)}", self._err)
        self._line(self._err, self._colour("error:", RED, self._err) + first.removeprefix("error:"))
        for line in (*others, *wrapped(f" next: {plain(next_step)}", self._err)):
            self._line(self._err, line)

    def close(self) -> None:
        """Take the progress bar away."""
        if self._progress is not None:
            self._progress.close()

    def event(self, name: str, facts: Mapping[str, object]) -> None:
        """One JSON object on stdout; nothing without `--json`."""
        if self.json:
            # ASCII, so that the encoding of the pipe does not matter.
            self._line(self._out, json.dumps({"event": name, **facts}))

    @staticmethod
    def _colour(text: str, code: str, stream: TextIO) -> str:
        calm = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return f"\x1b[{code}m{text}\x1b[0m" if code and stream.isatty() and not calm else text

    def _line(self, stream: TextIO, text: str) -> None:
        if id(stream) in self._gone:
            return
        try:
            stream.write(text + "\n")
            stream.flush()
        except OSError:
            self._gone.add(id(stream))
            _silence(stream)


def _silence(stream: TextIO) -> None:
    """Keep the interpreter from complaining about the closed pipe when it flushes at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return


def _request(facts: Mapping[str, object]) -> str:
    row = f" row {facts['row']}" if facts.get("row") else ""
    status = facts.get("status") or "no answer"
    return f"{facts.get('method')} {facts.get('path')} {status} {facts.get('ms')} ms{row}"
