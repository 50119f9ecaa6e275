"""What changes a journal: each function is one transaction, so that a fact and its record stand or fall together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import exchanges
from importer.delivery.journal.records import RequestRecord
from importer.model import Status
from importer.plan import Action, State, contact_fingerprint

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from importer.delivery.journal.records import AnswerRecord, QueuedRow, SettledRow
    from importer.delivery.journal.store import JournalStore
    from importer.model import Problem
    from importer.plan import RowStep

_OF_DELIVERY = (
    "changed-since-plan",
    "contact-differs",
    "contact-unreachable",
    "id-elsewhere",
    "id-not-found",
    "id-not-searchable",
    "id-several",
    "id-taken",
    "match-several",
    "match-taken",
    "server-refused",
    "unfinished",
)
# What is known of a contact says nothing of another one that has come into its place.
_IF_SAME = "CASE WHEN ?2 IN ('', contact_id) THEN {} ELSE {} END"
_EMPTY = "''"
_NO_PLACE = (Status.REJECTED, Status.DUPLICATE)
_FORMER = "contact_id, state, digest, created_run, detail, policy, added, left_as"
_KEEP_FORMER = (
    f"INSERT INTO former SELECT ?1, ?2, {_FORMER}, ?3 FROM ("  # noqa: S608 - constants
    f"SELECT {_FORMER}, 1 AS known FROM contacts WHERE external_id = ?2 "
    "UNION ALL SELECT '', '', '', NULL, '', '', '', '', 0 ORDER BY known DESC LIMIT 1"
    ") WHERE true ON CONFLICT (run, external_id) DO UPDATE SET expected = excluded.expected"
)


def stage(store: JournalStore, steps: Sequence[RowStep], problems: Iterable[Problem], *, to_send: bool = True) -> None:
    """Enter a chunk of rows: how each ended, or what is still to be done for it.

    `to_send`: will anything be done? If not, what would be sent need not be kept.
    """
    with store.writing("stage") as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?, ?)",
            [
                (step.row, step.external_id, str(step.status), _safe(step.detail), step.contact_id, step.repeats)
                for step in steps
            ],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO scratch.seen VALUES (?, ?, ?)",
            [(step.external_id, step.row, step.digest) for step in steps if _is_first(step)],
        )
        connection.executemany(
            "INSERT OR REPLACE INTO scratch.queue (row, external_id, digest, action, body, clears) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    step.row,
                    step.external_id,
                    step.digest,
                    str(step.action),
                    json.dumps(step.body),
                    json.dumps(step.clears),
                )
                for step in steps
                if to_send and step.action is not Action.NONE
            ],
        )
        found = [step.problem for step in steps if step.problem is not None]
        add(connection, [*problems, *found])


def _is_first(step: RowStep) -> bool:
    # A conflict that differs from an earlier row is no first row either, and INSERT OR IGNORE keeps the earlier one.
    return bool(step.external_id and step.digest) and step.status not in _NO_PLACE


def add(connection: sqlite3.Connection, problems: Iterable[Problem]) -> None:
    """Enter problems within a transaction."""
    connection.executemany(
        'INSERT INTO problems (row, "column", value, rule, severity, message, position) VALUES (?, ?, ?, ?, ?, ?, ?)',
        (
            (
                one.row,
                one.column and _safe(one.column),
                _safe(one.value),
                one.rule,
                str(one.severity),
                _safe(one.message),
                one.position,
            )
            for one in problems
        ),
    )


def _safe(text: str) -> str:
    """Text as UTF-8 can hold it: half a surrogate pair, as damaged files have them, becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def add_problems(store: JournalStore, problems: Iterable[Problem]) -> None:
    """Enter problems."""
    with store.writing("problems") as connection:
        add(connection, problems)


