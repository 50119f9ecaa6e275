"""What the end of a lane means for its occasion: done, to be tried again, or left to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.delivery.journal.postgres.occasions import OccasionEnd, OccasionState
from importer.delivery.journal_place import USUAL_TIMES
from importer.errors import (
    FINISHED,
    DiskFailed,
    FolderBusy,
    Interrupted,
    JournalError,
    ServiceUnreachable,
    Stopped,
    TakenOver,
)

if TYPE_CHECKING:
    from importer.delivery.journal_place import LeaseTimes
    from importer.report.fleet import WorkspaceResult

MOST_FAILURES = 10
LONGEST_DELAY_SECONDS = 900.0
# Another worker or a person has the journal just now, or will go on with it.
_ELSEWHERE = (FolderBusy.__name__, TakenOver.__name__)
# Errors that may pass by themselves. "" is, after a stop, a lane that was killed or has left rows for the next run.
_PASSING = ("", ServiceUnreachable.__name__, DiskFailed.__name__, JournalError.__name__)


def attempt_end(result: WorkspaceResult, kind: str, failures: int, times: LeaseTimes = USUAL_TIMES) -> OccasionEnd:
    """Return what becomes of an occasion whose lane ended so: `kind` is the class of its error, "" for none.

    `failures` is how often it failed before; `times` say how long it waits until it is given out again.
    """
    counts = {status.value: number for status, number in result.summary.counts.items() if number}
    words = (result.exit_code, counts, result.problem, result.next_step)
    if result.exit_code in FINISHED:
        return OccasionEnd(OccasionState.DONE, *words)
    if kind == Interrupted.__name__:
        return OccasionEnd(OccasionState.QUEUED, *words)
    if kind in _ELSEWHERE:
        return OccasionEnd(OccasionState.QUEUED, *words, delay_seconds=times.taken)
    passes = kind in _PASSING and (kind or result.exit_code == Stopped.exit_code)
    if passes and failures + 1 < MOST_FAILURES:
        delay = min(times.failed * 2**failures, LONGEST_DELAY_SECONDS)
        return OccasionEnd(OccasionState.QUEUED, *words, delay_seconds=delay, is_failure=True)
    return OccasionEnd(OccasionState.STOPPED, *words, is_failure=True)
