"""What was asked of the service for each row and what it answered: written with the facts, read as a row's story."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from importer.delivery.journal.records import ACCEPTED, RequestRecord

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from importer.delivery.journal.records import AnswerRecord, QueuedRow

LONGEST_ANSWER = 500
_NEXT = "(SELECT count(*) FROM exchanges WHERE external_id = ?1 AND run = ?2)"
# What is made at the first try of a run, unless the contact tells of an earlier making already.
_ASKED_AT = "coalesce((SELECT asked_at FROM exchanges WHERE external_id = ?1 AND run = ?2), ?4)"
_FOLD = (
    f"UPDATE contacts SET made_run = ?2, made_row = ?3, made_at = {_ASKED_AT}, "  # noqa: S608 - constants
    f"made_seconds = max(?4 - {_ASKED_AT}, 0) WHERE external_id = ?1 AND made_run IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM exchanges WHERE external_id = ?1 AND run = ?2 "
    "AND (number > 0 OR asked <> ?5 OR answer IS NOT NULL))"
)
# All exchanges; the one that a contact's line tells is the first of its run.
TOLD = (
    "SELECT external_id, made_run AS run, -1 AS number, made_row AS row, made_at AS asked_at, "  # noqa: S608 - constants
    f"made_seconds AS seconds, '{RequestRecord.MAKE}' AS asked, '{ACCEPTED}' AS answer "
    "FROM contacts WHERE made_run IS NOT NULL UNION ALL "
    "SELECT external_id, run, number, row, asked_at, seconds, asked, answer FROM exchanges"
)


def ask(connection: sqlite3.Connection, run: int, task: QueuedRow, asked: RequestRecord) -> None:
    """Enter within a transaction that a request is about to leave."""
    connection.execute(
        f"INSERT INTO exchanges VALUES (?1, ?2, {_NEXT}, ?3, ?4, 0, ?5, NULL)",  # noqa: S608 - constants
        (task.external_id, run, task.row, int(time.time()), str(asked)),
    )


def hear(connection: sqlite3.Connection, run: int, heard: Iterable[AnswerRecord]) -> None:
    """Enter answers within a transaction: to what was asked last, or with the question where that is not entered."""
    now = int(time.time())
    for one in heard:
        answer = one.answer[:LONGEST_ANSWER].encode("utf-8", "replace").decode()
        values = (one.external_id, run, one.row, now, str(one.asked), answer)
        if one.asked is RequestRecord.MAKE and answer == ACCEPTED and _fold(connection, values[:5]):
            continue
        cursor = connection.execute(
            "UPDATE exchanges SET answer = ?6, seconds = max(?4 - asked_at, 0) "  # noqa: S608 - constants
            f"WHERE external_id = ?1 AND run = ?2 AND number = {_NEXT} - 1 AND asked = ?5 AND answer IS NULL",
            values,
        )
        if not cursor.rowcount:
            connection.execute(
                f"INSERT INTO exchanges VALUES (?1, ?2, {_NEXT}, ?3, ?4, 0, ?5, ?6)",  # noqa: S608 - constants
                values,
            )


def _fold(connection: sqlite3.Connection, values: tuple[str | int, ...]) -> bool:
    """Let the contact's own line tell an exchange, if that can be."""
    if not connection.execute(_FOLD, values).rowcount:
        return False
    connection.execute("DELETE FROM exchanges WHERE external_id = ? AND run = ?", values[:2])
    return True
