"""What `dedupe` does to contacts that are one person: each with its image from before, and how undoing it ended."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.store import RunPart
from importer.delivery.journal.undo_results import FAILED, KEPT, RESULTS, REVERSED, UndoneContact, UndoTarget, of_runs
from importer.errors import FINISHED
from importer.plan import RecordedChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


COMMAND = "dedupe"
CHANGING, CHANGED, DELETING, DELETED = "changing", "changed", "deleting", "deleted"


@dataclass(frozen=True, slots=True)
class JoinedContact:
    """A contact that was changed, or deleted for the sake of `kept_id`; `begun` says that its end is not known.

    `expected`: its fingerprint after a change. `remade_at`: when a new contact was sent for a deleted one, by the
    service's clock. `later`: a later run of `dedupe` has changed it.
    """

    contact_id: str
    kept_id: str
    before: dict[str, Any]
    expected: str
    is_deletion: bool
    begun: bool
    remade_at: int | None
    later: bool

    @property
    def external_id(self) -> str:
        """The external id that it had, "" for none."""
        return str(self.before.get("externalId") or "")

    @property
    def change(self) -> RecordedChange:
        """A change of a contact, as undoing knows it."""
        left_as = frozenset([self.expected] if self.expected else [])
        return RecordedChange(self.external_id, self.contact_id, left_as, self.before, later=self.later)


class JoinJournal(RunPart):
    """What the journal knows of joined contacts; `run` returns the number of the run that is under way."""

    # ------------------------------------------------------------------------------------------------- joining

    def begin(self, contact: Mapping[str, Any], kept_id: str, expected: str | None) -> None:
        """Commit the intent to change a contact (`expected`: its fingerprint then), or to delete it (None)."""
        state = DELETING if expected is None else CHANGING
        self._store.must_be_in_place()
        with self._store.writing("joining") as transaction:
            transaction.execute(
                "INSERT INTO joins (run, contact_id, kept_id, before, expected, state) VALUES (?, ?, ?, ?, ?, ?) "
                # Only the first image of a run counts: that is how the contact was before the run.
                "ON CONFLICT (run, contact_id) DO UPDATE SET expected = excluded.expected, state = excluded.state",
                (self._run(), contact["id"], kept_id, json.dumps(contact), expected or "", state),
            )

    def end(self, contact_id: str, expected: str | None) -> None:
        """Commit that a contact was changed (`expected`: its fingerprint now), or that it is gone (None)."""
        state = DELETED if expected is None else CHANGED
        with self._store.writing("joined") as transaction:
            transaction.execute(
                "UPDATE joins SET state = ?, expected = ? WHERE run = ? AND contact_id = ?",
                (state, expected or "", self._run(), contact_id),
            )

    def withdraw(self, contact_id: str) -> None:
        """Commit that the change or deletion that was begun did not happen."""
        with self._store.writing("withdrawn") as transaction:
            transaction.execute(
                "DELETE FROM joins WHERE run = ? AND contact_id = ? AND state IN (?, ?)",
                (self._run(), contact_id, CHANGING, DELETING),
            )

    def deleted_before(self, run_id: str) -> Iterator[tuple[str, str, dict[str, Any], bool]]:
        """Yield what other runs than `run_id` deleted and no undo has brought back.

        Of each: the run, the id of the kept contact, the image, and whether it is certain that it was deleted.
        """
        query = (
            "SELECT runs.run_id, kept_id, before, state FROM joins JOIN runs ON runs.number = joins.run "
            "WHERE state IN (?, ?) AND result <> ? AND runs.run_id <> ? ORDER BY joins.run, contact_id"
        )
        for other_run, kept_id, before, state in self._store.lines(query, (DELETING, DELETED, REVERSED, run_id)):
            yield str(other_run), str(kept_id), json.loads(before), state == DELETED

    # ------------------------------------------------------------------------------------------------- undoing

    def targets(self) -> list[UndoTarget]:
        """Return the runs of `dedupe` that wrote, each with the runs that resumed it, oldest first."""
        targets: list[UndoTarget] = []
        is_open = False
        query = "SELECT number, run_id, started_at, exit_code, finished_at FROM runs WHERE command = ? ORDER BY number"
        for number, run_id, started_at, exit_code, finished_at in self._store.rows(query, (COMMAND,)):
            if is_open:
                target = targets[-1]
                targets[-1] = replace(target, numbers=(*target.numbers, number), run_ids=(*target.run_ids, run_id))
            else:
                targets.append(UndoTarget((number,), (run_id,), COMMAND, started_at))
            is_open = finished_at is None or exit_code not in FINISHED
        wrote = {int(number) for (number,) in self._store.rows("SELECT DISTINCT run FROM joins")}
        return [target for target in targets if wrote.intersection(target.numbers)]

    def whole(self) -> UndoTarget | None:
        """Return all runs of `dedupe` of which something is left to undo, as one; None if there are none."""
        targets = [target for target in self.targets() if self.contacts(target)]
        if not targets:
            return None
        return replace(
            targets[0],
            numbers=tuple(number for target in targets for number in target.numbers),
            run_ids=tuple(run_id for target in targets for run_id in target.run_ids),
        )

    def contacts(self, target: UndoTarget) -> list[JoinedContact]:
        """Return what is left to undo of a run: deleted contacts first, so that each person always has a contact."""
        query = (
            "SELECT contact_id, kept_id, before, "
            "(SELECT expected FROM joins AS l WHERE l.contact_id = j.contact_id "
            "AND l.run IN (:group) ORDER BY l.run DESC LIMIT 1), "
            "state IN ('deleting', 'deleted') OR EXISTS (SELECT 1 FROM joins AS l WHERE l.contact_id = j.contact_id "
            "AND l.run IN (:group) AND l.state IN ('deleting', 'deleted')) AS deletion, "
            "state IN ('deleting', 'changing'), remade_at, "
            "EXISTS (SELECT 1 FROM joins AS l WHERE l.contact_id = j.contact_id AND l.run > :last "
            "AND l.result <> 'reversed') FROM joins AS j "
            "WHERE run = (SELECT min(run) FROM joins AS l WHERE l.contact_id = j.contact_id "
            "AND l.run IN (:group)) AND result NOT IN ('reversed', 'kept') "
            "ORDER BY deletion DESC, contact_id"
        )
        lines = self._store.rows(of_runs(query, target), {"last": target.numbers[-1]})
        return [
            JoinedContact(
                contact_id,
                kept_id,
                json.loads(before),
                expected,
                bool(deletion),
                bool(begun),
                journal_time,
                bool(later),
            )
            for contact_id, kept_id, before, expected, deletion, begun, journal_time, later in lines
        ]

    def remaking(self, target: UndoTarget, contact_id: str, sent_at: int) -> None:
        """Commit the intent to create a deleted contact again; the time of the first sending counts."""
        self._store.must_be_in_place()
        with self._store.writing("remaking") as transaction:
            transaction.execute(
                "UPDATE joins SET remade_at = coalesce(remade_at, ?) WHERE run = ? AND contact_id = ?",
                (sent_at, self._line(target, contact_id), contact_id),
            )

    def undone(self, target: UndoTarget, contact_id: str, result: str, reason: str, remade_id: str = "") -> None:
        """Commit how undoing ended for a contact."""
        with self._store.writing("unjoined") as transaction:
            transaction.execute(
                "UPDATE joins SET result = ?, reason = ?, remade_id = ? WHERE run = ? AND contact_id = ?",
                (result, reason, remade_id, self._line(target, contact_id), contact_id),
            )

    def results(self, target: UndoTarget) -> dict[str, int]:
        """Return how many contacts ended with each of the results of an undo."""
        lines = list(self.lines(target))
        return {result: sum(line.result == result for line in lines) for result in RESULTS}

    def lines(self, target: UndoTarget) -> Iterator[UndoneContact]:
        """Yield the result of each contact: failed and kept ones first."""
        query = (
            "SELECT before, coalesce(nullif(remade_id, ''), contact_id), state, result, reason FROM joins "
            "WHERE run IN (:group) AND result <> '' ORDER BY result, contact_id"
        )
        for image, contact_id, state, result, reason in self._store.lines(of_runs(query, target)):
            before: dict[str, Any] = json.loads(image)
            external_id = str(before.get("externalId") or "")
            action = "bring back" if state in (DELETING, DELETED) else "restore"
            yield UndoneContact(external_id, contact_id, action, result, reason, before)

    def known_ids(self) -> frozenset[str]:
        """Return the ids of all contacts that were joined, and of those that were made again for deleted ones."""
        query = "SELECT contact_id FROM joins UNION SELECT kept_id FROM joins UNION SELECT remade_id FROM joins"
        return frozenset(str(contact_id) for (contact_id,) in self._store.rows(query) if contact_id)

    def kept_ids(self, limit: int) -> tuple[str, ...]:
        """Return some contacts that were kept: the workspace of this journal has them."""
        query = "SELECT kept_id FROM joins GROUP BY kept_id ORDER BY max(run) DESC LIMIT ?"
        return tuple(str(contact_id) for (contact_id,) in self._store.rows(query, (limit,)))

    def _line(self, target: UndoTarget, contact_id: str) -> int:
        query = "SELECT min(run) FROM joins WHERE contact_id = ? AND run IN (:group)"
        return self._store.number(of_runs(query, target), (contact_id,))


__all__ = ["CHANGED", "COMMAND", "DELETED", "FAILED", "KEPT", "REVERSED", "JoinJournal", "JoinedContact"]