def sending(store: JournalStore, run: int, task: QueuedRow, sent_at: int) -> None:
    """Commit the intent to POST: from here on the contact may exist.

    `sent_at` stays that of the first sending whose end is not known, since a late arrival may be of any of them.
    """
    store.must_be_in_place()
    with store.writing("sending") as connection:
        connection.execute(
            "INSERT INTO contacts (external_id, state, digest, sent_at, attempts, run, left_as) "
            "VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6) "
            "ON CONFLICT (external_id) DO UPDATE SET state = ?2, digest = ?3, contact_id = '', detail = '', run = ?5, "
            "attempts = attempts + 1, created_run = NULL, policy = '', added = '', left_as = ?6, "
            "sent_at = CASE WHEN unsure > 0 AND sent_at IS NOT NULL THEN sent_at ELSE ?4 END",
            # How it will be left is known before the answer, which may never come.
            (task.external_id, str(State.SENDING), task.digest, sent_at, run, contact_fingerprint(task.body)),
        )
        exchanges.ask(connection, run, task, RequestRecord.MAKE)


def updating(
    store: JournalStore, run: int, task: QueuedRow, contact: Mapping[str, Any], added: str | None, expected: str = ""
) -> None:
    """Commit the intent to PATCH together with the contact, and what was known of it, as it was before this run.

    `added` is what this journal will have added by it, None for no change; `expected` is how it will leave the contact.
    """
    contact_id = str(contact["id"])
    store.must_be_in_place()
    with store.writing("updating") as connection:
        connection.execute(_KEEP_FORMER, (run, task.external_id, expected))
        connection.execute(
            "INSERT INTO contacts (external_id, contact_id, state, digest, attempts, run, added) "  # noqa: S608
            "VALUES (?1, ?2, ?3, ?4, 1, ?5, coalesce(?6, '')) ON CONFLICT (external_id) "
            "DO UPDATE SET contact_id = ?2, state = ?3, digest = ?4, run = ?5, attempts = attempts + 1, "
            f"created_run = {_IF_SAME.format('created_run', 'NULL')}, "
            f"left_as = {_IF_SAME.format('left_as', _EMPTY)}, added = coalesce(?6, {_IF_SAME.format('added', _EMPTY)})",
            (task.external_id, contact_id, str(State.UPDATING), task.digest, run, added),
        )
        connection.execute(
            "INSERT OR IGNORE INTO images VALUES (?, ?, ?, ?)",
            (run, task.external_id, contact_id, json.dumps(contact)),
        )
        exchanges.ask(connection, run, task, RequestRecord.CHANGE)


def doubt(
    store: JournalStore, run: int, external_ids: Sequence[str], stray: str = "", heard: Sequence[AnswerRecord] = ()
) -> None:
    """Mark contacts whose sending had no certain end; a last look at them is owed.

    `stray`: the id of the contact that the service made of a sending, though not under its external id.
    """
    query = "UPDATE contacts SET unsure = 1, contact_id = coalesce(nullif(?2, ''), contact_id) WHERE external_id = ?1"
    with store.writing("doubt") as connection:
        connection.executemany(query, [(one, stray) for one in external_ids])
        exchanges.hear(connection, run, heard)


def withdraw(store: JournalStore, run: int, external_id: str, heard: Sequence[AnswerRecord] = ()) -> None:
    """Take an intent back after a sending that certainly reached nobody."""
    with store.writing("withdraw") as connection:
        connection.execute(
            "UPDATE contacts SET state = ? WHERE external_id = ? AND state = ? AND unsure = 0",
            (str(State.PENDING), external_id, str(State.SENDING)),
        )
        exchanges.hear(connection, run, heard)


def settle(store: JournalStore, run: int, task: QueuedRow, end: SettledRow) -> None:
    """Commit how a row ended and what is known of its contact."""
    with store.writing("settle") as connection:
        _settle(connection, run, task, end)


def settle_all(store: JournalStore, run: int, ends: Sequence[tuple[QueuedRow, SettledRow]]) -> None:
    """Commit how several rows ended."""
    with store.writing("settle") as connection:
        for task, end in ends:
            _settle(connection, run, task, end)


