"""Guards for schedulers: is this the sheet that was meant? They speak before the first write, each with its numbers."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from importer.errors import GuardStop
from importer.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from importer.delivery.journal import RunRecord
    from importer.settings.model import Settings

_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WORDS = (("w", "weeks"), ("d", "days"), ("h", "hours"), ("m", "minutes"))
STEP = "Look at the sheet; if it is right, run again with a higher limit or without the guard."


@dataclass(frozen=True, slots=True)
class PlannedCounts:
    """What a run is about to do: how many contacts it creates, changes and deletes, at most; rows by status."""

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
        """Rows that will not get in."""
        return self.counts.get(Status.REJECTED, 0) + self.counts.get(Status.CONFLICT, 0)


def check_age(settings: Settings, file: str, now: float | None = None) -> None:
    """Stop where the file is older than `--newer-than`. `now`: seconds since 1970.

    Raises GuardStop.
    """
    if settings.newer_than is None:
        return
    try:
        written = Path(file).stat().st_mtime
    except OSError:
        raise GuardStop(
            f"--newer-than: nobody can say how old {file} is, for it is no file on this computer.",
            "Save it to a file first, or leave the guard out.",
        ) from None
    age = (time.time() if now is None else now) - written
    if age > float(settings.newer_than[:-1]) * _SECONDS[settings.newer_than[-1]]:
        raise GuardStop(
            f"--newer-than {settings.newer_than}: {file} was last changed {_age(age)} ago, so nothing was sent.",
            "See why there is no newer export; to import this one, leave the guard out.",
        )


def check_rows(settings: Settings, rows: int, file: str, runs: Iterable[RunRecord]) -> None:
    """Stop where the number of rows is further than `--expect-rows` from the last run's, of this file if there is one.

    Raises GuardStop.
    """
    if settings.expect_rows is None:
        return
    finished = [one for one in runs if one.command == "run" and one.counts and one.exit_code in (0, 1, 3)]
    former = [one for one in finished if one.file == file] or finished
    before = sum((former[-1].counts or {}).values()) if former else 0
    if before and abs(rows - before) > before * _share(settings.expect_rows):
        raise GuardStop(
            f"--expect-rows {settings.expect_rows}: the sheet has {rows:,} rows, the last run's had {before:,}, "
            "so nothing was sent.",
            "Look at the sheet; if it is right, run again without the guard.",
        )


def stops(settings: Settings, prospect: PlannedCounts) -> tuple[str, ...]:
    """Return the words of every guard of numbers that the prospect runs into."""
    return tuple(_exceeded(settings, prospect))


def check_numbers(settings: Settings, prospect: PlannedCounts) -> None:
    """Stop where `--max-new`, `--max-changes`, `--max-deletes` or `--max-rejects` is exceeded.

    Raises GuardStop.
    """
    if found := stops(settings, prospect):
        raise GuardStop(f"{'; '.join(found)}, so nothing was sent.", STEP)


def _exceeded(settings: Settings, prospect: PlannedCounts) -> Iterator[str]:
    limits = (
        ("--max-new", settings.max_new, prospect.new, "contacts would be created"),
        ("--max-changes", settings.max_changes, prospect.changes, "contacts would be changed"),
        ("--max-deletes", settings.max_deletes, prospect.deletes, "contacts would be deleted"),
    )
    for name, most, number, words in limits:
        if most is not None and number > _number(str(most), prospect.rows):
            of_rows = f" ({prospect.rows:,} rows)" if str(most).endswith("%") else ""
            yield f"{name} {most}: {number:,} {words}{of_rows}"
    most_rejects = settings.max_rejects
    if most_rejects is not None and prospect.rejects > _number(most_rejects, prospect.rows):
        yield (
            f"--max-rejects {most_rejects}: {prospect.rejects:,} of {prospect.rows:,} rows would be rejected "
            "or are in conflict"
        )


def _number(text: str, rows: int) -> float:
    return rows * _share(text) if text.endswith("%") else float(text)


def _share(text: str) -> float:
    return float(re.sub("%$", "", text)) / 100


def _age(seconds: float) -> str:
    for letter, words in _WORDS:
        if seconds >= 2 * _SECONDS[letter]:
            return f"{seconds / _SECONDS[letter]:.0f} {words}"
    return "less than two minutes"
