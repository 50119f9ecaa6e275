"""Rows whose contact `dedupe` joined into another: a journal in a database keeps them as one in a file does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal, RowStep, RunRecord, SettledRow
from importer.delivery.journal.kept_contacts import RowContact
from importer.delivery.journal.read_only import open_read_only
from importer.model import Status
from importer.plan import Action, State

if TYPE_CHECKING:
    from pathlib import Path

    from importer.delivery.journal_place import JournalPlace
    from tests.database import Server


@pytest.mark.parametrize("kind", ["file", "database"])
def test_a_row_gets_the_kept_contact_and_its_own_back(kind: str, tmp_path: Path, database: Server) -> None:
    """What was known of the joined contact is back once dedupe is undone, and an undo of the run meets neither."""
    place: JournalPlace = tmp_path / "journal.sqlite" if kind == "file" else database.place()
    with Journal.open(place, "sandbox", "key") as journal:
        journal.begin(RunRecord("run-1", "run", "f.csv", None, "2026-01-01T00:00:00Z"))
        journal.stage([RowStep(2, "id-1", Status.UNFINISHED, Action.CREATE, digest="d", body={"n": 1})])
        end = SettledRow(Status.CREATED, State.CREATED, "c-own", created=True, left_as="mark", added="points")
        journal.settle_all([(task, end) for task in journal.tasks(0, 9)])
        journal.finish("run-1", {}, 0)
        (target,) = journal.undos.targets()
        before = journal.known(["id-1"])
        assert not journal.kept.any_missing()

        own = RowContact("id-1", "c-own", "c-own")
        assert journal.kept.of_joined({"c-own", "c-other"}) == [own]
        journal.kept.give({own: "c-kept"})
        first = RowContact("id-1", "c-kept", "c-own")
        assert journal.kept.of_joined({"c-other"}) == [first]
        journal.kept.give({first: "c-later"})
        assert journal.kept.any_missing()
        assert journal.kept.kept_ids() == {"c-later"}
        assert journal.removals.orphans("", "") == []
        assert journal.undos.targets() == [target]
        journal.undos.gather(target)
        (change,) = journal.undos.next_changes(target, "", 9)
        assert (change.contact_id, change.left_as) == ("c-later", frozenset())
    with open_read_only(place) as told:
        assert told.joined_contact("id-1") == "c-own"
        assert list(told.joins()) == []
    with Journal.open(place, "sandbox", "key") as journal:
        (later,) = journal.kept.of_joined(())
        journal.kept.put_back({later: "c-again"})
        assert journal.known(["id-1"]) == {"id-1": replace(before["id-1"], contact_id="c-again")}
        assert not journal.kept.any_missing()
        journal.undos.gather(target)
        (change,) = journal.undos.next_changes(target, "", 9)
        assert (change.contact_id, change.left_as) == ("c-again", frozenset(["mark"]))


@pytest.mark.parametrize("kind", ["file", "database"])
def test_a_row_learns_of_a_contact_that_the_journal_does_not_know(kind: str, tmp_path: Path, database: Server) -> None:
    """A waiting row looks at the contact that stands for its own, and one that has a contact keeps it."""
    place: JournalPlace = tmp_path / "journal.sqlite" if kind == "file" else database.place()
    with Journal.open(place, "sandbox", "key") as journal:
        journal.begin(RunRecord("run-1", "run", "f.csv", None, "2026-01-01T00:00:00Z"))
        journal.stage(
            [RowStep(n, f"id-{n}", Status.UNFINISHED, Action.CREATE, digest="d", body={"n": n}) for n in (2, 3)]
        )
        journal.kept.learn({"id-2": "c-kept"})
        journal.kept.learn({"id-2": "c-other"})
        (first, second) = journal.tasks(0, 9)
        assert (first.action, first.known.contact_id, first.known.state) == (Action.LOOK, "c-kept", State.UNCHANGED)
        assert (second.action, second.known.contact_id) == (Action.CREATE, "")
    with open_read_only(place) as told:
        assert told.is_whole()
