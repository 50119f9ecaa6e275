"""What a person or a scheduler sees: notes and progress on stderr, results or JSON events on stdout."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

from importer.cli.signals import interruptible
from importer.cli.terminal.columns import column_lines
from importer.cli.terminal.links import folder_of_files, has_links, linked
from importer.cli.terminal.progress import Progress
from importer.cli.terminal.text import plain, wrapped
from importer.errors import DiskFailed, Interrupted
from importer.model import Event
from importer.report.findings import Shade, note_lines
from importer.report.questions import question_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.cli.options import ConsoleOptions
    from importer.model import Question
    from importer.report.findings import Finding

YELLOW, RED, BOLD, BOLD_RED, DIM = "33", "31", "1", "1;31", "2"
NO_ANSWER = "\x04"
"""What `Console.ask` returns where the person ended the input (Ctrl-D): not Enter, and no answer that can be typed."""
SHADES = {Shade.ERROR: BOLD_RED, Shade.WARNING: YELLOW, Shade.SOFT: DIM}

# Said also under --quiet: a person who waits for a notification does not know that it never came.
URGENT = frozenset({"notification-failed"})


class Console:
    """Where the events of a command go; `stdout` and `stderr` are the two streams of the process.

    A stream that cannot be written to any more (a closed pipe, a terminal that is gone) does not stop an import: what
    would be written to it is left out from then on.
    """

    def __init__(self, options: ConsoleOptions, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
        self._out = stdout or sys.stdout
        self._err = stderr or sys.stderr
        self._quiet, self._verbose = options.quiet, options.verbose
        self.json = bool(options.json)
        self._progress = None if options.quiet else Progress(self._err)
        self._broken_streams: set[int] = set()
        self._lost = ""

    @property
    def is_interactive(self) -> bool:
        """Whether a person can be asked: both ends are a terminal."""
        return sys.stdin is not None and sys.stdin.isatty() and self._err.isatty()

    @property
    def is_shown(self) -> bool:
        """Whether progress and notes are shown: not under `--quiet`."""
        return not self._quiet

    @property
    def is_verbose(self) -> bool:
        """Whether each request is shown."""
        return self._verbose and not self._quiet

    def __call__(self, event: Event) -> None:
        """Show one event of the pipeline."""
        self.event(event.name, event.facts)
        if self._quiet:
            if event.name in URGENT:
                self._write_lines(str(event.facts["text"]), YELLOW)
            return
        if self._progress is not None:
            self._progress(event)

        facts = event.facts
        if event.name == "mapped":
            for line in column_lines(facts["columns"], self._verbose):
                self.line(line)
        elif event.name == "request":
            self.request(facts)
        elif "text" in facts:
            self.line(str(facts["text"]), YELLOW if facts.get("warning") else "")

    def request(self, facts: Mapping[str, Any], owner: str = "") -> None:
        """Write one line about a request under `--verbose`, behind the words for its `owner`."""
        if self._verbose:
            row = f" row {facts['row']}" if facts.get("row") else ""
            status = facts.get("status") or "no answer"
            self.line(f"{owner}{facts.get('method')} {facts.get('path')} {status} {facts.get('ms')} ms{row}")

    def note(self, text: str, *, warning: bool = False, **facts: object) -> None:
        """Say something about the command itself: a line on stderr, an event under `--json`."""
        self(Event("note", {"text": text, "warning": warning, **facts}))

    def show_findings(self, findings: Sequence[Finding], questions: Sequence[Question] = ()) -> None:
        """List what is to be decided, and then what was found, each rule in words; an event each under `--json`."""
        self.close()
        asked = {question.rule for question in questions}
        for line in (
            *question_lines(questions, names_values=self.is_interactive),
            *note_lines(findings, names_values=self.is_interactive, every_kind=self._verbose, asked=asked),
        ):
            self.line(line.text, SHADES.get(line.shade, ""))
        for question in questions:
            self.event("question", question.facts())
        for finding in findings:
            self.event("finding", finding.facts())

    def line(self, text: str, colour: str = "") -> None:
        """Write one line to stderr, above the progress bar; nothing under `--quiet`."""
        if self._quiet:
            return
        if self._progress is not None:
            self._progress.pause()
        self._write_lines(text, colour)
        if self._progress is not None:
            self._progress.resume()

    def _write_lines(self, text: str, colour: str) -> None:
        for line in wrapped(plain(text), self._err):
            self._write(self._err, _coloured(line, colour, self._err))

    def ask(self, question: str) -> str:
        """The person's answer, stripped; `NO_ANSWER` at the end of input. Only to be called if `is_interactive`.

        Raises Interrupted on Ctrl-C: while the program waits for an answer it cannot wait for requests in flight.
        """
        if self._progress is not None:
            self._progress.pause()
        *lines, last = wrapped(plain(question), self._err)
        try:
            # From the first word on: a person who sees the question may answer it with Ctrl-C.
            with interruptible():
                for line in lines:
                    self._write(self._err, line)
                self._err.write(f"{last} " if not last.endswith(" ") else last)
                self._err.flush()
                line = sys.stdin.readline()
                if line:
                    return line.strip()
                # Ctrl-D leaves the cursor behind the question.
                self._write(self._err, "")
                return NO_ANSWER
        except KeyboardInterrupt:
            self._write(self._err, "")
            raise Interrupted.before_sending() from None

    def result(self, lines: Iterable[str]) -> None:
        """Write the last lines of a command: on stdout, or beside the events on stderr under `--json`."""
        self.close()
        if self.json and self._quiet:
            return
        stream = self._err if self.json else self._out
        makes_links = has_links(stream, os.environ)
        shown = [(line, wrapped(line, stream)) for line in list(map(plain, lines))]
        for line, parts in shown:
            shade = BOLD if line.startswith("Next:") else ""
            folder = folder_of_files(line) if makes_links else None
            for part in parts:
                self._write(stream, linked(part, folder) if folder else _coloured(part, shade, stream))

    def verbatim(self, lines: Iterable[str]) -> None:
        """Write lines to be copied on stdout, as long as they are; nothing under `--json`, which has them as facts.

        Raises DiskFailed if they cannot be written: they are all that the command does.
        """
        self.close()
        for line in () if self.json else lines:
            self._write(self._out, plain(line))
        if self._lost:
            raise DiskFailed(self._lost, "Make room or write it elsewhere, then run the same command again.")

    def summary(self, facts: Mapping[str, object]) -> None:
        """Write the last event under `--json`."""
        self.close()
        self.event("summary", facts)

    def error(self, message: str, next_step: str, exit_code: int, kind: str = "") -> None:
        """Write why a command ended early, and the next step; `kind` is the name of a class of `importer.errors`."""
        self.close()
        kinds = {"kind": kind} if kind else {}
        self.event("error", {"message": message, "next_step": next_step, "exit_code": exit_code, **kinds})
        first, *lines_below = wrapped(f"error: {plain(message)}", self._err)
        self._write(self._err, _coloured("error:", RED, self._err) + first.removeprefix("error:"))
        for line in (*lines_below, *wrapped(f" next: {plain(next_step)}", self._err)):
            self._write(self._err, line)

    def close(self) -> None:
        """Take the progress bar away."""
        if self._progress is not None:
            self._progress.close()

    def event(self, name: str, facts: Mapping[str, object]) -> None:
        """Write one JSON object to stdout; nothing without `--json`."""
        if self.json:
            # ASCII, so that the encoding of the pipe does not matter.
            self._write(self._out, json.dumps({"event": name, **facts}))

    def _write(self, stream: TextIO, text: str) -> None:
        if id(stream) in self._broken_streams:
            return
        try:
            stream.write(text + "\n")
            stream.flush()
        except OSError as error:
            self._broken_streams.add(id(stream))
            # A reader that has gone away (`| head`) wants no more; anything else loses what the person asked for.
            if stream is self._out and not isinstance(error, BrokenPipeError):
                self._lost = f"What is shown here could not be written ({error.strerror or error})."
                self._write(self._err, self._lost)
            try:
                # Python flushes at exit and would complain about the closed pipe then.
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            except (OSError, ValueError):
                return


def _coloured(text: str, code: str, stream: TextIO) -> str:
    # https://no-color.org, and terminals that know no control sequences.
    plain_wanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return f"\x1b[{code}m{text}\x1b[0m" if code and stream.isatty() and not plain_wanted else text
