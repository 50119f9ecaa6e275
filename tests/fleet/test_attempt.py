"""What the end of a lane means for its occasion, as one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from importer import errors
from importer.delivery.journal.postgres.occasions import OccasionState
from importer.delivery.journal_place import LeaseTimes
from importer.fleet.attempt import LONGEST_DELAY_SECONDS, MOST_FAILURES, attempt_end
from importer.model import Status
from importer.report.fleet import WorkspaceResult
from importer.report.summary import Summary

DONE, AGAIN, PERSON = OccasionState.DONE, OccasionState.QUEUED, OccasionState.STOPPED


def end(exit_code: int, kind: str, failures: int = 0) -> tuple[OccasionState, bool]:
    """What an occasion becomes, and whether that counts as a failure."""
    summary = Summary("run", "acme.csv", None, {Status.CREATED: 3, Status.SKIPPED: 0}, exit_code=exit_code)
    became = attempt_end(WorkspaceResult("acme", Path("acme"), summary, "why", "what to do"), kind, failures)
    assert (became.counts, became.problem) == ({"created": 3}, "why")
    return became.state, became.is_failure


@pytest.mark.parametrize(
    ("exit_code", "kind", "expected"),
    [
        (0, "", (DONE, False)),
        (1, "", (DONE, False)),
        (3, "Interrupted", (AGAIN, False)),
        (3, "TakenOver", (AGAIN, False)),
        (2, "FolderBusy", (AGAIN, False)),
        (3, "", (AGAIN, True)),
        (3, "ServiceUnreachable", (AGAIN, True)),
        (3, "DiskFailed", (AGAIN, True)),
        (2, "JournalError", (AGAIN, True)),
        (3, "AccessRefused", (PERSON, True)),
        (3, "ValuesLost", (PERSON, True)),
        (2, "KeyMissing", (PERSON, True)),
        (2, "GuardStop", (PERSON, True)),
        (70, "", (PERSON, True)),
    ],
)
def test_an_end_is_done_tried_again_or_for_a_person(
    exit_code: int, kind: str, expected: tuple[OccasionState, bool]
) -> None:
    """What passes by itself is tried again, what another has is waited for, and all else needs a person."""
    assert not kind or issubclass(getattr(errors, kind), errors.ImporterError)
    assert end(exit_code, kind) == expected


def test_what_fails_again_and_again_is_for_a_person() -> None:
    """Each failure waits longer than the one before, up to a limit, and the last is a person's."""
    summary = Summary("run", "acme.csv", None, exit_code=3)
    result = WorkspaceResult("acme", Path("acme"), summary)
    delays = [attempt_end(result, "ServiceUnreachable", number).delay_seconds for number in range(MOST_FAILURES - 1)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (10.0, LONGEST_DELAY_SECONDS)
    assert end(3, "ServiceUnreachable", MOST_FAILURES - 1) == (PERSON, True)


def test_delays_are_those_of_the_worker() -> None:
    """How long an import waits is said where all times of a worker are, so that a test need not wait for it."""
    times = LeaseTimes(taken=0.25, failed=0.5)
    result = WorkspaceResult("acme", Path("acme"), Summary("run", "acme.csv", None, exit_code=3))
    for kind, failures, seconds in (("FolderBusy", 3, 0.25), ("DiskFailed", 0, 0.5), ("DiskFailed", 2, 2.0)):
        assert attempt_end(result, kind, failures, times).delay_seconds == seconds
