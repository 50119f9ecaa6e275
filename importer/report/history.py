"""Runs that are over, in words: one after another for `runs`, one by itself for `show`."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.model import Problem, Severity, Status
from importer.report.findings import Finding
from importer.report.summary import Summary
from importer.report.summary_lines import Closing, five_lines
from importer.text import duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NO_END = "no end is noted: under way, killed, or stopped before it sent anything"


@dataclass(frozen=True, slots=True)
class Past:
    """One run of a folder, as its journal tells of it. `counts` and `exit_code` are None where no end is noted."""

    folder: Path
    run_id: str
    command: str
    file: str
    sheet: str | None
    started_at: str
    finished_at: str | None
    counts: Mapping[str, int] | None
    exit_code: int | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's own name, with the sheet where it is a workbook."""
        file = self.file if self.file == "-" else Path(self.file).name
        return file + (f" [{self.sheet}]" if self.sheet else "")

    @property
    def seconds(self) -> float | None:
        """How long it took; of a run whose journal did not note it, to the second."""
        if "seconds" in self.facts:
            return float(self.facts["seconds"])
        if self.finished_at is None:
            return None
        return (datetime.fromisoformat(self.finished_at) - datetime.fromisoformat(self.started_at)).total_seconds()

    def as_dict(self) -> dict[str, object]:
        """JSON-ready, without settings: what a log may keep."""
        return {
            "folder": str(self.folder),
            "run_id": self.run_id,
            "command": self.command,
            "file": self.name,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "counts": dict(self.counts) if self.counts is not None else None,
            "exit_code": self.exit_code,
            "seconds": self.seconds,
            "requests": self.facts.get("requests"),
        }


def run_lines(past: Past) -> Iterator[str]:
    """Two lines for a list of runs: when and how it ended, then of what."""
    yield f"  {when(past.started_at)}  {past.command:<5} {_ended(past)}"
    requests = past.facts.get("requests")
    asked = f"; {requests:,} request{'' if requests == 1 else 's'}" if requests is not None else ""
    yield f"    {past.run_id}  {past.name}{_counted(past)}{asked}"


def show_lines(past: Past, files: Sequence[str], report: str, closing: Closing | None) -> Iterator[str]:
    """One run by itself. `files` are its outputs that are still there, `report` is the path of its page or why there
    is none; `closing` has the commands that go on from it, None where a later run has gone on."""
    yield f"Run:     {past.run_id} ({past.command}) in {past.folder}"
    yield f"When:    {when(past.started_at)} UTC: {_ended(past)}"
    yield f"File:    {past.file}" + (f" [{past.sheet}]" if past.sheet else "")
    happened, step = _balance(past, closing) if past.counts is not None else ((), "")
    yield from happened
    yield from found_lines(past)
    yield f"Settings: {'; '.join(settings_words(past.settings)) or 'all as by default'}"
    yield f"Report:  {report}"
    if step:
        yield step
    yield f"Files:   {' '.join(files) or 'none are left'}"


def _balance(past: Past, closing: Closing | None) -> tuple[tuple[str, ...], str]:
    """How the rows ended and what it took, and the next step where one is known."""
    if past.command != "run":
        numbers = ", ".join(f"{number:,} {name}" for name, number in (past.counts or {}).items())
        return (f"Result:  {numbers}",), ""
    happened, effort, _, step, _ = five_lines(_summary(past), findings(past), closing or Closing(past.folder))
    return (happened, *((effort,) if "requests" in past.facts else ())), step if closing is not None else ""


def found_lines(past: Past) -> Iterator[str]:
    """What was found by rule, as far as the journal keeps it."""
    rules = past.facts.get("rules")
    if rules is None or past.command != "run":
        return
    yield f"Found:   {'by rule:' if rules else 'nothing to tell of'}"
    yield from (f"         {count:>6,} {severity:<7} {rule}" for severity, rule, count in rules)


def settings_words(settings: Mapping[str, Any]) -> Iterator[str]:
    """The settings that differ from the defaults, as they would be typed."""
    for name, value in settings.items():
        option = f"--{name.replace('_', '-')}"
        if value is True:
            yield option
        elif isinstance(value, dict) or name in ("lock", "values"):
            yield f"[{name}] with {len(value):,} entries"
        elif isinstance(value, list):
            yield " ".join(f"{option} {shlex.quote(_word(one))}" for one in value)
        elif value not in (None, ""):
            yield f"{option} {shlex.quote(str(value))}"


def _word(value: object) -> str:
    return "=".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def when(moment: str) -> str:
    """A moment of the journal (UTC) to the minute."""
    return moment[:16].replace("T", " ")


def _ended(past: Past) -> str:
    if past.exit_code is None:
        return NO_END
    return f"exit {past.exit_code}" + (f"  {duration(past.seconds)}" if past.seconds is not None else "")


def _counted(past: Past) -> str:
    if past.counts is None:
        return ""
    parts = [f"{number:,} {name}" for name, number in past.counts.items() if number]
    if past.command != "run":
        return f": {' + '.join(parts) or 'nothing to do'}"
    rows = sum(past.counts.values())
    return f": {rows:,} row{'' if rows == 1 else 's'}" + (f" = {' + '.join(parts)}" if parts else "")


def _summary(past: Past) -> Summary:
    counts = {status: (past.counts or {}).get(str(status), 0) for status in Status}
    named = {name: past.facts.get(name, 0) for name in ("warnings", "requests", "retries", "rate_limited")}
    seconds = past.seconds or 0.0
    return Summary(past.run_id, past.name, None, counts, **named, seconds=seconds, exit_code=past.exit_code or 0)


def findings(past: Past) -> list[Finding]:
    """What was found by rule, without the cases, which the journal keeps for the latest run alone."""
    return [
        Finding(rule, Severity(severity), count, Problem(None, None, "", rule, Severity(severity), ""))
        for severity, rule, count in past.facts.get("rules", ())
    ]
