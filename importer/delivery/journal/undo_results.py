"""How undoing each change of a run began and ended, and what the journal knows of the contact then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.checksum import ids_checksum
from importer.delivery.journal.run_facts import merged_facts
from importer.delivery.journal.store import RunPart
from importer.plan import RecordedChange, State, UndoAction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from importer.delivery.journal.store import Transaction

REVERSED, KEPT, FAILED = "reversed", "kept", "failed"
RESULTS = (REVERSED, KEPT, FAILED)
GROUP = "(:group)"
"""Stands in a query for the numbers of the runs of a target."""


@dataclass(frozen=True, slots=True)
class UndoTarget:
    """A run with the runs that resumed it, oldest first: `numbers` as in the journal, `run_ids` as people see them.

    `is_whole`: these are all runs. `of_left_out`: of what they wrote only the contacts whose row the last run left out.
    """

    numbers: tuple[int, ...]
    run_ids: tuple[str, ...]
    file: str
    started_at: str
    is_whole: bool = False
    of_left_out: bool = False

    @property
    def head(self) -> int:
        """The number under which its undo is stored."""
        return self.numbers[0]


@dataclass(frozen=True, slots=True)
class UndoneContact:
    """The result for one contact: `result` is one of `RESULTS`, `before` the contact where `dedupe` had changed it."""

    external_id: str
    contact_id: str
    action: str
    result: str
    reason: str
    before: Mapping[str, Any] | None = None


def is_of_target(target: UndoTarget) -> str:
    """Return the condition that a target is about the contact with this `external_id`."""
    is_left_out = "external_id IN (SELECT known_by.external_id FROM known_by WHERE kind = 'left-out')"
    return is_left_out if target.of_left_out else "TRUE"


def of_runs(query: str, target: UndoTarget) -> str:
    """Return a query with the numbers of the target's runs in their places."""
    return query.replace(GROUP, f"({', '.join(map(str, target.numbers))})")


# If a request was begun and not carried out, the contact gets its state back.
_WAS = "(SELECT was FROM undone WHERE run = :head AND external_id = :id)"
_PUT_BACK = (
    f"UPDATE contacts SET state = {_WAS} WHERE external_id = :id "  # noqa: S608 - constants
    f"AND state IN ('deleting', 'updating') AND {_WAS} NOT IN ('', 'deleting', 'updating')"
)
_FORGET = (
    "UPDATE contacts SET state = :deleted, contact_id = '', checksum = :checksum, digest = '', created_run = NULL, "
    "added = '', left_as = '', "
    "policy = '', detail = '', unsure = 0, id_at_service = '', run = :now WHERE external_id = :id"
)
_FORMER = (
    "SELECT state, digest, created_run, detail, policy, added, left_as, id_at_service FROM former "  # noqa: S608
    f"WHERE external_id = :id AND run IN {GROUP} ORDER BY run LIMIT 1"
)
# A journal of an earlier version did not keep what was known before: the next run looks the contact up.
_LOOK_AGAIN = (
    "UPDATE contacts SET run = :now, contact_id = :contact_id, checksum = :checksum, state = :pending, digest = '' "
    "WHERE external_id = :id"
)
# States in the middle of a request, and that of a deleted contact: they must not be put back.
_NOT_LASTING = ("", State.SENDING, State.UPDATING, State.DELETING, State.DELETED)


