"""Writing what a delivery does: each method is one transaction, so that a fact and its record are kept together.

An intent is committed before its request is sent. A run that is killed in between leaves a contact in the state SENDING
or UPDATING, and the next run looks it up before it sends anything.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.checksum import ids_checksum
from importer.delivery.journal.edits import last_change
from importer.delivery.journal.exchanges import record_answers, record_request
from importer.delivery.journal.people_memory import PeopleWriter
from importer.delivery.journal.problems import forget_delivery_problems, insert_problems, storable
from importer.delivery.journal.records import RequestRecord
from importer.delivery.journal.store import FORMER_COLUMNS
from importer.model import Status
from importer.plan import NOT_THERE, State, contact_fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.journal.edits import LastChange
    from importer.delivery.journal.records import AnswerRecord, QueuedRow, SettledRow, UnsureRow
    from importer.delivery.journal.store import Transaction
    from importer.model import Problem
    from importer.model.row_names import RowNames

_EMPTY = "''"


def _if_same_contact(column: str, otherwise: str) -> str:
    """Return SQL that keeps a column, unless another contact (?2) takes the place of the one that it is about."""
    return f"CASE WHEN ?2 IN ('', contacts.contact_id) THEN contacts.{column} ELSE {otherwise} END"


_SETTLE = (
    "INSERT INTO contacts (external_id, contact_id, state, digest, run, created_run, detail, policy, added, left_as, "  # noqa: S608
    "checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, coalesce(?9, ''), coalesce(?10, ''), ?11) "
    "ON CONFLICT (external_id) DO UPDATE SET contact_id = ?2, state = ?3, digest = ?4, run = ?5, detail = ?7, "
    f"policy = ?8, checksum = ?11, created_run = coalesce(?6, {_if_same_contact('created_run', 'NULL')}), "
    f"added = coalesce(?9, {_if_same_contact('added', _EMPTY)}), "
    f"left_as = coalesce(?10, {_if_same_contact('left_as', _EMPTY)})"
)
# The UNION gives an empty line where nothing is known of the contact, so that exactly one line is always kept.
_KEEP_FORMER = (
    f"INSERT INTO former (run, external_id, {FORMER_COLUMNS}, expected, given_id) "  # noqa: S608 - constants
    f"SELECT ?1, ?2, {FORMER_COLUMNS}, ?3, ?4 FROM ("
    f"SELECT {FORMER_COLUMNS}, 1 AS known FROM contacts WHERE external_id = ?2 "
    "UNION ALL SELECT '', '', '', NULL, '', '', '', '', '', 0 ORDER BY known DESC LIMIT 1"
    ") AS line WHERE true ON CONFLICT (run, external_id) DO UPDATE SET expected = excluded.expected, "
    "given_id = coalesce(nullif(excluded.given_id, ''), former.given_id)"
)


class DeliveryWriter(PeopleWriter):
    """The part of a journal that stores requests, answers and how each row ended."""

    # -------------------------------------------------------------------------------------- before a request

    def sending(self, task: QueuedRow, sent_at: int) -> None:
        """Commit the intent to POST: from here on the contact may exist.

        `sent_at` is the time of the service's clock in whole seconds since 1970, rather too early than too late. After
        an unsure sending the first one's time is kept, since a contact that turns up late may be from any of them.
        """
        self._store.must_be_in_place()
        with self._store.writing("sending") as transaction:
            transaction.execute(
                "INSERT INTO contacts (external_id, state, digest, sent_at, attempts, run, left_as, checksum) "
                "VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7) "
                "ON CONFLICT (external_id) DO UPDATE SET state = ?2, digest = ?3, contact_id = '', detail = '', "
                "checksum = ?7, run = ?5, attempts = contacts.attempts + 1, "
                "created_run = NULL, policy = '', added = '', left_as = ?6, id_at_service = '', "
                "sent_at = CASE WHEN contacts.unsure > 0 AND contacts.sent_at IS NOT NULL THEN contacts.sent_at "
                "ELSE ?4 END",
                # The fingerprint is stored now, since the answer may never come.
                (
                    task.external_id,
                    str(State.SENDING),
                    task.digest,
                    sent_at,
                    self._run,
                    contact_fingerprint(task.body),
                    ids_checksum(task.external_id, ""),
                ),
            )
            self.learn_sent(transaction, task)
            record_request(transaction, self._run, task, RequestRecord.MAKE)
        self.knows_sent(task)

    def updating(
        self,
        task: QueuedRow,
        contact: Mapping[str, Any],
        added: str | None = None,
        expected: str = "",
        given_id: str = "",
        *,
        renews: bool = False,
    ) -> None:
        """Commit the intent to PATCH, with the contact as it is now and what was known of it before this run.

        `added`: the points this journal will have added to it, None for no change. `expected`: the fingerprint of the
        contact after the change (`importer.plan.contact_fingerprint`). `given_id`: the external id that the
        change gives it, "" if that stays. `renews`: earlier attempts of this run changed nothing, and a person has
        edited the contact since.
        """
        contact_id = str(contact["id"])
        self._store.must_be_in_place()
        with self._store.writing("updating") as transaction:
            transaction.execute(_KEEP_FORMER, (self._run, task.external_id, expected, given_id))
            transaction.execute(
                "INSERT INTO contacts (external_id, contact_id, state, digest, attempts, run, added, checksum) "  # noqa: S608
                "VALUES (?1, ?2, ?3, ?4, 1, ?5, coalesce(?6, ''), ?7) ON CONFLICT (external_id) "
                "DO UPDATE SET contact_id = ?2, checksum = ?7, state = ?3, digest = ?4, run = ?5, "
                "attempts = contacts.attempts + 1, "
                f"created_run = {_if_same_contact('created_run', 'NULL')}, "
                f"left_as = {_if_same_contact('left_as', _EMPTY)}, "
                f"added = coalesce(?6, {_if_same_contact('added', _EMPTY)})",
                (
                    task.external_id,
                    contact_id,
                    str(State.UPDATING),
                    task.digest,
                    self._run,
                    added,
                    ids_checksum(task.external_id, contact_id),
                ),
            )
            # Only the first image of a run counts: that is how the contact was before the run.
            conflict = "(run, external_id) DO UPDATE SET contact = excluded.contact" if renews else "DO NOTHING"
            transaction.execute(
                "INSERT INTO images (run, external_id, contact_id, contact) VALUES (?, ?, ?, ?) "  # noqa: S608
                f"ON CONFLICT {conflict}",
                (self._run, task.external_id, contact_id, json.dumps(contact)),
            )
            self.learn_sent(transaction, task)
            record_request(transaction, self._run, task, RequestRecord.CHANGE)
        self.knows_sent(task)

    def last_change(self, external_id: str) -> LastChange | None:
        """Return the last change of a row's contact that was begun, whether or not it arrived."""
        return last_change(self._store, external_id)

    # ------------------------------------------------------------------------------------ after an answer, or none

    def hear(self, heard: Sequence[AnswerRecord]) -> None:
        """Commit answers after which the rows go on."""
        with self._store.writing("hear") as transaction:
            record_answers(transaction, self._run, heard)

    def withdraw(self, external_id: str, heard: Sequence[AnswerRecord] = ()) -> None:
        """Take back the intent to POST after a request that certainly did not reach the service."""
        with self._store.writing("withdraw") as transaction:
            transaction.execute(
                "UPDATE contacts SET state = ? WHERE external_id = ? AND state = ? AND unsure = 0",
                (str(State.PENDING), external_id, str(State.SENDING)),
            )
            record_answers(transaction, self._run, heard)

    def doubt(self, external_ids: Sequence[str], stray: str = "", heard: Sequence[AnswerRecord] = ()) -> None:
        """Commit that it is unknown whether these were created, so that they need a last lookup.

        `stray` is the id of the contact that the service made of a sending, though under another external id.
        """
        with self._store.writing("doubt") as transaction:
            transaction.executemany(
                "UPDATE contacts SET unsure = 1 WHERE external_id = ?", [(external_id,) for external_id in external_ids]
            )
            if stray:
                transaction.executemany(
                    "UPDATE contacts SET contact_id = ?, checksum = ? WHERE external_id = ?",
                    [(stray, ids_checksum(external_id, stray), external_id) for external_id in external_ids],
                )
            record_answers(transaction, self._run, heard)

    # ---------------------------------------------------------------------------------------- the end of a row

    def settle(self, task: QueuedRow, end: SettledRow) -> None:
        """Commit how a row ended and what is known of its contact."""
        self.settle_all([(task, end)])

    def settle_all(self, ends: Sequence[tuple[QueuedRow, SettledRow]]) -> None:
        """Commit how several rows ended, together."""
        names = self.row_names()
        with self._store.writing("settle") as transaction:
            for task, end in ends:
                if not end.passing:
                    self._settle_contact(transaction, task, end)
                    _learn_ids(transaction, task, end)
                    # A contact that was only found is known from now on by its row, too.
                    self.learn_sent(transaction, task)
                record_answers(transaction, self._run, [end.heard] if end.heard else ())
                _end_row(transaction, task, end, names)

    def _settle_contact(self, transaction: Transaction, task: QueuedRow, end: SettledRow) -> None:
        transaction.execute(
            _SETTLE,
            (
                task.external_id,
                end.contact_id,
                str(end.state),
                task.digest,
                self._run,
                self._run if end.created else None,
                storable(end.detail),
                end.policy,
                end.added,
                end.left_as,
                ids_checksum(task.external_id, end.contact_id),
            ),
        )

    def give_up(self, task: QueuedRow, end: SettledRow) -> None:
        """Commit that a row stays unfinished in this run; what is known of its contact stays as it is."""
        names = self.row_names()
        with self._store.writing("give-up") as transaction:
            _end_row(transaction, task, end, names)

    def end_with_doubles(self, doubt: UnsureRow, problem: Problem, detail: str) -> None:
        """Commit that several contacts have the external id of one row."""
        names = self.row_names()
        with self._store.writing("doubled") as transaction:
            transaction.execute(
                "UPDATE contacts SET state = ?, detail = ?, run = ?, unsure = 2 WHERE external_id = ?",
                (str(State.CONFLICT), storable(detail), self._run, doubt.external_id),
            )
            transaction.execute(
                "UPDATE rows SET status = ?, detail = ?, contact_id = '' WHERE row = ?",
                (str(Status.CONFLICT), storable(detail), doubt.row),
            )
            insert_problems(transaction, [problem], names)

    def end_last_lookup(self, external_ids: Sequence[str], heard: Sequence[AnswerRecord] = ()) -> None:
        """Commit that these had their last lookup."""
        with self._store.writing("swept") as transaction:
            transaction.executemany(
                "UPDATE contacts SET unsure = 2 WHERE external_id = ?", [(external_id,) for external_id in external_ids]
            )
            record_answers(transaction, self._run, heard)


