"""How far the import of a folder is, and who is at work in it, without locking or changing anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.delivery.journal.opening import holder
from importer.delivery.journal.presence import has_journal
from importer.delivery.journal.read_only import open_read_only
from importer.delivery.journal_place import journal_of
from importer.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class FolderState:
    """The sheet that the last run of a folder was about, when it began, how it ended, and how its rows stand.

    Without a run `file` is "" and there are no `counts`; `exit_code` is None while a run has not ended. `runs` is the
    number of runs that the folder has seen.
    """

    file: str = ""
    started_at: str = ""
    exit_code: int | None = None
    counts: Mapping[Status, int] = field(default_factory=dict)
    runs: int = 0

    @property
    def left(self) -> int:
        """How many rows are not done yet."""
        return self.counts.get(Status.UNFINISHED, 0)


def folder_state(folder: Path) -> FolderState:
    """Return how far the import of a folder is. Raises JournalError for a journal that cannot be read."""
    journal = journal_of(folder)
    if not has_journal(journal):
        return FolderState()
    with open_read_only(journal) as opened:
        runs = [run for run in opened.runs() if run.is_import and not run.is_part]
        if not runs:
            return FolderState()
        return FolderState(runs[-1].file, runs[-1].started_at, runs[-1].exit_code, opened.counts(), len(runs))


def folder_holder(folder: Path) -> str | None:
    """Return who has the journal of a folder open just now, in words; None if it is free."""
    holder_words = holder(journal_of(folder))
    return None if holder_words is None else holder_words or "another program"
