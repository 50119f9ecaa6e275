"""The lease of a journal: the session that holds it, by advisory locks that end with the session.

A worker says in `workers` every few seconds that it is alive. Another one that wants its journal waits, unless that has
not been said for long: then it ends the session of the holder, so that its open transaction is gone and nothing more of
it can be committed, and takes the locks. Each take-over counts `fence` up, which every transaction looks at first.
"""

from __future__ import annotations

import hashlib
import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from importer.delivery.journal.postgres.connection import connect, one
from importer.delivery.journal_place import SANDBOX_ADDRESS
from importer.errors import FolderBusy, JournalError

if TYPE_CHECKING:
    import uuid

    from importer.delivery.journal.postgres.connection import Session
    from importer.delivery.journal_place import DatabasePlace

_NAP_SECONDS = 0.05

# Of a journal that was taken and never released the worker was killed: a moment ago perhaps, but before the next holder
# of the key took the lock. What it had committed leaves within the deadline. A clock may have been set back since.
_FORMER_HOLDERS = """
SELECT coalesce(bool_or(ended_seconds < $1), false),
    min(greatest(ended_seconds - CASE WHEN was_released THEN 0 ELSE $2 END, - $2)) FILTER (WHERE id <> $3)
FROM (
    SELECT id, left_at IS NOT NULL AS was_released, coalesce(extract(epoch FROM clock_timestamp() - coalesce(left_at, (
        SELECT min(later.taken_at) FROM {schema}.journals AS later
        WHERE later.key_lock = $4 AND later.taken_at > journals.taken_at
    ))), 0)::float8 AS ended_seconds
    FROM {schema}.journals AS journals WHERE taken_at IS NOT NULL AND key_lock = $4
) AS former
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """What a holder has: the number of the journal, the fence, and since when (`time.monotonic`) nothing may be sent.

    `holds_key`: no other journal in this database can be delivered with the same key meanwhile. `others_sent_until`
    (`time.monotonic`): until when requests of other journals with this key may have left.
    """

    journal: int
    fence: int
    quiet_until: float
    holds_key: bool
    others_sent_until: float | None = None


def journal_lock(place: DatabasePlace) -> int:
    """Return the number of the advisory lock of a journal."""
    return lock_number(f"journal {place.schema} {place.name}".encode())


def key_lock(address: str, secret: str) -> int | None:
    """Return the number of the advisory lock of a key: a slow hash; None for the sandbox, which each import has alone.

    It does not depend on the schema, since the service counts all requests of a key.
    """
    if address == SANDBOX_ADDRESS:
        return None
    return lock_number(hashlib.pbkdf2_hmac("sha256", secret.encode(), address.encode(), 50_000, dklen=16))


def lock_number(text: bytes) -> int:
    """Return the number of an advisory lock for what a text names."""
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big", signed=True)


def take(session: Session, place: DatabasePlace, worker: uuid.UUID, address: str, secret: str) -> Lease:
    """Take the journal for this session of a `worker`, whose heartbeat has begun.

    Raises FolderBusy naming who has it, or JournalError.
    """
    schema, of_key = place.schema, key_lock(address, secret)
    line = session.execute(f"SELECT id FROM {schema}.journals WHERE name = $1", (place.name,)).fetchone()
    if line is None:
        # DO NOTHING, since another worker may have made it a moment ago.
        query = f"INSERT INTO {schema}.journals (name) VALUES ($1) ON CONFLICT (name) DO NOTHING"
        session.execute(query, (place.name,))
        line = one(session, f"SELECT id FROM {schema}.journals WHERE name = $1", place.name)
    journal = int(line[0])
    _lock(session, place, journal_lock(place), f"The journal {place.name} is in use by another run")
    if of_key is not None:
        _lock(session, place, of_key, "The key is in use by another run")
    locked = time.monotonic()
    waits, others_left_seconds = one(
        session, _FORMER_HOLDERS.format(schema=schema), place.times.quiet, place.times.deadline, journal, of_key
    )
    holder = f"process {os.getpid()} on {socket.gethostname()}"
    (fence,) = one(
        session,
        f"UPDATE {schema}.journals SET fence = fence + 1, worker = $1, backend = pg_backend_pid(), holder = $2, "
        "backend_start = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()), "
        "taken_at = clock_timestamp(), left_at = NULL, key_lock = $3 WHERE id = $4 RETURNING fence",
        worker,
        holder,
        of_key,
        journal,
    )
    return Lease(
        journal,
        int(fence),
        locked + (place.times.quiet if waits else 0.0),
        of_key is not None,
        None if others_left_seconds is None else locked - float(others_left_seconds),
    )


def _lock(session: Session, place: DatabasePlace, number: int, refusal: str) -> None:
    """Take an advisory lock, by ending the session of a holder that is dead. Raises FolderBusy or JournalError."""
    times, begun, ended = place.times, time.monotonic(), False
    while not one(session, "SELECT pg_try_advisory_lock($1)", number)[0]:
        holder = _holder(session, place, number)
        waited = time.monotonic() - begun
        if holder is not None and holder.is_dead:
            if not ended:
                with suppress(psycopg.errors.InsufficientPrivilege):
                    session.execute("SELECT pg_terminate_backend($1::integer)", (holder.backend,))
                ended = True
            if waited > times.ending:
                raise JournalError(
                    f"{refusal}, {holder.words}, which is dead, but its session could not be ended.",
                    f"End the session {holder.backend} of the database, or wait until it has gone, then run again.",
                )
        elif waited > times.busy:
            holder_words = holder.words if holder is not None else "another session of the database"
            raise FolderBusy(f"{refusal} ({holder_words}).", "Wait until it has finished, or stop it, then run again.")
        time.sleep(_NAP_SECONDS)


@dataclass(frozen=True, slots=True)
class _Holder:
    backend: int
    is_dead: bool
    words: str


def _holder(session: Session, place: DatabasePlace, number: int) -> _Holder | None:
    """Who holds a lock, None if unknown; a worker counts as dead if its heartbeat has stopped for long."""
    bits = number & 0xFFFF_FFFF_FFFF_FFFF
    line = session.execute(
        "SELECT locks.pid, journals.holder, to_char(journals.taken_at, 'YYYY-MM-DD HH24:MI'), journals.name, "
        "coalesce(clock_timestamp() - workers.seen_at > $3 * interval '1 second', true) "
        f"FROM pg_locks AS locks JOIN {place.schema}.journals AS journals ON journals.backend = locks.pid "
        "JOIN pg_stat_activity AS activity ON activity.pid = locks.pid "
        "AND activity.backend_start = journals.backend_start "
        f"LEFT JOIN {place.schema}.workers AS workers ON workers.id = journals.worker "
        "WHERE locks.locktype = 'advisory' AND locks.granted AND locks.objsubid = 1 "
        "AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND locks.classid::bigint = $1 AND locks.objid::bigint = $2 ORDER BY journals.taken_at DESC LIMIT 1",
        (bits >> 32, bits & 0xFFFF_FFFF, place.times.stale),
    ).fetchone()
    if line is None:
        return None
    backend, process, since, name, is_dead = line
    return _Holder(int(backend), bool(is_dead), f"{process}, at {name} since {since} UTC")


def holder_words(session: Session, place: DatabasePlace) -> str | None:
    """Return who has a journal open just now, in words; None if it is free."""
    number = journal_lock(place)
    if one(session, "SELECT pg_try_advisory_lock($1)", number)[0]:
        session.execute("SELECT pg_advisory_unlock($1)", (number,))
        return None
    holder = _holder(session, place, number)
    return holder.words if holder is not None else ""


def release(session: Session, place: DatabasePlace, lease: Lease) -> None:
    """Give the journal back: the next holder need not wait until this session is seen to have ended."""
    session.execute(
        f"UPDATE {place.schema}.journals SET left_at = clock_timestamp() WHERE id = $1 AND fence = $2",
        (lease.journal, lease.fence),
    )
    session.execute("SELECT pg_advisory_unlock_all()")


def was_taken_over(place: DatabasePlace, lease: Lease) -> bool:
    """Whether another worker has the journal now, asked in a session that ends at once; False if unknown."""
    with suppress(psycopg.Error, JournalError), connect(place) as session:
        (fence,) = one(session, f"SELECT fence FROM {place.schema}.journals WHERE id = $1", lease.journal)
        return int(fence) != lease.fence
    return False
