"""What a fleet has to do, workspace by workspace, and what became of it: the facts behind its queue.

An occasion, such as a night, is done once for each workspace. It is `queued`, then `running` with a worker, and ends
`done` or, where a person is needed, `stopped`; a person may have it `paused` or `cancelled`. Each time it is given out
again its `attempt` counts up, so that a worker that was silent for long finds that its own attempt is over.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

import psycopg

from importer.delivery.journal.postgres.connection import connect, unreachable
from importer.delivery.journal.postgres.heartbeat import FleetWorkerStatus
from importer.delivery.journal.postgres.lease import lock_number
from importer.delivery.journal.postgres.opening import check_schema
from importer.errors import JournalError

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from importer.delivery.journal.postgres.connection import Session
    from importer.delivery.journal_place import DatabasePlace

_NAP_SECONDS = 0.5


class OccasionState(StrEnum):
    """The state of an occasion of a workspace; see the module."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Occasion:
    """An occasion of a workspace. `failures` counts attempts that ended early; `worker` is the id of a worker, or "".

    `counts` are those of its rows by status; `problem` and `next_step` are for a person. Times are in UTC, "" for none.
    `sheet_digest` is of the bytes of the sheet that its last attempt has read, "" before the first.
    """

    fleet: str
    workspace: str
    name: str
    lane_key: str
    state: OccasionState = OccasionState.QUEUED
    attempt: int = 1
    failures: int = 0
    worker: str = ""
    done_rows: int = 0
    exit_code: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    next_step: str = ""
    started_at: str = ""
    ended_at: str = ""
    sheet_digest: str = ""

    @property
    def workflow(self) -> str:
        """The id of the workflow that its attempt is in the queue."""
        return f"{self.fleet}/{self.workspace}/{self.name}/{self.attempt}"


@dataclass(frozen=True, slots=True)
class OccasionEnd:
    """How an attempt has ended: `state` is what its occasion becomes, to be given out again after `delay_seconds`."""

    state: OccasionState
    exit_code: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    next_step: str = ""
    delay_seconds: float = 0.0
    is_failure: bool = False


_FIELDS = tuple(field.name for field in fields(Occasion))
_COLUMNS = (
    "fleet, workspace, occasion, lane_key, state, attempt, failures, coalesce(worker::text, ''), done_rows, exit_code, "
    "counts, problem, next_step, coalesce(to_char(started_at, 'YYYY-MM-DD HH24:MI'), ''), "
    "coalesce(to_char(ended_at, 'YYYY-MM-DD HH24:MI'), ''), sheet_digest"
)


