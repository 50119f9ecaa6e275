"""Who is alive: a line in `workers` for each process that delivers, renewed every few seconds."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from importer.delivery.journal.postgres.connection import connect
from importer.errors import JournalError
from importer.version import program_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.delivery.journal.postgres.connection import Session
    from importer.delivery.journal_place import DatabasePlace

_LONG_DEAD = "1 day"
_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class WorkerFigures:
    """A worker's figures: rows a second lately, and how often the service has answered 429."""

    rows_per_second: float = 0.0
    rate_limited: int = 0


@dataclass(frozen=True, slots=True)
class FleetWorkerStatus:
    """A worker of a fleet: `silent_seconds` is the time since its last heartbeat, `is_alive` whether that is short."""

    id: str
    host: str
    pid: int
    lanes: int
    silent_seconds: float
    is_alive: bool
    rows_per_second: float
    rate_limited: int
    commit_seconds: float

    @property
    def words(self) -> str:
        """The worker in words, for people."""
        return f"process {self.pid} on {self.host}"


class Heartbeat:
    """Says in `workers` that this process is alive, through a session of its own, from a thread.

    It is no lease: if its session is lost it begins another. A worker of a `fleet` with `lanes` adds its `figures`.
    """

    def __init__(
        self,
        place: DatabasePlace,
        fleet: str = "",
        lanes: int = 0,
        figures: Callable[[], WorkerFigures] = WorkerFigures,
    ) -> None:
        self._place, self._figures, self.worker = place, figures, uuid.uuid4()
        self._of_fleet = (fleet, lanes)
        self._is_over = threading.Event()
        self._session: Session | None = connect(place)
        workers = f"{place.schema}.workers"
        self._session.execute(f"DELETE FROM {workers} WHERE seen_at < clock_timestamp() - interval '{_LONG_DEAD}'")
        self._commit_seconds = 0.0
        self._say()
        self._thread = threading.Thread(target=self._send_heartbeats, daemon=True)
        self._thread.start()

    def _say(self) -> None:
        """Say that this process is alive, also where the line was deleted since it was silent for so long."""
        assert self._session is not None  # noqa: S101 - the caller has opened it
        figures, begun = self._figures(), time.monotonic()
        self._session.execute(
            f"INSERT INTO {self._place.schema}.workers AS known (id, host, pid, version, fleet, lanes, "
            "rows_per_second, rate_limited, commit_seconds, started_at, seen_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp(), clock_timestamp()) "
            "ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp(), rows_per_second = EXCLUDED.rows_per_second, "
            "rate_limited = EXCLUDED.rate_limited, commit_seconds = EXCLUDED.commit_seconds",
            (
                self.worker,
                socket.gethostname(),
                os.getpid(),
                program_version(),
                *self._of_fleet,
                figures.rows_per_second,
                figures.rate_limited,
                self._commit_seconds,
            ),
        )
        self._commit_seconds = time.monotonic() - begun

    def _send_heartbeats(self) -> None:
        # A worker that has lost its session must send a heartbeat again before it counts as dead.
        while not self._is_over.wait(self._place.times.beat if self._session else _AGAIN_SECONDS):
            try:
                if self._session is None:
                    self._session = connect(self._place)
                self._say()
            except (psycopg.Error, JournalError):
                if self._session is not None:
                    self._session.close()
                self._session = None

    def stop(self) -> None:
        """Stop the heartbeat, and mark this worker as gone."""
        self._is_over.set()
        self._thread.join(timeout=2)
        if self._session is not None and not self._thread.is_alive():
            with suppress(psycopg.Error):
                self._session.execute(f"DELETE FROM {self._place.schema}.workers WHERE id = $1", (self.worker,))
            self._session.close()
