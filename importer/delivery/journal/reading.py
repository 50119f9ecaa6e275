"""What can be read from a journal; nothing here changes it."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.records import BeforeImage, QueuedRow, StandingCount, UnsureRow
from importer.model import Outcome, Problem, Reject, Severity, Status
from importer.plan import Action, Known, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.delivery.journal.store import JournalStore

_KNOWN = (
    "contacts.state, contacts.contact_id, contacts.digest, sent_at, attempts, unsure, contacts.detail, policy, added, "
    "left_as"
)
_WORK = "queue.digest, action, body, clears, link, expected"
_PROBLEM = 'problems.row, "column", value, rule, severity, message, position'


def known(store: JournalStore, external_ids: Sequence[str]) -> dict[str, Known]:
    """Return what is known of each external id that the journal has met."""
    query = f"SELECT external_id, {_KNOWN} FROM contacts WHERE external_id IN (?)"  # noqa: S608 - constants
    return {external_id: _known(*facts) for external_id, *facts in store.matching(query, external_ids)}


def _known(
    state: str | None, contact_id: str, digest: str, sent_at: int | None, attempts: int, unsure: int, *texts: str
) -> Known:
    if state is None:
        return Known(State.PENDING)
    return Known(State(state), contact_id, digest, sent_at, attempts, unsure > 0, *texts)


def seen(store: JournalStore, external_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return the first good row of this sheet, and its digest, for each external id that has one."""
    query = "SELECT external_id, row, digest FROM scratch.seen WHERE external_id IN (?)"
    return {external_id: (row, digest) for external_id, row, digest in store.matching(query, external_ids)}


def tasks(store: JournalStore, after: int, limit: int) -> list[QueuedRow]:
    """Return the next rows to deliver, in row order."""
    query = (
        f"SELECT queue.row, queue.external_id, {_WORK}, {_KNOWN} FROM scratch.queue AS queue "  # noqa: S608
        "LEFT JOIN contacts USING (external_id) WHERE queue.row > ? AND done = 0 ORDER BY queue.row LIMIT ?"
    )
    return [_task(row, one, facts[:6], facts[6:]) for row, one, *facts in store.rows(query, (after, limit))]


def _task(row: int, external_id: str, work: Sequence[Any], facts: Sequence[Any]) -> QueuedRow:
    digest, action, body, clears, link, expected = work
    known = _known(*facts)
    return QueuedRow(
        row, external_id, digest, Action(action), json.loads(body), known, tuple(json.loads(clears)), link, expected
    )


def doubts(store: JournalStore, after: str, limit: int) -> list[UnsureRow]:
    """Return rows of this sheet that were Unsure and not looked at a last time, by external id."""
    query = (
        f"SELECT seen.row, contacts.external_id, contacts.contact_id, rows.status, {_WORK}, {_KNOWN} "  # noqa: S608
        "FROM contacts INDEXED BY contacts_unswept JOIN scratch.seen AS seen USING (external_id) "
        "JOIN rows ON rows.row = seen.row LEFT JOIN scratch.queue AS queue ON queue.row = seen.row "
        "WHERE contacts.unsure = 1 AND contacts.external_id > ? ORDER BY contacts.external_id LIMIT ?"
    )
    return [_doubt(*facts) for facts in store.rows(query, (after, limit))]


def _doubt(row: int, external_id: str, contact_id: str, status: str, *facts: Any) -> UnsureRow:
    task = None if facts[0] is None else _task(row, external_id, facts[:6], facts[6:])
    return UnsureRow(row, external_id, contact_id, Status(status), task)


def counts(store: JournalStore) -> dict[Status, int]:
    """Return how many rows of this sheet ended in each of the eight ways."""
    found = dict(store.rows("SELECT status, count(*) FROM rows GROUP BY status"))
    return {status: int(found.get(str(status), 0)) for status in Status}


def standings(store: JournalStore) -> list[StandingCount]:
    """Return how the good rows of this sheet, the first of each external id, stand beside their contacts."""
    # In the order of the contacts, so that of the three tables only one is read here and there.
    query = (
        "SELECT status, coalesce(state, ?), coalesce(policy, ''), coalesce(contacts.digest = seen.digest "
        "AND contacts.contact_id = rows.contact_id AND contacts.detail = rows.detail AND unsure <> 1, 0), count(*) "
        "FROM scratch.seen AS seen JOIN rows ON rows.row = seen.row AND rows.external_id = seen.external_id "
        "LEFT JOIN contacts ON contacts.external_id = seen.external_id GROUP BY 1, 2, 3, 4"
    )
    found = store.rows(query, (str(State.PENDING),))
    return [
        StandingCount(Status(status), State(state), policy, bool(same), rows)
        for status, state, policy, same, rows in found
    ]