class OccasionBook:
    """The occasions of one fleet, through a session of its own; safe in several threads.

    Methods raise JournalError where the database stays away for longer than `wait_seconds`.
    """

    def __init__(self, place: DatabasePlace, fleet: str, wait_seconds: float = 0.0) -> None:
        self._place, self._fleet, self._wait_seconds = place, fleet, wait_seconds
        self._guard = threading.Lock()
        self._table, self._workers = f"{place.schema}.occasions", f"{place.schema}.workers"
        self._session: Session | None = connect(place)
        check_schema(self._session, place)

    def add(self, occasions: Sequence[Occasion]) -> list[Occasion]:
        """Queue occasions; return those that were not known before."""
        query = (
            f"INSERT INTO {self._table} (fleet, workspace, occasion, lane_key, state) "
            "VALUES ($1, $2, $3, $4, 'queued') ON CONFLICT DO NOTHING RETURNING 1"
        )
        return [
            occasion
            for occasion in occasions
            if self._lines(query, self._fleet, occasion.workspace, occasion.name, occasion.lane_key)
        ]

    def begin(self, workflow: str, worker: uuid.UUID) -> Occasion | None:
        """Note that a worker begins with an attempt.

        None if that is over, not to be done any more, or not yet, since another workspace with the same key is under
        way.
        """
        _, workspace, name, attempt = workflow.split("/")
        occasions = self._occasions(
            f"UPDATE {self._table} AS known SET state = 'running', worker = $4, started_at = clock_timestamp(), "
            "done_rows = 0 WHERE fleet = $1 AND workspace = $2 AND occasion = $3 AND attempt = $5::integer "
            f"AND state IN ('queued', 'running') AND NOT EXISTS (SELECT 1 FROM {self._table} AS other "
            "WHERE other.fleet = $1 AND other.state = 'running' AND other.lane_key = known.lane_key "
            f"AND (other.workspace, other.occasion) <> (known.workspace, known.occasion)) RETURNING {_COLUMNS}",
            *(self._fleet, workspace, name, worker, int(attempt)),
        )
        return occasions[0] if occasions else None

    def end(self, occasion: Occasion, worker: uuid.UUID, end: OccasionEnd) -> bool:
        """Note how an attempt has ended; False if it was no longer that of the worker."""
        lines = self._lines(
            f"UPDATE {self._table} SET state = $6, exit_code = $7::integer, counts = $8, problem = $9, "
            "next_step = $10, failures = failures + $11::integer, "
            "due_at = clock_timestamp() + $12 * interval '1 second', worker = NULL, "
            "ended_at = clock_timestamp() WHERE fleet = $1 AND workspace = $2 AND occasion = $3 AND worker = $4 "
            "AND attempt = $5::integer AND state = 'running' RETURNING 1",
            *(self._fleet, occasion.workspace, occasion.name, worker, occasion.attempt),
            *(end.state.value, end.exit_code, json.dumps(dict(end.counts)), end.problem, end.next_step),
            *(int(end.is_failure), end.delay_seconds),
        )
        return bool(lines)

    def note_sheet(self, occasion: Occasion, worker: uuid.UUID, digest: str) -> None:
        """Note which sheet an attempt reads, so that the next one can tell whether it is another."""
        self._lines(
            f"UPDATE {self._table} SET sheet_digest = $6 WHERE fleet = $1 AND workspace = $2 AND occasion = $3 "
            "AND worker = $4 AND attempt = $5::integer AND state = 'running' RETURNING 1",
            *(self._fleet, occasion.workspace, occasion.name, worker, occasion.attempt, digest),
        )

    def now(self) -> datetime:
        """Return the time by the clock of the database, which is one for all computers."""
        ((moment,),) = self._lines("SELECT clock_timestamp()")
        return cast("datetime", moment)

    def due(self) -> list[Occasion]:
        """Return what is to be done now, or is being done."""
        return self._occasions(
            f"SELECT {_COLUMNS} FROM {self._table} WHERE fleet = $1 AND state IN ('queued', 'running') "
            "AND due_at <= clock_timestamp() ORDER BY queued_at",
            self._fleet,
        )

    def give_out_again(self, occasion: Occasion) -> Occasion | None:
        """Raise the number of its attempt, so that it can be queued again; None if its state changed meanwhile."""
        occasions = self._occasions(
            f"UPDATE {self._table} SET state = 'queued', attempt = attempt + 1, worker = NULL WHERE fleet = $1 "
            f"AND workspace = $2 AND occasion = $3 AND attempt = $4::integer AND state = $5 RETURNING {_COLUMNS}",
            *(self._fleet, occasion.workspace, occasion.name, occasion.attempt, occasion.state.value),
        )
        return occasions[0] if occasions else None

    def change(self, workspace: str, states: Collection[OccasionState], to: OccasionState) -> list[Occasion]:
        """Give the occasions of a workspace that are in one of the states another; return them."""
        return self._occasions(
            f"UPDATE {self._table} SET state = $4, failures = 0, problem = '', next_step = '', "
            "due_at = clock_timestamp() WHERE fleet = $1 AND workspace = $2 AND state = ANY($3) "
            f"RETURNING {_COLUMNS}",
            *(self._fleet, workspace, [state.value for state in states], to.value),
        )

    def start_again(self, workspace: str) -> list[Occasion]:
        """Queue again what of a workspace is paused, and its last occasion, unless that is under way.

        If anything is paused, a last occasion that is done or queued is left alone. Returns what was queued.
        """
        known = f"FROM {self._table} WHERE fleet = $1 AND workspace = $2"
        return self._occasions(
            f"UPDATE {self._table} SET state = 'queued', attempt = attempt + 1, failures = 0, problem = '', "
            "next_step = '', sheet_digest = '', worker = NULL, due_at = clock_timestamp() WHERE fleet = $1 "
            f"AND workspace = $2 AND (state = 'paused' OR state <> 'running' AND occasion = (SELECT occasion {known} "
            f"ORDER BY queued_at DESC LIMIT 1) AND (state IN ('stopped', 'cancelled') OR NOT EXISTS (SELECT 1 {known} "
            f"AND state = 'paused'))) RETURNING {_COLUMNS}",
            *(self._fleet, workspace),
        )

    def of_workspace(self, workspace: str) -> list[Occasion]:
        """Return what is known of a workspace."""
        query = f"SELECT {_COLUMNS} FROM {self._table} WHERE fleet = $1 AND workspace = $2 ORDER BY queued_at"
        return self._occasions(query, self._fleet, workspace)

    def count_rows(self, worker: uuid.UUID, rows: Mapping[str, int]) -> set[str]:
        """Note how many rows of each workspace a worker has done; return the workspaces that it still is to do."""
        lines = self._lines(
            f"UPDATE {self._table} AS known SET done_rows = line.rows::integer FROM unnest($3::text[], $4::bigint[]) "
            "AS line (workspace, rows) WHERE known.fleet = $1 AND known.worker = $2 AND known.state = 'running' "
            "AND known.workspace = line.workspace RETURNING known.workspace",
            *(self._fleet, worker, list(rows), list(rows.values())),
        )
        return {workspace for (workspace,) in lines}

    def named(self, name: str) -> list[Occasion]:
        """Return what is known of an occasion."""
        query = f"SELECT {_COLUMNS} FROM {self._table} WHERE fleet = $1 AND occasion = $2 ORDER BY workspace"
        return self._occasions(query, self._fleet, name)

    def latest(self) -> list[Occasion]:
        """Return the last occasion of each workspace."""
        return self._occasions(
            f"SELECT DISTINCT ON (workspace) {_COLUMNS} FROM {self._table} WHERE fleet = $1 "
            "ORDER BY workspace, queued_at DESC",
            self._fleet,
        )

    def workers(self) -> list[FleetWorkerStatus]:
        """Return the workers of the fleet; one that ended in good order is not among them."""
        lines = self._lines(
            "SELECT id::text, host, pid, lanes, extract(epoch FROM clock_timestamp() - seen_at)::float8, "
            "clock_timestamp() - seen_at <= $2 * interval '1 second', rows_per_second::float8, rate_limited, "
            f"commit_seconds::float8 FROM {self._workers} WHERE fleet = $1 ORDER BY started_at",
            *(self._fleet, self._place.times.stale),
        )
        return [FleetWorkerStatus(*line) for line in lines]

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Run something that only one worker of the fleet may run at a time; False if another is running it."""
        number = lock_number(f"rescue {self._place.schema} {self._fleet}".encode())
        with connect(self._place) as session:
            line = session.execute("SELECT pg_try_advisory_lock($1)", (number,)).fetchone()
            # The end of the session frees the lock.
            yield bool(line and line[0])

    def forget(self, days: int) -> None:
        """Delete occasions that ended so many days ago."""
        self._lines(
            f"DELETE FROM {self._table} WHERE fleet = $1 AND state IN ('done', 'stopped', 'cancelled') "
            "AND ended_at < clock_timestamp() - $2 * interval '1 day' RETURNING 1",
            *(self._fleet, days),
        )

    def close(self) -> None:
        """End the session."""
        with self._guard:
            if self._session is not None:
                self._session.close()
                self._session = None

    def _occasions(self, query: str, *values: Any) -> list[Occasion]:
        occasions = []
        for line in self._lines(query, *values):
            facts: dict[str, Any] = dict(zip(_FIELDS, line, strict=True))
            facts |= {"state": OccasionState(facts["state"]), "counts": json.loads(facts["counts"])}
            occasions.append(Occasion(**facts))
        return occasions

    def _lines(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query gives; it is asked again in a new session while the database is away for a moment."""
        until = time.monotonic() + self._wait_seconds
        while True:
            with self._guard:
                try:
                    if self._session is None:
                        self._session = connect(self._place)
                    return self._session.execute(query, values).fetchall()
                except (psycopg.OperationalError, psycopg.InterfaceError, JournalError) as error:
                    if self._session is not None:
                        self._session.close()
                        self._session = None
                    failure = error
            if time.monotonic() >= until:
                if isinstance(failure, JournalError):
                    raise failure
                raise unreachable(self._place, failure) from failure
            time.sleep(_NAP_SECONDS)
