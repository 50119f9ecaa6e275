"""Contacts whose rows are left out or doubted: a journal in a database answers as one in a file does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal, RowStep, RunRecord, SettledRow
from importer.delivery.journal.records import PersonKind, PersonRow
from importer.model import Problem, Severity, Status
from importer.plan import Action, State

if TYPE_CHECKING:
    from pathlib import Path

    from importer.delivery.journal_place import JournalPlace
    from tests.database import Server


@pytest.mark.parametrize("kind", ["file", "database"])
def test_a_hidden_row_keeps_its_contact_from_the_mirror(kind: str, tmp_path: Path, database: Server) -> None:
    """A contact is gone if no row has it, hidden or not; one without id, unread or asked about may be any contact's."""
    place: JournalPlace = tmp_path / "journal.sqlite" if kind == "file" else database.place()
    with Journal.open(place, "sandbox", "key") as journal:
        journal.begin(RunRecord("run-1", "run", "f.csv", None, "2026-01-01T00:00:00Z", {"source": "crm"}))
        journal.stage(
            [RowStep(n, f"id-{n}", Status.UNFINISHED, Action.CREATE, digest="d", body={"n": n}) for n in (2, 3)]
        )
        end = SettledRow(Status.CREATED, State.CREATED, "c", created=True)
        journal.settle_all([(task, replace(end, contact_id=f"c-{task.row}")) for task in journal.tasks(0, 9)])
        journal.finish("run-1", {}, 0)
    with Journal.open(place, "sandbox", "key") as journal:
        journal.begin(RunRecord("run-2", "run", "f.csv", None, "2026-01-02T00:00:00Z", {"source": "crm"}))
        journal.stage_people([PersonRow(2, "id-2", -(2**62), 0, kind=PersonKind.LEFT_OUT)])
        assert [orphan.external_id for orphan in journal.removals.orphans("crm", "")] == ["id-3"]
        assert journal.removals.count_unclear_rows(("a-rule", "b-rule")) == 0
        journal.stage_people([PersonRow(4, "oi1-x", 2**62, 0, kind=PersonKind.LEFT_OUT)])
        assert journal.removals.count_unclear_rows(("a-rule", "b-rule")) == 1
        steps = [RowStep(5, "id-5", Status.REJECTED), RowStep(6, "?id-2", Status.CONFLICT)]
        journal.stage(steps, [Problem(5, None, "", "b-rule", Severity.ERROR, "A cell too many.")])
        assert [journal.removals.count_unclear_rows(rules) for rules in (("a-rule", "b-rule"), ("a-rule",))] == [3, 2]
        assert journal.contacts_of_cells([2**62, -(2**62), 0]).keys() == {0}
        assert journal.contact_words("id-2").startswith("contact c-2")