def _settle(connection: sqlite3.Connection, run: int, task: QueuedRow, end: SettledRow) -> None:
    if not end.passing:
        connection.execute(
            "INSERT INTO contacts "  # noqa: S608 - constants
            "(external_id, contact_id, state, digest, run, created_run, detail, policy, added, left_as) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, coalesce(?9, ''), coalesce(?10, '')) "
            "ON CONFLICT (external_id) DO UPDATE SET contact_id = ?2, state = ?3, digest = ?4, run = ?5, detail = ?7, "
            f"policy = ?8, created_run = coalesce(?6, {_IF_SAME.format('created_run', 'NULL')}), "
            f"added = coalesce(?9, {_IF_SAME.format('added', _EMPTY)}), "
            f"left_as = coalesce(?10, {_IF_SAME.format('left_as', _EMPTY)})",
            (
                task.external_id,
                end.contact_id,
                str(end.state),
                task.digest,
                run,
                run if end.created else None,
                _safe(end.detail),
                end.policy,
                end.added,
                end.left_as,
            ),
        )
    exchanges.hear(connection, run, [end.heard] if end.heard else ())
    _end_row(connection, task, end)


def give_up(store: JournalStore, task: QueuedRow, end: SettledRow) -> None:
    """Commit that a row stays unfinished in this run; what is known of its contact stays as it is."""
    with store.writing("give-up") as connection:
        _end_row(connection, task, end)


def hear(store: JournalStore, run: int, heard: Sequence[AnswerRecord]) -> None:
    """Enter answers by which nothing changes but what comes next."""
    with store.writing("hear") as connection:
        exchanges.hear(connection, run, heard)


def _end_row(connection: sqlite3.Connection, task: QueuedRow, end: SettledRow) -> None:
    connection.execute(
        "UPDATE rows SET status = ?, detail = ?, contact_id = ? WHERE row = ?",
        (str(end.status), _safe(end.detail), end.contact_id, task.row),
    )
    # A row that ends anew (its contact turned up in the last look) sheds what delivery said of it before.
    connection.execute(f"DELETE FROM problems WHERE row = ? AND rule IN {_OF_DELIVERY}", (task.row,))  # noqa: S608
    if end.problem is not None:
        add(connection, [end.problem])
    # The body of a row that was Unsure is needed once more, for the last look.
    connection.execute("UPDATE scratch.queue SET done = 1 WHERE row = ?", (task.row,))
    connection.execute(
        "DELETE FROM scratch.queue WHERE row = ? AND NOT EXISTS "
        "(SELECT 1 FROM contacts WHERE external_id = ? AND unsure = 1)",
        (task.row, task.external_id),
    )


def doubled(store: JournalStore, run: int, row: int, external_id: str, problem: Problem, detail: str) -> None:
    """Commit that an external id turned out to stand for several contacts."""
    with store.writing("doubled") as connection:
        connection.execute(
            "UPDATE contacts SET state = ?, detail = ?, run = ?, unsure = 2 WHERE external_id = ?",
            (str(State.CONFLICT), _safe(detail), run, external_id),
        )
        connection.execute(
            "UPDATE rows SET status = ?, detail = ?, contact_id = '' WHERE row = ?",
            (str(Status.CONFLICT), _safe(detail), row),
        )
        add(connection, [problem])


def swept(store: JournalStore, run: int, external_ids: Sequence[str], heard: Sequence[AnswerRecord] = ()) -> None:
    """Commit that the last look owed to these contacts was taken."""
    with store.writing("swept") as connection:
        connection.executemany("UPDATE contacts SET unsure = 2 WHERE external_id = ?", [(one,) for one in external_ids])
        exchanges.hear(connection, run, heard)


def set_meta(store: JournalStore, facts: Mapping[str, str]) -> None:
    """Enter facts about the journal itself."""
    with store.writing("meta") as connection:
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(facts.items()))
