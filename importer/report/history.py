"""Past runs in words: two lines each for `runs`, everything about one for `show`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.errors import CannotStart
from importer.model import Problem, Severity, Status
from importer.report.findings import Finding
from importer.report.summary import Summary
from importer.report.summary_lines import Closing, five_lines
from importer.shell import shell_quote
from importer.text import counted, duration, to_minute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NO_END = "not finished: still running, killed, or stopped before it sent anything"


@dataclass(frozen=True, slots=True)
class Past:
    """One run of a folder, as its journal describes it. `counts` and `exit_code` are None if it has not finished."""

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
        """The file's name without its folder, with the sheet of a workbook."""
        file = self.file if self.file == "-" else Path(self.file).name
        return file + (f" [{self.sheet}]" if self.sheet else "")

    @property
    def seconds(self) -> float | None:
        """How long it took; to the second in older journals, None if it has not finished."""
        if "seconds" in self.facts:
            return float(self.facts["seconds"])
        if self.finished_at is None:
            return None
        # All times of a journal are in UTC, whether or not they say so.
        began, ended = (
            datetime.fromisoformat(moment).replace(tzinfo=None) for moment in (self.started_at, self.finished_at)
        )
        return (ended - began).total_seconds()

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
    """Two lines for a list of runs: when and how it ended, then its file and counts."""
    yield f"  {to_minute(past.started_at)}  {past.command:<5} {_end(past)}"
    requests = past.facts.get("requests")
    effort = f"; {counted(requests, 'request')}" if requests is not None else ""
    counts = ""
    if past.counts is not None:
        parts = " + ".join(f"{number:,} {name}" for name, number in past.counts.items() if number)
        counts = f": {parts or 'nothing to do'}"
        if past.command == "run":
            # The statuses of a run add up to its rows; what the other commands count does not.
            counts = f": {counted(sum(past.counts.values()), 'row')}" + (f" = {parts}" if parts else "")
    yield f"    {past.run_id}  {past.name}{counts}{effort}"


def show_lines(past: Past, files: Sequence[str], report: str, closing: Closing | None) -> Iterator[str]:
    """Everything about one run, line by line.

    `files` are its outputs that still exist, `report` is the path of its page or why there is no page. `closing` has
    the commands to continue with, None if a later run has already continued.
    """
    yield f"Run:     {past.run_id} ({past.command}) in {past.folder}"
    yield f"When:    {to_minute(past.started_at)} UTC: {_end(past)}"
    yield f"File:    {past.file}" + (f" [{past.sheet}]" if past.sheet else "")
    next_step = ""
    if past.counts is not None and past.command == "run":
        summary = Summary(
            past.run_id,
            past.name,
            None,
            {status: past.counts.get(str(status), 0) for status in Status},
            **{name: past.facts.get(name, 0) for name in ("warnings", "requests", "retries", "rate_limited")},
            this_run=past.facts.get("this_run", {}),
            seconds=past.seconds or 0.0,
            exit_code=past.exit_code or 0,
        )
        result, effort, _, next_step, _ = five_lines(summary, findings(past), closing or Closing(past.folder))
        yield result
        if "requests" in past.facts:
            yield effort
    elif past.counts is not None:
        yield f"Result:  {', '.join(f'{number:,} {name}' for name, number in past.counts.items())}"

    rules = past.facts.get("rules")
    if rules is not None and past.command == "run":
        yield f"Found:   {'by rule:' if rules else 'nothing'}"
        yield from (f"         {count:>6,} {severity:<7} {rule}" for severity, rule, count, *_ in rules)

    yield f"Settings: {'; '.join(_settings_words(past.settings)) or 'all defaults'}"
    yield f"Report:  {report}"
    if next_step and closing is not None:
        yield next_step
    yield f"Files:   {' '.join(files) or 'none left'}"


def _settings_words(settings: Mapping[str, Any]) -> Iterator[str]:
    """The settings that differ from the defaults, as they would be typed."""
    for name, value in settings.items():
        option = f"--{name.replace('_', '-')}"
        if value is True:
            yield option
        elif isinstance(value, dict) or name in ("lock", "values"):
            yield f"[{name}] with {len(value):,} entries"
        elif isinstance(value, list):
            # An entry of --map or --values is a pair.
            words = ("=".join(map(str, entry)) if isinstance(entry, list | tuple) else str(entry) for entry in value)
            yield " ".join(f"{option} {shell_quote(word)}" for word in words)
        elif value not in (None, ""):
            yield f"{option} {shell_quote(str(value))}"


def _end(past: Past) -> str:
    if past.exit_code is None:
        return NO_END
    refused = "  refused before it began" if past.exit_code == CannotStart.exit_code else ""
    return f"exit {past.exit_code}{refused}" + (f"  {duration(past.seconds)}" if past.seconds is not None else "")


def findings(past: Past) -> list[Finding]:
    """What was found by rule, without cases: the journal keeps those of the latest run only."""
    return [
        # Runs of earlier versions did not note in how many rows.
        Finding(rule, Severity(severity), count, Problem(None, None, "", rule, Severity(severity), ""), *rows)
        for severity, rule, count, *rows in past.facts.get("rules", ())
    ]