def problem_span(store: JournalStore) -> tuple[int, int]:
    """Return how many problems there are and the number of the last, which both grow with whatever is entered."""
    return next(
        (int(count), int(last)) for count, last in store.rows("SELECT count(*), coalesce(max(number), 0) FROM problems")
    )


def to_send(store: JournalStore) -> int:
    """Return how many rows still have to be sent or looked up."""
    return next(int(number) for (number,) in store.rows("SELECT count(*) FROM scratch.queue WHERE done = 0"))


def count_new_rows(store: JournalStore) -> int:
    """Return how many rows are to be sent under an external id that no run has sent before."""
    query = "SELECT count(*) FROM scratch.queue LEFT JOIN contacts USING (external_id) WHERE state IS NULL"
    return next(int(number) for (number,) in store.rows(query))


def count_missing_contacts(store: JournalStore) -> int:
    """Return how many contacts of earlier runs have no row in this sheet."""
    query = (
        "SELECT count(*) FROM contacts LEFT JOIN scratch.seen AS seen USING (external_id) "
        "WHERE contact_id <> '' AND seen.row IS NULL"
    )
    return next(int(number) for (number,) in store.rows(query))


def warnings(store: JournalStore) -> int:
    """Return the number of warnings."""
    query = "SELECT count(*) FROM problems WHERE severity = ?"
    return next(int(number) for (number,) in store.rows(query, (str(Severity.WARNING),)))


def rules(store: JournalStore) -> dict[str, int]:
    """Return how often each rule was found, the most frequent first."""
    return dict(store.rows("SELECT rule, count(*) FROM problems GROUP BY rule ORDER BY count(*) DESC, rule"))


def outcomes(store: JournalStore) -> Iterator[Outcome]:
    """Give how each row ended, in row order; a duplicate carries the contact id of the row it repeats."""
    query = (
        "SELECT one.row, one.external_id, CASE WHEN one.repeats IS NULL THEN one.contact_id ELSE first.contact_id END, "
        "one.status, one.detail FROM rows AS one LEFT JOIN rows AS first ON first.row = one.repeats ORDER BY one.row"
    )
    for row, external_id, contact_id, status, detail in store.rows(query):
        yield Outcome(row, external_id, contact_id or "", Status(status), detail)


def problems(store: JournalStore) -> Iterator[Problem]:
    """Give all problems: those of the sheet first, then in row order, of one row in the order they were found."""
    query = f"SELECT {_PROBLEM} FROM problems ORDER BY problems.row, number"  # noqa: S608 - constants
    return (_problem(*facts) for facts in store.rows(query))


def problems_of(store: JournalStore, row: int) -> Iterator[Problem]:
    """Give the problems of one row in the order they were found."""
    query = f"SELECT {_PROBLEM} FROM problems WHERE problems.row = ? ORDER BY number"  # noqa: S608 - constants
    return (_problem(*facts) for facts in store.rows(query, (row,)))


def _problem(
    row: int | None, column: str | None, value: str, rule: str, severity: str, message: str, position: int | None
) -> Problem:
    return Problem(row, column, value, rule, Severity(severity), message, position)


def rejects(store: JournalStore) -> Iterator[Reject]:
    """Give the rows that were rejected or are in conflict, with their problems, in row order."""
    query = (
        f"SELECT rows.row, external_id, {_PROBLEM} FROM rows LEFT JOIN problems ON problems.row = rows.row "  # noqa: S608
        "WHERE status IN (?, ?) ORDER BY rows.row, number"
    )
    found = store.rows(query, (str(Status.REJECTED), str(Status.CONFLICT)))
    for (row, external_id), lines in groupby(found, key=lambda line: (line[0], line[1])):
        yield Reject(row, external_id, tuple(_problem(*facts[2:]) for facts in lines if facts[2] is not None))


def images(store: JournalStore, run_id: str) -> Iterator[BeforeImage]:
    """Give the contacts that a run changed, as they were before."""
    query = (
        "SELECT external_id, contact_id, contact FROM images JOIN runs ON runs.number = images.run "
        "WHERE run_id = ? ORDER BY external_id"
    )
    for external_id, contact_id, contact in store.rows(query, (run_id,)):
        yield BeforeImage(run_id, external_id, contact_id, json.loads(contact))


def knows_any(store: JournalStore) -> bool:
    """Return whether anything was ever sent or found."""
    return next((True for _ in store.rows("SELECT 1 FROM contacts LIMIT 1")), False)


def contact_ids(store: JournalStore, limit: int) -> dict[str, str]:
    """Return some external ids and the contact ids they have in this workspace."""
    query = "SELECT external_id, contact_id FROM contacts WHERE contact_id <> '' LIMIT ?"
    return dict(store.rows(query, (limit,)))


def meta(store: JournalStore, name: str) -> str | None:
    """Return a fact about the journal itself."""
    return next((str(value) for (value,) in store.rows("SELECT value FROM meta WHERE name = ?", (name,))), None)
