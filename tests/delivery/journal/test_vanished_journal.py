"""A journal that is not at its place any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal, QueuedRow, RunRecord, SettledRow
from importer.errors import DiskFailed
from importer.model import Status
from importer.plan import Action, Known, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _removed(path: Path) -> None:
    path.unlink()


def _moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere.sqlite"))


def _replaced(path: Path) -> None:
    path.rename(path.with_name("elsewhere.sqlite"))
    path.touch()


@pytest.mark.parametrize("harm", [_removed, _moved, _replaced])
def test_no_intent_goes_into_a_vanished_journal(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    """Nothing may be sent once the journal is gone from its place, but an answer under way is still written down."""
    path = tmp_path / "journal.sqlite"
    task = QueuedRow(2, "id-1", "digest", Action.CREATE, {"externalId": "id-1"}, Known(State.PENDING))
    with Journal.open(path, "https://api.example.com", "key") as journal:
        journal.begin(RunRecord("run-1", "run", "people.csv", None, "2026-01-01T00:00:00+00:00"))
        journal.sending(task, 0)
        harm(path)
        journal.settle(task, SettledRow(Status.CREATED, State.CREATED, "contact-1", created=True))
        with pytest.raises(DiskFailed, match=r"journal\.sqlite was removed or replaced"):
            journal.sending(task, 0)


def test_no_intent_and_no_end_without_the_lock_file(tmp_path: Path) -> None:
    """Once the lock file is gone another run may have begun upon the journal: nothing is sent, no end claimed."""
    path = tmp_path / "journal.sqlite"
    task = QueuedRow(2, "id-1", "digest", Action.CREATE, {"externalId": "id-1"}, Known(State.PENDING))
    with Journal.open(path, "https://api.example.com", "key") as journal:
        journal.begin(RunRecord("run-1", "run", "people.csv", None, "2026-01-01T00:00:00+00:00"))
        (tmp_path / ".journal.sqlite.lock").unlink()
        with Journal.open(path, "https://api.example.com", "key") as other:
            with pytest.raises(DiskFailed, match="lock file"):
                journal.sending(task, 0)
            with pytest.raises(DiskFailed, match="lock file"):
                journal.finish("run-1", {}, 0)
            other.sending(task, 0)
