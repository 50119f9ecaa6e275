"""Undoing runs: which runs belong together, and what they changed in which contact."""

from __future__ import annotations

import json
from dataclasses import replace

from importer.delivery.journal.edits import was_edited
from importer.delivery.journal.kept_contacts import KEPT_OF
from importer.delivery.journal.recorded_change import to_recorded_change
from importer.delivery.journal.undo_results import GROUP, UndoResults, UndoTarget, is_of_target, of_runs
from importer.errors import FINISHED
from importer.plan import RecordedChange, State
from importer.plan.undo import JOINED, LATER

# Contacts that a run was the last to do something about: a reversal notes the undo.
_MET_BY_A_RUN = "(SELECT external_id FROM contacts WHERE run IN (SELECT number FROM runs WHERE command = 'run'))"


class UndoJournal(UndoResults):
    """What the journal knows about undoing runs."""

    # ------------------------------------------------------------------------------------------------- which run

    def targets(self) -> list[UndoTarget]:
        """Return the runs that wrote to the workspace, each with the runs that resumed it, oldest first."""
        query = (
            "SELECT command, file, sheet, number, run_id, started_at, exit_code, finished_at FROM runs ORDER BY number"
        )
        targets: list[UndoTarget] = []
        resumable: tuple[str, str | None] | None = None
        for command, file, sheet, number, run_id, started_at, *end in self._store.rows(query):
            if command != "run":
                resumable = None
                continue
            if resumable == (file, sheet):
                target = targets[-1]
                targets[-1] = replace(target, numbers=(*target.numbers, number), run_ids=(*target.run_ids, run_id))
            else:
                targets.append(UndoTarget((number,), (run_id,), file, started_at))

            # What did not end with 0 or 1 is resumed by the next run over the same sheet.
            exit_code, finished_at = end
            resumable = None if finished_at is not None and exit_code in FINISHED else (file, sheet)

        query = (
            "SELECT created_run FROM contacts WHERE created_run IS NOT NULL UNION SELECT run FROM images "  # noqa: S608
            f"UNION SELECT former.created_run {KEPT_OF} AND former.created_run IS NOT NULL "
            "UNION SELECT run FROM undone UNION SELECT run FROM contacts WHERE state = ?"
        )
        wrote = {int(number) for (number,) in self._store.rows(query, (str(State.SENDING),))}
        return [target for target in targets if wrote.intersection(target.numbers)]

    def whole(self) -> UndoTarget | None:
        """Return all runs whose undo is not finished, as one; None if there are none."""
        targets = [
            target for target in self.targets() if not (self.is_finished(target) or self.is_undone_with_all(target))
        ]
        if not targets:
            return None
        numbers = tuple(number for target in targets for number in target.numbers)
        run_ids = tuple(run_id for target in targets for run_id in target.run_ids)
        return replace(targets[0], numbers=numbers, run_ids=run_ids, is_whole=True)

    def is_finished(self, target: UndoTarget) -> bool:
        """Return whether an undo of it has finished."""
        query = "SELECT settings FROM runs WHERE command = 'undo' AND exit_code IN (0, 1)"
        return any(json.loads(text).get("undoes") == target.run_ids[0] for (text,) in self._store.rows(query))

    def is_undone_with_all(self, target: UndoTarget) -> bool:
        """Return whether it was undone together with all other runs."""
        query = "SELECT settings FROM runs WHERE command = 'undo' AND exit_code = 0"
        return any(target.run_ids[0] in json.loads(text).get("all", ()) for (text,) in self._store.rows(query))

    # ------------------------------------------------------------------------------------------- what is to be done

    def gather(self, target: UndoTarget) -> tuple[int, int]:
        """Collect what is still to be undone; return how many contacts to delete, and how many to restore."""
        values = {"head": target.head, "sending": str(State.SENDING), "later": LATER, "joined": JOINED}
        # What all runs did is taken back time and again, and a run may have made a contact once more in between.
        again = f" AND external_id NOT IN {_MET_BY_A_RUN}" if target.is_whole else ""
        with self._store.writing("gather") as transaction:
            transaction.execute("DELETE FROM scratch.undo_changes")
            transaction.execute(
                of_runs(
                    "INSERT INTO scratch.undo_changes (external_id, restores) "  # noqa: S608 - constants
                    f"SELECT external_id, min(restores) FROM (SELECT external_id, 0 AS restores FROM contacts "
                    f"WHERE created_run IN {GROUP} OR (state = :sending AND run IN {GROUP}) "
                    f"UNION ALL SELECT external_id, 0 {KEPT_OF} AND former.created_run IN {GROUP} "
                    f"UNION ALL SELECT external_id, 1 FROM images WHERE run IN {GROUP}) AS deed GROUP BY external_id",
                    target,
                ),
                values,
            )
            transaction.execute(
                "DELETE FROM scratch.undo_changes WHERE external_id IN "  # noqa: S608 - constants
                "(SELECT external_id FROM undone WHERE run = :head AND "
                f"(result = 'reversed'{again} OR result = 'kept' AND reason NOT IN (:later, :joined)))",
                values,
            )
            transaction.execute(f"DELETE FROM scratch.undo_changes WHERE NOT ({is_of_target(target)})")  # noqa: S608 - constants
        query = "SELECT count(*), coalesce(sum(restores), 0) FROM scratch.undo_changes"
        return next((int(number - restores), int(restores)) for number, restores in self._store.rows(query))

    def next_changes(self, target: UndoTarget, after: str, limit: int) -> list[RecordedChange]:
        """Return the next changes to undo after external id `after`, in the order of external ids."""
        query = (
            "SELECT d.external_id, restores, coalesce(c.contact_id, ''), coalesce(c.left_as, ''), c.sent_at, "  # noqa: S608
            "coalesce(c.state, ''), i.contact_id, i.contact, "
            f"(SELECT expected FROM former WHERE external_id = d.external_id AND run IN {GROUP} "
            "ORDER BY run DESC LIMIT 1), "
            f"coalesce((SELECT given_id FROM former WHERE external_id = d.external_id AND run IN {GROUP} "
            "AND given_id <> '' ORDER BY run DESC LIMIT 1), ''), "
            "EXISTS (SELECT 1 FROM images AS l WHERE l.external_id = d.external_id AND l.run > :last AND NOT EXISTS "
            "(SELECT 1 FROM undone AS u WHERE u.external_id = d.external_id AND u.result = 'reversed' "
            "AND u.run > :last AND u.run <= l.run)) "
            "FROM scratch.undo_changes AS d LEFT JOIN contacts AS c USING (external_id) "
            "LEFT JOIN images AS i ON i.external_id = d.external_id AND restores = 1 AND i.run = "
            f"(SELECT min(run) FROM images WHERE external_id = d.external_id AND run IN {GROUP}) "
            "WHERE d.external_id > :after ORDER BY d.external_id LIMIT :limit"
        )
        values = {"head": target.head, "last": target.numbers[-1], "after": after, "limit": limit}
        lines = self._store.rows(of_runs(query, target), values)
        changes = [to_recorded_change(*columns) for columns in lines]
        return [
            replace(
                change,
                edited=was_edited(self._store, change.external_id, target.numbers, restores=change.before is not None),
            )
            for change in changes
        ]
