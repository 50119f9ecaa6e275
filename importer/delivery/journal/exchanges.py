"""What was asked of the service for each row and what it answered: written with the facts, read as a row's story."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from importer.delivery.journal.records import Asked, Heard, Task

LONGEST_ANSWER = 500
_NEXT = "(SELECT count(*) FROM exchanges WHERE external_id = ?1 AND run = ?2)"


def ask(connection: sqlite3.Connection, run: int, task: Task, asked: Asked) -> None:
    """Enter within a transaction that a request is about to leave."""
    connection.execute(
        f"INSERT INTO exchanges VALUES (?1, ?2, {_NEXT}, ?3, ?4, 0, ?5, NULL)",  # noqa: S608 - constants
        (task.external_id, run, task.row, int(time.time()), str(asked)),
    )


def hear(connection: sqlite3.Connection, run: int, heard: Iterable[Heard]) -> None:
    """Enter answers within a transaction: to what was asked last, or with the question where that is not entered."""
    now = int(time.time())
    for one in heard:
        answer = one.answer[:LONGEST_ANSWER].encode("utf-8", "replace").decode()
        values = (one.external_id, run, one.row, now, str(one.asked), answer)
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
