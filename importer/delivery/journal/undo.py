"""Taking runs back: which runs belong together, what they did to which contact, and what became of undoing it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.plan import RecordedChange, State, UndoAction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from importer.delivery.journal.store import JournalStore

REVERSED, KEPT, FAILED = "reversed", "kept", "failed"
RESULTS = (REVERSED, KEPT, FAILED)
_STOPPED = 3
_GROUP = "(SELECT value FROM json_each(:group))"
_DONE_BY_US = "c.run IN (SELECT number FROM runs WHERE command = 'undo')"


@dataclass(frozen=True, slots=True)
class UndoTarget:
    """A run and the runs that went on with it, oldest first: `numbers` of the journal, `run_ids` for people."""

    numbers: tuple[int, ...]
    run_ids: tuple[str, ...]
    file: str
    started_at: str

    @property
    def head(self) -> int:
        """The number under which its undoing is kept."""
        return self.numbers[0]


@dataclass(frozen=True, slots=True)
class UndoneContact:
    """What became of one contact: `action` is `delete` or `restore`, `result` one of `RESULTS`."""

    external_id: str
    contact_id: str
    action: str
    result: str
    reason: str


class UndoJournal:
    """The undoing of runs, in the journal; `run` gives the number of the undo that is under way."""

    def __init__(self, store: JournalStore, run: Callable[[], int]) -> None:
        self._store = store
        self._run = run

    # ------------------------------------------------------------------------------------------------- which run

    def writings(self) -> list[UndoTarget]:
        """Return the runs that wrote to the workspace, each with its resumes, oldest first."""
        query = "SELECT number, run_id, command, file, sheet, started_at, exit_code, stopped, finished_at FROM runs"
        chains: list[list[tuple[Any, ...]]] = []
        goes_on: tuple[Any, ...] | None = None
        for one in self._store.rows(f"{query} ORDER BY number"):
            if one[2] != "run":
                goes_on = None
                continue
            if goes_on is not None and goes_on[3:5] == one[3:5]:
                chains[-1].append(one)
            else:
                chains.append([one])
            goes_on = one if _is_open(one) else None
        wrote = self._wrote()
        return [_writing(chain) for chain in chains if any(one[0] in wrote for one in chain)]

    def _wrote(self) -> set[int]:
        query = (
            "SELECT created_run FROM contacts WHERE created_run IS NOT NULL UNION SELECT run FROM images "
            "UNION SELECT run FROM undone UNION SELECT run FROM contacts WHERE state = ?"
        )
        return {int(number) for (number,) in self._store.rows(query, (str(State.SENDING),))}

    def is_finished(self, writing: UndoTarget) -> bool:
        """Tell whether an undo of it has come to its end."""
        query = (
            "SELECT 1 FROM runs WHERE command = 'undo' AND exit_code IN (0, 1) "
            "AND json_extract(settings, '$.undoes') = ?"
        )
        return any(self._store.rows(query, (writing.run_ids[0],)))

    # ------------------------------------------------------------------------------------------- what is to be done

    def gather(self, writing: UndoTarget) -> tuple[int, int]:
        """Find what is still to be undone; return how many contacts may be deleted, and how many restored."""
        values = {**_values(writing), "sending": str(State.SENDING)}
        with self._store.writing("gather") as connection:
            connection.execute("DELETE FROM scratch.deeds")
            connection.execute(
                "INSERT INTO scratch.deeds "  # noqa: S608 - constants
                f"SELECT external_id, min(restores) FROM (SELECT external_id, 0 AS restores FROM contacts "
                f"WHERE created_run IN {_GROUP} OR (state = :sending AND run IN {_GROUP}) "
                f"UNION ALL SELECT external_id, 1 FROM images WHERE run IN {_GROUP}) GROUP BY external_id",
                values,
            )
            connection.execute(
                "DELETE FROM scratch.deeds WHERE external_id IN "
                "(SELECT external_id FROM undone WHERE run = :head AND result IN ('reversed', 'kept'))",
                values,
            )
        query = "SELECT count(*), coalesce(sum(restores), 0) FROM scratch.deeds"
        return next((int(number - restores), int(restores)) for number, restores in self._store.rows(query))

    def deeds(self, writing: UndoTarget, after: str, limit: int) -> list[RecordedChange]:
        """Return the next deeds after external id `after`, in the order of external ids."""
        query = (
            "SELECT d.external_id, restores, coalesce(c.contact_id, ''), coalesce(c.left_as, ''), c.sent_at, "  # noqa: S608
            "coalesce(c.state, ''), i.contact_id, i.contact, "
            f"(SELECT expected FROM former WHERE external_id = d.external_id AND run IN {_GROUP} "
            "ORDER BY run DESC LIMIT 1), "
            "EXISTS (SELECT 1 FROM images AS l WHERE l.external_id = d.external_id AND l.run > :last AND NOT EXISTS "
            "(SELECT 1 FROM undone AS u WHERE u.external_id = d.external_id AND u.result = 'reversed' "
            "AND u.run > :last AND u.run <= l.run)) "
            "FROM scratch.deeds AS d LEFT JOIN contacts AS c USING (external_id) "
            "LEFT JOIN images AS i ON i.external_id = d.external_id AND restores AND i.run = "
            f"(SELECT min(run) FROM images WHERE external_id = d.external_id AND run IN {_GROUP}) "
            "WHERE d.external_id > :after ORDER BY d.external_id LIMIT :limit"
        )
        values = {**_values(writing), "last": writing.numbers[-1], "after": after, "limit": limit}
        return [_deed(*facts) for facts in self._store.rows(query, values)]

    # ------------------------------------------------------------------------------------------------ what was done

    def begin(self, writing: UndoTarget, deed: RecordedChange, contact_id: str) -> None:
        """Commit the intent to DELETE or PATCH; the journal's state of the contact says that it may be under way."""
        state = State.DELETING if deed.action is UndoAction.DELETE else State.UPDATING
        self._store.must_be_in_place()
        with self._store.writing("undoing") as connection:
            connection.execute(
                "INSERT INTO undone SELECT ?, ?, ?, ?, 'doing', '', state FROM contacts WHERE external_id = ? "
                # Begun twice, the state before is that before the first time.
                "ON CONFLICT (run, external_id) DO UPDATE SET result = 'doing'",
                (writing.head, deed.external_id, contact_id, str(deed.action), deed.external_id),
            )
            connection.execute(
                "UPDATE contacts SET state = ?, contact_id = ? WHERE external_id = ?",
                (str(state), contact_id, deed.external_id),
            )

    def end(self, writing: UndoTarget, deed: RecordedChange, result: str, reason: str, contact_id: str) -> None:
        """Commit what became of a contact; what is known of one that was taken back is what was known before."""
        with self._store.writing("undone") as connection:
            connection.execute(
                "INSERT INTO undone SELECT ?1, ?2, ?3, ?4, ?5, ?6, coalesce(max(state), '') FROM contacts "
                "WHERE external_id = ?2 "
                "ON CONFLICT (run, external_id) DO UPDATE SET contact_id = ?3, result = ?5, reason = ?6",
                (writing.head, deed.external_id, contact_id, str(deed.action), result, reason),
            )
            values = {**_values(writing), "id": deed.external_id, "now": self._run(), "contact_id": contact_id}
            if result != REVERSED:
                connection.execute(_PUT_BACK, values)
            elif deed.action is UndoAction.DELETE:
                connection.execute(_FORGET, {**values, "deleted": str(State.DELETED)})
            else:
                _remember(connection, values)

    def mark_rows(self) -> None:
        """Let the rows of the sheet say that their contacts were taken back."""
        with self._store.writing("mark-rows") as connection:
            connection.execute(
                "UPDATE rows SET status = 'unfinished', contact_id = coalesce(c.contact_id, ''), "  # noqa: S608
                "detail = 'a run was undone; run again to import the row' FROM contacts AS c "
                f"WHERE c.external_id = rows.external_id AND {_DONE_BY_US} "
                "AND rows.status IN ('created', 'updated', 'unchanged', 'unfinished')"
            )

    def results(self, writing: UndoTarget) -> dict[str, int]:
        """Return how many contacts ended in each of `RESULTS`, this undo's and those before it."""
        query = "SELECT result, count(*) FROM undone WHERE run = ? GROUP BY result"
        found = dict(self._store.rows(query, (writing.head,)))
        return {result: int(found.get(result, 0)) for result in RESULTS}

    def lines(self, writing: UndoTarget) -> Iterator[UndoneContact]:
        """Give what became of each contact: kept and failed ones first."""
        query = (
            "SELECT external_id, contact_id, action, result, reason FROM undone WHERE run = ? AND result <> 'doing' "
            "ORDER BY result, external_id"
        )
        return (UndoneContact(*facts) for facts in self._store.rows(query, (writing.head,)))

    def finish(
        self,
        run_id: str,
        finished_at: str,
        counts: Mapping[str, int],
        exit_code: int,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Enter the end of an undo."""
        with self._store.writing("finish") as connection:
            connection.execute(
                "UPDATE runs SET finished_at = ?, counts = ?, exit_code = ?, facts = json_patch(facts, ?) "
                "WHERE run_id = ?",
                (finished_at, json.dumps(dict(counts)), exit_code, json.dumps(dict(facts or {})), run_id),
            )


# A request that was begun and then not carried out leaves what is known as it was.
_WAS = "(SELECT was FROM undone WHERE run = :head AND external_id = :id)"
_PUT_BACK = (
    f"UPDATE contacts SET state = {_WAS} WHERE external_id = :id "  # noqa: S608 - constants
    f"AND state IN ('deleting', 'updating') AND {_WAS} NOT IN ('', 'deleting', 'updating')"
)
_FORGET = (
    "UPDATE contacts SET state = :deleted, contact_id = '', digest = '', created_run = NULL, added = '', left_as = '', "
    "policy = '', detail = '', unsure = 0, run = :now WHERE external_id = :id"
)
_FORMER = (
    "SELECT state, digest, created_run, detail, policy, added, left_as FROM former WHERE external_id = :id "  # noqa: S608
    f"AND run IN {_GROUP} ORDER BY run LIMIT 1"
)
# A journal of an earlier version did not keep what was known before: the next run looks at the contact again.
_LOOK_AGAIN = (
    "UPDATE contacts SET run = :now, contact_id = :contact_id, state = :pending, digest = '' WHERE external_id = :id"
)
# What stood in the middle of a request then says nothing that would still hold.
_PASSING = ("", State.SENDING, State.UPDATING, State.DELETING, State.DELETED)


def _remember(connection: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    """Put back what was known of a contact before the run changed it."""
    found = connection.execute(_FORMER, values).fetchone()
    if found is None:
        connection.execute(_LOOK_AGAIN, {**values, "pending": str(State.PENDING)})
        return
    names = ("state", "digest", "created_run", "detail", "policy", "added", "left_as")
    former = dict(zip(names, found, strict=True))
    if former["state"] in _PASSING:
        former |= {"state": str(State.PENDING), "digest": ""}
    assignments = ", ".join(f"{name} = :{name}" for name in names)
    connection.execute(
        f"UPDATE contacts SET run = :now, contact_id = :contact_id, {assignments} WHERE external_id = :id",  # noqa: S608
        {**values, **former},
    )


def _is_open(run: Sequence[Any]) -> bool:
    """Whether a run ended before it had reached its rows: killed, or stopped."""
    exit_code, stopped, finished_at = run[6:9]
    return finished_at is None or (exit_code == _STOPPED if stopped is None else bool(stopped))


def _writing(chain: Sequence[tuple[Any, ...]]) -> UndoTarget:
    first = chain[0]
    return UndoTarget(tuple(one[0] for one in chain), tuple(one[1] for one in chain), first[3], first[5])


def _values(writing: UndoTarget) -> dict[str, Any]:
    return {"group": json.dumps(writing.numbers), "head": writing.head}


def _deed(
    external_id: str,
    restores: int,
    contact_id: str,
    left_as: str,
    sent_at: int | None,
    state: str,
    changed_id: str | None,
    before: str | None,
    expected: str | None,
    later: int,
) -> RecordedChange:
    marks = frozenset({left_as, expected or ""} - {""})
    if not restores:
        return RecordedChange(external_id, contact_id, marks, None, sent_at, bool(later))
    assert changed_id is not None  # noqa: S101 - a restore has its image
    if contact_id not in ("", changed_id):
        marks = frozenset()
    removed = state in (State.DELETED, State.DELETING) and not contact_id
    return RecordedChange(external_id, changed_id, marks, json.loads(before or "{}"), None, bool(later), removed)


__all__ = ["FAILED", "KEPT", "RESULTS", "REVERSED", "UndoJournal", "UndoTarget", "UndoneContact"]