class UndoResults(RunPart):
    """What was done while undoing runs; `run` returns the number of the undo that is under way."""

    def begin(self, target: UndoTarget, change: RecordedChange, contact_id: str) -> None:
        """Commit the intent to DELETE or PATCH, so that after a crash the state shows it may have been sent."""
        state = State.DELETING if change.action is UndoAction.DELETE else State.UPDATING
        self._store.must_be_in_place()
        with self._store.writing("undoing") as transaction:
            transaction.execute(
                "INSERT INTO undone (run, external_id, contact_id, action, result, reason, was) "
                "SELECT ?, ?, ?, ?, 'doing', '', state FROM contacts WHERE external_id = ? "
                # If it is begun a second time, `was` stays the state before the first time.
                "ON CONFLICT (run, external_id) DO UPDATE SET result = 'doing'",
                (target.head, change.external_id, contact_id, str(change.action), change.external_id),
            )
            transaction.execute(
                "UPDATE contacts SET state = ?, contact_id = ?, checksum = ? WHERE external_id = ?",
                (str(state), contact_id, ids_checksum(change.external_id, contact_id), change.external_id),
            )

    def end(self, target: UndoTarget, change: RecordedChange, result: str, reason: str, contact_id: str) -> None:
        """Commit the result for a contact; after a reversal the journal knows of it what it knew before the run."""
        with self._store.writing("undone") as transaction:
            transaction.execute(
                "INSERT INTO undone (run, external_id, contact_id, action, result, reason, was) "
                "SELECT ?1, ?2, ?3, ?4, ?5, ?6, coalesce(max(state), '') FROM contacts WHERE external_id = ?2 "
                "ON CONFLICT (run, external_id) DO UPDATE SET contact_id = ?3, result = ?5, reason = ?6",
                (target.head, change.external_id, contact_id, str(change.action), result, reason),
            )
            values = {"head": target.head, "id": change.external_id, "now": self._run(), "contact_id": contact_id}
            if result != REVERSED:
                transaction.execute(_PUT_BACK, values)
            elif change.action is UndoAction.DELETE:
                forgotten = {"deleted": str(State.DELETED), "checksum": ids_checksum(change.external_id, "")}
                transaction.execute(_FORGET, {**values, **forgotten})
            else:
                _remember(transaction, target, {**values, "checksum": ids_checksum(change.external_id, contact_id)})

    def mark_rows(self) -> None:
        """Mark the rows of the sheet whose contacts were undone as unfinished."""
        with self._store.writing("mark-rows") as transaction:
            transaction.execute(
                "UPDATE rows SET status = 'unfinished', contact_id = coalesce(c.contact_id, ''), "
                "detail = 'a run was undone; run again to import the row' FROM contacts AS c "
                "WHERE c.external_id = rows.external_id AND c.run IN (SELECT number FROM runs WHERE command = 'undo') "
                "AND rows.status IN ('created', 'updated', 'unchanged', 'unfinished')"
            )

    def results(self, target: UndoTarget) -> dict[str, int]:
        """Return how many contacts ended with each of `RESULTS`, in this undo and earlier ones of the same run."""
        query = f"SELECT result, count(*) FROM undone WHERE run = ? AND {is_of_target(target)} GROUP BY result"  # noqa: S608
        contacts_by_result = dict(self._store.rows(query, (target.head,)))
        return {result: int(contacts_by_result.get(result, 0)) for result in RESULTS}

    def lines(self, target: UndoTarget) -> Iterator[UndoneContact]:
        """Yield the result of each contact: failed and kept ones first."""
        query = (
            "SELECT external_id, contact_id, action, result, reason FROM undone WHERE run = ? "  # noqa: S608
            f"AND result <> 'doing' AND {is_of_target(target)} ORDER BY result, external_id"
        )
        return (UndoneContact(*columns) for columns in self._store.lines(query, (target.head,)))

    def finish(
        self,
        run_id: str,
        finished_at: str,
        counts: Mapping[str, int],
        exit_code: int,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Store the end of an undo."""
        with self._store.writing("finish") as transaction:
            transaction.execute(
                "UPDATE runs SET finished_at = ?, counts = ?, exit_code = ?, facts = ? WHERE run_id = ?",
                (
                    finished_at,
                    json.dumps(dict(counts)),
                    exit_code,
                    merged_facts(transaction, run_id, facts or {}),
                    run_id,
                ),
            )


def _remember(transaction: Transaction, target: UndoTarget, values: Mapping[str, Any]) -> None:
    """Put back what was known of a contact before the run changed it."""
    line = transaction.execute(of_runs(_FORMER, target), values).fetchone()
    if line is None:
        transaction.execute(_LOOK_AGAIN, {**values, "pending": str(State.PENDING)})
        return
    names = ("state", "digest", "created_run", "detail", "policy", "added", "left_as", "id_at_service")
    former = dict(zip(names, line, strict=True))
    if former["state"] in _NOT_LASTING:
        former |= {"state": str(State.PENDING), "digest": ""}
    assignments = ", ".join(f"{name} = :{name}" for name in names)
    transaction.execute(
        "UPDATE contacts SET run = :now, contact_id = :contact_id, checksum = :checksum, "  # noqa: S608 - constants
        f"{assignments} WHERE external_id = :id",
        {**values, **former},
    )
