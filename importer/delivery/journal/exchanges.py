"""Requests about each row and the service's answers, stored in the same transactions as their consequences."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from importer.delivery.journal.records import ACCEPTED, RequestRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.delivery.journal.records import AnswerRecord, QueuedRow
    from importer.delivery.journal.store import Transaction

LONGEST_ANSWER = 500
_NEXT_NUMBER = "(SELECT count(*) FROM exchanges WHERE external_id = ?1 AND run = ?2)"
_ASKED_AT = "coalesce((SELECT asked_at FROM exchanges WHERE external_id = ?1 AND run = ?2), ?4)"
# Nearly every row has a single exchange: its contact was created, and that went well. Such an exchange is folded into
# the contact's own line (`made_...`), which takes a quarter of the space. It must be the first of its run, and the
# contact's line must not hold an earlier one.
_FOLD = (
    f"UPDATE contacts SET made_run = ?2, made_row = ?3, made_at = {_ASKED_AT}, "  # noqa: S608 - constants
    f"made_seconds = CASE WHEN ?4 > {_ASKED_AT} THEN ?4 - {_ASKED_AT} ELSE 0 END "
    "WHERE external_id = ?1 AND made_run IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM exchanges WHERE external_id = ?1 AND run = ?2 "
    "AND (number > 0 OR asked <> ?5 OR answer IS NOT NULL))"
)
# All exchanges, with the folded ones unfolded; a folded one is the first of its run.
ALL_EXCHANGES = (
    "SELECT external_id, made_run AS run, -1 AS number, made_row AS row, made_at AS asked_at, "  # noqa: S608 - constants
    f"made_seconds AS seconds, '{RequestRecord.MAKE}' AS asked, '{ACCEPTED}' AS answer "
    "FROM contacts WHERE made_run IS NOT NULL UNION ALL "
    "SELECT external_id, run, number, row, asked_at, seconds, asked, answer FROM exchanges"
)


def record_request(transaction: Transaction, run: int, task: QueuedRow, request: RequestRecord) -> None:
    """Store, within the caller's transaction, that a request is about to be sent."""
    transaction.execute(
        f"INSERT INTO exchanges VALUES (?1, ?2, {_NEXT_NUMBER}, ?3, ?4, 0, ?5, NULL)",  # noqa: S608 - constants
        (task.external_id, run, task.row, int(time.time()), str(request)),
    )


def record_answers(transaction: Transaction, run: int, answers: Iterable[AnswerRecord]) -> None:
    """Store answers within the caller's transaction.

    An answer belongs to the last request of its kind. A lookup is stored only here, together with its answer.
    """
    now = int(time.time())
    for record in answers:
        answer = record.answer[:LONGEST_ANSWER].encode("utf-8", "replace").decode()
        request = (record.external_id, run, record.row, now, str(record.asked))

        if record.asked is RequestRecord.MAKE and answer == ACCEPTED and transaction.execute(_FOLD, request).rowcount:
            transaction.execute("DELETE FROM exchanges WHERE external_id = ? AND run = ?", request[:2])
            continue

        cursor = transaction.execute(
            "UPDATE exchanges SET answer = ?6, seconds = CASE WHEN ?4 > asked_at THEN ?4 - asked_at ELSE 0 END "  # noqa: S608 - constants
            f"WHERE external_id = ?1 AND run = ?2 AND number = {_NEXT_NUMBER} - 1 AND asked = ?5 AND answer IS NULL",
            (*request, answer),
        )
        if not cursor.rowcount:
            transaction.execute(
                f"INSERT INTO exchanges VALUES (?1, ?2, {_NEXT_NUMBER}, ?3, ?4, 0, ?5, ?6)",  # noqa: S608 - constants
                (*request, answer),
            )
