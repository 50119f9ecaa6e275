"""What a person or a scheduler sees: notes and progress on stderr, results or JSON events on stdout."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, TextIO

from importer.cli.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.cli.options import ConsoleOptions
    from importer.errors import ImporterError
    from importer.model import Event

YELLOW, RED, BOLD = "33", "31", "1"
QUIET_EVENTS = frozenset({"delivered", "reading", "request", "staged"})


class Screen:
    """Where the events of a run go; `stdout` and `stderr` are the two streams of the process."""

    def __init__(self, console: ConsoleOptions, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
        self._out = stdout or sys.stdout
        self._err = stderr or sys.stderr
        self._quiet, self._verbose, self._json = console.quiet, console.verbose, bool(console.json)
        self._progress = None if console.quiet else Progress(self._err)

    @property
    def person_is_there(self) -> bool:
        """Whether a question can be asked: both ends are a terminal."""
        return sys.stdin is not None and sys.stdin.isatty() and self._err.isatty()

    def __call__(self, event: Event) -> None:
        """Show one event of the pipeline."""
        if self._json:
            self._line(self._out, json.dumps({"event": event.name, **event.facts}, ensure_ascii=False))
        if self._progress is not None:
            self._progress(event)
        if event.name == "request":
            if self._verbose and not self._quiet:
                self.say(_request(event.facts))
        elif event.name not in QUIET_EVENTS and "text" in event.facts and not self._quiet:
            self.say(str(event.facts["text"]), warning=bool(event.facts.get("warning")))

    def say(self, text: str, warning: bool = False) -> None:
        """One note on stderr, above the progress bar."""
        if self._progress is not None:
            self._progress.pause()
        self._line(self._err, self._colour(text, YELLOW) if warning else text)

    def ask(self, question: str) -> str:
        """The person's answer, stripped; only ever called where `person_is_there`."""
        if self._progress is not None:
            self._progress.pause()
        self._err.write(question)
        self._err.flush()
        return sys.stdin.readline().strip()

    def result(self, lines: Sequence[str]) -> None:
        """The last lines of a command: on stdout, or beside the events on stderr under `--json`."""
        self.close()
        if self._json and self._quiet:
            return
        for line in lines:
            self._line(self._err if self._json else self._out, line)

    def summary(self, facts: dict[str, object]) -> None:
        """The last event under `--json`."""
        self.close()
        if self._json:
            self._line(self._out, json.dumps({"event": "summary", **facts}, ensure_ascii=False))

    def error(self, error: ImporterError) -> None:
        """Why a run stopped, and the next step."""
        self.close()
        self._line(self._err, f"{self._colour('error:', RED)} {error.message}\n next: {error.next_step}")

    def close(self) -> None:
        """Take the progress bar away."""
        if self._progress is not None:
            self._progress.close()

    def _colour(self, text: str, code: str) -> str:
        if self._err.isatty() and not os.environ.get("NO_COLOR"):
            return f"\x1b[{code}m{text}\x1b[0m"
        return text

    @staticmethod
    def _line(stream: TextIO, text: str) -> None:
        stream.write(text + "\n")
        stream.flush()


def _request(facts: dict[str, object]) -> str:
    row = f" row {facts['row']}" if facts.get("row") else ""
    return f"{facts.get('method')} {facts.get('path')} {facts.get('status')} {facts.get('ms')} ms{row}"
