"""`summary.json` and the five lines on the terminal."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from importer.disk import replacing_text
from importer.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Summary:
    """One run in figures; the keys of `summary.json`. `rows` is the sum of the eight statuses.

    `requests`, `retries`, `rate_limited` and `seconds` are this run's; the statuses are the state of the sheet.
    """

    run_id: str
    file: str
    sheet: str | None
    counts: Mapping[Status, int] = field(default_factory=dict)
    warnings: int = 0
    requests: int = 0
    retries: int = 0
    rate_limited: int = 0
    seconds: float = 0.0
    exit_code: int = 0

    @property
    def rows(self) -> int:
        """Source rows read."""
        return sum(self.counts.values())

    def count(self, status: Status) -> int:
        """Rows that ended as `status`."""
        return self.counts.get(status, 0)

    def as_dict(self) -> dict[str, object]:
        """JSON-ready, in the documented order."""
        plain = asdict(self)
        counts = {status.value: self.count(status) for status in Status}
        tail = {name: plain[name] for name in ("warnings", "requests", "retries", "rate_limited", "seconds")}
        head = {"run_id": self.run_id, "file": self.file, "sheet": self.sheet, "rows": self.rows}
        return head | counts | tail | {"exit_code": self.exit_code}


def write_summary(path: Path, summary: Summary) -> None:
    """Write `summary.json`."""
    with replacing_text(path) as stream:
        json.dump(summary.as_dict(), stream, ensure_ascii=False, indent=2)
        stream.write("\n")


def exit_code(counts: Mapping[Status, int]) -> int:
    """0: every row is in; 1: some rejected or in conflict; 3: some unfinished."""
    if counts.get(Status.UNFINISHED):
        return 3
    return 1 if counts.get(Status.REJECTED) or counts.get(Status.CONFLICT) else 0


def five_lines(
    summary: Summary, out: Path, files: tuple[str, ...], command: str, rules: Mapping[str, int]
) -> tuple[str, ...]:
    """What happened, how it went, what to look at, what to do next, where the files are.

    `command` is the command line that was given, `rules` counts warnings and errors by rule.
    """
    return (
        _happened(summary),
        _went(summary),
        _look(summary, rules),
        _next(summary, out, files, command),
        f"Files:   {out}/  {' '.join(files)}",
    )


def _happened(summary: Summary) -> str:
    parts = [f"{summary.count(status):,} {status.value}" for status in Status if summary.count(status)]
    where = summary.file + (f" [{summary.sheet}]" if summary.sheet else "")
    return f"Result:  {where}: {summary.rows:,} rows = {' + '.join(parts) or '0 (the sheet has a header only)'}"


def _went(summary: Summary) -> str:
    pace = f", {summary.requests / summary.seconds:.1f} a second" if summary.seconds >= 1 and summary.requests else ""
    extra = "".join(
        f", {number:,} {word}"
        for number, word in ((summary.retries, "retries"), (summary.rate_limited, "told to slow down"))
        if number
    )
    return f"Effort:  {summary.requests:,} requests in {_duration(summary.seconds)}{pace}{extra}"


def _look(summary: Summary, rules: Mapping[str, int]) -> str:
    if not rules:
        return "Notes:   nothing to report"
    most = sorted(rules.items(), key=lambda item: (-item[1], item[0]))
    named = ", ".join(f"{count:,} {rule}" for rule, count in most[:4])
    more = f" and {len(most) - 4} more kinds" if len(most) > 4 else ""
    return f"Notes:   {named}{more}; each is a line in problems.csv"


def _next(summary: Summary, out: Path, files: tuple[str, ...], command: str) -> str:
    if summary.count(Status.UNFINISHED):
        return f"Next:    {summary.count(Status.UNFINISHED):,} rows are not done; go on with: {command}"
    if rejected := summary.count(Status.REJECTED) + summary.count(Status.CONFLICT):
        rows = "1 row" if rejected == 1 else f"{rejected:,} rows"
        name = next(iter(sorted((file for file in files if file.startswith("rejects.")), reverse=True)), "problems.csv")
        again = shlex.quote(str(out / name))
        return f"Next:    correct {rows} in {again}, then import that file the same way"
    return "Next:    nothing; keep id_map.csv, its contact ids are the only handle for later changes"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
