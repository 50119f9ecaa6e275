"""Guards for schedulers: is this the right sheet? Each stops a run before the first write, and says its numbers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.errors import GuardStop
from importer.model.delivery import count_handed_back
from importer.sheet_files import paths_of, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from importer.delivery.journal import RunRecord
    from importer.model import Status
    from importer.settings.model import Settings

_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_UNITS = (("w", "weeks"), ("d", "days"), ("h", "hours"), ("m", "minutes"))
STEP = "Look at the sheet; if it is right, run again with a higher limit or without the guard."


@dataclass(frozen=True, slots=True)
class PlannedCounts:
    """What a run is about to do, at most: contacts to create, change and delete; rows by status."""

    new: int
    changes: int
    deletes: int
    counts: Mapping[Status, int]

    @property
    def rows(self) -> int:
        """Rows of the sheet."""
        return sum(self.counts.values())

    @property
    def rejects(self) -> int:
        """Rows that will not be imported."""
        return count_handed_back(self.counts)


def check_age(settings: Settings, file: str, now: float | None = None) -> None:
    """Raise GuardStop if the file is older than `--newer-than`. `now`: seconds since 1970."""
    if settings.newer_than is None:
        return
    try:
        # Of several files the newest counts: exports of earlier nights may lie beside it.
        written = max(path.stat().st_mtime for path in paths_of(file))
    except (OSError, ValueError):
        raise GuardStop(
            f"--newer-than: cannot tell how old {quoted(file)} is: it is not a file on this computer.",
            "Save it to a file first, or leave the guard out.",
        ) from None
    age = (time.time() if now is None else now) - written
    if age > float(settings.newer_than[:-1]) * _SECONDS[settings.newer_than[-1]]:
        # In the largest unit of which there are two at least: "3 days" says more than "0.4 weeks" or "75 hours".
        ages = (f"{age / _SECONDS[letter]:.0f} {unit}" for letter, unit in _UNITS if age >= 2 * _SECONDS[letter])
        ago = next(ages, "less than two minutes")
        raise GuardStop(
            f"--newer-than {settings.newer_than}: {file} was last changed {ago} ago, so nothing was sent.",
            "Find out why there is no newer export; to import this one anyway, leave the guard out.",
        )


def check_rows(settings: Settings, rows: int, file: str, runs: Callable[[], Iterable[RunRecord]]) -> None:
    """Raise GuardStop if the number of rows differs too much (`--expect-rows`) from the last finished run's.

    That is the last run of this file, or of any file of the folder if this one is new.
    """
    if settings.expect_rows is None:
        return
    # Runs that a guard stopped (exit code 2) are left out: their sheet may have been the wrong one.
    finished = [record for record in runs() if record.is_import_that_sent and record.counts]
    comparable = [record for record in finished if record.file == file] or finished
    before = sum((comparable[-1].counts or {}).values()) if comparable else 0
    share = float(settings.expect_rows.removesuffix("%")) / 100
    if before and abs(rows - before) > before * share:
        raise GuardStop(
            f"--expect-rows {settings.expect_rows}: the sheet has {rows:,} rows, the last run's had {before:,}, "
            "so nothing was sent.",
            "Look at the sheet; if it is right, run again without the guard.",
        )


def check_newcomers(new: int, lost: int, had_row: int, changes: Sequence[str], *, asks: bool) -> str:
    """Stop if about as many rows are new as contacts have just lost theirs: probably the same people, read otherwise.

    `had_row`: contacts that had a row in the last run. `changes`: what differs from that run, in words. Returns the
    warning if a person is asked before anything is sent (`asks`), else raises GuardStop.
    """
    few = 3 if changes else 10
    if new <= few or lost <= few or lost * 10 <= had_row:
        return ""
    differs = f" What differs from the last run: {'; '.join(changes)}." if changes else ""
    message = (
        f"{new:,} rows look like new people, while {lost:,} contacts of the last run have lost their rows: they may be "
        f"the same people, read differently, and would be created a second time.{differs}"
    )
    if asks:
        return message
    raise GuardStop(
        f"{message} Nothing was sent.",
        "Run with the options of the last run; if the rows are new people, add --accept-new-rows.",
    )


def check_numbers(settings: Settings, planned: PlannedCounts) -> None:
    """Raise GuardStop if a limit on numbers (`--max-...`) is exceeded."""
    if exceeded := exceeded_limits(settings, planned):
        raise GuardStop(f"{'; '.join(exceeded)}, so nothing was sent.", STEP)


def exceeded_limits(settings: Settings, planned: PlannedCounts) -> tuple[str, ...]:
    """Return a line with its numbers for each of these limits that the planned counts exceed."""
    rows = f"{planned.rows:,} rows"
    limits = (
        ("--max-new", settings.max_new, planned.new, "contacts would be created", f" ({rows})"),
        ("--max-changes", settings.max_changes, planned.changes, "contacts would be changed", f" ({rows})"),
        ("--max-deletes", settings.max_deletes, planned.deletes, "contacts would be deleted", f" ({rows})"),
        ("--max-rejects", settings.max_rejects, planned.rejects, f"of {rows} would be rejected or are in conflict", ""),
    )
    lines = []
    for name, limit, number, words, of_rows in limits:
        if limit is None:
            continue
        text = str(limit)
        most = float(text.removesuffix("%"))
        if number > (planned.rows * (most / 100) if text.endswith("%") else most):
            lines.append(f"{name} {text}: {number:,} {words}{of_rows if text.endswith('%') else ''}")
    return tuple(lines)
