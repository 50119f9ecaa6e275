"""Rows stand as a run left them only where staging them once more would leave each of them so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from importer.delivery.journal import Journal, RunRecord, SettledRow
from importer.model import ContactDraft, Problem, Severity, Status
from importer.pipeline.reading.fingerprint import SheetFingerprint
from importer.pipeline.reading.sheet import fit
from importer.pipeline.reading.source import open_source
from importer.plan import OnMatch, RowStep, State, decide_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.delivery.journal import QueuedRow
    from tests.pipeline.conftest import Desk, MakeRow

ENDS = [
    (SettledRow(Status.CREATED, State.CREATED, "CT1"), True),
    (SettledRow(Status.UPDATED, State.UPDATED, "CT1"), True),
    (SettledRow(Status.UPDATED, State.FILLED, "CT1", policy="update"), True),
    (SettledRow(Status.UNCHANGED, State.KEPT, "CT1", policy="update"), True),
    (SettledRow(Status.UNCHANGED, State.UNCHANGED, "CT1", "as it was"), True),
    (SettledRow(Status.SKIPPED, State.SKIPPED, "CT1", "differs", policy="update"), True),
    # Met under another policy, such a contact may still be reached by this one.
    (SettledRow(Status.UPDATED, State.FILLED, "CT1", policy="fill-blank"), False),
    (SettledRow(Status.UNCHANGED, State.KEPT, "CT1", policy="fill-blank"), False),
    (SettledRow(Status.SKIPPED, State.SKIPPED, "CT1", "differs", policy="create-only"), False),
    (SettledRow(Status.REJECTED, State.REFUSED, "", "refused"), False),
    (SettledRow(Status.CONFLICT, State.CONFLICT, "", "several"), False),
    (SettledRow(Status.UNFINISHED, State.PENDING, "", "later"), False),
    # The row is told one thing, and what is known of its contact another.
    (SettledRow(Status.CONFLICT, State.CREATED, "CT1"), False),
    (SettledRow(Status.UPDATED, State.CREATED, "CT1"), False),
]


@pytest.fixture
def staged(desk: Desk, row: MakeRow) -> Iterator[tuple[Journal, SheetFingerprint, QueuedRow]]:
    """A journal in which two rows of a sheet are staged, one of them for a contact that is there already."""
    desk.write([row(1), row(2)])
    job = desk.job(on_match="update")
    sheet = fit(job, open_source(job), (), profile=False)
    with Journal.open(None, "x", "key") as journal:
        fingerprint = SheetFingerprint(journal)
        assert fingerprint.unchanged_since(job, sheet, believed=False) is None
        journal.begin(RunRecord("run-1", "run", "people.csv", None, "2026-01-01T00:00:00Z"))
        drafts = [ContactDraft(number, f"P{number}", {"defaultFields": {}}, f"digest-{number}") for number in (1, 2)]
        journal.stage(decide_all(drafts, {}, {}, OnMatch.UPDATE))
        fingerprint.note_staged()
        first, second = journal.tasks(0, 9)
        journal.settle(first, SettledRow(Status.CREATED, State.CREATED, "CT0"))
        yield journal, fingerprint, second


@pytest.mark.parametrize(("end", "stands"), ENDS, ids=lambda one: str(getattr(one, "state", one)))
def test_a_row_stands_where_staging_it_once_more_would_leave_it_so(
    staged: tuple[Journal, SheetFingerprint, QueuedRow], end: SettledRow, stands: bool
) -> None:
    """One row that has anything to do, or whose line says another thing than its contact's, has all of them read."""
    journal, fingerprint, task = staged
    journal.settle(task, end)
    assert bool(fingerprint.facts({})) is stands


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "other"},
        {"external_id": "P7"},
        {"row": 7},
    ],
    ids=str,
)
def test_a_row_stands_beside_its_own_contact_only(
    staged: tuple[Journal, SheetFingerprint, QueuedRow], change: dict[str, Any]
) -> None:
    """What is known of a contact that was compared with other values, or of another one, says nothing of a row."""
    journal, fingerprint, task = staged
    journal.settle(replace(task, **change), SettledRow(Status.CREATED, State.CREATED, "CT1"))
    assert fingerprint.facts({}) == {}


def test_a_row_of_which_the_last_word_was_another_does_not_stand(
    staged: tuple[Journal, SheetFingerprint, QueuedRow],
) -> None:
    """Contact id and detail of the row are those of its contact, or the sheet is read."""
    journal, fingerprint, task = staged
    journal.settle(task, SettledRow(Status.CREATED, State.CREATED, "CT1", "made"))
    assert fingerprint.facts({})
    for end in (("CT2", "made"), ("CT1", "made twice")):
        journal.settle(task, SettledRow(Status.CREATED, State.CREATED, *end, passing=True))
        assert fingerprint.facts({}) == {}


def test_a_row_that_is_owed_a_last_look_does_not_stand(staged: tuple[Journal, SheetFingerprint, QueuedRow]) -> None:
    """A sending whose end nobody knew is looked at once more, and until then the sheet is read."""
    journal, fingerprint, task = staged
    journal.sending(task, 1)
    journal.doubt([task.external_id])
    journal.settle(task, SettledRow(Status.CREATED, State.CREATED, "CT1"))
    assert fingerprint.facts({}) == {}
    journal.end_last_lookup([task.external_id])
    assert fingerprint.facts({})


def test_what_was_said_after_staging_has_the_sheet_read(staged: tuple[Journal, SheetFingerprint, QueuedRow]) -> None:
    """A problem that did not come of staging would be missing where the rows are staged fingerprint."""
    journal, fingerprint, task = staged
    problem = Problem(None, None, "", "mirror-held", Severity.WARNING, "Nobody was deleted.")
    journal.settle(task, SettledRow(Status.CREATED, State.CREATED, "CT1"))
    assert fingerprint.facts({})
    journal.add_problems([problem])
    assert fingerprint.facts({}) == {}


def test_a_row_that_is_in_without_having_been_the_first_of_its_id_does_not_stand(
    staged: tuple[Journal, SheetFingerprint, QueuedRow],
) -> None:
    """Every row that says that it is in is looked at beside its contact; one that cannot be has the sheet read."""
    journal, fingerprint, task = staged
    journal.settle(task, SettledRow(Status.CREATED, State.CREATED, "CT1"))
    assert fingerprint.facts({})
    journal.stage([RowStep(9, "P9", Status.CREATED, contact_id="CT9")])
    assert fingerprint.facts({}) == {}