def _learn_ids(transaction: Transaction, task: QueuedRow, end: SettledRow) -> None:
    if end.id_at_service is not None:
        transaction.execute(
            "UPDATE contacts SET id_at_service = ?1 WHERE external_id = ?2 AND id_at_service <> ?1",
            (end.id_at_service, task.external_id),
        )
    if end.refused_id:
        transaction.execute(
            "INSERT INTO known_by (external_id, kind, mark) VALUES (?, 'refused', ?) ON CONFLICT DO NOTHING",
            (task.external_id, end.refused_id),
        )


def _end_row(transaction: Transaction, task: QueuedRow, end: SettledRow, names: RowNames) -> None:
    # The journal keeps which contact was deleted; the row has none.
    contact_id = "" if end.state in NOT_THERE else end.contact_id
    transaction.execute(
        "UPDATE rows SET status = ?, detail = ?, contact_id = ? WHERE row = ?",
        (str(end.status), storable(names.in_text(end.detail)), contact_id, task.row),
    )

    # A row can end twice (its contact turned up in the last lookup): the first end's problems no longer hold.
    forget_delivery_problems(transaction, task.row)
    if findings := [*([end.problem] if end.problem else ()), *end.findings]:
        insert_problems(transaction, findings, names)

    # The body of a row that was Unsure is needed once more, for the last lookup.
    transaction.execute("UPDATE scratch.queue SET done = 1 WHERE row = ?", (task.row,))
    transaction.execute(
        "DELETE FROM scratch.queue WHERE row = ? AND NOT EXISTS "
        "(SELECT 1 FROM contacts WHERE external_id = ? AND unsure = 1)",
        (task.row, task.external_id),
    )
